//! The linear model: values in, a damped straight line from the newest value out.
//!
//! Least squares over the newest values, made robust and cautious, because a line drawn through every jump is worse
//! than no line at all:
//!
//! - steps from value to value are winsorized (Tukey): cut to twice the 80th percentile of their distances from
//!   the median step, so that one jump does not tilt the line;
//! - the slope of the least-squares line (linfa-linear) is multiplied by its R², the share of the movement that
//!   the line explains, and by n / (n + 7), as a slope seen over n values is worth less the fewer they are;
//! - the line starts at the newest value and flattens by 2 % a step (damped trend, Gardner & McKenzie 1985).

use std::collections::VecDeque;

use linfa::Dataset;
use linfa::traits::Fit;
use linfa_linear::LinearRegression;
use ndarray::{Array1, Array2};

use crate::model::{Fitted, Model, ModelError};
use crate::sorted::{median, quantile};

/// How many of the newest values the line is drawn through.
const WINDOW: usize = 60;
/// Fewer values than this have no trend yet.
const MIN_VALUES: usize = 7;
/// Share of the slope that is left after each step ahead.
const DAMPING: f64 = 0.98;
/// A slope seen over this many values counts half.
const HALF_WEIGHT_VALUES: f64 = 7.0;
/// Share of the steps' distances from the median step beyond whose double they are cut.
const STEP_QUANTILE: f64 = 0.80;

/// The linear model.
#[derive(Debug, Clone, Copy, Default)]
pub struct Linear;

/// The linear model of one series.
#[derive(Debug, Clone)]
pub struct FittedLinear {
    /// Oldest first, at most [`WINDOW`].
    window: VecDeque<f64>,
}

impl Model for Linear {
    type Fitted = FittedLinear;

    const NAME: &'static str = "linear";

    fn fit(&self, values: &[f64], _: usize) -> Result<FittedLinear, ModelError> {
        if values.len() < MIN_VALUES {
            let found = values.len();
            return Err(ModelError::TooFewValues { model: Self::NAME, found, needed: MIN_VALUES });
        }
        let start = values.len().saturating_sub(WINDOW);
        Ok(FittedLinear { window: values[start..].iter().copied().collect() })
    }
}

impl Fitted for FittedLinear {
    fn observe(&mut self, value: f64) {
        if self.window.len() == WINDOW {
            self.window.pop_front();
        }
        self.window.push_back(value);
    }

    fn predict(&self, horizon: usize) -> Vec<f64> {
        let mut value = self.window.back().copied().unwrap_or(f64::NAN);
        let mut slope = self.slope();
        let step = |_| {
            slope *= DAMPING;
            value += slope;
            value
        };
        (0..horizon).map(step).collect()
    }
}

impl FittedLinear {
    /// Change for each step: the slope of the least-squares line, shrunk by how well the line explains the values.
    fn slope(&self) -> f64 {
        let path = winsorized(&self.window);
        let positions = Array2::from_shape_fn((path.len(), 1), |(at, _)| at as f64);
        let dataset = Dataset::new(positions, Array1::from(path));
        // Values that overflow have no line; what is predicted from NaN is not finite and reported as such.
        let Ok(line) = LinearRegression::new().fit(&dataset) else { return f64::NAN };
        let slope = line.params()[0];
        let mean = dataset.targets.mean().unwrap_or(0.0);
        let (mut explained, mut total) = (0.0, 0.0);
        for (position, value) in dataset.records.iter().zip(&dataset.targets) {
            explained += (line.intercept() + slope * position - mean).powi(2);
            total += (value - mean).powi(2);
        }
        if total == 0.0 {
            return 0.0;
        }
        let num_values = dataset.targets.len() as f64;
        slope * (explained / total) * num_values / (num_values + HALF_WEIGHT_VALUES)
    }
}

/// The values with their steps winsorized, as a path from 0.
fn winsorized(values: &VecDeque<f64>) -> Vec<f64> {
    let steps: Vec<f64> = values.iter().zip(values.iter().skip(1)).map(|(from, to)| to - from).collect();
    let mut sorted = steps.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let middle = median(&sorted).unwrap_or(0.0);
    for step in &mut sorted {
        *step = (*step - middle).abs();
    }
    sorted.sort_unstable_by(f64::total_cmp);
    let far = 2.0 * quantile(&sorted, STEP_QUANTILE).unwrap_or(0.0);
    let mut value = 0.0;
    // Not `clamp`, which panics where overflow made the ends NaN.
    let rest = steps.iter().map(|step| {
        value += middle + (step - middle).min(far).max(-far);
        value
    });
    std::iter::once(0.0).chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(num_values: usize, start: f64, slope: f64) -> Vec<f64> {
        (0..num_values).map(|step| start + slope * step as f64).collect()
    }

    #[test]
    fn a_known_line_goes_on_from_the_newest_value_and_flattens() {
        let path = Linear.fit(&line(100, 1000.0, 3.0), 1).unwrap().predict(90);
        // 60 values on a perfect line: 3 a step, 60 / 67 of it believed.
        let slope = 3.0 * 60.0 / 67.0;
        assert!((path[0] - (1297.0 + 0.98 * slope)).abs() < 1e-9);
        assert!((path[89] - (1297.0 + slope * 0.98 * (1.0 - 0.98_f64.powi(90)) / 0.02)).abs() < 1e-6);
    }

    #[test]
    fn a_series_with_a_jump_gives_the_reference_slope() {
        // Reference: the module's description computed by another program (numpy).
        let values =
            [100.0, 103.0, 104.0, 104.0, 109.0, 111.0, 140.0, 141.0, 139.0, 144.0, 147.0, 150.0, 151.0];
        let slope = Linear.fit(&values, 1).unwrap().slope();
        assert!((slope - 1.6321209472665075).abs() < 1e-9, "{slope}");
    }

    #[test]
    fn one_jump_does_not_tilt_the_line() {
        let mut values = line(60, 1000.0, 2.0);
        for value in &mut values[30..] {
            *value += 400.0;
        }
        let slope = Linear.fit(&values, 1).unwrap().slope();
        assert!((1.5..2.0).contains(&slope), "{slope}");
    }

    #[test]
    fn later_values_move_the_window_on() {
        let values: Vec<f64> = (0..90).map(|step: i32| f64::from(step.pow(2) % 37)).collect();
        let mut fitted = Linear.fit(&values[..20], 1).unwrap();
        values[20..].iter().for_each(|value| fitted.observe(*value));
        assert_eq!(fitted.predict(5), Linear.fit(&values, 1).unwrap().predict(5));
    }

    #[test]
    fn few_values_are_refused_and_values_beyond_computing_are_not_finite() {
        assert!(matches!(Linear.fit(&[], 1), Err(ModelError::TooFewValues { found: 0, needed: 7, .. })));
        let huge: Vec<f64> = (0..20).map(|at| if at % 2 == 0 { f64::MAX } else { f64::MIN }).collect();
        assert!(!Linear.fit(&huge, 1).unwrap().predict(1)[0].is_finite());
    }
}
