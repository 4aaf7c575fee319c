//! A model's record on a series: what it would have said at earlier days, held against what came.
//!
//! Rolling origins (Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 5.10): at each origin the
//! model learns from nothing later, and its limited, rounded path is compared with each value that was observed
//! since.

use super::limits::Limits;
use super::median::median_of_sorted;
use super::model::{DailyValue, FittedModel, Model};

/// How many origins are tried at most; they lie evenly over the values, from the newest back.
const MAX_ORIGINS: usize = 100;

/// How far a model was off, by distance.
#[derive(Debug)]
pub(super) struct Record {
    by_distance: Vec<Errors>,
    /// Days between the oldest origin and the newest value.
    span_days: f64,
}

#[derive(Debug, Default)]
struct Errors {
    /// |actual - forecast|, smallest first.
    absolute: Vec<f64>,
    /// |actual - forecast| / |actual| in percent, where actual is not 0, smallest first.
    percent: Vec<f64>,
}

impl Record {
    /// The record of a model on daily values, for distances of 1 to `horizon_days`.
    pub(super) fn of<M: Model>(model: &M, values: &[DailyValue], limits: Limits, horizon_days: u32) -> Self {
        let mut by_distance: Vec<Errors> = (0..horizon_days).map(|_| Errors::default()).collect();
        let mut span_days = 0;
        let num_origins = values.len().saturating_sub(1);
        let spacing = num_origins.div_ceil(MAX_ORIGINS).max(1);
        for origin in (0..num_origins).rev().step_by(spacing) {
            let Ok(fitted) = model.fit(&values[..=origin]) else { continue };
            let (current, later) = (values[origin], &values[origin + 1..]);
            let days_known = later.last().map_or(0, |newest| newest.day - current.day);
            span_days = span_days.max(days_known);
            let num_days = horizon_days.min(days_known.unsigned_abs());
            let path = limits.after(current.value).path(fitted.predict(num_days));
            for actual in later {
                let distance = (actual.day - current.day).unsigned_abs() as usize;
                let Some(forecast) = path.get(distance - 1) else { break };
                let error = (actual.value - forecast).abs();
                by_distance[distance - 1].absolute.push(error);
                if actual.value != 0.0 {
                    by_distance[distance - 1].percent.push(error / actual.value.abs() * 100.0);
                }
            }
        }
        for errors in &mut by_distance {
            errors.absolute.sort_unstable_by(f64::total_cmp);
            errors.percent.sort_unstable_by(f64::total_cmp);
        }
        Self { by_distance, span_days: f64::from(span_days) }
    }

    /// The error at this distance that a share `level` of outcomes stays within, or `None` where the record is
    /// too short to say so.
    ///
    /// Conformal: of n exchangeable errors the one of rank (n + 1) * level (Lei et al. 2018). Errors of
    /// overlapping forecasts repeat each other, so n counts only as many as fit beside each other into the
    /// record's span.
    pub(super) fn quantile(&self, distance: u32, level: f64) -> Option<f64> {
        let errors = &self.at(distance)?.absolute;
        let num_errors = errors.len() as f64;
        let num_independent = num_errors.min(self.span_days / f64::from(distance));
        let share = level * (1.0 + 1.0 / num_independent);
        // The small term keeps a rank that is whole but for rounding.
        let rank = (share * num_errors - 1e-9).ceil();
        if num_errors > 0.0 && rank <= num_errors {
            errors.get((rank as usize).saturating_sub(1)).copied()
        } else {
            None
        }
    }

    /// Median error at this distance in percent of what came, and the number of forecasts behind it.
    pub(super) fn accuracy(&self, distance: u32) -> (Option<f64>, u32) {
        let percent = self.at(distance).map_or(&[][..], |errors| &errors.percent);
        (median_of_sorted(percent), percent.len() as u32)
    }

    fn at(&self, distance: u32) -> Option<&Errors> {
        self.by_distance.get((distance as usize).checked_sub(1)?)
    }

    /// A record with these errors, smallest first, at distances from 1 on.
    #[cfg(test)]
    pub(super) fn with_errors(errors: Vec<Vec<f64>>, span_days: f64) -> Self {
        let by_distance =
            errors.into_iter().map(|absolute| Errors { absolute, percent: Vec::new() }).collect();
        Self { by_distance, span_days }
    }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::Nature;

    use super::*;
    use crate::forecast::ForecastError;

    /// Says that all stays as it is.
    struct Naive;
    struct FittedNaive(f64, usize);

    impl Model for Naive {
        type Fitted = FittedNaive;
        const NAME: &'static str = "naive";

        fn fit(&self, values: &[DailyValue]) -> Result<FittedNaive, ForecastError> {
            let newest = values.last().ok_or(ForecastError::NoRecord)?;
            Ok(FittedNaive(newest.value, values.len()))
        }
    }

    impl FittedModel for FittedNaive {
        fn predict(&self, num_days: u32) -> Vec<f64> {
            vec![self.0; num_days as usize]
        }

        fn num_values(&self) -> usize {
            self.1
        }
    }

    fn record(values: &[(i32, f64)]) -> Record {
        let daily = |(day, value): &(i32, f64)| DailyValue { day: *day, value: *value, new_level: false };
        let values: Vec<DailyValue> = values.iter().map(daily).collect();
        Record::of(&Naive, &values, Limits::of(Some(Nature::Count), &values), 90)
    }

    #[test]
    fn each_distance_has_the_errors_of_just_that_distance() {
        let record = record(&[(1, 10.0), (2, 20.0), (4, 40.0), (5, 0.0)]);
        assert_eq!(record.by_distance[0].absolute, [10.0, 40.0]);
        assert_eq!(record.by_distance[1].absolute, [20.0]);
        assert_eq!(record.by_distance[2].absolute, [20.0, 30.0]);
        // The zero that came after 40 has no percentage.
        assert_eq!(record.accuracy(1), (Some(50.0), 1));
        assert_eq!(record.accuracy(3), (Some(75.0), 1));
        assert_eq!(record.accuracy(50), (None, 0));
        assert_eq!((record.accuracy(0), record.accuracy(91)), ((None, 0), (None, 0)));
    }

    #[test]
    fn a_long_series_is_tried_at_a_hundred_origins() {
        let long: Vec<(i32, f64)> = (0..365).map(|day| (day, f64::from(day))).collect();
        let record = record(&long);
        assert_eq!(record.accuracy(1).1, 91); // every fourth day
        assert_eq!(record.by_distance[9].absolute, vec![10.0; record.by_distance[9].absolute.len()]);
    }

    #[test]
    fn the_rank_is_that_of_one_error_more() {
        let errors: Vec<f64> = (1..=19).map(f64::from).collect();
        let record = Record::with_errors(vec![errors], 1000.0);
        assert_eq!(record.quantile(1, 0.80), Some(16.0)); // (19 + 1) * 0.80
        assert_eq!(record.quantile(1, 0.95), Some(19.0));
        let fewer = Record::with_errors(vec![(1..=18).map(f64::from).collect()], 1000.0);
        assert_eq!(fewer.quantile(1, 0.95), None);
    }

    #[test]
    fn overlapping_errors_count_only_as_often_as_they_fit_into_the_span() {
        let errors: Vec<f64> = (1..=40).map(f64::from).collect();
        let mut by_distance = vec![Vec::new(); 30];
        by_distance[9] = errors.clone();
        by_distance[29] = errors;
        let record = Record::with_errors(by_distance, 80.0);
        assert_eq!(record.quantile(10, 0.80), Some(36.0)); // 40 * 0.80 * (1 + 1/8)
        assert_eq!(record.quantile(30, 0.80), None); // fewer than four periods of 30 days
    }
}
