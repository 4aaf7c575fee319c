//! Figures of a period as their source gave them, unjudged.

use serde::{Deserialize, Serialize};

use crate::breakdown::{Breakdown, Period};
use crate::content::check_text;
use crate::snapshot_raw::check_artist;
use crate::{Artist, Event, Platform, SchemaId, SnapshotCorrection};

/// Longest source, in characters.
const MAX_SOURCE_CHARS: usize = 1_000;

/// What an artist had on a platform in a period, broken down. It has no place in a snapshot, whose figures are of one moment.
///
/// Subject: `breakdown.raw.{platform}.{artist}`. Identity: platform, artist, period, what it is broken down by, and of a
/// correction the time at which it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawBreakdown {
    /// Where it was seen.
    pub platform: Platform,
    /// Whose figures they are.
    pub artist: Artist,
    /// The period.
    pub period: Period,
    /// Its source: a file's name.
    pub source: String,
    /// The figures.
    pub breakdown: Breakdown,
    /// Set where it takes the place of what was stored before for the same period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<SnapshotCorrection>,
}

impl Event for RawBreakdown {
    const SCHEMA: SchemaId = SchemaId { name: "breakdown.raw", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = include_str!("../events/breakdown.raw.json");

    fn subject(&self) -> String {
        format!("breakdown.raw.{}.{}", self.platform, self.artist.id)
    }

    fn identity(&self) -> String {
        let mut identity = self.key();
        if let Some(correction) = &self.correction {
            identity.push_str(&format!("/{}", correction.corrected_at));
        }
        identity
    }

    fn use_current_name(&mut self) {
        self.artist.use_current_name();
    }

    fn check(&self) -> Result<(), String> {
        check_artist(&self.artist)?;
        check_text("source", &self.source, MAX_SOURCE_CHARS)?;
        self.correction.as_ref().map_or(Ok(()), SnapshotCorrection::check)?;
        self.breakdown.check()
    }
}

impl RawBreakdown {
    /// What a breakdown and its corrections have in common.
    pub fn key(&self) -> String {
        let Self { platform, artist, period, breakdown, .. } = self;
        format!("{platform}/{}/{}/{}/{}", artist.id, period.first, period.last, breakdown.key())
    }
}
