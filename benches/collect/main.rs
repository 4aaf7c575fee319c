//! Measures `casa24 collect` of a large label against stand-ins that hold the platforms' limits: how long it asks beside
//! the shortest time that the limits leave, whether a limit was broken, `YouTube`'s units, and memory.
//!
//! Run with `cargo bench --package casa24 --bench collect`; a label of another size with `-- ARTISTS`. Spotify and Instagram
//! are left out: their limits make it half an hour and five hours with 1,000 artists.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a report is printed; a bench that fails ends")]

mod platforms;

#[path = "../../agents/collectors/tests/platforms/server.rs"]
#[allow(dead_code, reason = "each user needs a part")]
mod server;
#[path = "../discord/spent.rs"]
mod spent;

use std::fs::File;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use platforms::PLATFORMS;
use serde_json::{Value, json};
use server::Server;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// How often memory and processor time are looked at, while the kernel still tells them.
const LOOK: Duration = Duration::from_millis(100);

fn main() -> Outcome<()> {
    // Cargo itself passes `--bench`.
    let size = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    tokio::runtime::Runtime::new()?.block_on(measure(size.unwrap_or(1_000)))
}

async fn measure(num_artists: usize) -> Outcome<()> {
    println!("{} processors, {num_artists} artists", std::thread::available_parallelism()?);
    let folder = tempfile::tempdir()?;
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_casa24"));
        command.current_dir(folder.path()).env_remove("NATS_URL").env("LOG_LEVEL", "error");
        command.env("CASA24_DATA", folder.path().join("data")).args(arguments);
        command
    };
    let roster: Vec<Value> = (0..num_artists)
        .map(|number| {
            let mut entry = json!({ "name": format!("Artist {number}") });
            for platform in PLATFORMS {
                entry[format!("{}_id", platform.name)] = (platform.id)(number).into();
            }
            entry
        })
        .collect();
    std::fs::write(folder.path().join("roster.json"), Value::from(roster).to_string())?;
    let mut import = run(&["roster", "import", "roster.json"]);
    if !import.stdout(Stdio::null()).status()?.success() {
        return Err("the roster cannot be imported".into());
    }
    let mut collect = run(&["collect", "--json"]);
    collect.env("YOUTUBE_API_KEY", "key").env("CASA24_CONTACT", "bench@label.example");
    let mut servers = Vec::new();
    for platform in PLATFORMS {
        let server = Server::start(platform.answer).await;
        collect.env(platform.setting, &server.address);
        servers.push((platform, server));
    }
    let report = folder.path().join("report.json");
    let begun = Instant::now();
    let mut process = collect.stdout(File::create(&report)?).spawn()?;
    let (mut peak, mut cpu) = (0.0, 0.0);
    let status = loop {
        if let Some(status) = process.try_wait()? {
            break status;
        }
        peak = spent::peak_mib(process.id()).unwrap_or(peak);
        cpu = spent::cpu(process.id()).unwrap_or(cpu);
        tokio::time::sleep(LOOK).await;
    };
    let whole = begun.elapsed().as_secs_f64();
    if !status.success() {
        return Err(format!("collect ended with {status}").into());
    }
    let report: Value = serde_json::from_slice(&std::fs::read(&report)?)?;
    println!(
        "| platform | artists with figures | requests | asked for | shortest possible | times | breaches |"
    );
    println!("|---|---|---|---|---|---|---|");
    for (platform, server) in &servers {
        let at: Vec<Instant> = server.asked().iter().map(|asked| asked.at).collect();
        let asked_for =
            at.iter().max().zip(at.iter().min()).map_or(0.0, |(last, first)| (*last - *first).as_secs_f64());
        // So many requests as fit into a span come at its beginning.
        let num_spans = at.len().saturating_sub(1) / platform.num_requests;
        let shortest = num_spans as f64 * platform.span.as_secs_f64();
        let times =
            if num_spans == 0 { "one span".to_owned() } else { format!("{:.2}", asked_for / shortest) };
        let of = report["platforms"].as_array().unwrap().iter().find(|of| of["platform"] == platform.name);
        println!(
            "| {} | {} | {} | {asked_for:.1} s | {shortest:.1} s | {times} | {} |",
            platform.name,
            of.map_or(&Value::Null, |of| &of["num_with_figures"]),
            at.len(),
            server.breaches(platform.num_requests, platform.span),
        );
    }
    println!(
        "{whole:.1} s with judging and forecasting, {cpu:.1} s of processor time, {peak:.0} MiB at its peak (without nats-server)"
    );
    Ok(())
}
