//! Every artist's series, built from valid snapshots: the read model of analysts, predictors and responder.

use std::collections::BTreeMap;

use casa24_schemas::{Account, Artist, ArtistId, Content, Metric, Observed, Platform, ValidSnapshot, Value};
use time::Date;

use crate::series::{FlagSet, Point, Series};

/// All that is known of all artists. Order and repetition of snapshots do not change it.
#[derive(Debug, Clone, Default)]
pub struct History {
    artists: BTreeMap<ArtistId, ArtistHistory>,
    newest: Option<Observed>,
}

/// All that is known of one artist.
#[derive(Debug, Clone)]
pub struct ArtistHistory {
    /// The artist.
    pub artist: Artist,
    /// What is known from each platform.
    pub platforms: BTreeMap<Platform, PlatformHistory>,
    /// Whether any of it is made up for a demonstration.
    pub sample: bool,
}

/// All that is known of one artist on one platform.
#[derive(Debug, Clone, Default)]
pub struct PlatformHistory {
    /// Accepted values by metric.
    pub series: BTreeMap<Metric, Series>,
    /// When the platform was last observed with anything accepted.
    pub newest: Option<Observed>,
    /// Account in the newest snapshot.
    pub account: Account,
    /// Tracks, videos and names of the newest snapshot that had any, and when that was.
    pub content: Option<(Observed, Content)>,
}

impl History {
    /// Takes in a snapshot.
    pub fn insert(&mut self, snapshot: &ValidSnapshot) {
        let observed_at = snapshot.observed_at;
        // `entry` would clone the id of an artist that is there already.
        if !self.artists.contains_key(&snapshot.artist.id) {
            let artist = ArtistHistory {
                artist: snapshot.artist.clone(),
                platforms: BTreeMap::new(),
                sample: snapshot.sample,
            };
            self.artists.insert(snapshot.artist.id.clone(), artist);
        }
        let Some(artist) = self.artists.get_mut(&snapshot.artist.id) else { return };
        artist.sample |= snapshot.sample;
        let platform = artist.platforms.entry(snapshot.platform.clone()).or_default();
        for (metric, reading) in &snapshot.metrics {
            platform.series.entry(metric.clone()).or_default().insert(Point {
                observed_at,
                value: reading.value.get(),
                flags: FlagSet::of(&reading.flags),
            });
        }
        if platform.newest.is_none_or(|newest| newest <= observed_at) {
            platform.newest = Some(observed_at);
            platform.account = snapshot.account.clone();
        }
        if let Some(content) = &snapshot.content
            && platform.content.as_ref().is_none_or(|(newest, _)| *newest <= observed_at)
        {
            platform.content = Some((observed_at, content.clone()));
        }
        self.newest = self.newest.max(Some(observed_at));
    }

    /// All artists, the label itself included, in the order of their ids.
    pub fn artists(&self) -> impl Iterator<Item = &ArtistHistory> {
        self.artists.values()
    }

    /// One artist.
    pub fn artist(&self, id: &ArtistId) -> Option<&ArtistHistory> {
        self.artists.get(id)
    }

    /// One series of an artist.
    pub fn series(&self, id: &ArtistId, platform: &Platform, metric: &Metric) -> Option<&Series> {
        self.artist(id)?.series(platform, metric)
    }

    /// The newest observation of all.
    pub const fn newest(&self) -> Option<Observed> {
        self.newest
    }
}

impl ArtistHistory {
    /// One series of this artist.
    pub fn series(&self, platform: &Platform, metric: &Metric) -> Option<&Series> {
        self.platforms.get(platform)?.series.get(metric)
    }

    /// Every series of this artist, by platform and metric.
    pub fn all_series(&self) -> impl Iterator<Item = (&Platform, &Metric, &Series)> {
        self.platforms.iter().flat_map(|(platform, history)| {
            history.series.iter().map(move |(metric, series)| (platform, metric, series))
        })
    }

    /// The newest observation of this artist with anything accepted.
    pub fn newest(&self) -> Option<Observed> {
        self.platforms.values().filter_map(|platform| platform.newest).max()
    }

    /// The newest observation of this artist at or before the end of a day.
    pub fn newest_until(&self, day: Date) -> Option<Observed> {
        self.all_series().filter_map(|(_, _, series)| series.at(day)).map(|point| point.observed_at).max()
    }
}

/// A figure that was computed from finite ones; `None` where it overflowed.
pub(crate) fn value(number: f64) -> Option<Value> {
    Value::new(number)
}
