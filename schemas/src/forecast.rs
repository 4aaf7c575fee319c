//! The forecast of one series by one model.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::Date;

use crate::day::date_text;
use crate::snapshot_raw::check_artist;
use crate::{
    Artist, DatedFlag, Day, Event, ForecastV1, Metric, Observed, OlderVersion, Platform, SchemaId, Value,
    decode,
};

/// Where a series is going, with intervals, from the newest accepted value on.
///
/// Subject: `forecast.{model}.{artist}.{platform}.{metric}`. The newest event of the subject is the view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// Token of the model.
    pub model: String,
    /// Whose series it is.
    pub artist: Artist,
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// The newest observation that was used.
    pub generated_at: Observed,
    /// Newest accepted value.
    pub current: Value,
    /// Day of the current value.
    #[serde(with = "date_text")]
    pub current_date: Date,
    /// What the model learnt from.
    pub trained_on: TrainedOn,
    /// One point for each day ahead, from 1 on; empty where `missing` says why.
    pub path: Vec<ForecastPoint>,
    /// Flags within the training days that a reader should know of.
    #[serde(default)]
    pub flags: Vec<DatedFlag>,
    /// Why there is no forecast.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<ForecastMissing>,
    /// Whether the figures are made up for a demonstration.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sample: bool,
}

/// Why a series has no forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum ForecastMissing {
    /// The series has too few daily values.
    TooFewValues {
        /// Daily values that there are.
        have: u32,
        /// Daily values that a forecast needs.
        need: u32,
    },
    /// The model fits no forecast to the values.
    NoSolution,
    /// The values are too large to compute with.
    TooLarge,
    /// An older version gave a reason that this one does not know.
    Unknown,
}

impl ForecastMissing {
    /// The word of every reason, as it stands in events.
    pub const WORDS: &'static [&'static str] = &["too_few_values", "no_solution", "too_large", "unknown"];

    /// The reason's word, as it stands in events.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooFewValues { .. } => "too_few_values",
            Self::NoSolution => "no_solution",
            Self::TooLarge => "too_large",
            Self::Unknown => "unknown",
        }
    }

    /// What it means, in one sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::TooFewValues { .. } => "the series has too few daily values",
            Self::NoSolution => "the model fits no forecast to the values",
            Self::TooLarge => "the values are too large to compute with",
            Self::Unknown => "an older version gave a reason that this one does not know",
        }
    }
}

/// The part of a series that a model learnt from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrainedOn {
    /// First day.
    #[serde(with = "date_text")]
    #[schemars(with = "Day")]
    pub from: Date,
    /// Last day.
    #[serde(with = "date_text")]
    #[schemars(with = "Day")]
    pub to: Date,
    /// Number of accepted values.
    pub num_values: u32,
}

/// A forecast for one day ahead.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ForecastPoint {
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
    /// How far this model's earlier forecasts at this distance were off on this series: the median of
    /// |actual - forecast| / actual in percent; missing without a record at this distance. Earlier versions called it
    /// `accuracy`.
    #[serde(alias = "accuracy")]
    pub median_abs_pct_error: Option<Value>,
    /// Number of earlier forecasts that were compared with what came.
    pub num_checked: u32,
    /// How far they were off in the metric's own unit: the median of |actual - forecast|.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off_by: Option<Value>,
    /// The same for a forecast that nothing changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub naive_off_by: Option<Value>,
    /// How many of `num_checked` outcomes fell within the 80 % interval that was given for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub num_in_80: Option<u32>,
    /// How many fell within the 95 % interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub num_in_95: Option<u32>,
}

impl Event for Forecast {
    const SCHEMA: SchemaId = SchemaId { name: "forecast", major: 3, minor: 0 };
    const JSON_SCHEMA: &'static str = include_str!("../events/forecast.json");
    /// Version 2 had fewer flags, and `accuracy` for an error.
    const OLDER: &'static [OlderVersion<Self>] = &[
        OlderVersion {
            major: ForecastV1::SCHEMA.major,
            read: |content_type, body| decode::<ForecastV1>(content_type, body).map(Self::from),
        },
        OlderVersion { major: 2, read: decode::<Self> },
    ];

    fn subject(&self) -> String {
        format!("forecast.{}.{}.{}.{}", self.model, self.artist.id, self.platform, self.metric)
    }

    fn identity(&self) -> String {
        format!("{}/{}/{}/{}/{}", self.model, self.artist.id, self.platform, self.metric, self.generated_at)
    }

    fn use_current_name(&mut self) {
        self.artist.use_current_name();
    }

    fn check(&self) -> Result<(), String> {
        if crate::Platform::new(&self.model).is_err() {
            return Err("model is not 1 to 40 lower-case letters, digits and underscores".to_owned());
        }
        check_artist(&self.artist)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ContentType, reader_of};

    #[test]
    fn the_error_that_version_2_called_accuracy_is_read() {
        let current = include_str!("../examples/forecast.json");
        let version_2 = current.replace("median_abs_pct_error", "accuracy");
        assert_ne!(version_2, current);
        let read = |header, body: &str| {
            reader_of::<Forecast>(header).unwrap()(ContentType::Json, body.as_bytes()).unwrap()
        };
        let forecast = read("forecast/2.0", &version_2);
        assert_eq!(forecast, read("forecast/3.0", current));
        assert!(forecast.path[0].median_abs_pct_error.is_some());
    }
}
