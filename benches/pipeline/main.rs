//! Measures the pipeline on five years of 100 artists, and of 8, and prints the figures beside what the bus alone does
//! with as many events of the same size on the same machine in the same minutes. `BENCHMARKS.md` says how to read them.
//!
//! Run with `make bench`; a smaller label with `cargo bench --package casa24 -- ARTISTS DAYS`.

#![allow(clippy::print_stdout, reason = "a report is printed")]

mod answers;
mod bus_alone;
mod import;
mod load;
mod questions;

use std::path::Path;
use std::process::{Command, Stdio};

/// Artists of the small label.
const FEW_ARTISTS: u32 = 8;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    // Cargo itself passes `--bench`.
    let sizes: Vec<u32> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let num_artists = sizes.first().copied().unwrap_or(100);
    let num_days = sizes.get(1).copied().unwrap_or(1_826);
    println!("{} processors", std::thread::available_parallelism()?);
    let runtime = tokio::runtime::Runtime::new()?;
    for num_artists in [num_artists, FEW_ARTISTS] {
        let folder = tempfile::tempdir()?;
        let (history, data) = (folder.path().join("history"), folder.path().join("data"));
        println!("\n{num_artists} artists, {num_days} days");
        run(
            folder.path(),
            &[
                "sample",
                &text(&history),
                "--artists",
                &num_artists.to_string(),
                "--days",
                &num_days.to_string(),
            ],
        )?;
        let import = import::import(folder.path(), &data, &history)?;
        let bus_alone = runtime.block_on(bus_alone::bus_alone(&data, &folder.path().join("reference")))?;
        let events = import.num_new;
        row("import, to the end of validation", events / import.validated, "snapshots/s");
        row("import, growth and forecasts included", events / import.done, "snapshots/s");
        row("memory of import, agents and server at their peaks", import.peak_mib, "MiB");
        row("the bus alone: synced batches of 1,000", bus_alone.written, "events/s");
        row("the bus alone: ordered reading", bus_alone.read, "events/s");
        let twice_and_once = 2.0 / bus_alone.written + 1.0 / bus_alone.read;
        row(
            "validated import : writing twice and reading once on the bus alone",
            import.validated / events / twice_and_once,
            "x as long",
        );
        answers::answers(&runtime, folder.path(), &data)?;
    }
    Ok(())
}

/// A row of the report.
fn row(what: &str, figure: f64, unit: &str) {
    println!("{what:70} {figure:>12.2} {unit}");
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_casa24"));
    command.current_dir(folder).env_remove("NATS_URL").env("LOG_LEVEL", "error");
    // Neither asks platforms nor trains meanwhile.
    command.env("CASA24_SCHEDULE", "off").env("CASA24_TRAIN", "off");
    if let Ok(server) = casa24_bus::find_nats_server() {
        command.env("NATS_SERVER", server.canonicalize().unwrap_or(server));
    }
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Outcome<Vec<u8>> {
    let output = program(folder).args(arguments).stderr(Stdio::inherit()).output()?;
    if output.status.success() { Ok(output.stdout) } else { Err(format!("{arguments:?} failed").into()) }
}
