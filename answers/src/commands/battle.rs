//! `battle artist1: artist2: [platform:]`: a friendly head-to-head over the figures that both have.

use casa24_schemas::{Day, Metric, Platform, Value, is_headline};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ask;
use super::choices::{self, ALL};
use crate::definition::{CommandDefinition, OptionDefinition, OptionKind};
use crate::explanation::{Explainer, Explanation, Place};
use crate::figures::{ChartFigures, Head, Missing, Owner, SeriesKey};
use crate::query::Options;
use crate::read_model::{ArtistView, AsOf, SeriesOf};
use crate::refusal::Refusal;

/// Days of the picture.
const CHART_DAYS: u32 = 60;

/// The question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    /// One artist.
    pub artist1: String,
    /// The other.
    pub artist2: String,
    /// Only this platform.
    pub platform: Option<Platform>,
}

/// Two artists side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// Name of the first artist.
    pub artist1: String,
    /// Name of the second artist.
    pub artist2: String,
    /// One for each platform and headline metric.
    pub comparisons: Vec<Comparison>,
    /// Number of figures that were compared.
    pub num_compared: u32,
    /// Number of them that the first artist leads.
    pub num_won1: u32,
    /// Number of them that the second artist leads.
    pub num_won2: u32,
    /// Name of the artist who leads more of them; missing for a tie and where nothing was compared.
    pub winner: Option<String>,
}

/// One metric of both artists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// The first artist's value.
    pub artist1: Side,
    /// The second artist's value.
    pub artist2: Side,
    /// Name of the artist with the greater value; missing for a tie and where it was not compared.
    pub leader: Option<String>,
    /// Why it was not compared.
    pub not_compared: Option<NotCompared>,
}

/// One artist's value in a comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Side {
    /// Newest value that counts, so no copy; where none does, the newest accepted one.
    pub value: Option<Value>,
    /// Its day.
    pub date: Option<Day>,
    /// Why there is none, or none that can be compared.
    pub missing: Option<Missing>,
}

/// Why a metric of two artists was not compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotCompared {
    /// One of them, or both, has no value that was measured.
    Missing,
    /// One of the values is more than 30 days old.
    TooOld,
    /// One of the values is a zero that nothing confirms.
    UnconfirmedZero,
}

impl Answer {
    /// The platforms that its figures come from, in the order in which they are shown.
    pub fn sources(&self) -> impl Iterator<Item = &Platform> {
        self.comparisons.iter().filter(|c| c.not_compared.is_none()).map(|c| &c.platform)
    }
}

impl Ask for Query {
    type Answer = Answer;

    const DEFINITION: CommandDefinition = CommandDefinition {
        name: "battle",
        options: &[
            OptionDefinition::required("artist1", OptionKind::Artist),
            OptionDefinition::required("artist2", OptionKind::Artist),
            OptionDefinition::optional(
                "platform",
                OptionKind::Choice { choices: choices::platforms, default: ALL },
            ),
        ],
    };

    fn read(options: &Options<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            artist1: options.required_artist("artist1")?,
            artist2: options.required_artist("artist2")?,
            platform: Some(options.choice("platform")?)
                .filter(|choice| *choice != ALL)
                .and_then(|choice| Platform::new(choice).ok()),
        })
    }

    fn answer(&self, as_of: &AsOf<'_>) -> Result<Answer, Refusal> {
        let views = [as_of.find(&self.artist1)?, as_of.find(&self.artist2)?];
        let [artist1, artist2] = views.map(|view| &view.artist.name);
        if views[0].artist.id == views[1].artist.id {
            return Err(Refusal::SameArtist { artist: artist1.clone() });
        }
        let is_asked = |platform: &Platform| self.platform.as_ref().is_none_or(|only| only == platform);
        let comparisons: Vec<Comparison> = as_of
            .all_series()
            .into_iter()
            .filter(|(platform, metric)| is_headline(platform, metric) && is_asked(platform))
            .map(|(platform, metric)| comparison(as_of, views, platform, metric))
            .collect();
        let won = |name: &String| comparisons.iter().filter(|c| c.leader.as_ref() == Some(name)).count();
        let (num_won1, num_won2) = (won(artist1), won(artist2));
        let winner = match num_won1.cmp(&num_won2) {
            std::cmp::Ordering::Greater => Some(artist1.clone()),
            std::cmp::Ordering::Less => Some(artist2.clone()),
            std::cmp::Ordering::Equal => None,
        };
        Ok(Answer {
            head: Head::new(as_of, &views),
            artist1: artist1.clone(),
            artist2: artist2.clone(),
            num_compared: comparisons.iter().filter(|c| c.not_compared.is_none()).count() as u32,
            num_won1: num_won1 as u32,
            num_won2: num_won2 as u32,
            winner,
            comparisons,
        })
    }

    fn explain(&self, as_of: &AsOf<'_>, answer: &Answer) -> Explanation {
        let mut explainer = Explainer::new(as_of);
        for (index, comparison) in answer.comparisons.iter().enumerate() {
            let place = Place::of("comparisons").at(index);
            let key = SeriesKey { platform: comparison.platform.clone(), metric: comparison.metric.clone() };
            let sides = [
                ("artist1", &answer.artist1, &comparison.artist1),
                ("artist2", &answer.artist2, &comparison.artist2),
            ];
            for (field, artist, side) in sides {
                let series = explainer.series_of(artist, Owner::Artist, &key);
                explainer.observed(&place.at(field).at("value"), side.value, &series, side.date);
            }
        }
        explainer.explanation()
    }

    const HAS_CHART: bool = true;

    fn chart(&self, as_of: &AsOf<'_>) -> Option<ChartFigures> {
        let views = [as_of.find(&self.artist1).ok()?, as_of.find(&self.artist2).ok()?];
        let answer = self.answer(as_of).ok()?;
        let compared = answer.comparisons.iter().filter(|comparison| comparison.not_compared.is_none());
        let shown = compared.flat_map(|Comparison { platform, metric, .. }| {
            views.iter().filter_map(|view| {
                let key = SeriesKey { platform: platform.clone(), metric: metric.clone() };
                Some((Some(view.artist.name.clone()), key, view.series(platform, metric)?))
            })
        });
        ChartFigures::observed(as_of, shown, CHART_DAYS)
    }
}

fn comparison<'a>(
    as_of: &AsOf<'a>,
    views: [ArtistView<'a>; 2],
    platform: Platform,
    metric: Metric,
) -> Comparison {
    let sides = views.map(|view| {
        let series = SeriesOf { view, platform: platform.clone(), metric: metric.clone() };
        side(as_of, &series)
    });
    let not_compared = not_compared(&sides);
    let leader = match (sides[0].value, sides[1].value) {
        (Some(one), Some(two)) if not_compared.is_none() && one > two => Some(views[0]),
        (Some(one), Some(two)) if not_compared.is_none() && one < two => Some(views[1]),
        _ => None,
    };
    let leader = leader.map(|view| view.artist.name.clone());
    let [artist1, artist2] = sides;
    Comparison { platform, metric, artist1, artist2, leader, not_compared }
}

fn side<'a>(as_of: &AsOf<'a>, series: &SeriesOf<'a>) -> Side {
    let shown = as_of.newest_counting(series).or_else(|| as_of.newest(series));
    Side {
        value: shown.and_then(|point| Value::new(point.value)),
        date: shown.map(|point| Day(point.date())),
        missing: as_of.present(series).err(),
    }
}

/// The first reason of all that holds for either side, as a figure that is not there says more than one that is old.
fn not_compared(sides: &[Side; 2]) -> Option<NotCompared> {
    let any = |holds: fn(&Side) -> bool| sides.iter().any(holds);
    if any(|side| side.value.is_none() || side.missing == Some(Missing::CurrentCopied)) {
        Some(NotCompared::Missing)
    } else if any(|side| matches!(side.missing, Some(Missing::TooOld { .. }))) {
        Some(NotCompared::TooOld)
    } else if any(|side| side.missing.is_some()) {
        Some(NotCompared::UnconfirmedZero)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Flag, Platform};
    use serde_json::json;

    use crate::Refusal;
    use crate::commands::fixture::{FOLLOWERS, Fixture, LISTENERS, SUBSCRIBERS, TODAY};

    fn label() -> Fixture {
        let mut label = Fixture::default();
        label.put_all("Luz", FOLLOWERS, &[(TODAY, 1_250.0)]);
        label.put_all("Luz", LISTENERS, &[(TODAY, 10.0)]);
        label.put_all("Luz", SUBSCRIBERS, &[(TODAY, 77.0)]);
        label.put_all("MÁR", FOLLOWERS, &[(TODAY, 400.0)]);
        label.put_all("MÁR", LISTENERS, &[(TODAY, 20.0)]);
        label.account("MÁR", Platform::YOUTUBE, None);
        label
    }

    #[test]
    fn figures_that_only_one_has_are_not_compared() {
        let data = label().data("battle artist1:luz artist2:mar");
        assert_eq!((&data["num_compared"], &data["winner"]), (&json!(2), &json!(null)));
        let youtube = data["comparisons"].as_array().unwrap().iter().find(|c| c["metric"] == "subscribers");
        let youtube = youtube.unwrap();
        assert_eq!(youtube["not_compared"], "missing");
        assert_eq!(youtube["artist2"]["missing"], json!({ "reason": "no_account" }));
    }

    #[test]
    fn the_one_who_leads_more_figures_wins() {
        let mut label = label();
        label.put_all("Luz", LISTENERS, &[("2025-10-01", 21.0)]);
        let data = label.data("battle artist1:LUZ artist2:mar");
        assert_eq!(
            (&data["winner"], &data["num_won1"], &data["num_won2"]),
            (&json!("Luz"), &json!(2), &json!(0))
        );
    }

    #[test]
    fn one_platform_alone_may_be_compared() {
        let data = label().data("battle artist1:luz artist2:mar platform:youtube");
        let comparisons = data["comparisons"].as_array().unwrap();
        assert!(!comparisons.is_empty() && comparisons.iter().all(|c| c["platform"] == "youtube"));
        assert_eq!(data["num_compared"], 0);
    }

    #[test]
    fn a_zero_that_nothing_confirms_and_an_old_figure_prove_nothing() {
        let mut label = label();
        label.put("Zed", FOLLOWERS, TODAY, 0.0, &[Flag::UnconfirmedZero]);
        label.put_all("Zed", LISTENERS, &[("2025-08-22", 5_000.0)]);
        let data = label.data("battle artist1:luz artist2:zed");
        assert_eq!(data["num_compared"], 0);
        let of = |metric: &str| {
            let found = data["comparisons"].as_array().unwrap().iter().find(|c| c["metric"] == metric);
            (found.unwrap()["not_compared"].clone(), found.unwrap()["artist2"]["missing"].clone())
        };
        assert_eq!(of("followers"), (json!("unconfirmed_zero"), json!({ "reason": "unconfirmed_zero" })));
        let too_old = json!({ "reason": "too_old", "of": "2025-08-22" });
        assert_eq!(of("monthly_listeners"), (json!("too_old"), too_old));
    }

    #[test]
    fn an_artist_is_not_compared_with_itself() {
        let artist = "Luz".to_owned();
        assert_eq!(label().refusal("battle artist1:luz artist2:LUZ"), Refusal::SameArtist { artist });
    }
}
