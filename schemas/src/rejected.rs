//! A raw event of which nothing could be accepted, with every reason: a snapshot or a breakdown.

use std::fmt::Debug;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Event, Metric, RawBreakdown, RawSnapshot, Reason, SchemaId};

/// A snapshot, with a reason for each metric.
///
/// Subject: `snapshot.rejected.{platform}.{artist}`. Identity: that of the raw snapshot.
pub type RejectedSnapshot = Rejected<RawSnapshot, Rejection>;

/// A breakdown, with every reason once.
///
/// Subject: `breakdown.rejected.{platform}.{artist}`. Identity: that of the raw breakdown.
pub type RejectedBreakdown = Rejected<RawBreakdown, Reason>;

/// The raw event and why nothing of it was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected<Raw, Why> {
    /// What was rejected, whole.
    pub raw: Raw,
    /// Every reason.
    pub reasons: Vec<Why>,
}

/// One reason for which a snapshot was rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// The metric that it concerns, or `None` for the whole snapshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<Metric>,
    /// The reason.
    pub reason: Reason,
}

/// A raw event that may be rejected.
pub trait Rejectable: Event {
    /// Schema of the event that rejects it.
    const REJECTED: SchemaId;
    /// The same as a JSON Schema.
    const REJECTED_JSON_SCHEMA: &'static str;
}

impl Rejectable for RawSnapshot {
    const REJECTED: SchemaId = SchemaId { name: "snapshot.rejected", major: 1, minor: 4 };
    const REJECTED_JSON_SCHEMA: &'static str = include_str!("../events/snapshot.rejected.json");
}

impl Rejectable for RawBreakdown {
    const REJECTED: SchemaId = SchemaId { name: "breakdown.rejected", major: 1, minor: 0 };
    const REJECTED_JSON_SCHEMA: &'static str = include_str!("../events/breakdown.rejected.json");
}

impl<Raw, Why> Event for Rejected<Raw, Why>
where
    Raw: Rejectable,
    Why: Serialize + DeserializeOwned + Clone + Debug + Send + Sync + 'static,
{
    const SCHEMA: SchemaId = Raw::REJECTED;
    const JSON_SCHEMA: &'static str = Raw::REJECTED_JSON_SCHEMA;

    fn subject(&self) -> String {
        self.raw.subject().replacen(Raw::SCHEMA.name, Self::SCHEMA.name, 1)
    }

    fn identity(&self) -> String {
        self.raw.identity()
    }

    fn use_current_name(&mut self) {
        self.raw.use_current_name();
    }

    fn check(&self) -> Result<(), String> {
        self.raw.check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subject_names_platform_and_artist_as_that_of_the_raw_event() {
        let snapshot = include_str!("../examples/snapshot.rejected.json");
        let snapshot: RejectedSnapshot = serde_json::from_str(snapshot).unwrap();
        let RawSnapshot { platform, artist, .. } = &snapshot.raw;
        assert_eq!(snapshot.subject(), format!("snapshot.rejected.{platform}.{}", artist.id));
        let breakdown = include_str!("../examples/breakdown.rejected.json");
        let breakdown: RejectedBreakdown = serde_json::from_str(breakdown).unwrap();
        let RawBreakdown { platform, artist, .. } = &breakdown.raw;
        assert_eq!(breakdown.subject(), format!("breakdown.rejected.{platform}.{}", artist.id));
    }
}
