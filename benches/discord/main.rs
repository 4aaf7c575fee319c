//! Measures how long interactions take, from the gateway's event to what Discord shows, with a stand-in for Discord on
//! the same machine: alone, many at once, and in a burst; and what becomes of them while something fails.
//!
//! Run with `cargo bench --package casa24 --bench discord`; a larger label with `-- ARTISTS DAYS`. `-- faults` prints for
//! each fault what became of 100 interactions a second (`-- faults nats-server` for one of them), `-- shards` how soon others have the shards of a killed process.

#![allow(clippy::print_stdout, reason = "a report is printed")]

mod faults;
mod label;
mod shards;
mod spent;

#[path = "../../tests/support/discord/mod.rs"]
mod stand_in;
#[path = "../../tests/support/mod.rs"]
mod support;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stand_in::{Sender, StandIn};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Interactions of a burst, and of each other load.
const BURST: usize = 1_000;
const ALONE: usize = 200;
const IN_FLIGHT: usize = 50;
/// How long a load may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Commands without a picture, each asked again and again.
const MIXED: [&str; 8] =
    ["stats", "leaderboard", "momentum", "milestones", "achievements", "trends", "accuracy", "viral"];

fn main() -> Outcome<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    for (place, mode) in arguments.iter().enumerate() {
        match mode.as_str() {
            "faults" => return runtime.block_on(faults::faults(&arguments[place + 1..])),
            "shards" => return runtime.block_on(shards::shards()),
            _ => {}
        }
    }
    // Cargo itself passes `--bench`.
    let sizes: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument.parse::<u32>().is_ok()).collect();
    let size = |index: usize, default: &str| sizes.get(index).cloned().unwrap_or_else(|| default.to_owned());
    let (artists, days) = (size(0, "8"), size(1, "365"));
    println!("{} processors, {artists} artists, {days} days", std::thread::available_parallelism()?);
    let folder = tempfile::tempdir()?;
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_casa24"));
        command.current_dir(folder.path()).env_remove("NATS_URL").env("LOG_LEVEL", "error");
        command.env("CASA24_DATA", folder.path().join("data")).args(arguments);
        command
    };
    for arguments in [&["sample", "label", "--artists", &artists, "--days", &days][..], &["import", "label"]]
    {
        if !run(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status()?.success() {
            return Err(format!("{arguments:?} failed").into());
        }
    }
    runtime.block_on(async {
        let discord = StandIn::start().await;
        let mut up = run(&["up"]);
        up.env("DISCORD_API_URL", &discord.url).env("DISCORD_BOT_TOKEN", "token").stdout(Stdio::piped());
        let mut up = Stopped(up.spawn()?);
        let mut line = String::new();
        BufReader::new(up.0.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        // Ready are the agents; their session with Discord begins a moment later.
        while discord.gateway.look(|record| record.num_identified) == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let sender = Sender::to(String::new());
        // Each once, so that what is measured is asked again.
        measure(&discord, &sender, "each command once", MIXED.len(), 1).await?;
        let alone = measure(&discord, &sender, "one after the other", ALONE, 1).await?;
        let before = spent::cpu(up.0.id())?;
        measure(&discord, &sender, "50 in flight", BURST, IN_FLIGHT).await?;
        let each = (spent::cpu(up.0.id())? - before) / BURST as f64 * 1_000.0;
        println!("{:40} {each:>8.2} ms", "processor time of the program, a command");
        let burst = measure(&discord, &sender, "a burst of 1,000", BURST, BURST).await?;
        println!("{:40} {:>8.1} x", "p99 of the burst : p99 alone", burst / alone);
        discord.world().delay = Duration::from_millis(100);
        measure(&discord, &sender, "a burst of 1,000, 100 ms more a request", BURST, BURST).await?;
        let peak = spent::peak_mib(up.0.id())?;
        println!("{:40} {peak:>8.0} MiB", "peak memory of the program, all its agents");
        Ok(())
    })
}

/// Asks so often, so many at once; the final answer's 99th percentile, in milliseconds.
async fn measure(
    discord: &StandIn,
    sender: &Sender,
    what: &str,
    num: usize,
    in_flight: usize,
) -> Outcome<f64> {
    let begun = Instant::now();
    let mut open: Vec<String> = Vec::new();
    let (mut first, mut last, mut num_asked) = (Vec::new(), Vec::new(), 0);
    while last.len() < num {
        while num_asked < num && open.len() < in_flight {
            open.push(sender.dispatch(discord, MIXED[num_asked % MIXED.len()], &none()));
            num_asked += 1;
        }
        tokio::time::sleep(Duration::from_micros(500)).await;
        let world = discord.world();
        open.retain(|token| match world.took(token) {
            (Some(acknowledged), Some(shown)) => {
                first.push(acknowledged.as_secs_f64() * 1_000.0);
                last.push(shown.as_secs_f64() * 1_000.0);
                false
            }
            _ => true,
        });
        if begun.elapsed() > PATIENCE {
            return Err(format!("{what}: {} of {num} show nothing", num - last.len()).into());
        }
    }
    let a_second = num as f64 / begun.elapsed().as_secs_f64();
    let (first, last) = (Quantiles::of(first), Quantiles::of(last));
    println!("{what:40} {a_second:>8.0}/s   first answer {first}   final answer {last}");
    Ok(last.p99)
}

fn none() -> Value {
    json!([])
}

/// Of times in milliseconds.
struct Quantiles {
    p50: f64,
    p99: f64,
    worst: f64,
}

impl Quantiles {
    fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        Self { p50: at(0.5), p99: at(0.99), worst: at(1.0) }
    }
}

impl std::fmt::Display for Quantiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "p50 {:.1} p99 {:.1} worst {:.1} ms", self.p50, self.p99, self.worst)
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
