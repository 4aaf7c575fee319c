//! A snapshot of which nothing could be accepted, with every reason.

use serde::{Deserialize, Serialize};

use crate::{Event, Metric, RawSnapshot, Reason, SchemaId};

/// The raw event and why nothing of it was accepted.
///
/// Subject: `snapshot.rejected.{platform}.{artist}`. Identity: that of the raw snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RejectedSnapshot {
    /// What was rejected, whole.
    pub raw: RawSnapshot,
    /// Every reason, one for each metric.
    pub reasons: Vec<Rejection>,
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

impl Event for RejectedSnapshot {
    const SCHEMA: SchemaId = SchemaId { name: "snapshot.rejected", major: 1, minor: 4 };
    const JSON_SCHEMA: &'static str = include_str!("../events/snapshot.rejected.json");

    fn subject(&self) -> String {
        format!("snapshot.rejected.{}.{}", self.raw.platform, self.raw.artist.id)
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
