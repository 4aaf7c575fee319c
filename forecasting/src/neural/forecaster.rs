//! The network as a model: a series in, its quantiles at every step out.

use std::sync::Arc;

use super::SEASON_LENGTH;
use super::features::{FEWEST_VALUES, Window};
use super::network::Network;
use super::paths::{Bases, QUANTILES};
use crate::model::{Fitted, Model, ModelError};

/// One network for all series: to fit is to look at the newest values. It learnt days of the week and no other season:
/// series with another one it leaves alone.
#[derive(Debug, Clone)]
pub struct Neural {
    network: Arc<Network>,
    bases: Arc<Bases>,
}

/// The network before one series.
#[derive(Debug, Clone)]
pub struct FittedNeural {
    model: Neural,
    window: Window,
}

impl Neural {
    /// Forecasts with this network.
    pub fn new(network: Arc<Network>) -> Self {
        Self { network, bases: Arc::new(Bases::new()) }
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }
}

impl Model for Neural {
    type Fitted = FittedNeural;

    const NAME: &'static str = "neural";

    fn fit(&self, values: &[f64], season_length: usize) -> Result<FittedNeural, ModelError> {
        if season_length != SEASON_LENGTH {
            return Err(ModelError::OtherSeason { model: Self::NAME, season_length });
        }
        if values.len() < FEWEST_VALUES {
            return Err(ModelError::TooFewValues {
                model: Self::NAME,
                found: values.len(),
                needed: FEWEST_VALUES,
            });
        }
        let window = Window::new(values);
        window.features().ok_or(ModelError::TooLarge)?;
        Ok(FittedNeural { model: self.clone(), window })
    }
}

impl FittedNeural {
    /// Values of the next `horizon` steps at the five probabilities of [`QUANTILES`], lowest first. They never cross
    /// and their distances never shrink from step to step. Beyond [`HORIZON`](super::HORIZON) they stay where they
    /// are at its end. Not finite where the values were too large to compute with.
    pub fn quantiles(&self, horizon: usize) -> Vec<[f64; QUANTILES.len()]> {
        let Some(features) = self.window.features() else { return vec![[f64::INFINITY; 5]; horizon] };
        let outputs = self.model.network.outputs(&features.inputs);
        let paths = self.model.bases.paths(&outputs, &features.shapes, &features.weekly, horizon);
        let value = |moved: f32| features.newest + features.scale * f64::from(moved);
        paths.into_iter().map(|quantiles| quantiles.map(value)).collect()
    }
}

impl Fitted for FittedNeural {
    fn observe(&mut self, value: f64) {
        self.window.push(value);
    }

    fn predict(&self, horizon: usize) -> Vec<f64> {
        let whole = self.window.is_whole();
        let path = self.quantiles(horizon).into_iter().map(|quantiles| quantiles[2]);
        path.map(|median| if whole { median.round() } else { median }).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::*;
    use crate::neural::{HORIZON, generate};

    fn neural() -> Neural {
        Neural::new(Arc::new(Network::built_in().unwrap()))
    }

    fn quantiles(values: &[f64]) -> Vec<[f64; 5]> {
        neural().fit(values, 7).unwrap().quantiles(HORIZON)
    }

    fn generated(num_series: usize) -> impl Iterator<Item = Vec<f64>> {
        let mut rng = ChaCha8Rng::seed_from_u64(6);
        (0..num_series).map(move |_| generate::series(&mut rng))
    }

    #[test]
    fn quantiles_never_cross_and_their_distances_never_shrink() {
        for values in generated(200) {
            let paths = quantiles(&values);
            let size = paths.iter().flatten().fold(1.0, |most: f64, value| most.max(value.abs()));
            let rounding = size * 1e-6;
            for path in &paths {
                assert!(path.is_sorted(), "{path:?}");
                assert!(path[4] > path[0]);
            }
            for pair in paths.windows(2) {
                for nth in 0..4 {
                    let (nearer, further) =
                        (pair[0][nth + 1] - pair[0][nth], pair[1][nth + 1] - pair[1][nth]);
                    assert!(further >= nearer - rounding, "{nearer} then {further}");
                }
            }
        }
    }

    #[test]
    fn a_series_a_thousand_times_as_large_is_forecast_a_thousand_times_as_large() {
        // Steps of many units, so that the floor of one unit is far below them.
        let values: Vec<f64> =
            (0..120).map(|day| f64::from(90_000 + 400 * day + 700 * (day * day % 11))).collect();
        let large: Vec<f64> = values.iter().map(|value| value * 1000.0).collect();
        for (path, large) in quantiles(&values).into_iter().zip(quantiles(&large)) {
            for (value, large) in path.into_iter().zip(large) {
                assert!((large - 1000.0 * value).abs() <= 1e-6 * large.abs(), "{large} for {value}");
            }
        }
    }

    #[test]
    fn taking_in_later_values_is_fitting_to_all_of_them() {
        for values in generated(20) {
            let (early, late) = values.split_at(20);
            let mut fitted = neural().fit(early, 7).unwrap();
            late.iter().for_each(|value| fitted.observe(*value));
            assert_eq!(fitted.quantiles(30), neural().fit(&values, 7).unwrap().quantiles(30));
        }
    }

    #[test]
    fn the_path_of_whole_numbers_is_whole_and_stands_still_beyond_the_horizon() {
        let values: Vec<f64> = (0..60).map(|day| f64::from(1000 + 13 * day + day % 7)).collect();
        let path = neural().fit(&values, 7).unwrap().predict(HORIZON + 30);
        assert_eq!(path.len(), HORIZON + 30);
        assert!(path.iter().all(|value| value.fract() == 0.0));
        assert!(path[HORIZON..].iter().all(|value| *value == path[HORIZON - 1]));
    }

    #[test]
    fn a_series_that_rises_every_day_goes_on_to_rise() {
        let values: Vec<f64> = (0..90).map(|day| f64::from(5000 + 20 * day + (day * 7 % 5))).collect();
        let path = neural().fit(&values, 7).unwrap().predict(30);
        let (newest, expected) = (values[89], values[89] + 600.0);
        assert!((path[29] - expected).abs() < 100.0, "{} after {newest}", path[29]);
    }

    #[test]
    fn what_never_moved_is_expected_to_stay() {
        for level in [0.0, 3.0, 5_000.0, 1e15, 3.7, -2.5e-8] {
            let fitted = neural().fit(&[level; 100], 7).unwrap();
            assert!(fitted.predict(90).iter().all(|value| (value - level).abs() <= level.abs() * 1e-2));
            assert!(fitted.quantiles(7).iter().all(|path| path[0] < path[4] || level.abs() > 1e14));
        }
    }

    #[test]
    fn too_few_values_are_refused() {
        let refused = neural().fit(&[1.0; FEWEST_VALUES - 1], 7);
        assert!(matches!(refused, Err(ModelError::TooFewValues { found: 13, needed: 14, .. })));
    }

    #[test]
    fn values_beyond_computing_are_refused() {
        let extreme: Vec<f64> = (0..20).map(|day| if day % 2 == 0 { f64::MAX } else { f64::MIN }).collect();
        assert!(matches!(neural().fit(&extreme, 7), Err(ModelError::TooLarge)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_series_has_finite_ordered_quantiles(
            values in proptest::collection::vec(-1e6..1e6_f64, 14..250),
            exponent in -12..12_i32,
        ) {
            let values: Vec<f64> = values.into_iter().map(|value| value * 10_f64.powi(exponent)).collect();
            for path in quantiles(&values) {
                prop_assert!(path.iter().all(|value| value.is_finite()) && path.is_sorted());
            }
        }
    }
}
