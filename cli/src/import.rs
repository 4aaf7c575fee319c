//! `import`: history files into the pipeline, through the validator.

use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use casa24_bus::{Bus, Shutdown, StreamName};
use casa24_collectors::{HistoryImport, ImportCounts, Progress, Roster, history};
use indicatif::ProgressBar;
use serde_json::json;

use crate::catch_up::{self, catch_up};
use crate::cli::Import;
use crate::session::Session;
use crate::settings::Settings;
use crate::terminal::{printable, progress_bar, thousands};

/// Imports, lets the pipeline work, and prints the counts.
pub(crate) async fn import(settings: &Settings, options: &Import) -> anyhow::Result<()> {
    let roster = read_roster(options)?;
    // Before anything is started: a path that is not there is the asker's mistake.
    history::find_files(&options.paths)?;
    let session = Session::open(settings, "import").await?;
    let outcome = import_into(&session.bus, options, &roster).await;
    session.close().await?;
    let (counts, judged) = outcome?;
    print(options, &counts, &judged)
}

/// What the pipeline made of it.
struct Judged {
    num_valid: u64,
    num_rejected: u64,
    num_dead: u64,
    until_validated_seconds: f64,
    seconds: f64,
}

async fn import_into(bus: &Bus, options: &Import, roster: &Roster) -> anyhow::Result<(ImportCounts, Judged)> {
    let started = Instant::now();
    let before = totals(bus).await?;
    let bar = progress_bar("{pos}/{len} files, {msg}");
    let shutdown = Shutdown::default();
    let mut judges = catch_up::start_stages(bus, &shutdown).await?;
    let import = HistoryImport { bus, paths: &options.paths, roster };
    let judged = async {
        let counts = import.run(|progress| show(&bar, progress)).await?;
        bar.set_message("judging");
        catch_up::stages_done(bus).await?;
        anyhow::Ok(counts)
    };
    let counts = tokio::select! {
        counts = judged => counts,
        error = judges.failed() => Err(error),
    };
    judges.stop().await?;
    let counts = counts?;
    let until_validated_seconds = started.elapsed().as_secs_f64();
    bar.set_message("working out growth and forecasts");
    catch_up(bus).await?;
    bar.finish_and_clear();
    let after = totals(bus).await?;
    let judged = Judged {
        // Not by what is stored as valid: a snapshot that is amended is stored again.
        num_valid: (after.0 - before.0).saturating_sub(after.1 - before.1 + after.2 - before.2),
        num_rejected: after.1 - before.1,
        num_dead: after.2 - before.2,
        until_validated_seconds,
        seconds: started.elapsed().as_secs_f64(),
    };
    Ok((counts, judged))
}

/// Raw and rejected snapshots and dead letters that were ever stored: none of these falls when old ones expire.
async fn totals(bus: &Bus) -> anyhow::Result<(u64, u64, u64)> {
    Ok((
        bus.num_ever_stored(StreamName::Raw).await?,
        bus.num_ever_stored(StreamName::Rejected).await?,
        bus.num_ever_stored(StreamName::Dead).await?,
    ))
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
    bar.set_message(format!("{} snapshots", thousands(progress.num_snapshots)));
}

fn print(options: &Import, counts: &ImportCounts, judged: &Judged) -> anyhow::Result<()> {
    if options.json {
        let answer = json!({
            "read": counts,
            "num_valid": judged.num_valid,
            "num_rejected": judged.num_rejected,
            "num_dead": judged.num_dead,
            "until_validated_seconds": judged.until_validated_seconds,
            "seconds": judged.seconds,
        });
        anstream::println!("{}", serde_json::to_string_pretty(&answer)?);
    } else {
        for problem in &counts.problems {
            anstream::eprintln!("skipped: {}", printable(problem));
        }
        if counts.num_problems > counts.problems.len() as u64 {
            anstream::eprintln!(
                "skipped: and {} more",
                thousands(counts.num_problems - counts.problems.len() as u64)
            );
        }
        let files = if counts.num_files == 1 { "file" } else { "files" };
        anstream::println!(
            "{} {files}, {} snapshots: {} new, {} known already",
            thousands(counts.num_files),
            thousands(counts.num_snapshots),
            thousands(counts.num_new),
            thousands(counts.num_known)
        );
        if counts.num_conflicting > 0 {
            anstream::println!(
                "{} say something else than what was stored first for the same day, which stands",
                thousands(counts.num_conflicting)
            );
        }
        let rate = if judged.until_validated_seconds > 0.0 {
            counts.num_new as f64 / judged.until_validated_seconds
        } else {
            0.0
        };
        anstream::println!(
            "{} valid, {} rejected, {} dead letters; judged after {:.1} s ({} snapshots a second), done after {:.1} s",
            thousands(judged.num_valid),
            thousands(judged.num_rejected),
            thousands(judged.num_dead),
            judged.until_validated_seconds,
            thousands(rate as u64),
            judged.seconds
        );
    }
    if counts.num_files > 0 && counts.num_snapshots == 0 && counts.num_problems > 0 {
        anyhow::bail!("nothing could be read");
    }
    Ok(())
}
