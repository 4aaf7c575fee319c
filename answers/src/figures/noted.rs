//! A finding about an artist or the label, as answers show it.

use casa24_analytics::trends::{Found, is_good};
use casa24_schemas::{Date, Facts, Finding, Metric, Platform, TrendKind};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::head::Owner;
use crate::read_model::{ArtistView, AsOf};

/// Most findings that an answer lists: a reply is at most a megabyte. How many there are in all stands beside them.
pub(crate) const MOST_NOTED: usize = 200;

/// Something noteworthy, and about whom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Noted {
    /// Name of the artist, or of the label.
    pub artist: String,
    /// Whose it is.
    pub owner: Owner,
    /// What kind of finding.
    pub kind: TrendKind,
    /// Platform of the figure; `all` where several show it.
    pub platform: Platform,
    /// Metric of the figure; `all` where several show it.
    pub metric: Metric,
    /// The finding.
    #[serde(flatten)]
    pub finding: Finding,
}

impl Noted {
    /// A finding about one of the label's artists, or the label itself.
    pub(crate) fn of(view: &ArtistView<'_>, found: Found) -> Self {
        Self {
            artist: view.artist.name.clone(),
            owner: view.owner(),
            kind: found.kind,
            platform: found.platform,
            metric: found.metric,
            finding: found.finding,
        }
    }

    /// What was noteworthy about some artists from a day on, the newest first; of a day the least likely first, then what
    /// needed no test.
    pub(crate) fn since<'a>(as_of: &AsOf<'a>, views: &[ArtistView<'a>], since: Date) -> Vec<Self> {
        Self::wanted(as_of, views, since, |_| true)
    }

    /// The same of those that are wanted.
    pub(crate) fn wanted<'a>(
        as_of: &AsOf<'a>,
        views: &[ArtistView<'a>],
        since: Date,
        is_wanted: impl Fn(&Found) -> bool + Sync,
    ) -> Vec<Self> {
        let of = |view: &ArtistView<'a>| {
            let found = as_of.findings(view, since, &is_wanted);
            found.into_iter().map(|found| Self::of(view, found)).collect::<Vec<_>>()
        };
        let mut noted: Vec<Self> = views.par_iter().flat_map_iter(of).collect();
        noted.sort_by(|a, b| {
            let date = b.finding.date.cmp(&a.finding.date);
            date.then_with(|| a.by_chance().total_cmp(&b.by_chance())).then_with(|| a.place().cmp(&b.place()))
        });
        noted
    }

    /// The platforms of its figures.
    pub(crate) fn platforms(&self) -> impl Iterator<Item = &Platform> {
        let parts = match &self.finding.facts {
            Facts::Together { parts } | Facts::BackToUsual { parts, .. } => &parts[..],
            _ => &[],
        };
        let own = Some(&self.platform).filter(|platform| **platform != Platform::ALL_TOGETHER);
        own.into_iter().chain(parts.iter().map(|part| &part.platform))
    }

    /// How many findings at least as strong chance alone would bring an artist in a month; beyond any number where nothing was
    /// tested.
    pub(crate) fn by_chance(&self) -> f64 {
        self.finding.by_chance.map_or(f64::INFINITY, casa24_schemas::Value::get)
    }

    /// Whether it is good news that needed a test.
    pub(crate) fn is_good(&self) -> bool {
        is_good(&self.kind, &self.finding)
    }

    /// Place of its kind in the order in which kinds are shown.
    fn place(&self) -> usize {
        TrendKind::ALL.iter().position(|kind| *kind == self.kind).unwrap_or(usize::MAX)
    }
}
