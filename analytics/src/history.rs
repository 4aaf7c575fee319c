//! Every artist's series, built from valid snapshots: the read model of analysts, predictors and responder.

use std::collections::BTreeMap;
use std::sync::Arc;

use casa24_schemas::{Account, Artist, ArtistId, Content, Metric, Observed, Platform, ValidSnapshot};
use time::Date;

use crate::series::{FlagSet, Point, Series};

/// All that is known of all artists. Order and repetition of snapshots do not change it.
///
/// A clone shares every artist with its original and costs one reference count for each; what is inserted later
/// copies only the artist it is about, and only while a clone still shares it.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// In the order of their ids.
    artists: Vec<Arc<ArtistHistory>>,
    first: Option<Observed>,
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
        let place = self.place(&snapshot.artist.id).unwrap_or_else(|place| {
            let artist = ArtistHistory {
                artist: snapshot.artist.clone(),
                platforms: BTreeMap::new(),
                sample: snapshot.sample,
            };
            self.artists.insert(place, Arc::new(artist));
            place
        });
        let artist = Arc::make_mut(&mut self.artists[place]);
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
        if !snapshot.metrics.is_empty() && self.first.is_none_or(|first| observed_at < first) {
            self.first = Some(observed_at);
        }
    }

    /// Where an artist is, or where one of this id belongs.
    fn place(&self, id: &ArtistId) -> Result<usize, usize> {
        self.artists.binary_search_by(|known| known.artist.id.cmp(id))
    }

    /// All artists, the label itself included, in the order of their ids.
    pub fn artists(&self) -> impl Iterator<Item = &ArtistHistory> {
        self.artists.iter().map(Arc::as_ref)
    }

    /// One artist.
    pub fn artist(&self, id: &ArtistId) -> Option<&ArtistHistory> {
        self.shared_artist(id).map(Arc::as_ref)
    }

    /// One artist, to be kept: as long as nothing new of the artist is inserted, it is the same allocation.
    pub fn shared_artist(&self, id: &ArtistId) -> Option<&Arc<ArtistHistory>> {
        self.artists.get(self.place(id).ok()?)
    }

    /// One series of an artist.
    pub fn series(&self, id: &ArtistId, platform: &Platform, metric: &Metric) -> Option<&Series> {
        self.artist(id)?.series(platform, metric)
    }

    /// The oldest observation of any metric.
    pub const fn first(&self) -> Option<Observed> {
        self.first
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn snapshot(artist: &str, day: &str, followers: Option<f64>) -> ValidSnapshot {
        testing::snapshot(artist, Observed::parse(day).unwrap(), followers, &[])
    }

    fn id(artist: &str) -> ArtistId {
        Artist::new(artist).unwrap().id
    }

    #[test]
    fn a_clone_keeps_what_it_saw_and_shares_the_other_artists() {
        let mut history = History::default();
        history.insert(&snapshot("PYRO", "2025-07-01", Some(1.0)));
        history.insert(&snapshot("Luz Polar", "2025-07-01", Some(2.0)));
        let before = history.clone();
        history.insert(&snapshot("PYRO", "2025-07-02", Some(3.0)));
        let num_points = |history: &History| {
            history.series(&id("PYRO"), &Platform::SPOTIFY, &Metric::FOLLOWERS).unwrap().points().len()
        };
        assert_eq!((num_points(&before), num_points(&history)), (1, 2));
        let is_shared = |artist| {
            let of = |history: &History| history.shared_artist(&id(artist)).cloned().unwrap();
            Arc::ptr_eq(&of(&before), &of(&history))
        };
        assert!(is_shared("Luz Polar"));
        assert!(!is_shared("PYRO"));
    }

    #[test]
    fn artists_are_in_the_order_of_their_ids_whichever_came_first() {
        let mut history = History::default();
        for artist in ["PYRO", "bo.wlie", "Luz Polar", "PYRO"] {
            history.insert(&snapshot(artist, "2025-07-01", Some(1.0)));
        }
        let names: Vec<&str> = history.artists().map(|artist| artist.artist.name.as_str()).collect();
        assert_eq!(names, ["Luz Polar", "PYRO", "bo.wlie"]);
        assert!(history.artist(&id("Nobody")).is_none());
    }

    #[test]
    fn first_and_newest_do_not_depend_on_the_order_of_arrival() {
        let mut history = History::default();
        assert_eq!((history.first(), history.newest()), (None, None));
        for (day, followers) in
            [("2025-07-02", Some(1.0)), ("2025-07-04", None), ("2025-07-01", Some(1.0)), ("2025-06-01", None)]
        {
            history.insert(&snapshot("PYRO", day, followers));
        }
        let day = |text| Observed::parse(text).ok();
        assert_eq!((history.first(), history.newest()), (day("2025-07-01"), day("2025-07-04")));
    }
}
