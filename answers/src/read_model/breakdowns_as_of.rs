//! What had been known of songs and playlists by a day.

use std::collections::BTreeMap;
use std::sync::Arc;

use casa24_schemas::{Date, Day, Platform, Value};

use super::artist_view::ArtistView;
use super::as_of::AsOf;
use super::breakdowns::{Newest, OfArtist, SongDay, SongDays};
use crate::figures::{PlaylistsOfPeriod, SongWeek, SongsOfPeriod, WEEK_DAYS};

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
        let (week, week_before) = (week_of(&days, *last_day, 0), week_of(&days, *last_day, 1));
        let sum = |week: &Option<Vec<SongDay<'_>>>| {
            Value::new(week.as_ref()?.iter().map(|day| day.streams as f64).sum())
        };
        let (streams, streams_before) = (sum(&week), sum(&week_before));
        let change =
            streams.zip(streams_before).and_then(|(now, before)| Value::new(now.get() - before.get()));
        // A week before of which a day is missing is not in the answer.
        let num_weeks = if week_before.is_some() { 2 } else { 1 };
        let mut sources: Vec<String> = Vec::new();
        for (_, SongDay { source, .. }) in days.range(week_begin(*last_day, num_weeks)..).rev() {
            if !sources.iter().any(|known| known == source) {
                sources.push((*source).to_owned());
            }
        }
        let (platform, song) = (platform.clone(), song.to_owned());
        Some(SongWeek { platform, song, last_day: *last_day, streams, streams_before, change, sources })
    }

    /// The days of a song that are known up to the day, each as the newest breakdown has it.
    pub(crate) fn song_days(&self, view: &ArtistView<'_>, platform: &Platform, song: &str) -> SongDays<'_> {
        let files = self.of_artist(view).and_then(|of| of.by_day.get(&(platform.clone(), song.to_owned())));
        let until = self.until().map_or(Day(Date::MAX), Day);
        let mut days = SongDays::new();
        for (newest, file) in files.into_iter().flatten() {
            let (period, source) = (newest.period(), file.source.as_str());
            let of = |streams: &i64| SongDay { streams: *streams, period, source };
            days.extend(file.days.range(..=until).map(|(day, streams)| (*day, of(streams))));
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
pub(crate) fn week_of<'a>(
    days: &SongDays<'a>,
    last_day: Day,
    num_weeks_before: usize,
) -> Option<Vec<SongDay<'a>>> {
    let from = num_weeks_before * WEEK_DAYS;
    let day = |back: usize| {
        let day = last_day.0.checked_sub(time::Duration::days(i64::try_from(back).ok()?))?;
        days.get(&Day(day)).copied()
    };
    (from..from + WEEK_DAYS).rev().map(day).collect()
}

/// The first day of so many weeks up to a day.
fn week_begin(last_day: Day, num_weeks: i64) -> Day {
    Day(last_day.0.saturating_sub(time::Duration::days(num_weeks * WEEK_DAYS as i64 - 1)))
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
