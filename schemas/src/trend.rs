//! Something noteworthy about an artist's figure, such as a milestone.

use serde::{Deserialize, Serialize};

use crate::content::check_text;
use crate::snapshot_raw::check_artist;
use crate::{Artist, Event, Metric, Observed, Platform, SchemaId, ValidSnapshot, Value};

/// Something noteworthy about one figure: a text for people, and the figure itself.
///
/// Subject: `trend.{kind}.{artist}`. The newest event of the subject is the view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    /// Token of the kind of trend, such as `milestone`.
    pub kind: String,
    /// Whose figure shows it.
    pub artist: Artist,
    /// Platform of the figure.
    pub platform: Platform,
    /// Metric of the figure.
    pub metric: Metric,
    /// When the figure was observed.
    pub observed_at: Observed,
    /// The accepted figure that shows it.
    pub value: Value,
    /// What it shows, in one sentence.
    pub what: String,
    /// Whether the figures are made up for a demonstration.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sample: bool,
}

impl Trend {
    /// A trend of this kind that a snapshot's figure shows.
    pub fn of(snapshot: &ValidSnapshot, metric: &Metric, value: Value, kind: &str, what: String) -> Self {
        Self {
            kind: kind.to_owned(),
            artist: snapshot.artist.clone(),
            platform: snapshot.platform.clone(),
            metric: metric.clone(),
            observed_at: snapshot.observed_at,
            value,
            what,
            sample: snapshot.sample,
        }
    }
}

impl Event for Trend {
    const SCHEMA: SchemaId = SchemaId { name: "trend", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = include_str!("../events/trend.json");

    fn subject(&self) -> String {
        format!("trend.{}.{}", self.kind, self.artist.id)
    }

    fn identity(&self) -> String {
        format!("{}/{}/{}/{}/{}", self.kind, self.artist.id, self.platform, self.metric, self.observed_at)
    }

    fn use_current_name(&mut self) {
        self.artist.use_current_name();
    }

    fn check(&self) -> Result<(), String> {
        if Platform::new(&self.kind).is_err() {
            return Err("kind is not 1 to 40 lower-case letters, digits and underscores".to_owned());
        }
        check_text("what", &self.what, 1_000)?;
        check_artist(&self.artist)
    }
}
