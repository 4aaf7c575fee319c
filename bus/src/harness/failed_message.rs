//! A message that could not be handled, as a dead letter.

use async_nats::HeaderMap;
use casa24_schemas::{DeadLetter, DeadLetterReason};

/// Longest explanation that is kept of a fault, in characters.
const MAX_EXPLANATION_CHARS: usize = 1_000;
/// Longest part of a body that is kept, in bytes: the letter must fit where the message did, explanation and headers
/// included.
const MAX_PAYLOAD_BYTES: usize = 512 * 1_024;

/// Headers that the server adds when it hands out a stored message.
const OF_READING: [&str; 6] = [
    "Nats-Stream",
    "Nats-Subject",
    "Nats-Sequence",
    "Nats-Time-Stamp",
    "Nats-Num-Pending",
    "Nats-Last-Sequence",
];

/// A message that an agent could not handle.
pub(crate) struct FailedMessage<'a> {
    pub(crate) agent: &'a str,
    /// Subject without the installation's prefix.
    pub(crate) subject: &'a str,
    /// Stream that it came from; empty for a question, which is not stored.
    pub(crate) stream: &'a str,
    pub(crate) sequence: u64,
    pub(crate) attempts: u32,
    pub(crate) headers: Option<&'a HeaderMap>,
    pub(crate) payload: &'a [u8],
}

impl FailedMessage<'_> {
    pub(crate) fn dead_letter(&self, reason: DeadLetterReason, explanation: &str) -> DeadLetter {
        let mut headers: Vec<(String, String)> = self
            .headers
            .into_iter()
            .flat_map(HeaderMap::iter)
            .filter(|(name, _)| !OF_READING.contains(&name.as_ref()))
            .flat_map(|(name, values)| {
                values.iter().map(move |value| (name.to_string(), value.as_str().to_owned()))
            })
            .collect();
        headers.sort();
        let kept = MAX_PAYLOAD_BYTES.min(self.payload.len());
        DeadLetter {
            agent: self.agent.to_owned(),
            subject: self.subject.to_owned(),
            stream: self.stream.to_owned(),
            sequence: self.sequence,
            attempts: self.attempts,
            reason,
            explanation: explanation.chars().take(MAX_EXPLANATION_CHARS).collect(),
            headers,
            payload: self.payload.get(..kept).unwrap_or_default().to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(payload: &[u8]) -> FailedMessage<'_> {
        FailedMessage {
            agent: "teller",
            subject: "snapshot.raw.test.a",
            stream: "RAW",
            sequence: 7,
            attempts: 2,
            headers: None,
            payload,
        }
    }

    #[test]
    fn a_letter_is_cut_to_what_the_server_takes() {
        let payload = vec![1; 2 << 20];
        let letter = failed(&payload).dead_letter(DeadLetterReason::Refused, &"ü".repeat(5_000));
        assert_eq!(letter.payload.len(), MAX_PAYLOAD_BYTES);
        assert_eq!(letter.explanation.chars().count(), MAX_EXPLANATION_CHARS);
        assert_eq!((letter.stream.as_str(), letter.sequence, letter.attempts), ("RAW", 7, 2));
    }
}
