//! What was corrected and withheld within the days that a question is about.

use casa24_analytics::Point;
use casa24_schemas::{Date, Day, Observed, Value};

use super::artist_view::ArtistView;
use super::as_of::AsOf;
use super::revisions::{ArtistRevisions, Corrected, Moment};
use crate::figures::{Revised, Revision};

/// Days of a calendar: those that a question is about, and on which of them something was observed.
pub(crate) struct AskedDays<'d> {
    pub(crate) first: Date,
    pub(crate) last: Date,
    pub(crate) day_of: &'d (dyn Fn(Observed) -> Date + Sync),
}

/// A figure that does not stand as it came, and when it was observed.
pub(crate) struct RevisedPoint {
    pub(crate) revised: Revised,
    pub(crate) observed_at: Observed,
    /// What was stored before a correction.
    pub(crate) before: Option<Point>,
}

impl AskedDays<'_> {
    pub(super) fn has(&self, observed: Observed) -> bool {
        (self.first..=self.last).contains(&(self.day_of)(observed))
    }

    /// Whether a correction is of a figure of these days, or was made on one of them.
    pub(super) fn concern(&self, (at, ..): &Moment, corrected: &Corrected) -> bool {
        self.has(*at) || self.has(corrected.corrected_at)
    }
}

impl<'a> AsOf<'a> {
    pub(super) fn revisions(&self, view: &ArtistView<'a>) -> Option<&'a ArtistRevisions> {
        self.model.revisions.of(&view.artist.id)
    }

    /// The figures of an artist that were corrected or withheld within these days, those corrected first, of each the newest
    /// first. A correction counts where its figure is of these days, or where it was made on one of them.
    pub(crate) fn revised(&self, view: &ArtistView<'a>, days: &AskedDays<'_>) -> Vec<RevisedPoint> {
        let Some(known) = self.revisions(view) else { return Vec::new() };
        let of = |(at, platform, metric): &Moment, before: Option<Point>, revision: Revision| {
            let revised = Revised {
                artist: view.artist.name.clone(),
                owner: view.owner(),
                platform: platform.clone(),
                metric: metric.clone(),
                date: Day((days.day_of)(*at)),
                revision,
            };
            RevisedPoint { revised, observed_at: *at, before }
        };
        let is_known = |(at, ..): &Moment| at.date() <= self.day;
        let corrected = known.corrected.iter().rev().filter(|(moment, corrected)| {
            is_known(moment) && corrected.has_other_value() && days.concern(moment, corrected)
        });
        let corrected = corrected.map(|(moment, Corrected { before, now, corrected_at, reason })| {
            let value = before.and_then(|point| Value::new(point.value));
            let (corrected_on, reason) = (Day((days.day_of)(*corrected_at)), reason.clone());
            of(moment, *before, Revision::Corrected { before: value, now: *now, corrected_on, why: reason })
        });
        let withheld = known.withheld().rev();
        let withheld = withheld.filter(|(moment, _)| is_known(moment) && days.has(moment.0));
        let withheld = withheld.map(|(moment, (reason, found))| {
            of(moment, None, Revision::Withheld { why: *reason, found: found.clone() })
        });
        corrected.chain(withheld).collect()
    }
}
