//! What a collector saw of an artist on a platform, unjudged.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::check_text;
use crate::{
    Absence, Artist, ArtistId, Content, Event, Metric, Observed, Platform, RawValue, SchemaId,
    SnapshotCorrection,
};

/// Most metrics that a snapshot may have.
const MAX_METRICS: usize = 100;
/// Longest id of a collection.
const MAX_COLLECTION_CHARS: usize = 1_000;

/// Figures of one artist on one platform as the source gave them.
///
/// Subject: `snapshot.raw.{platform}.{artist}`. Identity: platform, artist and time of observation, and of a correction
/// the time at which it was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RawSnapshot {
    /// Where it was seen.
    pub platform: Platform,
    /// Whose figures they are.
    pub artist: Artist,
    /// When the platform was observed.
    pub observed_at: Observed,
    /// Its source: a file's name, or the platform's API.
    pub source: String,
    /// The collection that it is part of: the run or the file that gave it and others at the same time. Where it is
    /// missing, the day of observation is the collection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collection: Option<String>,
    /// What the roster knew of the artist's account on this platform.
    #[serde(default)]
    pub account: Account,
    /// Figures by metric.
    pub metrics: BTreeMap<Metric, RawValue>,
    /// Figures that the source was asked for and did not give, with the reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub absent: BTreeMap<Metric, Absence>,
    /// Tracks, videos, names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// Set where it takes the place of what was stored before for the same moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<SnapshotCorrection>,
    /// Whether the figures are made up for a demonstration.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sample: bool,
}

/// What the roster knew of an artist's account on a platform when the snapshot was taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    const SCHEMA: SchemaId = SchemaId { name: "snapshot.raw", major: 1, minor: 4 };
    const JSON_SCHEMA: &'static str = include_str!("../events/snapshot.raw.json");

    fn subject(&self) -> String {
        format!("snapshot.raw.{}.{}", self.platform, self.artist.id)
    }

    fn identity(&self) -> String {
        raw_identity(&self.platform, &self.artist.id, self.observed_at, self.correction.as_ref())
    }

    fn use_current_name(&mut self) {
        self.artist.use_current_name();
    }

    fn check(&self) -> Result<(), String> {
        check_artist(&self.artist)?;
        check_text("collection", self.collection.as_deref().unwrap_or_default(), MAX_COLLECTION_CHARS)?;
        check_origin(&self.source, &self.account, self.content.as_ref())?;
        self.correction.as_ref().map_or(Ok(()), SnapshotCorrection::check)?;
        check_metrics("absent", &self.absent, |_| None)?;
        check_metrics("metrics", &self.metrics, |value| Some(value))
    }
}

impl RawSnapshot {
    /// What all snapshots of its moment have in common: the identity of the one that was not corrected.
    pub fn moment(&self) -> String {
        raw_identity(&self.platform, &self.artist.id, self.observed_at, None)
    }
}

/// Identity of a raw snapshot.
fn raw_identity(
    platform: &Platform,
    artist: &ArtistId,
    observed_at: Observed,
    correction: Option<&SnapshotCorrection>,
) -> String {
    let mut identity = format!("{platform}/{artist}/{observed_at}");
    if let Some(correction) = correction {
        identity.push_str(&format!("/{}", correction.corrected_at));
    }
    identity
}

/// What raw and valid snapshots say beside figures.
pub(crate) fn check_origin(source: &str, account: &Account, content: Option<&Content>) -> Result<(), String> {
    check_text("source", source, 1_000)?;
    if let Account::Present { id } = account {
        check_text("account.id", id, 200)?;
    }
    content.map_or(Ok(()), Content::check)
}

/// Figures by metric: how many, and how long a source's text may be.
pub(crate) fn check_metrics<T>(
    field: &str,
    metrics: &BTreeMap<Metric, T>,
    raw: impl Fn(&T) -> Option<&RawValue>,
) -> Result<(), String> {
    if metrics.len() > MAX_METRICS {
        return Err(format!("{field} has {} entries, at most {MAX_METRICS} are accepted", metrics.len()));
    }
    for (metric, value) in metrics {
        if let Some(RawValue::Text(text)) = raw(value) {
            check_text(&format!("{field}.{metric}"), text, 100)?;
        }
    }
    Ok(())
}

/// An event's artist must have the id of its name, or two artists could share a subject: by today's rule, or by the
/// earlier one, under which events are stored ([`Event::use_current_name`]). What today's rule makes the earlier one
/// leaves as it is.
pub(crate) fn check_artist(artist: &Artist) -> Result<(), String> {
    if artist.is_label() {
        if artist.name.trim().is_empty() {
            return Err("artist.name is empty, the label has a name".to_owned());
        }
        return check_text("artist.name", &artist.name, crate::MAX_NAME_CHARS);
    }
    let expected = Artist::by_earlier_rule(&artist.name).map_err(|error| format!("artist.name: {error}"))?;
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
