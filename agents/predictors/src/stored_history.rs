//! What is stored: accepted snapshots in, their history out; and the weights that were learnt so far.

use casa24_analytics::History;
use casa24_analytics::training::TrainedModel;
use casa24_bus::{Bus, Result, Stored};
use casa24_schemas::{ModelWeights, ValidSnapshot};
use futures::TryStreamExt;

/// The figures of accepted snapshots, of those that `takes` takes; empty where there are none.
///
/// # Errors
/// When the bus cannot be read.
pub async fn stored_history(bus: &Bus, mut takes: impl FnMut(&ValidSnapshot) -> bool) -> Result<History> {
    let mut history = History::of_figures();
    let take = |snapshot: &ValidSnapshot, _: &Stored| {
        if takes(snapshot) {
            history.insert(snapshot);
        }
    };
    bus.visit_after("snapshot.valid.>", 0, take).await?;
    Ok(history)
}

/// All weights of the network that are stored, in the order in which they were. Those that cannot be read are left out.
///
/// # Errors
/// When the bus cannot be read.
pub async fn stored_weights(bus: &Bus) -> Result<Vec<TrainedModel>> {
    let mut stored = std::pin::pin!(bus.replay::<ModelWeights>("model.neural").await?);
    let mut trained = Vec::new();
    while let Some(stored) = stored.try_next().await? {
        match TrainedModel::read(stored.event) {
            Ok(model) => trained.push(model),
            Err(error) => {
                tracing::warn!(sequence = stored.stored.sequence, %error, "weights cannot be read and are skipped");
            }
        }
    }
    Ok(trained)
}
