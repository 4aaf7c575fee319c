//! `backup` and `restore`: what cannot be rebuilt, in one file, and back.

use std::collections::BTreeMap;
use std::time::Instant;

use casa24_bus::{Backup, Bus};
use serde_json::json;
use time::format_description::well_known::Rfc3339;

use crate::agents::Rules;
use crate::catch_up::catch_up;
use crate::cli;
use crate::output::Output;
use crate::session::Session;
use crate::settings::Settings;
use crate::streams::outln;
use crate::terminal::{counted, printable, progress_bar, thousands};

/// The program, as a backup names it.
const PROGRAM: &str = concat!("casa24 ", env!("CARGO_PKG_VERSION"));

/// Writes a backup; the file appears when it is complete.
pub(crate) async fn backup(settings: &Settings, options: &cli::Backup) -> anyhow::Result<()> {
    let output = Output::open(Some(&options.file))?;
    let session = Session::open(settings, "backup").await?;
    let place = session.place.clone();
    let bar = progress_bar("{pos} events");
    let outcome = session.bus.back_up(output, PROGRAM, |num| bar.set_position(num)).await;
    bar.finish_and_clear();
    session.close().await?;
    let (output, counts) = outcome?;
    let is_empty = counts.values().all(|count| *count == 0);
    anyhow::ensure!(!is_empty, "nothing is stored at {place}, so there is nothing to back up");
    output.finish()?;
    print(options.json, &counts, json!({}), &format!("written to {}", options.file.display()))
}

/// Stores a backup on an empty bus, and lets the pipeline work.
pub(crate) async fn restore(settings: &Settings, options: &cli::Restore) -> anyhow::Result<()> {
    // Before anything is started or stored.
    let backup = Backup::verify(&options.file)?;
    let started = Instant::now();
    let session = Session::open(settings, "restore").await?;
    let outcome = session.unless_stuck(restore_into(&session.bus, &settings.rules, &backup)).await;
    let closed = session.close().await;
    outcome?;
    closed?;
    let made_at = backup.made_at().format(&Rfc3339)?;
    let made = format!("restored from the backup of {made_at} by {}", printable(backup.made_by()));
    let seconds = started.elapsed().as_secs_f64();
    print(options.json, backup.counts(), json!({ "made_at": made_at, "seconds": seconds }), &made)
}

async fn restore_into(bus: &Bus, rules: &Rules, backup: &Backup) -> anyhow::Result<()> {
    let bar = progress_bar("{pos}/{len} events");
    bar.set_length(backup.counts().values().sum());
    bus.restore(backup, |num| bar.set_position(num)).await?;
    bar.finish_and_clear();
    catch_up(bus, rules).await
}

fn print(
    as_json: bool,
    counts: &BTreeMap<String, u64>,
    mut answer: serde_json::Value,
    done: &str,
) -> anyhow::Result<()> {
    if as_json {
        answer["streams"] = json!(counts);
        outln!("{}", serde_json::to_string_pretty(&answer)?);
    } else {
        let streams: Vec<String> =
            counts.iter().map(|(stream, count)| format!("{stream} {}", thousands(*count))).collect();
        let sum: u64 = counts.values().sum();
        outln!("{} {done} ({})", counted(sum, "event", "events"), streams.join(", "));
    }
    Ok(())
}
