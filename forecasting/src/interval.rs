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
const AS_THEY_ARE: (f64, f64) = (0.0, 1.0);

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
        let shares = [tail, 1.0 - tail];
        if outcomes.shifts.is_some() || !of_kind.errors.is_empty() {
            return self.blended(shares, num_periods, of_kind, outcomes);
        }
        let end = |share| quantile(&self.own, share).map(|error| outcomes.scaled(error));
        Some((end(shares[0])?, end(shares[1])?))
    }

    /// The shifted errors below which a lower and a higher share of the weight of own errors and those of the kind lie.
    fn blended(
        &self,
        shares: [f64; 2],
        num_periods: f64,
        of_kind: ErrorsOfKind<'_>,
        outcomes: Outcomes<'_>,
    ) -> Option<(f64, f64)> {
        let own_weight = num_periods / self.own.len().max(1) as f64;
        let kind_weight = KIND_PERIODS / of_kind.errors.len().max(1) as f64;
        let weight_of = |num: usize, weight: f64| num as f64 * weight;
        let total = weight_of(self.own.len(), own_weight) + weight_of(of_kind.errors.len(), kind_weight);
        let sorted = |(shift, chance): &(f64, f64)| {
            Sorted::new(&self.own, of_kind, outcomes, *shift, (own_weight * chance, kind_weight * chance))
        };
        let wanted = shares.map(|share| share * total);
        match outcomes.shifts {
            None => {
                let mut all = sorted(&AS_THEY_ARE);
                ends(wanted, || all.next())
            }
            Some(shifts) => {
                let mut all: Vec<Sorted<'_>> = shifts.iter().map(sorted).collect();
                ends(wanted, || next_of(&mut all))
            }
        }
    }
}

/// The first of ascending errors with which the sum of weights reaches a lower and a higher number, or the last of all.
fn ends(wanted: [f64; 2], mut next: impl FnMut() -> Option<(f64, f64)>) -> Option<(f64, f64)> {
    let (mut sum, mut newest) = (0.0, None);
    let [lower, upper] = wanted.map(|wanted| {
        while sum < wanted || newest.is_none() {
            let Some((error, weight)) = next() else { break };
            sum += weight;
            newest = Some(error);
        }
        newest
    });
    Some((lower?, upper?))
}

/// The least of the next errors of several lists.
fn next_of(all: &mut [Sorted<'_>]) -> Option<(f64, f64)> {
    let mut least: Option<(usize, f64)> = None;
    for (at, sorted) in all.iter().enumerate() {
        if let Some(head) = sorted.head().filter(|head| least.is_none_or(|(_, least)| *head < least)) {
            least = Some((at, head));
        }
    }
    all[least?.0].next()
}

/// Own errors and those of the kind, scaled and shifted, from the lowest on.
struct Sorted<'a> {
    of_kind: ErrorsOfKind<'a>,
    outcomes: Outcomes<'a>,
    shift: f64,
    /// Of an own error and of one of the kind.
    weights: (f64, f64),
    own: std::slice::Iter<'a, f64>,
    kind: std::slice::Iter<'a, f32>,
    next_own: Option<f64>,
    next_of_kind: Option<f64>,
}

impl<'a> Sorted<'a> {
    fn new(
        own: &'a [f64],
        of_kind: ErrorsOfKind<'a>,
        outcomes: Outcomes<'a>,
        shift: f64,
        weights: (f64, f64),
    ) -> Self {
        let (own, kind) = (own.iter(), of_kind.errors.iter());
        let mut sorted =
            Self { of_kind, outcomes, shift, weights, own, kind, next_own: None, next_of_kind: None };
        sorted.take_own();
        sorted.take_of_kind();
        sorted
    }

    #[inline]
    fn take_own(&mut self) {
        self.next_own = self.own.next().map(|error| self.outcomes.scaled(*error) + self.shift);
    }

    #[inline]
    fn take_of_kind(&mut self) {
        let scaled = |error: &f32| self.outcomes.scaled(f64::from(*error) * self.of_kind.scale) + self.shift;
        self.next_of_kind = self.kind.next().map(scaled);
    }

    /// Whether the next error is one of the kind: of two equal ones the own is.
    #[inline]
    fn is_of_kind(&self) -> bool {
        match (self.next_own, self.next_of_kind) {
            (Some(own), Some(of_kind)) => of_kind < own,
            (own, _) => own.is_none(),
        }
    }

    fn head(&self) -> Option<f64> {
        if self.is_of_kind() { self.next_of_kind } else { self.next_own }
    }

    /// The next error with its weight.
    #[inline]
    fn next(&mut self) -> Option<(f64, f64)> {
        if self.is_of_kind() {
            let error = self.next_of_kind?;
            self.take_of_kind();
            Some((error, self.weights.1))
        } else {
            let error = self.next_own?;
            self.take_own();
            Some((error, self.weights.0))
        }
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
    fn both_ends_are_those_of_all_outcomes_in_one_row() {
        let own = errors([-7, -2, 1, 3, 12]);
        let of_kind = ErrorsOfKind { errors: &[-3.3, -0.4, 0.2, 1.7], scale: 2.5 };
        for shifts in [vec![(0.0, 1.0)], vec![(0.0, 0.6), (-4.1, 0.3), (-9.7, 0.1)]] {
            let factors = (1.3, 0.8);
            let scaled = |error: f64| error * if error < 0.0 { factors.0 } else { factors.1 };
            let mut row: Vec<(f64, f64)> = Vec::new();
            for (shift, chance) in &shifts {
                row.extend(own.own.iter().map(|error| (scaled(*error) + shift, chance)).map(weigh(5.0, 5)));
                let kind = of_kind.errors.iter().map(|error| f64::from(*error) * of_kind.scale);
                row.extend(kind.map(|error| (scaled(error) + shift, chance)).map(weigh(KIND_PERIODS, 4)));
            }
            row.sort_by(|one, other| one.0.total_cmp(&other.0));
            let end = |share: f64| {
                let mut sum = 0.0;
                let reaches = |(_, weight): &&(f64, f64)| {
                    sum += weight;
                    sum >= share * (5.0 + KIND_PERIODS)
                };
                row.iter().find(reaches).unwrap().0
            };
            let shifts = Some(shifts.as_slice()).filter(|shifts| shifts.len() > 1);
            let outcomes = Outcomes { factors, shifts };
            for level in [0.50, 0.77, 0.93] {
                let found = own.interval(level, 1, 1, of_kind, outcomes).unwrap();
                assert_eq!(found, (end((1.0 - level) / 2.0), end(1.0 - (1.0 - level) / 2.0)), "{level}");
            }
        }
    }

    /// Errors of one list, which weigh this much together.
    fn weigh(all: f64, num: usize) -> impl Fn((f64, &f64)) -> (f64, f64) {
        move |(error, chance)| (error, all / num as f64 * chance)
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
