//! What a collector saw of an artist on a platform, unjudged.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::content::check_text;
use crate::{Artist, Content, Event, Metric, Observed, Platform, RawValue, SchemaId};

/// Figures of one artist on one platform as the source gave them.
///
/// Subject: `snapshot.raw.{platform}.{artist}`. Identity: platform, artist and time of observation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RawSnapshot {
    /// Where it was seen.
    pub platform: Platform,
    /// Whose figures they are.
    pub artist: Artist,
    /// When the platform was observed.
    pub observed_at: Observed,
    /// What told it: a file's name, or the platform's API.
    pub source: String,
    /// What the roster knew of the artist's account on this platform.
    #[serde(default)]
    pub account: Account,
    /// Figures by metric.
    pub metrics: BTreeMap<Metric, RawValue>,
    /// Tracks, videos, names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// Whether the figures are made up for a demonstration.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sample: bool,
}

/// What the roster knew of an artist's account on a platform when the snapshot was taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Account {
    /// The artist has this account.
    Present {
        /// The platform's id of the account.
        id: String,
    },
    /// The artist has no account there.
    Absent,
    /// The roster does not say.
    #[default]
    Unknown,
}

impl Event for RawSnapshot {
    const SCHEMA: SchemaId = SchemaId { name: "snapshot.raw", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = include_str!("../events/snapshot.raw.json");

    fn subject(&self) -> String {
        format!("snapshot.raw.{}.{}", self.platform, self.artist.id)
    }

    fn identity(&self) -> String {
        format!("{}/{}/{}", self.platform, self.artist.id, self.observed_at)
    }

    fn check(&self) -> Result<(), String> {
        check_artist(&self.artist)?;
        check_text("source", &self.source, 1_000)?;
        if let Account::Present { id } = &self.account {
            check_text("account.id", id, 200)?;
        }
        if self.metrics.len() > 100 {
            return Err(format!("metrics has {} entries, at most 100 are accepted", self.metrics.len()));
        }
        for (metric, value) in &self.metrics {
            if let RawValue::Text(text) = value {
                check_text(&format!("metrics.{metric}"), text, 100)?;
            }
        }
        self.content.as_ref().map_or(Ok(()), Content::check)
    }
}

/// An event's artist must be one that [`Artist::new`] makes, or two artists could share a subject.
pub(crate) fn check_artist(artist: &Artist) -> Result<(), String> {
    if artist.is_label() {
        return check_text("artist.name", &artist.name, crate::MAX_NAME_CHARS);
    }
    let expected = Artist::new(&artist.name).map_err(|error| error.to_string())?;
    if expected == *artist {
        Ok(())
    } else {
        Err(format!(
            "artist.id {:?} does not belong to artist.name {:?}, whose id is {:?}",
            artist.id.as_str(),
            artist.name,
            expected.id.as_str()
        ))
    }
}
