//! Which interactions of a session are under way: Discord repeats from the oldest of them on.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How often it is looked at whether all is finished.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Sequences of interactions that are not finished; clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unfinished(Arc<Mutex<BTreeSet<u64>>>);

/// Takes a sequence off the list when it is dropped, however its task ends.
#[derive(Debug)]
pub(crate) struct Begun {
    sequence: u64,
    list: Unfinished,
}

impl Unfinished {
    pub(crate) fn begin(&self, sequence: u64) -> Begun {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(sequence);
        Begun { sequence, list: self.clone() }
    }

    /// The last sequence that need not be repeated, where this is the newest one.
    pub(crate) fn done_to(&self, newest: u64) -> u64 {
        let list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        list.first().map_or(newest, |oldest| oldest.saturating_sub(1).min(newest))
    }

    /// Resolves when nothing is under way.
    pub(crate) async fn finished(&self) {
        while !self.is_empty() {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        self.list.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.sequence);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discord_repeats_from_the_oldest_interaction_that_is_not_finished() {
        let unfinished = Unfinished::default();
        assert_eq!(unfinished.done_to(9), 9);
        let (oldest, later) = (unfinished.begin(4), unfinished.begin(7));
        assert_eq!(unfinished.done_to(9), 3);
        drop(oldest);
        assert_eq!(unfinished.done_to(9), 6);
        drop(later);
        assert!(unfinished.is_empty());
    }
}
