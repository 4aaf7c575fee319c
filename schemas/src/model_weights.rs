//! What a model has learnt from many series.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use time::Date;

use crate::content::check_text;
use crate::day::date_text;
use crate::event::hexadecimal;
use crate::{Event, Observed, Platform, SchemaId};

/// Deepest nesting of a report.
const MAX_LEVELS: usize = 32;

/// Most bytes of weights.
pub const MAX_WEIGHTS_BYTES: usize = 512 << 10;

/// Weights of a trained model, and what they were learnt from.
///
/// Subject: `model.{model}`; the newest event of the subject counts. The same data and seed give the same weights,
/// and these the same event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelWeights {
    /// Token of the model.
    pub model: String,
    /// The newest observation that it learnt from.
    pub trained_at: Observed,
    /// Seed of the random numbers in the training.
    pub seed: u64,
    /// What it learnt from.
    pub trained_on: TrainingData,
    /// Version of the layout of `bytes`, which only the model reads.
    pub format: u32,
    /// The weights, at most [`MAX_WEIGHTS_BYTES`]; in JSON a list of bytes, or a text that stands for its UTF-8 bytes.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    /// SHA-256 of `bytes` in lower-case hexadecimal.
    pub sha256: String,
    /// How it did on what it did not learn from: scores by name, any JSON.
    pub report: serde_json::Value,
    /// Whether any of the figures are made up for a demonstration.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sample: bool,
}

/// The series that a model learnt from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainingData {
    /// Number of series.
    pub num_series: u32,
    /// Number of accepted values in all of them.
    pub num_values: u32,
    /// First day.
    #[serde(with = "date_text")]
    pub from: Date,
    /// Last day.
    #[serde(with = "date_text")]
    pub to: Date,
}

impl ModelWeights {
    /// SHA-256 of weights in lower-case hexadecimal.
    pub fn sha256(bytes: &[u8]) -> String {
        hexadecimal(&Sha256::digest(bytes))
    }
}

impl Event for ModelWeights {
    const SCHEMA: SchemaId = SchemaId { name: "model.weights", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = include_str!("../events/model.weights.json");

    fn subject(&self) -> String {
        format!("model.{}", self.model)
    }

    fn identity(&self) -> String {
        format!("{}/{}/{}/{}", self.model, self.trained_at, self.format, self.sha256)
    }

    fn check(&self) -> Result<(), String> {
        if Platform::new(&self.model).is_err() {
            return Err("model is not 1 to 40 lower-case letters, digits and underscores".to_owned());
        }
        if self.bytes.len() > MAX_WEIGHTS_BYTES {
            let found = self.bytes.len();
            return Err(format!("bytes has {found} bytes, at most {MAX_WEIGHTS_BYTES} are accepted"));
        }
        check_text("sha256", &self.sha256, 64)?;
        if self.sha256 != Self::sha256(&self.bytes) {
            return Err("sha256 is not that of bytes".to_owned());
        }
        check_levels("report", &self.report)
    }
}

fn check_levels(field: &str, json: &serde_json::Value) -> Result<(), String> {
    if is_within(json, MAX_LEVELS) {
        return Ok(());
    }
    Err(format!("{field} is nested deeper than {MAX_LEVELS} levels"))
}

fn is_within(json: &serde_json::Value, levels: usize) -> bool {
    match json {
        serde_json::Value::Array(items) => levels > 0 && items.iter().all(|item| is_within(item, levels - 1)),
        serde_json::Value::Object(fields) => {
            levels > 0 && fields.values().all(|item| is_within(item, levels - 1))
        }
        _ => true,
    }
}
