//! `weekly [week_offset:]`: the label's week, from Monday to Sunday.

use std::collections::BTreeSet;

use casa24_schemas::{Date, Day, Platform, Value, is_headline};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::Duration;

use super::growth::Total;
use super::predict::{Models, TotalPrediction};
use super::trends::{Doubtful, doubtful};
use super::{Ask, choices, growth, predict};
use crate::definition::{CommandDefinition, OptionDefinition, OptionKind};
use crate::figures::{ChartFigures, Figure, Head, Noted, Owner};
use crate::query::Options;
use crate::read_model::{ArtistView, AsOf, ENSEMBLE};
use crate::refusal::Refusal;

/// Days of a week.
const WEEK: u32 = 7;
/// Days of the picture.
const CHART_DAYS: u32 = 28;

/// The question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    /// Weeks back: 0 is the week of the day in question.
    pub week_offset: u32,
}

/// The label's week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What every answer begins with; its day is the last one of the week that is known.
    #[serde(flatten)]
    pub head: Head,
    /// Weeks back that were asked for.
    pub week_offset: u32,
    /// Monday of the week.
    pub first: Day,
    /// Sunday of the week.
    pub last: Day,
    /// Days of the week up to the day of the answer.
    pub num_days: u32,
    /// How many of them have figures of any artist or the label.
    pub num_days_observed: u32,
    /// The change of each headline metric that can be added up: value on the day of the answer less that of the Sunday
    /// before, or the nearest one to it.
    pub totals: Vec<Total>,
    /// The artist whose reach grew most, by number; missing where nobody's grew.
    pub gained_most: Option<Mover>,
    /// The artist whose reach fell most, by number; missing where nobody's fell.
    pub lost_most: Option<Mover>,
    /// The label's own headline figures.
    pub own: Vec<Figure>,
    /// What was noteworthy in the week, the newest first.
    pub findings: Vec<Noted>,
    /// Figures with marks of the validator in the week.
    pub doubtful: Vec<Doubtful>,
    /// What is expected of the totals 7 days after their newest day; nothing for an earlier week.
    pub expected: Vec<TotalPrediction>,
}

/// An artist's reach at both ends of the week: everybody who follows on any platform, somebody who follows on two
/// counted twice. Parts that are not known at both ends, or that jumped to another level, are left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mover {
    /// Name of the artist.
    pub artist: String,
    /// Reach on the Sunday before.
    pub before: Value,
    /// Reach on the day of the answer.
    pub now: Value,
    /// The difference.
    pub change: Value,
}

impl Answer {
    /// The platforms that its figures come from, in the order in which they are shown.
    pub fn sources(&self) -> impl Iterator<Item = &Platform> {
        let totals = self.totals.iter().filter(|total| total.current.is_some()).map(|total| &total.platform);
        let own = self.own.iter().filter(|figure| figure.current.is_some()).map(|figure| &figure.platform);
        totals.chain(own).chain(self.findings.iter().flat_map(Noted::platforms))
    }
}

impl Ask for Query {
    type Answer = Answer;

    const DEFINITION: CommandDefinition = CommandDefinition {
        name: "weekly",
        options: &[OptionDefinition::optional("week_offset", OptionKind::Number { min: 0, max: 4 })],
    };

    fn read(options: &Options<'_>) -> Result<Self, Refusal> {
        let weeks = options.number("week_offset")?.unwrap_or(0);
        Ok(Self { week_offset: u32::try_from(weeks).unwrap_or(0) }) // within its limits
    }

    fn answer(&self, as_of: &AsOf<'_>) -> Result<Answer, Refusal> {
        let sunday = self.sunday(as_of);
        let monday = monday_of(sunday);
        let as_of = &as_of.earlier(sunday)?;
        let num_days = u32::try_from((as_of.day - monday).whole_days()).unwrap_or(0) + 1;
        let views = as_of.asked(None);
        let growth = growth::Query { artist: None, period_days: num_days }.answer(as_of)?;
        let reach: Vec<Mover> =
            as_of.artists.iter().filter_map(|view| mover(view, &growth.figures)).collect();
        let expected = predict::Query {
            artist: None,
            days: WEEK,
            series: None,
            models: Models::One(ENSEMBLE),
            goal: None,
        };
        Ok(Answer {
            head: Head::new(as_of, &views),
            week_offset: self.week_offset,
            first: Day(monday),
            last: Day(sunday),
            num_days,
            num_days_observed: num_days_observed(&views, monday, as_of.day),
            gained_most: most(&reach, |mover| mover.change.get()),
            lost_most: most(&reach, |mover| -mover.change.get()),
            totals: growth
                .totals
                .into_iter()
                .filter(|total| is_headline(&total.platform, &total.metric))
                .collect(),
            own: growth
                .figures
                .into_iter()
                .filter(|figure| {
                    figure.owner == Owner::Label && is_headline(&figure.platform, &figure.metric)
                })
                .collect(),
            findings: Noted::since(as_of, &views, monday),
            doubtful: doubtful(as_of, &views, monday),
            expected: if self.week_offset == 0 { expected.totals(as_of) } else { Vec::new() },
        })
    }

    fn chart(&self, as_of: &AsOf<'_>) -> Option<ChartFigures> {
        ChartFigures::of_totals(&as_of.earlier(self.sunday(as_of)).ok()?, CHART_DAYS)
    }
}

impl Query {
    /// The last day of the week that was asked for.
    fn sunday(&self, as_of: &AsOf<'_>) -> Date {
        let monday = monday_of(as_of.day).saturating_sub(Duration::weeks(self.week_offset.into()));
        monday.saturating_add(Duration::days(6))
    }
}

/// The Monday of a day's week.
fn monday_of(day: Date) -> Date {
    day.saturating_sub(Duration::days(day.weekday().number_days_from_monday().into()))
}

/// How many days of the week any of these was observed on.
fn num_days_observed(views: &[ArtistView<'_>], first: Date, last: Date) -> u32 {
    let series = views.iter().filter_map(|view| view.history).flat_map(|history| history.all_series());
    let days: BTreeSet<Date> = series
        .flat_map(|(_, _, series)| series.until(last).iter().rev())
        .map(casa24_analytics::Point::date)
        .filter(|date| *date >= first)
        .collect();
    days.len() as u32
}

/// An artist's reach at both ends of the week; `None` where no part of it is known at both.
fn mover(view: &ArtistView<'_>, figures: &[Figure]) -> Option<Mover> {
    let of_artist = figures.iter().filter(|figure| figure.artist == view.artist.name);
    let parts = of_artist.filter(|figure| figure.owner == Owner::Artist);
    let parts = parts.filter(|figure| choices::is_reach(&figure.platform, &figure.metric));
    let parts = parts.filter(|figure| figure.missing.is_none() && figure.distortions().is_empty());
    let ends = parts.filter_map(|figure| Some((figure.baseline?.get(), figure.current?.get())));
    let (before, now) = ends.reduce(|sum, part| (sum.0 + part.0, sum.1 + part.1))?;
    Some(Mover {
        artist: view.artist.name.clone(),
        before: Value::new(before)?,
        now: Value::new(now)?,
        change: Value::new(now - before)?,
    })
}

/// Of those above zero the greatest, the first of equal ones.
fn most(movers: &[Mover], by: impl Fn(&Mover) -> f64) -> Option<Mover> {
    let moved = movers.iter().filter(|mover| by(mover) > 0.0);
    moved.reduce(|most, next| if by(next) > by(most) { next } else { most }).cloned()
}

#[cfg(test)]
mod tests {
    use casa24_schemas::Flag;
    use serde_json::json;

    use crate::Refusal;
    use crate::commands::fixture::{FOLLOWERS, Fixture, SUBSCRIBERS, TODAY};

    /// TODAY is a Tuesday.
    fn label() -> Fixture {
        let mut label = Fixture::default();
        label.put_all("Luz", FOLLOWERS, &[("2025-09-21", 90.0), ("2025-09-28", 100.0), (TODAY, 120.0)]);
        label.put_all("Luz", SUBSCRIBERS, &[("2025-09-28", 10.0), (TODAY, 11.0)]);
        label.put_all("Mar", FOLLOWERS, &[("2025-09-21", 70.0), ("2025-09-28", 50.0), (TODAY, 45.0)]);
        label
    }

    #[test]
    fn a_week_goes_from_the_sunday_before_to_its_last_known_day() {
        let data = label().data("weekly");
        assert_eq!((&data["first"], &data["last"]), (&json!("2025-09-29"), &json!("2025-10-05")));
        assert_eq!((&data["num_days"], &data["num_days_observed"]), (&json!(2), &json!(1)));
        let total = &data["totals"][0];
        assert_eq!(
            (&total["metric"], &total["baseline"], &total["current"]),
            (&json!("followers"), &json!(150), &json!(165))
        );
    }

    #[test]
    fn an_earlier_week_is_seen_as_of_its_sunday() {
        let data = label().data("weekly week_offset:1");
        assert_eq!((&data["as_of"], &data["first"]), (&json!("2025-09-28"), &json!("2025-09-22")));
        assert_eq!((&data["totals"][0]["change"], &data["num_days"]), (&json!(-10), &json!(7)));
        assert_eq!(data["expected"], json!([]));
        let Refusal::NothingBy { .. } = label().refusal("weekly week_offset:3") else {
            panic!("nothing is known by then")
        };
    }

    #[test]
    fn who_gained_and_who_lost_most_is_named_with_both_ends() {
        let data = label().data("weekly");
        let gained = json!({ "artist": "Luz", "before": 110, "now": 131, "change": 21 });
        let lost = json!({ "artist": "Mar", "before": 50, "now": 45, "change": -5 });
        assert_eq!((&data["gained_most"], &data["lost_most"]), (&gained, &lost));
    }

    #[test]
    fn nobody_is_praised_for_standing_still_or_for_a_jump_to_another_level() {
        let mut label = Fixture::default();
        label.put_all("Luz", FOLLOWERS, &[("2025-09-28", 100.0), (TODAY, 100.0)]);
        label.put_all("Mar", FOLLOWERS, &[("2025-09-28", 100.0)]);
        label.put("Mar", FOLLOWERS, TODAY, 900.0, &[Flag::LevelChange]);
        let data = label.data("weekly");
        assert_eq!((&data["gained_most"], &data["lost_most"]), (&json!(null), &json!(null)));
        assert_eq!(data["doubtful"][0]["artist"], "Mar");
    }
}
