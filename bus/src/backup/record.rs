//! What a backup consists of: records in MessagePack, one behind the other.

use std::collections::BTreeMap;

use async_nats::HeaderMap;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::delivery::Delivery;
use crate::headers;
use crate::subjects::Subjects;

/// One record of a backup.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Record {
    /// The first one: by which program the backup was made, and when.
    Made {
        /// Name and version of the program.
        by: String,
        /// When.
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
    /// The messages of a stream follow.
    Stream {
        /// Name, without the installation's prefix.
        name: String,
    },
    /// A message, in the order in which it was stored.
    Message(Message),
    /// The last one: how many messages of each stream there are.
    End {
        /// By name of the stream.
        counts: BTreeMap<String, u64>,
    },
}

/// A stored message.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Message {
    /// Subject, without the installation's prefix.
    pub(super) subject: String,
    /// Headers, those excepted that the server adds.
    pub(super) headers: Vec<(String, String)>,
    /// Body as it was stored.
    #[serde(with = "serde_bytes")]
    pub(super) body: Vec<u8>,
    /// When it was first stored: agents judge by that.
    #[serde(with = "time::serde::rfc3339")]
    pub(super) stored_at: OffsetDateTime,
}

impl Message {
    pub(super) fn of(delivery: &Delivery, subjects: &Subjects) -> Self {
        let mut kept = Vec::new();
        for (name, values) in delivery.headers.as_deref().into_iter().flat_map(HeaderMap::iter) {
            if is_kept(name.as_ref()) {
                kept.extend(values.iter().map(|value| (name.to_string(), value.to_string())));
            }
        }
        kept.sort_by(|one, other| one.0.cmp(&other.0)); // the map has no order of names
        Self {
            subject: subjects.event(&delivery.subject).to_owned(),
            headers: kept,
            body: delivery.payload.to_vec(),
            stored_at: delivery.stored_at,
        }
    }
}

/// Whether a header belongs to the message: of NATS' own ones only its id does; the others tell where it was stored, or
/// how it was to be.
fn is_kept(name: &str) -> bool {
    let is_of_nats = name.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("Nats-"));
    (!is_of_nats || name.eq_ignore_ascii_case(headers::MESSAGE_ID)) && name != headers::STORED_AT
}
