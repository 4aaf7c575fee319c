//! Weekly reports of many servers due together, and what commands take meanwhile.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use casa24_bus::{Outgoing, Patience};
use casa24_schemas::{Observed, ReportSettings, ServerSettings};

use crate::Outcome;
use crate::loads::keep_asking;
use crate::posting::{Scene, ago, now};
use crate::spent;
use crate::stand_in::Sender;
use crate::support::Running;

/// Between two commands: 20 a second.
const EACH: Duration = Duration::from_millis(50);
/// How long commands are asked before the reports.
const BEFORE: Duration = Duration::from_secs(30);
/// How long reports may take: 10,000 within ten minutes.
const PATIENCE: Duration = Duration::from_secs(900);

pub(crate) async fn reports(num: usize) -> Outcome<()> {
    println!("{num} servers whose reports are due together");
    let scene = Scene::open(&["trends", "responder"]).await;
    scene.write_history("label", 8, 30);
    scene.import("label");
    let settings: Vec<Outgoing> = (0..num).map(|number| Outgoing::root(&settings(number))).collect();
    for some in settings.chunks(1_000) {
        scene.bus.publish(some, Patience::BRIEF).await?;
    }
    let mut door = scene.house.casa24(["run", "discord"]);
    door.env("DISCORD_API_URL", &scene.discord.url).env("DISCORD_BOT_TOKEN", "token");
    let mut door = Running::start(&scene.house, "discord", door);
    door.until_says("ready");
    crate::until_connected(&scene.discord, 0).await;
    let sender = Sender::to(String::new());
    let ask =
        async |is_over: &mut dyn FnMut() -> bool| keep_asking(&scene.discord, &sender, EACH, is_over).await;
    // Each once, so that what is measured is asked again.
    let mut num_asked = 0;
    ask(&mut || {
        num_asked += 1;
        num_asked > 100
    })
    .await?;
    let begun = Instant::now();
    let before = ask(&mut || begun.elapsed() > BEFORE).await?;

    let begun = Instant::now();
    let posts = scene.post();
    let mut first = None;
    let meanwhile = ask(&mut || {
        let num_posted = scene.num_posted();
        if num_posted > 0 {
            first.get_or_insert_with(Instant::now);
        }
        num_posted >= num || begun.elapsed() > PATIENCE
    })
    .await?;
    let seconds = first.map_or(0.0, |first| first.elapsed().as_secs_f64());
    let recorded = scene.ended(num).await;
    let mut of_channel = HashMap::<String, usize>::new();
    for posted in &scene.discord.world().posted {
        *of_channel.entry(posted.channel.clone()).or_default() += 1;
    }
    println!("{:60} {:>8}", "reports in Discord, each in a channel of its own", of_channel.len());
    println!("{:60} {:>8}", "doubled", of_channel.values().filter(|num| **num > 1).count());
    println!("{:60} {:>8}", "recorded", recorded.len());
    println!("{:60} {seconds:>8.1} s", "from the first to the last");
    println!("{:60} {before}", "commands at 20 a second before");
    println!("{:60} {meanwhile}", "commands meanwhile");
    println!("{:60} {:>8.2} x", "p99 meanwhile : before", meanwhile.p99 / before.p99);
    for (name, pid) in [("the agent that posts", posts.pid()), ("the door", door.pid())] {
        let (cpu, peak) = (spent::cpu(pid)?, spent::peak_mib(pid)?);
        println!("{name:60} {cpu:>8.2} s of processor time, peak memory {peak:.0} MiB");
    }
    Ok(())
}

/// A server whose report was due at the beginning of the hour.
fn settings(number: usize) -> ServerSettings {
    let due = now();
    let report = ReportSettings {
        channel: (200_000 + number).to_string(),
        weekday: due.weekday().number_from_monday(),
        hour: due.hour(),
        since: ago(time::Duration::hours(2)),
    };
    let language = if number.is_multiple_of(2) { "en" } else { "es" };
    let none = ServerSettings::none(&(100_000 + number).to_string(), Observed::instant(due));
    ServerSettings { report: Some(report), language: Some(language.to_owned()), ..none }
}
