//! Collections: what one run or one file gave, and its snapshots that may have to be amended.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use casa24_schemas::{ArtistId, Date, Flag, Metric, Observed, Platform, RawSnapshot, ValidSnapshot};

use crate::purge::Falls;

/// Days whose collections are remembered, the newest to have begun: runs of copies are amended so far back.
pub(crate) const KEPT_DAYS: usize = 16;
/// At most so many collections and snapshots are, because they are held in memory.
const MOST_COLLECTIONS: usize = 4_096;
const MOST_SNAPSHOTS: usize = 50_000;

/// A snapshot that was judged, with what later evidence may say of it.
#[derive(Debug)]
pub(crate) struct Kept {
    /// As it was last published, or will be.
    pub(crate) snapshot: Arc<ValidSnapshot>,
    /// Figures that stand still although they normally move, and are not marked yet.
    pub(crate) odd: Vec<Metric>,
}

/// One collection.
#[derive(Debug)]
pub(crate) struct Collection {
    /// Number by which groups know it, in the order in which collections began.
    pub(crate) number: u64,
    day: Date,
    id: Option<String>,
    pub(crate) kept: Vec<Kept>,
    /// Falls by platform and metric.
    pub(crate) falls: Vec<Falls>,
    /// Artists that were found to be copied in it as a whole, by their own figures.
    pub(crate) found: BTreeSet<ArtistId>,
    /// Those that were found on a platform.
    pub(crate) found_on: BTreeMap<Platform, BTreeSet<ArtistId>>,
    /// Platforms that were found to be copied in it as a whole.
    pub(crate) copied_platforms: BTreeSet<Platform>,
}

/// The newest collections.
#[derive(Debug, Default)]
pub(crate) struct Collections {
    newest: VecDeque<Collection>,
    num: u64,
}

impl Collections {
    /// The collection of a snapshot; a new one where it is the first.
    pub(crate) fn of(&mut self, raw: &RawSnapshot) -> &mut Collection {
        let day = raw.observed_at.date();
        let is_it = |known: &Collection| known.day == day && known.id == raw.collection;
        let place = self.newest.iter().rposition(is_it).unwrap_or_else(|| {
            self.make_room(day);
            self.num += 1;
            let id = raw.collection.clone();
            self.newest.push_back(Collection {
                number: self.num,
                day,
                id,
                kept: Vec::new(),
                falls: Vec::new(),
                found: BTreeSet::new(),
                found_on: BTreeMap::new(),
                copied_platforms: BTreeSet::new(),
            });
            self.newest.len() - 1
        });
        &mut self.newest[place]
    }

    /// A collection that is remembered.
    pub(crate) fn get(&mut self, number: u64) -> Option<&mut Collection> {
        let place = self.newest.binary_search_by_key(&number, |collection| collection.number).ok()?;
        self.newest.get_mut(place)
    }

    /// Puts a corrected snapshot in the place of the one that is remembered of its moment. Of its figures, those that are
    /// other ones now are no part of what their collection may be found to be.
    pub(crate) fn replace(&mut self, corrected: &Arc<ValidSnapshot>) {
        let (artist, platform) = (&corrected.artist.id, &corrected.platform);
        for collection in self.newest.iter_mut().filter(|it| it.day == corrected.observed_at.date()) {
            let Some(kept) = collection.kept.iter_mut().find(|kept| kept.is_of(corrected)) else { continue };
            let before = std::mem::replace(&mut kept.snapshot, Arc::clone(corrected));
            let value =
                |snapshot: &ValidSnapshot, metric: &Metric| snapshot.metrics.get(metric).map(|it| it.value);
            let is_same = |metric: &Metric| value(&before, metric) == value(corrected, metric);
            kept.odd.retain(is_same);
            for falls in collection.falls.iter_mut().filter(|it| it.platform == *platform) {
                if !is_same(&falls.metric) {
                    falls.forget(artist);
                }
            }
        }
    }

    /// Forgets the oldest collections where a new one is one too many.
    fn make_room(&mut self, day: Date) {
        let mut days: BTreeSet<Date> = self.newest.iter().map(|collection| collection.day).collect();
        days.insert(day);
        let mut num_snapshots: usize = self.newest.iter().map(|collection| collection.kept.len()).sum();
        while days.len() > KEPT_DAYS
            || self.newest.len() >= MOST_COLLECTIONS
            || (num_snapshots > MOST_SNAPSHOTS && !self.newest.is_empty())
        {
            let Some(oldest) = self.newest.pop_front() else { return };
            num_snapshots -= oldest.kept.len();
            if oldest.day != day && self.newest.iter().all(|collection| collection.day != oldest.day) {
                days.remove(&oldest.day);
            }
        }
    }
}

/// Figures that are judged together.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope<'a> {
    /// All of a collection.
    All,
    /// Those of one platform.
    Platform(&'a Platform),
    /// Those of one artist.
    Artist(&'a ArtistId),
    /// Those of one artist on one platform.
    Cell(&'a ArtistId, &'a Platform),
}

impl Scope<'_> {
    pub(crate) fn has(self, snapshot: &ValidSnapshot) -> bool {
        match self {
            Self::All => true,
            Self::Platform(platform) => snapshot.platform == *platform,
            Self::Artist(artist) => snapshot.artist.id == *artist,
            Self::Cell(artist, platform) => snapshot.artist.id == *artist && snapshot.platform == *platform,
        }
    }
}

impl Kept {
    /// Whether it is of a snapshot's moment.
    pub(crate) fn is_of(&self, snapshot: &ValidSnapshot) -> bool {
        let it = &self.snapshot;
        it.observed_at == snapshot.observed_at
            && it.platform == snapshot.platform
            && it.artist.id == snapshot.artist.id
    }

    /// Gives figures a flag; as a new revision where the snapshot was published before, because of what was observed at a
    /// moment.
    pub(crate) fn flag(&mut self, metrics: &[Metric], flag: Flag, amended_at: Option<Observed>) {
        let snapshot = Arc::make_mut(&mut self.snapshot);
        for metric in metrics {
            if let Some(reading) = snapshot.metrics.get_mut(metric) {
                reading.flags.retain(|known| *known != flag);
                reading.flags.push(flag);
                reading.flags.sort_unstable();
            }
        }
        if amended_at.is_some() {
            snapshot.revision += 1;
            snapshot.amended_at = amended_at;
        }
    }
}
