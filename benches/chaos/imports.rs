//! Imports, each of some days of one long history, and a fault in the middle of what each stores.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::chance::Chance;
use crate::cluster::{Cluster, Line, Remains, faults, stale};
use crate::faults::{Agents, Fault};
use crate::support::House;
use crate::{Options, Wrong, row, within};

/// An import that has not ended by then has hung.
const IMPORT_LIMIT: Duration = Duration::from_secs(180);
/// Servers that are not whole by then, or agents that have not caught up, are lost.
const WHOLE_LIMIT: Duration = Duration::from_secs(180);
/// How long a fault lasts.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(12);

/// What became of the imports with one kind of fault.
#[derive(Default)]
struct Outcome {
    /// The longest time from the fault, or from something that was stored, to the next that was.
    pauses: Vec<Option<Duration>>,
    imports: Vec<Option<Duration>>,
    /// Exit codes other than 0.
    failed: Vec<i32>,
}

pub(crate) fn imports(options: &Options) -> Wrong {
    let workshop = House::new();
    let num_imports = options.faults + options.outages;
    let parts = history(&workshop, options, num_imports);
    let mut chance = Chance(options.seed);
    let (expected, num_bytes) = undisturbed(&parts);
    println!("  {num_imports} imports, {} snapshots in all", expected.history["RAW"].len());
    let mut cluster = Cluster::start(3);
    let mut agents = Agents::start(&cluster, "agents", &["up"]);
    within(WHOLE_LIMIT, || said_ready(&cluster, "agents")).expect("agents at work");
    // It takes over whatever the first no longer holds.
    let mut others = Agents::start(&cluster, "others", &["up"]);
    let mut outcomes: BTreeMap<Fault, Outcome> = BTreeMap::new();
    let mut wrong = Wrong::new();
    for (part, (files, num_bytes)) in parts.iter().zip(num_bytes).enumerate() {
        let fault = match part.checked_sub(options.faults) {
            Some(_) => Fault::AllKilled,
            None => Fault::SINGLE[options.only.checked_sub(1).unwrap_or(part) % Fault::SINGLE.len()],
        };
        // In the middle of what it stores: from a tenth to nine tenths.
        let at = num_bytes / 10 + chance.below(num_bytes * 8 / 10);
        let lasts = chance.between(SHORTEST, LONGEST);
        let of_follower = 1 + chance.below(2) as usize;
        let leader = cluster.leader("RAW");
        let server = match fault {
            Fault::FollowerKilled | Fault::FollowerStopped | Fault::FollowerCutOff => {
                (leader + of_follower) % 3
            }
            _ => leader,
        };
        let mut import = Import::begin(&cluster, files, at);
        let is_held = within(IMPORT_LIMIT, || import.line.is_cut() || import.exit_code().is_some());
        let mut num_stored = cluster.num_stored("RAW");
        let begun = Instant::now();
        let struck = fault.strike(&mut cluster, server, &import.line, &mut agents);
        let (mut pause, mut stored_at) = (None, Duration::ZERO);
        let mut passed = Some(struck);
        let ended = within(IMPORT_LIMIT, || {
            if begun.elapsed() > lasts
                && let Some(struck) = passed.take()
            {
                struck.pass(&mut cluster, &import.line, &mut agents);
                if fault.lets_nothing_pass() {
                    stored_at = begun.elapsed();
                }
            }
            if let Some(state) = cluster.stream("RAW").filter(|state| state.num_events > num_stored) {
                let now = begun.elapsed();
                pause = pause.max(Some(now - stored_at));
                (num_stored, stored_at) = (state.num_events, now);
            }
            import.exit_code().is_some()
        });
        if let Some(struck) = passed {
            struck.pass(&mut cluster, &import.line, &mut agents);
        }
        let outcome = outcomes.entry(fault).or_default();
        let is_middle = is_held.is_some() && import.line.num_passed() >= import.held_at;
        println!(
            "  {part:3} {:40} at {at:7} bytes for {:5.2} s: pause {}, ended {} with {:?}{}",
            fault.name(),
            lasts.as_secs_f64(),
            seconds(pause),
            seconds(ended),
            import.exit_code(),
            if is_middle { "" } else { ", not in its middle" }
        );
        outcome.pauses.push(pause);
        outcome.imports.push(ended);
        outcome.failed.extend(import.exit_code().filter(|code| *code != 0));
        let failed = import.exit_code() != Some(0);
        drop(import);
        for process in [&mut agents, &mut others] {
            if process.process.exit_code().is_some() {
                println!("      agents ended by themselves, and are started again");
                process.start_again(&cluster);
            }
        }
        if within(WHOLE_LIMIT, || is_whole(&cluster)).is_none() {
            wrong.push(format!("after import {part}: the servers do not become whole"));
        }
        if failed {
            // As a person would.
            let again = Import::begin(&cluster, files, u64::MAX / 2).ended();
            if again != Some(0) {
                wrong.push(format!("import {part} again, with nothing in its way: {again:?}"));
            }
        }
    }
    if within(WHOLE_LIMIT, || is_idle(&cluster)).is_none() {
        wrong.push("agents do not catch up".to_owned());
    }
    drop((agents, others));
    wrong.extend(faults(&cluster.remains(), &expected));
    let stale_views = stale(&cluster.watch().events(0, "VIEWS"));
    wrong.extend(stale_views.into_iter().chain(stale(&cluster.watch().events(0, "VALID"))));
    for (fault, outcome) in &outcomes {
        row(&format!("{}: pause of publishing", fault.name()), &outcome.pauses, fault.most());
        let failed = format!("exit codes other than 0: {:?}", outcome.failed);
        row(&format!("{}: whole import", fault.name()), &outcome.imports, &failed);
    }
    wrong
}

/// Files of a fictional label, some days for each import.
fn history(workshop: &House, options: &Options, num_imports: usize) -> Vec<Vec<String>> {
    let folder = workshop.path("history").display().to_string();
    let (artists, days) = (options.artists.to_string(), (options.days * num_imports).to_string());
    workshop.text(&["sample", &folder, "--artists", &artists, "--days", &days]);
    let days = std::fs::read_dir(PathBuf::from(folder).join("historical")).expect("the history");
    let mut days: Vec<String> = days.map(|day| day.expect("a file").path().display().to_string()).collect();
    days.sort_unstable();
    days.chunks(days.len().div_ceil(num_imports)).map(<[String]>::to_vec).collect()
}

/// What the same imports leave on one server, and the bytes that each sends.
fn undisturbed(parts: &[Vec<String>]) -> (Remains, Vec<u64>) {
    let cluster = Cluster::start(1);
    let _agents = Agents::start(&cluster, "agents", &["up"]);
    within(WHOLE_LIMIT, || said_ready(&cluster, "agents")).expect("agents at work");
    let num_bytes = parts.iter().map(|files| {
        let mut import = Import::begin(&cluster, files, u64::MAX / 2);
        assert_eq!(import.ended(), Some(0), "{}", cluster.complaints("import"));
        import.line.num_passed()
    });
    let num_bytes = num_bytes.collect();
    within(WHOLE_LIMIT, || is_idle(&cluster)).expect("agents catch up");
    (cluster.remains(), num_bytes)
}

fn said_ready(cluster: &Cluster, name: &str) -> bool {
    std::fs::read_to_string(cluster.house.path(&format!("{name}.out")))
        .is_ok_and(|said| said.contains("ready"))
}

fn is_whole(cluster: &Cluster) -> bool {
    let has_all =
        |stream: &str| cluster.stream(stream).is_some_and(|state| state.num_current == cluster.num_nodes());
    cluster.running().count() == cluster.num_nodes()
        && cluster.is_ready()
        && Remains::STREAMS.iter().all(|it| has_all(it))
}

/// Whether no agent has anything left to do.
fn is_idle(cluster: &Cluster) -> bool {
    let Ok(status) = cluster.casa24(&cluster.url(), &["status", "--json"]).output() else { return false };
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap_or_default();
    let consumers = status["consumers"].as_array();
    consumers.is_some_and(|all| !all.is_empty() && all.iter().all(|consumer| consumer["lag"] == 0))
}

pub(crate) fn seconds(time: Option<Duration>) -> String {
    time.map_or_else(|| "none".to_owned(), |time| format!("{:.2} s", time.as_secs_f64()))
}

/// An import that is held once it has sent so many bytes.
struct Import {
    line: Line,
    process: crate::cluster::Process,
    held_at: u64,
}

impl Import {
    fn begin(cluster: &Cluster, files: &[String], held_at: u64) -> Self {
        let line = cluster.line();
        line.allow(held_at);
        let arguments: Vec<&str> =
            std::iter::once("import").chain(files.iter().map(String::as_str)).collect();
        let process = cluster.spawn(&line.url(), "import", &arguments);
        Self { line, process, held_at }
    }

    fn exit_code(&mut self) -> Option<i32> {
        self.process.exit_code()
    }

    fn ended(&mut self) -> Option<i32> {
        within(IMPORT_LIMIT, || self.process.exit_code().is_some());
        self.process.exit_code()
    }
}
