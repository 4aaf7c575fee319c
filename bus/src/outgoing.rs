//! An event on its way out: encoded, addressed, and with the message from which it follows.

use async_nats::HeaderMap;
use bytes::Bytes;
use casa24_schemas::{ContentType, Event, SchemaId, content_id, encode};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::headers;
use crate::subjects::Subjects;
use crate::trace::TraceContext;

/// The message from which an event follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Sequence of the message in the stream that the agent reads.
    pub sequence: u64,
    /// Trace of the message.
    pub trace: TraceContext,
    /// Sequence, in its stream, of the event that the agent also follows; `None` where it follows none.
    pub followed: Option<u64>,
}

/// An event ready to be stored.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Subject without the installation's prefix.
    pub(crate) subject: String,
    pub(crate) message_id: String,
    pub(crate) schema: String,
    pub(crate) trace: TraceContext,
    pub(crate) cause: Option<u64>,
    /// How many events of the same subject follow from the same cause before this one.
    pub(crate) cause_part: u32,
    pub(crate) followed: Option<u64>,
    pub(crate) body: Bytes,
    /// Headers of a restored message, which are not made anew.
    restored: Option<HeaderMap>,
}

impl Outgoing {
    /// An event that begins something: what a collector saw, or a question. The message id is the
    /// event's identity, so that the same thing seen twice is stored once.
    pub fn root<E: Event>(event: &E) -> Self {
        let message_id = content_id(&E::SCHEMA, &event.identity());
        let trace = TraceContext::root(&message_id);
        Self::new(event, message_id, trace, None)
    }

    /// As [`Outgoing::root`], with an id of its content: it is stored beside another one of the same identity, which it
    /// contradicts. It begins a trace of its own.
    pub fn beside<E: Event>(event: &E) -> Self {
        let mut beside = Self::root(event);
        beside.identify_by_body();
        beside.trace = TraceContext::root(&beside.message_id);
        beside
    }

    /// An event that follows from another. Its message id is its identity, its cause, and what its agent follows,
    /// so that a view which returns to an earlier state is stored again.
    pub fn following<E: Event>(cause: &Cause, event: &E) -> Self {
        let mut origin = format!("{}/{}/{}", event.subject(), event.identity(), cause.sequence);
        if let Some(followed) = cause.followed {
            origin.push_str(&format!("/{followed}"));
        }
        let message_id = content_id(&E::SCHEMA, &origin);
        let trace = cause.trace.child(&message_id);
        Self::new(event, message_id, trace, Some(cause))
    }

    /// An event that was seen outside while a request was handled. Its message id is its identity, as with one that
    /// begins something: seen again when the request is handled again, it is stored once.
    pub(crate) fn observed<E: Event>(cause: &Cause, event: &E) -> Self {
        let message_id = content_id(&E::SCHEMA, &event.identity());
        let trace = cause.trace.child(&message_id);
        Self::new(event, message_id, trace, Some(cause))
    }

    fn new<E: Event>(event: &E, message_id: String, trace: TraceContext, cause: Option<&Cause>) -> Self {
        Self {
            subject: event.subject(),
            message_id,
            schema: E::SCHEMA.to_string(),
            trace,
            cause: cause.map(|cause| cause.sequence),
            cause_part: 0,
            followed: cause.and_then(|cause| cause.followed),
            body: encode(event).into(),
            restored: None,
        }
    }

    /// A message that was stored before, with its headers as they were, and one more that says when that was.
    pub(crate) fn restored(
        subject: String,
        kept: Vec<(String, String)>,
        body: Bytes,
        stored_at: OffsetDateTime,
    ) -> Self {
        let mut map = HeaderMap::new();
        kept.iter().for_each(|(name, value)| map.append(name.as_str(), value.as_str()));
        if let Ok(stored_at) = stored_at.format(&Rfc3339) {
            map.insert(headers::STORED_AT, stored_at);
        }
        let of = |name: &str| map.get(name).map(ToString::to_string).unwrap_or_default();
        let message_id = of(headers::MESSAGE_ID);
        Self {
            trace: TraceContext::root(&message_id),
            schema: of(headers::SCHEMA),
            subject,
            message_id,
            cause: None,
            cause_part: 0,
            followed: None,
            body,
            restored: Some(map),
        }
    }

    /// Gives the event an id of its own content, so that it is stored where another one of the same origin was.
    pub(crate) fn identify_by_body(&mut self) {
        let mut body = String::with_capacity(2 * self.body.len());
        self.body.iter().for_each(|byte| body.push_str(&format!("{byte:02x}")));
        self.message_id = content_id(
            &SchemaId { name: "renewed", major: 1, minor: 0 },
            &format!("{}/{body}", self.message_id),
        );
    }

    /// Message id of the event.
    pub fn message_id(&self) -> &str {
        &self.message_id
    }

    /// Trace of the event; what follows from it has the same.
    pub const fn trace(&self) -> &TraceContext {
        &self.trace
    }

    pub(crate) fn wire_subject(&self, subjects: &Subjects) -> String {
        subjects.wire(&self.subject)
    }

    pub(crate) fn headers(&self) -> HeaderMap {
        if let Some(restored) = &self.restored {
            return restored.clone();
        }
        let mut map = HeaderMap::new();
        map.insert(headers::MESSAGE_ID, self.message_id.as_str());
        map.insert(headers::SCHEMA, self.schema.as_str());
        map.insert(headers::CONTENT_TYPE, ContentType::MessagePack.as_str());
        map.insert(headers::TRACEPARENT, self.trace.to_string());
        if let Some(cause) = self.cause {
            map.insert(headers::CAUSE, cause.to_string());
        }
        if self.cause_part > 0 {
            map.insert(headers::CAUSE_PART, self.cause_part.to_string());
        }
        if let Some(followed) = self.followed {
            map.insert(headers::FOLLOWED, followed.to_string());
        }
        map
    }
}
