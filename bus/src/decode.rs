//! A stored message as an event: schema version, encoding and subject checked.

use async_nats::HeaderMap;
use casa24_schemas::{
    ContentType, DeadLetterReason, DecodeError, Event, SchemaVersionError, decode, reader_of,
};

use crate::headers;
use crate::subjects::Subjects;
use crate::trace::TraceContext;

/// Why a message is not an event that the reader understands.
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

pub(crate) fn header<'a>(headers: Option<&'a HeaderMap>, name: &str) -> Option<&'a str> {
    headers?.get(name).map(async_nats::HeaderValue::as_str)
}

/// Decodes an event, wherever it came. Without headers (a shell user's message) the body's first byte tells JSON
/// from MessagePack, and the schema is taken to be that of the subject.
pub(crate) fn body<E: Event>(headers: Option<&HeaderMap>, body: &[u8]) -> Result<E, Unreadable> {
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
    Ok(read(content_type, body)?)
}

/// Decodes an event that must belong on the subject on which it came. What was stored under an earlier rule of names
/// is read as today's artist.
pub(crate) fn event<E: Event>(
    subjects: &Subjects,
    wire_subject: &str,
    headers: Option<&HeaderMap>,
    bytes: &[u8],
) -> Result<E, Unreadable> {
    let mut event: E = body(headers, bytes)?;
    let found = subjects.event(wire_subject);
    let expected = event.subject();
    if expected != found {
        return Err(Unreadable::Subject { expected, found: found.to_owned() });
    }
    event.use_current_name();
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

/// Major version of the schema that a message names.
pub(crate) fn schema_major_of(headers: Option<&HeaderMap>) -> Option<u16> {
    let (_, version) = header(headers, headers::SCHEMA)?.rsplit_once('/')?;
    version.split('.').next()?.parse().ok()
}

/// Sequence of the message from which a stored event follows.
pub(crate) fn cause_of(headers: Option<&HeaderMap>) -> Option<u64> {
    header(headers, headers::CAUSE)?.parse().ok()
}

/// How many events of the same subject follow from that message before a stored event.
pub(crate) fn cause_part_of(headers: Option<&HeaderMap>) -> u32 {
    header(headers, headers::CAUSE_PART).and_then(|part| part.parse().ok()).unwrap_or_default()
}

/// Sequence of the event that the agent of a stored view followed.
pub(crate) fn followed_of(headers: Option<&HeaderMap>) -> Option<u64> {
    header(headers, headers::FOLLOWED)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Artist, Forecast, ForecastMissing, RosterEntry};

    use super::*;

    #[test]
    fn the_major_version_is_that_of_the_header() {
        let major = |schema: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(crate::headers::SCHEMA, schema);
            schema_major_of(Some(&headers))
        };
        assert_eq!(["forecast/2.1", "snapshot.raw/11.0"].map(major), [Some(2), Some(11)]);
        assert_eq!(["forecast", "forecast/x.1", "/"].map(major), [None; 3]);
        assert_eq!(schema_major_of(None), None);
    }

    #[test]
    fn a_stored_event_of_an_older_version_is_read_where_its_header_says_so() {
        let body = include_bytes!("../../schemas/examples/forecast.v1.json");
        let subject = "forecast.linear.Alesund-Tide_c4a15950ac8a.instagram.followers";
        let read = |version: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(crate::headers::SCHEMA, version);
            event::<Forecast>(&Subjects::under("").unwrap(), subject, Some(&headers), body)
        };
        let too_few = ForecastMissing::TooFewValues { have: 3, need: 14 };
        assert_eq!(read("forecast/1.1").unwrap().missing, Some(too_few));
        assert_eq!(read("forecast/3.0").unwrap_err().reason(), DeadLetterReason::Undecodable);
        assert_eq!(read("forecast/4.0").unwrap_err().reason(), DeadLetterReason::UnknownSchema);
    }

    #[test]
    fn an_event_of_an_artist_of_the_earlier_rule_is_read_on_its_subject_as_todays() {
        // A no-break space, as stored until November 2026.
        let body = r#"{"artist": {"id": "Rio-Norte_e4907621f7ef", "name": "Rio\u00a0Norte"}, "accounts": {}, "active": true}"#;
        let read =
            |subject| event::<RosterEntry>(&Subjects::under("").unwrap(), subject, None, body.as_bytes());
        assert_eq!(read("roster.Rio-Norte_e4907621f7ef").unwrap().artist, Artist::new("Rio Norte").unwrap());
        assert_eq!(read("roster.Rio-Norte").unwrap_err().reason(), DeadLetterReason::SubjectMismatch);
    }
}
