//! `forget`: deletes what a platform gave before a day, and what was made of it.

use std::collections::BTreeSet;

use casa24_bus::{AgentKind, Bus, Shutdown, StreamName};
use casa24_schemas::{
    ArtistId, Date, ForecastRecord, Platform, RawBreakdown, RawSnapshot, RejectedBreakdown, RejectedSnapshot,
    ValidBreakdown, ValidSnapshot,
};

use crate::agents::{self, Rules};
use crate::catch_up::{catch_up, judge};
use crate::cli::Forget;
use crate::session::Session;
use crate::settings::Settings;
use crate::streams::outln;
use crate::terminal::{UsageError, printable, thousands};

/// Counts what is to be deleted, and with `--yes` deletes it and makes the views anew.
pub(crate) async fn forget(settings: &Settings, options: &Forget) -> anyhow::Result<()> {
    let platform =
        Platform::new(&options.platform).map_err(|error| UsageError(format!("platform {error}")))?;
    let session = Session::open(settings, "forget").await?;
    let outcome = session.unless_stuck(run(&session.bus, &settings.rules, options, &platform)).await;
    let closed = session.close().await;
    outcome?;
    closed
}

/// What is to be deleted, by stream.
struct Found {
    raw: Vec<u64>,
    valid: Vec<u64>,
    rejected: Vec<u64>,
    published: Vec<u64>,
    breakdowns: Vec<u64>,
    breakdowns_judged: Vec<u64>,
    /// Artists of whom any of it is.
    artists: BTreeSet<ArtistId>,
}

impl Found {
    /// What a platform gave before a day: observed before it, of a period that ended before it, or forecast from a value
    /// that was.
    async fn before(bus: &Bus, platform: &Platform, day: Date) -> anyhow::Result<Self> {
        let mut artists = BTreeSet::new();
        let raw = bus
            .sequences_of(&format!("snapshot.raw.{platform}.*"), |snapshot: &RawSnapshot| {
                let is_meant = snapshot.observed_at.date() < day;
                if is_meant {
                    artists.insert(snapshot.artist.id.clone());
                }
                is_meant
            })
            .await?;
        let valid = bus
            .sequences_of(&format!("snapshot.valid.{platform}.*"), |snapshot: &ValidSnapshot| {
                snapshot.observed_at.date() < day
            })
            .await?;
        let rejected = bus
            .sequences_of(&format!("snapshot.rejected.{platform}.*"), |snapshot: &RejectedSnapshot| {
                snapshot.raw.observed_at.date() < day
            })
            .await?;
        let published = bus
            .sequences_of("published.>", |record: &ForecastRecord| {
                record.series.iter().any(|it| it.platform == *platform && it.current_date < day)
            })
            .await?;
        let breakdowns = bus
            .sequences_of(&format!("breakdown.raw.{platform}.*"), |raw: &RawBreakdown| {
                let is_meant = raw.period.last.0 < day;
                if is_meant {
                    artists.insert(raw.artist.id.clone());
                }
                is_meant
            })
            .await?;
        let mut breakdowns_judged = bus
            .sequences_of(&format!("breakdown.valid.{platform}.*"), |valid: &ValidBreakdown| {
                valid.accepted.period.last.0 < day
            })
            .await?;
        let rejected_breakdowns = bus
            .sequences_of(&format!("breakdown.rejected.{platform}.*"), |rejected: &RejectedBreakdown| {
                rejected.raw.period.last.0 < day
            })
            .await?;
        breakdowns_judged.extend(rejected_breakdowns);
        Ok(Self { raw, valid, rejected, published, breakdowns, breakdowns_judged, artists })
    }

    fn is_nothing(&self) -> bool {
        let Self { raw, valid, rejected, published, breakdowns, breakdowns_judged, .. } = self;
        [raw, valid, rejected, published, breakdowns, breakdowns_judged].iter().all(|found| found.is_empty())
    }
}

async fn run(bus: &Bus, rules: &Rules, options: &Forget, platform: &Platform) -> anyhow::Result<()> {
    for consumer in bus.consumers().await? {
        // A process that was killed has its lease for some seconds.
        anyhow::ensure!(
            !(consumer.running && bus.is_running(&consumer.agent).await?),
            "the agent {} is running and knows what is to be forgotten: stop every agent, forget, and start them again",
            consumer.agent
        );
    }
    judge(bus).await?;
    let day = options.before;
    let found = Found::before(bus, platform, day).await?;
    let num = |sequences: &Vec<u64>| thousands(sequences.len() as u64);
    let what = format!(
        "what {} gave before {day} (snapshots {}, valid {}, rejected {}; artists {}), of periods that ended \
         before it (breakdowns {}), and the forecasts made from it (records {})",
        printable(platform.as_str()),
        num(&found.raw),
        num(&found.valid),
        num(&found.rejected),
        thousands(found.artists.len() as u64),
        num(&found.breakdowns),
        num(&found.published)
    );
    if found.is_nothing() {
        outln!("nothing from {} is stored of a day before {day}", printable(platform.as_str()));
        return Ok(());
    }
    if !options.yes {
        return Err(UsageError(format!(
            "this would delete {what}; it cannot be had again: say --yes to delete it"
        ))
        .into());
    }
    // What follows from it first: a command that is cut off can be repeated.
    for filter in [
        format!("forecast.*.*.{platform}.*"),
        "growth.*".to_owned(),
        format!("trend.*.*.{platform}.*"),
        "trend.*.*.all.all".to_owned(),
    ] {
        bus.purge(&filter).await?;
    }
    bus.delete(StreamName::Published, found.published).await?;
    bus.delete(StreamName::Rejected, found.rejected).await?;
    bus.delete(StreamName::Valid, found.valid).await?;
    bus.delete(StreamName::Raw, found.raw).await?;
    bus.delete(StreamName::JudgedBreakdowns, found.breakdowns_judged).await?;
    bus.delete(StreamName::Breakdowns, found.breakdowns).await?;
    catch_up(bus, rules).await?;
    for agent in agents::all(rules).into_iter().filter(|agent| agent.declaration().kind == AgentKind::View) {
        agent.renew(bus.clone(), Shutdown::default(), Vec::new()).await?;
    }
    outln!("deleted {what}");
    outln!(
        "backups and history files still have them; weights that were trained on them stay until `casa24 train neural`, \
         dead letters for 90 days"
    );
    Ok(())
}
