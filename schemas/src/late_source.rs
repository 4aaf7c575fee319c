//! A source that is late: when the next figure of an artist on a platform was due, and whether it has come since.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::snapshot_raw::{check_artist, check_metrics};
use crate::words::words;
use crate::{Absence, Artist, Event, Metric, Observed, Platform, SchemaId};

/// A source (an artist's account on a platform, or the label's own) that has given no figure for 24 hours longer than usual,
/// or is not late any more.
///
/// Subject: `source.late.{platform}.{artist}`; the newest event of the subject counts. Identity: platform, artist, when a
/// figure was expected, and when it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateSource {
    /// The platform.
    pub platform: Platform,
    /// The artist.
    pub artist: Artist,
    /// When the newest figure was observed that it gave when it was asked; missing where none ever came. Figures of files do
    /// not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest: Option<Observed>,
    /// When the next one was due, by the schedule and by how long the platform usually takes.
    pub expected_at: Observed,
    /// What the platform did not give when it was asked last without giving any figure, with the reasons.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub absent: BTreeMap<Metric, Absence>,
    /// How it ended; missing as long as the source is late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<LateEnd>,
}

/// How a source ended to be late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateEnd {
    /// When the figure was observed that ended it, or when it was seen that nobody asks any more.
    pub at: Observed,
    /// Why.
    pub why: LateEndReason,
}

words! {
    /// Why a source is not late any more.
    LateEndReason {
        Figures = "figures": "it gave figures again";
        NotAsked = "not_asked": "it is not asked any more: the artist has left or has no account there, or the platform's keys are not set";
    }
}

impl LateSource {
    /// Whether the source is late, as far as this event knows.
    pub const fn is_late(&self) -> bool {
        self.ended.is_none()
    }
}

impl Event for LateSource {
    const SCHEMA: SchemaId = SchemaId { name: "source.late", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = include_str!("../events/source.late.json");

    fn subject(&self) -> String {
        format!("source.late.{}.{}", self.platform, self.artist.id)
    }

    fn identity(&self) -> String {
        let ended = self.ended.map_or_else(String::new, |ended| ended.at.to_string());
        format!("{}/{}/{}/{ended}", self.platform, self.artist.id, self.expected_at)
    }

    fn use_current_name(&mut self) {
        self.artist.use_current_name();
    }

    fn check(&self) -> Result<(), String> {
        check_artist(&self.artist)?;
        check_metrics("absent", &self.absent, |_| None)
    }
}
