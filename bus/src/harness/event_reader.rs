//! The events of a stream, read and decoded ahead of the agent that takes them in.

use casa24_schemas::Event;
use futures::{Stream, StreamExt};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::batch::{Batch, Decoded};
use crate::subjects::Subjects;
use crate::{BusError, Result};

/// Reads ahead: while the agent handles a batch and what follows from it is stored, the next is decoded and the one behind
/// it is read. Ends with the batches, with a fault, or when it is dropped.
pub(crate) struct EventReader<E> {
    decoded: mpsc::Receiver<Result<Decoded<E>>>,
    stream: String,
    // The tasks end with it, before another reader is begun.
    tasks: JoinSet<()>,
}

impl<E: Event> EventReader<E> {
    /// Reads these batches of the stream of this name.
    pub(crate) fn new(
        batches: impl Stream<Item = Result<Batch>> + Send + 'static,
        subjects: Subjects,
        stream: String,
    ) -> Self {
        let (read, mut undecoded) = mpsc::channel(1);
        let (sender, decoded) = mpsc::channel(1);
        let name = stream.clone();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut batches = std::pin::pin!(batches);
            while let Some(batch) = batches.next().await {
                if read.send(batch).await.is_err() {
                    return;
                }
            }
        });
        tasks.spawn(async move {
            while let Some(batch) = undecoded.recv().await {
                let decoded = match batch {
                    Ok(batch) => Ok(batch.decoded(&subjects, &name).await),
                    Err(error) => Err(error),
                };
                if sender.send(decoded).await.is_err() {
                    return;
                }
            }
        });
        Self { decoded, stream, tasks }
    }

    /// The next batch; `None` behind the last, or a fault.
    pub(crate) async fn next(&mut self) -> Option<Result<Decoded<E>>> {
        if let Some(read) = self.decoded.recv().await {
            return Some(read);
        }
        // What is cut off by a panic must not pass for the whole.
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                let stream = self.stream.clone();
                return Some(Err(BusError::Stream { stream, action: "read it", source: error.into() }));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::RosterEntry;

    use super::*;

    fn reader(batches: impl Stream<Item = Result<Batch>> + Send + 'static) -> EventReader<RosterEntry> {
        EventReader::new(batches, Subjects::under("").unwrap(), "ROSTER".to_owned())
    }

    #[tokio::test]
    async fn it_ends_behind_the_last_batch() {
        let mut reader = reader(futures::stream::iter([Ok(Batch::new(Vec::new()))]));
        assert!(reader.next().await.unwrap().is_ok());
        assert!(reader.next().await.is_none());
    }

    #[tokio::test]
    async fn what_a_panic_cuts_off_does_not_pass_for_the_whole() {
        let batches = futures::stream::iter([0, 1]).map(|place| {
            assert!(place == 0, "expected in this test");
            Ok(Batch::new(Vec::new()))
        });
        let mut reader = reader(batches);
        assert!(reader.next().await.unwrap().is_ok());
        assert!(reader.next().await.unwrap().is_err());
        assert!(reader.next().await.is_none());
    }
}
