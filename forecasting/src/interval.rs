//! Prediction intervals of one model at one distance: its errors so far and those of its kind in, the ends of an
//! interval out.
//!
//! Weighted conformal prediction on signed errors (Barber, Candès, Ramdas & Tibshirani, Annals of Statistics 51
//! (2023)): no distribution is assumed, only that the series goes on to be as hard to foresee as it was. Errors of
//! overlapping forecasts repeat each other: they weigh together as much as there are periods of the distance beside
//! each other. The errors of the kind, counted in mean steps of their series, weigh as much as [`KIND_PERIODS`]
//! periods, so that a young series has the intervals of its kind, and an old one its own. (Counting a series' own
//! errors in mean steps too made intervals after a jump far too wide.)

use crate::sorted::quantile;

/// The errors of the kind weigh as much as this many independent periods of the series itself.
const KIND_PERIODS: f64 = 10.0;

/// What became known of outcomes beside the errors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outcomes<'a> {
    /// Errors below and above the forecast are to be taken so many times as large.
    pub(crate) factors: (f64, f64),
    /// By what the errors are shifted where a jump may be gone, with the chances.
    pub(crate) shifts: Option<&'a [(f64, f64)]>,
}

impl Outcomes<'_> {
    fn scaled(&self, error: f64) -> f64 {
        error * if error < 0.0 { self.factors.0 } else { self.factors.1 }
    }
}

/// Nothing shifts the errors.
const AS_THEY_ARE: [(f64, f64); 1] = [(0.0, 1.0)];

/// Errors that other series of the kind made: sorted, in mean steps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ErrorsOfKind<'a> {
    pub(crate) errors: &'a [f32],
    /// The mean step of the series at hand.
    pub(crate) scale: f64,
}

/// Errors of one model at one distance on one series.
#[derive(Debug, Default, Clone)]
pub(crate) struct ErrorsAt {
    /// Sorted.
    own: Vec<f64>,
}

impl ErrorsAt {
    /// Takes in one error more.
    pub(crate) fn insert(&mut self, error: f64) {
        let at = self.own.partition_point(|known| *known < error);
        self.own.insert(at, error);
    }

    /// Lower and upper end of the interval that holds a share `level` of outcomes, from the forecast; `None` where
    /// nothing is known. Neighbouring errors are `spacing` steps apart. Where a jump may be gone by then, `shifts` are the
    /// outcomes by which the errors are shifted, with their chances: each is an atom of the distribution (after Chen & Liu,
    /// Journal of Forecasting 12 (1993), who forecast on from an outlier of each possible type).
    pub(crate) fn interval(
        &self,
        level: f64,
        distance: usize,
        spacing: usize,
        of_kind: ErrorsOfKind<'_>,
        outcomes: Outcomes<'_>,
    ) -> Option<(f64, f64)> {
        let num_own = self.own.len() as f64;
        let num_periods = num_own.min(num_own * spacing as f64 / distance as f64);
        let tail = (1.0 - level) / 2.0;
        let end = |share| match outcomes.shifts {
            None if of_kind.errors.is_empty() => {
                quantile(&self.own, share).map(|error| outcomes.scaled(error))
            }
            _ => self.blended(share, num_periods, of_kind, outcomes),
        };
        Some((end(tail)?, end(1.0 - tail)?))
    }

    /// The shifted error below which a share of the weight of own errors and those of the kind lies.
    fn blended(
        &self,
        share: f64,
        num_periods: f64,
        of_kind: ErrorsOfKind<'_>,
        outcomes: Outcomes<'_>,
    ) -> Option<f64> {
        let shifts = outcomes.shifts.unwrap_or(&AS_THEY_ARE);
        let own_weight = num_periods / self.own.len().max(1) as f64;
        let kind_weight = KIND_PERIODS / of_kind.errors.len().max(1) as f64;
        // Each list is sorted: the smallest of the heads is next.
        let own = |shift: f64| self.own.iter().map(move |error| outcomes.scaled(*error) + shift).peekable();
        let kind = |shift: f64| {
            of_kind
                .errors
                .iter()
                .map(move |error| outcomes.scaled(f64::from(*error) * of_kind.scale) + shift)
                .peekable()
        };
        let mut heads: Vec<_> = shifts
            .iter()
            .map(|(shift, chance)| (own(*shift), own_weight * chance, kind(*shift), kind_weight * chance))
            .collect();
        let weight_of = |num: usize, weight: f64| num as f64 * weight;
        let total = weight_of(self.own.len(), own_weight) + weight_of(of_kind.errors.len(), kind_weight);
        let (wanted, mut sum, mut newest) = (share * total, 0.0, None);
        while sum < wanted || newest.is_none() {
            let mut least: Option<(usize, bool, f64)> = None;
            for (at, (own, _, kind, _)) in heads.iter_mut().enumerate() {
                for (is_own, head) in [(true, own.peek()), (false, kind.peek())] {
                    if let Some(head) = head.filter(|head| least.is_none_or(|(.., least)| **head < least)) {
                        least = Some((at, is_own, *head));
                    }
                }
            }
            let Some((at, is_own, error)) = least else { break };
            let (own, own_weight, kind, kind_weight) = &mut heads[at];
            if is_own {
                own.next();
                sum += *own_weight;
            } else {
                kind.next();
                sum += *kind_weight;
            }
            newest = Some(error);
        }
        newest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AS_IS: Outcomes<'_> = Outcomes { factors: (1.0, 1.0), shifts: None };
    const NO_KIND: ErrorsOfKind<'_> = ErrorsOfKind { errors: &[], scale: 1.0 };

    fn errors(numbers: impl IntoIterator<Item = i32>) -> ErrorsAt {
        let mut errors = ErrorsAt::default();
        numbers.into_iter().for_each(|number| errors.insert(f64::from(number)));
        errors
    }

    #[test]
    fn a_series_of_its_own_kind_has_the_quantiles_of_its_own_errors() {
        // In whatever order they came.
        let interval = errors((0..=100).rev()).interval(0.80, 1, 1, NO_KIND, AS_IS).unwrap();
        assert!((interval.0 - 10.0).abs() < 1e-9 && interval.1 == 90.0, "{interval:?}");
    }

    #[test]
    fn a_young_series_has_the_errors_of_its_kind_in_its_own_steps() {
        let of_kind: Vec<f32> = (-20..20).map(|error| error as f32 + 0.5).collect();
        let young = ErrorsAt::default()
            .interval(0.80, 7, 1, ErrorsOfKind { errors: &of_kind, scale: 2.0 }, AS_IS)
            .unwrap();
        assert_eq!(young, (-33.0, 31.0)); // the 4th and the 36th of 40, twice as large
        assert_eq!(ErrorsAt::default().interval(0.80, 7, 1, NO_KIND, AS_IS), None);
    }

    #[test]
    fn factors_widen_the_errors_and_not_what_may_be_gone() {
        let ten = errors([-1, 0, 1]);
        let shifts = [(0.0, 0.5), (-100.0, 0.5)];
        let outcomes = Outcomes { factors: (2.0, 3.0), shifts: Some(&shifts) };
        assert_eq!(ten.interval(0.90, 1, 1, NO_KIND, outcomes).unwrap(), (-102.0, 3.0));
        let alone = ten.interval(0.90, 1, 1, NO_KIND, Outcomes { shifts: None, ..outcomes }).unwrap();
        assert!(alone.0 < -1.0 && alone.1 > 1.0, "{alone:?}");
    }

    #[test]
    fn what_may_be_gone_is_an_outcome_of_its_own() {
        let ten = errors([-1, 0, 1]);
        // Two in three stay where they are, one in three falls by 100.
        let shifts = [(0.0, 2.0 / 3.0), (-100.0, 1.0 / 3.0)];
        let interval =
            |level| ten.interval(level, 1, 1, NO_KIND, Outcomes { shifts: Some(&shifts), ..AS_IS }).unwrap();
        assert_eq!(interval(0.80), (-101.0, 1.0));
        assert_eq!(interval(0.30), (-1.0, 0.0)); // a tail of 35 % is more than a third
        let never = [(0.0, 1.0), (-100.0, 0.0)];
        assert_eq!(
            ten.interval(0.80, 1, 1, NO_KIND, Outcomes { shifts: Some(&never), ..AS_IS }).unwrap().1,
            1.0
        );
    }

    #[test]
    fn overlapping_errors_weigh_as_much_as_periods_beside_each_other() {
        let of_kind = ErrorsOfKind { errors: &[0.0_f32; 40], scale: 1.0 };
        let interval =
            |level, distance| errors([10; 90]).interval(level, distance, 1, of_kind, AS_IS).unwrap();
        // 90 errors at a distance of 1 are 90 periods, nine times those of the kind; at a distance of 90 they are one, a tenth.
        assert_eq!([interval(0.70, 1), interval(0.90, 1)], [(10.0, 10.0), (0.0, 10.0)]);
        assert_eq!([interval(0.70, 90), interval(0.90, 90)], [(0.0, 0.0), (0.0, 10.0)]);
    }
}
