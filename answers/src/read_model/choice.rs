//! Which model is shown: the one rule for every answer.
//!
//! A forecast is shown with its track record, and the two must not contradict each other. So a model whose earlier
//! forecasts of the series, at the distance asked for, were farther off than saying "it stays as it is" from the same
//! origins is not shown. Instead, the model is whose record is the best of those that were nearer than that; where there
//! is none, standing still itself, with its own intervals and record.

use casa24_schemas::{Forecast, ForecastPoint, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The model that was asked for, where another one is shown, and why: its record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InsteadOf {
    /// Token of the model.
    pub model: String,
    /// Median absolute error of its earlier forecasts at this distance, in the metric's own unit.
    pub median_abs_error: Value,
    /// The same for forecasting that nothing changes, which was less.
    pub naive_median_abs_error: Value,
    /// Number of earlier forecasts that were compared with what came.
    pub num_checked: u32,
}

/// What a forecast says of a distance in days.
pub(crate) fn point(forecast: &Forecast, days: u32) -> Option<&ForecastPoint> {
    let place = usize::try_from(days).ok()?.checked_sub(1)?;
    // Paths have a point for each day; one of another program's model may not.
    let at_place = forecast.path.get(place).filter(|point| point.days_ahead == days);
    at_place.or_else(|| forecast.path.iter().find(|point| point.days_ahead == days))
}

/// Why a forecast is not shown at a distance: its record there is worse than standing still.
pub(super) fn is_refuted(forecast: &Forecast, days: u32) -> Option<InsteadOf> {
    let point = point(forecast, days)?;
    let (off_by, naive_off_by) = (point.off_by?, point.naive_off_by?);
    (off_by > naive_off_by).then(|| InsteadOf {
        model: forecast.model.clone(),
        median_abs_error: off_by,
        naive_median_abs_error: naive_off_by,
        num_checked: point.num_checked,
    })
}

/// Of some forecasts the one with the best record at a distance, of those that were nearer than standing still; of equal
/// ones the first.
pub(super) fn best<F: AsRef<Forecast>>(forecasts: impl IntoIterator<Item = F>, days: u32) -> Option<F> {
    let error = |forecast: &F| {
        let point = point(forecast.as_ref(), days)?;
        let (off_by, naive_off_by) = (point.off_by?, point.naive_off_by?);
        (off_by < naive_off_by).then_some(off_by.get())
    };
    let better = forecasts.into_iter().filter_map(|forecast| Some((error(&forecast)?, forecast)));
    better.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, forecast)| forecast)
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Artist, Metric, Observed, Platform, TrainedOn};
    use std::sync::Arc;

    use super::*;

    /// A forecast whose record at 7 days is this far off, where standing still was off by 5.
    fn forecast(model: &str, off_by: Option<f64>) -> Arc<Forecast> {
        let value = |number| Value::new(number).unwrap();
        let observed = Observed::parse("2025-09-30").unwrap();
        let point = |days_ahead| ForecastPoint {
            days_ahead,
            predicted: value(1.0),
            lower_80: value(1.0),
            upper_80: value(1.0),
            lower_95: value(1.0),
            upper_95: value(1.0),
            median_abs_pct_error: None,
            num_checked: 41,
            off_by: off_by.map(value).filter(|_| days_ahead == 7),
            naive_off_by: Some(value(5.0)),
            num_in_80: None,
            num_in_95: None,
        };
        let date = observed.date();
        Arc::new(Forecast {
            model: model.to_owned(),
            artist: Artist::new("Luz").unwrap(),
            platform: Platform::SPOTIFY,
            metric: Metric::FOLLOWERS,
            generated_at: observed,
            current: value(1.0),
            current_date: date,
            trained_on: TrainedOn { from: date, to: date, num_values: 1 },
            path: (1..=9).map(point).collect(),
            flags: Vec::new(),
            missing: None,
            sample: false,
        })
    }

    #[test]
    fn only_a_record_worse_than_standing_still_refutes_a_model() {
        let found = is_refuted(&forecast("ensemble", Some(5.5)), 7).unwrap();
        assert_eq!((found.model.as_str(), found.num_checked), ("ensemble", 41));
        assert_eq!((found.median_abs_error.get(), found.naive_median_abs_error.get()), (5.5, 5.0));
        for (off_by, days) in [(Some(5.0), 7), (Some(4.0), 7), (None, 7), (Some(9.0), 8), (Some(9.0), 30)] {
            assert_eq!(is_refuted(&forecast("ensemble", off_by), days), None, "{off_by:?} at {days}");
        }
    }

    #[test]
    fn the_best_record_wins_where_it_is_better_than_standing_still() {
        let of = |records: &[(&str, Option<f64>)]| {
            let forecasts: Vec<_> = records.iter().map(|(model, off_by)| forecast(model, *off_by)).collect();
            best(forecasts, 7).map(|forecast| forecast.model.clone())
        };
        let arima = Some("arima".to_owned());
        assert_eq!(of(&[("linear", Some(4.0)), ("arima", Some(3.0)), ("neural", Some(3.0))]), arima);
        assert_eq!(of(&[("linear", Some(5.0)), ("arima", None), ("neural", Some(8.0))]), None);
    }
}
