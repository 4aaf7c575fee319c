//! The ensemble: paths of models and their errors so far in, one path out.
//!
//! At each distance the ensemble is the weighted median of its members: a single model that is far off has no
//! effect, and where most expect no change, it expects none. A member's weight is the inverse square of its
//! mean absolute error relative to the naive method's, at the distances of a band (up to 7, 30 and 90 steps), over
//! the origins of the series itself whose outcome was known (older ones count less, half as much after 60 steps), and
//! of its kind: n independent periods of the series itself are weighed against the accuracy on its kind, which counts as
//! one. Combining simple models by their median: Petropoulos & Svetunkov, International Journal of Forecasting
//! 36 (2020), M4's sixth place; by inverse errors: Bates & Granger, Operational Research Quarterly 20 (1969).

use crate::bands::{BAND_ENDS, Bands, at_band};
use crate::member::Member;
use crate::pool::KindAccuracy;
use crate::rolling::Rolled;
use crate::sequence::Sequence;

/// The accuracy on the kind weighs as much as this many independent periods of the series itself.
const KIND_PERIODS: f64 = 1.0;

/// An origin this many steps ago counts half.
const HALF_LIFE_STEPS: f64 = 60.0;

/// Power of the inverse relative error.
const POWER: f64 = 2.0;

/// Relative errors beyond these say no more.
const RELATIVE_ERRORS: std::ops::RangeInclusive<f64> = 0.05..=3.0;

/// Errors of members by origin and band.
#[derive(Debug)]
pub(crate) struct BandErrors {
    /// Mean absolute errors over a band's distances, by member and origin; `None` where nothing was forecast or
    /// observed.
    errors: Vec<Vec<Bands<Option<f64>>>>,
    naive: usize,
    horizon: usize,
}

impl BandErrors {
    /// The errors of what was rolled; `None` where the naive method is not among the members.
    pub(crate) fn of(rolled: &Rolled, sequence: &Sequence, horizon: usize) -> Option<Self> {
        let naive = rolled.members.iter().position(|member| *member == Member::Naive)?;
        let of_path = |(origin, path): (&usize, &Option<Vec<f64>>)| {
            let mut bands = [None; BAND_ENDS.len()];
            let Some(path) = path else { return bands };
            let (mut sum, mut num) = (0.0, 0.0);
            for (distance, forecast) in (1..).zip(path) {
                if sequence.is_observed(origin + distance) {
                    sum += (sequence.values()[origin + distance] - forecast).abs();
                    num += 1.0;
                }
                for (band, end) in BAND_ENDS.iter().enumerate() {
                    if distance == (*end).min(horizon) && num > 0.0 {
                        bands[band] = Some(sum / num);
                    }
                }
            }
            bands
        };
        let of_member =
            |paths: &Vec<Option<Vec<f64>>>| rolled.origins.iter().zip(paths).map(of_path).collect();
        Some(Self { errors: rolled.paths.iter().map(of_member).collect(), naive, horizon })
    }

    /// Logarithm of a member's error relative to the naive method's in a band, as known at a position, and how many
    /// independent periods are behind it. `least` is an error that counts as none.
    pub(crate) fn log_ratio(
        &self,
        rolled: &Rolled,
        member: usize,
        band: usize,
        now: usize,
        least: f64,
    ) -> (f64, f64) {
        let end = BAND_ENDS[band].min(self.horizon);
        let known = rolled.origins.partition_point(|origin| origin + end <= now);
        let (mut of_member, mut of_naive, mut total) = (0.0, 0.0, 0.0);
        for (at, origin) in rolled.origins[..known].iter().enumerate() {
            let errors = (self.errors[member][at][band], self.errors[self.naive][at][band]);
            if let (Some(error), Some(naive)) = errors {
                let weight = (-((now - end - origin) as f64) / HALF_LIFE_STEPS).exp2();
                of_member += weight * error;
                of_naive += weight * naive;
                total += weight;
            }
        }
        if total == 0.0 {
            return (0.0, 0.0);
        }
        let ratio = (of_member / total + least) / (of_naive / total + least);
        let num_periods = total * rolled.spacing as f64 / end as f64;
        (ratio.max(*RELATIVE_ERRORS.start()).min(*RELATIVE_ERRORS.end()).ln(), num_periods.min(total))
    }

    /// Weights of the members in each band, as known at a position. They need not add up to one.
    pub(crate) fn weights(
        &self,
        rolled: &Rolled,
        now: usize,
        least: f64,
        kind: &KindAccuracy,
    ) -> Vec<Bands<f64>> {
        let weights_of = |(at, member): (usize, &Member)| {
            std::array::from_fn(|band| {
                let (own, num_periods) = self.log_ratio(rolled, at, band, now, least);
                let of_kind = kind.log_ratio(*member, band);
                let ratio = (num_periods * own + KIND_PERIODS * of_kind) / (num_periods + KIND_PERIODS);
                (-POWER * ratio).exp()
            })
        };
        rolled.members.iter().enumerate().map(weights_of).collect()
    }
}

/// The weighted median of paths at each distance; `None` where there is none. Paths are as long as each other.
pub(crate) fn combine(paths: &[Option<&[f64]>], weights: &[Bands<f64>]) -> Option<Vec<f64>> {
    let known: Vec<(&[f64], &Bands<f64>)> =
        paths.iter().zip(weights).filter_map(|(path, weights)| Some(((*path)?, weights))).collect();
    let length = known.first()?.0.len();
    let mut column: Vec<(f64, f64)> = Vec::with_capacity(known.len());
    let at_distance = |distance: usize| {
        column.clear();
        column.extend(known.iter().map(|(path, weights)| (path[distance - 1], at_band(weights, distance))));
        weighted_median(&mut column)
    };
    Some((1..=length).map(at_distance).collect())
}

/// The value at which half of the weight lies below. The weight of each value lies around its middle, and between
/// two middles the median moves in proportion: a small change of weights is a small change of the median.
fn weighted_median(column: &mut [(f64, f64)]) -> f64 {
    column.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
    let half = column.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut before: Option<(f64, f64)> = None;
    let mut sum = 0.0;
    for (value, weight) in column.iter() {
        let middle = sum + weight / 2.0;
        if middle >= half {
            return match before {
                Some((lower, at)) if middle > at && lower < *value => {
                    lower + (value - lower) * ((half - at) / (middle - at))
                }
                _ => *value,
            };
        }
        sum += weight;
        before = Some((*value, middle));
    }
    before.map_or(f64::NAN, |(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_follows_the_weight_without_steps() {
        let median = |column: &[(f64, f64)]| weighted_median(&mut column.to_vec());
        assert_eq!(median(&[(5.0, 1.0)]), 5.0);
        assert_eq!(median(&[(3.0, 1.0), (1.0, 1.0), (9.0, 1.0)]), 3.0);
        assert_eq!(median(&[(1.0, 1.0), (3.0, 1.0)]), 2.0);
        assert_eq!(median(&[(1.0, 10.0), (3.0, 1.0)]), 1.0 + 2.0 * (0.5 / 5.5));
        assert_eq!(median(&[(1.0, 5.0), (1.0, 5.0), (3.0, 1.0)]), 1.0);
        assert_eq!(median(&[(2.0, 1.0), (2.0, 1.0), (9.0, 1.0)]), 2.0);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn a_model_without_a_path_is_left_out() {
        let weights = [[1.0; 3], [1.0; 3]];
        assert_eq!(combine(&[None, Some(&[2.0, 4.0])], &weights), Some(vec![2.0, 4.0]));
        assert_eq!(combine(&[None, None], &weights), None);
    }
}
