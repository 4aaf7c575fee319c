//! The answer to a command, as data, as a Discord message, and with the files that the message shows.

use serde::{Deserialize, Serialize};

use crate::content::check_text;
use crate::{Event, Metric, SchemaId};

/// Most files of an answer.
pub const MAX_FILES: usize = 2;

/// Greatest size of a file, in bytes: all files of an answer together leave half of a message of 1 MB, which is
/// what a NATS server takes, to its figures.
pub const MAX_FILE_BYTES: usize = 250_000;

/// Deepest nesting of JSON in an event; a Discord message needs eight levels.
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
    /// Files that the message shows as `attachment://{name}`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<ReplyFile>,
}

/// A file of an answer, such as a chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyFile {
    /// Name, as the message refers to it: 1 to 40 ASCII letters, digits, `_`, `-` and full stops.
    pub name: String,
    /// Media type, such as `image/png`.
    pub content_type: String,
    /// The file; in JSON a list of bytes, or a text that stands for its UTF-8 bytes.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

impl Event for Reply {
    const SCHEMA: SchemaId = SchemaId { name: "reply", major: 1, minor: 1 };
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
        check_levels("data", &self.data)?;
        check_levels("message", &self.message)?;
        if self.files.len() > MAX_FILES {
            return Err(format!("files has {} entries, at most {MAX_FILES} are accepted", self.files.len()));
        }
        self.files.iter().try_for_each(ReplyFile::check)
    }
}

impl ReplyFile {
    fn check(&self) -> Result<(), String> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if !(1..=40).contains(&self.name.len()) || !self.name.chars().all(allowed) {
            return Err("a file's name is not 1 to 40 letters, digits, _, - and full stops".to_owned());
        }
        check_text("a file's content_type", &self.content_type, 100)?;
        if self.bytes.len() > MAX_FILE_BYTES {
            let found = self.bytes.len();
            return Err(format!("a file has {found} bytes, at most {MAX_FILE_BYTES} are accepted"));
        }
        Ok(())
    }
}

pub(crate) fn check_levels(field: &str, json: &serde_json::Value) -> Result<(), String> {
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
