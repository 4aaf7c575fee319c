//! Every artist's series, built from valid snapshots: the read model of analysts, predictors and responder.

use std::collections::BTreeMap;
use std::sync::Arc;

use casa24_schemas::{Account, Artist, ArtistId, Metric, Observed, Platform, ValidSnapshot};
use time::Date;

use crate::content_history::ContentHistory;
use crate::point::{FlagSet, Point};
use crate::runs::Runs;
use crate::series::Series;

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
    /// Whether tracks, videos and names are left out.
    figures_only: bool,
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
    /// The oldest observation that is.
    sample_from: Option<Observed>,
    /// Flags that were added after a value had been published, in the order in which they were.
    amendments: Vec<Amendment>,
}

/// Flags of one value before others were added.
#[derive(Debug, Clone)]
pub struct Amendment {
    /// Platform of the value.
    pub platform: Platform,
    /// Metric of the value.
    pub metric: Metric,
    /// When it was observed.
    pub observed_at: Observed,
    /// The observation that told of the others: they are known from its day on.
    pub amended_at: Observed,
    /// The flags that were known before.
    pub before: FlagSet,
}

/// All that is known of one artist on one platform.
#[derive(Debug, Clone, Default)]
pub struct PlatformHistory {
    /// Accepted values by metric.
    pub series: BTreeMap<Metric, Series>,
    /// When the platform was last observed with anything accepted.
    pub newest: Option<Observed>,
    /// Revisions of moments that were published more than once: amended, or corrected.
    revisions: BTreeMap<Observed, u32>,
    /// Accounts that snapshots named.
    accounts: Runs<Account>,
    /// Tracks, videos and names of every snapshot that had any.
    pub content: ContentHistory,
}

impl History {
    /// An empty one, for whoever computes from figures alone: tracks, videos and names, which take most of the memory, are
    /// not kept.
    pub fn of_figures() -> Self {
        Self { figures_only: true, ..Self::default() }
    }

    /// Takes in a snapshot.
    pub fn insert(&mut self, snapshot: &ValidSnapshot) {
        let observed_at = snapshot.observed_at;
        let place = self.place(&snapshot.artist.id).unwrap_or_else(|place| {
            let artist = ArtistHistory {
                artist: snapshot.artist.clone(),
                platforms: BTreeMap::new(),
                sample: false,
                sample_from: None,
                amendments: Vec::new(),
            };
            self.artists.insert(place, Arc::new(artist));
            place
        });
        let artist = Arc::make_mut(&mut self.artists[place]);
        if snapshot.sample {
            artist.sample = true;
            let is_older = artist.sample_from.is_none_or(|known| observed_at < known);
            artist.sample_from = if is_older { Some(observed_at) } else { artist.sample_from };
        }
        let platform = artist.platforms.entry(snapshot.platform.clone()).or_default();
        let revision = platform.revisions.get(&observed_at).copied().unwrap_or_default();
        if snapshot.revision < revision {
            return; // what took its place is known
        }
        if snapshot.revision > revision {
            platform.revisions.insert(observed_at, snapshot.revision);
            if snapshot.is_correction() {
                // It stands for the whole moment: what it does not say has no figure.
                platform.series.values_mut().for_each(|series| series.remove(observed_at));
                artist
                    .amendments
                    .retain(|it| it.observed_at != observed_at || it.platform != snapshot.platform);
            }
        }
        for (metric, reading) in &snapshot.metrics {
            let known = platform.series.get(metric).and_then(|series| series.of(observed_at));
            // What is known stands, except for a later revision of it.
            if known.is_some() && snapshot.revision <= revision {
                continue;
            }
            if let (Some(amended_at), Some(known)) = (snapshot.amended_at, known)
                && known.flags != FlagSet::of(&reading.flags)
            {
                artist.amendments.push(Amendment {
                    platform: snapshot.platform.clone(),
                    metric: metric.clone(),
                    observed_at,
                    amended_at,
                    before: known.flags,
                });
            }
            platform.series.entry(metric.clone()).or_default().insert(Point {
                observed_at,
                value: reading.value.get(),
                flags: FlagSet::of(&reading.flags),
            });
        }
        let is_taken_back = snapshot.is_correction() && snapshot.metrics.is_empty();
        if is_taken_back {
            let newest = platform.series.values().filter_map(|series| series.points().last());
            platform.newest = newest.map(|point| point.observed_at).max();
        } else {
            platform.newest = platform.newest.max(Some(observed_at));
        }
        platform.accounts.insert(observed_at, &snapshot.account);
        if let Some(content) = snapshot.content.as_ref().filter(|_| !self.figures_only) {
            platform.content.insert(observed_at, content);
        }
        if is_taken_back {
            self.find_ends();
            return;
        }
        self.newest = self.newest.max(Some(observed_at));
        if !snapshot.metrics.is_empty() && self.first.is_none_or(|first| observed_at < first) {
            self.first = Some(observed_at);
        }
    }

    /// Looks for the oldest and the newest observation, where one of them may have been taken back.
    fn find_ends(&mut self) {
        let series = self.artists.iter().flat_map(|artist| artist.all_series());
        let points =
            || series.clone().flat_map(|(_, _, series)| [series.points().first(), series.points().last()]);
        let moments = || points().flatten().map(|point| point.observed_at);
        (self.first, self.newest) = (moments().min(), moments().max());
    }

    /// Where an artist is, or where one of this id belongs.
    fn place(&self, id: &ArtistId) -> Result<usize, usize> {
        self.artists.binary_search_by(|known| known.artist.id.cmp(id))
    }

    /// All artists, the label itself included, in the order of their ids.
    pub fn artists(&self) -> impl Iterator<Item = &ArtistHistory> + Clone {
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
    pub fn all_series(&self) -> impl Iterator<Item = (&Platform, &Metric, &Series)> + Clone {
        self.platforms.iter().flat_map(|(platform, history)| {
            history.series.iter().map(move |(metric, series)| (platform, metric, series))
        })
    }

    /// The same with the flags that were known at the end of a day, where some of values up to then were added later;
    /// `None` where none were.
    pub fn as_known_on(&self, day: Date) -> Option<Self> {
        let is_later =
            |amendment: &&Amendment| amendment.observed_at.date() <= day && amendment.amended_at.date() > day;
        let mut earlier = None;
        // The flags before the first of several are those that were known.
        for amendment in self.amendments.iter().rev().filter(is_later) {
            let history: &mut Self = earlier.get_or_insert_with(|| self.clone());
            let platform = history.platforms.get_mut(&amendment.platform);
            let Some(series) = platform.and_then(|platform| platform.series.get_mut(&amendment.metric))
            else {
                continue;
            };
            if let Some(point) = series.of(amendment.observed_at).copied() {
                series.insert(Point { flags: amendment.before, ..point });
            }
        }
        earlier
    }

    /// The flags that were added after a value had been published, in the order in which they were. What was corrected
    /// since is not among them.
    pub fn amendments(&self) -> &[Amendment] {
        &self.amendments
    }

    /// The same with other values of some moments, or with none.
    #[must_use]
    pub fn with_points<'p>(
        &self,
        points: impl IntoIterator<Item = (&'p Platform, &'p Metric, Observed, Option<Point>)>,
    ) -> Self {
        let mut history = self.clone();
        for (platform, metric, observed_at, point) in points {
            let platform = history.platforms.entry(platform.clone()).or_default();
            let series = platform.series.entry(metric.clone()).or_default();
            match point {
                Some(point) => series.insert(point),
                None => series.remove(observed_at),
            }
        }
        history
    }

    /// The same without the values of some moments; tracks and videos stay.
    #[must_use]
    pub fn without_moments(mut self, is_left_out: impl Fn(&Platform, Observed) -> bool) -> Self {
        for (platform, history) in &mut self.platforms {
            for series in history.series.values_mut() {
                series.retain(|point| !is_left_out(platform, point.observed_at));
            }
        }
        self
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

impl ArtistHistory {
    /// Whether any of what was observed by the end of a day is made up for a demonstration.
    pub fn is_sample(&self, day: Date) -> bool {
        self.sample_from.is_some_and(|from| from.date() <= day)
    }
}

impl PlatformHistory {
    /// Whether there are figures or an account by the end of a day.
    pub fn has_begun(&self, day: Date) -> bool {
        let has_figures = || self.series.values().any(|series| series.at(day).is_some());
        matches!(self.account(day), Account::Present { .. }) || has_figures()
    }

    /// The account in the newest snapshot by the end of a day.
    pub fn account(&self, day: Date) -> &Account {
        self.accounts.at(day).unwrap_or(&Account::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Flag, SnapshotCorrection};

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
    fn a_day_has_the_flags_that_were_known_by_its_end() {
        let on = |day: &str| Observed::parse(day).unwrap();
        let mut history = History::default();
        let publish = |history: &mut History, flags: &[Flag], revision, amended_at: Option<&str>| {
            let first = testing::snapshot("PYRO", on("2025-07-01"), Some(5.0), flags);
            history.insert(&ValidSnapshot { revision, amended_at: amended_at.map(on), ..first });
        };
        publish(&mut history, &[], 0, None);
        publish(&mut history, &[Flag::CopiedForward], 1, Some("2025-07-03"));
        publish(&mut history, &[Flag::PlatformPurge, Flag::CopiedForward], 2, Some("2025-07-05"));
        publish(&mut history, &[Flag::PlatformPurge, Flag::CopiedForward], 2, Some("2025-07-05"));
        // Repeated, whatever the revision.
        publish(&mut history, &[Flag::CopiedForward], 1, Some("2025-07-03"));
        publish(&mut history, &[], 0, None);
        let artist = history.artist(&id("PYRO")).unwrap();
        let flags = |day: &str| {
            let earlier = artist.as_known_on(on(day).date());
            let series = earlier.as_ref().unwrap_or(artist).series(&Platform::SPOTIFY, &Metric::FOLLOWERS);
            series.unwrap().points().first().unwrap().flags.iter().collect::<Vec<_>>()
        };
        assert_eq!(flags("2025-07-02"), []);
        assert_eq!(flags("2025-07-04"), [Flag::CopiedForward]);
        assert_eq!(flags("2025-07-05").len(), 2);
        // Nothing is copied where nothing differs.
        assert!(["2025-06-30", "2025-07-05"].iter().all(|day| artist.as_known_on(on(day).date()).is_none()));
    }

    #[test]
    fn a_correction_stands_for_its_moment_whatever_comes_again() {
        let on = |day: &str| Observed::parse(day).unwrap();
        let listeners = Metric::MONTHLY_LISTENERS;
        let figures = |day: &str, revision, followers: Option<f64>, listeners_too: bool| {
            let mut it = testing::snapshot("PYRO", on(day), followers, &[]);
            if listeners_too {
                it.metrics.insert(listeners.clone(), it.metrics[&Metric::FOLLOWERS].clone());
            }
            let corrected_at = on("2025-08-01T10:00:00Z");
            let correction = SnapshotCorrection { reason: None, corrected_at, follows: None };
            ValidSnapshot { revision, correction: (revision > 0).then_some(correction), ..it }
        };
        let first = figures("2025-07-02", 0, Some(9_999.0), true);
        let amended = ValidSnapshot {
            amended_at: Some(on("2025-07-03")),
            correction: None,
            ..figures("2025-07-02", 1, Some(9_999.0), true)
        };
        let corrected = figures("2025-07-02", 2, Some(12.0), false);
        let taken_back = figures("2025-07-02", 3, None, false);
        let values = |history: &History, metric: &Metric| -> Vec<f64> {
            let series = history.series(&id("PYRO"), &Platform::SPOTIFY, metric);
            series.map_or(Vec::new(), |series| series.points().iter().map(|point| point.value).collect())
        };
        let mut history = History::default();
        history.insert(&snapshot("PYRO", "2025-07-01", Some(11.0)));
        [&first, &amended, &corrected, &first, &amended].into_iter().for_each(|it| history.insert(it));
        assert_eq!(values(&history, &Metric::FOLLOWERS), [11.0, 12.0]);
        assert!(values(&history, &listeners).is_empty());
        assert_eq!(history.newest(), Some(on("2025-07-02")));
        // What was known of the former figures before they were amended says nothing of these.
        assert!(history.artist(&id("PYRO")).unwrap().as_known_on(on("2025-07-02").date()).is_none());
        [&taken_back, &corrected].into_iter().for_each(|it| history.insert(it));
        assert_eq!(values(&history, &Metric::FOLLOWERS), [11.0]);
        assert_eq!((history.first(), history.newest()), (Some(on("2025-07-01")), Some(on("2025-07-01"))));
        assert_eq!(history.artist(&id("PYRO")).unwrap().newest(), history.newest());
    }

    #[test]
    fn a_history_of_figures_has_all_of_them_and_nothing_else() {
        let content = casa24_schemas::Content { username: Some("pyro".to_owned()), ..Default::default() };
        let seen = ValidSnapshot { content: Some(content), ..snapshot("PYRO", "2025-07-01", Some(1.0)) };
        let (mut whole, mut figures) = (History::default(), History::of_figures());
        [&mut whole, &mut figures].into_iter().for_each(|history| history.insert(&seen));
        let of = |history: &History| {
            let platform = &history.artist(&id("PYRO")).unwrap().platforms[&Platform::SPOTIFY];
            let content = platform.content.at(seen.observed_at.date()).is_some();
            (platform.series[&Metric::FOLLOWERS].points().len(), platform.newest, content)
        };
        let newest = Some(seen.observed_at);
        assert_eq!((of(&whole), of(&figures)), ((1, newest, true), (1, newest, false)));
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
    fn a_day_has_the_account_and_the_mark_of_what_was_observed_by_then() {
        let account = |id: &str| Account::Present { id: id.to_owned() };
        let days = [("2025-07-02", "a", false), ("2025-07-03", "a", false), ("2025-07-08", "b", true)];
        let late = [("2025-07-06", "a", false), ("2025-07-05", "c", false)];
        let mut history = History::default();
        for (day, id, sample) in days.into_iter().chain(late) {
            history.insert(&ValidSnapshot {
                account: account(id),
                sample,
                ..snapshot("PYRO", day, Some(1.0))
            });
        }
        let artist = history.artist(&id("PYRO")).unwrap();
        let platform = &artist.platforms[&Platform::SPOTIFY];
        let found = |text: &str| {
            let day = Observed::parse(text).unwrap().date();
            (platform.has_begun(day), platform.account(day).clone(), artist.is_sample(day))
        };
        assert_eq!(found("2025-07-01"), (false, Account::Unknown, false));
        assert_eq!(found("2025-07-04"), (true, account("a"), false));
        assert_eq!(found("2025-07-05"), (true, account("c"), false));
        assert_eq!(found("2025-07-07"), (true, account("a"), false));
        assert_eq!(found("2025-07-30"), (true, account("b"), true));
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
