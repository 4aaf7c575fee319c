//! Platforms whose figures all stand still although they used to move: values copied forward.

use std::collections::VecDeque;

use time::Date;

/// Standstills that are remembered, newest last.
const WINDOW: usize = 64;
/// Standstills (of any length, none included) that must be known before one is called implausible.
const MIN_KNOWN: usize = 12;
/// Shortest standstill that is ever implausible, in observed days.
const MIN_DAYS: u16 = 4;
/// A standstill is implausible beyond this multiple of the longest one known.
const TIMES_LONGEST: u16 = 2;

/// What an observation tells of a platform's figures, all together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Movement {
    /// One of them differs from before.
    Moved,
    /// All are there, and as before.
    Stood,
    /// Those that are there are as before, but one is missing that may have moved.
    Unclear,
}

/// How long a platform's figures stand still, and for how long they used to.
#[derive(Debug, Default)]
pub(crate) struct Standstill {
    /// Lengths of past standstills, in observed days without movement.
    known: VecDeque<u16>,
    current: u16,
    newest: Option<Date>,
    num_series: usize,
}

impl Standstill {
    /// Takes in the newest observation of a platform that has this many series; tells whether its figures have
    /// stood still for longer than the platform's own history makes plausible.
    pub(crate) fn observe(&mut self, day: Date, movement: Movement, num_series: usize) -> bool {
        if num_series != self.num_series {
            // Without the series that ended, or with the one that began, the platform has another pace.
            self.known.clear();
            self.current = 0;
        }
        self.num_series = num_series;
        let is_new_day = self.newest.is_none_or(|newest| newest < day);
        let is_first = self.newest.is_none();
        self.newest = Some(day);
        match movement {
            Movement::Moved if is_first => false,
            Movement::Moved => {
                self.remember();
                false
            }
            Movement::Stood => {
                self.current = self.current.saturating_add(u16::from(is_new_day));
                self.is_implausible()
            }
            Movement::Unclear => false,
        }
    }

    fn longest(&self) -> u16 {
        self.known.iter().copied().max().unwrap_or(0)
    }

    fn is_implausible(&self) -> bool {
        self.known.len() >= MIN_KNOWN
            && self.current >= MIN_DAYS
            && self.current > self.longest().saturating_mul(TIMES_LONGEST)
    }

    /// Ends the current standstill. An implausible one teaches little: one day more than the longest before.
    fn remember(&mut self) {
        let length = if self.is_implausible() { self.longest() + 1 } else { self.current };
        if self.known.len() == WINDOW {
            self.known.pop_front();
        }
        self.known.push_back(length);
        self.current = 0;
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use time::macros::date;

    use super::*;

    /// Observes a platform of two series on consecutive days, `true` for those on which it moved.
    struct Watch(Standstill, Date);

    impl Watch {
        fn new() -> Self {
            Self(Standstill::default(), date!(2025 - 01 - 01))
        }

        fn next(&mut self, movement: Movement, num_series: usize) -> bool {
            self.1 += Duration::days(1);
            self.0.observe(self.1, movement, num_series)
        }

        /// Moves `times` times, each time after standing still for so many days.
        fn moves(&mut self, times: usize, after_days: usize) {
            for _ in 0..times {
                assert!(!(0..after_days).any(|_| self.next(Movement::Stood, 2)));
                self.next(Movement::Moved, 2);
            }
        }

        /// Days of a standstill of 100 days before it is called implausible.
        fn days_until_implausible(&mut self) -> Option<usize> {
            (1..=100).find(|_| self.next(Movement::Stood, 2))
        }
    }

    #[test]
    fn a_platform_that_moves_daily_may_stand_still_for_three_days() {
        let mut watch = Watch::new();
        watch.moves(40, 0);
        assert_eq!(watch.days_until_implausible(), Some(4));
    }

    #[test]
    fn a_slow_platform_may_stand_still_for_twice_its_longest() {
        let mut watch = Watch::new();
        watch.moves(1, 0);
        watch.moves(1, 9);
        watch.moves(20, 1);
        assert_eq!(watch.days_until_implausible(), Some(19));
    }

    #[test]
    fn with_few_movements_known_nothing_is_implausible() {
        let mut watch = Watch::new();
        watch.moves(MIN_KNOWN, 0); // the first observation is no movement
        assert_eq!(watch.days_until_implausible(), None);
    }

    #[test]
    fn an_implausible_standstill_hardly_changes_what_is_plausible() {
        let mut watch = Watch::new();
        watch.moves(40, 2);
        assert_eq!(watch.days_until_implausible(), Some(5));
        assert!((0..30).all(|_| watch.next(Movement::Stood, 2)));
        watch.next(Movement::Moved, 2);
        assert_eq!(watch.days_until_implausible(), Some(7));
    }

    #[test]
    fn a_missing_figure_tells_nothing() {
        let mut watch = Watch::new();
        watch.moves(40, 0);
        assert!(!(0..50).any(|_| watch.next(Movement::Unclear, 2)));
        assert_eq!(watch.days_until_implausible(), Some(4));
    }

    #[test]
    fn another_set_of_series_has_another_pace() {
        let mut watch = Watch::new();
        watch.moves(40, 0);
        assert!(!(0..50).any(|_| watch.next(Movement::Stood, 1)));
    }

    #[test]
    fn hours_are_no_days() {
        let mut watch = Watch::new();
        watch.moves(40, 0);
        let day = watch.1;
        assert!(!(0..50).any(|_| watch.0.observe(day, Movement::Stood, 2)));
    }
}
