//! Judges a collection as a whole, each time one of its snapshots has come: what was copied, and what was purged.
//!
//! Its figures are judged together in four groups: all of them, those of a platform, those of an artist, and those of
//! an artist on a platform. Where one artist was found to be copied, others of the same collection are likelier to
//! be: the limit falls for them by the odds that so many of so many give.

use std::collections::BTreeSet;
use std::sync::Arc;

use casa24_schemas::{ArtistId, Flag, Metric, Platform, RawSnapshot, ValidSnapshot};

use crate::collection::{Kept, Scope};
use crate::group::{Group, LIMIT};
use crate::judge::Judge;
use crate::platform_judge::{Accepted, PlatformJudge};
use crate::purge::{Fall, Falls};

/// By how much one of n artists found to be copied raises the odds of another one, times n.
const ODDS_BY_OTHERS: f64 = 50.0;
/// Most evidence that one artist on one platform adds to that of the artist, and to that of many artists.
const MOST_OF_ARTIST: f64 = 5.0;
const MOST_OF_MANY: f64 = 2.5;
/// A label is taken to have so many artists at least.
const MIN_ARTISTS: usize = 4;

impl Judge {
    /// What becomes of an accepted snapshot, and of those before it that are amended.
    pub(crate) fn judge_collection(
        &mut self,
        raw: &RawSnapshot,
        accepted: Accepted,
    ) -> (Arc<ValidSnapshot>, Vec<Arc<ValidSnapshot>>) {
        let Accepted { snapshot, evidence, odd, falls } = accepted;
        let snapshot = Arc::new(snapshot);
        let collection = self.collections.of(raw);
        let number = collection.number;
        let is_kept = !odd.is_empty() || falls.iter().any(|(_, fall)| fall.fell);
        if is_kept {
            collection.kept.push(Kept { snapshot: Arc::clone(&snapshot), odd });
        }
        let mut marks = Marks { own: (number, &snapshot), amended: Vec::new() };
        for (metric, fall) in falls {
            self.purge(&mut marks, number, &metric, raw, fall);
        }
        self.copies(&mut marks, raw, number, evidence);
        let amended = marks.amended;
        if !is_kept {
            return (snapshot, amended);
        }
        let now = self.collections.get(number).and_then(|collection| {
            collection
                .kept
                .iter()
                .rev()
                .find(|kept| kept.is_of(&snapshot))
                .map(|kept| Arc::clone(&kept.snapshot))
        });
        (now.unwrap_or(snapshot), amended)
    }

    /// Adds the evidence of one snapshot to its groups, and marks those that are found to be copied.
    fn copies(&mut self, marks: &mut Marks<'_>, raw: &RawSnapshot, number: u64, evidence: f64) {
        let day = raw.observed_at.date();
        let (artist, platform) = (&raw.artist.id, &raw.platform);
        let Some(of_artist) = self.artists.get_mut(artist) else { return };
        let Some(cell) = of_artist.platforms.get_mut(platform) else { return };
        // Of several snapshots in a collection the newest counts.
        let before = cell.group.evidence(number);
        // One figure that can hardly stand still says nothing of others: a finding of many needs many that agree.
        let added = |most: f64| evidence.min(most) - before.min(most);
        cell.group.add(number, day, added(f64::INFINITY));
        // What a platform did says nothing of the artist.
        if !self.collections.get(number).is_some_and(|it| it.copied_platforms.contains(platform)) {
            of_artist.group.add(number, day, added(MOST_OF_ARTIST));
        }
        let of_platform = match self.platforms.get_mut(platform) {
            Some(group) => group,
            None => self.platforms.entry(platform.clone()).or_default(),
        };
        of_platform.add(number, day, added(MOST_OF_MANY));
        self.all.add(number, day, added(MOST_OF_MANY));
        for scope in [Scope::All, Scope::Platform(platform)] {
            if self.group(scope).is_some_and(|group| group.odds(number) >= LIMIT) {
                self.mark_copy(marks, scope, number);
                if let Scope::Platform(platform) = scope {
                    self.leave_out(platform, number);
                }
            }
        }
        if self.find_artist(marks, artist, number) {
            // Who came before may be found by this: each finding can lead to others.
            let mut others: Vec<ArtistId> = self.artists.keys().cloned().collect();
            loop {
                let num_before = others.len();
                others.retain(|other| !self.find_artist(marks, other, number));
                if others.len() == num_before {
                    return;
                }
            }
        }
    }

    /// Takes the evidence of a platform that is found to be copied as a whole out of that of its artists.
    fn leave_out(&mut self, platform: &Platform, number: u64) {
        let Some(collection) = self.collections.get(number) else { return };
        if !collection.copied_platforms.insert(platform.clone()) {
            return;
        }
        for of_artist in self.artists.values_mut() {
            let Some(cell) = of_artist.platforms.get(platform) else { continue };
            of_artist.group.take_out(number, cell.group.evidence(number).min(MOST_OF_ARTIST));
        }
    }

    /// Marks what of one artist is found to be copied in a collection; whether anything of it is found for the first
    /// time.
    fn find_artist(&mut self, marks: &mut Marks<'_>, artist: &ArtistId, number: u64) -> bool {
        let num_artists = self.artists.len().max(MIN_ARTISTS) as f64;
        let Some(collection) = self.collections.get(number) else { return false };
        // Where others were found, on the same platform or on all of theirs, the limit falls.
        let limit = |found: Option<&BTreeSet<ArtistId>>| {
            let num = found.map_or(0, |found| found.len() - usize::from(found.contains(artist)));
            LIMIT - (1.0 + ODDS_BY_OTHERS * num as f64 / num_artists).ln()
        };
        let Some(of_artist) = self.artists.get(artist) else { return false };
        let is_copied = of_artist.group.odds(number) >= limit(Some(&collection.found));
        let is_found = |(platform, cell): &(&Platform, &PlatformJudge)| {
            cell.group.odds(number) >= limit(collection.found_on.get(*platform))
        };
        let cells: Vec<Platform> =
            of_artist.platforms.iter().filter(is_found).map(|(platform, _)| platform.clone()).collect();
        if !is_copied && cells.is_empty() {
            return false;
        }
        let stand: Vec<Platform> = of_artist
            .platforms
            .iter()
            .filter(|(_, cell)| is_copied && cell.group.evidence(number) > 0.0)
            .map(|(platform, _)| platform.clone())
            .collect();
        let mut is_new = is_copied && collection.found.insert(artist.clone());
        for platform in cells.iter().chain(&stand) {
            is_new |= collection.found_on.entry(platform.clone()).or_default().insert(artist.clone());
        }
        if is_copied {
            self.mark_copy(marks, Scope::Artist(artist), number);
        }
        for platform in &cells {
            self.mark_copy(marks, Scope::Cell(artist, platform), number);
        }
        is_new
    }

    fn group(&mut self, scope: Scope<'_>) -> Option<&mut Group> {
        match scope {
            Scope::All => Some(&mut self.all),
            Scope::Platform(platform) => self.platforms.get_mut(platform),
            Scope::Artist(artist) => Some(&mut self.artists.get_mut(artist)?.group),
            Scope::Cell(artist, platform) => {
                Some(&mut self.artists.get_mut(artist)?.platforms.get_mut(platform)?.group)
            }
        }
    }

    /// Marks the odd figures of a group in a collection, and in those before it that the copy began with.
    fn mark_copy(&mut self, marks: &mut Marks<'_>, scope: Scope<'_>, number: u64) {
        let Some(group) = self.group(scope) else { return };
        let mut run = group.run(number);
        if group.is_marked(number) {
            run.truncate(1); // what came before is marked
        }
        run.iter().for_each(|part| group.mark(*part));
        run.reverse();
        for part in run {
            let Some(collection) = self.collections.get(part) else { continue };
            for kept in &mut collection.kept {
                if kept.odd.is_empty() || !scope.has(&kept.snapshot) {
                    continue;
                }
                let odd = std::mem::take(&mut kept.odd);
                marks.flag(part, kept, &odd, Flag::CopiedForward);
                let snapshot = &kept.snapshot;
                let Some(of_artist) = self.artists.get_mut(&snapshot.artist.id) else { continue };
                let Some(cell) = of_artist.platforms.get_mut(&snapshot.platform) else { continue };
                cell.remember(snapshot, &odd, Flag::CopiedForward);
                cell.group.find(part);
                of_artist.group.find(part);
                for metric in &odd {
                    if let Some(series) = cell.series.get_mut(metric) {
                        series.remove(snapshot.observed_at);
                    }
                }
            }
        }
    }

    /// Takes in what a figure says of a purge; where the falls so far are one, marks each that fell.
    fn purge(&mut self, marks: &mut Marks<'_>, number: u64, metric: &Metric, raw: &RawSnapshot, fall: Fall) {
        let platform = &raw.platform;
        let Some(collection) = self.collections.get(number) else { return };
        let is_it = |falls: &Falls| falls.platform == *platform && falls.metric == *metric;
        let place = collection.falls.iter().position(is_it).unwrap_or_else(|| {
            collection.falls.push(Falls::new(platform.clone(), metric.clone()));
            collection.falls.len() - 1
        });
        if !collection.falls[place].add(&raw.artist.id, fall, raw.observed_at) || !fall.fell {
            return;
        }
        let fallen = collection.falls[place].take_unmarked();
        let fell = |kept: &&mut Kept| {
            let it = &kept.snapshot;
            it.platform == *platform && fallen.get(&it.artist.id) == Some(&it.observed_at)
        };
        for kept in collection.kept.iter_mut().filter(fell) {
            marks.flag(number, kept, std::slice::from_ref(metric), Flag::PlatformPurge);
            let snapshot = &kept.snapshot;
            let cell =
                self.artists.get_mut(&snapshot.artist.id).and_then(|it| it.platforms.get_mut(platform));
            let Some(cell) = cell else { continue };
            cell.remember(snapshot, std::slice::from_ref(metric), Flag::PlatformPurge);
            if let Some(series) = cell.series.get_mut(metric) {
                series.set_level_change(snapshot.observed_at);
            }
        }
    }
}

/// What is amended because of one snapshot.
struct Marks<'s> {
    /// The snapshot itself, which is not published yet, and its collection.
    own: (u64, &'s Arc<ValidSnapshot>),
    amended: Vec<Arc<ValidSnapshot>>,
}

impl Marks<'_> {
    fn flag(&mut self, number: u64, kept: &mut Kept, metrics: &[Metric], flag: Flag) {
        let is_own = number == self.own.0 && kept.is_of(self.own.1);
        kept.flag(metrics, flag, (!is_own).then_some(self.own.1.observed_at));
        if !is_own {
            self.amended.push(Arc::clone(&kept.snapshot));
        }
    }
}

#[cfg(test)]
#[path = "collection_tests.rs"]
mod tests;
