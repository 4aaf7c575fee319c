//! How `status` tells of trainings: what models have learnt, the newest run, and when the next one is due.

use casa24_bus::{Bus, Result, Source};
use casa24_predictors::{Trainer, next_training};
use casa24_schedule::{Schedule, moment};
use casa24_schemas::{ModelWeights, Observed, TrainingData, TrainingOutcome, TrainingRun};
use jiff::Timestamp;
use serde::Serialize;

use crate::terminal::{printable, thousands};

/// The trainings of a model.
#[derive(Serialize)]
pub(crate) struct Trainings {
    /// Token of the model.
    model: &'static str,
    /// Its newest stored weights; `None` where it has those that the program comes with.
    weights: Option<StoredWeights>,
    /// The newest training that was due.
    run: Option<TrainingRun>,
    /// When the next one is due by this process' settings; an earlier time is due now. `None` where they are off.
    next_due_at: Option<Observed>,
    /// Whether a process is there to make it.
    is_scheduler_running: bool,
}

/// Weights, without them.
#[derive(Serialize)]
struct StoredWeights {
    stored_at: Observed,
    /// The newest observation that they have learnt from.
    trained_at: Observed,
    trained_on: TrainingData,
    sha256: String,
}

impl Trainings {
    /// Reads them.
    ///
    /// # Errors
    /// When the bus cannot be read.
    pub(crate) async fn of(bus: &Bus, schedule: Option<&Schedule>) -> Result<Self> {
        let weights = bus.newest::<ModelWeights>("model.neural").await?.into_iter().next();
        let run = bus.newest::<TrainingRun>("training.neural").await?.into_iter().next();
        let run = run.map(|stored| stored.event);
        let next = schedule.and_then(|schedule| next_training(schedule, run.as_ref(), Timestamp::now()));
        Ok(Self {
            model: "neural",
            weights: weights.map(|stored| StoredWeights {
                stored_at: Observed::instant(stored.stored.stored_at),
                trained_at: stored.event.trained_at,
                trained_on: stored.event.trained_on,
                sha256: stored.event.sha256,
            }),
            next_due_at: next.map(|at| Observed::instant(moment(at))),
            run,
            is_scheduler_running: bus.is_running(Trainer::NAME).await?,
        })
    }

    /// Names of the columns of [`Self::row`].
    pub(crate) const COLUMNS: [&'static str; 5] = ["MODEL", "LEARNT UNTIL", "SERIES", "NEXT TRAINING", ""];

    /// In a line.
    pub(crate) fn row(&self) -> Vec<String> {
        let (until, num_series) = match &self.weights {
            Some(weights) => {
                let num_series = u64::from(weights.trained_on.num_series);
                (weights.trained_at.date().to_string(), thousands(num_series))
            }
            None => ("never trained".to_owned(), String::new()),
        };
        let next = match self.next_due_at {
            Some(due) if self.is_scheduler_running => due.to_string(),
            Some(_) => "no agent trainer runs".to_owned(),
            None => "off".to_owned(),
        };
        vec![self.model.to_owned(), until, num_series, next, self.run.as_ref().map_or_else(String::new, told)]
    }
}

/// What came of a training.
fn told(run: &TrainingRun) -> String {
    let TrainingRun { due_at, ended_at, outcome, reason, .. } = run;
    let reason = reason.as_deref().map(printable).unwrap_or_default();
    match (outcome, ended_at) {
        (Some(TrainingOutcome::Stored), Some(ended_at)) => format!("trained {ended_at}"),
        (Some(TrainingOutcome::Unchanged), Some(ended_at)) => format!("nothing new to learn {ended_at}"),
        (Some(TrainingOutcome::TooLittle), _) => format!("of {due_at}: not trained: {reason}"),
        (Some(TrainingOutcome::Interrupted), Some(ended_at)) => {
            format!("of {due_at}: interrupted {ended_at}, made when the agent trainer runs again")
        }
        (Some(TrainingOutcome::Failed), _) => format!("of {due_at}: failed: {reason}"),
        (None, _) | (_, None) => format!("of {due_at}: on its way, or interrupted"),
    }
}
