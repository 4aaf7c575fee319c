//! Figures that do not stand as they came: withheld by the validator, or corrected.

use casa24_schemas::{Day, Metric, Platform, Reason, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::head::Owner;

/// A figure of a day that does not stand as it came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Revised {
    /// Name of the artist, or of the label.
    pub artist: String,
    /// Whose it is.
    pub owner: Owner,
    /// Platform of the figure.
    pub platform: Platform,
    /// Metric of the figure.
    pub metric: Metric,
    /// Day of the figure.
    pub date: Day,
    /// What became of it.
    #[serde(flatten)]
    pub revision: Revision,
}

/// What became of a figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Revision {
    /// Another figure took its place.
    Corrected {
        /// The figure that was stored before; missing where there was none.
        before: Option<Value>,
        /// The figure that stands; missing where it was taken back.
        now: Option<Value>,
        /// Day on which it was corrected.
        corrected_on: Day,
        /// Why, in the words of whoever corrected it.
        why: Option<String>,
    },
    /// The validator did not accept it.
    Withheld {
        /// Why not.
        why: Reason,
        /// What the source gave, at most 40 characters of it.
        found: String,
    },
}
