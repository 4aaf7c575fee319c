//! The agent `trainer`: when a training is due, it trains the models on all stored series, and tells what came of it.

use std::time::Duration;

use casa24_analytics::training::Learnt;
use casa24_bus::{Patience, Runner, Source, SourceContext, SourceError, StoredEvent, explain, source};
use casa24_schedule::{Schedule, moment, timestamp};
use casa24_schemas::{Observed, TrainingOutcome, TrainingRun};
use jiff::{SignedDuration, Timestamp};
use time::OffsetDateTime;
use tokio::sync::oneshot;

use crate::training_job::{TrainingError, TrainingJob, TrainingPlan};

/// The clock is looked at this often: it may be set, and a machine may sleep.
const LOOK: Duration = Duration::from_secs(20);

/// Where there was too little history, more may have come after so long: a new label need not wait for the next training.
const MORE_HISTORY_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// A training that was interrupted is begun anew, but one that ends its process each time is given up.
const MOST_ATTEMPTS: u32 = 3;

/// Longest reason in an event, in characters.
const MAX_REASON_CHARS: usize = 1_000;

/// Token of the model that is trained.
const MODEL: &str = "neural";

/// How a label trains by itself.
#[derive(Debug, Clone, Default)]
pub struct ScheduledTraining {
    /// When; never where there is none.
    pub schedule: Option<Schedule>,
    /// Training steps, where they are not the usual ones.
    pub num_steps: Option<u32>,
}

/// Trains when a training is due.
pub struct Trainer {
    schedule: Option<Schedule>,
    plan: TrainingPlan,
}

impl Trainer {
    /// Once a week, early on Sunday: widths and the chances of jumps change slowly, and a week more of figures moves them
    /// little.
    pub const WEEKLY: &'static str = "0 4 * * 0";

    /// The agent as it is run.
    pub fn runner(ScheduledTraining { schedule, num_steps }: ScheduledTraining) -> Runner {
        source(move || Self { schedule, plan: TrainingPlan { num_steps, ..TrainingPlan::DEFAULT } })
    }
}

impl Source for Trainer {
    const NAME: &'static str = "trainer";
    const PUBLISHES: &'static [&'static str] = &["model.neural", "training.neural"];

    async fn run(&self, context: SourceContext) -> Result<(), SourceError> {
        let Some(schedule) = &self.schedule else {
            context.cancelled().await;
            return Ok(());
        };
        let mut done: Option<Timestamp> = None;
        let mut again_at: Option<Timestamp> = None;
        loop {
            let now = Timestamp::now();
            let due = schedule.newest_due(now);
            if let Some(due) = due.filter(|due| done != Some(*due) || again_at.is_some_and(|at| at <= now)) {
                tokio::select! {
                    trained = train(&context, self.plan, due) => again_at = trained?,
                    () = context.cancelled() => return Ok(()),
                }
                done = Some(due);
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                () = context.cancelled() => return Ok(()),
            }
        }
    }
}

/// Makes the training of this time, unless it was made, and gives when to look again where more history may help.
async fn train(
    context: &SourceContext,
    plan: TrainingPlan,
    due: Timestamp,
) -> Result<Option<Timestamp>, SourceError> {
    let due_at = Observed::instant(moment(due));
    let newest = newest_run(context).await?;
    let before = newest.as_ref().map(|stored| &stored.event).filter(|run| run.due_at == due_at);
    if let Some(over) = before.filter(|run| is_over(run, Timestamp::now())) {
        return Ok(again_at(over));
    }
    let interrupted = before.filter(|run| run.ended_at.is_none());
    let begun = TrainingRun {
        model: MODEL.to_owned(),
        due_at,
        started_at: now(),
        attempt: interrupted.map_or(1, |run| run.attempt.saturating_add(1)),
        ended_at: None,
        outcome: None,
        reason: None,
        sha256: None,
    };
    let Some(claim) = claim(context, newest.as_ref(), &begun).await? else { return Ok(None) };
    let Ended { outcome, reason, sha256 } = if begun.attempt > MOST_ATTEMPTS {
        failed(format!("it was begun {MOST_ATTEMPTS} times, and its process ended each time before it did"))
    } else {
        learn_and_store(context, plan).await?
    };
    match (outcome, reason.as_deref()) {
        (TrainingOutcome::Failed, reason) => {
            tracing::error!(reason, "the training failed; the next one is made when it is due");
        }
        (outcome, reason) => tracing::info!(%outcome, reason, "trained"),
    }
    let reason = reason.map(|reason| reason.chars().take(MAX_REASON_CHARS).collect());
    let ended = TrainingRun { ended_at: Some(now()), outcome: Some(outcome), reason, sha256, ..begun };
    publish_behind(context, Some(&claim), &ended).await?;
    Ok(again_at(&ended))
}

/// How a training ended.
struct Ended {
    outcome: TrainingOutcome,
    /// Why there are no new weights.
    reason: Option<String>,
    /// The weights that were stored.
    sha256: Option<String>,
}

const fn failed(reason: String) -> Ended {
    Ended { outcome: TrainingOutcome::Failed, reason: Some(reason), sha256: None }
}

/// Learns and stores the weights. What may pass is tried again; all else is told, and must not end the process, which may
/// run other agents.
async fn learn_and_store(context: &SourceContext, plan: TrainingPlan) -> Result<Ended, SourceError> {
    let job = match TrainingJob::prepare(context.bus(), plan).await {
        Ok(job) => job,
        Err(TrainingError::Bus(error)) if error.is_passing() => return Err(error.into()),
        Err(error) if error.is_too_little() => {
            let reason = Some(explain(&error));
            return Ok(Ended { outcome: TrainingOutcome::TooLittle, reason, sha256: None });
        }
        Err(error) => return Ok(failed(explain(&error))),
    };
    if job.is_known() {
        return Ok(Ended { outcome: TrainingOutcome::Unchanged, reason: None, sha256: None });
    }
    let weights = match learn_beside(job).await {
        Ok(learnt) => learnt.weights,
        Err(reason) => return Ok(failed(reason)),
    };
    match context.publish(std::slice::from_ref(&weights)).await {
        Ok(()) => Ok(Ended { outcome: TrainingOutcome::Stored, reason: None, sha256: Some(weights.sha256) }),
        Err(SourceError::Permanent { reason }) => Ok(failed(reason)),
        Err(passing) => Err(passing),
    }
}

/// Trains on one thread: answers and forecasts have the other processors meanwhile. The thread is none of the runtime's,
/// which would wait for it when the process is told to end.
async fn learn_beside(job: TrainingJob) -> Result<Learnt, String> {
    let (done, is_done) = oneshot::channel();
    let train = move || {
        let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        let learnt = match alone {
            Ok(alone) => alone.install(|| job.learn(|_| {})).map_err(|error| explain(&error)),
            Err(error) => Err(explain(&error)),
        };
        // Nobody waits for it where another process may train now.
        done.send(learnt).ok();
    };
    std::thread::Builder::new()
        .name("training".to_owned())
        .spawn(train)
        .map_err(|error| error.to_string())?;
    is_done.await.unwrap_or_else(|_| Err("it panicked; the log has more".to_owned()))
}

async fn newest_run(context: &SourceContext) -> Result<Option<StoredEvent<TrainingRun>>, SourceError> {
    let newest = context.bus().newest_patiently("training.neural", Patience::AGENT).await?;
    Ok(newest.into_iter().next())
}

/// Stores that the training has begun, and gives what was stored: of several processes that would train, one does.
async fn claim(
    context: &SourceContext,
    newest: Option<&StoredEvent<TrainingRun>>,
    begun: &TrainingRun,
) -> Result<Option<StoredEvent<TrainingRun>>, SourceError> {
    if !publish_behind(context, newest, begun).await? {
        return Ok(None);
    }
    Ok(newest_run(context).await?.filter(|stored| stored.event == *begun))
}

/// Stores an event behind the newest one that is known, and gives whether it is stored: not where another has stored one
/// since.
async fn publish_behind(
    context: &SourceContext,
    newest: Option<&StoredEvent<TrainingRun>>,
    run: &TrainingRun,
) -> Result<bool, SourceError> {
    let read = newest.map(std::slice::from_ref).unwrap_or_default();
    context.publish_behind(read, std::slice::from_ref(run)).await
}

/// Whether a training needs nothing more at this time.
fn is_over(run: &TrainingRun, now: Timestamp) -> bool {
    run.ended_at.is_some() && again_at(run).is_none_or(|at| now < at)
}

/// When a training that lacked history is made again.
fn again_at(run: &TrainingRun) -> Option<Timestamp> {
    let ended_at = run.ended_at.filter(|_| run.outcome == Some(TrainingOutcome::TooLittle))?;
    timestamp(ended_at.moment()?)?.checked_add(MORE_HISTORY_AFTER).ok()
}

fn now() -> Observed {
    let now = OffsetDateTime::now_utc();
    Observed::instant(now.replace_nanosecond(0).unwrap_or(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn run(ended_at: Option<&str>, outcome: Option<TrainingOutcome>) -> TrainingRun {
        let observed = |text: &str| Observed::parse(text).unwrap();
        TrainingRun {
            model: MODEL.to_owned(),
            due_at: observed("2026-11-22T04:00:00Z"),
            started_at: observed("2026-11-22T04:00:13Z"),
            attempt: 1,
            ended_at: ended_at.map(observed),
            outcome,
            reason: None,
            sha256: None,
        }
    }

    #[test]
    fn a_training_that_ended_is_over_and_one_that_lacked_history_for_a_day() {
        let ended = Some("2026-11-22T04:10:00Z");
        let soon = at("2026-11-22T05:00:00Z");
        for outcome in [TrainingOutcome::Stored, TrainingOutcome::Unchanged, TrainingOutcome::Failed] {
            let run = run(ended, Some(outcome));
            assert!(is_over(&run, soon) && is_over(&run, at("2026-11-28T00:00:00Z")), "{outcome}");
            assert_eq!(again_at(&run), None, "{outcome}");
        }
        let too_little = run(ended, Some(TrainingOutcome::TooLittle));
        assert_eq!(again_at(&too_little), Some(at("2026-11-23T04:10:00Z")));
        assert!(is_over(&too_little, soon) && !is_over(&too_little, at("2026-11-23T04:10:00Z")));
        assert!(!is_over(&run(None, None), soon), "it was interrupted");
    }

    #[test]
    fn it_is_due_once_a_week() {
        let weekly = Schedule::new(Trainer::WEEKLY, "UTC").unwrap();
        let due = weekly.newest_due(at("2026-11-27T12:00:00Z")).unwrap();
        assert_eq!((due, weekly.next(due)), (at("2026-11-22T04:00:00Z"), Some(at("2026-11-29T04:00:00Z"))));
    }
}
