//! What was accepted before in one series, as far as judging needs it.

use casa24_schemas::Observed;

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

/// The newest accepted values of one series, in order of observation.
#[derive(Debug, Default)]
pub(crate) struct PastValues {
    values: Vec<Past>,
    first_positive: Option<Observed>,
    newest_copy: Option<Observed>,
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
        self.newest_copy = self.newest_copy.max(Some(at));
        if let Some(place) = self.values.iter().rposition(|past| past.at == at) {
            self.values.remove(place);
        }
    }

    /// The newest moment before another at which there was a value or a copy of one.
    pub(crate) fn seen_before(&self, at: Observed) -> Option<Observed> {
        let copy = self.newest_copy.filter(|copy| *copy < at);
        self.before(at).last().map(|past| past.at).max(copy)
    }

    /// Says that a new level began at a moment.
    pub(crate) fn set_level_change(&mut self, at: Observed) {
        if let Some(past) = self.values.iter_mut().rev().find(|past| past.at == at) {
            past.level_change = true;
        }
    }

    /// Takes in an accepted value, wherever in time it belongs.
    pub(crate) fn insert(&mut self, past: Past) {
        let at = past.at;
        if past.value > 0.0 {
            if self.first_positive.is_none() {
                // Now that the account is seen to work, those zeros are no part of the series' history.
                self.values.retain(|past| !past.unconfirmed);
            }
            self.first_positive = Some(self.first_positive.map_or(at, |first| first.min(at)));
        } else if past.unconfirmed && self.first_positive.is_some() {
            return;
        }
        let end = self.values.len() - self.values.iter().rev().take_while(|past| past.at > at).count();
        self.values.insert(end, past);
        if self.values.len() > 2 * (WINDOW + 1) {
            self.values.drain(..=WINDOW);
        }
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
    fn only_the_newest_values_are_kept() {
        let long: Vec<(i64, f64)> = (0..1_000).map(|day| (day, 1.0 + day as f64)).collect();
        let past = past(&long);
        assert_eq!(past.before(on(1_000)).len(), WINDOW + 1);
        assert!(past.values.len() <= 2 * (WINDOW + 1));
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
