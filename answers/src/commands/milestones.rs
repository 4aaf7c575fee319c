//! `milestones [artist:] [type:]`: what was reached when, and what is next when.

mod explained;
mod goals;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use casa24_analytics::trends::ladder;
use casa24_schemas::{ArtistId, Date, Day, Metric, Platform, TrendKind, Value, is_headline};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use goals::{GoalStanding, Outlook};

use super::Ask;
use super::choices::ALL;
use crate::definition::{CommandDefinition, OptionDefinition, OptionKind};
use crate::explanation::{Explainer, Explanation, Place};
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
    /// The goals that the label had set by the day, those ahead first, in the order of the days by which they are to be
    /// reached; where only those ahead or those reached were asked for, these.
    pub goals: Vec<GoalStanding>,
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
        let goals = self.goals.iter().filter(|goal| goal.current.is_some()).map(|goal| &goal.platform);
        upcoming
            .map(|upcoming| &upcoming.platform)
            .chain(goals)
            .chain(self.achieved.iter().flat_map(Noted::platforms))
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
        let is_asked =
            |series: &SeriesOf<'_>| self.which != ACHIEVED && is_headline(&series.platform, &series.metric);
        let headline: Vec<SeriesOf<'_>> = series.filter(is_asked).collect();
        let set = goals::goals_set(as_of, &views);
        let forecasts = Forecasts::of(as_of, headline.iter().chain(set.iter().map(|(series, _)| series)));
        let upcoming = upcoming(as_of, &headline, &forecasts);
        let mut goals = goals::goals(as_of, &set, &forecasts);
        goals.retain(|goal| match self.which {
            UPCOMING => goal.reached().is_none(),
            ACHIEVED => goal.reached().is_some(),
            _ => true,
        });
        let mut achieved = Vec::new();
        if self.which != UPCOMING {
            achieved = Noted::wanted(as_of, &views, Date::MIN, |found| found.kind == TrendKind::MILESTONE);
        }
        let num_achieved = achieved.len() as u32;
        achieved.truncate(MOST_NOTED);
        Ok(Answer {
            head: Head::new(as_of, &views),
            artist: one.map(|view| view.artist.name.clone()),
            which: self.which.to_owned(),
            upcoming,
            goals,
            num_achieved,
            achieved,
        })
    }

    fn explain(&self, as_of: &AsOf<'_>, answer: &Answer) -> Explanation {
        let mut explainer = Explainer::new(as_of);
        explained::ahead(&mut explainer, as_of, answer);
        explainer.all_noted(&Place::of("achieved"), &answer.achieved);
        explainer.explanation()
    }
}

fn types() -> Vec<&'static str> {
    vec![UPCOMING, ACHIEVED, ALL]
}

/// The next milestones, those expected soonest first, then those that at least the upper end of the interval reaches, then
/// those that are not in sight, the nearest first.
fn upcoming<'a>(as_of: &AsOf<'a>, series: &[SeriesOf<'a>], forecasts: &Forecasts<'a>) -> Vec<Upcoming> {
    let mut upcoming: Vec<Upcoming> =
        series.par_iter().map(|series| next(as_of, series, forecasts.shown(series))).collect();
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

fn next<'a>(as_of: &AsOf<'a>, series: &SeriesOf<'a>, shown: Option<&Shown>) -> Upcoming {
    let SeriesOf { view, platform, metric } = series;
    let present = as_of.present(series);
    let known = as_of.newest_counting(series);
    let of_present = |value: f64| -> Option<Goal> {
        let step = Value::new(ladder::above(value).next()?)?;
        let forecast = shown.and_then(|shown| shown.forecast.as_ref()).map(|forecast| as_of.ahead(forecast));
        Some(Goal::of(step, view.series(platform, metric)?, as_of.day, forecast.as_deref()))
    };
    let next = present.as_ref().ok().and_then(|point| of_present(point.value));
    let was_there = next.as_ref().and_then(|next| {
        let series = view.series(platform, metric)?;
        let known = series.until(as_of.day).iter().rev();
        known.filter(|point| point.value >= next.value.get()).find(|point| series.counts(point))
    });
    Upcoming {
        artist: view.artist.name.clone(),
        owner: view.owner(),
        platform: platform.clone(),
        metric: metric.clone(),
        current: known.and_then(|point| Value::new(point.value)),
        current_date: known.map(|point| Day(point.date())),
        reached_before: was_there.map(|point| Day(point.date())),
        model: shown
            .and_then(|shown| shown.forecast.as_ref())
            .filter(|_| next.is_some())
            .map(|forecast| forecast.model.clone()),
        missing: present.err().or(next.is_none().then_some(Missing::TooLarge)),
        next,
    }
}

/// The forecasts of some series, each of which is made once.
struct Forecasts<'a> {
    of: BTreeMap<SeriesKey<'a>, Shown>,
}

type SeriesKey<'a> = (&'a ArtistId, Platform, Metric);

fn key_of<'a>(series: &SeriesOf<'a>) -> SeriesKey<'a> {
    (&series.view.artist.id, series.platform.clone(), series.metric.clone())
}

impl<'a> Forecasts<'a> {
    fn of<'s>(as_of: &AsOf<'a>, series: impl Iterator<Item = &'s SeriesOf<'a>>) -> Self
    where
        'a: 's,
    {
        let each: BTreeMap<SeriesKey<'a>, SeriesOf<'a>> =
            series.map(|series| (key_of(series), series.clone())).collect();
        let (keys, series): (Vec<_>, Vec<_>) = each.into_iter().unzip();
        let shown = as_of.shown(&series, ENSEMBLE, AHEAD_DAYS);
        Self { of: keys.into_iter().zip(shown).collect() }
    }

    fn shown(&self, series: &SeriesOf<'a>) -> Option<&Shown> {
        self.of.get(&key_of(series))
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

    /// 100 days of five more each, 950 today, with these goals: value, first day, last day, withdrawn on.
    fn with_goals(goals: &[(f64, &str, Option<&str>, Option<&str>)]) -> Fixture {
        let mut label = Fixture::default();
        put(&mut label, "Luz", FOLLOWERS, 950.0, 5.0);
        for (value, since, by, withdrawn_on) in goals {
            label.goal("Luz", FOLLOWERS, *value, since, *by, *withdrawn_on);
        }
        label
    }

    #[test]
    fn a_goal_ahead_has_its_day_by_the_forecast_and_how_that_stands_to_the_last_day() {
        let data = with_goals(&[
            (980.0, "2025-09-01", Some("2025-10-31"), None),
            (980.0, "2025-09-01", None, None),
            (5_000.0, "2025-09-01", Some("2025-10-31"), None),
            (5_000.0, "2025-09-01", Some("2026-10-31"), None),
            (990.0, "2025-09-01", Some("2025-09-29"), None),
        ])
        .data("milestones");
        let goals = data["goals"].as_array().unwrap();
        let of = |value: i64, by: Option<&str>| {
            goals.iter().find(|goal| goal["value"] == value && goal["by"] == json!(by)).unwrap()
        };
        let expected = of(980, None)["when"]["expected"].as_str().unwrap();
        assert!(("2025-10-03".."2025-10-20").contains(&expected), "{expected}");
        assert_eq!(of(980, None)["outlook"], json!(null));
        assert_eq!(of(980, Some("2025-10-31"))["outlook"], "expected");
        assert_eq!(of(5_000, Some("2025-10-31"))["outlook"], "unlikely");
        assert_eq!(of(5_000, Some("2026-10-31"))["outlook"], "unknown");
        assert_eq!(of(990, Some("2025-09-29"))["outlook"], "missed");
        assert_eq!(goals[0]["by"], "2025-09-29", "what is due first comes first");
        assert_eq!(of(980, None)["current"], 950);
    }

    #[test]
    fn a_goal_behind_has_the_day_on_which_it_was_reached() {
        let mut label = with_goals(&[(600.0, "2025-07-01", Some("2025-08-01"), None)]);
        let goal = label.data("milestones")["goals"][0].clone();
        assert_eq!((&goal["reached_on"], &goal["outlook"]), (&json!("2025-07-22"), &json!("kept")));
        let told = label.data("milestones type:achieved");
        let milestone =
            &told["achieved"].as_array().unwrap().iter().find(|of| of["facts"]["is_goal"] == true);
        assert_eq!(milestone.unwrap()["date"], "2025-07-22");
        assert_eq!(label.data("milestones type:upcoming")["goals"], json!([]));
        assert_eq!(told["goals"][0]["value"], 600);
    }

    #[test]
    fn an_earlier_day_has_the_goals_that_stood_then() {
        let mut label = with_goals(&[
            (960.0, "2025-09-01", None, Some("2025-09-20")),
            (970.0, "2025-09-20", None, None),
            (980.0, "2026-01-01", None, None),
        ]);
        let values = |data: Json| {
            let goals = data["goals"].as_array().unwrap().iter();
            goals.map(|goal| goal["value"].as_i64().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(values(label.data_as_of("milestones", "2025-08-31")), [0; 0]);
        assert_eq!(values(label.data_as_of("milestones", "2025-09-19")), [960]);
        assert_eq!(values(label.data_as_of("milestones", "2025-09-20")), [970]);
        // Without a day, those that stand: one may have been set after the newest figures.
        assert_eq!(values(label.data("milestones")), [970, 980]);
    }

    #[test]
    fn a_goal_without_figures_says_why() {
        let mut label = with_goals(&[]);
        label.goal("Luz", SUBSCRIBERS, 10.0, "2025-09-01", Some("2025-12-01"), None);
        let goal = label.data("milestones artist:luz")["goals"][0].clone();
        assert_eq!((&goal["when"], &goal["current"]), (&json!(null), &json!(null)));
        assert_eq!((&goal["outlook"], &goal["missing"]["reason"]), (&json!("unknown"), &json!("no_figures")));
    }
}
