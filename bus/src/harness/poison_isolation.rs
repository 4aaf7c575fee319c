//! Which event makes an agent panic: it is set aside after the second time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Panics over the same event after which it is quarantined: one may have been bad luck.
const MAX_PANICS: u32 = 2;

/// The event that an actor is handling, known to whoever sent it: when the actor panics, this is the one. An actor
/// that was gone before it came to the message has handled none of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct CurrentEvent(Arc<AtomicU64>);

impl CurrentEvent {
    /// The actor begins with the event of this sequence; sequences begin with 1.
    pub(crate) fn begin(&self, sequence: u64) {
        self.0.store(sequence, Ordering::Release);
    }

    /// Sequence of the event that was begun last; `None` where none was.
    pub(crate) fn sequence(&self) -> Option<u64> {
        Some(self.0.load(Ordering::Acquire)).filter(|sequence| *sequence > 0)
    }
}

/// What follows from a panic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The event may be given again.
    TryAgain,
    /// The event goes to the dead letters and is not given again.
    Quarantine {
        /// How often the agent panicked over it.
        num_panics: u32,
    },
}

/// Remembers the events over which an agent panicked, across its restarts.
#[derive(Debug, Default)]
pub(crate) struct PoisonIsolation {
    num_panics: BTreeMap<u64, u32>,
    quarantined: BTreeSet<u64>,
}

impl PoisonIsolation {
    /// The agent panicked over the event of this sequence.
    pub(crate) fn panicked(&mut self, sequence: u64) -> Verdict {
        let num_panics = self.num_panics.entry(sequence).or_default();
        *num_panics += 1;
        if *num_panics < MAX_PANICS {
            return Verdict::TryAgain;
        }
        self.quarantined.insert(sequence);
        Verdict::Quarantine { num_panics: *num_panics }
    }

    /// These were found to be the cause of panics before.
    pub(crate) fn quarantine(&mut self, sequences: BTreeSet<u64>) {
        self.quarantined.extend(sequences);
    }

    /// Whether an event was found to be the cause of panics.
    pub(crate) fn is_quarantined(&self, sequence: u64) -> bool {
        self.quarantined.contains(&sequence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_panic_over_an_event_is_forgiven_and_the_second_quarantines_it() {
        let mut isolation = PoisonIsolation::default();
        assert_eq!(isolation.panicked(77), Verdict::TryAgain);
        assert!(!isolation.is_quarantined(77));
        assert_eq!(isolation.panicked(77), Verdict::Quarantine { num_panics: 2 });
        assert!(isolation.is_quarantined(77));
    }

    #[test]
    fn panics_over_other_events_do_not_count() {
        let mut isolation = PoisonIsolation::default();
        assert_eq!([1, 2, 3].map(|sequence| isolation.panicked(sequence)), [Verdict::TryAgain; 3]);
        assert!([1, 2, 3].iter().all(|sequence| !isolation.is_quarantined(*sequence)));
    }

    #[test]
    fn an_actor_that_never_came_to_a_message_panicked_over_none_of_its_events() {
        let current = CurrentEvent::default();
        assert_eq!(current.sequence(), None);
        current.clone().begin(7);
        assert_eq!(current.sequence(), Some(7));
    }
}
