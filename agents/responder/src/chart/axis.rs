//! Axes: the range that holds what is to be shown, and round numbers and first days of months on it.

use casa24_schemas::Date;
use time::{Duration, Month};

/// Least range of values as a share of the greatest: a nearly flat series should look flat.
const LEAST_SHARE: f64 = 0.01;

/// Least range of whole numbers.
const LEAST_OF_WHOLE: f64 = 4.0;

/// Room above and below, as a share of the range.
const ROOM: f64 = 0.06;

/// A range of values.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ValueAxis {
    low: f64,
    high: f64,
    step: f64,
}

impl ValueAxis {
    /// The range of these values with about `num_ticks` ticks; `None` where there are none, or where they are too
    /// far apart to compute with.
    pub(super) fn of(values: &[f64], num_ticks: u32) -> Option<Self> {
        let lowest = values.iter().copied().reduce(f64::min)?;
        let highest = values.iter().copied().reduce(f64::max)?;
        let whole = values.iter().all(|value| value.fract() == 0.0);
        let share = lowest.abs().max(highest.abs()) * LEAST_SHARE;
        let least = if whole { share.max(LEAST_OF_WHOLE) } else { share };
        let missing = (least - (highest - lowest)).max(0.0) / 2.0;
        let room = (highest - lowest).max(least) * ROOM;
        // Counts are not shown a range below zero.
        let floor = if lowest >= 0.0 { 0.0 } else { f64::NEG_INFINITY };
        let low = (lowest - missing - room).max(floor);
        let high = (highest + missing + room).max(low + least);
        let span = high - low;
        if !span.is_finite() || span <= 0.0 {
            return None;
        }
        let mut step = round_step(span / (f64::from(num_ticks) + 0.5));
        // One tick alone does not say how far it is to the next.
        if (high / step).floor() - (low / step).ceil() < 1.0 {
            step = round_step(step / 2.5);
        }
        Some(Self { low, high, step: if whole { step.max(1.0) } else { step } })
    }

    /// Where a value lies, from 0 at the bottom to 1 at the top.
    pub(super) fn share(&self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low)
    }

    /// Round numbers within the range, smallest first.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let (first, last) = ((self.low / self.step).ceil(), (self.high / self.step).floor());
        // A step is at least a fraction of the range, so there are few; a step lost in rounding ends it too.
        (0..20)
            .map(|index| first + f64::from(index))
            .take_while(|n| *n <= last)
            .map(|n| n * self.step)
            .collect()
    }

    /// The range that this and a value span, where it is at most twice as long; otherwise this.
    #[must_use]
    pub(super) fn reaching(self, values: &[f64], value: f64, num_ticks: u32) -> Self {
        let with: Vec<f64> = values.iter().copied().chain([value]).collect();
        let longer = Self::of(&with, num_ticks);
        longer.filter(|longer| longer.high - longer.low <= 2.0 * (self.high - self.low)).unwrap_or(self)
    }
}

/// The least of 1, 2 and 5 times a power of ten that is not below a number.
fn round_step(at_least: f64) -> f64 {
    let power = 10_f64.powf(at_least.log10().floor());
    let times = [1.0, 2.0, 5.0].into_iter().find(|times| times * power >= at_least * (1.0 - 1e-9));
    times.unwrap_or(10.0) * power
}

/// A range of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DayAxis {
    pub(super) first: Date,
    pub(super) last: Date,
}

impl DayAxis {
    /// Where a day lies, from 0 at the left to 1 at the right.
    pub(super) fn share(self, day: Date) -> f64 {
        let span = (self.last - self.first).whole_days().max(1);
        (day - self.first).whole_days() as f64 / span as f64
    }

    /// First days of months; in a range of few weeks middles of months too.
    pub(super) fn ticks(self) -> Vec<Date> {
        let is_short = (self.last - self.first).whole_days() < 75;
        let days = (0..=(self.last - self.first).whole_days()).filter_map(|days| {
            self.first.checked_add(Duration::days(days)) // the calendar ends
        });
        days.filter(|day| day.day() == 1 || (is_short && day.day() == 15)).collect()
    }
}

/// `Sep 30`, and `Jan 1, 2026` where a year begins.
pub(super) fn day_label(day: Date) -> String {
    let month = match day.month() {
        Month::January => "Jan",
        Month::February => "Feb",
        Month::March => "Mar",
        Month::April => "Apr",
        Month::May => "May",
        Month::June => "Jun",
        Month::July => "Jul",
        Month::August => "Aug",
        Month::September => "Sep",
        Month::October => "Oct",
        Month::November => "Nov",
        Month::December => "Dec",
    };
    let begins_year = day.ordinal() == 1;
    let year = if begins_year { format!(", {}", day.year()) } else { String::new() };
    format!("{month} {}{year}", day.day())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    fn ticks(values: &[f64]) -> Vec<f64> {
        ValueAxis::of(values, 4).unwrap().ticks()
    }

    #[test]
    fn ticks_are_round_and_whole_where_the_values_are() {
        assert_eq!(ticks(&[1_980.0, 2_160.0]), [2_000.0, 2_050.0, 2_100.0, 2_150.0]);
        assert_eq!(ticks(&[3.0, 3.0]), [1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(ticks(&[0.0]), [0.0, 1.0, 2.0, 3.0, 4.0]);
        assert_eq!(ticks(&[0.5, 1.25]), [0.6000000000000001, 0.8, 1.0, 1.2000000000000002]);
    }

    #[test]
    fn there_are_two_ticks_at_least() {
        assert_eq!(
            ValueAxis::of(&[107_400.0, 111_900.0], 3).unwrap().ticks(),
            [108_000.0, 110_000.0, 112_000.0]
        );
        for (low, high) in [(1_001.0, 1_049.0), (1.0, 7.0), (9_990.0, 10_400.0)] {
            for num_ticks in [3, 5] {
                assert!(ValueAxis::of(&[low, high], num_ticks).unwrap().ticks().len() >= 2, "{low}");
            }
        }
    }

    #[test]
    fn what_hardly_moves_looks_flat() {
        let axis = ValueAxis::of(&[30_000_000.0, 30_000_001.0], 4).unwrap();
        assert!(axis.share(30_000_001.0) - axis.share(30_000_000.0) < 0.001);
        assert!((axis.share(30_000_000.0) - 0.5).abs() < 0.01);
    }

    #[test]
    fn a_far_goal_does_not_squeeze_the_figures() {
        let values = [100.0, 200.0];
        let axis = ValueAxis::of(&values, 4).unwrap();
        assert!(axis.clone().reaching(&values, 250.0, 4).share(250.0) < 1.0);
        assert_eq!(axis.clone().reaching(&values, 900.0, 4), axis);
    }

    #[test]
    fn days_are_named_and_years_begin_with_their_number() {
        let axis = DayAxis { first: date!(2025 - 11 - 20), last: date!(2026 - 03 - 10) };
        let labels: Vec<String> = axis.ticks().into_iter().map(day_label).collect();
        assert_eq!(labels, ["Dec 1", "Jan 1, 2026", "Feb 1", "Mar 1"]);
        assert_eq!((axis.share(axis.first), axis.share(axis.last)), (0.0, 1.0));
    }

    proptest! {
        #[test]
        fn any_finite_values_lie_within_their_axis_or_have_none(
            values in proptest::collection::vec(proptest::num::f64::NORMAL | proptest::num::f64::ZERO, 1..6)
        ) {
            let Some(axis) = ValueAxis::of(&values, 4) else { return Ok(()) };
            for value in values {
                prop_assert!((0.0..=1.0).contains(&axis.share(value)), "{}", value);
            }
            prop_assert!(axis.ticks().len() <= 20);
        }
    }
}
