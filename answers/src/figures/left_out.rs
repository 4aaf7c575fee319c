//! An artist whom a total leaves out.

use casa24_schemas::{Date, Day, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::missing::Missing;

/// An artist whom a total leaves out, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    /// Name of the artist.
    pub artist: String,
    /// Why.
    pub missing: Missing,
    /// Newest accepted value, where there is one.
    pub value: Option<Value>,
    /// Its day.
    pub date: Option<Day>,
}

impl LeftOut {
    /// One whose newest value is too old.
    pub(crate) fn stale(artist: &str, value: f64, date: Date) -> Self {
        Self {
            artist: artist.to_owned(),
            missing: Missing::TooOld { of: Some(Day(date)) },
            value: Value::new(value),
            date: Some(Day(date)),
        }
    }
}
