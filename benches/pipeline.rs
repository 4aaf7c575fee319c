//! Measures the pipeline on five years of 100 artists and prints the figures beside what the bus alone does with as
//! many events of the same size on the same machine in the same minutes. `BENCHMARKS.md` says how to read them.
//!
//! Run with `make bench`; a smaller label with `cargo bench --package casa24 -- ARTISTS DAYS`.

#![allow(clippy::print_stdout, reason = "a report is printed")]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use casa24_bus::{Bus, Embedded, NatsServer, Outgoing, Settings};
use casa24_schemas::{Command as Question, OptionValue, RawSnapshot, Reply};
use futures::TryStreamExt;
use serde_json::Value;

/// Rounds of each question.
const ROUNDS: usize = 100;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    // Cargo itself passes `--bench`.
    let sizes: Vec<u32> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let num_artists = sizes.first().copied().unwrap_or(100);
    let num_days = sizes.get(1).copied().unwrap_or(1_826);
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Runtime::new()?;

    let history = folder.path().join("history");
    run(
        folder.path(),
        &["sample", &text(&history), "--artists", &num_artists.to_string(), "--days", &num_days.to_string()],
    )?;
    println!("{num_artists} artists, {num_days} days, {} processors", std::thread::available_parallelism()?);

    let data = folder.path().join("data");
    let import = import(folder.path(), &data, &history)?;
    let events = import.num_new;
    let bus_alone = runtime.block_on(bus_alone(&data, &folder.path().join("reference")))?;

    row("import, to the end of validation", events / import.validated, "snapshots/s");
    row("import, growth and forecasts included", events / import.done, "snapshots/s");
    row("memory of import, agents and server at their peaks", import.peak_mib, "MiB");
    row("the bus alone: synced batches of 1,000", bus_alone.written, "events/s");
    row("the bus alone: ordered reading", bus_alone.read, "events/s");
    row(
        "validated import : writing twice and reading once on the bus alone",
        {
            let twice_and_once = 2.0 / bus_alone.written + 1.0 / bus_alone.read;
            import.validated / events / twice_and_once
        },
        "x as long",
    );

    answers(&runtime, folder.path(), &data)
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
    if let Ok(server) = casa24_bus::find_nats_server() {
        command.env("NATS_SERVER", server.canonicalize().unwrap_or(server));
    }
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Outcome<Vec<u8>> {
    let output = program(folder).args(arguments).stderr(Stdio::inherit()).output()?;
    if output.status.success() { Ok(output.stdout) } else { Err(format!("{arguments:?} failed").into()) }
}

struct Import {
    num_new: f64,
    validated: f64,
    done: f64,
    peak_mib: f64,
}

fn import(folder: &Path, data: &Path, history: &Path) -> Outcome<Import> {
    let child = program(folder)
        .args(["--data", &text(data), "import", &text(history), "--json"])
        .stdout(Stdio::piped())
        .spawn()?;
    let watch = PeakMemory::of(child.id(), data.to_owned());
    let output = child.wait_with_output()?;
    let peak_mib = watch.stop();
    let counts: Value = serde_json::from_slice(&output.stdout)?;
    let number = |value: &Value| value.as_f64().ok_or("a count is missing");
    Ok(Import {
        num_new: number(&counts["read"]["num_new"])?,
        validated: number(&counts["until_validated_seconds"])?,
        done: number(&counts["seconds"])?,
        peak_mib,
    })
}

/// Adds up the resident peaks of the program and its server, where the system tells them.
struct PeakMemory {
    stopped: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<f64>,
}

impl PeakMemory {
    fn of(pid: u32, data: PathBuf) -> Self {
        let stopped = Arc::new(AtomicBool::new(false));
        let is_stopped = Arc::clone(&stopped);
        let thread = std::thread::spawn(move || {
            let mut peaks = (0.0_f64, 0.0_f64);
            while !is_stopped.load(Ordering::Relaxed) {
                peaks.0 = peaks.0.max(peak_mib(pid));
                peaks.1 = peaks.1.max(server_pid(&data).map_or(0.0, peak_mib));
                std::thread::sleep(Duration::from_millis(50));
            }
            peaks.0 + peaks.1
        });
        Self { stopped, thread }
    }

    fn stop(self) -> f64 {
        self.stopped.store(true, Ordering::Relaxed);
        self.thread.join().unwrap_or(f64::NAN)
    }
}

fn server_pid(data: &Path) -> Option<u32> {
    let address: Value = serde_json::from_slice(&std::fs::read(data.join("bus.json")).ok()?).ok()?;
    address["pid"].as_u64()?.try_into().ok()
}

fn peak_mib(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<f64>().ok());
    peak.unwrap_or(0.0) / 1_024.0
}

struct BusAlone {
    written: f64,
    read: f64,
}

/// The same raw snapshots into a fresh bus, in synced batches, and out of it again, with nobody else at work.
async fn bus_alone(data: &Path, reference: &Path) -> Outcome<BusAlone> {
    let Embedded::Started(full) = NatsServer::start_or_find(data).await? else { return Err("in use".into()) };
    let bus = Bus::connect(&Settings::new(full.url(), "bench")).await?;
    let events: Vec<RawSnapshot> = {
        let stored = bus.replay::<RawSnapshot>("snapshot.raw.>").await?;
        stored.map_ok(|stored| stored.event).try_collect().await?
    };
    bus.close().await;
    full.stop().await?;
    let Embedded::Started(empty) = NatsServer::start_or_find(reference).await? else {
        return Err("in use".into());
    };
    let bus = Bus::connect(&Settings::new(empty.url(), "bench")).await?;
    let mut writing = Duration::ZERO;
    for batch in events.chunks(1_000) {
        let batch: Vec<Outgoing> = batch.iter().map(Outgoing::root).collect();
        let started = Instant::now();
        bus.publish(&batch, 3).await?;
        writing += started.elapsed();
    }
    let started = Instant::now();
    let num_read = {
        let stored = bus.replay::<RawSnapshot>("snapshot.raw.>").await?;
        stored.try_fold(0_u64, |count, _| std::future::ready(Ok(count + 1))).await?
    };
    let reading = started.elapsed();
    bus.close().await;
    empty.stop().await?;
    Ok(BusAlone {
        written: events.len() as f64 / writing.as_secs_f64(),
        read: num_read as f64 / reading.as_secs_f64(),
    })
}

/// `casa24 up` on the imported data: when it is ready, and how long each question takes.
fn answers(runtime: &tokio::runtime::Runtime, folder: &Path, data: &Path) -> Outcome<()> {
    let started = Instant::now();
    let mut up = Stopped(program(folder).args(["--data", &text(data), "up"]).stdout(Stdio::piped()).spawn()?);
    let output = up.0.stdout.take().ok_or("no output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    row("up: ready after", started.elapsed().as_secs_f64(), "s");
    let address: Value = serde_json::from_slice(&std::fs::read(data.join("bus.json"))?)?;
    let url = address["url"].as_str().ok_or("no address")?;
    runtime.block_on(async {
        let bus = Bus::connect(&Settings::new(url, "bench")).await?;
        let names = first_artists(&bus).await?;
        let questions = questions(&names);
        bus.ask::<_, Reply>(&questions[0], Duration::from_secs(30)).await?;
        row("up: first answer after", started.elapsed().as_secs_f64(), "s");
        ask_all(&bus, &questions, "while the other agents rebuild their state").await?;
        while bus.consumers().await?.iter().any(|consumer| !consumer.reading) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        ask_all(&bus, &questions, "settled").await
    })
}

async fn ask_all(bus: &Bus, questions: &[Question], when: &str) -> Outcome<()> {
    println!("answers, {when}:");
    for question in questions {
        let mut times = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let asked = Instant::now();
            let reply: Reply = bus.ask(question, Duration::from_secs(30)).await?;
            times.push(asked.elapsed().as_secs_f64() * 1_000.0);
            if let Some(error) = reply.error {
                return Err(error.into());
            }
        }
        times.sort_by(f64::total_cmp);
        let words = question.options.iter().map(|(name, value)| match value {
            OptionValue::Text(text) => format!(" {name}:{text}"),
            OptionValue::Integer(number) => format!(" {name}:{number}"),
        });
        let what = format!("  {}{}", question.name, words.collect::<String>());
        println!(
            "{what:70} {:>12.2} ms median, {:.2} ms worst of {ROUNDS}",
            times[ROUNDS / 2],
            times[ROUNDS - 1]
        );
    }
    Ok(())
}

async fn first_artists(bus: &Bus) -> Outcome<Vec<String>> {
    let newest = bus.newest::<casa24_schemas::ValidSnapshot>("snapshot.valid.spotify.*").await?;
    Ok(newest.into_iter().take(2).map(|stored| stored.event.artist.name).collect())
}

fn questions(artists: &[String]) -> Vec<Question> {
    let [first, second] = artists else { return Vec::new() };
    let lines: [(&str, &[(&str, &str)]); 8] = [
        ("stats", &[]),
        ("artist", &[("name", first)]),
        ("growth", &[("artist", first), ("period", "30")]),
        ("growth", &[("period", "30")]),
        ("predict", &[("artist", first)]),
        ("predict", &[]),
        ("battle", &[("artist1", first), ("artist2", second)]),
        ("leaderboard", &[("metric", "total-reach")]),
    ];
    lines.into_iter().enumerate().map(|(index, (name, options))| question(index, name, options)).collect()
}

fn question(index: usize, name: &str, options: &[(&str, &str)]) -> Question {
    let text = |value: &&str| OptionValue::Text((*value).to_owned());
    Question {
        id: format!("bench-{index}"),
        name: name.to_owned(),
        options: options.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect(),
        as_of: None,
        image: false,
    }
}

/// A child that is stopped when the bench ends, however it ends.
struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        // Not a kill: the program stops its server first.
        Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().ok();
        self.0.wait().ok();
    }
}
