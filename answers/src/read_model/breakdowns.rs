//! Figures of periods by song, by playlist, and of single songs by day: valid breakdowns in, the newest of a day out.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use casa24_schemas::BreakdownFigure::{self, Listeners, Saves, Streams};
use casa24_schemas::{
    Artist, ArtistId, Breakdown, Date, Day, Period, Platform, ValidBreakdown, WithheldFigure,
};

use crate::figures::{MAX_LISTED, PlaylistsOfPeriod, SongsOfPeriod};

/// What is known of all artists. A clone costs one reference count for each of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Breakdowns {
    pub(super) artists: BTreeMap<ArtistId, Arc<OfArtist>>,
}

/// What is known of an artist. Of songs and playlists only what answers list: there may be thousands in each of hundreds
/// of periods.
#[derive(Debug, Clone)]
pub(super) struct OfArtist {
    pub(super) artist: Artist,
    /// The first and the last day of which anything is known: of a list, the day on which its period ends.
    pub(super) ends: Option<(Date, Date)>,
    pub(super) songs: BTreeMap<(Platform, Newest), SongsOfPeriod>,
    pub(super) playlists: BTreeMap<(Platform, Newest), PlaylistsOfPeriod>,
    pub(super) by_day: BTreeMap<(Platform, String), BTreeMap<Newest, DaysOfSong>>,
}

/// Orders periods: by their last day, and of several that end on a day the longest comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Newest(Day, Reverse<Day>);

#[derive(Debug, Clone)]
pub(super) struct DaysOfSong {
    pub(super) source: String,
    pub(super) days: BTreeMap<Day, i64>,
}

/// A song's streams on a day, and the breakdown that they are from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SongDay<'a> {
    pub(crate) streams: i64,
    pub(crate) period: Period,
    pub(crate) source: &'a str,
}

/// The known days of a song.
pub(crate) type SongDays<'a> = BTreeMap<Day, SongDay<'a>>;

impl Newest {
    const fn of(Period { first, last }: Period) -> Self {
        Self(last, Reverse(first))
    }

    pub(super) const fn period(self) -> Period {
        let Self(last, Reverse(first)) = self;
        Period { first, last }
    }

    pub(super) fn ended_by(self, until: Option<Date>) -> bool {
        until.is_none_or(|until| self.0.0 <= until)
    }
}

impl Breakdowns {
    /// Takes in a breakdown: it takes the place of one of the same period.
    pub(super) fn insert(&mut self, ValidBreakdown { accepted, withheld }: &ValidBreakdown) {
        let of_artist = self.artists.entry(accepted.artist.id.clone());
        let of_artist = of_artist.or_insert_with(|| Arc::new(OfArtist::new(&accepted.artist)));
        let of_artist = Arc::make_mut(of_artist);
        of_artist.artist.clone_from(&accepted.artist);
        let (platform, period, source) =
            (accepted.platform.clone(), accepted.period, accepted.source.clone());
        let (newest, num_withheld) = (Newest::of(period), withheld.len() as u64);
        match &accepted.breakdown {
            Breakdown::Song { songs, num_left_out } => {
                let num_songs = (songs.len() as u64).saturating_add(*num_left_out);
                let all = songs.iter().flat_map(|song| {
                    [(Listeners, song.listeners), (Streams, song.streams), (Saves, song.saves)]
                });
                let figures = kinds(all, withheld);
                let songs = most(songs, |song| song.streams);
                let of = SongsOfPeriod {
                    platform: platform.clone(),
                    period,
                    source,
                    num_songs,
                    num_withheld,
                    figures,
                    songs,
                };
                of_artist.songs.insert((platform, newest), of);
            }
            Breakdown::Playlist { playlists, num_left_out } => {
                let num_playlists = (playlists.len() as u64).saturating_add(*num_left_out);
                let all = playlists
                    .iter()
                    .flat_map(|playlist| [(Listeners, playlist.listeners), (Streams, playlist.streams)]);
                let figures = kinds(all, withheld);
                let playlists = most(playlists, |playlist| playlist.streams);
                let of = PlaylistsOfPeriod {
                    platform: platform.clone(),
                    period,
                    source,
                    num_playlists,
                    num_withheld,
                    figures,
                    playlists,
                };
                of_artist.playlists.insert((platform, newest), of);
            }
            Breakdown::Day { song, days } => {
                let days = days.iter().filter_map(|(day, streams)| Some((*day, (*streams)?))).collect();
                let of_song = of_artist.by_day.entry((platform, song.clone())).or_default();
                of_song.insert(newest, DaysOfSong { source, days });
            }
        }
        of_artist.ends = of_artist.find_ends();
    }

    /// The first and the last day of which anything is known of any artist.
    pub(super) fn ends(&self) -> Option<(Date, Date)> {
        let ends = self.artists.values().filter_map(|of| of.ends);
        let first = ends.clone().map(|(first, _)| first).min();
        first.zip(ends.map(|(_, last)| last).max())
    }
}

impl OfArtist {
    fn new(artist: &Artist) -> Self {
        Self {
            artist: artist.clone(),
            ends: None,
            songs: BTreeMap::new(),
            playlists: BTreeMap::new(),
            by_day: BTreeMap::new(),
        }
    }

    /// Whether anything had been known by a day; without one, whether anything is.
    pub(super) fn has_begun(&self, until: Option<Date>) -> bool {
        self.ends.is_some_and(|(first, _)| until.is_none_or(|until| first <= until))
    }

    fn find_ends(&self) -> Option<(Date, Date)> {
        let lists = self.songs.keys().chain(self.playlists.keys()).map(|(_, newest)| newest.0);
        let files = self.by_day.values().flat_map(BTreeMap::values);
        let days = files.flat_map(|DaysOfSong { days, .. }| {
            days.first_key_value().into_iter().chain(days.last_key_value()).map(|(day, _)| *day)
        });
        let ends = lists.chain(days).map(|day| day.0);
        ends.clone().min().zip(ends.max())
    }
}

/// The kinds of figures that a source has of anything.
fn kinds(
    figures: impl Iterator<Item = (BreakdownFigure, Option<i64>)>,
    withheld: &[WithheldFigure],
) -> Vec<BreakdownFigure> {
    let accepted = figures.filter_map(|(kind, figure)| figure.map(|_| kind));
    let found: BTreeSet<_> = accepted.chain(withheld.iter().map(|it| it.figure)).collect();
    found.into_iter().collect()
}

/// Those with the most streams, first; of as many, in the order of the source.
fn most<T: Clone>(items: &[T], streams: impl Fn(&T) -> Option<i64>) -> Vec<T> {
    let mut items: Vec<&T> = items.iter().collect();
    items.sort_by_key(|item| Reverse(streams(item)));
    items.into_iter().take(MAX_LISTED).cloned().collect()
}
