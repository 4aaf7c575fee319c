//! A breakdown of which nothing could be accepted, with every reason.

use serde::{Deserialize, Serialize};

use crate::{Event, RawBreakdown, Reason, SchemaId};

/// The raw event and why nothing of it was accepted.
///
/// Subject: `breakdown.rejected.{platform}.{artist}`. Identity: that of the raw breakdown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedBreakdown {
    /// What was rejected, whole.
    pub raw: RawBreakdown,
    /// Every reason, each once.
    pub reasons: Vec<Reason>,
}

impl Event for RejectedBreakdown {
    const SCHEMA: SchemaId = SchemaId { name: "breakdown.rejected", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = include_str!("../events/breakdown.rejected.json");

    fn subject(&self) -> String {
        format!("breakdown.rejected.{}.{}", self.raw.platform, self.raw.artist.id)
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
