//! A snapshot that the validator let through, with its flags and what it withheld.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::snapshot_raw::{check_artist, check_metrics, check_origin};
use crate::{
    Account, Artist, Content, Event, Flag, Metric, Observed, Platform, RawValue, Reason, SchemaId, Value,
};

/// Judged figures of one artist on one platform; at least one of them is accepted.
///
/// Subject: `snapshot.valid.{platform}.{artist}`. Identity: that of the raw snapshot.
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
    /// Tracks, videos, names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// Whether the figures are made up for a demonstration.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sample: bool,
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

impl Event for ValidSnapshot {
    const SCHEMA: SchemaId = SchemaId { name: "snapshot.valid", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = include_str!("../events/snapshot.valid.json");

    fn subject(&self) -> String {
        format!("snapshot.valid.{}.{}", self.platform, self.artist.id)
    }

    fn identity(&self) -> String {
        format!("{}/{}/{}", self.platform, self.artist.id, self.observed_at)
    }

    fn use_current_name(&mut self) {
        self.artist.use_current_name();
    }

    fn check(&self) -> Result<(), String> {
        check_artist(&self.artist)?;
        if self.metrics.is_empty() {
            return Err("metrics is empty: a snapshot with nothing accepted is rejected".to_owned());
        }
        check_origin(&self.source, &self.account, self.content.as_ref())?;
        check_metrics("metrics", &self.metrics, |_| None)?;
        check_metrics("withheld", &self.withheld, |withheld| Some(&withheld.raw))
    }
}
