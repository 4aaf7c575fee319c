//! A training: the stored history and how to train in, weights and their report out. `casa24 train` and the agent
//! `trainer` make it alike.

use std::collections::BTreeMap;
use std::ops::{ControlFlow, RangeInclusive};

use casa24_analytics::training::{
    Learnt, Progress, TrainedModel, TrainingSet, TrainingSetError, learn, starting_network,
};
use casa24_bus::{Bus, BusError};
use casa24_forecasting::neural::{NeuralError, Training};
use casa24_schemas::{Event, ValidSnapshot, is_trainable};

use crate::stored_history::{stored_history, stored_weights};

/// Windows of the stored series that are learnt from at most; it bounds time and memory.
const MOST_WINDOWS: usize = 60_000;

/// How to train.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrainingPlan {
    /// The same seed and history give the same weights.
    pub seed: u64,
    /// From an untrained network rather than the newest stored one.
    pub from_scratch: bool,
    /// Training steps, where they are not the usual ones.
    pub num_steps: Option<u32>,
}

impl TrainingPlan {
    /// Numbers of steps that a training may have.
    pub const STEPS: RangeInclusive<u32> = 1..=1_000_000;

    /// How it is done where nobody says otherwise.
    pub const DEFAULT: Self = Self { seed: 24, from_scratch: false, num_steps: None };
}

/// Accepted figures that nothing is learnt from, by the source whose terms forbid it.
pub type KeptOut = BTreeMap<String, u64>;

/// Why there is no training.
#[derive(Debug, thiserror::Error)]
pub enum TrainingError {
    /// The bus cannot be read.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// Nothing is stored.
    #[error("nothing is stored yet: `casa24 import PATH` brings history in")]
    Empty,
    /// Nothing is stored that may be learnt from.
    #[error(
        "the terms of {sources} forbid to train models with what it gives, and nothing else is stored: `casa24 import \
         PATH` brings files in"
    )]
    Forbidden {
        /// The sources, with commas between.
        sources: String,
    },
    /// The history is too short.
    #[error(transparent)]
    TooShort(#[from] TrainingSetError),
    /// The network cannot be read, or does not learn.
    #[error(transparent)]
    Network(#[from] NeuralError),
    /// What was learnt is no event.
    #[error("what was learnt cannot be stored: {why}")]
    Unstorable {
        /// What is wrong with it.
        why: String,
    },
}

impl TrainingError {
    /// Whether there is too little to learn from, which more history mends.
    pub const fn is_too_little(&self) -> bool {
        matches!(self, Self::Empty | Self::Forbidden { .. } | Self::TooShort(_))
    }
}

/// A training that can be made.
#[derive(Debug)]
pub struct TrainingJob {
    set: TrainingSet,
    training: Training,
    /// Identity of the newest stored weights.
    newest: Option<String>,
    /// Whether the newest stored weights have learnt from the same values.
    is_known: bool,
    /// Figures that nothing is learnt from.
    pub kept_out: KeptOut,
}

impl TrainingJob {
    /// Reads what there is to learn from. What came without being judged yet is not part of it.
    ///
    /// # Errors
    /// When the bus cannot be read, or there is too little to learn from.
    pub async fn prepare(bus: &Bus, plan: TrainingPlan) -> Result<Self, TrainingError> {
        let mut kept_out = KeptOut::new();
        let takes = |snapshot: &ValidSnapshot| {
            let is_trainable = is_trainable(&snapshot.platform, &snapshot.source);
            if !is_trainable {
                *kept_out.entry(snapshot.source.clone()).or_default() += snapshot.metrics.len() as u64;
            }
            is_trainable
        };
        let history = stored_history(bus, takes).await?;
        if history.newest().is_none() {
            let sources = kept_out.into_keys().collect::<Vec<_>>().join(", ");
            let is_empty = sources.is_empty();
            return Err(if is_empty { TrainingError::Empty } else { TrainingError::Forbidden { sources } });
        }
        let set = TrainingSet::of(&history)?;
        let stored = stored_weights(bus).await?;
        let newest = stored.last().map(|TrainedModel { weights, .. }| weights);
        let is_known = newest.is_some_and(|newest| newest.report["data_sha256"] == *set.data_sha256);
        let newest = newest.map(Event::identity);
        let training = training(plan, &set, &stored)?;
        Ok(Self { set, training, newest, is_known, kept_out })
    }

    /// Whether the newest stored weights have learnt from the same values.
    pub const fn is_known(&self) -> bool {
        self.is_known
    }

    /// Whether these are the newest stored weights.
    pub fn is_newest(&self, learnt: &Learnt) -> bool {
        self.newest.as_ref() == Some(&learnt.weights.identity())
    }

    /// Trains; on several threads, and for seconds to minutes. `progress` may stop it.
    ///
    /// # Errors
    /// When the network does not learn, or it is stopped.
    pub fn learn(&self, progress: impl FnMut(Progress) -> ControlFlow<()>) -> Result<Learnt, TrainingError> {
        let learnt = learn(&self.set, &self.training, progress)?;
        learnt.weights.check().map_err(|why| TrainingError::Unstorable { why })?;
        Ok(learnt)
    }
}

/// The training that was asked for; it goes on from the newest stored weights.
fn training(plan: TrainingPlan, set: &TrainingSet, stored: &[TrainedModel]) -> Result<Training, NeuralError> {
    let mut training = if plan.from_scratch {
        Training { most_windows: MOST_WINDOWS, ..Training::from_scratch(plan.seed) }
    } else {
        Training::on_from(starting_network(set, stored)?, plan.seed)
    };
    training.num_steps = plan.num_steps.unwrap_or(training.num_steps);
    Ok(training)
}
