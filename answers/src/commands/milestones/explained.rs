//! From which values and forecasts the days of milestones and goals come.

use std::sync::Arc;

use casa24_analytics::Point;
use casa24_schemas::{Date, Day, Forecast, LabelGoal, Metric, Platform, Value};

use super::goals::GoalStanding;
use super::{Answer, Forecasts, Upcoming};
use crate::explanation::{Explainer, Forecasted, Formula, Place};
use crate::figures::{Owner, SeriesKey};
use crate::read_model::{AsOf, SeriesOf, Shown};

/// The figures and days of an answer, but for the milestones that were reached.
pub(super) fn ahead<'a>(explainer: &mut Explainer<'_, 'a>, as_of: &AsOf<'a>, answer: &Answer) {
    let series_of = |artist: &str, owner: Owner, platform: &Platform, metric: &Metric| {
        let key = SeriesKey { platform: platform.clone(), metric: metric.clone() };
        explainer.series_of(artist, owner, &key).into_iter().next()
    };
    let upcoming = answer.upcoming.iter().enumerate().filter_map(|(index, of)| {
        Some((index, of, series_of(&of.artist, of.owner, &of.platform, &of.metric)?))
    });
    let upcoming: Vec<(usize, &Upcoming, SeriesOf<'a>)> = upcoming.collect();
    let goals = answer.goals.iter().enumerate().filter_map(|(index, of)| {
        Some((index, of, series_of(&of.artist, of.owner, &of.platform, &of.metric)?))
    });
    let goals: Vec<(usize, &GoalStanding, SeriesOf<'a>)> = goals.collect();
    let all = upcoming.iter().map(|(.., series)| series).chain(goals.iter().map(|(.., series)| series));
    let forecasts = Forecasts::of(as_of, all);
    for (index, of, series) in &upcoming {
        next(explainer, &Place::of("upcoming").at(index), (of, series), forecasts.shown(series));
    }
    for (index, of, series) in &goals {
        goal(explainer, as_of, &Place::of("goals").at(index), (of, series), forecasts.shown(series));
    }
}

fn next<'a>(
    explainer: &mut Explainer<'_, 'a>,
    place: &Place,
    (of, series): (&Upcoming, &SeriesOf<'a>),
    shown: Option<&Shown>,
) {
    current(explainer, place, series, of.current.zip(of.current_date));
    let Some(next) = &of.next else { return };
    let place_of_next = place.at("next");
    let inputs = of.current.zip(of.current_date).and_then(|(value, Day(date))| {
        explainer.counting(series, date, value.get()).map(|input| vec![input])
    });
    explainer.computed(&place_of_next.at("value"), Some(next.value), Formula::NextOnLadder, inputs);
    explainer.goal_days(&place_of_next, next, Forecasted::Series(series), forecast_of(shown));
    if let Some(day) = of.reached_before {
        let points = series.view.series(&series.platform, &series.metric);
        let newest = points.and_then(|points| {
            let is_it = |point: &&Point| point.value >= next.value.get() && points.counts(point);
            points.until(day.0).iter().rev().find(is_it)
        });
        let reached = newest.and_then(|point| explainer.value_of(Forecasted::Series(series), point));
        explainer.reached(&place.at("reached_before"), day, next.value, reached, None);
    }
}

fn goal<'a>(
    explainer: &mut Explainer<'_, 'a>,
    as_of: &AsOf<'a>,
    place: &Place,
    (of, series): (&GoalStanding, &SeriesOf<'a>),
    shown: Option<&Shown>,
) {
    let is_it = |goal: &&LabelGoal| {
        goal.platform == of.platform
            && goal.metric == of.metric
            && goal.value == of.value
            && goal.since == of.since
    };
    let set = as_of.goals(&series.view).into_iter().find(is_it);
    let inputs = set.map(|goal| vec![explainer.goal_input(goal)]);
    explainer.computed(&place.at("value"), Some(of.value), Formula::Observed, inputs);
    current(explainer, place, series, of.current.zip(of.current_date));
    if let Some(day) = of.reached_on {
        let points = series.view.series(&series.platform, &series.metric);
        let mut on = |day: Date| {
            let point = points?.counting_at(day)?;
            explainer.value_of(Forecasted::Series(series), point)
        };
        let reached = on(day.0);
        let before = day.0.previous_day().and_then(on);
        explainer.reached(&place.at("reached_on"), day, of.value, reached, before);
    }
    if let Some(when) = &of.when {
        explainer.goal_days(&place.at("when"), when, Forecasted::Series(series), forecast_of(shown));
    }
}

/// The newest value.
fn current<'a>(
    explainer: &mut Explainer<'_, 'a>,
    place: &Place,
    series: &SeriesOf<'a>,
    current: Option<(Value, Day)>,
) {
    let Some((value, Day(date))) = current else { return };
    let inputs = explainer.counting(series, date, value.get()).map(|input| vec![input]);
    explainer.computed(&place.at("current"), Some(value), Formula::Observed, inputs);
}

fn forecast_of(shown: Option<&Shown>) -> Option<&Arc<Forecast>> {
    shown?.forecast.as_ref()
}
