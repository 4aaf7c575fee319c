//! The events of a stream, read and decoded ahead of the agent that takes them in.

use casa24_schemas::Event;
use futures::{Stream, StreamExt};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::Result;
use crate::batch::{Batch, Decoded};
use crate::subjects::Subjects;

/// Reads ahead: while the agent handles a batch and what follows from it is stored, the next is decoded and the one behind
/// it is read. Ends with the batches, with a fault, or when it is dropped.
pub(crate) struct EventReader<E> {
    decoded: mpsc::Receiver<Result<Decoded<E>>>,
    // Held, not read: the tasks end with it, before another reader is begun.
    _tasks: JoinSet<()>,
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
                    Ok(batch) => Ok(batch.decoded(&subjects, &stream).await),
                    Err(error) => Err(error),
                };
                if sender.send(decoded).await.is_err() {
                    return;
                }
            }
        });
        Self { decoded, _tasks: tasks }
    }

    /// The next batch; `None` behind the last, or a fault.
    pub(crate) async fn next(&mut self) -> Option<Result<Decoded<E>>> {
        self.decoded.recv().await
    }
}
