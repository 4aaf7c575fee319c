//! Widths that learn: what became of the intervals of a group of series in, factors for its next intervals out.
//!
//! Adaptive conformal inference (Gibbs & Candès, NeurIPS 2021; its online form with a step in the interval's own scale:
//! Angelopoulos, Candès & Tibshirani, NeurIPS 2023): after each outcome the logarithm of the width moves by a rate times
//! (missed - tail), so that in the long run each side is missed as often as it should be, whatever the series do. One
//! series gives too few outcomes to learn from; those of a group, such as one metric of a platform, are taken together,
//! for each method, distance, level and side. Only outcomes of series that were moving count, for one that stands never
//! misses.

use serde::{Deserialize, Serialize};

use crate::distances::DISTANCES;

/// Levels of the intervals whose outcomes are learnt from.
pub(crate) const LEVELS: [f64; 2] = [0.80, 0.95];

/// How far one outcome moves the logarithm of a width. At a distance of more than a week forecasts overlap, and each
/// outcome tells less.
const RATE: f64 = 0.2;
const FULL_RATE_STEPS: f64 = 7.0;

/// Widths are at most so much smaller or larger than they were without learning.
const LOG_LIMITS: (f64, f64) = (-1.0, 2.0);

/// What became of one interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Outcome {
    /// Step from which it was given.
    pub(crate) origin: i64,
    /// Step that it was for.
    pub(crate) step: i64,
    /// Logarithm of the factor by which its distance from the forecast would just have sufficed, by level and side
    /// (below, above).
    pub(crate) needed: PerEnd<f64>,
}

/// One figure for each end of each level's interval.
type PerEnd<T> = [[T; 2]; LEVELS.len()];

/// Logarithms of factors, by [`DISTANCES`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct LearntWidths(Vec<PerEnd<f32>>);

impl LearntWidths {
    /// Learns from outcomes by [`DISTANCES`].
    pub(crate) fn of(outcomes: Vec<Vec<Outcome>>) -> Self {
        Self(
            DISTANCES
                .into_iter()
                .zip(outcomes)
                .map(|(distance, outcomes)| learn(distance, outcomes))
                .collect(),
        )
    }

    /// The factors below and above the forecast at one of [`DISTANCES`] for an interval of a level.
    pub(crate) fn factors(&self, distance: usize, level: f64) -> (f64, f64) {
        let Some(learnt) = self.0.get(distance) else { return (1.0, 1.0) };
        let share = ((level - LEVELS[0]) / (LEVELS[1] - LEVELS[0])).clamp(0.0, 1.0);
        let of_side = |side: usize| {
            let (from, to) = (f64::from(learnt[0][side]), f64::from(learnt[1][side]));
            (from + (to - from) * share).exp()
        };
        (of_side(0), of_side(1))
    }
}

fn learn(distance: usize, mut outcomes: Vec<Outcome>) -> PerEnd<f32> {
    outcomes.sort_by_key(|outcome| outcome.step);
    let rate = RATE * (FULL_RATE_STEPS / distance as f64).min(1.0);
    let of_end = |level: usize, side: usize| {
        let tail = (1.0 - LEVELS[level]) / 2.0;
        // By the step from which on it was known.
        let mut known: Vec<(i64, f64)> = Vec::new();
        let mut now = 0.0_f64;
        for outcome in &outcomes {
            let num_known = known.partition_point(|(step, _)| *step <= outcome.origin);
            let given = num_known.checked_sub(1).map_or(0.0, |newest| known[newest].1);
            let needed = outcome.needed[level][side];
            // What lies on the end is half inside.
            let missed =
                f64::from(u8::from(needed > given)) / 2.0 + f64::from(u8::from(needed >= given)) / 2.0;
            now = (now + rate * (missed - tail)).clamp(LOG_LIMITS.0, LOG_LIMITS.1);
            match known.last_mut() {
                Some(last) if last.0 == outcome.step => last.1 = now,
                _ => known.push((outcome.step, now)),
            }
        }
        now as f32
    };
    std::array::from_fn(|level| std::array::from_fn(|side| of_end(level, side)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Outcomes a day apart, each one distance after its origin.
    fn outcomes(distance: usize, needed: impl Iterator<Item = PerEnd<f64>>) -> Vec<Vec<Outcome>> {
        let outcome = |(origin, needed)| Outcome { origin, step: origin + distance as i64, needed };
        let all: Vec<Outcome> = (0..).zip(needed).map(outcome).collect();
        DISTANCES.map(|known| if known == distance { all.clone() } else { Vec::new() }).to_vec()
    }

    const HELD: [f64; 2] = [f64::NEG_INFINITY; 2];

    #[test]
    fn a_width_grows_until_its_side_is_missed_as_often_as_it_should_be() {
        // Above, a tenth of the outcomes needs 1.0, the others nothing: 0.80 has a tail of a tenth.
        let needs = (0..2_000).map(|at| {
            let above = if at % 10 == 0 { 1.0 } else { f64::NEG_INFINITY };
            [[f64::NEG_INFINITY, above], [f64::NEG_INFINITY, above]]
        });
        let learnt = LearntWidths::of(outcomes(7, needs));
        let at = DISTANCES.iter().position(|distance| *distance == 7).unwrap();
        let (_, above_80) = learnt.factors(at, 0.80);
        let (below_95, above_95) = learnt.factors(at, 0.95);
        assert!(above_80 < 1.5, "as wide as it was: {above_80}");
        assert!((0.9..1.1).contains(&above_95.ln()), "as wide as it needs: {above_95}");
        assert_eq!(below_95.ln().round(), -1.0, "never missed, so as narrow as it may be");
        assert_eq!(learnt.factors(at - 1, 0.80), (1.0, 1.0));
        assert_eq!(LearntWidths::default().factors(0, 0.80), (1.0, 1.0));
    }

    #[test]
    fn one_outcome_moves_it_by_its_rate_and_less_at_long_distances() {
        let missed = || std::iter::once([[f64::NEG_INFINITY, 9.0], HELD]);
        let moved = |distance: usize| {
            let at = DISTANCES.iter().position(|known| *known == distance).unwrap();
            LearntWidths::of(outcomes(distance, missed())).factors(at, 0.80)
        };
        let (below, above) = moved(7);
        assert!((below.ln() + RATE * 0.1).abs() < 1e-6 && (above.ln() - RATE * 0.9).abs() < 1e-6);
        assert!((moved(14).1.ln() - RATE / 2.0 * 0.9).abs() < 1e-6);
    }

    #[test]
    fn what_lies_on_an_end_is_half_missed() {
        let on_end = std::iter::once([[0.0, f64::NEG_INFINITY], HELD]);
        let (below, _) = LearntWidths::of(outcomes(1, on_end)).factors(0, 0.80);
        assert!((below.ln() - RATE * (0.5 - 0.1)).abs() < 1e-6);
    }

    #[test]
    fn an_interval_is_judged_by_what_was_known_when_it_was_given() {
        // All given before any outcome came, so all of them at 0: what needs 0.5 is missed each time.
        let needs = (0..7).map(|_| [[0.5, f64::NEG_INFINITY], HELD]);
        let at = DISTANCES.iter().position(|distance| *distance == 7).unwrap();
        let (below, _) = LearntWidths::of(outcomes(7, needs)).factors(at, 0.80);
        assert!((below.ln() - 7.0 * RATE * 0.9).abs() < 1e-5, "{below}");
    }
}
