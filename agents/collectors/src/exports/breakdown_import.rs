//! Import of exports with figures of songs and playlists: raw breakdowns out. The same file again stores nothing twice.
//!
//! A breakdown that contradicts the one that is stored of its period is stored beside it, and the validator rejects it as
//! a `conflict`; or it takes its place, where that was asked for.

use std::collections::{HashMap, HashSet};

use casa24_bus::{Bus, BusError, Outgoing};
use casa24_schemas::{Account, Artist, RawBreakdown, RosterEntry, SnapshotCorrection};
use futures::TryStreamExt;

use super::record::BreakdownExport;
use crate::corrections::Correct;
use crate::history_import::{ImportError, PATIENCE};
use crate::import_counts::{ImportCounts, Imported};

/// Imports breakdowns of one artist into the bus.
#[derive(Debug)]
pub struct BreakdownImport<'a> {
    /// The bus.
    pub bus: &'a Bus,
    /// What the files say.
    pub exports: &'a [BreakdownExport],
    /// Whose they are, as the roster has it.
    pub entry: &'a RosterEntry,
    /// Lets what contradicts what is stored take its place; otherwise what is stored stands.
    pub correct: Option<Correct>,
}

/// What is stored of a period.
struct Known {
    /// What stands: the newest correction, or the first.
    current: RawBreakdown,
    /// All that contradicts it or was corrected.
    others: Vec<RawBreakdown>,
}

impl BreakdownImport<'_> {
    /// Stores what is new.
    ///
    /// # Errors
    /// When the roster says that the artist has no account on a file's platform, or the bus keeps refusing.
    pub async fn run(&self) -> Result<Imported, ImportError> {
        let mut counts = ImportCounts::default();
        let mut events = Vec::new();
        if self.exports.is_empty() {
            return Ok(Imported::default());
        }
        let mut known = self.bus.patiently(PATIENCE, async || self.known().await).await?;
        for export in self.exports {
            if self.entry.account(&export.platform) == Account::Absent {
                let name = self.entry.artist.name.clone();
                let (file, platform) = (export.file.clone(), export.platform.clone());
                return Err(ImportError::NoAccount { file, name, platform });
            }
            counts.num_files += 1;
            counts.num_breakdowns += 1;
            counts.notes.extend(export.notes.iter().cloned());
            events.extend(self.plan(export, &mut known, &mut counts));
        }
        let new = self.bus.publish_each(&events, PATIENCE).await?;
        counts.num_breakdowns_new = new.len() as u64;
        let stored: HashSet<String> = new.iter().map(|event| event.message_id().to_owned()).collect();
        Ok(Imported { counts, stored })
    }

    async fn known(&self) -> Result<HashMap<String, Known>, BusError> {
        let mut known: HashMap<String, Known> = HashMap::new();
        let filter = format!("breakdown.raw.*.{}", self.entry.artist.id);
        let mut stored = std::pin::pin!(self.bus.replay::<RawBreakdown>(&filter).await?);
        while let Some(stored) = stored.try_next().await? {
            remember(&mut known, stored.event);
        }
        Ok(known)
    }

    /// What is to be stored of a file.
    fn plan(
        &self,
        export: &BreakdownExport,
        known: &mut HashMap<String, Known>,
        counts: &mut ImportCounts,
    ) -> Option<Outgoing> {
        let BreakdownExport { file, platform, period, breakdown, .. } = export;
        let mut raw = RawBreakdown {
            platform: platform.clone(),
            artist: Artist::clone(&self.entry.artist),
            period: *period,
            source: file.clone(),
            breakdown: breakdown.clone(),
            correction: None,
        };
        let Some(stored) = known.get(&raw.key()) else {
            remember(known, raw.clone());
            return Some(Outgoing::root(&raw));
        };
        if stored.current.breakdown == raw.breakdown {
            return None;
        }
        counts.conflict(
            self.correct.is_some(),
            format!(
                "{file}: figures of {}..{} differ from those of {}, which are stored",
                period.first, period.last, stored.current.source
            ),
        );
        if let Some(Correct { reason, corrected_at }) = &self.correct {
            let (reason, corrected_at) = (reason.clone(), *corrected_at);
            raw.correction = Some(SnapshotCorrection { reason, corrected_at, follows: None });
            remember(known, raw.clone());
            return Some(Outgoing::root(&raw));
        }
        let is_new = stored.others.iter().all(|other| other.breakdown != raw.breakdown);
        is_new.then(|| {
            remember(known, raw.clone());
            Outgoing::beside(&raw)
        })
    }
}

fn remember(known: &mut HashMap<String, Known>, raw: RawBreakdown) {
    match known.get_mut(&raw.key()) {
        None => drop(known.insert(raw.key(), Known { current: raw, others: Vec::new() })),
        Some(known) if raw.correction.is_some() => {
            let before = std::mem::replace(&mut known.current, raw);
            known.others.push(before);
        }
        Some(known) => known.others.push(raw),
    }
}
