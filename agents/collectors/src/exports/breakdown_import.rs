//! Import of exports with figures of songs and playlists: raw breakdowns out. The same file again stores nothing twice.
//!
//! What stands of a period is what was accepted of it: a file that was rejected keeps no other one out. A breakdown that
//! contradicts the one that stands is stored beside it, and rejected as a `conflict`; or it takes its place, where that was
//! asked for.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use casa24_bus::{Bus, BusError, Outgoing};
use casa24_schemas::{
    Artist, Breakdown, Observed, Period, RawBreakdown, Reason, RejectedBreakdown, RosterEntry,
    SnapshotCorrection, ValidBreakdown,
};
use futures::TryStreamExt;

use super::record::BreakdownExport;
use crate::corrections::Correct;
use crate::history_import::{ImportError, PATIENCE};
use crate::import_counts::{ImportCounts, Imported, traces};

/// Imports breakdowns of one artist into the bus, on which all that is stored has been judged.
#[derive(Debug)]
pub struct BreakdownImport<'a> {
    /// The bus.
    pub bus: &'a Bus,
    /// What the files say.
    pub exports: &'a [BreakdownExport],
    /// Whose they are, as the roster has it.
    pub entry: &'a RosterEntry,
    /// When it is imported.
    pub imported_at: Observed,
    /// Lets what contradicts what stands take its place; otherwise that goes on to stand.
    pub correct: Option<Correct>,
}

/// What an import is to store.
#[derive(Debug, Default)]
pub struct PlannedBreakdowns {
    events: Vec<Outgoing>,
    counts: ImportCounts,
}

/// What is stored of a period.
#[derive(Debug, Default)]
struct Known {
    /// What stands.
    standing: Option<Standing>,
    /// Digests of all that was stored, accepted or not.
    stored: HashSet<u64>,
    /// Digests of what was rejected as a whole, and why.
    rejected: HashMap<u64, Vec<Reason>>,
}

/// The newest breakdown that was accepted.
#[derive(Debug)]
struct Standing {
    source: String,
    /// Of its figures before any was withheld.
    digest: u64,
}

impl BreakdownImport<'_> {
    /// Compares the files with what stands. Nothing is stored yet, so that a file of which something is wrong keeps
    /// all of an import out.
    ///
    /// # Errors
    /// When the roster says that the artist has no account on a file's platform, a file is too large for one event, or
    /// the bus keeps refusing.
    pub async fn plan(&self) -> Result<PlannedBreakdowns, ImportError> {
        let mut planned = PlannedBreakdowns::default();
        if self.exports.is_empty() {
            return Ok(planned);
        }
        let mut known = self.bus.patiently(PATIENCE, async || self.known().await).await?;
        for export in self.exports {
            ImportError::expect_account(self.entry, &export.file, &export.platform)?;
            let counts = &mut planned.counts;
            counts.num_files += 1;
            counts.num_breakdown_files += 1;
            counts.num_breakdowns += 1;
            counts.notes.extend(export.notes.iter().cloned());
            let Some(event) = self.event(export, &mut known, counts) else { continue };
            self.bus
                .check_size(&event)
                .map_err(|source| ImportError::TooLarge { file: export.file.clone(), source })?;
            planned.events.push(event);
        }
        Ok(planned)
    }

    /// Stores what is new.
    ///
    /// # Errors
    /// When the bus keeps refusing.
    pub async fn store(
        &self,
        PlannedBreakdowns { events, mut counts }: PlannedBreakdowns,
    ) -> Result<Imported, ImportError> {
        let new = self.bus.publish_each(&events, PATIENCE).await?;
        counts.num_breakdowns_new = new.len() as u64;
        Ok(Imported { counts, traces: traces(&new).collect() })
    }

    async fn known(&self) -> Result<HashMap<String, Known>, BusError> {
        let mut known: HashMap<String, Known> = HashMap::new();
        let mut digests: HashMap<u64, u64> = HashMap::new();
        let of = |what: &str| format!("breakdown.{what}.*.{}", self.entry.artist.id);
        let mut raw = std::pin::pin!(self.bus.replay::<RawBreakdown>(&of("raw")).await?);
        while let Some(raw) = raw.try_next().await? {
            let digest = digest(&raw.event.breakdown);
            digests.insert(raw.stored.sequence, digest);
            known.entry(raw.event.key()).or_default().stored.insert(digest);
        }
        let mut valid = std::pin::pin!(self.bus.replay::<ValidBreakdown>(&of("valid")).await?);
        while let Some(valid) = valid.try_next().await? {
            let ValidBreakdown { accepted, .. } = valid.event;
            let key = accepted.key();
            // What it says itself lacks the figures that were withheld.
            let whole = valid.stored.cause.and_then(|cause| digests.get(&cause).copied());
            let digest = whole.unwrap_or_else(|| digest(&accepted.breakdown));
            known.entry(key).or_default().standing = Some(Standing { source: accepted.source, digest });
        }
        let mut rejected = std::pin::pin!(self.bus.replay::<RejectedBreakdown>(&of("rejected")).await?);
        while let Some(rejected) = rejected.try_next().await? {
            let RejectedBreakdown { raw, reasons } = rejected.event;
            known.entry(raw.key()).or_default().rejected.insert(digest(&raw.breakdown), reasons);
        }
        Ok(known)
    }

    /// What is to be stored of a file.
    fn event(
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
        let known = known.entry(raw.key()).or_default();
        let (is_first, digest) = (known.stored.is_empty(), digest(&raw.breakdown));
        let is_new = known.stored.insert(digest);
        match (&known.standing, known.rejected.get(&digest)) {
            (Some(standing), _) if standing.digest == digest => return None,
            (Some(standing), _) => {
                counts.conflict(
                    self.correct.is_some(),
                    format!(
                        "{file}: figures of {}..{} differ from those of {}, which are stored",
                        period.first, period.last, standing.source
                    ),
                );
                if let Some(Correct { reason, corrected_at }) = &self.correct {
                    let (reason, corrected_at) = (reason.clone(), *corrected_at);
                    raw.correction = Some(SnapshotCorrection { reason, corrected_at, follows: None });
                    return Some(Outgoing::root(&raw));
                }
            }
            (None, Some(reasons)) if has_ended_since(raw.period, reasons, self.imported_at) => {
                return Some(Outgoing::beside(&raw));
            }
            (None, Some(reasons)) => {
                let reasons: Vec<&str> = reasons.iter().map(|reason| reason.meaning()).collect();
                counts.notes.push(format!("{file}: it was rejected before: {}", reasons.join("; ")));
            }
            (None, None) => {}
        }
        match (is_first, is_new) {
            (true, _) => Some(Outgoing::root(&raw)),
            (_, true) => Some(Outgoing::beside(&raw)),
            (_, false) => None,
        }
    }
}

/// Whether a breakdown was rejected because its period had not ended, which it has now.
fn has_ended_since(period: Period, reasons: &[Reason], now: Observed) -> bool {
    reasons == [Reason::FutureDate] && period.last.0 <= now.date()
}

fn digest(breakdown: &Breakdown) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(breakdown)
}

#[cfg(test)]
mod tests {
    use casa24_schemas::Day;
    use time::macros::date;

    use super::*;

    #[test]
    fn a_file_that_came_before_its_period_had_ended_can_come_again() {
        let period = Period { first: Day(date!(2026 - 08 - 01)), last: Day(date!(2026 - 08 - 28)) };
        let has_ended = |reasons: &[Reason], day| has_ended_since(period, reasons, Observed::day(day));
        assert!(has_ended(&[Reason::FutureDate], date!(2026 - 08 - 28)));
        assert!(!has_ended(&[Reason::FutureDate], date!(2026 - 08 - 26)));
        assert!(!has_ended(&[Reason::Negative], date!(2026 - 08 - 28)));
    }
}
