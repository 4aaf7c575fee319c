//! The agent `files`: judged snapshots in, the earlier bot's files out, in a folder that is kept up to date.

use std::path::{Path, PathBuf};
use std::time::Duration;

use casa24_bus::{Bus, BusError, Patience, Runner, Source, SourceContext, SourceError, explain, source};
use casa24_schemas::{Collection, RosterEntry};
use futures::TryStreamExt;
use time::OffsetDateTime;

use super::day_index::DayIndex;
use super::{DayWriter, write_roster};
use crate::{Error, Roster};

/// How often it is looked for something new. Files are written when nothing came between two looks.
const LOOK: Duration = Duration::from_secs(2);
/// Pause after a folder could not be written.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(10);
/// A run that has begun and not ended is waited for as long as this: its collector may be gone.
const LONGEST_RUN: time::Duration = time::Duration::hours(2);

/// Keeps a folder up to date.
///
/// What is in the folder is compared with what is stored at each start, so that it needs no memory of its own. Files of days
/// of which nothing is stored are left alone: they may be the earlier bot's.
#[derive(Debug)]
pub struct Files {
    folder: Option<PathBuf>,
}

impl Files {
    /// The agent as it is run. Without a folder it can be listed, but not run.
    pub fn runner(folder: Option<PathBuf>) -> Runner {
        source(move || Self { folder })
    }
}

impl Source for Files {
    const NAME: &'static str = "files";
    const PUBLISHES: &'static [&'static str] = &[];

    async fn run(&self, context: SourceContext) -> Result<(), SourceError> {
        let folder = self.folder.as_deref();
        let folder = folder.ok_or_else(|| SourceError::permanent("no folder is set for files"))?;
        let bus = context.bus();
        let (mut days, mut roster) = (DayIndex::default(), RosterChanges::default());
        let mut is_told = false;
        loop {
            let is_new = days.follow(bus).await? | roster.follow(bus).await?;
            let is_due = !is_new && (roster.changed || !days.to_write().is_empty());
            let mut pause = LOOK;
            if is_due && !is_collecting(bus).await? {
                let written = tokio::select! {
                    written = write(bus, folder, &mut days, &mut roster) => written,
                    // A file that is begun is finished.
                    () = context.cancelled() => return Ok(()),
                };
                match written {
                    Ok(()) => {
                        tracing::info!(folder = %folder.display(), "files are up to date");
                        is_told = false;
                    }
                    Err(WriteError::Bus(error)) => return Err(error.into()),
                    Err(WriteError::Files(reason)) => {
                        if !std::mem::replace(&mut is_told, true) {
                            tracing::warn!(
                                reason,
                                "files wait until the folder can be written; nothing else does"
                            );
                        }
                        pause = TRY_AGAIN_AFTER;
                    }
                }
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = context.cancelled() => return Ok(()),
            }
        }
    }
}

/// Whether the roster changed since it was written.
#[derive(Debug, Default)]
struct RosterChanges {
    changed: bool,
    read_to: u64,
}

impl RosterChanges {
    async fn follow(&mut self, bus: &Bus) -> casa24_bus::Result<bool> {
        let mut is_any = false;
        let mut stored = std::pin::pin!(bus.replay_after::<RosterEntry>("roster.*", self.read_to).await?);
        while let Some(stored) = stored.try_next().await? {
            self.read_to = stored.stored.sequence;
            is_any = true;
        }
        self.changed |= is_any;
        Ok(is_any)
    }
}

/// Whether a run of the collector is under way, so that the day is not complete.
async fn is_collecting(bus: &Bus) -> Result<bool, SourceError> {
    let newest = bus.newest_patiently::<Collection>("collection.*", Patience::AGENT).await?;
    let earliest = OffsetDateTime::now_utc() - LONGEST_RUN;
    let is_under_way = |run: &Collection| {
        let is_open = run.ended_at.is_none() && run.stopped.is_none();
        is_open && run.started_at.moment().is_some_and(|started| started > earliest)
    };
    Ok(newest.iter().any(|stored| is_under_way(&stored.event)))
}

/// Why files could not be written.
enum WriteError {
    Bus(BusError),
    /// In words.
    Files(String),
}

impl From<BusError> for WriteError {
    fn from(error: BusError) -> Self {
        Self::Bus(error)
    }
}

/// Writes the files of what changed.
async fn write(
    bus: &Bus,
    folder: &Path,
    days: &mut DayIndex,
    roster: &mut RosterChanges,
) -> Result<(), WriteError> {
    let groups = days.to_write();
    let num_groups = groups.len();
    let mut writer = None;
    for (group, number) in groups.into_iter().zip(1..) {
        let stored = days.read(bus, &group).await?;
        let (known, folder) = (writer.take(), folder.to_owned());
        let is_last = number == num_groups;
        writer = beside(move || {
            let mut writer = known.map_or_else(|| DayWriter::new(&folder), Ok)?;
            stored.write(&mut writer)?;
            if is_last { writer.finish().map(|()| None) } else { Ok(Some(writer)) }
        })
        .await?;
        // The last group has the newest day, so that a fault of `latest.json` has that group written again.
        days.written(&group);
    }
    if roster.changed {
        let entries = bus.newest::<RosterEntry>("roster.*").await?;
        let entries: Roster = entries.into_iter().map(|stored| stored.event).collect();
        let folder = folder.to_owned();
        beside(move || {
            DayWriter::new(&folder)?;
            write_roster(&folder, &entries)
        })
        .await?;
        roster.changed = false;
    }
    Ok(())
}

/// Writes beside the thread that others work on: a disk may be slow.
async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, WriteError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome.map_err(|error| WriteError::Files(explain(&error))),
        Err(error) => Err(WriteError::Files(error.to_string())),
    }
}
