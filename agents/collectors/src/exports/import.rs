//! Import of exports: their days in, raw snapshots out. Importing the same file twice stores nothing twice.
//!
//! A day may be stored already: from the earlier bot's files, or from another export with other columns. Figures that it
//! lacks are added to it by a correction, which keeps what is there. A figure that contradicts it is stored beside it:
//! the validator rejects it as a `conflict`, so that both are on record; or it takes its place, where that was asked for.

use std::collections::{BTreeMap, HashMap, HashSet};

use casa24_bus::{BATCH_LIMIT, Bus, BusError, Outgoing};
use casa24_schemas::{Artist, Metric, Observed, Platform, RawSnapshot, RawValue, RosterEntry};
use futures::TryStreamExt;

use super::record::Export;
use crate::corrections::{self, Correct};
use crate::history_import::{ImportError, PATIENCE};
use crate::import_counts::{ImportCounts, Imported, Progress, traces};
use crate::metric_digests::digest;

/// Longest source and reason, in characters, that name the files of a day.
const MAX_FILES_CHARS: usize = 200;

/// Imports exports of one artist into the bus.
#[derive(Debug)]
pub struct ExportImport<'a> {
    /// The bus.
    pub bus: &'a Bus,
    /// What the files say.
    pub exports: &'a [Export],
    /// Whose they are, as the roster has it.
    pub entry: &'a RosterEntry,
    /// When it is imported: the time of corrections that add figures to a day.
    pub imported_at: Observed,
    /// Lets what contradicts what is stored take its place; otherwise what is stored stands.
    pub correct: Option<Correct>,
}

/// One day of a platform in all files.
struct Told {
    files: Vec<String>,
    metrics: BTreeMap<Metric, RawValue>,
}

/// What is stored of a moment.
struct Known {
    /// The snapshot that stands: the newest correction, or the first.
    current: RawSnapshot,
    /// Digests of all that were stored.
    digests: HashSet<u64>,
}

/// What is stored of the artist on a platform, by moment.
type Moments = HashMap<Observed, Known>;

/// What is to be stored.
#[derive(Default)]
struct Plan {
    /// Snapshots of moments that are new, and those that contradict what is stored.
    events: Vec<Outgoing>,
    /// Snapshots that take the place of others.
    corrections: Vec<RawSnapshot>,
    counts: ImportCounts,
}

impl ExportImport<'_> {
    /// Stores what is new, in the order of days.
    ///
    /// # Errors
    /// When the roster says that the artist has no account on a file's platform, or the bus keeps refusing.
    pub async fn run(&self, mut on_progress: impl FnMut(Progress)) -> Result<Imported, ImportError> {
        let mut plan = Plan::default();
        for export in self.exports {
            ImportError::expect_account(self.entry, &export.file, &export.platform)?;
            plan.counts.num_files += 1;
            plan.counts.notes.extend(export.notes.iter().cloned());
        }
        let mut by_platform: BTreeMap<&Platform, Vec<&Export>> = BTreeMap::new();
        self.exports.iter().for_each(|export| by_platform.entry(&export.platform).or_default().push(export));
        for (platform, exports) in by_platform {
            let known = self.bus.patiently(PATIENCE, async || self.known(platform).await).await?;
            self.plan(&mut plan, platform, &exports, &known);
        }
        let (num_files, num_snapshots) = (plan.counts.num_files, plan.counts.num_snapshots);
        let imported = self.store(plan).await?;
        on_progress(Progress { num_done: num_files, num_files, num_snapshots });
        Ok(imported)
    }

    async fn known(&self, platform: &Platform) -> Result<Moments, BusError> {
        let mut known = Moments::new();
        let stored = self.bus.replay::<RawSnapshot>(&format!("snapshot.raw.{platform}.*")).await?;
        let mut stored = std::pin::pin!(stored);
        while let Some(stored) = stored.try_next().await? {
            let snapshot = stored.event;
            if snapshot.artist.id != self.entry.artist.id {
                continue;
            }
            let digest = digest(&snapshot.metrics);
            let known = known
                .entry(snapshot.observed_at)
                .or_insert_with(|| Known { current: snapshot.clone(), digests: HashSet::new() });
            known.digests.insert(digest);
            if snapshot.correction.is_some() {
                known.current = snapshot;
            }
        }
        Ok(known)
    }

    /// Compares what the files say with what is stored.
    fn plan(&self, plan: &mut Plan, platform: &Platform, exports: &[&Export], known: &Moments) {
        for (at, told) in self.days(plan, exports) {
            plan.counts.num_snapshots += 1;
            let Some(Known { current, digests: stored }) = known.get(&at) else {
                plan.events.push(Outgoing::root(&self.snapshot(platform, at, &told, told.metrics.clone())));
                continue;
            };
            let lacks = |metric: &Metric| current.metrics.get(metric).is_none_or(|it| *it == RawValue::Null);
            let (mut added, mut other) = (BTreeMap::new(), BTreeMap::new());
            for (metric, value) in told.metrics.iter().filter(|(_, value)| **value != RawValue::Null) {
                if lacks(metric) {
                    added.insert(metric.clone(), value.clone());
                } else if plain(&current.metrics[metric]) != plain(value) {
                    other.insert(metric.clone(), value.clone());
                }
            }
            for (metric, value) in &other {
                let stored = &current.metrics[metric];
                let files = told.files.join(", ");
                let source = &current.source;
                plan.counts.conflict(
                    self.correct.is_some(),
                    format!(
                        "{files}: {metric} of {platform} on {at} is {value}, stored is {stored} ({source})"
                    ),
                );
            }
            let replaced = if self.correct.is_some() { other.clone() } else { BTreeMap::new() };
            if added.is_empty() && replaced.is_empty() {
                plan.counts.num_known += 1;
            } else {
                plan.counts.num_added_to += u64::from(replaced.is_empty());
                let mut metrics = current.metrics.clone();
                metrics.extend(added);
                metrics.extend(replaced);
                let mut whole = self.snapshot(platform, at, &told, metrics);
                whole.source = sources(&current.source, &told.files);
                whole.content.clone_from(&current.content);
                whole.sample = current.sample;
                plan.corrections.push(whole);
            }
            if self.correct.is_none() && !other.is_empty() && !stored.contains(&digest(&other)) {
                let beside = self.snapshot(platform, at, &told, other);
                plan.events.push(Outgoing::beside(&beside));
            }
        }
    }

    /// The days of these files, oldest first. Where two files contradict each other, the first counts.
    fn days(&self, plan: &mut Plan, exports: &[&Export]) -> BTreeMap<Observed, Told> {
        let mut days: BTreeMap<Observed, Told> = BTreeMap::new();
        for export in exports {
            for day in &export.days {
                let at = Observed::day(day.date);
                let told =
                    days.entry(at).or_insert_with(|| Told { files: Vec::new(), metrics: BTreeMap::new() });
                for (metric, value) in &day.metrics {
                    match told.metrics.get(metric) {
                        Some(first) if *first != RawValue::Null => {
                            if first != value && *value != RawValue::Null {
                                let (file, platform) = (&export.file, &export.platform);
                                plan.counts.conflict(
                                    false,
                                    format!(
                                        "{file}, line {}: {metric} of {platform} on {at} is {value}, {first} in {}",
                                        day.line,
                                        told.files.join(", ")
                                    ),
                                );
                            }
                        }
                        _ => drop(told.metrics.insert(metric.clone(), value.clone())),
                    }
                }
                if !told.files.contains(&export.file) {
                    told.files.push(export.file.clone());
                }
            }
        }
        days
    }

    fn snapshot(
        &self,
        platform: &Platform,
        at: Observed,
        told: &Told,
        metrics: BTreeMap<Metric, RawValue>,
    ) -> RawSnapshot {
        RawSnapshot {
            platform: platform.clone(),
            artist: Artist::clone(&self.entry.artist),
            observed_at: at,
            source: in_short(&told.files.join(", ")),
            collection: None,
            account: self.entry.account(platform),
            metrics,
            absent: BTreeMap::new(),
            content: None,
            correction: None,
            sample: false,
        }
    }

    async fn store(&self, plan: Plan) -> Result<Imported, ImportError> {
        let mut imported = Imported { counts: plan.counts, traces: HashSet::new() };
        for batch in plan.events.chunks(BATCH_LIMIT) {
            let new = self.bus.publish_each(batch, PATIENCE).await?;
            imported.counts.num_new += new.len() as u64;
            imported.counts.num_known += (batch.len() - new.len()) as u64;
            imported.traces.extend(traces(&new));
        }
        if plan.corrections.is_empty() {
            return Ok(imported);
        }
        let files: Vec<&str> = self.exports.iter().map(|export| export.file.as_str()).collect();
        let adding = Correct {
            reason: Some(in_short(&format!("figures of {}", files.join(", ")))),
            corrected_at: self.imported_at,
        };
        let correct = self.correct.as_ref().unwrap_or(&adding);
        let all = async || corrections::with_followers(self.bus, plan.corrections.clone(), correct).await;
        let all = self.bus.patiently(PATIENCE, all).await?;
        for batch in all.chunks(BATCH_LIMIT) {
            let events: Vec<Outgoing> = batch.iter().map(Outgoing::root).collect();
            let new = self.bus.publish_each(&events, PATIENCE).await?;
            imported.traces.extend(traces(&new));
        }
        imported.counts.num_new += plan.corrections.len() as u64;
        Ok(imported)
    }
}

/// A value as text without what groups digits: "1,200" and 1200 are the same figure.
fn plain(value: &RawValue) -> String {
    match value {
        RawValue::Text(text) => text.trim().replace([',', ' ', '\u{a0}', '\u{202f}'], ""),
        other => other.to_string(),
    }
}

/// The sources of a day: those that it had, and the files that say more of it.
fn sources(before: &str, files: &[String]) -> String {
    let new: Vec<&str> = files.iter().map(String::as_str).filter(|file| !before.contains(file)).collect();
    if new.is_empty() { before.to_owned() } else { in_short(&format!("{before}, {}", new.join(", "))) }
}

fn in_short(text: &str) -> String {
    match text.char_indices().nth(MAX_FILES_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
