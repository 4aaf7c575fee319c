//! Measures how long interactions take, from the gateway's event to what Discord shows, with a stand-in for Discord on
//! the same machine.
//!
//! `cargo bench --package casa24 --bench discord -- [ARTISTS DAYS]` asks alone, many at once and in a burst; with a mode
//! it measures something else:
//!
//! - `completion [ARTISTS]`: names of 1,000 artists completed 200 times a second;
//! - `reports [SERVERS]`: weekly reports of so many servers due together, and what commands take meanwhile;
//! - `kills [NUMBER]`: the agent that posts killed so often between a post and its record;
//! - `imports [ARTISTS DAYS]`: a history imported with alerts switched on;
//! - `faults [NAME…]`: what becomes of 100 interactions a second while something fails, such as `nats-server`;
//! - `shards`: how soon others have the shards of a killed process.

#![allow(clippy::print_stdout, reason = "a report is printed")]

mod apart;
mod completion;
mod faults;
mod idle;
mod imports;
mod kills;
mod label;
mod loads;
mod questions;
mod reports;
mod shards;
mod spent;

#[path = "../../tests/support/posting.rs"]
mod posting;
#[path = "../../tests/support/discord/mod.rs"]
mod stand_in;
#[path = "../../tests/support/mod.rs"]
mod support;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use loads::measure;
use questions::{MIXED, repeated, unasked};
use stand_in::{Sender, StandIn};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Interactions of a burst, and of each other load.
const BURST: usize = 1_000;
const ALONE: usize = 200;
const IN_FLIGHT: usize = 50;

fn main() -> Outcome<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    // Cargo itself passes `--bench`.
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let mode = arguments.first().filter(|argument| argument.parse::<u32>().is_err());
    let sizes: Vec<u32> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    let size = |index: usize, default: u32| sizes.get(index).copied().unwrap_or(default);
    match mode.map(String::as_str) {
        None => runtime.block_on(interactions(size(0, 8), size(1, 365))),
        Some("completion") => runtime.block_on(completion::completion(size(0, 1_000))),
        Some("reports") => runtime.block_on(reports::reports(size(0, 10_000) as usize)),
        Some("kills") => runtime.block_on(kills::kills(size(0, 100) as usize)),
        Some("imports") => runtime.block_on(imports::imports(size(0, 100), size(1, 1_826))),
        Some("faults") => runtime.block_on(faults::faults(&arguments[1..])),
        Some("shards") => runtime.block_on(shards::shards()),
        Some(unknown) => Err(format!("there is no mode {unknown}").into()),
    }
}

/// Loads of questions on a label of so many artists and days.
async fn interactions(num_artists: u32, num_days: u32) -> Outcome<()> {
    let num_processors = std::thread::available_parallelism()?;
    println!("{num_processors} processors, {num_artists} artists, {num_days} days");
    let folder = tempfile::tempdir()?;
    import(folder.path(), num_artists, num_days)?;
    // One for both: the session that the first door leaves is resumed by the next one, where it was begun.
    let discord = StandIn::start().await;
    together(folder.path(), &discord).await?;
    apart::apart(folder.path(), &discord).await
}

/// The whole program as one process.
async fn together(folder: &Path, discord: &StandIn) -> Outcome<()> {
    let up = start(folder, &["up"], Some(discord))?;
    until_connected(discord, 0).await;
    up.until_idle().await?;
    let sender = Sender::to(String::new());
    // Each once, so that what is measured is asked again.
    measure("each command once", discord, &sender, repeated(MIXED.len()), 1).await?;
    let alone = measure("one after the other", discord, &sender, repeated(ALONE), 1).await?;
    let before = up.cpu()?;
    measure("50 in flight", discord, &sender, repeated(BURST), IN_FLIGHT).await?;
    print_cpu(up.cpu()? - before, BURST);
    let unasked = unasked(&artists(folder)?);
    let num_unasked = unasked.len().min(BURST);
    let before = up.cpu()?;
    let questions = unasked.into_iter().take(BURST);
    measure("50 in flight, none of them asked before", discord, &sender, questions, IN_FLIGHT).await?;
    print_cpu(up.cpu()? - before, num_unasked);
    let burst = measure("a burst of 1,000", discord, &sender, repeated(BURST), BURST).await?;
    println!("{:44} {:>8.1} x", "p99 of the burst : p99 alone", burst / alone);
    discord.world().delay = Duration::from_millis(100);
    let what = "a burst of 1,000, 100 ms more a request";
    measure(what, discord, &sender, repeated(BURST), BURST).await?;
    println!("{:44} {:>8.0} MiB", "peak memory of the program, all its agents", up.peak_mib()?);
    Ok(())
}

fn print_cpu(seconds: f64, num: usize) {
    let each = seconds / num as f64 * 1_000.0;
    println!("{:44} {each:>8.2} ms", "processor time of the program, a command");
}

/// The program on a label's folder.
fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_casa24"));
    command.current_dir(folder).env_remove("NATS_URL").env("LOG_LEVEL", "error");
    command
        .env("CASA24_SCHEDULE", "off")
        .env("CASA24_TRAIN", "off")
        .env("CASA24_DATA", folder.join("data"))
        .args(arguments);
    command
}

/// Makes a fictional label's history, and imports it.
fn import(folder: &Path, num_artists: u32, num_days: u32) -> Outcome<()> {
    let (num_artists, num_days) = (num_artists.to_string(), num_days.to_string());
    let sample = ["sample", "label", "--artists", &num_artists, "--days", &num_days];
    for arguments in [&sample[..], &["import", "label"]] {
        let mut command = program(folder, arguments);
        if !command.stdout(Stdio::null()).stderr(Stdio::null()).status()?.success() {
            return Err(format!("{arguments:?} failed").into());
        }
    }
    Ok(())
}

/// Names of the artists.
fn artists(folder: &Path) -> Outcome<Vec<String>> {
    let listed = program(folder, &["roster", "list", "--json"]).output()?.stdout;
    let listed: serde_json::Value = serde_json::from_slice(&listed)?;
    let names = listed.as_array().into_iter().flatten();
    Ok(names.filter_map(|entry| Some(entry["artist"]["name"].as_str()?.to_owned())).collect())
}

/// Starts the program, and waits until it is ready.
fn start(folder: &Path, arguments: &[&str], discord: Option<&StandIn>) -> Outcome<Stopped> {
    let mut command = program(folder, arguments);
    if let Some(discord) = discord {
        command.env("DISCORD_API_URL", &discord.url).env("DISCORD_BOT_TOKEN", "token");
    }
    let mut started = Stopped(command.stdout(Stdio::piped()).spawn()?);
    let mut line = String::new();
    BufReader::new(started.0.stdout.take().ok_or("no output")?).read_line(&mut line)?;
    Ok(started)
}

/// Ready are the agents; their session with Discord begins, or goes on, a moment later.
async fn until_connected(discord: &StandIn, num_sessions_before: usize) {
    while discord.gateway.num_sessions() <= num_sessions_before {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A child that is stopped when the bench ends, however it ends.
struct Stopped(Child);

impl Stopped {
    /// Processor time so far, in seconds.
    fn cpu(&self) -> Outcome<f64> {
        spent::cpu(self.0.id())
    }

    fn peak_mib(&self) -> Outcome<f64> {
        spent::peak_mib(self.0.id())
    }

    /// Waits until it has prepared what it prepares by itself, and does nothing any more.
    async fn until_idle(&self) -> Outcome<()> {
        idle::until_idle(self.0.id()).await
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        // Not a kill: the program stops its server first.
        Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().ok();
        self.0.wait().ok();
    }
}
