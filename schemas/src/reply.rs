//! The answer to a command, as data and as a Discord message.

use serde::{Deserialize, Serialize};

use crate::{Event, SchemaId};

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
}
