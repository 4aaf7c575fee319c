//! The reply to a command: the answer as data, or why there is none, and what it is made from.

use std::fmt::Debug;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use time::Date;

use crate::content::check_text;
use crate::day::date_text;
use crate::{Event, Metric, Observed, Platform, SchemaId};

/// Most files of an answer.
pub const MAX_FILES: usize = 2;

/// Greatest size of a file, in bytes: all files of an answer together leave half of a message of 1 MB, which is
/// what a NATS server takes, to its figures.
pub const MAX_FILE_BYTES: usize = 250_000;

/// Longest description of a picture, in characters.
const MAX_ALT_CHARS: usize = 2_000;

/// Most platforms that an answer names as its sources.
const MAX_SOURCES: usize = 100;

/// The answer to a question, or the reason why there is none. Subject: `reply.{name}`, or the inbox that the asker
/// named.
///
/// `A` and `R` are defined by those who ask and answer: any types that serde writes as an object. Exactly one of the
/// two is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply<A, R> {
    /// Id of the command that is answered.
    pub command_id: String,
    /// Name of the command that is answered.
    pub name: String,
    /// Day as of which it was answered.
    #[serde(with = "date_text::option", default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Date>,
    /// The newest observation that was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated_at: Option<Observed>,
    /// Whether the figures are made up for a demonstration.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sample: bool,
    /// Platforms whose figures the answer shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Platform>,
    /// The answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<A>,
    /// Why the question could not be answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<R>,
    /// Files that belong to the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<ReplyFile>,
}

/// A file of an answer, such as a chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyFile {
    /// Name by which the answer refers to it: 1 to 40 ASCII letters, digits, `_`, `-` and full stops.
    pub name: String,
    /// Media type, such as `image/png`.
    pub content_type: String,
    /// What a picture shows, in the asker's words, for those who cannot see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt: Option<String>,
    /// The file; in JSON a list of bytes, or a text that stands for its UTF-8 bytes.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

impl<A, R> Event for Reply<A, R>
where
    A: Serialize + DeserializeOwned + Clone + Debug + Send + Sync + 'static,
    R: Serialize + DeserializeOwned + Clone + Debug + Send + Sync + 'static,
{
    const SCHEMA: SchemaId = SchemaId { name: "reply", major: 2, minor: 1 };
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
        if self.answer.is_some() == self.refusal.is_some() {
            return Err("a reply has either an answer or a refusal".to_owned());
        }
        if self.sources.len() > MAX_SOURCES {
            return Err(format!(
                "sources has {} entries, at most {MAX_SOURCES} are accepted",
                self.sources.len()
            ));
        }
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
        if let Some(alt) = &self.alt {
            check_text("a file's alt", alt, MAX_ALT_CHARS)?;
        }
        if self.bytes.len() > MAX_FILE_BYTES {
            let found = self.bytes.len();
            return Err(format!("a file has {found} bytes, at most {MAX_FILE_BYTES} are accepted"));
        }
        Ok(())
    }
}
