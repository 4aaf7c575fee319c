//! A snapshot that the validator let through, with its flags and what it withheld.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::snapshot_raw::{check_artist, check_metrics, check_origin};
use crate::{
    Absence, Account, Artist, Content, ContentType, DecodeError, Event, Flag, Metric, Observed, OlderVersion,
    Platform, RawSnapshot, RawValue, Reason, SchemaId, SnapshotCorrection, Value, decode,
};

/// Judged figures of one artist on one platform; at least one of them is accepted, unless it is a correction that takes
/// all of them back.
///
/// A later revision of a moment takes the place of an earlier one: what the validator learnt since adds flags to it, or
/// what was stored wrong was corrected.
///
/// Subject: `snapshot.valid.{platform}.{artist}`. Identity: that of the raw snapshot, with the revision where it is not 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ValidSnapshot {
    /// Where it was seen.
    pub platform: Platform,
    /// Whose figures they are.
    pub artist: Artist,
    /// When the platform was observed.
    pub observed_at: Observed,
    /// Its source: a file's name, or the platform's API.
    pub source: String,
    /// What the roster knew of the artist's account on this platform.
    #[serde(default)]
    pub account: Account,
    /// Accepted figures by metric.
    pub metrics: BTreeMap<Metric, Reading>,
    /// Figures that were not accepted, with the reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub withheld: BTreeMap<Metric, Withheld>,
    /// Figures that the source was asked for and did not give, with the reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub absent: BTreeMap<Metric, Absence>,
    /// Tracks, videos, names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// How often it was published before, with fewer flags or before it was corrected.
    #[serde(default, skip_serializing_if = "is_first")]
    pub revision: u32,
    /// When that was observed which added the newest of its flags; missing of a first revision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amended_at: Option<Observed>,
    /// Set where the figures take the place of others, which were stored wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<SnapshotCorrection>,
    /// Whether the figures are made up for a demonstration.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sample: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_first(revision: &u32) -> bool {
    *revision == 0
}

/// An accepted figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The figure.
    pub value: Value,
    /// What a reader should know about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
}

/// A figure that was not accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Withheld {
    /// Why not.
    pub reason: Reason,
    /// What the source gave.
    pub raw: RawValue,
}

fn read_version_1(content_type: ContentType, body: &[u8]) -> Result<ValidSnapshot, DecodeError> {
    let mut snapshot: ValidSnapshot = decode(content_type, body)?;
    for reading in snapshot.metrics.values_mut() {
        if reading.flags.contains(&Flag::CounterFell) && !reading.flags.contains(&Flag::LevelChange) {
            reading.flags.push(Flag::LevelChange);
            reading.flags.sort_unstable();
        }
    }
    Ok(snapshot)
}

impl Event for ValidSnapshot {
    const SCHEMA: SchemaId = SchemaId { name: "snapshot.valid", major: 2, minor: 3 };
    const JSON_SCHEMA: &'static str = include_str!("../events/snapshot.valid.json");
    /// Version 1 had fewer flags and no revisions, and every fall of a counter was another level.
    const OLDER: &'static [OlderVersion<Self>] = &[OlderVersion { major: 1, read: read_version_1 }];

    fn subject(&self) -> String {
        format!("snapshot.valid.{}.{}", self.platform, self.artist.id)
    }

    fn identity(&self) -> String {
        let mut identity = format!("{}/{}/{}", self.platform, self.artist.id, self.observed_at);
        if self.revision > 0 {
            identity.push_str(&format!("/{}", self.revision));
        }
        identity
    }

    fn use_current_name(&mut self) {
        self.artist.use_current_name();
    }

    fn check(&self) -> Result<(), String> {
        check_artist(&self.artist)?;
        if self.metrics.is_empty() && self.correction.is_none() {
            return Err("metrics is empty: a snapshot with nothing accepted is rejected".to_owned());
        }
        self.correction.as_ref().map_or(Ok(()), SnapshotCorrection::check)?;
        check_origin(&self.source, &self.account, self.content.as_ref())?;
        check_metrics("metrics", &self.metrics, |_| None)?;
        check_metrics("absent", &self.absent, |_| None)?;
        check_metrics("withheld", &self.withheld, |withheld| Some(&withheld.raw))
    }
}

impl ValidSnapshot {
    /// What a raw snapshot says beside its figures: none of them is accepted or withheld yet.
    pub fn without_figures(raw: &RawSnapshot) -> Self {
        Self {
            platform: raw.platform.clone(),
            artist: raw.artist.clone(),
            observed_at: raw.observed_at,
            source: raw.source.clone(),
            account: raw.account.clone(),
            metrics: BTreeMap::new(),
            withheld: BTreeMap::new(),
            absent: raw.absent.clone(),
            content: raw.content.clone(),
            revision: 0,
            amended_at: None,
            correction: raw.correction.clone(),
            sample: raw.sample,
        }
    }

    /// Whether it takes the place of what was published of its moment, whatever that said; other revisions only add flags.
    pub const fn is_correction(&self) -> bool {
        self.correction.is_some() && self.amended_at.is_none()
    }
}
