//! Corrections: what was stored wrong is judged again, by the values before it, in the place of the former figures.
//!
//! Its collection is not judged again. A figure that the correction leaves as it was keeps the marks that it got as part
//! of its collection: a copy of it is a copy still.

use std::sync::Arc;

use casa24_schemas::{Flag, RawSnapshot, RejectedSnapshot, ValidSnapshot, Withheld};

use crate::judge::Judge;
use crate::judgement::{Judged, Judgement};
use crate::platform_judge::{Accepted, Figures, Marked, PlatformJudge, Published};

impl Judge {
    /// What becomes of a snapshot that takes the place of what was stored for its moment.
    pub(crate) fn correct(&mut self, raw: &RawSnapshot, figures: Figures<'_>, digest: u64) -> Judged {
        let at = raw.observed_at;
        let of_artist = self.artists.entry(raw.artist.id.clone()).or_default();
        let cell = of_artist.platforms.entry(raw.platform.clone()).or_default();
        let is_judged_again = raw.correction.as_ref().is_some_and(|correction| correction.follows.is_some());
        if !is_judged_again && cell.moments.is_current(at, digest) {
            return Judgement::Repeated.into();
        }
        let known = cell.published.remove(&at);
        let is_published = known.is_some() || cell.moments.is_accepted(at);
        let Published { revision, marked } = known.unwrap_or_default();
        let revision = if is_published { revision + 1 } else { 0 };
        cell.series.values_mut().for_each(|series| series.forget(at));
        let judgement = cell.judge(raw, figures);
        cell.moments.correct(at, digest, judgement.is_ok());
        match judgement {
            Ok(Accepted { mut snapshot, .. }) => {
                snapshot.revision = revision;
                let marked = cell.mark_again(&mut snapshot, marked);
                cell.published.insert(at, Published { revision, marked });
                let snapshot = Arc::new(snapshot);
                self.collections.replace(&snapshot);
                Judgement::Valid(snapshot).into()
            }
            Err(judgement) => {
                let Judgement::Rejected(rejected) = &judgement else { return judgement.into() };
                let mut amended = Vec::new();
                if is_published {
                    cell.published.insert(at, Published { revision, marked: Vec::new() });
                    let taken_back = Arc::new(taken_back(rejected, revision));
                    self.collections.replace(&taken_back);
                    amended.push(taken_back);
                }
                Judged { amended, judgement }
            }
        }
    }
}

impl PlatformJudge {
    /// Gives figures that are what they were the marks that they had, and says which these are.
    fn mark_again(&mut self, snapshot: &mut ValidSnapshot, mut marked: Vec<Marked>) -> Vec<Marked> {
        let at = snapshot.observed_at;
        marked.retain(|Marked { metric, value, flag }| {
            let Some(reading) = snapshot.metrics.get_mut(metric).filter(|it| it.value == *value) else {
                return false;
            };
            reading.flags.push(*flag);
            reading.flags.sort_unstable();
            if let Some(series) = self.series.get_mut(metric) {
                match flag {
                    Flag::CopiedForward => series.remove(at),
                    _ => series.set_level_change(at),
                }
            }
            true
        });
        marked
    }
}

/// Says that nothing of a moment is accepted any more.
fn taken_back(RejectedSnapshot { raw, reasons }: &RejectedSnapshot, revision: u32) -> ValidSnapshot {
    let withheld = reasons.iter().filter_map(|rejection| {
        let metric = rejection.metric.clone()?;
        let withheld = Withheld { reason: rejection.reason, raw: raw.metrics.get(&metric)?.clone() };
        Some((metric, withheld))
    });
    let withheld = withheld.collect();
    ValidSnapshot { withheld, revision, ..ValidSnapshot::without_figures(raw) }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Metric, Observed, RawValue, Reason, SnapshotCorrection};

    use super::*;
    use crate::fixture::{Fixture, flags, raw, spotify, youtube};
    use casa24_schemas::Platform;

    fn corrected(raw: RawSnapshot) -> RawSnapshot {
        let corrected_at = Observed::parse("2025-08-01T10:00:00Z").unwrap();
        let correction = SnapshotCorrection { reason: None, corrected_at, follows: None };
        RawSnapshot { correction: Some(correction), ..raw }
    }

    fn again(raw: RawSnapshot, corrected_day: i64) -> RawSnapshot {
        let follows = Some(spotify(corrected_day, 0).observed_at);
        let mut again = corrected(raw);
        again.correction = again.correction.map(|correction| SnapshotCorrection { follows, ..correction });
        again
    }

    #[test]
    fn a_correction_takes_the_place_of_a_figure_and_what_follows_is_judged_by_it() {
        let mut fixture = Fixture::moving(0..30);
        assert_eq!(fixture.flags(30, 9_999), [Flag::LevelChange]);
        assert_eq!(fixture.flags(31, 341), [Flag::LevelChange]);
        let right = fixture.valid(&corrected(spotify(30, 340)));
        assert_eq!((flags(&right, &Metric::FOLLOWERS), right.revision), (vec![], 1));
        assert!(right.is_correction());
        let after = fixture.valid(&again(spotify(31, 341), 30));
        assert_eq!((flags(&after, &Metric::FOLLOWERS), after.revision), (vec![], 1));
        assert_eq!(fixture.flags(32, 340), []);
        // The same again changes nothing, and what was stored first is known.
        assert_eq!(fixture.judge(&corrected(spotify(30, 340))), Judgement::Repeated);
        assert_eq!(fixture.judge(&spotify(30, 9_999)), Judgement::Repeated);
        // A correction can be corrected, back to what was stored first too.
        assert_eq!(fixture.valid(&corrected(spotify(30, 9_999))).revision, 2);
    }

    #[test]
    fn a_correction_of_long_ago_is_judged_by_what_was_before_it() {
        let mut fixture = Fixture::moving(0..400);
        let high = fixture.valid(&corrected(spotify(20, 9_999)));
        assert_eq!(flags(&high, &Metric::FOLLOWERS), [Flag::LevelChange]);
        assert_eq!(flags(&fixture.valid(&corrected(spotify(20, 341))), &Metric::FOLLOWERS), []);
        assert_eq!(fixture.flags(400, 341), []);
    }

    #[test]
    fn what_the_correction_leaves_as_it_was_keeps_the_marks_of_its_collection() {
        let both = |day: i64, subscribers: i64, views: i64| youtube(day, subscribers, views);
        let mut fixture = Fixture::default();
        (0..30).for_each(|day| drop(fixture.valid(&both(day, 500 + day, 40_000 + 300 * day + day % 7))));
        (30..34).for_each(|day| drop(fixture.valid(&both(day, 529, 48_701))));
        let right = fixture.valid(&corrected(both(32, 529, 49_603)));
        assert_eq!(flags(&right, &Metric::SUBSCRIBERS), [Flag::CopiedForward]);
        assert_eq!(flags(&right, &Metric::TOTAL_VIEWS), []);
        let again = fixture.valid(&corrected(both(32, 531, 49_603)));
        assert_eq!(flags(&again, &Metric::SUBSCRIBERS), []);
    }

    #[test]
    fn a_correction_of_which_nothing_is_accepted_takes_the_figures_back() {
        let mut fixture = Fixture::moving(0..30);
        let nothing = corrected(raw(Platform::SPOTIFY, 29, [(Metric::FOLLOWERS, RawValue::Null)]));
        let judged = fixture.judge_all(&nothing);
        let Judgement::Rejected(rejected) = &judged.judgement else { panic!("accepted") };
        assert_eq!(rejected.reasons[0].reason, Reason::Missing);
        let [taken_back] = &judged.amended[..] else { panic!("{judged:?}") };
        assert!(taken_back.metrics.is_empty() && taken_back.is_correction());
        assert_eq!(taken_back.withheld[&Metric::FOLLOWERS].reason, Reason::Missing);
        assert_eq!(taken_back.revision, 1);
        assert_eq!(fixture.judge(&nothing), Judgement::Repeated);
        // The day is missing now, until another correction says what it was.
        assert_eq!(fixture.flags(30, 340), [Flag::Gap]);
        assert_eq!(fixture.valid(&corrected(spotify(29, 340))).revision, 2);
    }

    #[test]
    fn a_correction_of_what_was_never_stored_is_a_first_judgement() {
        let mut fixture = Fixture::moving(0..30);
        assert_eq!(fixture.valid(&corrected(spotify(31, 340))).revision, 0);
        let nothing = corrected(raw(Platform::SPOTIFY, 32, [(Metric::FOLLOWERS, RawValue::Null)]));
        assert_eq!(fixture.judge_all(&nothing).amended, []);
    }

    #[test]
    fn what_is_found_later_is_found_of_the_corrected_figures() {
        let mut fixture = Fixture::moving(0..30);
        fixture.flags(30, 341);
        fixture.flags(31, 341);
        fixture.valid(&corrected(spotify(31, 342)));
        let judged = fixture.judge_all(&spotify(32, 341));
        assert!(judged.amended.is_empty(), "{judged:?}");
    }
}
