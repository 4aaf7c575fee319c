//! `milestones [artist:] [type:]`: what was reached when, and what is next when.

use std::cmp::Reverse;

use casa24_analytics::trends::ladder;
use casa24_schemas::{Date, Day, Metric, Platform, TrendKind, Value, is_headline};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ask;
use super::choices::ALL;
use crate::definition::{CommandDefinition, OptionDefinition, OptionKind};
use crate::figures::{Goal, Head, MOST_NOTED, Missing, Noted, Owner};
use crate::query::Options;
use crate::read_model::{AsOf, ENSEMBLE, SeriesOf, Shown};
use crate::refusal::Refusal;

const UPCOMING: &str = "upcoming";
const ACHIEVED: &str = "achieved";

/// The distance at which models are held against each other: as far as forecasts reach.
const AHEAD_DAYS: u32 = 90;

/// The question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    /// Only this artist.
    pub artist: Option<String>,
    /// Which milestones: value of the option.
    pub which: &'static str,
}

/// Milestones, behind and ahead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// The artist that was asked for; missing in an answer about all.
    pub artist: Option<String>,
    /// Which milestones: value of the option.
    #[serde(rename = "type")]
    pub which: String,
    /// The next milestone of each headline figure, those that are expected soonest first; empty where only those behind
    /// were asked for.
    pub upcoming: Vec<Upcoming>,
    /// Number of milestones that were reached; 0 where only those ahead were asked for.
    pub num_achieved: u32,
    /// Those milestones, the newest first, 200 at most.
    pub achieved: Vec<Noted>,
}

/// The next milestone of a figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Upcoming {
    /// Name of the artist, or of the label.
    pub artist: String,
    /// Whose it is.
    pub owner: Owner,
    /// Platform of the figure.
    pub platform: Platform,
    /// Metric of the figure.
    pub metric: Metric,
    /// Newest value that counts.
    pub current: Option<Value>,
    /// Its day.
    pub current_date: Option<Day>,
    /// The next step of the ladder 10, 25, 50, 100, 250 and so on, and when it is reached by the forecast.
    pub next: Option<Goal>,
    /// Newest day on which the figure was there before, where it was.
    pub reached_before: Option<Day>,
    /// Model of the forecast: the ensemble, or one with a better record.
    pub model: Option<String>,
    /// Why there is no next milestone.
    pub missing: Option<Missing>,
}

impl Answer {
    /// The platforms that its figures come from, in the order in which they are shown.
    pub fn sources(&self) -> impl Iterator<Item = &Platform> {
        let upcoming = self.upcoming.iter().filter(|upcoming| upcoming.next.is_some());
        upcoming.map(|upcoming| &upcoming.platform).chain(self.achieved.iter().flat_map(Noted::platforms))
    }
}

impl Ask for Query {
    type Answer = Answer;

    const DEFINITION: CommandDefinition = CommandDefinition {
        name: "milestones",
        options: &[
            OptionDefinition::optional("artist", OptionKind::Artist),
            OptionDefinition::optional("type", OptionKind::Choice { choices: types, default: ALL }),
        ],
    };

    fn read(options: &Options<'_>) -> Result<Self, Refusal> {
        Ok(Self { artist: options.artist("artist")?, which: options.choice("type")? })
    }

    fn answer(&self, as_of: &AsOf<'_>) -> Result<Answer, Refusal> {
        let one = self.artist.as_deref().map(|name| as_of.find(name)).transpose()?;
        let views = as_of.asked(one);
        let series = views.iter().flat_map(|view| as_of.series_of(view));
        let headline = || series.filter(|series| is_headline(&series.platform, &series.metric)).collect();
        let upcoming = if self.which == ACHIEVED { Vec::new() } else { upcoming(as_of, headline()) };
        let mut achieved = Vec::new();
        if self.which != UPCOMING {
            achieved = Noted::since(as_of, &views, Date::MIN);
            achieved.retain(|noted| noted.kind == TrendKind::MILESTONE);
        }
        let num_achieved = achieved.len() as u32;
        achieved.truncate(MOST_NOTED);
        Ok(Answer {
            head: Head::new(as_of, &views),
            artist: one.map(|view| view.artist.name.clone()),
            which: self.which.to_owned(),
            upcoming,
            num_achieved,
            achieved,
        })
    }
}

fn types() -> Vec<&'static str> {
    vec![UPCOMING, ACHIEVED, ALL]
}

/// The next milestones, those expected soonest first, then those that at least the upper end of the interval reaches, then
/// those that are not in sight, the nearest first.
fn upcoming<'a>(as_of: &AsOf<'a>, series: Vec<SeriesOf<'a>>) -> Vec<Upcoming> {
    let shown = as_of.shown(&series, ENSEMBLE, AHEAD_DAYS);
    let mut upcoming: Vec<Upcoming> =
        series.iter().zip(shown).map(|(series, shown)| next(as_of, series, &shown)).collect();
    let order = |of: &Upcoming| {
        let goal = of.next.as_ref();
        let or_last = |day: Option<Day>| day.map_or(Date::MAX, |Day(day)| day);
        let expected = or_last(goal.and_then(|goal| goal.expected));
        let earliest = or_last(goal.and_then(|goal| goal.earliest));
        // How far the figure is on its way, in millionths.
        let share = of.current.zip(goal).map(|(now, goal)| (1e6 * now.get() / goal.value.get()) as u64);
        (of.next.is_none(), expected, earliest, Reverse(share))
    };
    upcoming.sort_by_key(order);
    upcoming
}

fn next<'a>(as_of: &AsOf<'a>, series: &SeriesOf<'a>, shown: &Shown) -> Upcoming {
    let SeriesOf { view, platform, metric } = series;
    let present = as_of.present(series);
    let known = as_of.newest_counting(series);
    let of_present = |value: f64| -> Option<Goal> {
        let step = Value::new(ladder::above(value).next()?)?;
        let forecast = shown.forecast.as_ref().map(|forecast| as_of.ahead(forecast));
        Some(Goal::of(step, view.series(platform, metric)?, as_of.day, forecast.as_deref()))
    };
    let next = present.as_ref().ok().and_then(|point| of_present(point.value));
    let was_there = next.as_ref().and_then(|next| {
        let series = view.series(platform, metric)?;
        let known = series.until(as_of.day).iter().rev();
        known.filter(|point| series.counts(point)).find(|point| point.value >= next.value.get())
    });
    Upcoming {
        artist: view.artist.name.clone(),
        owner: view.owner(),
        platform: platform.clone(),
        metric: metric.clone(),
        current: known.and_then(|point| Value::new(point.value)),
        current_date: known.map(|point| Day(point.date())),
        reached_before: was_there.map(|point| Day(point.date())),
        model: shown.forecast.as_ref().filter(|_| next.is_some()).map(|forecast| forecast.model.clone()),
        missing: present.err().or(next.is_none().then_some(Missing::TooLarge)),
        next,
    }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Day, Flag, Metric, Observed, Platform};
    use serde_json::{Value as Json, json};

    use crate::commands::fixture::{FOLLOWERS, Fixture, LISTENERS, SUBSCRIBERS, TODAY};

    /// 100 days up to today in which a figure changes by so much a day.
    fn put(label: &mut Fixture, artist: &str, series: (Platform, Metric), now: f64, per_day: f64) {
        let last = Observed::parse(TODAY).unwrap().date();
        for back in (0..100_i64).rev() {
            let day = Day(last - time::Duration::days(back)).to_string();
            label.put(artist, series.clone(), &day, now - per_day * back as f64, &[]);
        }
    }

    fn upcoming(data: &Json, metric: &str) -> Json {
        let all = data["upcoming"].as_array().unwrap();
        all.iter().find(|upcoming| upcoming["metric"] == metric).unwrap().clone()
    }

    #[test]
    fn the_next_step_has_a_day_where_the_forecast_reaches_it() {
        let mut label = Fixture::default();
        put(&mut label, "Luz", FOLLOWERS, 950.0, 5.0);
        let next = upcoming(&label.data("milestones"), "followers");
        assert_eq!((&next["current"], &next["next"]["value"]), (&json!(950), &json!(1_000)));
        let expected = next["next"]["expected"].as_str().unwrap();
        assert!(("2025-10-05".."2025-11-15").contains(&expected), "{next}");
        // Days are counted from the day in question, not from a clock.
        let earlier = upcoming(&label.data_as_of("milestones", "2025-08-31"), "followers");
        assert_eq!((&earlier["current"], &earlier["next"]["value"]), (&json!(800), &json!(1_000)));
        assert!(earlier["next"]["expected"].as_str().unwrap() < "2025-11-01", "{earlier}");
    }

    #[test]
    fn what_falls_or_stands_still_is_not_in_sight_however_near_it_is() {
        let mut label = Fixture::default();
        put(&mut label, "Luz", FOLLOWERS, 999.0, 0.0);
        put(&mut label, "Luz", LISTENERS, 990.0, -3.0);
        put(&mut label, "Luz", SUBSCRIBERS, 400.0, 2.0);
        let data = label.data("milestones type:upcoming");
        for metric in ["followers", "monthly_listeners"] {
            assert_eq!(upcoming(&data, metric)["next"]["expected"], json!(null), "{metric}");
        }
        assert_eq!(data["upcoming"][0]["metric"], "subscribers", "what has a day comes first");
        assert_eq!(data["achieved"], json!([]));
    }

    #[test]
    fn a_number_that_was_there_before_is_told_with_the_day() {
        let mut label = Fixture::default();
        put(&mut label, "Luz", FOLLOWERS, 950.0, 5.0);
        label.put_all(
            "Luz",
            FOLLOWERS,
            &[("2025-05-01", 1_040.0), ("2025-05-02", 1_000.0), ("2025-05-03", 400.0)],
        );
        assert_eq!(upcoming(&label.data("milestones"), "followers")["reached_before"], "2025-05-02");
        assert_eq!(
            upcoming(&label.data_as_of("milestones", "2025-05-01"), "followers")["reached_before"],
            json!(null)
        );
    }

    #[test]
    fn what_is_missing_has_its_reason() {
        let mut label = Fixture::default();
        label.put_all("Luz", FOLLOWERS, &[("2025-07-01", 90.0)]);
        label.put_all("Mar", FOLLOWERS, &[(TODAY, 90.0)]);
        let next = &label.data("milestones artist:luz")["upcoming"][0];
        let too_old = json!({ "reason": "too_old", "of": "2025-07-01" });
        assert_eq!((&next["next"], &next["missing"], &next["current"]), (&json!(null), &too_old, &json!(90)));
        // A single value has a next step, and no forecast.
        let next = &label.data("milestones artist:mar")["upcoming"][0];
        assert_eq!((&next["next"]["value"], &next["next"]["horizon_days"]), (&json!(100), &json!(null)));
    }

    #[test]
    fn what_was_reached_has_its_day_and_what_a_jump_brought_is_told_as_such() {
        let mut label = Fixture::default();
        label.put_all("Luz", FOLLOWERS, &[("2025-07-01", 90.0), ("2025-07-02", 101.0), ("2025-07-03", 99.0)]);
        label.put_all("Luz", FOLLOWERS, &[("2025-07-04", 104.0)]);
        label.put("Luz", FOLLOWERS, "2025-07-05", 600.0, &[Flag::LevelChange]);
        let data = label.data("milestones type:achieved");
        let of = |place: usize| {
            let noted = &data["achieved"][place];
            let facts = &noted["facts"];
            (noted["date"].clone(), facts["threshold"].clone(), facts["is_jump"].clone())
        };
        // Each is reached once; of several steps in one jump the highest is told.
        assert_eq!(data["achieved"].as_array().unwrap().len(), 2);
        assert_eq!(of(0), (json!("2025-07-05"), json!(500), json!(true)));
        assert_eq!(of(1), (json!("2025-07-02"), json!(100), json!(false)));
        assert_eq!(data["upcoming"], json!([]));
    }
}
