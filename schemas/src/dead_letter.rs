//! A message that could not be handled, with the reason.

use serde::{Deserialize, Serialize};

use crate::content::check_text;
use crate::words::words;
use crate::{Event, SchemaId};

/// Longest explanation, in characters; whoever writes a longer one cuts it.
pub const MAX_EXPLANATION_CHARS: usize = 4_000;

/// A message as it came, and why it went no further.
///
/// Subject: `dead.{agent}`. Identity: stream and sequence of the message, and the agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// Agent that could not handle it.
    pub agent: String,
    /// Subject on which it came, without the installation's prefix.
    pub subject: String,
    /// Stream that it came from.
    pub stream: String,
    /// Its sequence there.
    pub sequence: u64,
    /// Number of times it was tried.
    pub attempts: u32,
    /// What kind of fault it was.
    pub reason: DeadLetterReason,
    /// The fault in words, at most [`MAX_EXPLANATION_CHARS`].
    pub explanation: String,
    /// Headers of the message.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// Body of the message; in JSON a list of bytes, or a text that stands for its UTF-8 bytes.
    #[serde(with = "serde_bytes")]
    pub payload: Vec<u8>,
}

words! {
    /// What kind of fault kept a message from being handled.
    DeadLetterReason {
        Undecodable = "undecodable": "the body is not what its content type or schema says";
        UnknownSchema = "unknown_schema": "a schema or major version that the agent does not read";
        SubjectMismatch = "subject_mismatch": "the event names another platform or artist than its subject";
        Refused = "refused": "the agent says that it can never handle this event";
        OutOfTries = "out_of_tries": "a passing fault did not pass in the tries allowed";
        Panicked = "panicked": "handling it killed the agent, again and again";
    }
}

impl Event for DeadLetter {
    const SCHEMA: SchemaId = SchemaId { name: "dead_letter", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = include_str!("../events/dead_letter.json");

    fn subject(&self) -> String {
        format!("dead.{}", self.agent)
    }

    fn identity(&self) -> String {
        format!("{}/{}/{}", self.agent, self.stream, self.sequence)
    }
    /// Subject, headers and payload are as they came, so they have no limits of their own.
    fn check(&self) -> Result<(), String> {
        check_text("agent", &self.agent, 100)?;
        check_text("stream", &self.stream, 255)?;
        check_text("explanation", &self.explanation, MAX_EXPLANATION_CHARS)
    }
}
