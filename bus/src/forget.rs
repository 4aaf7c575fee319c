//! Deleting what is stored, for good: where a platform's terms demand it.

use casa24_schemas::Event;
use futures::{StreamExt, TryStreamExt, stream};

use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

/// Messages that are being deleted at a time: the server syncs each.
const AT_ONCE: usize = 64;

impl Bus {
    /// Sequences of the stored events under a filter that are meant, oldest first. Messages that cannot be read are none of
    /// them.
    ///
    /// # Errors
    /// When the stream cannot be read.
    pub async fn sequences_of<E: Event>(
        &self,
        filter: &str,
        mut is_meant: impl FnMut(&E) -> bool,
    ) -> Result<Vec<u64>> {
        let mut found = Vec::new();
        let mut stored = std::pin::pin!(self.replay::<E>(filter).await?);
        while let Some(stored) = stored.try_next().await? {
            if is_meant(&stored.event) {
                found.push(stored.stored.sequence);
            }
        }
        Ok(found)
    }

    /// Deletes messages of a stream and overwrites them on the disk. One that is gone already is no error.
    ///
    /// # Errors
    /// When the server refuses; what was deleted by then stays deleted, and the same again goes on from there.
    pub async fn delete(&self, stream: StreamName, sequences: Vec<u64>) -> Result<()> {
        const NO_MESSAGE: u64 = 10_037;
        let stream = &self.open(stream).await?;
        stream::iter(sequences)
            .map(|sequence| async move {
                let name = &stream.cached_info().config.name;
                match stream.delete_message(sequence).await {
                    Ok(_) => Ok(()),
                    Err(error) if error.to_string().contains(&NO_MESSAGE.to_string()) => Ok(()),
                    Err(error) => Err(BusError::Stream {
                        stream: name.clone(),
                        action: "delete from it",
                        source: error.into(),
                    }),
                }
            })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await
    }

    /// Deletes every message under a filter.
    ///
    /// # Errors
    /// When no stream stores it, or the server refuses.
    pub async fn purge(&self, filter: &str) -> Result<u64> {
        let stream = self.open(StreamName::storing(filter)?).await?;
        let purged = stream.purge().filter(self.subjects().wire(filter)).await;
        purged.map(|purged| purged.purged).map_err(|error| BusError::Stream {
            stream: stream.cached_info().config.name.clone(),
            action: "delete from it",
            source: error.into(),
        })
    }
}
