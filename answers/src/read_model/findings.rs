//! What is noteworthy about each artist, computed when it is first asked for and kept until the artist's figures change.

use std::collections::BTreeSet;

use casa24_analytics::ArtistHistory;
use casa24_analytics::findings::of_artist;
use casa24_analytics::trends::{Found, TrendRules};
use casa24_schemas::{ArtistId, Goals};
use elsa::sync::FrozenMap;

/// The findings about artists by their newest figures.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) rules: TrendRules,
    of_artist: FrozenMap<ArtistId, Box<[Found]>>,
}

impl Findings {
    pub(super) fn new(rules: TrendRules) -> Self {
        Self { rules, of_artist: FrozenMap::new() }
    }

    /// The same without those of artists whose figures have changed.
    pub(super) fn without(&self, changed: &BTreeSet<ArtistId>) -> Self {
        let kept = Self::new(self.rules);
        for id in self.of_artist.keys_cloned().into_iter().filter(|id| !changed.contains(id)) {
            if let Some(found) = self.of_artist.get(&id) {
                kept.of_artist.insert(id, found.into());
            }
        }
        kept
    }

    pub(super) fn of(&self, history: &ArtistHistory, goals: &Goals) -> &[Found] {
        let id = &history.artist.id;
        self.of_artist.get(id).unwrap_or_else(|| {
            self.of_artist.insert(id.clone(), of_artist(history, &self.rules, goals).into())
        })
    }
}
