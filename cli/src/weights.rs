//! What models have learnt from the stored history: stored weights in, what forecasts go by out.

use casa24_bus::Bus;
use casa24_forecasting::Knowledge;
use casa24_schemas::{Date, ModelWeights};
use futures::TryStreamExt;

/// Stored weights that can be read.
pub(crate) struct Trained {
    pub(crate) weights: ModelWeights,
    pub(crate) knowledge: Knowledge,
}

/// All that are stored of the network, in the order in which they were.
///
/// # Errors
/// When the bus cannot be read.
pub(crate) async fn stored(bus: &Bus) -> anyhow::Result<Vec<Trained>> {
    let mut stored = std::pin::pin!(bus.replay::<ModelWeights>("model.neural").await?);
    let mut trained = Vec::new();
    while let Some(stored) = stored.try_next().await? {
        let weights = stored.event;
        match Knowledge::from_bytes(&weights.bytes) {
            Ok(knowledge) => trained.push(Trained { weights, knowledge }),
            Err(error) => {
                tracing::warn!(sequence = stored.stored.sequence, %error, "weights are passed over");
            }
        }
    }
    Ok(trained)
}

/// The newest that have learnt nothing from later than a day.
pub(crate) fn as_of(trained: Vec<Trained>, day: Date) -> Option<Trained> {
    trained.into_iter().rev().find(|trained| trained.weights.trained_at.date() <= day)
}
