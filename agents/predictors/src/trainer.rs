//! The agent `trainer`: when a training is due, it trains the models on all stored series, and tells what came of it.

use std::ops::ControlFlow;
use std::time::Duration;

use casa24_bus::{Patience, Runner, Source, SourceContext, SourceError, StoredEvent, explain, source};
use casa24_schedule::{Schedule, moment};
use casa24_schemas::{Observed, TrainingOutcome, TrainingRun};
use jiff::Timestamp;
use time::OffsetDateTime;
use tokio::sync::oneshot;

use crate::due_training::{again_at, is_over};
use crate::training_job::{TrainingError, TrainingJob, TrainingPlan};

/// The clock is looked at this often: it may be set, and a machine may sleep.
const LOOK: Duration = Duration::from_secs(20);

/// A training that was cut off is begun anew, but one that never comes to an end is given up: it may end its process.
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
        let mut begun: Option<TrainingRun> = None;
        loop {
            let now = Timestamp::now();
            let due = schedule.newest_due(now);
            if let Some(due) = due.filter(|due| done != Some(*due) || again_at.is_some_and(|at| at <= now)) {
                let trained = tokio::select! {
                    trained = train(&context, self.plan, due, &mut begun) => trained,
                    () = context.cancelled() => return tell_interrupted(&context, begun).await,
                };
                match trained {
                    Ok(at) => (done, again_at) = (Some(due), at),
                    // What it has begun goes on at the next look: a fault that passes is no attempt.
                    Err(SourceError::Passing { reason, .. }) => {
                        tracing::warn!(reason, "the training cannot go on, will try again");
                    }
                    Err(lasting) => return Err(lasting),
                }
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                () = context.cancelled() => return tell_interrupted(&context, begun).await,
            }
        }
    }
}

/// Makes the training of this time, unless it was made, and gives when to look again where more history may help. What it
/// has begun and not ended is in `begun`, from where it goes on after a fault.
async fn train(
    context: &SourceContext,
    plan: TrainingPlan,
    due: Timestamp,
    begun: &mut Option<TrainingRun>,
) -> Result<Option<Timestamp>, SourceError> {
    let due_at = Observed::instant(moment(due));
    let newest = newest_run(context).await?;
    let before = newest.as_ref().filter(|stored| stored.event.due_at == due_at);
    if let Some(over) = before.map(|stored| &stored.event).filter(|run| is_over(run, Timestamp::now())) {
        return Ok(again_at(over));
    }
    let claim = match before.filter(|stored| begun.as_ref() == Some(&stored.event)) {
        Some(own) => own.clone(),
        None => {
            let attempt = attempt(before.map(|stored| &stored.event));
            let run = TrainingRun {
                model: MODEL.to_owned(),
                due_at,
                started_at: now_to_the_millisecond(),
                attempt,
                ended_at: None,
                outcome: None,
                reason: None,
                sha256: None,
            };
            if !publish_behind(context, newest.as_ref(), &run).await? {
                return Ok(None);
            }
            let run = begun.insert(run);
            match newest_run(context).await?.filter(|stored| stored.event == *run) {
                Some(stored) => stored,
                None => return Ok(None),
            }
        }
    };
    let Ended { outcome, reason, sha256 } = if claim.event.attempt > MOST_ATTEMPTS {
        failed(format!("it was begun {MOST_ATTEMPTS} times and never came to an end"))
    } else {
        learn_and_store(context, plan).await?
    };
    match (outcome, reason.as_deref()) {
        (TrainingOutcome::Failed, reason) => {
            tracing::error!(reason, "the training failed; the next one is made when it is due");
        }
        (TrainingOutcome::Stored, _) => tracing::info!(sha256, "trained: new weights are stored"),
        (outcome, reason) => tracing::info!(%outcome, reason, "nothing was trained"),
    }
    let reason = reason.map(|reason| reason.chars().take(MAX_REASON_CHARS).collect());
    let ended =
        TrainingRun { ended_at: Some(now()), outcome: Some(outcome), reason, sha256, ..claim.event.clone() };
    publish_behind(context, Some(&claim), &ended).await?;
    *begun = None;
    Ok(again_at(&ended))
}

/// Which attempt the next one is: of those before it, those count that were cut off.
fn attempt(before: Option<&TrainingRun>) -> u32 {
    match before {
        Some(run) if run.outcome == Some(TrainingOutcome::Interrupted) => run.attempt,
        Some(run) if run.ended_at.is_none() => run.attempt.saturating_add(1),
        _ => 1,
    }
}

/// Says of a training that was on its way that the process was told to end, so that it does not count as an attempt.
async fn tell_interrupted(context: &SourceContext, begun: Option<TrainingRun>) -> Result<(), SourceError> {
    let Some(begun) = begun else { return Ok(()) };
    let Some(newest) = newest_run(context).await?.filter(|stored| stored.event == begun) else {
        return Ok(());
    };
    let outcome = Some(TrainingOutcome::Interrupted);
    let interrupted = TrainingRun { ended_at: Some(now()), outcome, ..begun };
    publish_behind(context, Some(&newest), &interrupted).await?;
    Ok(())
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

/// Learns and stores the weights. Faults that may pass are errors, and it is tried again; all else is told, and must not end
/// the process, which may run other agents.
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
    let learn =
        move |go_on: &dyn Fn() -> ControlFlow<()>| job.learn(|_| go_on()).map_err(|error| explain(&error));
    let weights = match beside(learn).await {
        Ok(learnt) => learnt.weights,
        Err(reason) => return Ok(failed(reason)),
    };
    match context.publish(std::slice::from_ref(&weights)).await {
        Ok(()) => Ok(Ended { outcome: TrainingOutcome::Stored, reason: None, sha256: Some(weights.sha256) }),
        Err(SourceError::Permanent { reason }) => Ok(failed(reason)),
        Err(passing) => Err(passing),
    }
}

/// Works on one thread: answers and forecasts have the other processors meanwhile. The thread is none of the runtime's, which
/// would wait for it when the process is told to end. What is done there asks whether to go on: not where nobody waits for
/// it any more, for then another thread or process may train.
async fn beside<T: Send + 'static>(
    work: impl FnOnce(&dyn Fn() -> ControlFlow<()>) -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let (done, is_done) = oneshot::channel();
    let train = move || {
        let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        let worked = match alone {
            Ok(alone) => alone.install(|| {
                work(&|| if done.is_closed() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            }),
            Err(error) => Err(explain(&error)),
        };
        done.send(worked).ok();
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

/// Stores an event behind the newest one that is known, and gives whether it is stored: not where another has stored one
/// since. So of several processes that would train, one does.
async fn publish_behind(
    context: &SourceContext,
    newest: Option<&StoredEvent<TrainingRun>>,
    run: &TrainingRun,
) -> Result<bool, SourceError> {
    let read = newest.map(std::slice::from_ref).unwrap_or_default();
    context.publish_behind(read, std::slice::from_ref(run)).await
}

fn now() -> Observed {
    let now = OffsetDateTime::now_utc();
    Observed::instant(now.replace_nanosecond(0).unwrap_or(now))
}

/// By this and when it was due the start of a training is known: a second may see two.
fn now_to_the_millisecond() -> Observed {
    let now = OffsetDateTime::now_utc();
    Observed::instant(now.replace_millisecond(now.millisecond()).unwrap_or(now))
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
    fn only_what_was_cut_off_counts_as_an_attempt() {
        let ended = Some("2026-11-22T04:10:00Z");
        let second = |ended, outcome| TrainingRun { attempt: 2, ..run(ended, outcome) };
        assert_eq!(attempt(None), 1);
        assert_eq!(attempt(Some(&second(None, None))), 3);
        assert_eq!(attempt(Some(&second(ended, Some(TrainingOutcome::Interrupted)))), 2);
        assert_eq!(attempt(Some(&second(ended, Some(TrainingOutcome::TooLittle)))), 1);
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_stops() {
        let (begun, is_begun) = oneshot::channel();
        let (ended, has_ended) = std::sync::mpsc::channel();
        let work = beside(move |go_on| {
            begun.send(()).unwrap();
            while go_on().is_continue() {
                std::thread::yield_now();
            }
            ended.send(()).unwrap();
            Ok(())
        });
        tokio::select! {
            _ = work => panic!("it ended while it was waited for"),
            begun = is_begun => begun.unwrap(),
        }
        has_ended.recv_timeout(Duration::from_secs(60)).unwrap();
    }

    #[test]
    fn it_is_due_once_a_week() {
        let weekly = Schedule::new(Trainer::WEEKLY, "UTC").unwrap();
        let due = weekly.newest_due(at("2026-11-27T12:00:00Z")).unwrap();
        assert_eq!((due, weekly.next(due)), (at("2026-11-22T04:00:00Z"), Some(at("2026-11-29T04:00:00Z"))));
    }
}
