//! `casa24 up` on the imported data: when it is ready, how long each question takes, and how many are answered at once.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use casa24_bus::{Bus, Settings};
use casa24_responder::Reply;
use casa24_schemas::Command as Question;
use serde_json::Value;

use crate::load::{Asker, Load};
use crate::questions::{self, Questions};
use crate::{Outcome, program, row, text};

/// Rounds of each question.
const ROUNDS: usize = 100;

/// Questions in flight at once.
const IN_FLIGHT: usize = 50;

/// How long each load is kept up, and those whose slowest answers are compared.
const KEPT_UP: Duration = Duration::from_secs(5);
const KEPT_UP_LONG: Duration = Duration::from_secs(20);

/// Questions a second beside which pictures are drawn.
const PER_SECOND: u32 = 200;
const PICTURES_PER_SECOND: u32 = 10;

pub(crate) fn answers(runtime: &tokio::runtime::Runtime, folder: &Path, data: &Path) -> Outcome<()> {
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
        bus.ask::<_, Reply>(&questions::question("stats", &[]), Duration::from_secs(30)).await?;
        row("up: first answer after", started.elapsed().as_secs_f64(), "s");
        let newest = bus.newest::<casa24_schemas::ValidSnapshot>("snapshot.valid.spotify.*").await?;
        let names: Vec<String> = newest.into_iter().map(|stored| stored.event.artist.name).collect();
        let questions = questions::each_command(&names);
        one_by_one(&bus, &questions, "while the other agents rebuild their state").await?;
        while bus.consumers().await?.iter().any(|consumer| !consumer.reading) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        one_by_one(&bus, &questions, "settled").await?;
        let (asker, viewer) = (Asker::connect(url).await?, Asker::connect(url).await?);
        at_once(&asker, &viewer, &names).await
    })
}

async fn one_by_one(bus: &Bus, questions: &[Question], when: &str) -> Outcome<()> {
    println!("answers one by one, decoded by the asker, {when}:");
    for question in questions {
        let mut times = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let asked = Instant::now();
            let reply: Reply = bus.ask(question, Duration::from_secs(30)).await?;
            times.push(asked.elapsed().as_secs_f64() * 1_000.0);
            if let Some(refusal) = reply.refusal {
                return Err(format!("{question:?} is refused: {refusal:?}").into());
            }
        }
        times.sort_by(f64::total_cmp);
        let (median, worst) = (times[ROUNDS / 2], times[ROUNDS - 1]);
        let what = format!("  {}", questions::line(question));
        println!("{what:70} {median:>12.2} ms median, {worst:.2} ms worst of {ROUNDS}");
    }
    Ok(())
}

/// A mix of all commands, many in flight; then beside somebody who has one picture drawn after the other.
async fn at_once(asker: &Asker, viewer: &Asker, names: &[String]) -> Outcome<()> {
    println!("a mix of all commands, {IN_FLIGHT} in flight, not decoded:");
    let questions = Questions::new(names);
    for (what, unlike) in [("asked before", false), ("each unlike the newest 1,000", true)] {
        let alone = Load::keep_up(asker, &questions, unlike, IN_FLIGHT, KEPT_UP).await?;
        alone.print(what);
    }
    // At a rate that leaves the processors some room: beyond that everything waits for everything.
    let what = format!("{PER_SECOND} a second, asked before");
    let alone = Load::at_rate(asker, &questions, PER_SECOND, KEPT_UP_LONG).await?;
    alone.print(&what);
    let pictures = questions.pictures();
    Load::keep_up(viewer, &pictures, true, 1, KEPT_UP).await?.print("pictures, one after the other");
    let (beside, drawn) = tokio::join!(
        Load::at_rate(asker, &questions, PER_SECOND, KEPT_UP_LONG),
        Load::at_rate(viewer, &pictures, PICTURES_PER_SECOND, KEPT_UP_LONG)
    );
    let beside = beside?;
    beside.print(&format!("{what}, beside {PICTURES_PER_SECOND} pictures a second"));
    drawn?.print(&format!("{PICTURES_PER_SECOND} pictures a second"));
    row("  p99 beside so many pictures : p99 alone", beside.p99() / alone.p99(), "x as long");
    let (beside, drawn) = tokio::join!(
        Load::at_rate(asker, &questions, PER_SECOND, KEPT_UP_LONG),
        Load::keep_up(viewer, &pictures, true, 1, KEPT_UP_LONG)
    );
    let beside = beside?;
    beside.print(&format!("{what}, beside pictures without a pause"));
    drawn?.print("pictures without a pause");
    row("  p99 beside pictures without a pause : p99 alone", beside.p99() / alone.p99(), "x as long");
    Ok(())
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
