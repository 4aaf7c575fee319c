//! An artist whom a total leaves out.

use casa24_schemas::{Day, Value};
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
    /// Newest value that counts; where none does, the newest accepted one, if any.
    pub value: Option<Value>,
    /// Its day.
    pub date: Option<Day>,
}
