//! Explains figures of periods: each is taken from a breakdown, and the streams of a week are the sum of its days.

use casa24_schemas::{Period, Platform, Value};

use super::explainer::{Explainer, Place};
use super::formula::Formula;
use super::input::Input;
use super::used::UsedBreakdown;
use crate::figures::{PlaylistsOfPeriod, SongWeek, SongsOfPeriod};
use crate::read_model::{ArtistView, SongDay, week_of};

impl Explainer<'_, '_> {
    /// The songs, playlists and weeks of songs in an answer about an artist.
    pub(crate) fn breakdowns(
        &mut self,
        artist: &str,
        songs: &[SongsOfPeriod],
        playlists: &[PlaylistsOfPeriod],
        weeks: &[SongWeek],
    ) {
        let Some(view) = self.as_of.known.iter().find(|view| view.artist.name == artist).copied() else {
            return;
        };
        for (at, of) in songs.iter().enumerate() {
            let used = self.used(&view, &of.platform, of.period, "song");
            for (index, song) in of.songs.iter().enumerate() {
                let place = Place::of("songs").at(at).at("songs").at(index);
                for (field, figure) in
                    [("listeners", song.listeners), ("streams", song.streams), ("saves", song.saves)]
                {
                    self.taken(&place.at(field), figure, used, &song.name);
                }
            }
        }
        for (at, of) in playlists.iter().enumerate() {
            let used = self.used(&view, &of.platform, of.period, "playlist");
            for (index, playlist) in of.playlists.iter().enumerate() {
                let place = Place::of("playlists").at(at).at("playlists").at(index);
                for (field, figure) in [("listeners", playlist.listeners), ("streams", playlist.streams)] {
                    self.taken(&place.at(field), figure, used, &playlist.name);
                }
            }
        }
        for (at, week) in weeks.iter().enumerate() {
            self.song_week(&Place::of("song_weeks").at(at), &view, week);
        }
    }

    fn song_week(&mut self, place: &Place, view: &ArtistView<'_>, week: &SongWeek) {
        let as_of = self.as_of;
        let days = as_of.song_days(view, &week.platform, &week.song);
        let by = format!("day/{}", week.song);
        let sums = [("streams", week.streams, 0), ("streams_before", week.streams_before, 1)];
        for (field, sum, num_weeks_before) in sums {
            let from = week.last_day.0.checked_sub(time::Duration::days(6 + 7 * num_weeks_before));
            let inputs = week_of(&days, week.last_day, num_weeks_before as usize).zip(from);
            let inputs = inputs.and_then(|(week_days, from)| {
                let day = |(back, SongDay { streams, period, .. }): (i64, SongDay<'_>)| {
                    let index = self.used(view, &week.platform, period, &by);
                    let of = from.checked_add(time::Duration::days(back))?.to_string();
                    Some(Input::Breakdown { index, of, value: Value::new(streams as f64)? })
                };
                (0..).zip(week_days).map(day).collect()
            });
            self.computed(&place.at(field), sum, Formula::Sum, inputs);
        }
        let now = Self::figure_input(&place.at("streams"), week.streams);
        let before = Self::figure_input(&place.at("streams_before"), week.streams_before);
        let both = now.zip(before).map(|(now, before)| vec![now, before]);
        self.computed(&place.at("change"), week.change, Formula::Difference, both);
    }

    /// A figure as the breakdown has it, where it is there.
    fn taken(&mut self, place: &Place, figure: Option<i64>, index: u32, of: &str) {
        let value = figure.and_then(|figure| Value::new(figure as f64));
        let input = value.map(|value| vec![Input::Breakdown { index, of: of.to_owned(), value }]);
        self.computed(place, value, Formula::Observed, input);
    }

    /// The index of a breakdown in the explanation.
    fn used(&mut self, view: &ArtistView<'_>, platform: &Platform, period: Period, by: &str) -> u32 {
        let (artist, platform) = (view.artist.clone(), platform.clone());
        let used = UsedBreakdown { artist, platform, period, by: by.to_owned(), event: None };
        let breakdowns = &mut self.explanation.breakdowns;
        let known = breakdowns.iter().position(|known| *known == used);
        let index = known.unwrap_or_else(|| {
            breakdowns.push(used);
            breakdowns.len() - 1
        });
        index as u32
    }
}
