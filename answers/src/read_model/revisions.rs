//! What the validator withheld and what was corrected, of every artist.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use casa24_analytics::{FlagSet, PlatformHistory, Point};
use casa24_schemas::{
    ArtistId, Metric, Observed, Platform, RawValue, Reason, RejectedSnapshot, ValidSnapshot, Value,
};

/// Most characters that are shown of what a source gave.
const MAX_FOUND_CHARS: usize = 40;

/// What is known of all artists. A clone costs one reference count for each of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Revisions {
    artists: BTreeMap<ArtistId, Arc<ArtistRevisions>>,
}

/// Why a figure was withheld, and what the source gave.
pub(super) type Withheld = (Reason, String);

/// When a figure was observed, and which.
pub(super) type Moment = (Observed, Platform, Metric);

/// What is known of one artist.
#[derive(Debug, Clone, Default)]
pub(super) struct ArtistRevisions {
    /// Of snapshots of which something was accepted.
    withheld: BTreeMap<Moment, Withheld>,
    /// Of snapshots of which nothing was. They come on a stream of their own, so before or after those that were accepted:
    /// neither takes the other's place when it is taken in.
    rejected: BTreeMap<Moment, Withheld>,
    pub(super) corrected: BTreeMap<Moment, Corrected>,
}

/// A value that another one took the place of, or the same with other flags because it was judged again.
#[derive(Debug, Clone)]
pub(super) struct Corrected {
    pub(super) before: Option<Point>,
    pub(super) now: Option<Value>,
    pub(super) corrected_at: Observed,
    pub(super) reason: Option<String>,
}

impl Corrected {
    pub(super) fn has_other_value(&self) -> bool {
        self.before.map(|point| point.value) != self.now.map(Value::get)
    }
}

/// Whether a reason is worth a word: a figure that nobody expected, or that was not there, is not.
const fn is_told(reason: Reason) -> bool {
    match reason {
        Reason::NotANumber
        | Reason::NotWhole
        | Reason::Negative
        | Reason::OutOfRange
        | Reason::FutureDate
        | Reason::ZeroAfterPositive
        | Reason::Conflict => true,
        Reason::Missing | Reason::ZeroWithoutAccount | Reason::UnknownMetric | Reason::NoMetrics => false,
    }
}

impl Revisions {
    /// Those of an artist.
    pub(super) fn of(&self, artist: &ArtistId) -> Option<&ArtistRevisions> {
        self.artists.get(artist).map(Arc::as_ref)
    }

    /// Takes in a snapshot; `known` is what was known of the platform before it.
    pub(super) fn insert(&mut self, snapshot: &ValidSnapshot, known: Option<&PlatformHistory>) {
        let told = snapshot.withheld.iter().filter(|(_, withheld)| is_told(withheld.reason));
        if !snapshot.is_correction() && told.clone().next().is_none() {
            return;
        }
        let (at, platform) = (snapshot.observed_at, &snapshot.platform);
        let artist = Arc::make_mut(self.artists.entry(snapshot.artist.id.clone()).or_default());
        if snapshot.is_correction() {
            artist.withheld.retain(|(of, on, _), _| (*of, on) != (at, platform));
            artist.correct(snapshot, known);
        }
        for (metric, withheld) in told {
            let found = (withheld.reason, cut(&withheld.raw));
            artist.withheld.insert((at, platform.clone(), metric.clone()), found);
        }
    }

    /// Takes in a snapshot of which nothing was accepted.
    pub(super) fn insert_rejected(&mut self, RejectedSnapshot { raw, reasons }: &RejectedSnapshot) {
        for rejection in reasons.iter().filter(|rejection| is_told(rejection.reason)) {
            let is_meant = |metric: &Metric| rejection.metric.as_ref().is_none_or(|of| of == metric);
            for (metric, found) in raw.metrics.iter().filter(|(metric, _)| is_meant(metric)) {
                let artist = Arc::make_mut(self.artists.entry(raw.artist.id.clone()).or_default());
                let moment = (raw.observed_at, raw.platform.clone(), metric.clone());
                artist.rejected.insert(moment, (rejection.reason, cut(found)));
            }
        }
    }
}

impl ArtistRevisions {
    /// All that is withheld, oldest first. A figure that another value has taken the place of since is not.
    pub(super) fn withheld(&self) -> impl DoubleEndedIterator<Item = (&Moment, &Withheld)> {
        let is_corrected = |moment| self.corrected.get(moment).is_some_and(Corrected::has_other_value);
        let mut withheld: BTreeMap<_, _> =
            self.rejected.iter().filter(|(moment, _)| !is_corrected(moment)).collect();
        withheld.extend(&self.withheld);
        withheld.into_iter()
    }

    fn correct(&mut self, snapshot: &ValidSnapshot, known: Option<&PlatformHistory>) {
        let Some(correction) = &snapshot.correction else { return };
        let at = snapshot.observed_at;
        let before_of = |metric: &Metric| known?.series.get(metric)?.of(at).copied();
        let known_metrics = known.into_iter().flat_map(|known| known.series.keys());
        let metrics: BTreeSet<&Metric> = known_metrics.chain(snapshot.metrics.keys()).collect();
        for metric in metrics {
            let (before, reading) = (before_of(metric), snapshot.metrics.get(metric));
            let moment = (at, snapshot.platform.clone(), metric.clone());
            let now = reading.map(|reading| reading.value);
            let is_same = before.map(|point| (point.value, point.flags))
                == reading.map(|reading| (reading.value.get(), FlagSet::of(&reading.flags)));
            if let Some(known) = self.corrected.get_mut(&moment) {
                // What was stored first stays what it was before.
                known.now = now;
                known.corrected_at = correction.corrected_at;
                known.reason.clone_from(&correction.reason);
            } else if !is_same {
                let (corrected_at, reason) = (correction.corrected_at, correction.reason.clone());
                self.corrected.insert(moment, Corrected { before, now, corrected_at, reason });
            }
        }
    }
}

fn cut(found: &RawValue) -> String {
    found.to_string().chars().take(MAX_FOUND_CHARS).collect()
}
