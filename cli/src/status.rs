//! `status`: what the bus stores, and how far its readers have got.

use std::collections::{BTreeMap, BTreeSet};

use casa24_bus::{Patience, Status};
use casa24_schedule::Schedule;
use casa24_schemas::{Absence, Collection, Event, LateSource, Observed};
use serde::Serialize;
use time::{Date, OffsetDateTime};

use crate::cli::Output;
use crate::faults::{self, Fault};
use crate::growth_of_store::StoreGrowth;
use crate::newest_figures::{NewestFigure, newest_figures};
use crate::session::Session;
use crate::settings::Settings;
use crate::streams::{out, outln};
use crate::terminal::{counted, printable, table, thousands};
use crate::trainings::Trainings;

/// Problems of a run that are shown.
const MOST_PROBLEMS: usize = 3;
/// Late sources that are shown.
const MOST_LATE: usize = 20;

/// What the bus holds, and how old what it holds of each platform is.
#[derive(Serialize)]
struct Overview {
    #[serde(flatten)]
    bus: Status,
    /// What takes nothing in; known of the embedded bus only.
    faults: Vec<Fault>,
    /// How long there is room for more.
    store: StoreGrowth,
    /// The newest valid snapshot of each platform.
    platforms: Vec<PlatformAge>,
    /// The newest run of the collector on each platform.
    collections: Vec<Collection>,
    /// The sources that are late now, those whose figure was due first at the top.
    late: Vec<LateSource>,
    /// What models have learnt, and when they learn again.
    trainings: Vec<Trainings>,
}

/// The newest valid snapshot of a platform.
#[derive(Serialize)]
struct PlatformAge {
    /// Token of the platform.
    platform: String,
    /// Newest observation of any artist.
    newest: Observed,
    /// Artists with a snapshot.
    num_artists: u64,
    /// The newest observation of each, the oldest first.
    artists: Vec<ArtistAge>,
}

/// The newest valid snapshot of an artist on a platform.
#[derive(Serialize)]
struct ArtistAge {
    artist: String,
    newest: Observed,
}

impl Overview {
    async fn of(session: &Session, training: Option<&Schedule>) -> casa24_bus::Result<Self> {
        session.bus.patiently(Patience::COMMAND, async || Self::read(session, training).await).await
    }

    async fn read(session: &Session, training: Option<&Schedule>) -> casa24_bus::Result<Self> {
        let bus = &session.bus;
        let status = bus.status().await?;
        let platforms = ages(newest_figures(bus, OffsetDateTime::now_utc()).await?);
        let faults = faults::found(bus, session.data.as_deref()).await;
        let newest = platforms.iter().map(|platform| platform.newest).max();
        let store = StoreGrowth::of(bus, &status, newest, session.data.as_deref()).await?;
        let collections = bus.newest::<Collection>("collection.*").await?;
        let late = bus.newest::<LateSource>("source.late.*.*").await?;
        let mut late: Vec<LateSource> =
            late.into_iter().map(|stored| stored.event).filter(LateSource::is_late).collect();
        late.sort_by_key(|late| (late.expected_at, late.subject()));
        Ok(Self {
            bus: status,
            faults,
            store,
            platforms,
            collections: collections.into_iter().map(|stored| stored.event).collect(),
            late,
            trainings: vec![Trainings::of(bus, training).await?],
        })
    }
}

/// The newest figures by platform.
fn ages(newest: Vec<NewestFigure>) -> Vec<PlatformAge> {
    let mut platforms: BTreeMap<String, PlatformAge> = BTreeMap::new();
    for NewestFigure { platform, artist, observed_at } in newest {
        let platform = platform.to_string();
        let age = platforms.entry(platform.clone()).or_insert(PlatformAge {
            platform,
            newest: observed_at,
            num_artists: 0,
            artists: Vec::new(),
        });
        age.newest = age.newest.max(observed_at);
        age.num_artists += 1;
        age.artists.push(ArtistAge { artist: artist.name, newest: observed_at });
    }
    for platform in platforms.values_mut() {
        platform.artists.sort_by(|a, b| (a.newest, &a.artist).cmp(&(b.newest, &b.artist)));
    }
    platforms.into_values().collect()
}

/// A run of the collector in a line.
fn run(run: &Collection) -> Vec<String> {
    let state = match (&run.stopped, run.ended_at) {
        (Some(stopped), _) => {
            let until = stopped.until.map_or_else(String::new, |until| format!("; goes on after {until}"));
            format!("ended early: {}{until}", printable(&stopped.what))
        }
        (None, Some(_)) if run.num_with_figures < run.num_artists => {
            let absent: Vec<String> =
                run.absent.iter().map(|(reason, count)| format!("{reason} {}", thousands(*count))).collect();
            format!("absent: {}", absent.join(", "))
        }
        (None, Some(_)) => String::new(),
        (None, None) => "on its way, or interrupted".to_owned(),
    };
    let artists = format!("{} of {}", thousands(run.num_with_figures), thousands(run.num_artists));
    vec![run.platform.to_string(), run.due_at.to_string(), artists, thousands(run.num_figures), state]
}

/// A late source in a line.
fn late(source: &LateSource) -> Vec<String> {
    let newest = source.newest.map_or_else(|| "none".to_owned(), |newest| newest.to_string());
    let reasons: BTreeSet<&str> = source.absent.values().map(|reason| Absence::as_str(*reason)).collect();
    vec![
        source.platform.to_string(),
        printable(&source.artist.name),
        newest,
        source.expected_at.to_string(),
        reasons.into_iter().collect::<Vec<_>>().join(", "),
    ]
}

/// How long ago a day was.
fn age(newest: Observed, today: Date) -> String {
    match (today - newest.date()).whole_days() {
        i64::MIN..=0 => "today".to_owned(),
        days => format!("{} ago", counted(days.unsigned_abs(), "day", "days")),
    }
}

/// A platform in a line: its newest figure, and the artist whose newest one is oldest, where that is another day.
fn platform(of: &PlatformAge, today: Date) -> Vec<String> {
    let oldest = of.artists.first().filter(|oldest| oldest.newest.date() < of.newest.date());
    let oldest = oldest.map_or_else(String::new, |oldest| {
        format!("{}, {}", printable(&oldest.artist), age(oldest.newest, today))
    });
    let (newest, artists) = (of.newest.to_string(), thousands(of.num_artists));
    vec![of.platform.clone(), newest, age(of.newest, today), artists, oldest]
}

/// Prints streams, consumers and platforms.
pub(crate) async fn status(settings: &Settings, options: &Output) -> anyhow::Result<()> {
    let session = Session::open(settings, "status").await?;
    let overview = Overview::of(&session, settings.rules.training.schedule.as_ref()).await;
    let place = session.place.clone();
    session.close().await?;
    let overview = overview?;
    if options.json {
        outln!("{}", serde_json::to_string_pretty(&overview)?);
        return Ok(());
    }
    let streams: Vec<Vec<String>> = overview
        .bus
        .streams
        .iter()
        .map(|stream| {
            let newest = stream.newest_stored_at.map_or_else(String::new, |at| at.date().to_string());
            let megabytes = format!("{:.1}", stream.num_bytes as f64 / 1e6);
            vec![stream.name.clone(), thousands(stream.num_events), megabytes, newest]
        })
        .collect();
    let consumers: Vec<Vec<String>> = overview
        .bus
        .consumers
        .iter()
        .map(|consumer| {
            let running = match (consumer.running, consumer.reading || consumer.lag > 0) {
                // It runs, and what it works out cannot be stored.
                (true, _) if !overview.faults.is_empty() => "held up",
                (true, true) => "running",
                (true, false) => "starting",
                (false, _) => "stopped",
            };
            vec![consumer.agent.clone(), consumer.stream.clone(), thousands(consumer.lag), running.to_owned()]
        })
        .collect();
    // The one figure that depends on the clock: a person wants to know how old the newest figures are now.
    let today = OffsetDateTime::now_utc().date();
    let platforms: Vec<Vec<String>> = overview.platforms.iter().map(|of| platform(of, today)).collect();
    outln!("bus: {place}");
    for text in overview.faults.iter().map(|fault| &fault.text).collect::<BTreeSet<_>>() {
        outln!("fault: {text}");
    }
    outln!("{}\n", overview.store);
    out!("{}", table(&["STREAM", "EVENTS", "MB", "NEWEST STORED"], &streams));
    out!("\n{}", table(&["AGENT", "READS", "LAG", ""], &consumers));
    out!("\n{}", table(&["PLATFORM", "NEWEST SNAPSHOT", "AGE", "ARTISTS", "OLDEST"], &platforms));
    if !overview.late.is_empty() {
        let sources: Vec<Vec<String>> = overview.late.iter().take(MOST_LATE).map(late).collect();
        out!("\n{}", table(&["LATE", "ARTIST", "NEWEST FIGURE", "NEXT WAS DUE", ""], &sources));
        let num_more = overview.late.len().saturating_sub(MOST_LATE);
        if num_more > 0 {
            outln!("{num_more} more, which --json has");
        }
    }
    if !overview.collections.is_empty() {
        let runs: Vec<Vec<String>> = overview.collections.iter().map(run).collect();
        out!("\n{}", table(&["COLLECTED", "DUE", "ARTISTS", "FIGURES", ""], &runs));
        for run in &overview.collections {
            for problem in run.problems.iter().take(MOST_PROBLEMS) {
                outln!("{}: {}", run.platform, printable(problem));
            }
            let num_more = run.problems.len().saturating_sub(MOST_PROBLEMS);
            if num_more > 0 {
                outln!("{}: {num_more} more, which --json has", run.platform);
            }
        }
    }
    let trainings: Vec<Vec<String>> = overview.trainings.iter().map(Trainings::row).collect();
    out!("\n{}", table(&Trainings::COLUMNS, &trainings));
    Ok(())
}
