//! A stored message as an event: schema version, encoding and subject checked.

use async_nats::HeaderMap;
use casa24_schemas::{
    ContentType, DeadLetter, DeadLetterReason, DecodeError, Event, SchemaVersionError, decode, reader_of,
};

use crate::headers;
use crate::subjects::Subjects;
use crate::trace::TraceContext;

/// Why a message is not an event that the reader can take.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error(transparent)]
    Schema(#[from] SchemaVersionError),
    #[error(transparent)]
    Decode(#[from] DecodeError),
    #[error("the event belongs on {expected}, it came on {found}")]
    Subject { expected: String, found: String },
}

impl Unreadable {
    pub(crate) const fn reason(&self) -> DeadLetterReason {
        match self {
            Self::Schema(_) => DeadLetterReason::UnknownSchema,
            Self::Decode(_) => DeadLetterReason::Undecodable,
            Self::Subject { .. } => DeadLetterReason::SubjectMismatch,
        }
    }
}

fn header<'a>(headers: Option<&'a HeaderMap>, name: &str) -> Option<&'a str> {
    headers?.get(name).map(async_nats::HeaderValue::as_str)
}

/// Reads an event. Without headers (a shell user's message) the body's first byte tells JSON from MessagePack and
/// the schema is taken to be that of the subject.
pub(crate) fn read<E: Event>(
    subjects: &Subjects,
    wire_subject: &str,
    headers: Option<&HeaderMap>,
    body: &[u8],
) -> Result<E, Unreadable> {
    let read = match header(headers, headers::SCHEMA) {
        Some(schema) => reader_of::<E>(schema)?,
        None => decode::<E>,
    };
    let content_type = match header(headers, headers::CONTENT_TYPE) {
        Some(content_type) => content_type.parse()?,
        // A MessagePack map never begins with a brace or a blank.
        None if body.trim_ascii_start().first() == Some(&b'{') => ContentType::Json,
        None => ContentType::MessagePack,
    };
    let event = read(content_type, body)?;
    let found = subjects.event(wire_subject);
    let expected = event.subject();
    if expected != found {
        return Err(Unreadable::Subject { expected, found: found.to_owned() });
    }
    Ok(event)
}

/// The trace that a message carries, or the one that its id (or place in the stream) begins.
pub(crate) fn trace_of(headers: Option<&HeaderMap>, stream: &str, sequence: u64) -> TraceContext {
    header(headers, headers::TRACEPARENT).and_then(|text| text.parse().ok()).unwrap_or_else(|| {
        match header(headers, headers::MESSAGE_ID) {
            Some(id) => TraceContext::root(id),
            None => TraceContext::root(&format!("{stream}/{sequence}")),
        }
    })
}

/// Sequence of the message from which a stored event follows.
pub(crate) fn cause_of(headers: Option<&HeaderMap>) -> Option<u64> {
    header(headers, headers::CAUSE)?.parse().ok()
}

/// Sequence of the event that the agent of a stored view followed.
pub(crate) fn followed_of(headers: Option<&HeaderMap>) -> Option<u64> {
    header(headers, headers::FOLLOWED)?.parse().ok()
}

/// Longest explanation that is kept of a fault.
const MAX_EXPLANATION: usize = 1_000;

/// A message for the dead letters.
pub(crate) struct Corpse<'a> {
    pub(crate) agent: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) stream: &'a str,
    pub(crate) sequence: u64,
    pub(crate) attempts: u32,
    pub(crate) headers: Option<&'a HeaderMap>,
    pub(crate) payload: &'a [u8],
}

impl Corpse<'_> {
    pub(crate) fn letter(&self, reason: DeadLetterReason, explanation: &dyn std::error::Error) -> DeadLetter {
        let mut text = explanation.to_string();
        let mut source = explanation.source();
        while let Some(error) = source {
            text = format!("{text}: {error}");
            source = error.source();
        }
        self.letter_saying(reason, &text)
    }

    pub(crate) fn letter_saying(&self, reason: DeadLetterReason, explanation: &str) -> DeadLetter {
        let mut headers: Vec<(String, String)> = self
            .headers
            .into_iter()
            .flat_map(HeaderMap::iter)
            .flat_map(|(name, values)| {
                values.iter().map(move |value| (name.to_string(), value.as_str().to_owned()))
            })
            .collect();
        headers.sort();
        // The letter must fit where the message did, explanation and headers included.
        let room = 512 * 1_024;
        let payload = self.payload.get(..room.min(self.payload.len())).unwrap_or_default();
        DeadLetter {
            agent: self.agent.to_owned(),
            subject: self.subject.to_owned(),
            stream: self.stream.to_owned(),
            sequence: self.sequence,
            attempts: self.attempts,
            reason,
            explanation: explanation.chars().take(MAX_EXPLANATION).collect(),
            headers,
            payload: payload.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Forecast, ForecastMissing};

    use super::*;

    #[test]
    fn a_stored_event_of_an_older_version_is_read_where_its_header_says_so() {
        let body = include_bytes!("../../schemas/examples/forecast.v1.json");
        let subject = "forecast.linear.Alesund-Tide_c4a15950ac8a.instagram.followers";
        let read = |version: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(crate::headers::SCHEMA, version);
            read::<Forecast>(&Subjects::under("").unwrap(), subject, Some(&headers), body)
        };
        let too_few = ForecastMissing::TooFewValues { have: 3, need: 14 };
        assert_eq!(read("forecast/1.1").unwrap().missing, Some(too_few));
        assert_eq!(read("forecast/2.0").unwrap_err().reason(), DeadLetterReason::Undecodable);
        assert_eq!(read("forecast/3.0").unwrap_err().reason(), DeadLetterReason::UnknownSchema);
    }
}
