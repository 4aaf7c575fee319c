//! Which event makes an agent panic: batches are narrowed down until one event is left, and that one is set aside.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// Panics over the same single event after which it is quarantined: one may have been bad luck.
const MAX_PANICS: u32 = 2;

/// What follows from a panic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It was one of many, or the first time: give the same events again, as [`PoisonIsolation::batch_size`] says.
    TryAgain,
    /// This event is the cause; it goes to the dead letters and is not given again.
    Quarantine {
        /// Sequence of the event.
        sequence: u64,
        /// How often the agent panicked over it.
        num_panics: u32,
    },
}

/// Remembers the events over which an agent panicked, across its restarts.
#[derive(Debug, Default)]
pub(crate) struct PoisonIsolation {
    /// Events handed over together when the agent panicked: these are given one by one.
    suspects: Vec<RangeInclusive<u64>>,
    num_panics: BTreeMap<u64, u32>,
    quarantined: BTreeSet<u64>,
}

impl PoisonIsolation {
    /// How many events of a chunk with these first and last sequences may be handed over together.
    pub(crate) fn batch_size(&self, first: u64, last: u64, most: usize) -> usize {
        let overlaps = |range: &RangeInclusive<u64>| first <= *range.end() && last >= *range.start();
        if self.suspects.iter().any(overlaps) { 1 } else { most }
    }

    /// The agent panicked over the events from `first` to `last`.
    pub(crate) fn panicked(&mut self, first: u64, last: u64) -> Verdict {
        if first < last {
            self.suspects.push(first..=last);
            return Verdict::TryAgain;
        }
        let num_panics = self.num_panics.entry(first).or_default();
        *num_panics += 1;
        if *num_panics < MAX_PANICS {
            self.suspects.push(first..=last);
            return Verdict::TryAgain;
        }
        self.quarantined.insert(first);
        Verdict::Quarantine { sequence: first, num_panics: *num_panics }
    }

    /// Whether an event was found to be the cause of panics.
    pub(crate) fn is_quarantined(&self, sequence: u64) -> bool {
        self.quarantined.contains(&sequence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: usize = 1_000;

    /// Gives events 1 to `num` from the beginning after every panic, as a rebuild does; tells what was quarantined
    /// and how often the agent panicked.
    fn feed(num: u64, panics_at: &[u64]) -> (Vec<u64>, u32) {
        let mut isolation = PoisonIsolation::default();
        let (mut quarantined, mut num_panics) = (Vec::new(), 0);
        'afresh: loop {
            let mut next = 1;
            while next <= num {
                let size = isolation.batch_size(next, num.min(next + MOST as u64 - 1), MOST) as u64;
                let last = num.min(next + size - 1);
                let given = (next..=last).filter(|sequence| !isolation.is_quarantined(*sequence));
                if given.into_iter().any(|sequence| panics_at.contains(&sequence)) {
                    num_panics += 1;
                    if let Verdict::Quarantine { sequence, .. } = isolation.panicked(next, last) {
                        quarantined.push(sequence);
                    }
                    continue 'afresh;
                }
                next = last + 1;
            }
            return (quarantined, num_panics);
        }
    }

    #[test]
    fn the_event_is_found_one_by_one_and_quarantined_after_two_panics() {
        assert_eq!(feed(3_000, &[1_777]), (vec![1_777], 3));
    }

    #[test]
    fn every_one_of_several_is_found_and_no_other() {
        assert_eq!(feed(5_000, &[1, 900, 4_999]).0, [1, 900, 4_999]);
        assert_eq!(feed(5_000, &[]), (Vec::new(), 0));
    }

    #[test]
    fn only_chunks_that_hold_a_suspect_are_given_one_by_one() {
        let mut isolation = PoisonIsolation::default();
        assert_eq!(isolation.panicked(1, 500), Verdict::TryAgain);
        assert_eq!(isolation.batch_size(400, 900, MOST), 1);
        assert_eq!(isolation.batch_size(501, 900, MOST), MOST);
    }

    #[test]
    fn a_single_panic_over_an_event_is_forgiven() {
        let mut isolation = PoisonIsolation::default();
        assert_eq!(isolation.panicked(77, 77), Verdict::TryAgain);
        assert!(!isolation.is_quarantined(77));
        assert_eq!(isolation.panicked(77, 77), Verdict::Quarantine { sequence: 77, num_panics: 2 });
        assert!(isolation.is_quarantined(77));
    }
}
