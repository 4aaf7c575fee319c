//! Version 1 of the forecast, which streams still hold.

use serde::ser::Error;
use serde::{Deserialize, Serialize, Serializer};
use time::Date;

use crate::content::check_text;
use crate::day::date_text;
use crate::snapshot_raw::check_artist;
use crate::{
    Artist, DatedFlag, Event, Forecast, ForecastMissing, ForecastPoint, Metric, Observed, Platform, SchemaId,
    TrainedOn, Value,
};

/// A forecast as version 1 wrote it: why there is none is a sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ForecastV1 {
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
    #[serde(serialize_with = "with_accuracy")]
    pub path: Vec<ForecastPoint>,
    /// Flags within the training days that a reader should know of.
    #[serde(default)]
    pub flags: Vec<DatedFlag>,
    /// Why there is no forecast, in one sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// Whether the figures are made up for a demonstration.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sample: bool,
}

/// Writes points as this version named their error. Reading takes both names.
fn with_accuracy<S: Serializer>(path: &[ForecastPoint], serializer: S) -> Result<S::Ok, S::Error> {
    let mut points = serde_json::to_value(path).map_err(S::Error::custom)?;
    for point in points.as_array_mut().into_iter().flatten().filter_map(serde_json::Value::as_object_mut) {
        if let Some(error) = point.remove("median_abs_pct_error") {
            point.insert("accuracy".to_owned(), error);
        }
    }
    points.serialize(serializer)
}

impl From<ForecastV1> for Forecast {
    fn from(old: ForecastV1) -> Self {
        Self {
            model: old.model,
            artist: old.artist,
            platform: old.platform,
            metric: old.metric,
            generated_at: old.generated_at,
            current: old.current,
            current_date: old.current_date,
            trained_on: old.trained_on,
            path: old.path,
            flags: old.flags,
            missing: old.missing.as_deref().map(reason_of),
            sample: old.sample,
        }
    }
}

/// The reason that a sentence of version 1 gives.
fn reason_of(sentence: &str) -> ForecastMissing {
    if let Some(too_few) = too_few_values(sentence) {
        too_few
    } else if sentence == "the values are too large to compute with" {
        ForecastMissing::TooLarge
    } else if sentence.starts_with("the ") && sentence.ends_with(" model found no forecast of this series") {
        ForecastMissing::NoSolution
    } else {
        ForecastMissing::Unknown
    }
}

/// Reads "3 daily values so far, a forecast needs 14".
fn too_few_values(sentence: &str) -> Option<ForecastMissing> {
    let (have, need) = sentence.split_once(" so far, a forecast needs ")?;
    let have = have.strip_suffix(" daily values").or_else(|| have.strip_suffix(" values"));
    let have = have.or_else(|| sentence.split_once(" value ").map(|(have, _)| have))?;
    Some(ForecastMissing::TooFewValues { have: have.parse().ok()?, need: need.parse().ok()? })
}

impl Event for ForecastV1 {
    const SCHEMA: SchemaId = SchemaId { name: "forecast", major: 1, minor: 1 };
    const JSON_SCHEMA: &'static str = include_str!("../events/forecast.v1.json");

    fn subject(&self) -> String {
        format!("forecast.{}.{}.{}.{}", self.model, self.artist.id, self.platform, self.metric)
    }

    fn identity(&self) -> String {
        format!("{}/{}/{}/{}/{}", self.model, self.artist.id, self.platform, self.metric, self.generated_at)
    }

    fn check(&self) -> Result<(), String> {
        if crate::Platform::new(&self.model).is_err() {
            return Err("model is not 1 to 40 lower-case letters, digits and underscores".to_owned());
        }
        if let Some(missing) = &self.missing {
            check_text("missing", missing, 1_000)?;
        }
        check_artist(&self.artist)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ContentType, encode, reader_of};

    const EXAMPLE: &str = include_str!("../examples/forecast.v1.json");

    #[test]
    fn each_sentence_of_version_1_is_a_reason() {
        let too_few = |have, need| ForecastMissing::TooFewValues { have, need };
        for (sentence, reason) in [
            ("3 daily values so far, a forecast needs 14", too_few(3, 14)),
            ("1 value so far, a forecast needs 8", too_few(1, 8)),
            ("7 values so far, a forecast needs 8", too_few(7, 8)),
            ("the values are too large to compute with", ForecastMissing::TooLarge),
            ("the arima model found no forecast of this series", ForecastMissing::NoSolution),
            ("99999999999 values so far, a forecast needs 8", ForecastMissing::Unknown),
            ("Mercury is retrograde", ForecastMissing::Unknown),
            ("", ForecastMissing::Unknown),
        ] {
            assert_eq!(reason_of(sentence), reason, "{sentence}");
        }
    }

    #[test]
    fn a_stored_forecast_of_version_1_is_read_in_both_encodings() {
        let old: ForecastV1 = serde_json::from_str(EXAMPLE).unwrap();
        for header in ["forecast/1.0", "forecast/1.1"] {
            let read = reader_of::<Forecast>(header).unwrap();
            for (content_type, body) in
                [(ContentType::Json, EXAMPLE.as_bytes().to_vec()), (ContentType::MessagePack, encode(&old))]
            {
                let forecast = read(content_type, &body).unwrap();
                assert_eq!(forecast.missing, Some(ForecastMissing::TooFewValues { have: 3, need: 14 }));
                assert_eq!((&forecast.artist, &forecast.flags), (&old.artist, &old.flags));
                assert_eq!((forecast.subject(), forecast.identity()), (old.subject(), old.identity()));
            }
        }
    }
}
