//! Learning: a training set and how to train in, weights and the report of the training out.

use std::ops::ControlFlow;
use std::sync::Arc;

use casa24_forecasting::neural::{Network, Neural, NeuralError, Training, TrainingReport};
use casa24_forecasting::{KNOWLEDGE_FORMAT, Knowledge, Memory, Model, Pool};
use casa24_schemas::ModelWeights;
use serde_json::json;

use super::trained_model::TrainedModel;
use super::training_set::TrainingSet;

/// What came of a training.
#[derive(Debug, Clone)]
pub struct Learnt {
    /// The weights, as they are stored.
    pub weights: ModelWeights,
    /// What the network learnt from, and how well it did before and after.
    pub report: TrainingReport,
    /// Series that the accuracy of each kind of series comes from.
    pub num_pooled: u32,
}

/// How far a training has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The network has made some of its steps.
    Network {
        /// Steps done.
        num_done: u32,
        /// Of how many.
        num_steps: u32,
    },
    /// The network is trained, and the accuracy of each kind of series is worked out.
    Kinds,
}

/// Trains the network and works out the accuracy of each kind of series. The same set and training give the same bytes.
/// `progress` may stop it.
///
/// # Errors
/// When the training fails, its weights diverge, or it is stopped.
pub fn learn(
    set: &TrainingSet,
    training: &Training,
    mut progress: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<Learnt, NeuralError> {
    let (network, report) = training
        .train(&set.levels(), |num_done, num_steps| progress(Progress::Network { num_done, num_steps }))?;
    if progress(Progress::Kinds).is_break() {
        return Err(NeuralError::Stopped);
    }
    // By the network that the program comes with, which has seen none of these values: on what it has learnt from, the
    // new one would look better than it is.
    let mut memories = Memory::of_series(set.tasks.len());
    let pool = Pool::learn(&set.tasks, Knowledge::built_in(), &mut memories);
    let num_pooled = pool.num_series();
    let bytes = Knowledge { pool, neural: Neural::new(Arc::new(network)), learnt_until: None }.to_bytes();
    let weights = ModelWeights {
        model: Neural::NAME.to_owned(),
        trained_at: set.trained_at,
        seed: report.seed,
        trained_on: set.trained_on,
        format: KNOWLEDGE_FORMAT,
        sha256: ModelWeights::sha256(&bytes),
        bytes,
        report: json!({
            "training": report,
            "num_pooled_series": num_pooled,
            "data_sha256": &set.data_sha256,
        }),
        sample: set.sample,
    };
    Ok(Learnt { weights, report, num_pooled })
}

/// The network that a training on a set goes on from: that of the newest stored weights, or the built-in one. What these
/// have learnt from is not learnt from twice: on the same data a training begins where they began, so that the same
/// training gives the same bytes. `stored` is in the order in which they were stored.
///
/// # Errors
/// When the built-in network cannot be read.
pub fn starting_network(set: &TrainingSet, stored: &[TrainedModel]) -> Result<Network, NeuralError> {
    let network = |trained: &TrainedModel| trained.knowledge.neural.network().clone();
    let built_in = Network::built_in()?;
    let Some(newest) = stored.last() else { return Ok(built_in) };
    if newest.weights.report["data_sha256"] != *set.data_sha256 {
        return Ok(network(newest));
    }
    let began = &newest.weights.report["training"]["started_from"];
    let mut known = stored.iter().map(network).chain([built_in]);
    Ok(known.find(|known| *began == known.fingerprint()).unwrap_or_else(|| network(newest)))
}
