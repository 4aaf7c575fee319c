//! How figures stand to the goals that the label has set for them.

use std::cmp::Reverse;

use casa24_analytics::trends::Found;
use casa24_schemas::{Date, Day, Facts, LabelGoal, Metric, Platform, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Forecasts;
use crate::figures::{Goal, Missing, Owner};
use crate::read_model::{ArtistView, AsOf, SeriesOf, Shown};

/// How a figure stands to a goal that the label has set for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GoalStanding {
    /// Name of the artist, or of the label.
    pub artist: String,
    /// Whose it is.
    pub owner: Owner,
    /// Platform of the figure.
    pub platform: Platform,
    /// Metric of the figure.
    pub metric: Metric,
    /// The goal.
    pub value: Value,
    /// First day on which it stood.
    pub since: Day,
    /// Day by which it is to be reached, where there is one.
    pub by: Option<Day>,
    /// Newest value that counts.
    pub current: Option<Value>,
    /// Its day.
    pub current_date: Option<Day>,
    /// First day since it was set on which the figure reached it from below; missing where it did not.
    pub reached_on: Option<Day>,
    /// Since when the figure is there, or when it is by the forecast; missing where there are no figures.
    pub when: Option<Goal>,
    /// How it stands to the day by which it is to be reached; missing where there is no such day.
    pub outlook: Option<Outlook>,
    /// Model of the forecast: the ensemble, or one with a better record.
    pub model: Option<String>,
    /// Why there is no present value.
    pub missing: Option<Missing>,
}

/// How a goal stands to the day by which it is to be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outlook {
    /// It was reached by then.
    Kept,
    /// It was not reached by then, or later.
    Missed,
    /// The expected value is there by then.
    Expected,
    /// The upper end of the 80 % interval is there by then, the expected value is not.
    Possible,
    /// Not even the upper end is there by then.
    Unlikely,
    /// The forecast does not reach so far, or there is none.
    Unknown,
}

impl GoalStanding {
    /// The day on which it was reached, as far as that is known, or since when the figure is there.
    pub(super) fn reached(&self) -> Option<Day> {
        self.reached_on.or_else(|| self.when.as_ref()?.reached_since)
    }

    /// How it stands on a day to the one by which it is to be reached.
    fn outlook(&self, by: Day, today: Date) -> Outlook {
        let is_by_then = |day: Option<Day>| day.is_some_and(|day| day <= by);
        if let Some(reached) = self.reached() {
            return if reached <= by { Outlook::Kept } else { Outlook::Missed };
        }
        if by.0 < today {
            return Outlook::Missed;
        }
        let Some(when) = &self.when else { return Outlook::Unknown };
        let end = when.horizon_days.and_then(|days| today.checked_add(time::Duration::days(days.into())));
        match (is_by_then(when.expected), is_by_then(when.earliest)) {
            (true, _) => Outlook::Expected,
            (false, true) => Outlook::Possible,
            (false, false) if end.is_some_and(|end| by.0 <= end) => Outlook::Unlikely,
            (false, false) => Outlook::Unknown,
        }
    }
}

/// The goals that the label had set by the day.
pub(super) fn goals_set<'a>(
    as_of: &AsOf<'a>,
    views: &[ArtistView<'a>],
) -> Vec<(SeriesOf<'a>, &'a LabelGoal)> {
    let of_view = |view: &ArtistView<'a>| {
        let view = *view;
        let of_goal = move |goal: &'a LabelGoal| {
            let (platform, metric) = (goal.platform.clone(), goal.metric.clone());
            (SeriesOf { view, platform, metric }, goal)
        };
        as_of.goals(&view).into_iter().map(of_goal)
    };
    views.iter().flat_map(of_view).collect()
}

/// How the label's goals stand: those ahead by the day by which they are to be reached, then by that on which they are
/// expected, then those reached, the newest first.
pub(super) fn goals<'a>(
    as_of: &AsOf<'a>,
    set: &[(SeriesOf<'a>, &LabelGoal)],
    forecasts: &Forecasts<'a>,
) -> Vec<GoalStanding> {
    let stand =
        |(series, goal): &(SeriesOf<'a>, &LabelGoal)| stand(as_of, series, goal, forecasts.shown(series));
    let mut standing: Vec<GoalStanding> = set.iter().map(stand).collect();
    standing.sort_by_key(|goal| {
        let reached = goal.reached();
        let or_last = |day: Option<Day>| day.map_or(Date::MAX, |Day(day)| day);
        let expected = goal.when.as_ref().and_then(|when| when.expected);
        (reached.is_some(), Reverse(reached), or_last(goal.by), or_last(expected))
    });
    standing
}

fn stand<'a>(
    as_of: &AsOf<'a>,
    series: &SeriesOf<'a>,
    goal: &LabelGoal,
    shown: Option<&Shown>,
) -> GoalStanding {
    let SeriesOf { view, platform, metric } = series;
    let present = as_of.present(series);
    let known = as_of.newest_counting(series);
    let forecast = shown.and_then(|shown| shown.forecast.as_ref()).filter(|_| present.is_ok());
    let ahead = forecast.map(|forecast| as_of.ahead(forecast));
    let is_it = |found: &Found| {
        let is_of_series = found.platform == *platform && found.metric == *metric;
        is_of_series
            && matches!(found.finding.facts,
                Facts::Milestone { threshold, is_goal: true, .. } if threshold == goal.value)
    };
    let reached = as_of.found(view, goal.since.0).iter().find(|found| is_it(found));
    let points = view.series(platform, metric).filter(|_| known.is_some());
    let mut standing = GoalStanding {
        artist: view.artist.name.clone(),
        owner: view.owner(),
        platform: platform.clone(),
        metric: metric.clone(),
        value: goal.value,
        since: goal.since,
        by: goal.by,
        current: known.and_then(|point| Value::new(point.value)),
        current_date: known.map(|point| Day(point.date())),
        reached_on: reached.map(|found| found.finding.date),
        when: points.map(|points| Goal::of(goal.value, points, as_of.day, ahead.as_deref())),
        outlook: None,
        model: forecast.map(|forecast| forecast.model.clone()),
        missing: present.err(),
    };
    standing.outlook = goal.by.map(|by| standing.outlook(by, as_of.day));
    standing
}
