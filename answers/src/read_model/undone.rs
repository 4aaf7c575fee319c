//! Findings that an answer would have told until figures came late, were marked later or were corrected, and that do not hold
//! by what is known since.
//!
//! All of it follows from the accepted snapshots in the order in which they are stored, whether or not anybody asked.

use std::collections::{BTreeMap, BTreeSet};

use casa24_analytics::trends::Found;
use casa24_analytics::{ArtistHistory, Point};
use casa24_schemas::{Date, Metric, Observed, Platform, TrendKind};

use super::artist_view::ArtistView;
use super::as_of::AsOf;
use super::revised::AskedDays;
use super::taken_back::{Step, Undone};
use crate::figures::Undoing;

/// A change of what had been known of a value.
pub(crate) struct Change<'a> {
    pub(crate) platform: &'a Platform,
    pub(crate) metric: &'a Metric,
    /// When the value was observed.
    pub(crate) at: Observed,
    /// What was known before.
    before: Option<Point>,
    /// When the change became known.
    made_at: Observed,
    by: Undoing,
}

/// What makes a finding the same: another range does not.
type Key = (TrendKind, Platform, Metric, Date);

fn key(Found { kind, platform, metric, finding }: &Found) -> Key {
    (kind.clone(), platform.clone(), metric.clone(), finding.date.0)
}

impl Change<'_> {
    /// The last day whose findings had been told before the change.
    fn told_until(&self) -> Date {
        let day = self.made_at.date();
        match self.by {
            // The flags were there when the figures of that day came.
            Undoing::Marked => day.previous_day().unwrap_or(day),
            Undoing::Late | Undoing::Corrected => day,
        }
    }
}

impl<'a> AsOf<'a> {
    /// The findings about an artist that changes which concern these days undid, and that still do not hold; what was undone
    /// last first, of a day the newest first.
    pub(crate) fn undone(&self, view: &ArtistView<'a>, days: &AskedDays<'_>) -> Vec<Undone> {
        let Some(history) = view.history else { return Vec::new() };
        let mut steps: BTreeMap<Step, Vec<Change<'a>>> = BTreeMap::new();
        for change in self.changes(view, history, days) {
            steps.entry(((days.day_of)(change.made_at), change.by)).or_default().push(change);
        }
        let steps: Vec<(Step, Vec<Change<'a>>)> = steps.into_iter().collect();
        if steps.is_empty() {
            return Vec::new();
        }
        let compute = || self.undone_by(view, history, &steps);
        let Some(kept) = self.model.kept_of(history) else { return compute() };
        let moments =
            |changes: &[Change<'a>]| changes.iter().map(|change| (change.at, change.made_at)).collect();
        let steps = steps.iter().map(|(step, changes)| (*step, moments(changes))).collect();
        kept.undone((self.day, steps), compute).to_vec()
    }

    fn undone_by(
        &self,
        view: &ArtistView<'a>,
        history: &ArtistHistory,
        steps: &[(Step, Vec<Change<'a>>)],
    ) -> Vec<Undone> {
        let holds: BTreeSet<Key> = self.found(view, Date::MIN).iter().map(key).collect();
        let mut undone: BTreeMap<Key, Undone> = BTreeMap::new();
        // What was found without the changes of this step and those after it, and is not without those after it alone.
        let mut before = self.model.findings_of(&without(history, steps));
        for (at, ((on, by), changes)) in steps.iter().enumerate() {
            let later = &steps[at + 1..];
            let after = (!later.is_empty()).then(|| self.model.findings_of(&without(history, later)));
            let found_after: BTreeSet<Key> = after.iter().flatten().map(key).collect();
            let still_holds =
                |key: &Key| if later.is_empty() { holds.contains(key) } else { found_after.contains(key) };
            let told_until = changes.iter().map(Change::told_until).max().unwrap_or(Date::MIN).min(self.day);
            for found in before.into_iter().filter(|found| found.date() <= told_until) {
                let key = key(&found);
                if !still_holds(&key) {
                    undone.insert(key, Undone { found, on: *on, by: *by });
                }
            }
            before = after.unwrap_or_default();
        }
        undone.retain(|key, _| !holds.contains(key));
        let mut undone: Vec<Undone> = undone.into_values().collect();
        undone.sort_by_key(|undone| std::cmp::Reverse((undone.on, undone.found.date())));
        undone
    }

    /// The changes of a day of some kind, those of the finding's own series where there are any.
    pub(crate) fn changes_that_undid(
        &self,
        view: &ArtistView<'a>,
        undone: (&Platform, &Metric, Date),
        (on, by): Step,
        day_of: &(dyn Fn(Observed) -> Date + Sync),
    ) -> Vec<Change<'a>> {
        let Some(history) = view.history else { return Vec::new() };
        let days = AskedDays { first: on, last: on, day_of };
        let (platform, metric, date) = undone;
        let is_of_step =
            |change: &Change<'a>| change.by == by && day_of(change.made_at) == on && change.at.date() <= date;
        let changes = self.changes(view, history, &days).into_iter().filter(is_of_step);
        let (own, others): (Vec<_>, Vec<_>) =
            changes.partition(|change| (change.platform, change.metric) == (platform, metric));
        if own.is_empty() { others } else { own }
    }

    /// The changes that became known on one of these days by the day in question; corrections of figures of these days too.
    fn changes(
        &self,
        view: &ArtistView<'a>,
        history: &'a ArtistHistory,
        days: &AskedDays<'_>,
    ) -> Vec<Change<'a>> {
        let is_asked = |made_at: Observed| made_at.date() <= self.day && days.has(made_at);
        let mut changes = Vec::new();
        for amendment in history.amendments().iter().filter(|amendment| is_asked(amendment.amended_at)) {
            let series = history.series(&amendment.platform, &amendment.metric);
            let Some(point) = series.and_then(|series| series.of(amendment.observed_at)) else { continue };
            changes.push(Change {
                platform: &amendment.platform,
                metric: &amendment.metric,
                at: amendment.observed_at,
                before: Some(Point { flags: amendment.before, ..*point }),
                made_at: amendment.amended_at,
                by: Undoing::Marked,
            });
        }
        let Some(known) = self.revisions(view) else { return changes };
        for (moment, corrected) in known.corrected.iter().filter(|(moment, of)| days.concern(moment, of)) {
            let ((at, platform, metric), before) = (moment, corrected.before);
            let (at, made_at) = (*at, corrected.corrected_at);
            changes.push(Change { platform, metric, at, before, made_at, by: Undoing::Corrected });
        }
        for (platform, moments) in &known.late {
            let Some(of_platform) = history.platforms.get(platform) else { continue };
            for (at, made_at) in moments.iter().filter(|(_, made_at)| is_asked(**made_at)) {
                for metric in of_platform.series.keys() {
                    let (at, made_at, before) = (*at, *made_at, None);
                    changes.push(Change { platform, metric, at, before, made_at, by: Undoing::Late });
                }
            }
        }
        changes
    }
}

/// A history as it was before some changes.
fn without(history: &ArtistHistory, steps: &[(Step, Vec<Change<'_>>)]) -> ArtistHistory {
    let changes = || steps.iter().flat_map(|(_, changes)| changes);
    // Of several changes of a value, what was known before the first counts.
    let others = changes().rev().filter(|change| change.by != Undoing::Late);
    let earlier =
        history.with_points(others.map(|change| (change.platform, change.metric, change.at, change.before)));
    // What came late was not there before anything else that became of it.
    let late = changes().filter(|change| change.by == Undoing::Late);
    let late: BTreeSet<(&Platform, Observed)> = late.map(|change| (change.platform, change.at)).collect();
    if late.is_empty() {
        return earlier;
    }
    earlier.without_moments(|platform, at| late.contains(&(platform, at)))
}
