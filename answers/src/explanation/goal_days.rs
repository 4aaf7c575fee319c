//! Explains since when a goal is reached, or when it is by a forecast.

use std::sync::Arc;

use casa24_analytics::{Point, Series};
use casa24_schemas::{Date, Forecast, Value};

use super::explainer::{Explainer, Place};
use super::forecast::Forecasted;
use super::formula::Formula;
use super::input::{Input, OfForecast};
use crate::figures::Goal;

impl<'a> Explainer<'_, 'a> {
    /// The days of a goal, by this forecast where it is ahead.
    pub(crate) fn goal_days(
        &mut self,
        place: &Place,
        goal: &Goal,
        of: Forecasted<'_, 'a>,
        forecast: Option<&Arc<Forecast>>,
    ) {
        if let Some(day) = goal.reached_since {
            let ends = of.values().map(|points| since(points, self.as_of.day, goal.value));
            let (reached, before) = ends.unwrap_or_default();
            let reached = reached.and_then(|point| self.value_of(of, point));
            let before = before.and_then(|point| self.value_of(of, point));
            self.reached(&place.at("reached_since"), day, goal.value, reached, before);
        }
        let ahead = forecast.map(|forecast| self.as_of.ahead(forecast));
        let path = ahead.as_ref().map(|ahead| &ahead.path[..]).unwrap_or_default();
        for (field, day, what) in [
            ("earliest", goal.earliest, OfForecast::Upper80),
            ("expected", goal.expected, OfForecast::Predicted),
            ("latest", goal.latest, OfForecast::Lower80),
        ] {
            let Some(day) = day else { continue };
            let index = path.iter().position(|point| what.of(point) >= Some(goal.value));
            let mut said = |index: usize| self.forecast_input(of, forecast?, path.get(index)?, what);
            // Another forecast than that of the answer has other days.
            let on_day = |input: &Input| matches!(input, Input::Forecast { day: on, .. } if *on == day);
            let found = index.and_then(&mut said).filter(on_day);
            let earlier = index.and_then(|index| index.checked_sub(1)).and_then(said);
            let given = |input: Option<Input>| {
                let input = input?;
                self.given(input.value().get(), Formula::Observed, Some(vec![input]))
            };
            let (reached, before) = (given(found), given(earlier));
            self.reached(&place.at(field), day, goal.value, reached, before);
        }
    }
}

/// The first value since which all that count are at a goal or above it, and the one before it.
fn since(points: &Series, day: Date, goal: Value) -> (Option<&Point>, Option<&Point>) {
    let known: Vec<&Point> = points.until(day).iter().filter(|point| points.counts(point)).collect();
    let below = known.iter().rposition(|point| point.value < goal.get());
    let first = below.map_or(0, |below| below + 1);
    (known.get(first).copied(), below.and_then(|below| known.get(below).copied()))
}
