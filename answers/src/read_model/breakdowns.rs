//! Figures of periods by song, by playlist, and of single songs by day: valid breakdowns in, the newest of a day out.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use casa24_schemas::{ArtistId, Breakdown, Date, Day, Period, Platform, ValidBreakdown, Value};

use super::artist_view::ArtistView;
use super::as_of::AsOf;
use crate::figures::{MAX_LISTED, PlaylistsOfPeriod, SongWeek, SongsOfPeriod, WEEK_DAYS};

/// What is known of all artists. A clone costs one reference count for each of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Breakdowns {
    artists: BTreeMap<ArtistId, Arc<OfArtist>>,
}

/// What is known of an artist. Of songs and playlists only what answers list: there may be thousands in each of hundreds
/// of periods.
#[derive(Debug, Clone, Default)]
struct OfArtist {
    songs: BTreeMap<(Platform, Newest), SongsOfPeriod>,
    playlists: BTreeMap<(Platform, Newest), PlaylistsOfPeriod>,
    by_day: BTreeMap<(Platform, String), BTreeMap<Newest, DaysOfSong>>,
}

/// Orders periods: by their last day, and of several that end on a day the longest comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Newest(Day, Reverse<Day>);

#[derive(Debug, Clone)]
struct DaysOfSong {
    source: String,
    days: BTreeMap<Day, i64>,
}

/// The days of a song, each with the period whose breakdown has it.
pub(crate) type SongDays = BTreeMap<Day, (i64, Period)>;

impl Newest {
    const fn of(Period { first, last }: Period) -> Self {
        Self(last, Reverse(first))
    }

    const fn period(self) -> Period {
        let Self(last, Reverse(first)) = self;
        Period { first, last }
    }

    fn ended_by(self, until: Option<Date>) -> bool {
        until.is_none_or(|until| self.0.0 <= until)
    }
}

impl Breakdowns {
    /// Takes in a breakdown: it takes the place of one of the same period.
    pub(super) fn insert(&mut self, ValidBreakdown { accepted, withheld }: &ValidBreakdown) {
        let of_artist = self.artists.entry(accepted.artist.id.clone()).or_default();
        let of_artist = Arc::make_mut(of_artist);
        let (platform, period, source) =
            (accepted.platform.clone(), accepted.period, accepted.source.clone());
        let (newest, num_withheld) = (Newest::of(period), withheld.len() as u64);
        match &accepted.breakdown {
            Breakdown::Song { songs, num_left_out } => {
                let num_songs = songs.len() as u64 + num_left_out;
                let songs = most(songs, |song| song.streams);
                let of = SongsOfPeriod {
                    platform: platform.clone(),
                    period,
                    source,
                    num_songs,
                    num_withheld,
                    songs,
                };
                of_artist.songs.insert((platform, newest), of);
            }
            Breakdown::Playlist { playlists, num_left_out } => {
                let num_playlists = playlists.len() as u64 + num_left_out;
                let playlists = most(playlists, |playlist| playlist.streams);
                let platform_of = platform.clone();
                let of =
                    PlaylistsOfPeriod { platform, period, source, num_playlists, num_withheld, playlists };
                of_artist.playlists.insert((platform_of, newest), of);
            }
            Breakdown::Day { song, days } => {
                let days = days.iter().filter_map(|(day, streams)| Some((*day, (*streams)?))).collect();
                let of_song = of_artist.by_day.entry((platform, song.clone())).or_default();
                of_song.insert(newest, DaysOfSong { source, days });
            }
        }
    }

    /// The first and the last day on which a period ends.
    pub(super) fn ends(&self) -> Option<(Date, Date)> {
        let ends = self.artists.values().flat_map(|artist| {
            let songs = artist.songs.keys().map(|(_, newest)| newest);
            let playlists = artist.playlists.keys().map(|(_, newest)| newest);
            songs.chain(playlists).chain(artist.by_day.values().flat_map(BTreeMap::keys))
        });
        let ends = ends.map(|newest| newest.0.0);
        ends.clone().min().zip(ends.max())
    }
}

impl AsOf<'_> {
    /// The songs of the newest period on each platform that had ended by the day; where no day was named, of the newest.
    pub(crate) fn songs(&self, view: &ArtistView<'_>) -> Vec<SongsOfPeriod> {
        self.of_artist(view).map_or_else(Vec::new, |of| newest(&of.songs, self.until()))
    }

    /// The playlists of the newest such period.
    pub(crate) fn playlists(&self, view: &ArtistView<'_>) -> Vec<PlaylistsOfPeriod> {
        self.of_artist(view).map_or_else(Vec::new, |of| newest(&of.playlists, self.until()))
    }

    /// The newest week of every song whose streams are known day by day, those with the most streams first.
    pub(crate) fn song_weeks(&self, view: &ArtistView<'_>) -> Vec<SongWeek> {
        let songs = self.of_artist(view).into_iter().flat_map(|of| of.by_day.keys());
        let mut weeks: Vec<SongWeek> =
            songs.filter_map(|(platform, song)| self.song_week(view, platform, song)).collect();
        weeks.sort_by(|a, b| b.streams.partial_cmp(&a.streams).unwrap_or(std::cmp::Ordering::Equal));
        weeks
    }

    fn song_week(&self, view: &ArtistView<'_>, platform: &Platform, song: &str) -> Option<SongWeek> {
        let days = self.song_days(view, platform, song);
        let (last_day, _) = days.last_key_value()?;
        let (streams, streams_before) = (week_of(&days, *last_day, 0), week_of(&days, *last_day, 1));
        let sum = |week: Option<Vec<(i64, Period)>>| {
            let total: i64 = week?.into_iter().map(|(streams, _)| streams).sum();
            Value::new(total as f64)
        };
        let (streams, streams_before) = (sum(streams), sum(streams_before));
        let change =
            streams.zip(streams_before).and_then(|(now, before)| Value::new(now.get() - before.get()));
        let files = self.of_artist(view)?.by_day.get(&(platform.clone(), song.to_owned()))?;
        let mut sources: Vec<String> = Vec::new();
        for (_, file) in files.iter().rev().filter(|(newest, _)| newest.ended_by(self.until())) {
            if !sources.contains(&file.source) {
                sources.push(file.source.clone());
            }
        }
        let (platform, song) = (platform.clone(), song.to_owned());
        Some(SongWeek { platform, song, last_day: *last_day, streams, streams_before, change, sources })
    }

    /// The known days of a song, each as the newest breakdown has it.
    pub(crate) fn song_days(&self, view: &ArtistView<'_>, platform: &Platform, song: &str) -> SongDays {
        let files = self.of_artist(view).and_then(|of| of.by_day.get(&(platform.clone(), song.to_owned())));
        let files = files.into_iter().flatten().filter(|(newest, _)| newest.ended_by(self.until()));
        let mut days = SongDays::new();
        for (newest, file) in files {
            days.extend(file.days.iter().map(|(day, streams)| (*day, (*streams, newest.period()))));
        }
        days
    }

    fn of_artist(&self, view: &ArtistView<'_>) -> Option<&OfArtist> {
        self.model.breakdowns.artists.get(&view.artist.id).map(Arc::as_ref)
    }

    /// The last day of which breakdowns are seen; without one all are.
    fn until(&self) -> Option<Date> {
        self.roster_until
    }
}

/// The days of a week, so many weeks before the one that ends on a day; `None` where one of them is not known.
pub(crate) fn week_of(days: &SongDays, last_day: Day, num_weeks_before: usize) -> Option<Vec<(i64, Period)>> {
    let from = num_weeks_before * WEEK_DAYS;
    let day = |back: usize| {
        let day = last_day.0.checked_sub(time::Duration::days(i64::try_from(back).ok()?))?;
        days.get(&Day(day)).copied()
    };
    (from..from + WEEK_DAYS).rev().map(day).collect()
}

/// The newest of each platform.
fn newest<T: Clone>(of_artist: &BTreeMap<(Platform, Newest), T>, until: Option<Date>) -> Vec<T> {
    let mut found: BTreeMap<&Platform, &T> = BTreeMap::new();
    for ((platform, newest), of) in of_artist {
        if newest.ended_by(until) {
            found.insert(platform, of); // the newest comes last
        }
    }
    found.into_values().cloned().collect()
}

/// Those with the most streams, first; of as many, in the order of the source.
fn most<T: Clone>(items: &[T], streams: impl Fn(&T) -> Option<i64>) -> Vec<T> {
    let mut items: Vec<&T> = items.iter().collect();
    items.sort_by_key(|item| Reverse(streams(item)));
    items.into_iter().take(MAX_LISTED).cloned().collect()
}
