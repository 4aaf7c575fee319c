//! The kind of a series: how often it moves, whether it falls, and whether it comes back. Series of one kind
//! share their errors.

use serde::{Deserialize, Serialize};

/// How a series moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Kind {
    /// How often it moves.
    pub pace: Pace,
    /// Whether hardly any step is a fall.
    pub rises: bool,
    /// Whether it moves all the time and gets nowhere: over 14 steps it is not twice as far off as over one. A random
    /// walk is 3.7 times as far.
    pub returns: bool,
}

/// How many of the steps of a series are no change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// More than 97 %: it hardly ever moves.
    Standing,
    /// More than 80 %: it moves in steps, with long pauses.
    Rare,
    /// More than 40 %.
    Frequent,
    /// Fewer.
    Constant,
}

/// Over so many steps a series that returns is not much farther off than over one.
const FAR_STEPS: usize = 14;

impl Kind {
    /// The kind of these values.
    pub fn of(values: &[f64]) -> Self {
        let steps = || values.windows(2).map(|pair| pair[1] - pair[0]);
        let share = |num: usize| num as f64 / values.len().saturating_sub(1).max(1) as f64;
        let unchanged = share(steps().filter(|step| *step == 0.0).count());
        let pace = if values.len() < 2 || unchanged > 0.97 {
            Pace::Standing
        } else if unchanged > 0.80 {
            Pace::Rare
        } else if unchanged > 0.40 {
            Pace::Frequent
        } else {
            Pace::Constant
        };
        let far = |distance: usize| {
            let num = values.len().saturating_sub(distance).max(1) as f64;
            values.iter().zip(values.iter().skip(distance)).map(|(from, to)| (to - from).abs()).sum::<f64>()
                / num
        };
        let returns = pace == Pace::Constant && values.len() > 2 * FAR_STEPS && far(FAR_STEPS) < 2.0 * far(1);
        Self { pace, rises: share(steps().filter(|step| *step < 0.0).count()) < 0.02, returns }
    }
}

/// How far a series moves in a step, on average over its newest 60 steps and one more, so that it is never zero. The
/// one more is as large as a count of this size varies by chance (Poisson: its square root), or the least change of a
/// series that does not count.
pub(crate) fn mean_step(values: &[f64], season_length: usize, unit: f64, whole: bool) -> f64 {
    const STEPS: usize = 60;
    let newest = &values[values.len().saturating_sub(STEPS + 1)..];
    let moved_over = |distance: usize| -> f64 {
        let earlier = &values[..values.len() - distance];
        newest.iter().skip(1).rev().zip(earlier.iter().rev()).map(|(to, from)| (to - from).abs()).sum()
    };
    let step: f64 = newest.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum();
    let moved = if season_length > 1 && values.len() > season_length + newest.len() {
        step.min(moved_over(season_length))
    } else {
        step
    };
    let level = values.last().map_or(0.0, |value| value.abs());
    let one_more = if whole { level.sqrt().max(unit) } else { unit };
    (moved + one_more) / newest.len() as f64
}

/// The least by which a series can move: one where all values are whole, otherwise a thousandth of its largest value.
pub(crate) fn unit(values: &[f64], whole: bool) -> f64 {
    let largest = values.iter().map(|value| value.abs()).fold(0.0, f64::max);
    if whole || largest == 0.0 { 1.0 } else { largest / 1000.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_tells_how_often_a_series_moves_and_whether_it_falls() {
        let of = |values: &[f64]| {
            let kind = Kind::of(values);
            (kind.pace, kind.rises)
        };
        let stairs: Vec<f64> = (0..100).map(|day| f64::from(day / 10)).collect();
        assert_eq!(of(&stairs), (Pace::Rare, true));
        assert_eq!(of(&[5.0; 50]), (Pace::Standing, true));
        assert_eq!(of(&(0..50).map(f64::from).collect::<Vec<_>>()), (Pace::Constant, true));
        assert_eq!(of(&[1.0, 2.0, 2.0, 2.0, 1.0, 1.0]), (Pace::Frequent, false));
        assert_eq!(of(&[]), (Pace::Standing, true));
        let mut state = 1_u64;
        let mut chance = || {
            // Knuth's MMIX generator; its high bits are good enough here.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / (1_u64 << 24) as f64 - 0.5
        };
        let noise: Vec<f64> = (0..200).map(|_| chance()).collect();
        let mut sum = 0.0;
        let mut walk = || {
            sum += chance();
            sum
        };
        let walk: Vec<f64> = (0..200).map(|_| walk()).collect();
        assert!(Kind::of(&noise).returns && !Kind::of(&walk).returns);
    }

    #[test]
    fn a_mean_step_is_never_zero() {
        assert_eq!(mean_step(&[100.0; 10], 1, 1.0, true), 1.0); // one step of 10 in ten
        assert_eq!(mean_step(&[0.0; 10], 1, 1.0, true), 0.1);
        assert_eq!(mean_step(&[0.5, 1.5, 1.0], 1, 0.3, false), 0.6);
        assert_eq!((unit(&[0.0, 0.0], false), unit(&[-2_500.0], false), unit(&[9.0], true)), (1.0, 2.5, 1.0));
    }
}
