//! What models have learnt from the stored history: stored weights in, what forecasts can use out.

use casa24_analytics::training::TrainedModel;
use casa24_bus::Bus;
use casa24_schemas::ModelWeights;
use futures::TryStreamExt;

/// All that are stored of the network, in the order in which they were. Those that cannot be read are left out.
///
/// # Errors
/// When the bus cannot be read.
pub(crate) async fn stored(bus: &Bus) -> anyhow::Result<Vec<TrainedModel>> {
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
