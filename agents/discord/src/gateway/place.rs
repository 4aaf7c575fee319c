//! Where a session stands, kept in a file: the next process goes on there, and Discord repeats what came since.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use twilight_gateway::Session;

/// Name of the file in the data folder.
const FILE: &str = "discord-session.json";

/// A place in a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The session, at the last event that need not be repeated.
    pub(crate) session: Session,
    /// Where Discord wants it to be resumed.
    pub(crate) resume_url: Option<String>,
}

impl Place {
    fn path(data: &Path) -> PathBuf {
        data.join(FILE)
    }

    /// The place that was kept; one that cannot be read is none.
    pub(crate) fn read(data: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(Self::path(data)).ok()?).ok()
    }

    /// Keeps it, in a file that appears when it is complete.
    pub(crate) fn keep(&self, data: &Path) -> io::Result<()> {
        std::fs::create_dir_all(data)?;
        let path = Self::path(data);
        let new = path.with_extension("new");
        std::fs::write(&new, serde_json::to_vec(self)?)?;
        std::fs::rename(new, path)
    }

    /// Forgets what was kept.
    pub(crate) fn forget(data: &Path) {
        // It may not be there.
        std::fs::remove_file(Self::path(data)).ok();
    }
}

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

    pub(crate) fn is_empty(&self) -> bool {
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
