//! The answer to a command, as data and as a Discord message.

use serde::{Deserialize, Serialize};

use crate::content::check_text;
use crate::{Event, Metric, SchemaId};

/// Deepest nesting of figures and message; a Discord message needs eight levels.
const MAX_LEVELS: usize = 32;

/// An answer. Subject: `reply.{name}`, or the inbox that the asker named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// Id of the command that is answered.
    pub command_id: String,
    /// Name of the command that is answered.
    pub name: String,
    /// The figures; null where the question could not be answered.
    pub data: serde_json::Value,
    /// Body of the Discord message.
    pub message: serde_json::Value,
    /// What was wrong with the question, in words for the asker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Event for Reply {
    const SCHEMA: SchemaId = SchemaId { name: "reply", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = include_str!("../events/reply.json");

    fn subject(&self) -> String {
        format!("reply.{}", self.name)
    }

    fn identity(&self) -> String {
        self.command_id.clone()
    }
    fn check(&self) -> Result<(), String> {
        check_text("command_id", &self.command_id, 100)?;
        Metric::new(&self.name).map_err(|error| format!("name: {error}"))?;
        if let Some(error) = &self.error {
            check_text("error", error, 6_000)?;
        }
        for (field, json) in [("data", &self.data), ("message", &self.message)] {
            if !is_within(json, MAX_LEVELS) {
                return Err(format!("{field} is nested deeper than {MAX_LEVELS} levels"));
            }
        }
        Ok(())
    }
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
