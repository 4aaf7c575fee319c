//! A history imported with alerts switched on: nothing of it is posted.

use std::time::Instant;

use casa24_schemas::Observed;
use time::Duration;

use crate::Outcome;
use crate::posting::{Scene, ago, alerts, now};

/// Imports a history that reaches up to today, and prints what was found and posted of it.
pub(crate) async fn imports(num_artists: u32, num_days: u32) -> Outcome<()> {
    println!("{num_artists} artists, {num_days} days");
    let scene = Scene::open(&["trends"]).await;
    scene.store(&alerts(ago(Duration::hours(1)))).await;
    let agent = scene.post();
    scene.write_history("label", num_artists, num_days);
    let begun = Instant::now();
    scene.import("label");
    let num_fresh = scene.fresh_findings().await;
    println!("{:60} {:>8.0} s", "imported, and its findings stored", begun.elapsed().as_secs_f64());
    println!("{:60} {num_fresh:>8}", "findings of the last 48 hours");
    // What is found live comes behind them.
    scene.milestone("Found live", Observed::instant(now()), 100.0).await;
    scene.ended(1).await;
    assert!(agent.terminate().success());
    let posted = scene.discord.world().posted.clone();
    let num_live = posted.iter().filter(|posted| posted.body.to_string().contains("Found live")).count();
    println!("{:60} {:>8}", "posts of it", posted.len() - num_live);
    println!("{:60} {num_live:>8}", "posts of one finding that was collected behind it");
    Ok(())
}
