//! What a model said of an artist's series, in short: to be compared with what comes.

use serde::{Deserialize, Serialize};
use time::Date;

use crate::day::date_text;
use crate::snapshot_raw::check_artist;
use crate::{Artist, Event, Forecast, Metric, Observed, Platform, SchemaId, Value};

/// Distances of which a record keeps the forecast, in days.
pub const RECORDED_DAYS_AHEAD: [u32; 3] = [7, 30, 90];

/// The forecasts of an artist's series that a model made anew, at the distances of [`RECORDED_DAYS_AHEAD`]. The whole
/// paths are in the views, of which only the newest is kept.
///
/// Subject: `published.{model}.{artist}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ForecastRecord {
    /// Token of the model.
    pub model: String,
    /// Whose series they are.
    pub artist: Artist,
    /// The newest observation that was used.
    pub generated_at: Observed,
    /// Each series that was forecast anew.
    pub series: Vec<RecordedSeries>,
    /// Whether the figures are made up for a demonstration.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sample: bool,
}

/// The forecast of one series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedSeries {
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// Newest accepted value.
    pub current: Value,
    /// Day of the current value.
    #[serde(with = "date_text")]
    pub current_date: Date,
    /// What is expected.
    pub ahead: Vec<RecordedPoint>,
}

/// A forecast for one day ahead.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RecordedPoint {
    /// Days after the current value's day.
    pub days_ahead: u32,
    /// Expected value.
    pub predicted: Value,
    /// Lower end of the interval that holds 80 % of outcomes.
    pub lower_80: Value,
    /// Upper end of that interval.
    pub upper_80: Value,
    /// Lower end of the interval that holds 95 % of outcomes.
    pub lower_95: Value,
    /// Upper end of that interval.
    pub upper_95: Value,
}

impl ForecastRecord {
    /// The record of an artist's forecasts, all by one model; `None` where none has a path.
    pub fn of(forecasts: &[Forecast]) -> Option<Self> {
        let series: Vec<RecordedSeries> =
            forecasts.iter().filter(|forecast| !forecast.path.is_empty()).map(RecordedSeries::of).collect();
        let newest = forecasts.iter().max_by_key(|forecast| forecast.generated_at)?;
        (!series.is_empty()).then(|| Self {
            model: newest.model.clone(),
            artist: newest.artist.clone(),
            generated_at: newest.generated_at,
            series,
            sample: newest.sample,
        })
    }
}

impl RecordedSeries {
    fn of(forecast: &Forecast) -> Self {
        let recorded = forecast.path.iter().filter(|point| RECORDED_DAYS_AHEAD.contains(&point.days_ahead));
        let ahead = recorded.map(|point| RecordedPoint {
            days_ahead: point.days_ahead,
            predicted: point.predicted,
            lower_80: point.lower_80,
            upper_80: point.upper_80,
            lower_95: point.lower_95,
            upper_95: point.upper_95,
        });
        Self {
            platform: forecast.platform.clone(),
            metric: forecast.metric.clone(),
            current: forecast.current,
            current_date: forecast.current_date,
            ahead: ahead.collect(),
        }
    }
}

impl Event for ForecastRecord {
    const SCHEMA: SchemaId = SchemaId { name: "forecast.record", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = include_str!("../events/forecast.record.json");

    fn subject(&self) -> String {
        format!("published.{}.{}", self.model, self.artist.id)
    }

    fn identity(&self) -> String {
        format!("{}/{}/{}", self.model, self.artist.id, self.generated_at)
    }

    fn use_current_name(&mut self) {
        self.artist.use_current_name();
    }

    fn check(&self) -> Result<(), String> {
        if Platform::new(&self.model).is_err() {
            return Err("model is not 1 to 40 lower-case letters, digits and underscores".to_owned());
        }
        check_artist(&self.artist)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_keeps_the_checked_distances_of_forecasts_that_have_a_path() {
        let forecast: Forecast = serde_json::from_str(include_str!("../examples/forecast.json")).unwrap();
        let point = forecast.path[0];
        let path = (1..=90).map(|days_ahead| crate::ForecastPoint { days_ahead, ..point }).collect();
        let long = Forecast { path, ..forecast.clone() };
        let without = Forecast { path: Vec::new(), ..forecast };
        let record = ForecastRecord::of(&[without.clone(), long.clone()]).unwrap();
        assert_eq!(record.series.len(), 1);
        let days: Vec<u32> = record.series[0].ahead.iter().map(|point| point.days_ahead).collect();
        assert_eq!(days, RECORDED_DAYS_AHEAD);
        assert_eq!(record.series[0].ahead[0].upper_95, point.upper_95);
        assert_eq!(record.subject(), format!("published.{}.{}", long.model, long.artist.id));
        assert_eq!(ForecastRecord::of(&[without]), None);
        assert_eq!(ForecastRecord::of(&[]), None);
    }
}
