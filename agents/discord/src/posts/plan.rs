//! Whether findings are posted one by one or together: more than five within ten minutes are one message.

use jiff::{SignedDuration, Timestamp};

/// Most alerts of a server within the window.
const MOST: usize = 5;
const WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// How long nothing new has to come before findings are posted: those of one collection come within moments.
const SETTLED: SignedDuration = SignedDuration::from_secs(5);

/// What is done with findings that wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    /// A message for each.
    Each,
    /// One message for all.
    Together,
    /// More may come.
    Wait,
}

impl Plan {
    /// What is done with findings that were stored at these times, after alerts that were posted at these.
    pub(super) fn of(posted: &[Timestamp], waiting: &[Timestamp], now: Timestamp) -> Self {
        let Some(newest) = waiting.iter().max() else { return Self::Wait };
        if now.duration_since(*newest) < SETTLED {
            return Self::Wait;
        }
        let num_recent = posted.iter().filter(|time| now.duration_since(**time) < WINDOW).count();
        match () {
            () if num_recent + waiting.len() <= MOST => Self::Each,
            () if num_recent < MOST => Self::Together,
            () => Self::Wait,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + second).unwrap()
    }

    fn plan(posted: &[i64], waiting: &[i64], now: i64) -> Plan {
        let times = |list: &[i64]| list.iter().map(|at| second(*at)).collect::<Vec<_>>();
        Plan::of(&times(posted), &times(waiting), second(now))
    }

    #[test]
    fn five_are_posted_one_by_one_and_six_together() {
        assert_eq!(plan(&[], &[0; 5], 5), Plan::Each);
        assert_eq!(plan(&[], &[0; 6], 5), Plan::Together);
        assert_eq!(plan(&[0, 1, 2], &[100, 101], 106), Plan::Each);
        assert_eq!(plan(&[0, 1, 2], &[100, 101, 102], 107), Plan::Together);
    }

    #[test]
    fn nothing_is_posted_while_more_comes_or_the_window_is_full() {
        assert_eq!(plan(&[], &[0, 3], 7), Plan::Wait);
        assert_eq!(plan(&[], &[], 7), Plan::Wait);
        assert_eq!(plan(&[0, 1, 2, 3, 4], &[10], 599), Plan::Wait);
        assert_eq!(plan(&[0, 1, 2, 3, 4], &[10], 601), Plan::Each);
    }
}
