//! Two methods that continue the usual step: values in, steps that outliers do not move out.

use std::collections::VecDeque;

use crate::model::{Fitted, Model, ModelError};
use crate::sorted::median;

/// How many of the newest steps the median is taken of.
const MEDIAN_WINDOW: usize = 14;

/// How many of the newest seasons a rhythm is taken of.
const RHYTHM_SEASONS: usize = 8;

/// The median of the newest 14 steps continues: a series that stands on most days is forecast to stand, whatever its
/// jumps.
#[derive(Debug, Clone, Copy, Default)]
pub struct MedianStep;

/// Each step is that of the same place in the season: the mean of the middle half of the newest eight.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rhythm;

/// The newest value, and the newest steps.
#[derive(Debug, Clone)]
pub struct FittedMedianStep {
    newest: f64,
    /// Oldest first.
    steps: VecDeque<f64>,
}

/// The newest value, and the newest steps of whole seasons.
#[derive(Debug, Clone)]
pub struct FittedRhythm {
    newest: f64,
    season_length: usize,
    /// Oldest first.
    steps: VecDeque<f64>,
}

impl Model for MedianStep {
    type Fitted = FittedMedianStep;

    const NAME: &'static str = "median_step";

    fn fit(&self, values: &[f64], _: usize) -> Result<FittedMedianStep, ModelError> {
        let needed = MEDIAN_WINDOW / 2 + 1;
        let Some(newest) = values.last().filter(|_| values.len() >= needed) else {
            return Err(ModelError::TooFewValues { model: Self::NAME, found: values.len(), needed });
        };
        Ok(FittedMedianStep { newest: *newest, steps: newest_steps(values, MEDIAN_WINDOW) })
    }
}

impl Fitted for FittedMedianStep {
    fn observe(&mut self, value: f64) {
        push(&mut self.steps, value - self.newest, MEDIAN_WINDOW);
        self.newest = value;
    }

    fn predict(&self, horizon: usize) -> Vec<f64> {
        let mut sorted: Vec<f64> = self.steps.iter().copied().collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let step = median(&sorted).unwrap_or(0.0);
        (1..=horizon).map(|ahead| self.newest + step * ahead as f64).collect()
    }
}

impl Model for Rhythm {
    type Fitted = FittedRhythm;

    const NAME: &'static str = "rhythm";

    fn fit(&self, values: &[f64], season_length: usize) -> Result<FittedRhythm, ModelError> {
        // Two seasons of steps; without a season there is no rhythm.
        let needed = if season_length > 1 { 2 * season_length + 1 } else { usize::MAX };
        let Some(newest) = values.last().filter(|_| values.len() >= needed) else {
            return Err(ModelError::TooFewValues { model: Self::NAME, found: values.len(), needed });
        };
        let steps = newest_steps(values, RHYTHM_SEASONS * season_length);
        Ok(FittedRhythm { newest: *newest, season_length, steps })
    }
}

impl Fitted for FittedRhythm {
    fn observe(&mut self, value: f64) {
        push(&mut self.steps, value - self.newest, RHYTHM_SEASONS * self.season_length);
        self.newest = value;
    }

    fn predict(&self, horizon: usize) -> Vec<f64> {
        // The place of the next step is that of the step one season before it.
        let usual = |place: usize| {
            let start = (self.steps.len() + place) % self.season_length;
            let mut same: Vec<f64> =
                self.steps.iter().skip(start).step_by(self.season_length).copied().collect();
            same.sort_unstable_by(f64::total_cmp);
            let cut = same.len() / 4;
            let middle = &same[cut..same.len() - cut];
            middle.iter().sum::<f64>() / middle.len().max(1) as f64
        };
        let season: Vec<f64> = (0..self.season_length.min(horizon)).map(usual).collect();
        let mut value = self.newest;
        let step = |ahead: usize| {
            value += season[ahead % self.season_length];
            value
        };
        (0..horizon).map(step).collect()
    }
}

fn newest_steps(values: &[f64], num_steps: usize) -> VecDeque<f64> {
    let start = values.len().saturating_sub(num_steps + 1);
    values[start..].windows(2).map(|pair| pair[1] - pair[0]).collect()
}

fn push(steps: &mut VecDeque<f64>, step: f64, num_steps: usize) {
    if steps.len() == num_steps {
        steps.pop_front();
    }
    steps.push_back(step);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a model says after each of the later values is what it says when it learnt from them.
    fn path<M: Model>(model: &M, values: &[f64], season_length: usize) -> Vec<f64> {
        let mut fitted = model.fit(&values[..values.len() - 4], season_length).unwrap();
        values[values.len() - 4..].iter().for_each(|value| fitted.observe(*value));
        assert_eq!(fitted.predict(5), model.fit(values, season_length).unwrap().predict(5));
        fitted.predict(5)
    }

    #[test]
    fn a_stair_is_forecast_to_stand_and_a_steady_counter_to_go_on() {
        let stair: Vec<f64> = (0..40).map(|day: u32| f64::from(day / 13 * 5)).collect();
        assert_eq!(path(&MedianStep, &stair, 7), [15.0; 5]);
        let counter: Vec<f64> = (0..40).map(|day| f64::from(day * 3 + i32::from(day > 35) * 500)).collect();
        assert_eq!(path(&MedianStep, &counter, 7), [620.0, 623.0, 626.0, 629.0, 632.0]);
    }

    #[test]
    fn the_rhythm_of_a_season_goes_on_without_its_outliers() {
        let steps = [1.0, 2.0, 9.0];
        let mut value = 0.0;
        let mut values = vec![0.0];
        for day in 0..32 {
            value += steps[day % 3] + if day == 13 { 1_000.0 } else { 0.0 };
            values.push(value);
        }
        // 32 steps: the next is the third of its season.
        let expected: Vec<f64> = [9.0, 10.0, 12.0, 21.0, 22.0].map(|ahead| value + ahead).to_vec();
        assert_eq!(path(&Rhythm, &values, 3), expected);
    }

    #[test]
    fn too_few_values_are_refused() {
        assert!(matches!(MedianStep.fit(&[1.0; 7], 1), Err(ModelError::TooFewValues { needed: 8, .. })));
        assert!(matches!(Rhythm.fit(&[1.0; 14], 7), Err(ModelError::TooFewValues { needed: 15, .. })));
        assert!(Rhythm.fit(&[1.0; 100], 1).is_err());
    }
}
