//! `import`: history files and exports into the pipeline, through the validator.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use casa24_bus::{Bus, Patience, Shutdown, Stored, StreamName};
use casa24_collectors::exports::{BreakdownImport, ExportImport};
use casa24_collectors::{Correct, HistoryImport, ImportCounts, Imported, Progress, Roster, history};
use casa24_schemas::{
    Observed, Reason, RejectedBreakdown, RejectedSnapshot, RosterEntry, ValidBreakdown, ValidSnapshot,
};
use futures::TryStreamExt;
use indicatif::ProgressBar;
use time::OffsetDateTime;

use crate::agents::Rules;
use crate::catch_up::{self, catch_up};
use crate::cli::Import;
use crate::exports::{self, Exports};
use crate::import_outcome::Outcome;
use crate::session::Session;
use crate::settings::Settings;
use crate::streams::{errln, outln};
use crate::terminal::{counted, printable, progress_bar, thousands};

/// Imports, lets the pipeline work, and prints the counts.
pub(crate) async fn import(settings: &Settings, options: &Import) -> anyhow::Result<()> {
    // Before anything is started: a path that is not there is the asker's mistake.
    let files = if let Some(artist) = &options.artist {
        Files::Exports(Exports::read(options, artist)?)
    } else {
        exports::expect_none(&options.paths)?;
        let roster = read_roster(options)?;
        history::find_files(&options.paths)?;
        Files::History(roster)
    };
    let session = Session::open(settings, "import").await?;
    let imported = session.unless_stuck(import_into(&session.bus, &settings.rules, options, &files)).await;
    let closed = session.close().await;
    let (counts, outcome) = imported?;
    closed?;
    print(options, &counts, &outcome)
}

/// What is to be imported.
enum Files {
    /// The earlier bot's, by what the roster says.
    History(Roster),
    Exports(Exports),
}

/// The same, with whose the exports are.
enum Source<'f> {
    History(&'f Roster),
    Exports(&'f Exports, RosterEntry),
}

async fn import_into(
    bus: &Bus,
    rules: &Rules,
    options: &Import,
    files: &Files,
) -> anyhow::Result<(ImportCounts, Outcome)> {
    let started = Instant::now();
    let source = match files {
        Files::Exports(exports) => Source::Exports(exports, exports.artist_on(bus).await?),
        Files::History(roster) => Source::History(roster),
    };
    let before = Totals::of(bus).await?;
    let bar = progress_bar("{pos}/{len} files, {msg}");
    let shutdown = Shutdown::default();
    let mut judges = catch_up::start_stages(bus, &shutdown).await;
    let imported_at = Observed::instant(OffsetDateTime::now_utc());
    let reason = options.reason.clone();
    let correct = options.replace.then_some(Correct { reason, corrected_at: imported_at });
    let judged = async {
        let on_progress = |progress| show(&bar, progress);
        let imported = match &source {
            Source::Exports(exports, entry) => {
                let Exports { days, breakdowns, .. } = exports;
                let days = ExportImport { bus, exports: days, entry, imported_at, correct: correct.clone() };
                let breakdowns = BreakdownImport { bus, exports: breakdowns, entry, imported_at, correct };
                // What stands of a period is what was accepted of it.
                catch_up::stages_done(bus).await?;
                let planned = breakdowns.plan().await?;
                let mut imported = days.run(on_progress).await?;
                imported.add(breakdowns.store(planned).await?);
                imported
            }
            Source::History(roster) => {
                HistoryImport { bus, paths: &options.paths, roster, correct }.run(on_progress).await?
            }
        };
        bar.set_message("judging");
        catch_up::stages_done(bus).await?;
        anyhow::Ok(imported)
    };
    let imported = tokio::select! {
        imported = judged => imported,
        error = judges.failed() => Err(error),
    };
    judges.stop().await?;
    let imported = imported?;
    let until_validated_seconds = started.elapsed().as_secs_f64();
    bar.set_message("working out growth and forecasts");
    // They read the same events: the bus hands them out once.
    let verdicts = async { Ok(Verdicts::since(bus, &before, &imported).await?) };
    let ((), verdicts) = tokio::try_join!(catch_up(bus, rules), verdicts)?;
    bar.finish_and_clear();
    let Verdicts { num_valid, num_rejected, withheld, rejected_files } = verdicts;
    let outcome = Outcome {
        num_valid,
        num_rejected,
        withheld,
        rejected_files,
        num_dead: Totals::of(bus).await?.num_dead - before.num_dead,
        until_validated_seconds,
        seconds: started.elapsed().as_secs_f64(),
    };
    Ok((imported.counts, outcome))
}

/// Valid and rejected events and dead letters that were ever stored: none of these falls when old ones expire.
struct Totals {
    num_valid: u64,
    num_rejected: u64,
    num_breakdowns_judged: u64,
    num_dead: u64,
}

impl Totals {
    async fn of(bus: &Bus) -> casa24_bus::Result<Self> {
        bus.patiently(Patience::COMMAND, async || Self::read(bus).await).await
    }

    async fn read(bus: &Bus) -> casa24_bus::Result<Self> {
        Ok(Self {
            num_valid: bus.num_ever_stored(StreamName::Valid).await?,
            num_rejected: bus.num_ever_stored(StreamName::Rejected).await?,
            num_breakdowns_judged: bus.num_ever_stored(StreamName::JudgedBreakdowns).await?,
            num_dead: bus.num_ever_stored(StreamName::Dead).await?,
        })
    }
}

/// What the validators made of an import's events. Others may import at the same time: theirs do not count.
#[derive(Default)]
struct Verdicts {
    num_valid: u64,
    num_rejected: u64,
    /// Values that were withheld, in valid and in rejected events, by reason.
    withheld: BTreeMap<&'static str, u64>,
    /// Breakdowns that were rejected as a whole: their files, and why.
    rejected_files: Vec<String>,
}

impl Verdicts {
    async fn since(bus: &Bus, before: &Totals, imported: &Imported) -> casa24_bus::Result<Self> {
        bus.patiently(Patience::COMMAND, async || Self::read(bus, before, imported).await).await
    }

    async fn read(bus: &Bus, before: &Totals, imported: &Imported) -> casa24_bus::Result<Self> {
        let mut verdicts = Self::default();
        if imported.traces.is_empty() {
            return Ok(verdicts);
        }
        let is_ours = |stored: &Stored| imported.traces.contains(&stored.trace.trace_id());
        let count_valid = |valid: &ValidSnapshot, stored: &Stored| {
            // One that was amended was counted when it was first accepted, and one without figures is rejected.
            let is_first = valid.amended_at.is_none() && !valid.metrics.is_empty();
            if is_first && is_ours(stored) {
                verdicts.num_valid += 1;
                valid.withheld.values().for_each(|withheld| verdicts.withhold(withheld.reason));
            }
        };
        bus.visit_after("snapshot.valid.>", before.num_valid, count_valid).await?;
        let count_rejected = |rejected: &RejectedSnapshot, stored: &Stored| {
            if is_ours(stored) {
                verdicts.num_rejected += 1;
                let reasons = rejected.reasons.iter().filter(|rejection| rejection.metric.is_some());
                reasons.for_each(|rejection| verdicts.withhold(rejection.reason));
            }
        };
        bus.visit_after("snapshot.rejected.>", before.num_rejected, count_rejected).await?;
        if imported.counts.num_breakdowns > 0 {
            verdicts.read_breakdowns(bus, before.num_breakdowns_judged, imported).await?;
        }
        Ok(verdicts)
    }

    async fn read_breakdowns(
        &mut self,
        bus: &Bus,
        num_judged_before: u64,
        imported: &Imported,
    ) -> casa24_bus::Result<()> {
        let is_ours = |stored: &Stored| imported.traces.contains(&stored.trace.trace_id());
        let valid = bus.replay_after::<ValidBreakdown>("breakdown.valid.>", num_judged_before).await?;
        let mut valid = std::pin::pin!(valid);
        while let Some(valid) = valid.try_next().await? {
            if is_ours(&valid.stored) {
                self.num_valid += 1;
                valid.event.withheld.iter().for_each(|withheld| self.withhold(withheld.reason));
            }
        }
        let rejected = bus.replay_after::<RejectedBreakdown>("breakdown.rejected.>", num_judged_before);
        let mut rejected = std::pin::pin!(rejected.await?);
        while let Some(rejected) = rejected.try_next().await? {
            if is_ours(&rejected.stored) {
                let RejectedBreakdown { raw, reasons } = rejected.event;
                self.num_rejected += 1;
                let reasons: Vec<&str> = reasons.iter().map(|reason| reason.meaning()).collect();
                self.rejected_files.push(format!("{}: {}", raw.source, reasons.join("; ")));
            }
        }
        Ok(())
    }

    fn withhold(&mut self, reason: Reason) {
        *self.withheld.entry(reason.as_str()).or_default() += 1;
    }
}

fn read_roster(options: &Import) -> anyhow::Result<Roster> {
    let file = options.roster.clone().or_else(|| history::find_roster(&options.paths));
    file.map_or_else(|| Ok(Roster::default()), |file| read_roster_file(&file))
}

/// Reads a roster file.
pub(crate) fn read_roster_file(file: &Path) -> anyhow::Result<Roster> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(Roster::read(&bytes, &file.display().to_string())?)
}

fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_length(progress.num_files);
    bar.set_position(progress.num_done);
    bar.set_message(counted(progress.num_snapshots, "snapshot", "snapshots"));
}

fn print(options: &Import, counts: &ImportCounts, outcome: &Outcome) -> anyhow::Result<()> {
    if options.json {
        outln!("{}", serde_json::to_string_pretty(&outcome.json(counts))?);
    } else {
        for problem in &counts.problems {
            errln!("skipped: {}", printable(problem));
        }
        if counts.num_problems > counts.problems.len() as u64 {
            errln!("skipped: and {} more", thousands(counts.num_problems - counts.problems.len() as u64));
        }
        for told in counts.notes.iter().chain(&counts.same_look) {
            errln!("note: {}", printable(told));
        }
        if counts.num_passed_over > 0 {
            print_passed_over(counts);
        }
        for rejected in &outcome.rejected_files {
            errln!("rejected: {}", printable(rejected));
        }
        if options.artist.is_some() {
            counts.conflicting.iter().for_each(|conflict| errln!("conflict: {}", printable(conflict)));
            let num_more = counts.num_conflicting.saturating_sub(counts.conflicting.len() as u64);
            if num_more > 0 {
                errln!("conflict: and {} more", thousands(num_more));
            }
        }
        outcome.lines(counts).iter().for_each(|line| outln!("{line}"));
    }
    if counts.num_files > 0 && counts.num_snapshots == 0 && counts.num_problems > 0 {
        anyhow::bail!("nothing could be read");
    }
    Ok(())
}

/// Tells which files beside the history are none of it, and what is expected.
fn print_passed_over(counts: &ImportCounts) {
    for file in &counts.passed_over {
        errln!("passed over: {}", printable(file));
    }
    let more = counts.num_passed_over - counts.passed_over.len() as u64;
    if more > 0 {
        errln!("passed over: and {} more", thousands(more));
    }
    errln!(
        "{} passed over: of a folder count YYYY-MM-DD.json, in it or its historical, and latest.json; \
         a file named on its own counts under any name",
        thousands(counts.num_passed_over)
    );
}
