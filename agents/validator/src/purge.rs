//! Purges: several artists of a platform that fall in one collection, because the platform removed accounts.
//!
//! A fall larger than all before it in a series' window happens by chance once in n + 1 steps (exchangeability). The
//! log-odds of a purge, in which half of the artists fall, add up over the artists of a collection; as with copies,
//! they pass the limit by chance once in 1,100 collections at most.

use std::collections::{BTreeMap, BTreeSet};

use casa24_schemas::{ArtistId, Metric, MetricInfo, Nature, Observed, Platform, Unit};
use time::Date;

use crate::past::Past;
use crate::stillness::{days, usual_days};

/// Log-odds with which a collection is a purge, and from which on it is called one.
const BEGINS: f64 = -4.5;
const LIMIT: f64 = 2.5;
/// Artists that fall, at least.
const MIN_ARTISTS: usize = 3;
/// Share of a platform's artists that a purge makes fall.
const SHARE: f64 = 0.5;
/// Steps that must be known before a fall says anything.
const MIN_STEPS: usize = 7;
/// A fall is at least this part of the value, and so many people.
const LEAST_PART: f64 = 0.02;
const LEAST_PEOPLE: f64 = 3.0;
/// Whoever has fewer people may not have any that are removed.
const FEW_PEOPLE: f64 = 50.0;
/// A fall over more days than this has no day, unless they are what usually lies between two values.
const MOST_DAYS: f64 = 3.0;
/// Usual distances that it may span then.
const MOST_SPANS: f64 = 1.5;

/// What one figure says of a purge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Fall {
    /// Whether it fell by more than ever.
    pub(crate) fell: bool,
    /// Log-odds that it adds.
    pub(crate) evidence: f64,
}

impl Fall {
    /// Of a value after others, oldest first; `None` where it says nothing.
    pub(crate) fn of(before: &[Past], value: f64, day: Date, info: &MetricInfo) -> Option<Self> {
        if info.nature != Nature::Level || info.unit != Unit::People || before.len() <= MIN_STEPS {
            return None;
        }
        let last = before.last()?;
        if days(last.at.date(), day) > MOST_DAYS.max(MOST_SPANS * usual_days(before)) {
            return None;
        }
        let fall = last.value - value;
        if fall < LEAST_PEOPLE.max(last.value * LEAST_PART) {
            return (last.value >= FEW_PEOPLE).then(|| Self { fell: false, evidence: (1.0 - SHARE).ln() });
        }
        let part = |from: f64, to: f64| (from - to) / from.max(1.0);
        let (mut num, mut is_largest) = (1.0, true);
        for pair in before.windows(2).filter(|pair| !pair[1].level_change) {
            num += 1.0;
            is_largest &= part(pair[0].value, pair[1].value) < part(last.value, value);
        }
        Some(Self { fell: is_largest, evidence: if is_largest { (SHARE * num).ln() } else { 0.0 } })
    }
}

/// The falls of one metric in a collection.
#[derive(Debug)]
pub(crate) struct Falls {
    pub(crate) platform: Platform,
    pub(crate) metric: Metric,
    evidence: f64,
    /// The newest of each artist.
    newest: BTreeMap<ArtistId, Fall>,
    num_fallen: usize,
    /// Those that fell and are not marked yet, with the moment at which they were first seen to have fallen.
    unmarked: BTreeMap<ArtistId, Observed>,
    marked: BTreeSet<ArtistId>,
}

impl Falls {
    /// Of no artist yet.
    pub(crate) fn new(platform: Platform, metric: Metric) -> Self {
        let (newest, unmarked, marked) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        Self { platform, metric, evidence: 0.0, newest, num_fallen: 0, unmarked, marked }
    }

    /// Takes in an artist's figure in the place of an earlier one of the same collection; whether the falls so far are
    /// a purge.
    pub(crate) fn add(&mut self, artist: &ArtistId, fall: Fall, at: Observed) -> bool {
        if let Some(before) = self.newest.insert(artist.clone(), fall) {
            self.evidence -= before.evidence;
            self.num_fallen -= usize::from(before.fell);
        }
        self.evidence += fall.evidence;
        self.num_fallen += usize::from(fall.fell);
        if !fall.fell {
            self.unmarked.remove(artist);
        } else if !self.marked.contains(artist) {
            self.unmarked.entry(artist.clone()).or_insert(at);
        }
        self.num_fallen >= MIN_ARTISTS && self.evidence + BEGINS >= LIMIT
    }

    /// An artist's fall was none, as is known now: it is not to be marked.
    pub(crate) fn forget(&mut self, artist: &ArtistId) {
        self.unmarked.remove(artist);
    }

    /// Those that are to be marked, each once.
    pub(crate) fn take_unmarked(&mut self) -> BTreeMap<ArtistId, Observed> {
        let fallen = std::mem::take(&mut self.unmarked);
        self.marked.extend(fallen.keys().cloned());
        fallen
    }
}
