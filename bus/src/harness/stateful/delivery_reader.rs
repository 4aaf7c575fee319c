//! The deliveries of an agent with state: every event behind a position, in order, without a gap.

use std::time::Duration;

use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::pull;
use casa24_schemas::Event;
use futures::{FutureExt, StreamExt};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::Bus;
use crate::connection::Disconnect;
use crate::decode::Unreadable;
use crate::harness::received::Received;
use crate::replay::Delivery;

/// How long a delivery may take to follow the one before it, when the server says that more is waiting.
const NEXT_WITHIN: Duration = Duration::from_millis(20);

/// Deliveries in the order of the stream; one that was lost on the way ends them.
pub(crate) struct Deliveries {
    messages: std::pin::Pin<Box<pull::Stream>>,
    /// A server that was killed comes back with older acknowledgements: then the consumer must be reset.
    disconnect: Disconnect,
    /// Number that the server gives to the next delivery.
    next: u64,
    /// Sequence of the newest delivery.
    newest: u64,
    chunk: usize,
}

/// Some deliveries.
struct Chunk {
    deliveries: Vec<Delivery>,
    /// Whether one behind them was lost.
    is_last: bool,
}

impl Deliveries {
    /// Deliveries behind a sequence, the first of which the server numbers `next`.
    pub(crate) fn new(
        messages: pull::Stream,
        disconnect: Disconnect,
        next: u64,
        sequence: u64,
        chunk: usize,
    ) -> Self {
        Self { messages: Box::pin(messages), disconnect, next, newest: sequence, chunk }
    }

    /// The next deliveries: at least one, unless they have ended; more where more are waiting, because what follows
    /// from many is stored at hardly more cost than what follows from one.
    async fn next(&mut self) -> Chunk {
        let mut deliveries: Vec<Delivery> = Vec::new();
        loop {
            let message = match self.messages.next().now_or_never() {
                Some(message) => message,
                None => match deliveries.last() {
                    None => tokio::select! {
                        message = self.messages.next() => message,
                        () = self.disconnect.happened() => None,
                    },
                    Some(last) if last.pending == 0 => return Chunk { deliveries, is_last: false },
                    Some(_) => match tokio::time::timeout(NEXT_WITHIN, self.messages.next()).await {
                        Ok(message) => message,
                        Err(_) => return Chunk { deliveries, is_last: false },
                    },
                },
            };
            match message.and_then(Result::ok).and_then(|message| self.without_gap(message)) {
                // The server did not wait for the acknowledgement: it was delivered before.
                Some(repeat) if repeat.sequence <= self.newest => {}
                Some(delivery) => {
                    self.newest = delivery.sequence;
                    deliveries.push(delivery);
                }
                None => return Chunk { deliveries, is_last: true },
            }
            if deliveries.len() >= self.chunk {
                return Chunk { deliveries, is_last: false };
            }
        }
    }

    /// The delivery, if none is missing before it.
    fn without_gap(&mut self, message: Message) -> Option<Delivery> {
        let number = message.info().ok()?.consumer_sequence;
        if number != self.next {
            return None;
        }
        self.next += 1;
        Delivery::of(message)
    }
}

/// A delivery and the event in it.
pub(crate) type Decoded<E> = (Delivery, Result<Received<E>, Unreadable>);

/// Reads ahead of the agent: the next chunk is decoded while the agent handles this one and what follows from it is
/// stored. Ends with its deliveries, or when it is dropped.
pub(crate) struct DeliveryReader<E> {
    chunks: mpsc::Receiver<Vec<Decoded<E>>>,
    // Held, not read: the task ends with it, before another reader is begun.
    _task: JoinSet<()>,
}

impl<E: Event> DeliveryReader<E> {
    pub(crate) fn new(mut deliveries: Deliveries, bus: Bus, stream: String) -> Self {
        let (sender, chunks) = mpsc::channel(1);
        let mut task = JoinSet::new();
        task.spawn(async move {
            loop {
                let chunk = deliveries.next().await;
                let decode = |delivery: Delivery| {
                    let event = delivery.read(&bus);
                    let event = event.map(|event| Received { event, stored: delivery.stored(&stream) });
                    (delivery, event)
                };
                let events = chunk.deliveries.into_iter().map(decode).collect();
                if sender.send(events).await.is_err() || chunk.is_last {
                    return;
                }
            }
        });
        Self { chunks, _task: task }
    }

    /// The next deliveries; `None` once one was lost on the way.
    pub(crate) async fn next(&mut self) -> Option<Vec<Decoded<E>>> {
        self.chunks.recv().await
    }
}
