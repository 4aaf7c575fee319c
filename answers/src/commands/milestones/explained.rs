//! From which values and forecasts the days of milestones and goals come.

use casa24_analytics::{Point, Series};
use casa24_schemas::{Date, Day, LabelGoal, Metric, Platform, Value};

use super::goals::GoalStanding;
use super::{Answer, Forecasts, Upcoming};
use crate::explanation::{Bound, Computed, Explainer, Formula, Input, Place};
use crate::figures::{Goal, Owner, SeriesKey};
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
        next(explainer, as_of, &Place::of("upcoming").at(index), (of, series), forecasts.shown(series));
    }
    for (index, of, series) in &goals {
        goal(explainer, as_of, &Place::of("goals").at(index), (of, series), forecasts.shown(series));
    }
}

fn next<'a>(
    explainer: &mut Explainer<'_, 'a>,
    as_of: &AsOf<'a>,
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
    days(explainer, as_of, &place_of_next, (next, series), shown);
    if let Some(day) = of.reached_before {
        let points = series.view.series(&series.platform, &series.metric);
        let newest = points.and_then(|points| {
            let is_it = |point: &&Point| point.value >= next.value.get() && points.counts(point);
            points.until(day.0).iter().rev().find(is_it)
        });
        let reached = newest.and_then(|point| value_of(explainer, series, point));
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
            value_of(explainer, series, point)
        };
        let reached = on(day.0);
        let before = day.0.previous_day().and_then(on);
        explainer.reached(&place.at("reached_on"), day, of.value, reached, before);
    }
    if let Some(when) = &of.when {
        days(explainer, as_of, &place.at("when"), (when, series), shown);
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

/// Since when a goal is reached, or when it is by the forecast.
fn days<'a>(
    explainer: &mut Explainer<'_, 'a>,
    as_of: &AsOf<'a>,
    place: &Place,
    (goal, series): (&Goal, &SeriesOf<'a>),
    shown: Option<&Shown>,
) {
    if let Some(day) = goal.reached_since {
        let points = series.view.series(&series.platform, &series.metric);
        let (reached, before) = points.map_or((None, None), |points| since(points, as_of.day, goal.value));
        let reached = reached.and_then(|point| value_of(explainer, series, point));
        let before = before.and_then(|point| value_of(explainer, series, point));
        explainer.reached(&place.at("reached_since"), day, goal.value, reached, before);
    }
    let forecast = shown.and_then(|shown| shown.forecast.as_ref());
    let ahead = forecast.map(|forecast| (forecast, as_of.ahead(forecast)));
    for (field, day, bound) in [
        ("earliest", goal.earliest, Bound::Upper80),
        ("expected", goal.expected, Bound::Predicted),
        ("latest", goal.latest, Bound::Lower80),
    ] {
        let Some(day) = day else { continue };
        let (mut reached, mut before) = (None, None);
        if let Some((forecast, ahead)) = &ahead {
            let index = ahead.path.iter().position(|point| bound.of(point) >= goal.value);
            let mut of = |index: usize| {
                let point = ahead.path.get(index)?;
                explainer.forecast_input(forecast, point, bound)
            };
            // Another forecast than that of the answer has other days.
            let on_day = |input: &Input| matches!(input, Input::Forecast { day: on, .. } if *on == day);
            let found = index.and_then(&mut of).filter(on_day);
            let earlier = index.and_then(|index| index.checked_sub(1)).and_then(of);
            let given = |input: Option<Input>| {
                let input = input?;
                explainer.given(input.value().get(), Formula::Observed, Some(vec![input]))
            };
            (reached, before) = (given(found), given(earlier));
        }
        explainer.reached(&place.at(field), day, goal.value, reached, before);
    }
}

/// The first value since which all that count are at a goal or above it, and the one before it.
fn since(points: &Series, day: Date, goal: Value) -> (Option<&Point>, Option<&Point>) {
    let known: Vec<&Point> = points.until(day).iter().filter(|point| points.counts(point)).collect();
    let below = known.iter().rposition(|point| point.value < goal.get());
    let first = below.map_or(0, |below| below + 1);
    (known.get(first).copied(), below.and_then(|below| known.get(below).copied()))
}

fn value_of<'a>(explainer: &mut Explainer<'_, 'a>, series: &SeriesOf<'a>, point: &Point) -> Option<Computed> {
    let input = explainer.point_input(series, point)?;
    explainer.given(point.value, Formula::Observed, Some(vec![input]))
}
