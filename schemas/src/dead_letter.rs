//! A message that could not be handled, with the reason.

use serde::{Deserialize, Serialize};

use crate::{Event, SchemaId};

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
    /// The fault in words.
    pub explanation: String,
    /// Headers of the message.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// Body of the message; in JSON a list of bytes.
    #[serde(with = "serde_bytes")]
    pub payload: Vec<u8>,
}

/// What kind of fault kept a message from being handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadLetterReason {
    /// The body is not what its content type or schema says.
    Undecodable,
    /// A schema or major version that the agent does not read.
    UnknownSchema,
    /// The event names another platform or artist than its subject.
    SubjectMismatch,
    /// The agent says that it can never handle this event.
    Refused,
    /// A passing fault did not pass in the tries allowed.
    OutOfTries,
    /// Handling it killed the agent, again and again.
    Panicked,
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
}
