//! The read model: all that is known of all artists.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use casa24_analytics::forecast::Forecasts;
use casa24_analytics::trends::Found;
use casa24_analytics::{ArtistHistory, History};
use casa24_schemas::{Artist, ArtistId, Date, Goals, RosterEntry};
use elsa::sync::FrozenMap;

use super::absences::Absences;
use super::artist_view::ArtistView;
use super::breakdowns::Breakdowns;
use super::kept::Kept;
use super::revisions::Revisions;
use super::roster::RosterHistory;
use super::totals::TotalForecasts;
use super::trained::Trained;
use crate::query::FoldedName;
use crate::time_zone::TimeZone;

/// All that is known, as it stood at one moment. It never changes, so that any number of questions are answered from
/// it at once.
#[derive(Debug)]
pub struct ReadModel {
    pub(super) history: History,
    pub(super) absences: Absences,
    pub(super) revisions: Revisions,
    pub(super) breakdowns: Breakdowns,
    pub(super) forecasts: Forecasts,
    pub(super) roster: RosterHistory,
    pub(super) goals: Arc<Goals>,
    pub(super) trained: Trained,
    pub(super) totals: Arc<TotalForecasts>,
    pub(super) kept: Kept,
    pub(super) time_zone: TimeZone,
    names: OnceLock<BTreeMap<ArtistId, FoldedName>>,
    /// Artists with the flags that were known on an earlier day, where those are others.
    earlier: FrozenMap<(ArtistId, Date), Box<ArtistHistory>>,
    pub(super) earlier_findings: FrozenMap<(ArtistId, Date), Box<[Found]>>,
}

impl ReadModel {
    pub(super) fn new(
        history: History,
        forecasts: Forecasts,
        roster: RosterHistory,
        trained: Trained,
        totals: Arc<TotalForecasts>,
        kept: Kept,
        time_zone: TimeZone,
    ) -> Self {
        Self {
            history,
            absences: Absences::default(),
            revisions: Revisions::default(),
            breakdowns: Breakdowns::default(),
            goals: Arc::default(),
            forecasts,
            roster,
            trained,
            totals,
            kept,
            time_zone,
            names: OnceLock::new(),
            earlier: FrozenMap::new(),
            earlier_findings: FrozenMap::new(),
        }
    }

    /// The same, with why figures did not come.
    pub(super) fn with_absences(self, absences: Absences) -> Self {
        Self { absences, ..self }
    }

    /// The same, with what was withheld and corrected.
    pub(super) fn with_revisions(self, revisions: Revisions) -> Self {
        Self { revisions, ..self }
    }

    /// The same, with figures of periods.
    pub(super) fn with_breakdowns(self, breakdowns: Breakdowns) -> Self {
        Self { breakdowns, ..self }
    }

    /// The same, with the label's goals.
    pub(super) fn with_goals(self, goals: Arc<Goals>) -> Self {
        Self { goals, ..self }
    }

    /// The label's time zone.
    pub const fn time_zone(&self) -> &TimeZone {
        &self.time_zone
    }

    /// Whether any of it is made up for a demonstration.
    pub fn is_sample(&self) -> bool {
        self.history.artists().any(|artist| artist.sample)
    }

    /// Every artist of whom anything was known by the end of a day, the label itself not included, in the order of their
    /// ids: those with figures or an account by then, and those of whom the roster or a file of songs or playlists had
    /// said anything by `roster_until`.
    pub(super) fn artists(&self, day: Date, roster_until: Option<Date>) -> Vec<ArtistView<'_>> {
        let mut artists: BTreeMap<&ArtistId, ArtistView<'_>> = BTreeMap::new();
        for history in self.history.artists().filter(|history| !history.artist.is_label()) {
            let history = self.as_known_on(history, day);
            let artist = &history.artist;
            if history.platforms.values().any(|platform| platform.has_begun(day)) {
                let roster = self.roster.entry(&artist.id, roster_until);
                let first_roster = self.roster.first_entry(&artist.id);
                let absences = self.absences.of(&artist.id);
                let view = ArtistView { artist, day, history: Some(history), absences, roster, first_roster };
                artists.insert(&artist.id, view);
            }
        }
        for entry in self.roster.entries(roster_until).filter(|entry| !entry.artist.is_label()) {
            let view = || self.view(&entry.artist, day, Some(entry));
            artists.entry(&entry.artist.id).or_insert_with(view);
        }
        let of_periods = self.breakdowns.artists.values().filter(|of| of.has_begun(roster_until));
        for artist in of_periods.map(|of| &of.artist).filter(|artist| !artist.is_label()) {
            artists.entry(&artist.id).or_insert_with(|| self.view(artist, day, None));
        }
        artists.into_values().collect()
    }

    fn view<'a>(&'a self, artist: &'a Artist, day: Date, roster: Option<&'a RosterEntry>) -> ArtistView<'a> {
        let history = self.history.artist(&artist.id).map(|history| self.as_known_on(history, day));
        let first_roster = self.roster.first_entry(&artist.id);
        let absences = self.absences.of(&artist.id);
        ArtistView { artist, day, history, absences, roster, first_roster }
    }

    /// The name of an artist of this read model as it is compared.
    pub(super) fn name(&self, artist: &Artist) -> Option<&FoldedName> {
        let names = self.names.get_or_init(|| {
            let in_history = self.history.artists().map(|history| &history.artist);
            let in_roster = self.roster.entries(None).map(|entry| &entry.artist);
            let in_files = self.breakdowns.artists.values().map(|of| &of.artist);
            // Of several names of an artist, the last of these counts.
            let artists = in_files.chain(in_roster).chain(in_history);
            artists.map(|artist| (artist.id.clone(), FoldedName::new(artist))).collect()
        });
        names.get(&artist.id)
    }

    /// The label itself, where it has figures of its own.
    pub(super) fn label(&self, day: Date) -> Option<&ArtistHistory> {
        let label = self.history.artists().find(|history| history.artist.is_label());
        label.map(|history| self.as_known_on(history, day))
    }

    /// A history with the flags that were known on a day.
    fn as_known_on<'a>(&'a self, history: &'a ArtistHistory, day: Date) -> &'a ArtistHistory {
        let key = (history.artist.id.clone(), day);
        if let Some(earlier) = self.earlier.get(&key) {
            return earlier;
        }
        match history.as_known_on(day) {
            Some(earlier) => self.earlier.insert(key, Box::new(earlier)),
            None => history,
        }
    }

    /// Whether this is a history as it stands, with every flag that is known.
    pub(super) fn is_current(&self, history: &ArtistHistory) -> bool {
        self.history.artist(&history.artist.id).is_some_and(|current| std::ptr::eq(current, history))
    }
}
