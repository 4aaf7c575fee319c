//! `spotlight [artist:]`: an artist worth talking about this week, by a stated rule.

use casa24_schemas::{Day, Facts, Platform, Value, is_headline};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ask;
use crate::definition::{CommandDefinition, OptionDefinition, OptionKind};
use crate::explanation::{Explainer, Explanation, Place};
use crate::figures::{ChartFigures, Figure, Head, Noted, is_reach, reach_at_both_ends};
use crate::query::Options;
use crate::read_model::{ArtistView, AsOf};
use crate::refusal::Refusal;

/// Days of the week that is looked at.
const WEEK: u32 = 7;
/// Days of the picture.
const CHART_DAYS: u32 = 28;

/// The question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    /// This artist, instead of the one that the rule picks.
    pub artist: Option<String>,
}

/// One artist's week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// First day of the week: the last seven days.
    pub since: Day,
    /// The artist; missing where nobody's week stands out.
    pub artist: Option<String>,
    /// Why this artist; missing where the artist was asked for, or where there is none.
    pub because: Option<Because>,
    /// The artist's headline figures, with their changes over the week.
    pub figures: Vec<Figure>,
    /// What was noteworthy about the artist in the week, the newest first.
    pub findings: Vec<Noted>,
}

/// Why an artist is in the spotlight: the first of these rules that fits any artist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Because {
    /// The least likely of the good findings of the week: viral, an unusually good day, speeding up or turning upwards.
    LeastLikely {
        /// The finding.
        finding: Noted,
    },
    /// Where there is none: the greatest milestone of the week, or a record, or the longest streak.
    Mark {
        /// The finding.
        finding: Noted,
    },
    /// Where there is none either: the greatest growth of total reach over the week.
    Growth {
        /// Reach a week ago: the parts that are known at both ends.
        before: Value,
        /// The same parts now.
        now: Value,
        /// The growth as a percentage.
        change_pct: Value,
    },
}

impl Answer {
    /// The platforms that its figures come from, in the order in which they are shown.
    pub fn sources(&self) -> impl Iterator<Item = &Platform> {
        let figures = self.figures.iter().filter(|figure| figure.current.is_some());
        figures.map(|figure| &figure.platform).chain(self.findings.iter().flat_map(Noted::platforms))
    }
}

impl Ask for Query {
    type Answer = Answer;

    const DEFINITION: CommandDefinition = CommandDefinition {
        name: "spotlight",
        options: &[OptionDefinition::optional("artist", OptionKind::Artist)],
    };

    fn read(options: &Options<'_>) -> Result<Self, Refusal> {
        Ok(Self { artist: options.artist("artist")? })
    }

    fn answer(&self, as_of: &AsOf<'_>) -> Result<Answer, Refusal> {
        let asked = self.artist.as_deref().map(|name| as_of.find(name)).transpose()?;
        let since = as_of.day_before(WEEK - 1);
        let picked = match asked {
            Some(view) => Some((view, None)),
            None => pick(as_of).map(|(view, because)| (view, Some(because))),
        };
        let views: Vec<ArtistView<'_>> = picked.iter().map(|(view, _)| *view).collect();
        let series = views.iter().flat_map(|view| as_of.series_of(view));
        let headline = series.filter(|series| is_headline(&series.platform, &series.metric));
        Ok(Answer {
            // Whoever is picked is picked from all.
            head: if asked.is_some() { Head::new(as_of, &views) } else { Head::new(as_of, &as_of.artists) },
            since: Day(since),
            artist: views.first().map(|view| view.artist.name.clone()),
            figures: headline.map(|series| Figure::of(as_of, &series, WEEK)).collect(),
            findings: Noted::since(as_of, &views, since),
            because: picked.and_then(|(_, because)| because),
        })
    }

    fn explain(&self, as_of: &AsOf<'_>, answer: &Answer) -> Explanation {
        let mut explainer = Explainer::new(as_of);
        let (because, figures) = (Place::of("because"), Place::of("figures"));
        for (index, figure) in answer.figures.iter().enumerate() {
            explainer.figure(&figures.at(index), figure);
        }
        match &answer.because {
            Some(Because::LeastLikely { finding } | Because::Mark { finding }) => {
                explainer.noted(&because.at("finding"), finding);
            }
            Some(Because::Growth { before, now, change_pct }) => {
                let of_artist = answer.figures.iter().enumerate();
                explainer.reach_at_both_ends(&because, [*before, *now], &figures, of_artist);
                let values = [Some(*now), Some(*before), None, Some(*change_pct)];
                explainer.changes(&because, ["now", "before"], values);
            }
            None => {}
        }
        explainer.all_noted(&Place::of("findings"), &answer.findings);
        explainer.explanation()
    }

    const HAS_CHART: bool = true;

    fn chart(&self, as_of: &AsOf<'_>) -> Option<ChartFigures> {
        let view = match &self.artist {
            Some(name) => as_of.find(name).ok()?,
            None => pick(as_of)?.0,
        };
        ChartFigures::of_artist(as_of, &view, CHART_DAYS)
    }
}

/// The artist whose week stands out most.
fn pick<'a>(as_of: &AsOf<'a>) -> Option<(ArtistView<'a>, Because)> {
    let since = as_of.day_before(WEEK - 1);
    let found: Vec<(&ArtistView<'a>, Noted)> = as_of
        .artists
        .iter()
        .flat_map(|view| {
            let of_artist = Noted::since(as_of, std::slice::from_ref(view), since);
            of_artist.into_iter().map(move |noted| (view, noted))
        })
        .collect();
    let unlikely = found.iter().filter(|(_, noted)| noted.is_good());
    let unlikely = unlikely.min_by(|(_, a), (_, b)| a.by_chance().total_cmp(&b.by_chance()));
    if let Some((view, finding)) = unlikely {
        return Some((**view, Because::LeastLikely { finding: finding.clone() }));
    }
    let marks = found.iter().filter_map(|(view, noted)| Some((view, noted, weight(noted)?)));
    // Of equal ones the first in the order of artists.
    let mark = marks.reduce(|best, next| if next.2 > best.2 { next } else { best });
    if let Some((view, finding, _)) = mark {
        return Some((**view, Because::Mark { finding: finding.clone() }));
    }
    let grown = as_of.artists.iter().filter_map(|view| Some((view, growth_of_reach(as_of, view)?)));
    let pct = |(_, (before, now)): &(_, (f64, f64))| 100.0 * (now - before) / before;
    let grown = grown.filter(|of| pct(of) > 0.0);
    let best = grown.reduce(|best, next| if pct(&next) > pct(&best) { next } else { best })?;
    let ((view, (before, now)), change_pct) = (best, Value::new(pct(&best))?);
    Some((*view, Because::Growth { before: Value::new(before)?, now: Value::new(now)?, change_pct }))
}

/// Order among what needed no test: milestones by their number, then records, then streaks by their length. What a jump
/// to another level brought does not count.
fn weight(noted: &Noted) -> Option<(u8, f64)> {
    match &noted.finding.facts {
        Facts::Milestone { threshold, is_jump: false, .. } => Some((2, threshold.get())),
        Facts::Record { value, .. } => Some((1, value.get())),
        Facts::Streak { num_rises, .. } => Some((0, f64::from(*num_rises))),
        _ => None,
    }
}

/// An artist's reach at both ends of the week; `None` where nothing is known of both, or where there was nobody at first.
fn growth_of_reach<'a>(as_of: &AsOf<'a>, view: &ArtistView<'a>) -> Option<(f64, f64)> {
    let of_reach = as_of.series_of(view).into_iter();
    let of_reach = of_reach.filter(|series| is_reach(&series.platform, &series.metric));
    let figures: Vec<Figure> = of_reach.map(|series| Figure::of(as_of, &series, WEEK)).collect();
    reach_at_both_ends(&figures).filter(|(before, _)| *before > 0.0)
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Day, Flag, Observed};
    use serde_json::json;

    use crate::commands::fixture::{FOLLOWERS, Fixture, TODAY};

    /// Four months of even growth of two artists, the second growing faster.
    fn label() -> Fixture {
        let mut label = Fixture::default();
        put(&mut label, "Luz", 10.0, 0.0);
        put(&mut label, "Mar", 40.0, 0.0);
        label
    }

    fn put(label: &mut Fixture, artist: &str, per_day: f64, leap: f64) {
        let last = Observed::parse(TODAY).unwrap().date();
        for back in (0..120_i64).rev() {
            let day = Day(last - time::Duration::days(back)).to_string();
            let leap = if back <= 3 { leap } else { 0.0 };
            let value = 57_500.0 - per_day * back as f64 + (back * 37 % 5) as f64 + leap;
            label.put(artist, FOLLOWERS, &day, value, &[]);
        }
    }

    #[test]
    fn an_unlikely_good_week_comes_before_mere_growth() {
        let data = label().data("spotlight");
        assert_eq!((&data["artist"], &data["because"]["rule"]), (&json!("Mar"), &json!("growth")));
        let mut label = Fixture::default();
        put(&mut label, "Luz", 10.0, 700.0);
        put(&mut label, "Mar", 40.0, 0.0);
        let data = label.data("spotlight");
        assert_eq!((&data["artist"], &data["because"]["rule"]), (&json!("Luz"), &json!("least_likely")));
        assert_eq!(data["because"]["finding"]["date"], "2025-09-27");
        assert_eq!((&data["since"], &data["figures"][0]["artist"]), (&json!("2025-09-24"), &json!("Luz")));
    }

    #[test]
    fn a_jump_to_another_level_puts_nobody_into_the_spotlight() {
        let mut label = Fixture::default();
        label.put_all("Luz", FOLLOWERS, &[("2025-09-22", 40.0), ("2025-09-23", 40.0)]);
        label.put("Luz", FOLLOWERS, TODAY, 900.0, &[Flag::LevelChange]);
        let data = label.data("spotlight");
        assert_eq!(
            (&data["artist"], &data["because"], &data["figures"]),
            (&json!(null), &json!(null), &json!([]))
        );
    }

    #[test]
    fn an_artist_who_is_asked_for_is_shown_without_a_reason() {
        let data = label().data("spotlight artist:luz");
        assert_eq!((&data["artist"], &data["because"]), (&json!("Luz"), &json!(null)));
        assert_eq!(data["figures"][0]["change"], 66);
    }
}
