//! What is computed of an artist's newest figures alone: when it is first asked for, and kept until these figures change.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use casa24_analytics::ArtistHistory;
use casa24_analytics::achievements::Standing;
use casa24_analytics::findings::of_artist_again;
use casa24_analytics::trends::{ArtistScan, Found, Pace, TrendRules};
use casa24_schemas::{ArtistId, Date, Goals, Metric, Platform};
use elsa::sync::FrozenMap;

use super::taken_back::{Undone, UndoneKey};

/// What is kept of every artist. A clone costs one reference count for each of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept {
    pub(super) rules: TrendRules,
    artists: BTreeMap<ArtistId, Arc<KeptOfArtist>>,
}

/// A pace is that of a series up to a day, over so many weeks.
type PaceKey = (Platform, Metric, Date, u32);

/// What is kept of one artist.
#[derive(Debug, Default)]
pub(super) struct KeptOfArtist {
    /// What was seen of earlier figures.
    earlier: ArtistScan,
    found: OnceLock<(Box<[Found]>, ArtistScan)>,
    paces: FrozenMap<PaceKey, Box<Option<Pace>>>,
    /// Where the artist stands with the achievements, as of a day.
    standings: FrozenMap<Date, Box<[Standing]>>,
    /// Findings that do not hold any more.
    undone: FrozenMap<UndoneKey, Box<[Undone]>>,
}

impl Kept {
    pub(super) fn new(rules: TrendRules) -> Self {
        Self { rules, artists: BTreeMap::new() }
    }

    /// Nothing that was kept of these artists holds any more; what was seen of them makes it faster to see it again.
    pub(super) fn forget(&mut self, changed: &BTreeSet<ArtistId>) {
        for id in changed {
            let kept = self.artists.entry(id.clone()).or_default();
            *kept = Arc::new(KeptOfArtist { earlier: kept.scan().clone(), ..KeptOfArtist::default() });
        }
    }

    /// What is kept of an artist; `None` of one of whom nothing was ever taken in.
    pub(super) fn of(&self, artist: &ArtistId) -> Option<&KeptOfArtist> {
        self.artists.get(artist).map(Arc::as_ref)
    }
}

// Everything is computed before its place is filled: while one thread computes in parallel, it may be given another question
// that wants the same.
impl KeptOfArtist {
    /// All findings.
    pub(super) fn found(&self, history: &ArtistHistory, rules: &TrendRules, goals: &Goals) -> &[Found] {
        if let Some((found, _)) = self.found.get() {
            return found;
        }
        let mut scan = self.earlier.clone();
        let found = of_artist_again(&mut scan, history, rules, goals).into();
        &self.found.get_or_init(|| (found, scan)).0
    }

    /// What was seen of the artist's series last.
    pub(super) fn scan(&self) -> &ArtistScan {
        self.found.get().map_or(&self.earlier, |(_, scan)| scan)
    }

    /// A pace.
    pub(super) fn pace(&self, key: PaceKey, compute: impl FnOnce() -> Option<Pace>) -> Option<Pace> {
        if let Some(kept) = self.paces.get(&key) {
            return *kept;
        }
        *self.paces.insert(key, Box::new(compute()))
    }

    /// Findings that do not hold any more.
    pub(super) fn undone(&self, key: UndoneKey, compute: impl FnOnce() -> Vec<Undone>) -> &[Undone] {
        if let Some(kept) = self.undone.get(&key) {
            return kept;
        }
        self.undone.insert(key, compute().into())
    }

    /// Where the artist stands as of a day.
    pub(super) fn standings(&self, day: Date, compute: impl FnOnce() -> Vec<Standing>) -> &[Standing] {
        if let Some(kept) = self.standings.get(&day) {
            return kept;
        }
        self.standings.insert(day, compute().into())
    }
}
