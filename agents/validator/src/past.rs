//! What was accepted before in one series, as far as judging needs it.

use std::borrow::Cow;

use casa24_schemas::{Date, Observed};

/// Changes that a series is measured by: two months of daily values.
pub(crate) const WINDOW: usize = 60;

/// An accepted value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Past {
    /// When it was observed.
    pub(crate) at: Observed,
    /// The value.
    pub(crate) value: f64,
    /// Whether it is a zero that nothing confirms.
    pub(crate) unconfirmed: bool,
    /// Whether a new level began with it.
    pub(crate) level_change: bool,
}

/// The accepted values of one series, in order of observation.
#[derive(Debug, Default)]
pub(crate) struct PastValues {
    values: Vec<Past>,
    /// The newest value of each day; empty as long as no day had two.
    by_day: Vec<Past>,
    first_positive: Option<Observed>,
    newest_copy: Option<Observed>,
    /// The newest copy of a day before that one.
    copy_before_day: Option<Observed>,
}

/// A figure is compared with one of an earlier day, so many hours older at least.
const LEAST_HOURS: f64 = 12.0;
const DAY_HOURS: f64 = 24.0;

/// What a figure is compared with: daily values, the last of which is about a day older or more.
#[derive(Debug)]
pub(crate) struct DayBefore<'a> {
    pub(crate) values: Cow<'a, [Past]>,
    /// Distance from the value or copy seen last, in days.
    pub(crate) num_days: f64,
}

impl PastValues {
    /// The newest values before a moment, oldest first; at most one more than [`WINDOW`].
    pub(crate) fn before(&self, at: Observed) -> &[Past] {
        let end = match self.values.last() {
            Some(newest) if newest.at >= at => self.values.partition_point(|past| past.at < at),
            _ => self.values.len(),
        };
        &self.values[end.saturating_sub(WINDOW + 1)..end]
    }

    /// The newest observation.
    pub(crate) fn newest(&self) -> Option<Observed> {
        self.values.last().map(|past| past.at)
    }

    /// Whether a value above zero was observed before a moment.
    pub(crate) fn was_positive_before(&self, at: Observed) -> bool {
        self.first_positive.is_some_and(|first| first < at)
    }

    /// Forgets the value of a moment, which is found to be none: a copy.
    pub(crate) fn remove(&mut self, at: Observed) {
        if self.newest_copy.is_some_and(|copy| copy.date() < at.date()) {
            self.copy_before_day = self.newest_copy;
        }
        self.newest_copy = self.newest_copy.max(Some(at));
        if let Some(place) = self.values.iter().rposition(|past| past.at == at) {
            self.values.remove(place);
            self.renew_day(at.date());
        }
    }

    /// Daily values before a moment. Platforms count some figures once a day, so that those of two runs of a day are
    /// the same without being copies. So the last is the one of an earlier day that is nearest to 24 hours older: of
    /// two runs a day, that of the same run.
    pub(crate) fn day_before(&self, at: Observed) -> Option<DayBefore<'_>> {
        let before = self.before(at);
        let (mut place, mut hours) = (None, f64::INFINITY);
        for (index, past) in before.iter().enumerate().rev() {
            let older = hours_between(past.at, at);
            let is_other_day = past.at.date() < at.date() && older >= LEAST_HOURS;
            if is_other_day && (older - DAY_HOURS).abs() < (hours - DAY_HOURS).abs() {
                (place, hours) = (Some(index), older);
            }
            if older >= DAY_HOURS {
                break;
            }
        }
        let place = place?;
        for copy in [self.newest_copy, self.copy_before_day].into_iter().flatten().filter(|copy| *copy < at) {
            let older = hours_between(copy, at);
            if older >= LEAST_HOURS {
                hours = hours.min(older);
            }
        }
        let values = if self.by_day.is_empty() {
            Cow::Borrowed(&before[..=place])
        } else {
            let last = before[place];
            let end = self.by_day.partition_point(|past| past.at.date() < last.at.date());
            let days = &self.by_day[end.saturating_sub(WINDOW)..end];
            Cow::Owned(days.iter().copied().chain([last]).collect())
        };
        Some(DayBefore { values, num_days: hours / DAY_HOURS })
    }

    /// Forgets the value of a moment, which was stored wrong.
    pub(crate) fn forget(&mut self, at: Observed) {
        let Ok(place) = self.values.binary_search_by_key(&at, |past| past.at) else { return };
        self.values.remove(place);
        if self.first_positive == Some(at) {
            self.first_positive = self.values.iter().find(|past| past.value > 0.0).map(|past| past.at);
        }
        self.renew_day(at.date());
    }

    /// Sets the value of a day after one of its values changed.
    fn renew_day(&mut self, day: Date) {
        if self.by_day.is_empty() {
            let is_twice = self.values.windows(2).any(|pair| pair[0].at.date() == pair[1].at.date());
            if is_twice {
                self.by_day = self.values.clone();
                self.by_day.reverse();
                self.by_day.dedup_by_key(|past| past.at.date());
                self.by_day.reverse();
            }
            return;
        }
        let from = self.by_day.partition_point(|past| past.at.date() < day);
        let to = self.by_day.partition_point(|past| past.at.date() <= day);
        let newest = self.values.iter().rev().find(|past| past.at.date() == day).copied();
        self.by_day.splice(from..to, newest);
        if self.by_day.len() > 2 * (WINDOW + 1) {
            self.by_day.drain(..=WINDOW);
        }
    }

    /// Says that a new level began at a moment.
    pub(crate) fn set_level_change(&mut self, at: Observed) {
        if let Some(past) = self.values.iter_mut().rev().find(|past| past.at == at) {
            past.level_change = true;
            self.renew_day(at.date());
        }
    }

    /// Takes in an accepted value, wherever in time it belongs.
    pub(crate) fn insert(&mut self, past: Past) {
        let at = past.at;
        if past.value > 0.0 {
            if self.first_positive.is_none() {
                // Now that the account is seen to work, those zeros are no part of the series' history.
                self.values.retain(|past| !past.unconfirmed);
                self.by_day.retain(|past| !past.unconfirmed);
            }
            self.first_positive = Some(self.first_positive.map_or(at, |first| first.min(at)));
        } else if past.unconfirmed && self.first_positive.is_some() {
            return;
        }
        let end = self.values.len() - self.values.iter().rev().take_while(|past| past.at > at).count();
        self.values.insert(end, past);
        let is_twice = |other: Option<&Past>| other.is_some_and(|other| other.at.date() == at.date());
        if !self.by_day.is_empty()
            || is_twice(self.values.get(end + 1))
            || is_twice(end.checked_sub(1).and_then(|before| self.values.get(before)))
        {
            self.renew_day(at.date());
        }
    }
}

/// Hours from one moment to another; between days as such, or a day and a moment, whole days.
fn hours_between(from: Observed, to: Observed) -> f64 {
    let days = (to.date() - from.date()).whole_days() as f64;
    match (from.hour(), to.hour()) {
        (Some(from), Some(to)) => days * DAY_HOURS + to - from,
        _ => days * DAY_HOURS,
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;
    use time::{Date, Duration};

    use super::*;

    const FIRST: Date = date!(2025 - 01 - 01);

    fn on(day: i64) -> Observed {
        Observed::day(FIRST.saturating_add(Duration::days(day)))
    }

    fn value(day: i64, value: f64) -> Past {
        Past { at: on(day), value, unconfirmed: value == 0.0, level_change: false }
    }

    fn past(values: &[(i64, f64)]) -> PastValues {
        let mut past = PastValues::default();
        values.iter().for_each(|(day, number)| past.insert(value(*day, *number)));
        past
    }

    fn values(past: &[Past]) -> Vec<f64> {
        past.iter().map(|past| past.value).collect()
    }

    #[test]
    fn what_was_before_is_by_observation_not_by_arrival() {
        let past = past(&[(0, 1.0), (4, 5.0), (2, 3.0)]);
        assert_eq!(values(past.before(on(9))), [1.0, 3.0, 5.0]);
        assert_eq!(values(past.before(on(4))), [1.0, 3.0]);
        assert_eq!(past.newest(), Some(on(4)));
    }

    #[test]
    fn a_value_is_judged_by_the_newest_before_it() {
        let long: Vec<(i64, f64)> = (0..1_000).map(|day| (day, 1.0 + day as f64)).collect();
        let mut past = past(&long);
        assert_eq!(past.before(on(1_000)).len(), WINDOW + 1);
        assert_eq!(past.before(on(70)).last(), Some(&value(69, 70.0)));
        past.forget(on(69));
        assert_eq!(past.before(on(70)).last(), Some(&value(68, 69.0)));
    }

    #[test]
    fn what_was_stored_wrong_is_no_first_value_above_zero() {
        let mut past = past(&[(0, 9.0), (4, 5.0)]);
        past.forget(on(0));
        assert!(!past.was_positive_before(on(4)) && past.was_positive_before(on(5)));
    }

    #[test]
    fn unconfirmed_zeros_are_forgotten_once_a_value_is_known() {
        let mut past = past(&[(0, 0.0), (1, 0.0), (3, 945.0)]);
        assert_eq!(values(past.before(on(9))), [945.0]);
        past.insert(value(2, 0.0));
        assert_eq!(values(past.before(on(9))), [945.0]);
    }

    #[test]
    fn positive_is_by_the_first_value_above_zero() {
        let past = past(&[(0, 0.0), (5, 9.0), (3, 8.0)]);
        assert!(past.was_positive_before(on(4)));
        assert!(!past.was_positive_before(on(3)));
    }
}
