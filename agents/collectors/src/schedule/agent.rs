//! The agent `collector`: when a run is due, it asks every platform, and tells what came of it and which sources are late.

use std::collections::HashMap;
use std::convert::Infallible;
use std::time::Duration;

use casa24_bus::{Bus, Patience, Runner, Source, SourceContext, SourceError, explain, source};
use casa24_schedule::{Schedule, moment, timestamp};
use casa24_schemas::{Absence, Collection, CollectionStop, Observed, Platform, RosterEntry};
use futures::future::try_join_all;
use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use time::OffsetDateTime;
use tokio::sync::{Mutex, watch};

use super::late::LateSources;
use crate::collect::{Collector, Report, Run, RunError, Store};
use crate::platforms::{Access, Listed};

/// The clock is looked at this often: it may be set, and a machine may sleep.
const LOOK: Duration = Duration::from_secs(20);
/// Late sources are looked for after each run, and this often.
const LOOK_FOR_LATE: SignedDuration = SignedDuration::from_hours(1);
/// Problems that an event tells of, and their length in characters.
const MAX_PROBLEM_CHARS: usize = 1_000;

/// How a label collects.
#[derive(Debug, Clone, Default)]
pub struct Collecting {
    /// What it has to ask the platforms with.
    pub access: Access,
    /// When; never where there is none.
    pub schedule: Option<Schedule>,
    /// By how much a run is put off at most, so that not everybody asks at the same minute. One that was missed is not.
    pub jitter: Duration,
}

impl Collecting {
    /// Once a day, at half past two in UTC: after the platforms' day has ended.
    pub const DAILY: &'static str = "30 2 * * *";
}

/// Collects when a run is due.
pub struct Scheduled {
    collecting: Collecting,
    /// Kept when it is run again after a fault: reading it anew takes long.
    late_sources: Mutex<LateSources>,
}

impl Scheduled {
    /// The agent as it is run.
    pub fn runner(collecting: Collecting) -> Runner {
        source(move || Self { collecting, late_sources: Mutex::default() })
    }
}

/// A platform that is to be asked.
struct Due {
    collector: Box<dyn Collector>,
    due_at: Observed,
}

impl Source for Scheduled {
    const NAME: &'static str = "collector";
    const PUBLISHES: &'static [&'static str] = &["snapshot.raw.*.*", "collection.*", "source.late.*.*"];

    async fn run(&self, context: SourceContext) -> Result<(), SourceError> {
        let Some(schedule) = &self.collecting.schedule else {
            context.cancelled().await;
            return Ok(());
        };
        let (done, is_done) = watch::channel(None);
        tokio::select! {
            collected = self.collect_when_due(&context, schedule, &done) => collected.map(|never| match never {}),
            never = self.tell_of_late(&context, schedule, is_done) => match never {},
            () = context.cancelled() => Ok(()),
        }
    }
}

impl Scheduled {
    /// Collects whenever a run is due, and says which one is done.
    async fn collect_when_due(
        &self,
        context: &SourceContext,
        schedule: &Schedule,
        newest_done: &watch::Sender<Option<Timestamp>>,
    ) -> Result<Infallible, SourceError> {
        let mut done: Option<Timestamp> = None;
        let mut go_on_at: Option<Timestamp> = None;
        let mut jitter = self.jitter();
        loop {
            let now = Timestamp::now();
            let due = schedule.newest_due(now).filter(|due| done != Some(*due));
            // What was missed while nobody was here is due at once.
            let is_due = due.is_some_and(|due| done.is_none() || now.duration_since(due) >= jitter);
            if is_due || go_on_at.is_some_and(|at| at <= now) {
                let due = due.or(done).ok_or_else(|| SourceError::permanent("the schedule is never due"))?;
                go_on_at = self.collect(context, due).await?;
                done = Some(due);
                newest_done.send_replace(done);
                jitter = self.jitter();
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Tells which sources are late, after each run and each hour: beside collecting, which must not wait for it, nor end
    /// with it.
    async fn tell_of_late(
        &self,
        context: &SourceContext,
        schedule: &Schedule,
        mut newest_done: watch::Receiver<Option<Timestamp>>,
    ) -> Infallible {
        let mut late_sources = self.late_sources.lock().await;
        let mut look_at = Timestamp::MIN;
        loop {
            let (now, done) = (Timestamp::now(), *newest_done.borrow());
            // Not while a run is put off or on its way: it may bring what is missing.
            if schedule.newest_due(now) == done && look_at <= now {
                let told = late_sources.tell(context, &self.collecting.access, schedule, now).await;
                if let Err(reason) = told {
                    tracing::warn!(%reason, "cannot tell which sources are late, will look again");
                }
                look_at = now.checked_add(LOOK_FOR_LATE).unwrap_or(Timestamp::MAX);
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                Ok(()) = newest_done.changed() => look_at = Timestamp::MIN,
            }
        }
    }

    fn jitter(&self) -> SignedDuration {
        let most = self.collecting.jitter.as_secs();
        SignedDuration::from_secs(i64::try_from(rand::rng().random_range(0..=most)).unwrap_or_default())
    }

    /// Asks every platform of which the run is not done, and gives when one that stopped may go on.
    async fn collect(
        &self,
        context: &SourceContext,
        due: Timestamp,
    ) -> Result<Option<Timestamp>, SourceError> {
        let due_at = Observed::instant(moment(due));
        let listed = self.collecting.access.collectors();
        let listed = listed.map_err(|error| SourceError::permanent(explain(&error)))?;
        let bus = context.bus();
        let roster = roster(bus).await?;
        let before = bus.newest_patiently::<Collection>("collection.*", Patience::AGENT);
        let before: HashMap<Platform, Collection> =
            before.await?.into_iter().map(|stored| (stored.event.platform.clone(), stored.event)).collect();
        let (mut to_ask, mut go_on_at) = (Vec::new(), None);
        for listed in listed {
            let platform = listed.platform();
            if !listed.is_needed(&roster) {
                continue;
            }
            let collector = match listed {
                Listed::Ready(collector) => collector,
                Listed::Lacks { what, .. } => {
                    tracing::warn!(%platform, what, "cannot be asked");
                    continue;
                }
            };
            let newest = before.get(&platform);
            if newest.is_some_and(|newest| newest.due_at == due_at && newest.ended_at.is_some()) {
                continue;
            }
            let until = newest.and_then(|newest| newest.stopped.as_ref()?.until?.moment());
            match until.filter(|until| *until > OffsetDateTime::now_utc()) {
                Some(until) => go_on_at = sooner(go_on_at, until),
                None => to_ask.push(Due { collector, due_at }),
            }
        }
        let runs: Vec<_> = to_ask.iter().map(|due| ask(context, due, &roster)).collect();
        for until in try_join_all(runs).await?.into_iter().flatten() {
            go_on_at = sooner(go_on_at, until);
        }
        Ok(go_on_at)
    }
}

/// The artists of the label.
async fn roster(bus: &Bus) -> Result<Vec<RosterEntry>, SourceError> {
    let newest = bus.newest_patiently::<RosterEntry>("roster.*", Patience::AGENT).await?;
    Ok(newest.into_iter().map(|stored| stored.event).filter(|entry| entry.active).collect())
}

/// Asks one platform; gives when it may go on where it stopped.
async fn ask(
    context: &SourceContext,
    Due { collector, due_at }: &Due,
    roster: &[RosterEntry],
) -> Result<Option<OffsetDateTime>, SourceError> {
    let platform = collector.platform();
    let started_at = now();
    let begun = Collection {
        platform: platform.clone(),
        due_at: *due_at,
        started_at,
        ended_at: None,
        num_artists: 0,
        num_with_figures: 0,
        num_figures: 0,
        absent: [].into(),
        problems: Vec::new(),
        stopped: None,
    };
    context.publish(std::slice::from_ref(&begun)).await?;
    let run = Run { store: Store::Source(context), id: format!("due {due_at}"), roster, renamed: false };
    let report = run.collect(collector.as_ref(), |_, _| {}).await.map_err(|error| match error {
        RunError::Bus(error) => error.into(),
        RunError::Source(error) => error,
    })?;
    for problem in &report.problems {
        tracing::warn!(%platform, problem, "while collecting");
    }
    let until = report.stopped.as_ref().and_then(|stop| stop.until);
    let ended = ended(begun, report, until.is_none().then(now));
    tracing::info!(%platform, figures = ended.num_figures, artists = ended.num_with_figures, "collected");
    context.publish(&[ended]).await?;
    Ok(until)
}

/// What came of a run; it has not ended where it is to go on.
fn ended(begun: Collection, report: Report, ended_at: Option<Observed>) -> Collection {
    let short = |text: String| text.chars().take(MAX_PROBLEM_CHARS).collect::<String>();
    let absent =
        Absence::ALL.iter().filter_map(|reason| Some((*reason, *report.absent.get(reason.as_str())?)));
    Collection {
        ended_at,
        num_artists: report.num_artists,
        num_with_figures: report.num_with_figures + report.num_done_before,
        num_figures: report.num_figures,
        absent: absent.collect(),
        problems: report.problems.into_iter().map(short).collect(),
        stopped: report
            .stopped
            .map(|stop| CollectionStop { what: short(stop.what), until: stop.until.map(Observed::instant) }),
        ..begun
    }
}

fn sooner(known: Option<Timestamp>, at: OffsetDateTime) -> Option<Timestamp> {
    // The next second: an instant of the bus may have lost its fraction.
    let at = timestamp(at + time::Duration::SECOND);
    known.into_iter().chain(at).min()
}

fn now() -> Observed {
    let now = OffsetDateTime::now_utc();
    Observed::instant(now.replace_nanosecond(0).unwrap_or(now))
}
