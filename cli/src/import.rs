//! `import`: history files and exports into the pipeline, through the validator.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use casa24_bus::{Bus, Patience, Shutdown, StreamName};
use casa24_collectors::exports::{BreakdownImport, ExportImport};
use casa24_collectors::{Correct, HistoryImport, ImportCounts, Imported, Progress, Roster, history};
use casa24_schemas::{
    Event, Observed, RawBreakdown, RawSnapshot, Reason, RejectedBreakdown, RejectedSnapshot, RosterEntry,
    ValidBreakdown, ValidSnapshot, content_id,
};
use futures::TryStreamExt;
use indicatif::ProgressBar;
use serde_json::json;
use time::OffsetDateTime;

use crate::agents::Rules;
use crate::catch_up::{self, catch_up};
use crate::cli::Import;
use crate::exports::{self, Exports};
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
    let outcome = session.unless_stuck(import_into(&session.bus, &settings.rules, options, &files)).await;
    let closed = session.close().await;
    let (counts, judged) = outcome?;
    closed?;
    print(options, &counts, &judged)
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

/// What the pipeline made of it.
struct Judged {
    /// Of the snapshots that this import stored.
    verdicts: Verdicts,
    /// Dead letters meanwhile, whoever's.
    num_dead: u64,
    until_validated_seconds: f64,
    seconds: f64,
}

async fn import_into(
    bus: &Bus,
    rules: &Rules,
    options: &Import,
    files: &Files,
) -> anyhow::Result<(ImportCounts, Judged)> {
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
                let mut imported = days.run(on_progress).await?;
                let breakdowns = BreakdownImport { bus, exports: breakdowns, entry, correct };
                imported.add(breakdowns.run().await?);
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
    let judged = Judged {
        verdicts,
        num_dead: Totals::of(bus).await?.num_dead - before.num_dead,
        until_validated_seconds,
        seconds: started.elapsed().as_secs_f64(),
    };
    Ok((imported.counts, judged))
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
        if imported.stored.is_empty() {
            return Ok(verdicts);
        }
        let is_ours = |identity: &str| imported.stored.contains(&content_id(&RawSnapshot::SCHEMA, identity));
        let valid = bus.replay_after::<ValidSnapshot>("snapshot.valid.>", before.num_valid).await?;
        let mut valid = std::pin::pin!(valid);
        while let Some(valid) = valid.try_next().await? {
            // One that was amended was counted when it was first accepted, and one without figures is rejected.
            let is_first = valid.event.amended_at.is_none() && !valid.event.metrics.is_empty();
            if is_first && is_ours(&valid.event.raw_identity()) {
                verdicts.num_valid += 1;
                valid.event.withheld.values().for_each(|withheld| verdicts.withhold(withheld.reason));
            }
        }
        let rejected = bus.replay_after::<RejectedSnapshot>("snapshot.rejected.>", before.num_rejected);
        let mut rejected = std::pin::pin!(rejected.await?);
        while let Some(rejected) = rejected.try_next().await? {
            if is_ours(&rejected.event.identity()) {
                verdicts.num_rejected += 1;
                let reasons = rejected.event.reasons.iter().filter(|rejection| rejection.metric.is_some());
                reasons.for_each(|rejection| verdicts.withhold(rejection.reason));
            }
        }
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
        let is_ours = |identity: &str| imported.stored.contains(&content_id(&RawBreakdown::SCHEMA, identity));
        let valid = bus.replay_after::<ValidBreakdown>("breakdown.valid.>", num_judged_before).await?;
        let mut valid = std::pin::pin!(valid);
        while let Some(valid) = valid.try_next().await? {
            if is_ours(&valid.event.identity()) {
                self.num_valid += 1;
                valid.event.withheld.iter().for_each(|withheld| self.withhold(withheld.reason));
            }
        }
        let rejected = bus.replay_after::<RejectedBreakdown>("breakdown.rejected.>", num_judged_before);
        let mut rejected = std::pin::pin!(rejected.await?);
        while let Some(RejectedBreakdown { raw, reasons }) =
            rejected.try_next().await?.map(|rejected| rejected.event)
        {
            if is_ours(&raw.identity()) {
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

fn print(options: &Import, counts: &ImportCounts, judged: &Judged) -> anyhow::Result<()> {
    if options.json {
        let answer = json!({
            "read": counts,
            "num_valid": judged.verdicts.num_valid,
            "num_rejected": judged.verdicts.num_rejected,
            "withheld": judged.verdicts.withheld,
            "rejected_files": judged.verdicts.rejected_files,
            "num_dead": judged.num_dead,
            "until_validated_seconds": judged.until_validated_seconds,
            "seconds": judged.seconds,
        });
        outln!("{}", serde_json::to_string_pretty(&answer)?);
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
        for rejected in &judged.verdicts.rejected_files {
            errln!("rejected: {}", printable(rejected));
        }
        print_read(counts);
        if counts.num_corrected > 0 {
            outln!(
                "{} what was stored before for the same day, which stays in the record",
                counted(counts.num_corrected, "of the new ones corrects", "of the new ones correct")
            );
        }
        if counts.num_added_to > 0 {
            outln!(
                "{} figures to what was stored before for the same day",
                counted(counts.num_added_to, "of the new ones adds", "of the new ones add")
            );
        }
        if options.artist.is_some() {
            counts.conflicting.iter().for_each(|conflict| errln!("conflict: {}", printable(conflict)));
        }
        if counts.num_conflicting > 0 {
            outln!(
                "{} something else than what is stored for the same day or period, which stands (--replace corrects it)",
                counted(counts.num_conflicting, "says", "say")
            );
        }
        let rate = if judged.until_validated_seconds > 0.0 {
            counts.num_new as f64 / judged.until_validated_seconds
        } else {
            0.0
        };
        outln!(
            "{} valid, {} rejected, {} meanwhile; judged after {:.1} s ({} a second), done after {:.1} s",
            thousands(judged.verdicts.num_valid),
            thousands(judged.verdicts.num_rejected),
            counted(judged.num_dead, "dead letter", "dead letters"),
            judged.until_validated_seconds,
            counted(rate as u64, "snapshot", "snapshots"),
            judged.seconds
        );
        let withheld = &judged.verdicts.withheld;
        if !withheld.is_empty() {
            let reasons: Vec<String> =
                withheld.iter().map(|(reason, count)| format!("{reason} {}", thousands(*count))).collect();
            let sum: u64 = withheld.values().sum();
            outln!("{} withheld: {}", counted(sum, "value", "values"), reasons.join(", "));
        }
    }
    if counts.num_files > 0 && counts.num_snapshots == 0 && counts.num_problems > 0 {
        anyhow::bail!("nothing could be read");
    }
    Ok(())
}

/// Says what the files have.
fn print_read(counts: &ImportCounts) {
    let files = counted(counts.num_files, "file", "files");
    if counts.num_snapshots > 0 || counts.num_breakdowns == 0 {
        outln!(
            "{files}, {}: {} new, {} known already",
            counted(counts.num_snapshots, "snapshot", "snapshots"),
            thousands(counts.num_new),
            thousands(counts.num_known)
        );
    }
    if counts.num_breakdowns > 0 {
        outln!(
            "{files}, {} by song, playlist or day: {} new, {} known already",
            counted(counts.num_breakdowns, "breakdown", "breakdowns"),
            thousands(counts.num_breakdowns_new),
            thousands(counts.num_breakdowns.saturating_sub(counts.num_breakdowns_new))
        );
    }
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
