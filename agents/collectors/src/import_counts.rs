//! What an import did: counts, and what was told of its files.

use std::collections::HashSet;

use casa24_bus::{Outgoing, TraceId};

/// Most problems that are listed one by one, most conflicts, and most files that are passed over.
pub(crate) const MAX_PROBLEMS: usize = 50;

/// What became of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct ImportCounts {
    /// Files that were read.
    pub num_files: u64,
    /// Among these, files with figures of periods.
    pub num_breakdown_files: u64,
    /// Snapshots in them.
    pub num_snapshots: u64,
    /// Snapshots that were new, by the server's word for each: those that this import stored.
    pub num_new: u64,
    /// Snapshots that were stored before, by somebody else meanwhile, or came twice.
    pub num_known: u64,
    /// Snapshots, figures of a day, or breakdowns that contradict what stands for the same day or period.
    pub num_conflicting: u64,
    /// Which these are, by file, artist and platform; the first fifty.
    pub conflicting: Vec<String>,
    /// The same, where it is to take the place of what stood.
    pub num_corrected: u64,
    /// Which these are, by file, artist and platform; the first fifty.
    pub corrected: Vec<String>,
    /// Among the new ones, snapshots that add figures to one that was stored before for the same day.
    pub num_added_to: u64,
    /// Figures of periods by song, by playlist, or of one song by day.
    pub num_breakdowns: u64,
    /// Among these, those that this import stored.
    pub num_breakdowns_new: u64,
    /// Parts of files that could not be read.
    pub num_problems: u64,
    /// What was wrong with them; the first fifty.
    pub problems: Vec<String>,
    /// Files and folders beside the history that are none of it.
    pub num_passed_over: u64,
    /// Which, and why; the first fifty.
    pub passed_over: Vec<String>,
    /// What else a reader of the files should know.
    pub notes: Vec<String>,
    /// Artists of these files whose names look the same; the first fifty.
    pub same_look: Vec<String>,
}

/// What an import did.
#[derive(Debug, Clone, Default)]
pub struct Imported {
    /// The counts.
    pub counts: ImportCounts,
    /// Traces of what it stored, which whatever follows from that has too.
    pub traces: HashSet<TraceId>,
}

impl Imported {
    /// Adds what another import of the same call did, of other files.
    pub fn add(&mut self, other: Self) {
        let (counts, more) = (&mut self.counts, other.counts);
        counts.num_files += more.num_files;
        counts.num_breakdown_files += more.num_breakdown_files;
        counts.num_breakdowns += more.num_breakdowns;
        counts.num_breakdowns_new += more.num_breakdowns_new;
        counts.notes.extend(more.notes);
        counts.num_conflicting += more.num_conflicting;
        extend(&mut counts.conflicting, more.conflicting);
        counts.num_corrected += more.num_corrected;
        extend(&mut counts.corrected, more.corrected);
        self.traces.extend(other.traces);
    }
}

/// Adds to a list of what is named one by one.
fn extend(list: &mut Vec<String>, more: Vec<String>) {
    let room = MAX_PROBLEMS.saturating_sub(list.len());
    list.extend(more.into_iter().take(room));
}

/// The traces of what was stored.
pub(crate) fn traces(stored: &[&Outgoing]) -> impl Iterator<Item = TraceId> {
    stored.iter().map(|event| event.trace().trace_id())
}

/// How far an import is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Files done.
    pub num_done: u64,
    /// Files in all.
    pub num_files: u64,
    /// Snapshots stored so far.
    pub num_snapshots: u64,
}

impl ImportCounts {
    /// A figure, or figures, that contradicts what is stored.
    pub(crate) fn conflict(&mut self, is_corrected: bool, what: String) {
        let (num, list) = if is_corrected {
            (&mut self.num_corrected, &mut self.corrected)
        } else {
            (&mut self.num_conflicting, &mut self.conflicting)
        };
        *num += 1;
        if list.len() < MAX_PROBLEMS {
            list.push(what);
        }
    }

    pub(crate) fn pass_over(&mut self, file: String) {
        self.num_passed_over += 1;
        if self.passed_over.len() < MAX_PROBLEMS {
            self.passed_over.push(file);
        }
    }

    pub(crate) fn problem(&mut self, problem: String) {
        self.num_problems += 1;
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_two_imports_add_up_beyond_what_is_listed() {
        let of = |num: u64| {
            let mut imported = Imported::default();
            (0..num).for_each(|number| imported.counts.conflict(number % 2 == 0, number.to_string()));
            imported
        };
        let mut both = of(80);
        both.add(of(130));
        let ImportCounts { num_corrected, corrected, num_conflicting, conflicting, .. } = both.counts;
        assert_eq!((num_corrected, corrected.len()), (40 + 65, 50));
        assert_eq!((num_conflicting, conflicting.len()), (40 + 65, 50));
    }
}
