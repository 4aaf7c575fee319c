//! How good a network is on the held-out part of series: a network and series in, scores out.

use serde::{Deserialize, Serialize};

use super::features::{FEWEST_VALUES, Window};
use super::network::Network;
use super::paths::{Bases, HORIZON, QUANTILES};

/// Steps ahead whose scores are reported.
const SCORED_HORIZONS: [usize; 3] = [7, 30, 90];
/// Steps between two origins.
const ORIGIN_DISTANCE: usize = 7;

/// Scores of one network on held-out values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// Origins that were forecast from.
    pub num_origins: u64,
    /// Mean pinball loss over all held-out steps and quantiles, of moves in units of the series' usual move,
    /// compressed by asinh. None where nothing was held out.
    pub pinball: Option<f64>,
    /// At each scored distance.
    pub horizons: Vec<HorizonScores>,
}

/// Scores over the first steps ahead, from origins after which all of them are known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HorizonScores {
    /// Steps ahead.
    pub horizon: u64,
    /// Origins after which so many steps are known.
    pub num_origins: u64,
    /// Mean absolute scaled error: mean over the series of the mean absolute error by the mean absolute one-step
    /// change before the held-out part (Hyndman & Koehler, Another look at measures of forecast accuracy, 2006).
    /// Series that stood still until then have none.
    pub mase: Option<f64>,
    /// The same of the naive forecast, on the same origins.
    pub mase_naive: Option<f64>,
    /// Share of the values between the outermost quantiles; nominal 0.95.
    pub coverage_95: Option<f64>,
    /// Share of the values between the inner quantiles; nominal 0.8.
    pub coverage_80: Option<f64>,
}

/// A series, and how many of its values are before the held-out part.
#[derive(Debug, Clone, Copy)]
pub(super) struct HeldOut<'a> {
    pub(super) values: &'a [f64],
    pub(super) num_before: usize,
}

pub(super) fn scores(network: &Network, series: &[HeldOut<'_>]) -> Scores {
    let bases = Bases::new();
    let mut pinball = Mean::default();
    let mut num_origins = 0;
    let mut horizons = SCORED_HORIZONS.map(|_| HorizonSums::default());
    for held_out in series {
        let values = held_out.values;
        if held_out.num_before < FEWEST_VALUES {
            continue;
        }
        let mut window = Window::new(&values[..held_out.num_before]);
        let size = mean_step(&values[..held_out.num_before]);
        let mut errors = SCORED_HORIZONS.map(|_| (Mean::default(), Mean::default()));
        for (origin, value) in values.iter().enumerate().skip(held_out.num_before) {
            if (origin - held_out.num_before).is_multiple_of(ORIGIN_DISTANCE)
                && let Some(features) = window.features()
            {
                let after = &values[origin..values.len().min(origin + HORIZON)];
                let outputs = network.outputs(&features.inputs);
                let paths = bases.paths(&outputs, &features.shapes, &features.weekly, after.len());
                num_origins += 1;
                for (path, value) in paths.iter().zip(after) {
                    let target = features.target(*value);
                    for (quantile, probability) in path.iter().zip(QUANTILES) {
                        let error = f64::from(target) - f64::from(*quantile).asinh();
                        pinball.add(error.abs() * 0.5 + error * (probability - 0.5));
                    }
                }
                for ((sums, errors), horizon) in horizons.iter_mut().zip(&mut errors).zip(SCORED_HORIZONS) {
                    if after.len() < horizon {
                        continue;
                    }
                    sums.num_origins += 1;
                    for (path, value) in paths.iter().zip(&after[..horizon]) {
                        let path = path.map(|moved| features.newest + features.scale * f64::from(moved));
                        errors.0.add((value - path[2]).abs());
                        errors.1.add((value - features.newest).abs());
                        sums.within_95.add(f64::from(u8::from((path[0]..=path[4]).contains(value))));
                        sums.within_80.add(f64::from(u8::from((path[1]..=path[3]).contains(value))));
                    }
                }
            }
            window.push(*value);
        }
        for (sums, (error, naive)) in horizons.iter_mut().zip(errors) {
            if let (Some(error), Some(naive), true) = (error.value(), naive.value(), size > 0.0) {
                sums.scaled.add(error / size);
                sums.scaled_naive.add(naive / size);
            }
        }
    }
    Scores {
        num_origins,
        pinball: pinball.value(),
        horizons: horizons
            .into_iter()
            .zip(SCORED_HORIZONS)
            .map(|(sums, horizon)| HorizonScores {
                horizon: horizon as u64,
                num_origins: sums.num_origins,
                mase: sums.scaled.value(),
                mase_naive: sums.scaled_naive.value(),
                coverage_95: sums.within_95.value(),
                coverage_80: sums.within_80.value(),
            })
            .collect(),
    }
}

#[derive(Debug, Default)]
struct HorizonSums {
    num_origins: u64,
    scaled: Mean,
    scaled_naive: Mean,
    within_95: Mean,
    within_80: Mean,
}

#[derive(Debug, Default)]
struct Mean {
    sum: f64,
    count: u64,
}

impl Mean {
    fn add(&mut self, number: f64) {
        if number.is_finite() {
            self.sum += number;
            self.count += 1;
        }
    }

    /// None of no numbers.
    fn value(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }
}

fn mean_step(values: &[f64]) -> f64 {
    values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum::<f64>() / (values.len().max(2) - 1) as f64
}
