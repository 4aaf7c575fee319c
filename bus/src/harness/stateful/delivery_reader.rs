//! The deliveries of an agent with state: every event behind a position, in order, without a gap.

use casa24_schemas::Event;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::decode::Unreadable;
use crate::delivery::Delivery;
use crate::harness::received::Received;
use crate::tail::Tail;
use crate::{Bus, Result};

/// A delivery and the event in it.
pub(crate) type Decoded<E> = (Delivery, Result<Received<E>, Unreadable>);

/// Reads ahead of the agent: the next chunk is decoded while the agent handles this one and what follows from it is
/// stored. Ends with a fault, or when it is dropped.
pub(crate) struct DeliveryReader<E> {
    chunks: mpsc::Receiver<Result<Vec<Decoded<E>>>>,
    // Held, not read: the task ends with it, before another reader is begun.
    _task: JoinSet<()>,
}

impl<E: Event> DeliveryReader<E> {
    pub(crate) fn new(mut tail: Tail, bus: Bus, stream: String) -> Self {
        let (sender, chunks) = mpsc::channel(1);
        let mut task = JoinSet::new();
        task.spawn(async move {
            loop {
                let chunk = tail.next().await;
                let is_last = chunk.is_err();
                let decode = |delivery: Delivery| {
                    let event = delivery.read(&bus);
                    let event = event.map(|event| Received { event, stored: delivery.stored(&stream) });
                    (delivery, event)
                };
                let chunk = chunk.map(|deliveries| deliveries.into_iter().map(decode).collect());
                if sender.send(chunk).await.is_err() || is_last {
                    return;
                }
            }
        });
        Self { chunks, _task: task }
    }

    /// The next deliveries, at least one; `None` after a fault.
    pub(crate) async fn next(&mut self) -> Option<Result<Vec<Decoded<E>>>> {
        self.chunks.recv().await
    }
}
