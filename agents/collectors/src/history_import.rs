//! History import: the earlier bot's files in, raw snapshots out. Importing the same folder twice changes nothing.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use casa24_bus::{
    BATCH_LIMIT, Bus, BusError, Cause, Outgoing, Patience, Stored, StoredEvent, StreamName, explain,
};
use casa24_schemas::{Account, Event, Platform, RawSnapshot, RosterEntry, content_hash};
use futures::TryStreamExt;
use tokio::sync::mpsc;

use crate::corrections::{self, Correct};
use crate::import_counts::{ImportCounts, Imported, MAX_PROBLEMS, Progress, traces};
use crate::looks::Looks;
use crate::metric_digests::{digest, digests};
use crate::{Error, Roster, history};

/// Files that are read ahead of what is stored.
const READ_AHEAD: usize = 8;
/// How long a bus that is away, or stores nothing, is waited for.
pub(crate) const PATIENCE: Patience = Patience::COMMAND;

/// Imports files of the earlier bot into the bus.
#[derive(Debug)]
pub struct HistoryImport<'a> {
    /// The bus.
    pub bus: &'a Bus,
    /// What was asked for: folders or files.
    pub paths: &'a [PathBuf],
    /// What is known of the artists' accounts.
    pub roster: &'a Roster,
    /// Stores what contradicts what is stored as a correction; otherwise what is stored stands.
    pub correct: Option<Correct>,
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
    /// An export of a platform on which the artist has no account.
    #[error(
        "{file} is of {platform}, where {name} has no account by the roster: `casa24 roster add` says otherwise"
    )]
    NoAccount {
        /// The file.
        file: String,
        /// The artist's name.
        name: String,
        /// The platform.
        platform: Platform,
    },
    /// A file whose figures are too many for one event.
    #[error("{file} is too large")]
    TooLarge {
        /// The file.
        file: String,
        /// What the server takes.
        source: BusError,
    },
}

impl ImportError {
    /// Fails where the artist of an export has no account on its platform.
    pub(crate) fn expect_account(entry: &RosterEntry, file: &str, platform: &Platform) -> Result<(), Self> {
        if entry.account(platform) != Account::Absent {
            return Ok(());
        }
        let (file, name) = (file.to_owned(), entry.artist.name.clone());
        Err(Self::NoAccount { file, name, platform: platform.clone() })
    }
}

/// One file, read.
struct ReadFile {
    name: String,
    outcome: Result<ReadDay, Error>,
}

/// One day, ready to be stored.
struct ReadDay {
    events: Vec<(Outgoing, Told)>,
    /// The snapshots of the events, where they may correct what is stored.
    snapshots: Vec<RawSnapshot>,
    problems: Vec<String>,
    same_look: Vec<String>,
}

impl ReadDay {
    fn of(day: history::Day, same_look: Vec<String>, corrects: bool) -> Self {
        let events = day.snapshots.iter().map(|snapshot| (Outgoing::root(snapshot), Told::by(snapshot)));
        let events = events.collect();
        let snapshots = if corrects { day.snapshots } else { Vec::new() };
        Self { events, snapshots, problems: day.problems, same_look }
    }
}

/// What a file tells of an artist on a platform.
struct Told {
    /// A digest of the figures.
    digest: u64,
    /// A digest of each of them.
    digests: HashSet<u64>,
    /// By which file, of whom and of what.
    name: String,
}

impl Told {
    fn by(snapshot: &RawSnapshot) -> Self {
        let RawSnapshot { source, artist, platform, .. } = snapshot;
        let name = format!("{source}: {} on {platform}", artist.name);
        Self { digest: digest(&snapshot.metrics), digests: digests(&snapshot.metrics), name }
    }

    /// Counts it as one that is stored already, with the figures of a digest.
    fn count_known(&self, stored: u64, counts: &mut ImportCounts) {
        counts.num_known += 1;
        if stored != self.digest {
            counts.conflict(false, self.name.clone());
        }
    }
}

/// Digests of figures, by the message ids of their snapshots as numbers, which take a fifth of the room; of corrected ones,
/// by those of the first of their moment.
type Digests = HashMap<u128, u64>;

/// What is stored already. The server itself remembers message ids for seconds only.
#[derive(Default)]
struct Known {
    digests: Digests,
    /// Digests of each figure, where a correction says more than what it took the place of may have said.
    corrected: HashMap<u128, HashSet<u64>>,
    /// Sequence of `RAW` up to which it was read.
    until: u64,
}

impl Known {
    /// The digest of what is stored of a moment: of what a file tells, where it is a part of that.
    fn of(&self, id: u128, told: &Told) -> Option<u64> {
        let is_part = || self.corrected.get(&id).is_some_and(|known| told.digests.is_subset(known));
        self.digests.get(&id).map(|digest| if is_part() { told.digest } else { *digest })
    }
}

/// An import on its way.
struct Run<'a> {
    bus: &'a Bus,
    known: Known,
    /// Snapshots to be stored next.
    waiting: Vec<Outgoing>,
    /// What they tell, by their message ids.
    told: HashMap<String, Told>,
    correct: Option<&'a Correct>,
    /// What contradicts what is stored and is to take its place.
    corrections: Vec<(RawSnapshot, Told)>,
    /// Message ids of what was read already, where this corrects: of two files that contradict each other the first counts.
    read: HashSet<String>,
    imported: Imported,
}

impl HistoryImport<'_> {
    /// Reads every file and stores what is new, in the order of days. A file that cannot be read is listed among
    /// the problems, and the others are imported. Several imports may run at once: each snapshot is new to one.
    ///
    /// # Errors
    /// When there is no history at the paths, or the bus keeps refusing.
    pub async fn run(&self, mut on_progress: impl FnMut(Progress)) -> Result<Imported, ImportError> {
        let found = history::find_files(self.paths)?;
        self.store_roster().await?;
        let mut run = Run {
            bus: self.bus,
            known: Known::default(),
            waiting: Vec::with_capacity(BATCH_LIMIT),
            told: HashMap::new(),
            correct: self.correct.as_ref(),
            corrections: Vec::new(),
            read: HashSet::new(),
            imported: Imported::default(),
        };
        run.read_known().await?;
        for (path, reason) in &found.passed_over {
            run.imported.counts.pass_over(format!("{}: {reason}", name_within(self.paths, path)));
        }
        let num_files = found.files.len() as u64;
        let mut incoming = self.read_files(found.files);
        while let Some(file) = incoming.recv().await {
            run.take(file).await?;
            let counts = &run.imported.counts;
            let (num_done, num_snapshots) = (counts.num_files, counts.num_snapshots);
            on_progress(Progress { num_done, num_files, num_snapshots });
        }
        run.store().await?;
        run.store_corrections().await?;
        Ok(run.imported)
    }

    /// Reads, parses and encodes files in a thread of its own, a few ahead of what is stored.
    fn read_files(&self, files: Vec<PathBuf>) -> mpsc::Receiver<ReadFile> {
        let (sender, receiver) = mpsc::channel(READ_AHEAD);
        let roster = self.roster.clone();
        let paths = self.paths.to_vec();
        let corrects = self.correct.is_some();
        tokio::task::spawn_blocking(move || {
            let mut looks = Looks::default();
            for file in files {
                let name = name_within(&paths, &file);
                let outcome = std::fs::read(&file)
                    .map_err(|source| Error::Io { action: "read", path: file.clone(), source })
                    .and_then(|bytes| history::read_day(&bytes, &name, &roster))
                    .map(|day| {
                        let told = looks.take(&day.snapshots);
                        ReadDay::of(day, told, corrects)
                    });
                if sender.blocking_send(ReadFile { name, outcome }).is_err() {
                    return; // the import ended early
                }
            }
        });
        receiver
    }

    /// Stores what the roster says and the bus does not know yet.
    async fn store_roster(&self) -> Result<(), ImportError> {
        let known = self.bus.patiently(PATIENCE, async || self.bus.newest("roster.*").await).await?;
        let changed: Vec<Outgoing> =
            self.roster.entries().iter().filter_map(|entry| roster_change(&known, entry)).collect();
        self.bus.publish(&changed, PATIENCE).await?;
        Ok(())
    }
}

impl Run<'_> {
    /// Takes in one file.
    async fn take(&mut self, file: ReadFile) -> Result<(), ImportError> {
        let counts = &mut self.imported.counts;
        counts.num_files += 1;
        let day = match file.outcome {
            Ok(day) => day,
            Err(error) => {
                counts.problem(explain(&error));
                return Ok(());
            }
        };
        for problem in day.problems {
            counts.problem(format!("{}: {problem}", file.name));
        }
        let room = MAX_PROBLEMS - counts.same_look.len();
        counts.same_look.extend(day.same_look.into_iter().take(room));
        let mut snapshots = day.snapshots.into_iter();
        for (event, told) in day.events {
            let counts = &mut self.imported.counts;
            counts.num_snapshots += 1;
            let id = event.message_id();
            let snapshot = snapshots.next().filter(|_| self.read.insert(id.to_owned()));
            let waiting = || self.told.get(id).map(|waiting| waiting.digest);
            match (self.known.of(number(id), &told).or_else(waiting), snapshot) {
                (Some(known), Some(snapshot)) if known != told.digest => {
                    self.corrections.push((snapshot, told))
                }
                (Some(known), _) => told.count_known(known, counts),
                (None, _) => {
                    self.told.insert(id.to_owned(), told);
                    self.waiting.push(event);
                }
            }
            if self.waiting.len() == BATCH_LIMIT {
                self.store().await?;
            }
        }
        Ok(())
    }

    /// Stores what waits, and counts what the server took. Another import may have stored some of it since.
    async fn store(&mut self) -> Result<(), ImportError> {
        self.read_known().await?;
        let (known, told, counts) = (&self.known, &self.told, &mut self.imported.counts);
        self.waiting.retain(|event| {
            let told = &told[event.message_id()];
            let known = known.of(number(event.message_id()), told);
            known.inspect(|known| told.count_known(*known, counts)).is_none()
        });
        let new = self.bus.publish_each(&self.waiting, PATIENCE).await?;
        counts.num_new += new.len() as u64;
        let last = num_ever_stored(self.bus).await?;
        if last == self.known.until + new.len() as u64 {
            self.known.until = last; // nobody else has stored anything
        }
        self.imported.traces.extend(traces(&new));
        for event in new {
            let id = event.message_id();
            if let Some(told) = self.told.remove(id) {
                self.known.digests.insert(number(id), told.digest);
            }
        }
        let refused: Vec<Outgoing> = self.waiting.drain(..).collect();
        let refused = refused.iter().map(Outgoing::message_id);
        let refused: Vec<&str> = refused.filter(|id| self.told.contains_key(*id)).collect();
        if !refused.is_empty() {
            // What another import stored in the meantime is compared like all that was known.
            self.read_known().await?;
            for id in refused {
                let told = &self.told[id];
                let stored = self.known.of(number(id), told).unwrap_or(told.digest);
                told.count_known(stored, &mut self.imported.counts);
            }
        }
        self.told.clear();
        Ok(())
    }

    /// Stores what takes the place of what was stored wrong, behind all that is new.
    async fn store_corrections(&mut self) -> Result<(), ImportError> {
        let Some(correct) = self.correct.filter(|_| !self.corrections.is_empty()) else { return Ok(()) };
        self.read_known().await?;
        let (mut corrected, counts) = (Vec::new(), &mut self.imported.counts);
        for (snapshot, told) in self.corrections.drain(..) {
            // Another import may have stored the same meanwhile.
            if self.known.of(moment(&snapshot), &told) == Some(told.digest) {
                counts.num_known += 1;
                continue;
            }
            counts.num_corrected += 1;
            if counts.corrected.len() < MAX_PROBLEMS {
                counts.corrected.push(told.name);
            }
            corrected.push(snapshot);
        }
        let bus = self.bus;
        let all = async || corrections::with_followers(bus, corrected.clone(), correct).await;
        let all = bus.patiently(PATIENCE, all).await?;
        for batch in all.chunks(BATCH_LIMIT) {
            let events: Vec<Outgoing> = batch.iter().map(Outgoing::root).collect();
            let new = bus.publish_each(&events, PATIENCE).await?;
            self.imported.traces.extend(traces(&new));
        }
        counts.num_new += counts.num_corrected;
        Ok(())
    }

    /// Reads what was stored since it was last read.
    async fn read_known(&mut self) -> Result<(), BusError> {
        let bus = self.bus;
        // Begun anew where it is cut off: what was read twice is known once.
        bus.patiently(PATIENCE, async || self.try_read_known().await).await
    }

    async fn try_read_known(&mut self) -> Result<(), BusError> {
        let last = self.bus.num_ever_stored(StreamName::Raw).await?;
        if last > self.known.until {
            let stored = self.bus.replay_after::<RawSnapshot>("snapshot.raw.>", self.known.until).await?;
            let mut stored = std::pin::pin!(stored);
            while let Some(stored) = stored.try_next().await? {
                let (id, digest) = (moment(&stored.event), digest(&stored.event.metrics));
                if stored.event.correction.is_some() {
                    self.known.corrected.insert(id, digests(&stored.event.metrics));
                    self.known.digests.insert(id, digest);
                } else {
                    self.known.digests.entry(id).or_insert(digest);
                }
            }
            self.known.until = last;
        }
        Ok(())
    }
}

async fn num_ever_stored(bus: &Bus) -> Result<u64, BusError> {
    bus.patiently(PATIENCE, async || bus.num_ever_stored(StreamName::Raw).await).await
}

/// A roster entry on its way out; `None` where it says what is known. Whoever comes back says the same as before
/// leaving: the entry that it follows tells the two apart.
pub fn roster_change(known: &[StoredEvent<RosterEntry>], entry: &RosterEntry) -> Option<Outgoing> {
    match known.iter().find(|known| known.event.artist.id == entry.artist.id) {
        Some(known) if known.event == *entry => None,
        Some(StoredEvent { stored: Stored { sequence, trace, .. }, .. }) => {
            Some(Outgoing::following(&Cause { sequence: *sequence, trace: *trace, followed: None }, entry))
        }
        None => Some(Outgoing::root(entry)),
    }
}

/// Message id, as a number, of the snapshot of a moment that corrects nothing.
fn moment(snapshot: &RawSnapshot) -> u128 {
    content_hash(&RawSnapshot::SCHEMA, &snapshot.moment())
}

/// The number that a message id is in hexadecimal.
fn number(message_id: &str) -> u128 {
    u128::from_str_radix(message_id, 16).unwrap_or_default()
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
