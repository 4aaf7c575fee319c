//! The axis of values: a range that holds what is to be shown, and round numbers in it.

/// Least range of values as a share of the greatest: a nearly flat series should look flat.
const LEAST_SHARE: f64 = 0.01;

/// Least range of whole numbers.
const LEAST_OF_WHOLE: f64 = 4.0;

/// Room above and below, as a share of the range.
const ROOM: f64 = 0.06;

/// A range of values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ValueAxis {
    low: f64,
    high: f64,
    step: Step,
}

impl ValueAxis {
    /// The range of these values with about `num_ticks` ticks; `None` where there are none, or where they are too
    /// far apart or too small to compute with.
    pub(crate) fn of(values: &[f64], num_ticks: u32) -> Option<Self> {
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
        if !span.is_normal() || span <= 0.0 {
            return None;
        }
        let mut step = Step::at_least(span / (f64::from(num_ticks) + 0.5));
        // One tick alone does not say how far it is to the next.
        if (high / step.size()).floor() - (low / step.size()).ceil() < 1.0 {
            step = Step::at_least(step.size() / 2.5);
        }
        if whole && step.size() < 1.0 {
            step = Step::ONE;
        }
        step.size().is_normal().then_some(Self { low, high, step })
    }

    /// Where a value lies, from 0 at the bottom to 1 at the top.
    pub(crate) fn share(&self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low)
    }

    /// Round numbers within the range, smallest first.
    pub(crate) fn ticks(&self) -> Vec<f64> {
        let (first, last) = ((self.low / self.step.size()).ceil(), (self.high / self.step.size()).floor());
        // A step is at least a fraction of the range, so there are few; a step lost in rounding ends it too.
        (0..20)
            .map(|index| first + f64::from(index))
            .take_while(|n| *n <= last)
            .map(|n| self.step.multiple(n))
            .collect()
    }

    /// The range that this and a value span, where it is at most twice as long; otherwise this.
    #[must_use]
    pub(crate) fn reaching(self, values: &[f64], value: f64, num_ticks: u32) -> Self {
        let with: Vec<f64> = values.iter().copied().chain([value]).collect();
        let longer = Self::of(&with, num_ticks);
        longer.filter(|longer| longer.high - longer.low <= 2.0 * (self.high - self.low)).unwrap_or(self)
    }
}

/// 1, 2, 5 or 10 times a power of ten.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Step {
    times: f64,
    power: i32,
}

impl Step {
    const ONE: Self = Self { times: 1.0, power: 0 };

    /// The least step that is not below a number.
    fn at_least(number: f64) -> Self {
        let power = number.log10().floor() as i32;
        let unit = Self { times: 1.0, power }.size();
        let times = [1.0, 2.0, 5.0].into_iter().find(|times| times * unit >= number * (1.0 - 1e-9));
        Self { times: times.unwrap_or(10.0), power }
    }

    fn size(self) -> f64 {
        self.multiple(1.0)
    }

    /// So many steps, as the nearest number to the decimal one: 3 times 0.2 is 0.6.
    fn multiple(self, n: f64) -> f64 {
        let tens = 10_f64.powi(self.power.abs());
        let multiple = if self.power < 0 { n * self.times / tens } else { n * self.times * tens };
        multiple + 0.0 // makes 0 of -0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ticks(values: &[f64]) -> Vec<f64> {
        ValueAxis::of(values, 4).unwrap().ticks()
    }

    #[test]
    fn ticks_are_round_and_whole_where_the_values_are() {
        assert_eq!(ticks(&[1_980.0, 2_160.0]), [2_000.0, 2_050.0, 2_100.0, 2_150.0]);
        assert_eq!(ticks(&[3.0, 3.0]), [1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(ticks(&[0.0]), [0.0, 1.0, 2.0, 3.0, 4.0]);
        assert_eq!(ticks(&[0.5, 1.25]), [0.6, 0.8, 1.0, 1.2]);
    }

    #[test]
    fn zero_has_no_sign() {
        let zero = ticks(&[-30.0, 100.0]).into_iter().find(|tick| *tick == 0.0);
        assert_eq!(zero.map(f64::is_sign_negative), Some(false));
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

    proptest! {
        #[test]
        fn any_finite_values_lie_within_their_axis_or_have_none(
            values in proptest::collection::vec(
                prop_oneof![
                    proptest::num::f64::NORMAL,
                    proptest::num::f64::SUBNORMAL,
                    proptest::num::f64::ZERO,
                    -1e9..1e9,
                ],
                1..6,
            )
        ) {
            let Some(axis) = ValueAxis::of(&values, 4) else { return Ok(()) };
            for value in values {
                prop_assert!((0.0..=1.0).contains(&axis.share(value)), "{}", value);
            }
            prop_assert!(axis.ticks().len() <= 20);
            prop_assert!(axis.ticks().iter().all(|tick| tick.is_finite()));
        }
    }
}
