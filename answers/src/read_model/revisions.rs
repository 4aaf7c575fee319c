//! What the validator withheld and what was corrected, of every artist; and the findings that corrections undid.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use casa24_analytics::findings::of_artist;
use casa24_analytics::trends::Found;
use casa24_analytics::{FlagSet, PlatformHistory, Point};
use casa24_schemas::{
    ArtistId, Date, Day, Metric, Observed, Platform, RawValue, Reason, RejectedSnapshot, ValidSnapshot, Value,
};

use super::artist_view::ArtistView;
use super::as_of::AsOf;
use crate::figures::{Revised, Revision};

/// Most characters that are shown of what a source gave.
const MAX_FOUND_CHARS: usize = 40;

/// What is known of all artists. A clone costs one reference count for each of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Revisions {
    artists: BTreeMap<ArtistId, Arc<ArtistRevisions>>,
}

type Moment = (Observed, Platform, Metric);

#[derive(Debug, Clone, Default)]
struct ArtistRevisions {
    withheld: BTreeMap<Moment, (Reason, String)>,
    corrected: BTreeMap<Moment, Corrected>,
}

/// A value that another one took the place of, or the same with other flags because it was judged again.
#[derive(Debug, Clone)]
struct Corrected {
    before: Option<Point>,
    now: Option<Value>,
    corrected_at: Observed,
    reason: Option<String>,
}

impl Corrected {
    fn has_other_value(&self) -> bool {
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
                artist.withheld.insert(moment, (rejection.reason, cut(found)));
            }
        }
    }
}

impl ArtistRevisions {
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

/// Days of a calendar: those that a question is about, and on which of them something was observed.
pub(crate) struct AskedDays<'d> {
    pub(crate) first: Date,
    pub(crate) last: Date,
    pub(crate) day_of: &'d (dyn Fn(Observed) -> Date + Sync),
}

impl AskedDays<'_> {
    fn has(&self, observed: Observed) -> bool {
        (self.first..=self.last).contains(&(self.day_of)(observed))
    }

    /// Whether a correction is of a figure of these days, or was made on one of them.
    fn concern(&self, (at, ..): &Moment, corrected: &Corrected) -> bool {
        self.has(*at) || self.has(corrected.corrected_at)
    }
}

impl<'a> AsOf<'a> {
    fn revisions(&self, view: &ArtistView<'a>) -> Option<&'a ArtistRevisions> {
        self.model.revisions.artists.get(&view.artist.id).map(Arc::as_ref)
    }

    /// The figures of an artist that were corrected or withheld within these days, those corrected first, of each the newest
    /// first. A correction counts where its figure is of these days, or where it was made on one of them.
    pub(crate) fn revised(&self, view: &ArtistView<'a>, days: &AskedDays<'_>) -> Vec<Revised> {
        let Some(known) = self.revisions(view) else { return Vec::new() };
        let of = |(at, platform, metric): &Moment, revision: Revision| Revised {
            artist: view.artist.name.clone(),
            owner: view.owner(),
            platform: platform.clone(),
            metric: metric.clone(),
            date: Day((days.day_of)(*at)),
            revision,
        };
        let is_known = |(at, ..): &Moment| at.date() <= self.day;
        let corrected = known.corrected.iter().rev().filter(|(moment, corrected)| {
            is_known(moment) && corrected.has_other_value() && days.concern(moment, corrected)
        });
        let corrected = corrected.map(|(moment, Corrected { before, now, corrected_at, reason })| {
            let before = before.and_then(|point| Value::new(point.value));
            let (corrected_on, reason) = (Day((days.day_of)(*corrected_at)), reason.clone());
            of(moment, Revision::Corrected { before, now: *now, corrected_on, why: reason })
        });
        let withheld = known.withheld.iter().rev();
        let withheld = withheld.filter(|(moment, _)| is_known(moment) && days.has(moment.0));
        let withheld = withheld.map(|(moment, (reason, found))| {
            of(moment, Revision::Withheld { why: *reason, found: found.clone() })
        });
        corrected.chain(withheld).collect()
    }

    /// The findings about an artist that held before the corrections of these days and hold no longer, oldest first.
    pub(crate) fn taken_back(&self, view: &ArtistView<'a>, days: &AskedDays<'_>) -> Vec<Found> {
        let (Some(known), Some(history)) = (self.revisions(view), view.history) else { return Vec::new() };
        let corrected = known.corrected.iter().filter(|(moment, of)| days.concern(moment, of));
        let mut earlier = corrected.map(|((at, platform, metric), of)| (platform, metric, *at, of.before));
        let Some(first) = earlier.next() else { return Vec::new() };
        let before = history.with_points([first].into_iter().chain(earlier));
        let holds: BTreeSet<_> = self.found(view, Date::MIN).iter().map(key).collect();
        let mut found = of_artist(&before, &self.model.kept.rules, &self.model.goals);
        found.retain(|found| found.date() <= self.day && !holds.contains(&key(found)));
        found
    }
}

/// What makes a finding the same: another range does not.
fn key(found: &Found) -> (String, Platform, Metric, Date) {
    (found.kind.to_string(), found.platform.clone(), found.metric.clone(), found.date())
}
