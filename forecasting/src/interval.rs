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
#[allow(dead_code)]
const KIND_PERIODS: f64 = 3.0;

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
    /// nothing is known. Neighbouring errors are `spacing` steps apart; those of the kind are sorted, and `scale` is
    /// the mean step of the series.
    pub(crate) fn interval(
        &self,
        level: f64,
        distance: usize,
        spacing: usize,
        of_kind: &[f32],
        scale: f64,
        shifts: &[(f64, f64)],
    ) -> Option<(f64, f64)> {
        let num_own = self.own.len() as f64;
        let num_periods = num_own.min(num_own * spacing as f64 / distance as f64);
        let tail = (1.0 - level) / 2.0;
        Some((
            self.shifted(tail, num_periods, of_kind, scale, shifts)?,
            self.shifted(1.0 - tail, num_periods, of_kind, scale, shifts)?,
        ))
    }

    /// The same of errors that are shifted, with their chances.
    fn shifted(
        &self,
        share: f64,
        num_periods: f64,
        of_kind: &[f32],
        scale: f64,
        shifts: &[(f64, f64)],
    ) -> Option<f64> {
        if let [(shift, _)] = shifts {
            return Some(self.blended(share, num_periods, of_kind, scale)? + shift);
        }
        let own_weight = num_periods / self.own.len().max(1) as f64;
        let kind_weight = crate::lab("KP", 3.0) / of_kind.len().max(1) as f64;
        let own = self.own.iter().map(|error| (*error, own_weight));
        let kind = of_kind.iter().map(|error| (f64::from(*error) * scale, kind_weight));
        let errors: Vec<(f64, f64)> = own.chain(kind).collect();
        let mut all: Vec<(f64, f64)> = shifts
            .iter()
            .flat_map(|(shift, chance)| errors.iter().map(move |(error, weight)| (error + shift, weight * chance)))
            .collect();
        all.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
        let wanted = share * all.iter().map(|(_, weight)| weight).sum::<f64>();
        let mut sum = 0.0;
        for (error, weight) in &all {
            sum += weight;
            if sum >= wanted {
                return Some(*error);
            }
        }
        all.last().map(|(error, _)| *error)
    }

    /// The error below which a share of the weight of own errors and those of the kind lies.
    fn blended(&self, share: f64, num_periods: f64, of_kind: &[f32], scale: f64) -> Option<f64> {
        if of_kind.is_empty() {
            return quantile(&self.own, share);
        }
        let own_weight = if self.own.is_empty() { 0.0 } else { num_periods / self.own.len() as f64 };
        let kind_weight = crate::lab("KP", 3.0) / of_kind.len() as f64;
        let wanted = share * (num_periods + crate::lab("KP", 3.0));
        let (mut own, mut kind) =
            (self.own.iter().copied().peekable(), of_kind.iter().map(|e| f64::from(*e) * scale).peekable());
        let mut sum = 0.0;
        let mut newest = None;
        // Both are sorted: the smaller of the two heads is next.
        while sum < wanted {
            let own_is_next = match (own.peek(), kind.peek()) {
                (Some(own), Some(kind)) => own <= kind,
                (own, _) => own.is_some(),
            };
            let (next, weight) =
                if own_is_next { (own.next(), own_weight) } else { (kind.next(), kind_weight) };
            let Some(next) = next else { break };
            newest = Some(next);
            sum += weight;
        }
        newest.or_else(|| own.next().or(kind.next()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(numbers: impl IntoIterator<Item = i32>) -> ErrorsAt {
        let mut errors = ErrorsAt::default();
        numbers.into_iter().for_each(|number| errors.insert(f64::from(number)));
        errors
    }

    #[test]
    fn a_series_of_its_own_kind_has_the_quantiles_of_its_own_errors() {
        // In whatever order they came.
        let interval = errors((0..=100).rev()).interval(0.80, 1, 1, &[], 1.0).unwrap();
        assert!((interval.0 - 10.0).abs() < 1e-9 && interval.1 == 90.0, "{interval:?}");
    }

    #[test]
    fn a_young_series_has_the_errors_of_its_kind_in_its_own_steps() {
        let of_kind: Vec<f32> = (-20..20).map(|error| error as f32 + 0.5).collect();
        let young = ErrorsAt::default().interval(0.80, 7, 1, &of_kind, 2.0).unwrap();
        assert_eq!(young, (-33.0, 31.0)); // the 4th and the 36th of 40, twice as large
        assert_eq!(ErrorsAt::default().interval(0.80, 7, 1, &[], 2.0), None);
    }

    #[test]
    fn overlapping_errors_weigh_as_much_as_periods_beside_each_other() {
        let of_kind = [0.0_f32; 40];
        // 90 errors at a distance of 1 are 90 periods, at a distance of 90 they are one.
        let near = errors([10; 90]).interval(0.80, 1, 1, &of_kind, 1.0).unwrap();
        let far = errors([10; 90]).interval(0.80, 90, 1, &of_kind, 1.0).unwrap();
        assert_eq!((near.0, near.1), (10.0, 10.0));
        assert_eq!((far.0, far.1), (0.0, 10.0));
        assert_eq!(errors([10; 90]).interval(0.40, 90, 1, &of_kind, 1.0).unwrap().1, 0.0);
    }
}
