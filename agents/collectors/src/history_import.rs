//! History import: the earlier bot's files in, raw snapshots out. Importing the same folder twice changes nothing.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use casa24_bus::{BATCH_LIMIT, Bus, BusError, Cause, Outgoing, STORE_TRIES, Stored, StoredEvent, explain};
use casa24_schemas::{RawSnapshot, RosterEntry};
use futures::TryStreamExt;
use tokio::sync::mpsc;

use crate::{Error, Roster, history};

/// Files that are read ahead of what is stored.
const READ_AHEAD: usize = 8;
/// Most problems that are listed one by one.
const MAX_PROBLEMS: usize = 50;

/// Imports files of the earlier bot into the bus.
#[derive(Debug)]
pub struct HistoryImport<'a> {
    /// The bus.
    pub bus: &'a Bus,
    /// What was asked for: folders or files.
    pub paths: &'a [PathBuf],
    /// What is known of the artists' accounts.
    pub roster: &'a Roster,
}

/// What became of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct ImportCounts {
    /// Files that were read.
    pub num_files: u64,
    /// Snapshots in them.
    pub num_snapshots: u64,
    /// Snapshots that are new.
    pub num_new: u64,
    /// Snapshots that were stored before, or came twice.
    pub num_known: u64,
    /// Among these, snapshots that contradict the one stored first, which is kept.
    pub num_conflicting: u64,
    /// Parts of files that could not be read.
    pub num_problems: u64,
    /// What was wrong with them; the first fifty.
    pub problems: Vec<String>,
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

/// Why an import ended early. What is stored by then stays; the same import again goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file or folder.
    #[error(transparent)]
    File(#[from] Error),
    /// The bus.
    #[error(transparent)]
    Bus(#[from] BusError),
}

/// One file, read.
struct ReadFile {
    name: String,
    outcome: Result<ReadDay, Error>,
}

/// One day, ready to be stored: events with a digest of their figures.
struct ReadDay {
    events: Vec<(Outgoing, u64)>,
    problems: Vec<String>,
}

impl ReadDay {
    fn of(day: history::Day) -> Self {
        let events = day.snapshots.iter().map(|snapshot| (Outgoing::root(snapshot), digest(snapshot)));
        Self { events: events.collect(), problems: day.problems }
    }
}

/// Snapshots by message id, with a digest of their figures.
type Known = HashMap<String, u64>;

impl HistoryImport<'_> {
    /// Reads every file and stores what is new, in the order of days. A file that cannot be read is listed among
    /// the problems, and the others are imported.
    ///
    /// # Errors
    /// When there is no history at the paths, or the bus keeps refusing.
    pub async fn run(&self, mut on_progress: impl FnMut(Progress)) -> Result<ImportCounts, ImportError> {
        let files = history::find_files(self.paths)?;
        self.store_roster().await?;
        let mut known = self.known().await?;
        let mut counts = ImportCounts::default();
        let mut waiting: Vec<Outgoing> = Vec::with_capacity(BATCH_LIMIT);
        let num_files = files.len() as u64;
        let mut incoming = self.read_files(files);
        while let Some(file) = incoming.recv().await {
            counts.num_files += 1;
            let day = match file.outcome {
                Ok(day) => day,
                Err(error) => {
                    counts.problem(explain(&error));
                    continue;
                }
            };
            for problem in day.problems {
                counts.problem(format!("{}: {problem}", file.name));
            }
            for (event, digest) in day.events {
                counts.num_snapshots += 1;
                match known.entry(event.message_id().to_owned()) {
                    Entry::Vacant(entry) => {
                        entry.insert(digest);
                        waiting.push(event);
                        counts.num_new += 1;
                    }
                    Entry::Occupied(entry) => {
                        counts.num_known += 1;
                        counts.num_conflicting += u64::from(*entry.get() != digest);
                    }
                }
                if waiting.len() == BATCH_LIMIT {
                    self.bus.publish(&waiting, STORE_TRIES).await?;
                    waiting.clear();
                }
            }
            on_progress(Progress {
                num_done: counts.num_files,
                num_files,
                num_snapshots: counts.num_snapshots,
            });
        }
        self.bus.publish(&waiting, STORE_TRIES).await?;
        Ok(counts)
    }

    /// Reads, parses and encodes files in a thread of its own, a few ahead of what is stored.
    fn read_files(&self, files: Vec<PathBuf>) -> mpsc::Receiver<ReadFile> {
        let (sender, receiver) = mpsc::channel(READ_AHEAD);
        let roster = self.roster.clone();
        let paths = self.paths.to_vec();
        tokio::task::spawn_blocking(move || {
            for file in files {
                let name = name_within(&paths, &file);
                let outcome = std::fs::read(&file)
                    .map_err(|source| Error::Io { action: "read", path: file.clone(), source })
                    .and_then(|bytes| history::read_day(&bytes, &name, &roster))
                    .map(ReadDay::of);
                if sender.blocking_send(ReadFile { name, outcome }).is_err() {
                    return; // the import ended early
                }
            }
        });
        receiver
    }

    /// Stores what the roster says and the bus does not know yet.
    async fn store_roster(&self) -> Result<(), ImportError> {
        let known = self.bus.newest("roster.*").await?;
        let changed: Vec<Outgoing> =
            self.roster.entries().iter().filter_map(|entry| roster_change(&known, entry)).collect();
        self.bus.publish(&changed, STORE_TRIES).await?;
        Ok(())
    }

    /// What is stored already. The server itself remembers message ids for seconds only.
    async fn known(&self) -> Result<Known, ImportError> {
        let stored = self.bus.replay::<RawSnapshot>("snapshot.raw.>").await?;
        let known = stored
            .map_ok(|stored| (Outgoing::root(&stored.event).message_id().to_owned(), digest(&stored.event)))
            .try_collect()
            .await?;
        Ok(known)
    }
}

/// A roster entry on its way out; `None` where it says what is known. Whoever comes back says the same as before
/// leaving: the entry that it follows tells the two apart.
pub fn roster_change(known: &[StoredEvent<RosterEntry>], entry: &RosterEntry) -> Option<Outgoing> {
    match known.iter().find(|known| known.event.artist.id == entry.artist.id) {
        Some(known) if known.event == *entry => None,
        Some(StoredEvent { stored: Stored { sequence, trace, .. }, .. }) => Some(Outgoing::following(
            &Cause { sequence: *sequence, trace: trace.clone(), followed: None },
            entry,
        )),
        None => Some(Outgoing::root(entry)),
    }
}

impl ImportCounts {
    fn problem(&mut self, problem: String) {
        self.num_problems += 1;
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem);
        }
    }
}

/// A digest of a snapshot's figures as the source gave them.
fn digest(snapshot: &RawSnapshot) -> u64 {
    let mut hasher = DefaultHasher::new();
    for (metric, value) in &snapshot.metrics {
        metric.as_str().hash(&mut hasher);
        value.to_string().hash(&mut hasher);
    }
    hasher.finish()
}

/// A file's name within the folder that was asked for, so that events do not carry paths of one machine.
fn name_within(paths: &[PathBuf], file: &Path) -> String {
    let within = paths.iter().filter(|path| *path != file).find_map(|path| file.strip_prefix(path).ok());
    let name = within.unwrap_or_else(|| file.file_name().map_or(file, Path::new));
    name.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_named_within_the_folder_that_was_asked_for() {
        let folder = [PathBuf::from("some/history")];
        assert_eq!(
            name_within(&folder, Path::new("some/history/historical/2025-07-06.json")),
            "historical/2025-07-06.json"
        );
        let file = [PathBuf::from("some/2025-07-06.json")];
        assert_eq!(name_within(&file, Path::new("some/2025-07-06.json")), "2025-07-06.json");
    }
}
