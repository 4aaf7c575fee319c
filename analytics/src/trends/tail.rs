//! How unlikely a score is by the scores before it: peaks over threshold.
//!
//! The scores above their 90th percentile follow a generalised Pareto distribution (Coles, *An Introduction to Statistical
//! Modeling of Extreme Values*, 2001, chapter 4; for streams Siffer et al., *Anomaly Detection in Streams with Extreme Value
//! Theory*, KDD 2017). A few dozen scores do not tell its shape, so that is fixed, on the heavy side; its scale comes from the
//! median of the excesses, which one huge excess does not move. While few scores are known, the tail of Student's t
//! distribution counts where it is heavier.

use std::collections::VecDeque;

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::sorted::Sorted;

/// Most scores that are remembered: a year of days.
pub(super) const MEMORY: usize = 365;
/// Share of the scores that make the tail.
const TAIL: f64 = 0.1;
/// Shape of the tail: 0 is exponential; with 0.1 moments from the tenth on do not exist.
pub(super) const SHAPE: f64 = 0.1;
/// Fewest scores that make a tail.
const FEWEST: usize = 20;
/// Scores from which on the tail is that of the scores alone.
const ENOUGH: usize = 90;
/// Degrees of freedom of the distribution that stands in for scores that are not there yet.
pub const FREEDOM: f64 = 4.0;

/// The scores of one side so far. Most are 0, on the other side, and these are only counted.
#[derive(Debug, Clone)]
pub(super) struct Tail {
    above_zero: Sorted,
    newest: VecDeque<f64>,
}

impl Tail {
    pub(super) const fn new() -> Self {
        Self { above_zero: Sorted::new(), newest: VecDeque::new() }
    }

    /// Remembers a score, which is not below 0.
    pub(super) fn push(&mut self, score: f64) {
        if !score.is_finite() {
            return;
        }
        if self.newest.len() == MEMORY
            && let Some(oldest) = self.newest.pop_front()
            && oldest > 0.0
        {
            self.above_zero.remove(oldest);
        }
        self.newest.push_back(score);
        if score > 0.0 {
            self.above_zero.insert(score);
        }
    }

    /// What the tail is made from; `None` while too few scores are known.
    pub(super) fn fit(&self) -> Option<TailFit> {
        if self.newest.len() < FEWEST {
            return None;
        }
        let num_in_tail = (self.newest.len() as f64 * TAIL) as usize;
        let known = self.above_zero.numbers();
        let from = known.len().saturating_sub(num_in_tail);
        let start = from.checked_sub(1).map_or(0.0, |place| known[place]);
        let excesses = &known[from..];
        let median = excesses.get(excesses.len() / 2)? - start;
        // Median of the distribution: scale (2^shape - 1) / shape. Scores in units of the usual spread: no tail is
        // thinner than that of the normal distribution.
        let scale = (median * SHAPE / (2_f64.powf(SHAPE) - 1.0)).max(0.45);
        Some(TailFit { num_scores: self.newest.len(), start, scale })
    }

    /// How many scores are at least as great.
    pub(super) fn num_at_least(&self, score: f64) -> usize {
        let known = self.above_zero.numbers();
        known.len() - known.partition_point(|known| *known < score)
    }

    /// Probability of a score at least as great.
    pub(super) fn probability(&self, score: f64) -> f64 {
        tail_probability(self.fit().as_ref(), score, self.num_at_least(score))
    }

    /// The score that is passed with a probability below [`TAIL`].
    pub(super) fn score(&self, probability: f64) -> f64 {
        tail_score(self.fit().as_ref(), probability)
    }
}

/// What a tail is made from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TailFit {
    /// Number of scores.
    pub num_scores: usize,
    /// Where the tail begins: the 90th percentile of the scores.
    pub start: f64,
    /// Scale of what lies above.
    pub scale: f64,
}

/// Probability of a score at least as great; `num_at_least` of the scores that are known are.
pub fn tail_probability(fit: Option<&TailFit>, score: f64, num_at_least: usize) -> f64 {
    // Values too large to compute with tell nothing.
    if !score.is_finite() {
        return 1.0;
    }
    let stand_in = || student(FREEDOM).map_or(1.0, |student| student.cdf(-score));
    let Some(TailFit { num_scores, start, scale }) = fit else { return stand_in() };
    let own = if score <= *start {
        (num_at_least as f64 + 1.0) / (*num_scores as f64 + 1.0)
    } else {
        TAIL * (1.0 + SHAPE * (score - start) / scale).powf(-1.0 / SHAPE)
    };
    if *num_scores < ENOUGH { own.max(stand_in()) } else { own }
}

/// The score that is passed with a probability below [`TAIL`].
pub fn tail_score(fit: Option<&TailFit>, probability: f64) -> f64 {
    let stand_in = || student(FREEDOM).map_or(f64::INFINITY, |student| -student.inverse_cdf(probability));
    let Some(TailFit { num_scores, start, scale }) = fit else { return stand_in() };
    let own = start + scale / SHAPE * ((probability / TAIL).powf(-SHAPE) - 1.0);
    if *num_scores < ENOUGH { own.max(stand_in()) } else { own }
}

fn student(freedom: f64) -> Option<StudentsT> {
    StudentsT::new(0.0, 1.0, freedom).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(scores: impl IntoIterator<Item = f64>) -> Tail {
        let mut tail = Tail::new();
        scores.into_iter().for_each(|score| tail.push(score));
        tail
    }

    #[test]
    fn without_a_past_the_stand_in_counts() {
        let tail = Tail::new();
        // Student's t with 4 degrees of freedom: 2.13 is passed by 5 %.
        assert!((tail.probability(2.131_847) - 0.05).abs() < 1e-6);
        assert!((tail.score(0.05) - 2.131_847).abs() < 1e-4);
    }

    #[test]
    fn a_score_and_its_probability_are_each_others_inverse() {
        let tail = of((0..200).map(|place| f64::from(place) / 50.0));
        for probability in [0.05, 0.001, 1e-6] {
            let found = tail.probability(tail.score(probability));
            assert!((found / probability - 1.0).abs() < 1e-9, "{probability} {found}");
        }
    }

    #[test]
    fn what_has_often_been_is_not_unlikely_and_one_huge_score_does_not_hide_the_next() {
        let often = of((0..200).map(|place| if place % 10 == 0 { 8.0 } else { 1.0 }));
        assert!(often.probability(8.0) > 0.03);
        let calm = |huge: f64| {
            of((0..200).map(|place| if place == 77 { huge } else { f64::from(place % 20) / 10.0 }))
        };
        assert!((calm(1_000.0).probability(9.0) / calm(2.5).probability(9.0) - 1.0).abs() < 0.2);
        assert!(calm(1_000.0).probability(9.0) < 0.001);
    }

    #[test]
    fn it_forgets_what_is_older_than_its_memory() {
        let mut tail = of(std::iter::repeat_n(50.0, MEMORY));
        (0..MEMORY).for_each(|place| tail.push(place as f64 / MEMORY as f64));
        assert!(tail.probability(10.0) < 0.001);
        assert_eq!(tail.newest.len(), MEMORY);
    }
}
