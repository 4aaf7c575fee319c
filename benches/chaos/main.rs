//! Three servers and what can befall them, for an hour: imports with agents at work while servers and processes are
//! killed, stopped and cut off; how long publishing pauses; how soon another process takes over, and whether one that
//! wakes up stores anything. Ends with 1 where anything is lost, doubled or other than in an undisturbed run.
//!
//! Run with `make chaos`. It knows the program by its command line only. The same seed gives the same faults at the
//! same bytes of an import, though not at the same moments of its agents.

#![cfg(unix)]
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a report is printed; a test bed that fails ends it"
)]

mod bare;
mod chance;
mod faults;
mod imports;
mod takeover;
mod trickle;

#[path = "../../tests/support/cluster/mod.rs"]
mod cluster;
#[path = "../../tests/support/mod.rs"]
mod support;

use std::process::ExitCode;
use std::time::{Duration, Instant};

const USAGE: &str = "\
usage: cargo bench --package casa24 --bench chaos -- all|imports|bare|takeover|woken [NAME=NUMBER]...
  seed=24       which faults, and when
  faults=36     imports that a server, a line or a process fails in
  only=0        the number of the one fault of the list, from 1; 0 for each in turn
  outages=5     imports during which all three servers are killed at once
  artists=20, days=20   of what is imported with each fault
  rounds=5      takeovers of each kind; kills of a bare publisher's leader
  stops=50      stops and wakes of a process that holds an agent";

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options {
    seed: u64,
    faults: usize,
    only: usize,
    outages: usize,
    artists: usize,
    days: usize,
    rounds: usize,
    stops: usize,
}

/// What is wrong: nothing in a run that went well.
pub(crate) type Wrong = Vec<String>;

fn main() -> ExitCode {
    let mut options =
        Options { seed: 24, faults: 36, only: 0, outages: 5, artists: 20, days: 20, rounds: 5, stops: 50 };
    let mut parts = Vec::new();
    // Cargo itself passes `--bench`.
    for argument in std::env::args().skip(1).filter(|argument| argument != "--bench") {
        let number =
            argument.split_once('=').and_then(|(name, text)| Some((name, text.parse::<usize>().ok()?)));
        match (argument.as_str(), number) {
            ("all", _) => parts.extend(["imports", "bare", "takeover", "woken"]),
            ("imports", _) => parts.push("imports"),
            ("bare", _) => parts.push("bare"),
            ("takeover", _) => parts.push("takeover"),
            ("woken", _) => parts.push("woken"),
            (_, Some(("seed", number))) => options.seed = number as u64,
            (_, Some(("faults", number))) => options.faults = number,
            (_, Some(("only", number))) => options.only = number,
            (_, Some(("outages", number))) => options.outages = number,
            (_, Some(("artists", number))) => options.artists = number.max(1),
            (_, Some(("days", number))) => options.days = number.max(1),
            (_, Some(("rounds", number))) => options.rounds = number,
            (_, Some(("stops", number))) => options.stops = number,
            _ => {
                println!("{argument} is not understood\n{USAGE}");
                return ExitCode::from(2);
            }
        }
    }
    if parts.is_empty() {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    println!("{options:?}, {} processors", std::thread::available_parallelism().map_or(0, usize::from));
    let mut wrong = Wrong::new();
    for part in parts {
        println!("\n{part}");
        wrong.extend(match part {
            "imports" => imports::imports(&options),
            "bare" => bare::bare(&options),
            "takeover" => takeover::takeover(&options),
            _ => takeover::woken(&options),
        });
    }
    println!("\nlost, doubled or different: {}", if wrong.is_empty() { "nothing" } else { "yes" });
    wrong.iter().for_each(|wrong| println!("  {wrong}"));
    if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Looks again and again whether something is so; how long it took, or nothing where it was not so in time.
pub(crate) fn within(limit: Duration, mut is_so: impl FnMut() -> bool) -> Option<Duration> {
    let begun = Instant::now();
    loop {
        if is_so() {
            return Some(begun.elapsed());
        }
        if begun.elapsed() > limit {
            return None;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A row of the report: times in seconds, and how often there was none in time.
pub(crate) fn row(what: &str, times: &[Option<Duration>], most: &str) {
    let mut found: Vec<f64> = times.iter().flatten().map(Duration::as_secs_f64).collect();
    found.sort_by(f64::total_cmp);
    let text = |time: Option<&f64>| time.map_or_else(|| "-".to_owned(), |time| format!("{time:.2} s"));
    let (middle, longest) = (text(found.get(found.len() / 2)), text(found.last()));
    let never = times.len() - found.len();
    let num = times.len();
    println!(
        "  {what:58} {num:3} times, median {middle:>8}, longest {longest:>8}, never in time {never}; {most}"
    );
}
