//! The moments at which a platform was observed: repetitions, contradictions and missing days.

use casa24_schemas::{Date, Observed};

/// Days between two observations where a platform's own rhythm is not known yet: collectors run daily.
const USUAL_DAYS: i64 = 1;
/// Distances that must be known before they are the rhythm.
const MIN_DISTANCES: usize = 5;
/// Distances that the rhythm is taken from, the newest ones.
const MAX_DISTANCES: usize = 30;
/// Days are missing beyond this multiple of the usual distance, in halves: one and a half.
const TIMES_USUAL_HALVES: i64 = 3;

/// What is known of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Nothing yet, or nothing that was accepted.
    New,
    /// These very figures were judged before.
    Repeated,
    /// Other figures were accepted before.
    Conflict,
}

/// One judged snapshot.
#[derive(Debug, Clone, Copy)]
struct Moment {
    at: Observed,
    /// Digest of the figures; its lowest bit tells whether any was accepted.
    mark: u64,
}

impl Moment {
    const fn new(at: Observed, digest: u64, accepted: bool) -> Self {
        Self { at, mark: digest & !1 | accepted as u64 }
    }

    const fn is_accepted(self) -> bool {
        self.mark & 1 == 1
    }

    const fn is_of(self, digest: u64) -> bool {
        self.mark | 1 == digest | 1
    }
}

/// Every judged snapshot of a platform, in order of observation.
#[derive(Debug, Default)]
pub(crate) struct Moments(Vec<Moment>);

impl Moments {
    /// What is known of the figures with this digest at a moment.
    pub(crate) fn seen(&self, at: Observed, digest: u64) -> Seen {
        let mut same = self.of(at);
        if same.clone().any(|moment| moment.is_of(digest)) {
            Seen::Repeated
        } else if same.any(|moment| moment.is_accepted()) {
            Seen::Conflict
        } else {
            Seen::New
        }
    }

    /// Whether any snapshot of a moment was accepted.
    pub(crate) fn is_accepted(&self, at: Observed) -> bool {
        self.of(at).any(|moment| moment.is_accepted())
    }

    /// Whether these figures are the ones that stand for a moment: those that were accepted, or where none were, any that
    /// were judged.
    pub(crate) fn is_current(&self, at: Observed, digest: u64) -> bool {
        let is_accepted = self.is_accepted(at);
        self.of(at).any(|moment| moment.is_of(digest) && moment.is_accepted() == is_accepted)
    }

    /// Takes in a snapshot that stands for a moment in the place of those before it.
    pub(crate) fn correct(&mut self, at: Observed, digest: u64, accepted: bool) {
        let start = self.num_before(at);
        let end = start + self.of(at).count();
        let others: Vec<Moment> = self.of(at).filter(|moment| !moment.is_of(digest)).collect();
        let now = Moment::new(at, digest, accepted);
        self.0.splice(start..end, others.into_iter().map(|it| Moment::new(at, it.mark, false)).chain([now]));
    }

    /// What was judged of a moment.
    fn of(&self, at: Observed) -> impl Iterator<Item = Moment> + Clone {
        self.0[self.num_before(at)..].iter().copied().take_while(move |moment| moment.at == at)
    }

    /// Takes in a judged snapshot.
    pub(crate) fn insert(&mut self, at: Observed, digest: u64, accepted: bool) {
        self.0.insert(self.num_before(at), Moment::new(at, digest, accepted));
    }

    /// Whether days are missing between a moment and the observation before it.
    pub(crate) fn are_days_missing_before(&self, at: Observed) -> bool {
        let mut days = self.days_before(at);
        let Some(previous) = days.next() else { return false };
        let distance = (at.date() - previous).whole_days();
        if distance <= USUAL_DAYS {
            return false;
        }
        let days: Vec<Date> = self.days_before(at).take(MAX_DISTANCES + 1).collect();
        let mut distances: Vec<i64> = days.windows(2).map(|pair| (pair[0] - pair[1]).whole_days()).collect();
        let usual = if distances.len() < MIN_DISTANCES {
            USUAL_DAYS
        } else {
            let middle = distances.len() / 2;
            *distances.select_nth_unstable(middle).1
        };
        2 * distance > TIMES_USUAL_HALVES * usual
    }

    /// Days before or at a moment with anything accepted, newest first, each once.
    fn days_before(&self, at: Observed) -> impl Iterator<Item = Date> {
        let mut newer = None;
        self.0[..self.num_before(at)]
            .iter()
            .rev()
            .filter(|moment| moment.is_accepted())
            .map(|moment| moment.at.date())
            .filter(move |day| newer.replace(*day) != Some(*day))
    }

    fn num_before(&self, at: Observed) -> usize {
        match self.0.last() {
            Some(newest) if newest.at >= at => self.0.partition_point(|moment| moment.at < at),
            _ => self.0.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use time::macros::date;

    use super::*;

    const FIRST: Date = date!(2025 - 01 - 01);

    fn on(day: i64) -> Observed {
        Observed::day(FIRST.saturating_add(Duration::days(day)))
    }

    fn accepted(days: impl IntoIterator<Item = i64>) -> Moments {
        let mut moments = Moments::default();
        days.into_iter().for_each(|day| moments.insert(on(day), 8, true));
        moments
    }

    #[test]
    fn the_same_figures_are_a_repetition_and_others_a_conflict() {
        let moments = accepted([0, 2, 1]);
        assert_eq!(moments.seen(on(1), 8), Seen::Repeated);
        assert_eq!(moments.seen(on(1), 10), Seen::Conflict);
        assert_eq!(moments.seen(on(3), 8), Seen::New);
    }

    #[test]
    fn what_was_rejected_is_in_nobodys_way_and_known_when_it_comes_again() {
        let mut moments = Moments::default();
        moments.insert(on(0), 8, false);
        assert_eq!(moments.seen(on(0), 10), Seen::New);
        moments.insert(on(0), 10, true);
        moments.insert(on(0), 12, false);
        for digest in [8, 10, 12] {
            assert_eq!(moments.seen(on(0), digest), Seen::Repeated);
        }
        assert_eq!(moments.seen(on(0), 14), Seen::Conflict);
    }

    #[test]
    fn a_day_that_is_left_out_is_missing() {
        assert!(!accepted([]).are_days_missing_before(on(7)));
        assert!(!accepted([0, 1]).are_days_missing_before(on(2)));
        assert!(accepted([0, 1]).are_days_missing_before(on(3)));
        assert!(!accepted([0, 1, 9]).are_days_missing_before(on(2)));
    }

    #[test]
    fn rejected_days_are_missing_days() {
        let mut moments = accepted([0, 1]);
        moments.insert(on(2), 8, false);
        assert!(moments.are_days_missing_before(on(3)));
    }

    #[test]
    fn a_platform_that_is_observed_weekly_misses_nothing_within_a_week() {
        let weekly = accepted((0..8).map(|week| 7 * week));
        assert!(!weekly.are_days_missing_before(on(49 + 10)));
        assert!(weekly.are_days_missing_before(on(49 + 11)));
    }

    #[test]
    fn several_observations_of_a_day_are_no_rhythm_of_their_own() {
        let mut moments = accepted((0..8).map(|week| 7 * week));
        for hour in 0..24 {
            let at = FIRST.with_hms(hour, 0, 0).unwrap().assume_utc() + Duration::days(49);
            moments.insert(Observed::instant(at), 8, true);
        }
        assert!(!moments.are_days_missing_before(on(56)));
    }
}
