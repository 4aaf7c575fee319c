//! What is noteworthy about each artist, computed when it is first asked for and kept until the artist's figures change.

use std::collections::BTreeSet;

use casa24_analytics::ArtistHistory;
use casa24_analytics::trends::{Found, TrendRules, of_artist, tell_apart};
use casa24_schemas::{ArtistId, Date};
use elsa::sync::FrozenMap;

use super::artist_view::ArtistView;
use super::as_of::AsOf;
use super::model::ReadModel;

/// The findings about artists by their newest figures.
#[derive(Debug, Default)]
pub(super) struct Findings {
    rules: TrendRules,
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

    fn of(&self, history: &ArtistHistory) -> &[Found] {
        let id = &history.artist.id;
        self.of_artist
            .get(id)
            .unwrap_or_else(|| self.of_artist.insert(id.clone(), of_artist(history, &self.rules).into()))
    }
}

impl ReadModel {
    /// All findings about an artist, oldest first, by the flags that this history has.
    fn findings(&self, history: &ArtistHistory, day: Date) -> &[Found] {
        if self.is_current(history) {
            return self.findings.of(history);
        }
        // With the flags of an earlier day.
        let key = (history.artist.id.clone(), day);
        let rules = &self.findings.rules;
        self.earlier_findings
            .get(&key)
            .unwrap_or_else(|| self.earlier_findings.insert(key, of_artist(history, rules).into()))
    }
}

impl<'a> AsOf<'a> {
    /// What was noteworthy about an artist from a day on, oldest first, by what was observed by the day in question.
    pub(crate) fn findings(&self, view: &ArtistView<'a>, since: Date) -> Vec<Found> {
        let Some(history) = view.history else { return Vec::new() };
        let all = self.model.findings(history, self.day);
        let start = all.partition_point(|found| found.date() < since);
        let end = all.partition_point(|found| found.date() <= self.day);
        let mut found = all.get(start..end).unwrap_or_default().to_vec();
        tell_apart(self.histories(), &view.artist.id, &mut found);
        found
    }

    /// The histories of all artists of whom anything was known, with the flags of the day in question.
    fn histories(&self) -> impl Iterator<Item = &'a ArtistHistory> + Clone {
        self.known.iter().filter_map(|view| view.history)
    }

    /// How many findings chance alone may bring an artist in a month, as the label has decided.
    pub(crate) fn by_chance(&self) -> f64 {
        self.model.findings.rules.by_chance
    }
}
