//! The check of published forecasts: every stored record and the accepted values in; how far each model was off from
//! the values that came since out.

use std::collections::{BTreeMap, HashSet};

use casa24_schemas::{ArtistId, ForecastRecord, Metric, Platform, RecordedPoint};
use serde::Serialize;
use time::{Date, Duration};

use crate::history::History;

/// What became of the forecasts that were published so far.
#[derive(Debug, Default)]
pub struct PublishedCheck {
    num_forecasts: u64,
    num_again: u64,
    /// The series and days for which a model has published a forecast.
    seen: HashSet<(String, ArtistId, Platform, Metric, Date)>,
    outcomes: BTreeMap<(String, u32), Vec<Outcome>>,
}

/// One forecast of a value compared with the value that came.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Outcome {
    off_by_percent: Option<f64>,
    in_80: bool,
    in_95: bool,
}

/// How far off the published forecasts of a model were at a distance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PublishedAccuracy {
    /// Token of the model.
    pub model: String,
    /// Days from the value that a forecast was made from to the one that it was compared with.
    pub days_ahead: u32,
    /// Forecasts whose day has come, with a value on it.
    pub num_checked: usize,
    /// Median of |actual - forecast| / |actual| in percent, of values other than zero.
    pub median_off_by_percent: Option<f64>,
    /// Share of values in the 80 % interval, in percent.
    pub coverage_80: f64,
    /// Share of values in the 95 % interval, in percent.
    pub coverage_95: f64,
}

impl PublishedCheck {
    /// Takes in a record, in the order in which they were published: of several forecasts by one model of one series
    /// from one day the first counts.
    pub fn add(&mut self, record: &ForecastRecord, history: &History) {
        for forecast in &record.series {
            self.num_forecasts += 1;
            let key = (
                record.model.clone(),
                record.artist.id.clone(),
                forecast.platform.clone(),
                forecast.metric.clone(),
                forecast.current_date,
            );
            if !self.seen.insert(key) {
                self.num_again += 1;
                continue;
            }
            let Some(series) = history.series(&record.artist.id, &forecast.platform, &forecast.metric) else {
                continue;
            };
            for point in &forecast.ahead {
                let day = forecast.current_date.checked_add(Duration::days(i64::from(point.days_ahead)));
                let Some(day) = day else { continue };
                let Some(actual) = series.counting_at(day).filter(|actual| actual.date() == day) else {
                    continue;
                };
                let outcome = Outcome::of(point, actual.value);
                self.outcomes.entry((record.model.clone(), point.days_ahead)).or_default().push(outcome);
            }
        }
    }

    /// Forecasts that were taken in.
    pub const fn num_forecasts(&self) -> u64 {
        self.num_forecasts
    }

    /// Those of a series and a day for which the model had already published one.
    pub const fn num_again(&self) -> u64 {
        self.num_again
    }

    /// How far off each model was at each distance at which any of its forecasts could be checked.
    pub fn accuracy(&self) -> Vec<PublishedAccuracy> {
        let of_distance = |((model, days_ahead), outcomes): (&(String, u32), &Vec<Outcome>)| {
            let share = |within: fn(&Outcome) -> bool| {
                outcomes.iter().filter(|outcome| within(outcome)).count() as f64 / outcomes.len() as f64
                    * 100.0
            };
            PublishedAccuracy {
                model: model.clone(),
                days_ahead: *days_ahead,
                num_checked: outcomes.len(),
                median_off_by_percent: median(
                    outcomes.iter().filter_map(|outcome| outcome.off_by_percent).collect(),
                ),
                coverage_80: share(|outcome| outcome.in_80),
                coverage_95: share(|outcome| outcome.in_95),
            }
        };
        self.outcomes.iter().map(of_distance).collect()
    }
}

impl Outcome {
    fn of(point: &RecordedPoint, actual: f64) -> Self {
        let off_by = (actual - point.predicted.get()).abs();
        Self {
            off_by_percent: (actual != 0.0).then(|| off_by / actual.abs() * 100.0),
            in_80: (point.lower_80.get()..=point.upper_80.get()).contains(&actual),
            in_95: (point.lower_95.get()..=point.upper_95.get()).contains(&actual),
        }
    }
}

fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_unstable_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    let upper = *numbers.get(middle)?;
    Some(if numbers.len().is_multiple_of(2) { f64::midpoint(numbers[middle - 1], upper) } else { upper })
}

#[cfg(test)]
mod tests {
    use casa24_schemas::Observed;
    use time::macros::date;

    use super::*;
    use crate::testing::{forecast, path_point, snapshot};

    const TODAY: Date = date!(2025 - 09 - 01);

    /// A history with these values, by days after today.
    fn history(values: &[(i64, f64)]) -> History {
        let mut history = History::default();
        for (days_ahead, value) in values {
            let observed_at = Observed::day(TODAY + Duration::days(*days_ahead));
            history.insert(&snapshot("Luz Polar", observed_at, Some(*value), &[]));
        }
        history
    }

    /// A forecast from some day after today that expects 100 at each distance, 90 to 110 and 80 to 120.
    fn published(model: &str, days: i64) -> ForecastRecord {
        let path = (1..=90).map(|days_ahead| path_point(days_ahead, 100.0, 10.0)).collect();
        let forecast = forecast(model, Observed::day(TODAY + Duration::days(days)), 100.0, path);
        ForecastRecord::of(&[forecast]).unwrap()
    }

    #[test]
    fn accuracy_is_the_median_error_and_the_shares_within_the_intervals() {
        let history = history(&[(7, 50.0), (8, 100.0), (9, 125.0), (10, 110.0), (11, 0.0)]);
        let mut check = PublishedCheck::default();
        for day in 0..=4 {
            check.add(&published("drift", day), &history);
        }
        let [accuracy] = &check.accuracy()[..] else { panic!("one distance has come") };
        assert_eq!((accuracy.days_ahead, accuracy.num_checked), (7, 5));
        assert_eq!((accuracy.coverage_80, accuracy.coverage_95), (40.0, 40.0));
        // 100, 0, 20 and 9.09 %; of the zero there is no percentage.
        let median = accuracy.median_off_by_percent.unwrap();
        assert!((median - (20.0 + 100.0 / 11.0) / 2.0).abs() < 1e-9, "{median}");
    }

    #[test]
    fn only_a_value_of_the_very_day_is_compared() {
        let history = history(&[(6, 100.0), (8, 100.0), (30, 85.0)]);
        let mut check = PublishedCheck::default();
        check.add(&published("drift", 0), &history);
        let found: Vec<_> =
            check.accuracy().iter().map(|a| (a.days_ahead, a.coverage_80, a.coverage_95)).collect();
        assert_eq!(found, [(30, 0.0, 100.0)]);
    }

    #[test]
    fn the_first_forecast_of_a_model_from_a_day_counts_and_the_others_are_counted() {
        let history = history(&[(7, 100.0)]);
        let mut check = PublishedCheck::default();
        for model in ["drift", "drift", "linear"] {
            check.add(&published(model, 0), &history);
        }
        assert_eq!((check.num_forecasts(), check.num_again()), (3, 1));
        let found: Vec<_> = check.accuracy().into_iter().map(|a| (a.model, a.num_checked)).collect();
        assert_eq!(found, [("drift".to_owned(), 1), ("linear".to_owned(), 1)]);
    }

    #[test]
    fn without_a_forecast_there_is_no_accuracy() {
        assert!(PublishedCheck::default().accuracy().is_empty());
        let mut check = PublishedCheck::default();
        check.add(&published("drift", 0), &History::default());
        assert!(check.accuracy().is_empty());
    }
}
