//! What the validator withheld, what was corrected and what came late, of every artist.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use casa24_analytics::{FlagSet, History, PlatformHistory, Point};
use casa24_schemas::{
    ArtistId, Metric, Observed, Platform, RawValue, Reason, RejectedSnapshot, ValidSnapshot, Value,
};

/// Most characters that are shown of what a source gave.
const MAX_FOUND_CHARS: usize = 40;
/// What a source gives so many days after the others always comes so: figures are late where they come later still.
const USUAL_DELAY_DAYS: i64 = 7;

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
    /// Moments whose figures came after those of later days, with the newest observation of the label by then.
    pub(super) late: BTreeMap<Platform, BTreeMap<Observed, Observed>>,
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

    /// Takes in a snapshot; `history` is what was known before it.
    pub(super) fn insert(&mut self, snapshot: &ValidSnapshot, history: &History) {
        let told = snapshot.withheld.iter().filter(|(_, withheld)| is_told(withheld.reason));
        let late = history.newest().filter(|_| is_late(snapshot, history));
        if !snapshot.is_correction() && late.is_none() && told.clone().next().is_none() {
            return;
        }
        let (at, platform) = (snapshot.observed_at, &snapshot.platform);
        let artist = Arc::make_mut(self.artists.entry(snapshot.artist.id.clone()).or_default());
        if let Some(newest) = late {
            artist.late.entry(platform.clone()).or_default().insert(at, newest);
        }
        if snapshot.is_correction() {
            let known = history.artist(&snapshot.artist.id);
            let known = known.and_then(|artist| artist.platforms.get(platform));
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

/// Whether figures of a moment come for the first time, after the platform's figures of later moments, or long after the
/// artist's of other platforms.
fn is_late(snapshot: &ValidSnapshot, history: &History) -> bool {
    let at = snapshot.observed_at;
    // What takes the place of another is no news of its moment.
    if snapshot.revision > 0 || snapshot.metrics.is_empty() {
        return false;
    }
    let Some(artist) = history.artist(&snapshot.artist.id) else { return false };
    let known = artist.platforms.get(&snapshot.platform);
    let is_out_of_order = known.is_some_and(|known| known.newest > Some(at));
    let is_known = |known: &PlatformHistory| known.series.values().any(|series| series.of(at).is_some());
    let is_long_after = || {
        let newest = artist.newest().map(Observed::date);
        newest.is_some_and(|newest| (newest - at.date()).whole_days() > USUAL_DELAY_DAYS)
    };
    (is_out_of_order || is_long_after()) && !known.is_some_and(is_known)
}

fn cut(found: &RawValue) -> String {
    found.to_string().chars().take(MAX_FOUND_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use casa24_schemas::{Artist, Day, Observed};
    use time::Duration;

    use crate::commands::fixture::{Fixture, LISTENERS, SUBSCRIBERS, TODAY};

    fn put(label: &mut Fixture, artist: &str, of_youtube: bool, back: i64) {
        let day = Day(Observed::parse(TODAY).unwrap().date() - Duration::days(back));
        let series = if of_youtube { SUBSCRIBERS } else { LISTENERS };
        label.put(artist, series, &day.to_string(), (900 - back) as f64, &[]);
    }

    fn num_late(label: &mut Fixture, artist: &str) -> usize {
        let model = label.read_model();
        let known = model.revisions.of(&Artist::new(artist).unwrap().id);
        known.map_or(0, |known| known.late.values().map(BTreeMap::len).sum())
    }

    #[test]
    fn figures_that_a_platform_always_gives_some_days_later_are_not_late() {
        let mut label = Fixture::default();
        for back in (0..=20).rev() {
            put(&mut label, "Luz", false, back);
            put(&mut label, "Luz", true, back + 3);
        }
        // Nor is what comes again.
        put(&mut label, "Luz", true, 9);
        assert_eq!(num_late(&mut label, "Luz"), 0);
        put(&mut label, "Luz", false, 21);
        assert_eq!(num_late(&mut label, "Luz"), 1);
    }

    #[test]
    fn of_a_platform_that_is_new_all_but_the_last_week_is_late() {
        let mut label = Fixture::default();
        (0..=20).rev().for_each(|back| put(&mut label, "Luz", false, back));
        (0..=20).rev().for_each(|back| put(&mut label, "Luz", true, back));
        assert_eq!(num_late(&mut label, "Luz"), 13);
    }
}
