//! The row of deliveries of an agent with state: every event behind a position, in order, without a hole.

use std::time::Duration;

use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::{self, AckPolicy, PullConsumer, pull};
use casa24_schemas::Event;
use futures::{FutureExt, StreamExt};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::connection::Disconnect;
use crate::consume::Unreadable;
use crate::replay::Delivery;
use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

use super::received::Received;

/// How long a delivery may take to follow the one before it, when the server says that more is waiting.
const NEXT_WITHIN: Duration = Duration::from_millis(20);

/// How long the server waits for an acknowledgement before it delivers again. A row that breaks is read again at once,
/// so this only has to be longer than the slowest agent needs for what it holds.
const ACK_WAIT: Duration = Duration::from_secs(900);

/// Where an agent's durable consumer stands.
pub(super) struct Position<'a> {
    pub(super) bus: &'a Bus,
    /// Name of the consumer.
    pub(super) name: &'a str,
    pub(super) stream: StreamName,
    pub(super) filter: &'static str,
    /// Most events that may wait for their acknowledgement.
    pub(super) max_unacknowledged: usize,
}

impl Position<'_> {
    fn fail(
        &self,
        action: &'static str,
    ) -> impl Fn(Box<dyn std::error::Error + Send + Sync>) -> BusError + use<> {
        let consumer = self.name.to_owned();
        move |source| BusError::Consumer { consumer: consumer.clone(), action, source }
    }

    /// The durable consumer, made where it is missing: at the first start, or where an operator deleted it.
    pub(super) async fn consumer(&self) -> Result<PullConsumer> {
        let config = pull::Config {
            durable_name: Some(self.name.to_owned()),
            description: Some("position of the agent".to_owned()),
            filter_subject: self
                .stream
                .narrow(self.filter)
                .map(|filter| self.bus.subjects().wire(filter))
                .unwrap_or_default(),
            ack_policy: AckPolicy::All,
            ack_wait: ACK_WAIT,
            max_ack_pending: i64::try_from(self.max_unacknowledged).unwrap_or(i64::MAX),
            ..pull::Config::default()
        };
        let stream = self.bus.open(self.stream).await?;
        stream.create_consumer(config).await.map_err(|error| self.fail("create it")(error.into()))
    }

    /// Everything behind a sequence, from now on. The consumer is reset to it (ADR-60 of NATS), so that what was
    /// handed out and not acknowledged comes again first.
    pub(super) async fn row_behind(&self, sequence: u64, chunk: usize) -> Result<Row> {
        let disconnect = self.bus.disconnect();
        let consumer = self.consumer().await?;
        let reset = self.move_behind(sequence).await?;
        let messages = consumer
            .stream()
            .max_messages_per_batch(2 * chunk)
            .heartbeat(Duration::from_secs(2))
            .expires(Duration::from_secs(20))
            .messages()
            .await
            .map_err(|error| self.fail("read it")(error.into()))?;
        let next = reset.delivered.consumer_sequence + 1;
        Ok(Row { messages: Box::pin(messages), disconnect, next, newest: sequence, chunk })
    }

    /// Sets the consumer behind a sequence.
    pub(super) async fn move_behind(&self, sequence: u64) -> Result<consumer::Info> {
        let stream = self.bus.open(self.stream).await?;
        let reset = stream
            .reset_consumer(self.name, Some(sequence + 1))
            .await
            .map_err(|error| self.fail("reset it (nats-server 2.14 or newer is needed)")(error.into()))?;
        Ok(reset.info)
    }
}

/// Deliveries in the order of the stream; a delivery that was lost on the way breaks the row.
pub(super) struct Row {
    messages: std::pin::Pin<Box<pull::Stream>>,
    /// A server that was killed comes back with older acknowledgements: then the consumer must be reset.
    disconnect: Disconnect,
    /// Number that the server gives to the next delivery.
    next: u64,
    /// Sequence of the newest delivery.
    newest: u64,
    chunk: usize,
}

/// Some deliveries of a row.
pub(super) struct Chunk {
    pub(super) deliveries: Vec<Delivery>,
    /// Whether the row breaks behind them.
    pub(super) is_last: bool,
}

impl Row {
    /// The next deliveries: at least one, or the row has broken; many where many are waiting, because what follows
    /// from many is stored at hardly more cost than what follows from one.
    pub(super) async fn next(&mut self) -> Chunk {
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
            match message.and_then(Result::ok).and_then(|message| self.in_row(message)) {
                // The server did not wait for the acknowledgement: it is in the row already.
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
    fn in_row(&mut self, message: Message) -> Option<Delivery> {
        let number = message.info().ok()?.consumer_sequence;
        if number != self.next {
            return None;
        }
        self.next += 1;
        Delivery::of(message)
    }
}

/// A delivery and the event in it.
pub(super) type Read<E> = (Delivery, Result<Received<E>, Unreadable>);

/// Reads a row ahead of the agent: the next chunk is decoded while the agent handles this one and what follows from
/// it is stored. Ends with its row, or when it is dropped.
pub(super) struct Reading<E> {
    chunks: mpsc::Receiver<Vec<Read<E>>>,
    // Held, not read: the task ends with it, before another row is begun.
    _task: JoinSet<()>,
}

impl<E: Event> Reading<E> {
    pub(super) fn of(mut row: Row, bus: Bus, stream: String) -> Self {
        let (sender, chunks) = mpsc::channel(1);
        let mut task = JoinSet::new();
        task.spawn(async move {
            loop {
                let chunk = row.next().await;
                let read = |delivery: Delivery| {
                    let event = delivery.read(&bus);
                    let event = event.map(|event| Received { event, stored: delivery.stored(&stream) });
                    (delivery, event)
                };
                let events = chunk.deliveries.into_iter().map(read).collect();
                if sender.send(events).await.is_err() || chunk.is_last {
                    return;
                }
            }
        });
        Self { chunks, _task: task }
    }

    /// The next deliveries; `None` once the row has broken.
    pub(super) async fn next(&mut self) -> Option<Vec<Read<E>>> {
        self.chunks.recv().await
    }
}
