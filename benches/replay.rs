//! Makes the views of the analysts anew from a whole history, and compares how fast they read it with an ordered consumer
//! of async-nats that only counts the same messages, in the same minute.
//!
//! Run with `cargo bench --package casa24 --bench replay -- ARTISTS DAYS`, 100 and 1826 where they are left out.

#![allow(clippy::print_stdout, reason = "a report is printed")]

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use async_nats::jetstream;
use async_nats::jetstream::consumer::pull::OrderedConfig;
use casa24_bus::{Embedded, NatsServer};
use futures::StreamExt;
use serde_json::Value;

/// The agents whose views are made anew.
const AGENTS: [&str; 2] = ["growth", "trends"];
/// How often each is measured.
const ROUNDS: usize = 3;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    // Cargo itself passes `--bench`.
    let sizes: Vec<u32> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let num_artists = sizes.first().copied().unwrap_or(100);
    let num_days = sizes.get(1).copied().unwrap_or(1_826);
    println!("{num_artists} artists, {num_days} days");
    let folder = tempfile::tempdir()?;
    let (artists, days) = (num_artists.to_string(), num_days.to_string());
    let started = Instant::now();
    finished(program(folder.path(), &["sample", "history", "--artists", &artists, "--days", &days]))?;
    finished(program(folder.path(), &["import", "history"]))?;
    println!("made and imported in {:.0} s", started.elapsed().as_secs_f64());
    let runtime = tokio::runtime::Runtime::new()?;
    println!("{:8} {:>9} {:>12} {:>12} {:>6} {:>9}", "agent", "events", "events/s", "bare", "ratio", "MiB");
    for _ in 0..ROUNDS {
        for agent in AGENTS {
            let (num_read, bare) = runtime.block_on(bare_reading(&folder.path().join("data")))?;
            let replay = replay(folder.path(), agent)?;
            if replay.num_events != num_read {
                return Err(format!("{agent} read {} of {num_read} events", replay.num_events).into());
            }
            let (bare, rate) = (num_read as f64 / bare, num_read as f64 / replay.seconds);
            let (ratio, peak) = (rate / bare, replay.peak_mib);
            println!("{agent:8} {num_read:>9} {rate:>12.0} {bare:>12.0} {ratio:>6.2} {peak:>9.0}");
        }
    }
    Ok(())
}

/// Number of valid snapshots, and in how many seconds an ordered consumer has read them.
async fn bare_reading(data: &Path) -> Outcome<(u64, f64)> {
    let Embedded::Started(server) = NatsServer::start_or_find(data).await? else {
        return Err("the bus is in use".into());
    };
    // The client itself passes over the user and password of an address.
    let address: async_nats::ServerAddr = server.url().parse()?;
    let (user, password) = (address.username().unwrap_or_default(), address.password().unwrap_or_default());
    let options = async_nats::ConnectOptions::with_user_and_password(user.to_owned(), password.to_owned());
    let options = options.custom_inbox_prefix(format!("_INBOX_{user}"));
    let context = jetstream::new(options.connect(address.clone()).await?);
    let stream = context.get_stream("VALID").await?;
    let started = Instant::now();
    let consumer = stream.create_consumer(OrderedConfig::default()).await?;
    let mut messages = consumer.messages().await?;
    let (mut num_read, mut is_last) = (0, false);
    while !is_last {
        let message = messages.next().await.ok_or("the consumer ended")??;
        is_last = message.info().map_err(|error| error.to_string())?.pending == 0;
        num_read += 1;
    }
    let seconds = started.elapsed().as_secs_f64();
    server.stop().await?;
    Ok((num_read, seconds))
}

struct Replayed {
    num_events: u64,
    seconds: f64,
    /// Of the agent's process, without nats-server.
    peak_mib: f64,
}

fn replay(folder: &Path, agent: &str) -> Outcome<Replayed> {
    let mut child = program(folder, &["replay", agent, "--json"]).stdout(Stdio::piped()).spawn()?;
    let peak_mib = peak_while_running(&mut child)?;
    let output = child.wait_with_output()?;
    let replayed: Value = serde_json::from_slice(&output.stdout)?;
    Ok(Replayed {
        num_events: replayed[0]["num_events"].as_u64().ok_or("no number of events")?,
        seconds: replayed[0]["seconds"].as_f64().ok_or("no seconds")?,
        peak_mib,
    })
}

fn peak_while_running(child: &mut Child) -> Outcome<f64> {
    let mut peak: f64 = 0.0;
    while child.try_wait()?.is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let kib = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
        peak = peak.max(kib.and_then(|kib| kib.parse().ok()).unwrap_or_default());
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(peak / 1_024.0)
}

fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_casa24"));
    command.current_dir(folder).env_remove("NATS_URL").env("LOG_LEVEL", "error");
    command.env("CASA24_DATA", folder.join("data")).env("CASA24_SCHEDULE", "off").env("CASA24_TRAIN", "off");
    if let Ok(server) = casa24_bus::find_nats_server() {
        command.env("NATS_SERVER", server.canonicalize().unwrap_or(server));
    }
    command.args(arguments);
    command
}

fn finished(mut command: Command) -> Outcome<()> {
    let output = command.stdout(Stdio::null()).output()?;
    let told = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(()) } else { Err(format!("{command:?}: {told}").into()) }
}
