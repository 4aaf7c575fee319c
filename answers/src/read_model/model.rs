//! The read model: all that is known of all artists.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use casa24_analytics::forecast::Forecasts;
use casa24_analytics::{ArtistHistory, History};
use casa24_schemas::{ArtistId, RosterEntry};

use super::artist_view::ArtistView;
use super::totals::TotalForecasts;
use super::trained::Trained;
use crate::query::FoldedName;

/// All that is known, as it stood at one moment. It never changes, so that any number of questions are answered from
/// it at once.
#[derive(Debug)]
pub struct ReadModel {
    pub(super) history: History,
    pub(super) forecasts: Forecasts,
    pub(super) roster: BTreeMap<ArtistId, Arc<RosterEntry>>,
    pub(super) trained: Trained,
    pub(super) totals: Arc<TotalForecasts>,
    names: OnceLock<Vec<FoldedName>>,
}

impl ReadModel {
    pub(super) fn new(
        history: History,
        forecasts: Forecasts,
        roster: BTreeMap<ArtistId, Arc<RosterEntry>>,
        trained: Trained,
        totals: Arc<TotalForecasts>,
    ) -> Self {
        Self { history, forecasts, roster, trained, totals, names: OnceLock::new() }
    }

    /// Whether any of it is made up for a demonstration.
    pub fn is_sample(&self) -> bool {
        self.history.artists().any(|artist| artist.sample)
    }

    /// Every artist, the label itself not included, in the order of their ids.
    pub(super) fn artists(&self) -> Vec<ArtistView<'_>> {
        let mut artists: BTreeMap<&ArtistId, ArtistView<'_>> = BTreeMap::new();
        for history in self.history.artists().filter(|history| !history.artist.is_label()) {
            let artist = &history.artist;
            let roster = self.roster.get(&artist.id).map(|entry| &**entry);
            artists.insert(&artist.id, ArtistView { artist, history: Some(history), roster });
        }
        for (id, entry) in self.roster.iter().filter(|(_, entry)| !entry.artist.is_label()) {
            let view = ArtistView { artist: &entry.artist, history: None, roster: Some(entry) };
            artists.entry(id).or_insert(view);
        }
        artists.into_values().collect()
    }

    /// The names of these artists, which are all of this read model, as they are compared.
    pub(super) fn names(&self, artists: &[ArtistView<'_>]) -> &[FoldedName] {
        self.names.get_or_init(|| artists.iter().map(|view| FoldedName::new(view.artist)).collect())
    }

    /// The label itself, where it has figures of its own.
    pub(super) fn label(&self) -> Option<&ArtistHistory> {
        self.history.artists().find(|history| history.artist.is_label())
    }
}
