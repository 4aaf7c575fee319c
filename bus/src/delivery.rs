//! A stored message as the server handed it out, and where and when it was stored.

use std::sync::Arc;

use async_nats::jetstream::message::StreamMessage;
use async_nats::{HeaderMap, Subject};
use bytes::Bytes;
use casa24_schemas::Event;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::decode::{self, Unreadable};
use crate::headers;
use crate::subjects::Subjects;
use crate::trace::TraceContext;

/// Messages behind a message of a batch that the reader asked for.
const NUM_PENDING: &str = "Nats-Num-Pending";

/// Where and when an event was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Sequence in its stream.
    pub sequence: u64,
    /// When the server stored it; of a restored message, when it was first stored.
    pub stored_at: OffsetDateTime,
    /// Trace that it belongs to.
    pub trace: TraceContext,
    /// Major version of the schema that it was written in; `None` where it does not say.
    pub schema_major: Option<u16>,
    /// Sequence, in its own stream, of the event from which it follows; `None` where it begins something.
    pub cause: Option<u64>,
}

/// An event with where and when it was stored.
#[derive(Debug, Clone)]
pub struct StoredEvent<E> {
    /// The event.
    pub event: E,
    /// Where and when it was stored.
    pub stored: Stored,
}

/// A stored message as the server handed it out; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    /// Subject with the installation's prefix.
    pub(crate) subject: Subject,
    pub(crate) headers: Option<Arc<HeaderMap>>,
    pub(crate) payload: Bytes,
    pub(crate) sequence: u64,
    pub(crate) stored_at: OffsetDateTime,
    /// Messages behind it that its reader asked for, when it was read.
    pub(crate) pending: u64,
}

impl Delivery {
    /// A message of the answer to a Direct Get; `None` where it lacks what such a message says of itself.
    pub(crate) fn of_direct_get(message: async_nats::Message) -> Option<Self> {
        let StreamMessage { subject, sequence, headers, payload, time } = message.try_into().ok()?;
        let pending = headers.get(NUM_PENDING).and_then(|pending| pending.as_str().parse().ok());
        Some(Self {
            subject,
            stored_at: first_stored(Some(&headers), time),
            headers: Some(headers.into()),
            payload,
            sequence,
            pending: pending.unwrap_or_default(),
        })
    }

    /// A message that a consumer delivered which needs no acknowledgement.
    pub(crate) fn of_ordered_consumer(message: async_nats::jetstream::Message) -> Option<Self> {
        let (sequence, published, pending) = {
            let info = message.info().ok()?;
            (info.stream_sequence, info.published, info.pending)
        };
        let (async_nats::Message { subject, headers, payload, .. }, _) = message.split();
        let stored_at = first_stored(headers.as_ref(), published);
        Some(Self { subject, headers: headers.map(Arc::new), payload, sequence, stored_at, pending })
    }

    /// A message that a consumer delivered.
    pub(crate) fn of_consumer(message: &async_nats::jetstream::Message) -> Option<Self> {
        let info = message.info().ok()?;
        Some(Self {
            subject: message.subject.clone(),
            headers: message.headers.clone().map(Arc::new),
            payload: message.payload.clone(),
            sequence: info.stream_sequence,
            stored_at: first_stored(message.headers.as_ref(), info.published),
            pending: info.pending,
        })
    }

    pub(crate) fn read<E: Event>(&self, subjects: &Subjects) -> Result<E, Unreadable> {
        decode::event(subjects, &self.subject, self.headers.as_deref(), &self.payload)
    }

    pub(crate) fn stored(&self, stream: &str) -> Stored {
        Stored {
            sequence: self.sequence,
            stored_at: self.stored_at,
            trace: decode::trace_of(self.headers.as_deref(), stream, self.sequence),
            schema_major: decode::schema_major_of(self.headers.as_deref()),
            cause: decode::cause_of(self.headers.as_deref()),
        }
    }
}

/// When a message was stored, or where a backup was restored meanwhile, when it was first stored.
fn first_stored(headers: Option<&HeaderMap>, stored_at: OffsetDateTime) -> OffsetDateTime {
    let first = headers.and_then(|headers| headers.get(headers::STORED_AT));
    let first = first.and_then(|first| OffsetDateTime::parse(first.as_str(), &Rfc3339).ok());
    first.map_or(stored_at, |first| first.min(stored_at))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_message_cannot_say_that_it_was_stored_later_than_it_was() {
        let stored_at = datetime!(2026-08-02 0:00 UTC);
        let first = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(headers::STORED_AT, text);
            first_stored(Some(&headers), stored_at)
        };
        assert_eq!(first("2026-08-01T02:30:00.25Z"), datetime!(2026-08-01 2:30:00.25 UTC));
        assert_eq!(
            [first("2026-08-03T00:00:00Z"), first("soon"), first_stored(None, stored_at)],
            [stored_at; 3]
        );
    }
}
