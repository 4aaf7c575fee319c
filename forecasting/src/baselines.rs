//! The simple methods that every model is compared with: values in, their simple continuation out.
//!
//! Definitions: Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, 5.2.

use crate::model::{Fitted, Model, ModelError};

/// Nothing changes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Naive;

/// The newest value.
#[derive(Debug, Clone, Copy)]
pub struct FittedNaive {
    newest: f64,
}

impl Model for Naive {
    type Fitted = FittedNaive;

    const NAME: &'static str = "naive";

    fn fit(&self, values: &[f64], _: usize) -> Result<FittedNaive, ModelError> {
        let newest = values.last().ok_or(too_few(Self::NAME, values, 1))?;
        Ok(FittedNaive { newest: *newest })
    }
}

impl Fitted for FittedNaive {
    fn observe(&mut self, value: f64) {
        self.newest = value;
    }

    fn predict(&self, horizon: usize) -> Vec<f64> {
        vec![self.newest; horizon]
    }
}

/// Every value is that of one season before.
#[derive(Debug, Clone, Copy, Default)]
pub struct SeasonalNaive;

/// The newest season.
#[derive(Debug, Clone)]
pub struct FittedSeasonalNaive {
    /// Oldest first.
    season: std::collections::VecDeque<f64>,
}

impl Model for SeasonalNaive {
    type Fitted = FittedSeasonalNaive;

    const NAME: &'static str = "seasonal_naive";

    fn fit(&self, values: &[f64], season_length: usize) -> Result<FittedSeasonalNaive, ModelError> {
        let length = season_length.max(1);
        let start = values.len().checked_sub(length).ok_or(too_few(Self::NAME, values, length))?;
        Ok(FittedSeasonalNaive { season: values[start..].iter().copied().collect() })
    }
}

impl Fitted for FittedSeasonalNaive {
    fn observe(&mut self, value: f64) {
        self.season.pop_front();
        self.season.push_back(value);
    }

    fn predict(&self, horizon: usize) -> Vec<f64> {
        self.season.iter().copied().cycle().take(horizon).collect()
    }
}

/// The line from the first value to the newest continues.
#[derive(Debug, Clone, Copy, Default)]
pub struct Drift;

/// The two ends of the line.
#[derive(Debug, Clone, Copy)]
pub struct FittedDrift {
    first: f64,
    newest: f64,
    num_values: usize,
}

impl Model for Drift {
    type Fitted = FittedDrift;

    const NAME: &'static str = "drift";

    fn fit(&self, values: &[f64], _: usize) -> Result<FittedDrift, ModelError> {
        match values {
            [first, .., newest] => {
                Ok(FittedDrift { first: *first, newest: *newest, num_values: values.len() })
            }
            _ => Err(too_few(Self::NAME, values, 2)),
        }
    }
}

impl Fitted for FittedDrift {
    fn observe(&mut self, value: f64) {
        self.newest = value;
        self.num_values += 1;
    }

    fn predict(&self, horizon: usize) -> Vec<f64> {
        let step = (self.newest - self.first) / (self.num_values - 1) as f64;
        (1..=horizon).map(|ahead| self.newest + step * ahead as f64).collect()
    }
}

fn too_few(model: &'static str, values: &[f64], needed: usize) -> ModelError {
    ModelError::TooFewValues { model, found: values.len(), needed }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a model says after each of the later values is what it says when it learnt from them.
    fn goes_on<M: Model>(model: &M) -> Vec<f64> {
        let values = [1.0, 4.0, 2.0, 3.0, 7.0, 5.0];
        let mut fitted = model.fit(&values[..4], 3).unwrap();
        values[4..].iter().for_each(|value| fitted.observe(*value));
        assert_eq!(fitted.predict(4), model.fit(&values, 3).unwrap().predict(4));
        fitted.predict(4)
    }

    #[test]
    fn each_continues_in_its_way() {
        assert_eq!(goes_on(&Naive), [5.0; 4]);
        assert_eq!(goes_on(&SeasonalNaive), [3.0, 7.0, 5.0, 3.0]);
        for (predicted, expected) in goes_on(&Drift).into_iter().zip([5.8, 6.6, 7.4, 8.2]) {
            assert!((predicted - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn too_few_values_are_refused() {
        assert!(matches!(Naive.fit(&[], 1), Err(ModelError::TooFewValues { needed: 1, .. })));
        assert!(matches!(Drift.fit(&[1.0], 1), Err(ModelError::TooFewValues { needed: 2, .. })));
        assert!(matches!(SeasonalNaive.fit(&[1.0], 7), Err(ModelError::TooFewValues { needed: 7, .. })));
    }
}
