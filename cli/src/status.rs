//! `status`: what the bus holds and how far its readers are.

use time::OffsetDateTime;

use crate::cli::Output;
use crate::session::Session;
use crate::settings::Settings;
use crate::terminal::{table, thousands};

/// Prints streams, consumers and platforms.
pub(crate) async fn status(settings: &Settings, options: &Output) -> anyhow::Result<()> {
    let session = Session::open(settings, "status").await?;
    let status = session.bus.status().await;
    let place = session.place.clone();
    session.close().await?;
    let status = status?;
    if options.json {
        anstream::println!("{}", serde_json::to_string_pretty(&status)?);
        return Ok(());
    }
    let streams: Vec<Vec<String>> = status
        .streams
        .iter()
        .map(|stream| {
            let newest = stream.newest_stored_at.map_or_else(String::new, |at| at.date().to_string());
            let megabytes = format!("{:.1}", stream.num_bytes as f64 / 1e6);
            vec![stream.name.clone(), thousands(stream.num_events), megabytes, newest]
        })
        .collect();
    let consumers: Vec<Vec<String>> = status
        .consumers
        .iter()
        .map(|consumer| {
            let running = match (consumer.running, consumer.reading || consumer.lag > 0) {
                (true, true) => "running",
                (true, false) => "starting",
                (false, _) => "stopped",
            };
            vec![consumer.agent.clone(), consumer.stream.clone(), thousands(consumer.lag), running.to_owned()]
        })
        .collect();
    // The one place that asks the clock: a person wants to know how old the newest figures are now.
    let today = OffsetDateTime::now_utc().date();
    let platforms: Vec<Vec<String>> = status
        .platforms
        .iter()
        .map(|platform| {
            let days = (today - platform.newest.date()).whole_days();
            let age = match days {
                i64::MIN..=0 => "today".to_owned(),
                1 => "1 day ago".to_owned(),
                _ => format!("{} days ago", thousands(days.unsigned_abs())),
            };
            vec![platform.platform.clone(), platform.newest.to_string(), age, thousands(platform.num_artists)]
        })
        .collect();
    anstream::println!("bus: {place}\n");
    anstream::print!("{}", table(&["STREAM", "EVENTS", "MB", "NEWEST STORED"], &streams));
    anstream::print!("\n{}", table(&["AGENT", "READS", "LAG", ""], &consumers));
    anstream::print!("\n{}", table(&["PLATFORM", "NEWEST SNAPSHOT", "AGE", "ARTISTS"], &platforms));
    Ok(())
}
