//! How far off the earlier forecasts of a series were.

use casa24_schemas::{ForecastPoint, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// So improbable must it be that an interval of 80 % holds so few outcomes for its width to be contradicted.
const CONTRADICTED_BELOW: f64 = 0.01;

/// How far off the earlier forecasts of a series at one distance were, and how often their intervals held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrackRecord {
    /// Number of this model's earlier forecasts at this distance on this series that were compared with what came.
    pub num_checked: u32,
    /// Their median absolute error in percent of what came, of those where that was not 0.
    pub median_abs_pct_error: Option<Value>,
    /// Their median absolute error in the metric's own unit.
    pub median_abs_error: Option<Value>,
    /// The same for forecasting that nothing changes.
    pub naive_median_abs_error: Option<Value>,
    /// How many of `num_checked` outcomes fell within the 80 % interval that was given for them.
    pub num_in_80: Option<u32>,
    /// How many fell within the 95 % interval.
    pub num_in_95: Option<u32>,
    /// Whether `num_in_80` is so few that a true interval of 80 % would hold as few or fewer in less than 1 of 100 such
    /// records: then the intervals are narrower than they say.
    pub intervals_too_narrow: bool,
}

impl TrackRecord {
    /// The track record at a point of a forecast; an empty one where there is no point.
    pub(crate) fn of(point: Option<&ForecastPoint>) -> Self {
        let Some(point) = point else { return Self::default() };
        let chance = point.num_in_80.map(|num_in| chance_of_at_most(num_in, point.num_checked, 0.8));
        Self {
            num_checked: point.num_checked,
            median_abs_pct_error: point.median_abs_pct_error,
            median_abs_error: point.off_by,
            naive_median_abs_error: point.naive_off_by,
            num_in_80: point.num_in_80,
            num_in_95: point.num_in_95,
            intervals_too_narrow: chance.is_some_and(|chance| chance < CONTRADICTED_BELOW),
        }
    }
}

/// The chance of at most `most` hits in `num` independent trials with this chance of a hit each (binomial distribution).
fn chance_of_at_most(most: u32, num: u32, hit: f64) -> f64 {
    // In logarithms: the first terms of many trials are below what a float can hold.
    let (log_hit, log_miss) = (hit.ln(), (1.0 - hit).ln());
    let mut log_ways = 0.0;
    let mut chance = 0.0;
    for hits in 0..=most.min(num) {
        let misses = num - hits;
        chance += f64::exp(log_ways + f64::from(hits) * log_hit + f64::from(misses) * log_miss);
        log_ways += f64::from(misses).ln() - f64::from(hits + 1).ln();
    }
    chance
}

#[cfg(test)]
mod tests {
    use super::*;

    fn too_narrow(num_in: u32, num: u32) -> bool {
        chance_of_at_most(num_in, num, 0.8) < CONTRADICTED_BELOW
    }

    #[test]
    fn chances_are_those_of_the_binomial_distribution() {
        // By hand: 0.2², 1 - 0.8², 1, 1 - 0.8¹⁰.
        assert!((chance_of_at_most(0, 2, 0.8) - 0.04).abs() < 1e-12);
        assert!((chance_of_at_most(1, 2, 0.8) - 0.36).abs() < 1e-12);
        assert!((chance_of_at_most(41, 41, 0.8) - 1.0).abs() < 1e-9);
        assert!((chance_of_at_most(9, 10, 0.8) - (1.0 - 0.8_f64.powi(10))).abs() < 1e-12);
    }

    #[test]
    fn one_of_26_contradicts_an_interval_of_80_percent_and_18_do_not() {
        assert!(too_narrow(1, 26));
        assert!(!too_narrow(18, 26));
        assert!(!too_narrow(1, 2));
        assert!(!too_narrow(0, 0));
        assert!(too_narrow(10, 300));
        assert!(!too_narrow(33, 41));
    }
}
