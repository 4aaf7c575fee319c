//! Agents without state: each event acknowledged for itself; a passing fault gives it back to the server with
//! growing delay, and the later events of the same artist with it, so that their order stays.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use actix::Addr;
use actix::dev::ToEnvelope;
use async_nats::jetstream::AckKind;
use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use casa24_schemas::DeadLetterReason;
use futures::StreamExt;

use crate::replay::Delivery;
use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

use super::agent::{Agent, Batch, Received};
use super::counters::Counters;
use super::dead_letters::Undertaker;
use super::mailbox::Nursery;
use super::runner::{Ready, Shutdown};

const MAX_TRIES: i64 = 6;
const FIRST_DELAY: Duration = Duration::from_secs(1);
const STORE_TRIES: usize = 200;

/// What becomes of a delivery: the one place where outcomes turn into acknowledgements.
enum Fate {
    Done,
    Again(Duration),
    Dead(DeadLetterReason, String),
}

impl Fate {
    const fn ack(&self) -> AckKind {
        match self {
            Self::Done => AckKind::Ack,
            Self::Again(delay) => AckKind::Nak(Some(*delay)),
            Self::Dead(..) => AckKind::Term,
        }
    }

    /// Delay before the next try: doubled with every one.
    fn after_fault(delivered: i64, reason: String) -> Self {
        if delivered >= MAX_TRIES {
            return Self::Dead(DeadLetterReason::OutOfTries, reason);
        }
        let doublings = u32::try_from(delivered.clamp(1, MAX_TRIES) - 1).unwrap_or(0);
        Self::Again(FIRST_DELAY * 2_u32.pow(doublings))
    }
}

/// Runs one agent without state.
pub(super) struct Stateless<A: Agent> {
    bus: Bus,
    shutdown: Shutdown,
    counters: Counters,
    nursery: Nursery<A>,
    agent: Addr<A>,
    stream: StreamName,
    stream_name: String,
    /// For a subject, the sequence of the event that waits for its next try.
    held: HashMap<String, u64>,
}

impl<A: Agent> Stateless<A>
where
    A::Context: ToEnvelope<A, Batch<A::Consumes>>,
{
    pub(super) async fn new(
        bus: Bus,
        shutdown: Shutdown,
        counters: Counters,
        make: Arc<dyn Fn() -> A + Send + Sync>,
    ) -> Result<Self> {
        let stream = StreamName::storing(A::CONSUMES).ok_or_else(|| BusError::Consumer {
            consumer: A::NAME.to_owned(),
            action: "find a stream that stores what it consumes",
            source: A::CONSUMES.into(),
        })?;
        let nursery = Nursery::new(A::NAME, make)?;
        let agent = nursery.start().await?;
        let stream_name = bus.subjects().stream(stream.as_str());
        Ok(Self { bus, shutdown, counters, nursery, agent, stream, stream_name, held: HashMap::new() })
    }

    pub(super) async fn run(mut self, ready: Ready) -> Result<()> {
        self.durable_consumer().await?;
        if let Some(ready) = ready {
            ready.send(()).ok();
        }
        while !self.shutdown.has_begun() {
            if let Err(error) = self.follow().await {
                tracing::warn!(agent = A::NAME, %error, "cannot read, will try again");
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_millis(500)) => {}
                    () = self.shutdown.begun() => {}
                }
            }
        }
        self.bus.flush().await
    }

    async fn durable_consumer(&self) -> Result<PullConsumer> {
        let fail = |source| BusError::Consumer { consumer: A::NAME.to_owned(), action: "create it", source };
        let config = pull::Config {
            durable_name: Some(A::NAME.to_owned()),
            filter_subject: self.bus.subjects().wire(A::CONSUMES),
            ack_policy: AckPolicy::Explicit,
            ack_wait: Duration::from_secs(60),
            ..pull::Config::default()
        };
        let stream = self.bus.open(self.stream).await?;
        stream.create_consumer(config).await.map_err(|error| fail(error.into()))
    }

    async fn follow(&mut self) -> Result<()> {
        let fail = |source| BusError::Consumer { consumer: A::NAME.to_owned(), action: "read it", source };
        let consumer = self.durable_consumer().await?;
        let mut messages = consumer
            .stream()
            .max_messages_per_batch(100)
            .heartbeat(Duration::from_secs(2))
            .expires(Duration::from_secs(20))
            .messages()
            .await
            .map_err(|error| fail(error.into()))?;
        loop {
            let message = tokio::select! {
                biased;
                () = self.shutdown.begun() => return Ok(()),
                message = messages.next() => message,
            };
            let Some(message) = message else { return Ok(()) };
            let message = message.map_err(|error| fail(error.into()))?;
            let Some(delivery) = Delivery::of(message) else { continue };
            let fate = self.handle(&delivery).await?;
            delivery.message.ack_with(fate.ack()).await.map_err(fail)?;
        }
    }

    async fn handle(&mut self, delivery: &Delivery) -> Result<Fate> {
        let subject = delivery.message.subject.to_string();
        if self.held.get(&subject).is_some_and(|held| *held < delivery.sequence) {
            self.counters.num_postponed(1);
            return Ok(Fate::Again(FIRST_DELAY));
        }
        let fate = match delivery.read::<A::Consumes>(&self.bus) {
            Ok(event) => {
                self.ask(Received { event, stored: delivery.stored(&self.stream_name) }, delivery).await?
            }
            Err(error) => {
                let undertaker = Undertaker { bus: &self.bus, agent: A::NAME, stream: &self.stream_name };
                let letter = undertaker.letter_for(delivery, error.reason(), &error);
                self.bus.publish(&[letter], STORE_TRIES).await?;
                self.counters.num_dead(1);
                return Ok(Fate::Dead(error.reason(), String::new()));
            }
        };
        match &fate {
            Fate::Done => {
                self.counters.num_handled(1);
                self.held.remove(&subject);
            }
            Fate::Again(_) => {
                self.counters.num_postponed(1);
                self.held.insert(subject, delivery.sequence);
            }
            Fate::Dead(reason, explanation) => {
                let undertaker = Undertaker { bus: &self.bus, agent: A::NAME, stream: &self.stream_name };
                let attempts = u32::try_from(delivery.delivered).unwrap_or(u32::MAX);
                let letter = undertaker.letter_saying(delivery, *reason, attempts, explanation);
                self.bus.publish(&[letter], STORE_TRIES).await?;
                self.counters.num_dead(1);
                self.held.remove(&subject);
            }
        }
        Ok(fate)
    }

    async fn ask(&mut self, received: Received<A::Consumes>, delivery: &Delivery) -> Result<Fate> {
        let batch = Batch { events: Arc::new([received]), rebuilding: false };
        let Ok(outcome) = self.agent.send(batch).await else {
            self.counters.num_restarts(1);
            self.agent = self.nursery.start().await?;
            let killed = "it kills the agent".to_owned();
            return Ok(match Fate::after_fault(delivery.delivered, killed) {
                Fate::Dead(_, explanation) => Fate::Dead(DeadLetterReason::Panicked, explanation),
                fate => fate,
            });
        };
        if let Some((_, reason)) = outcome.postponed.into_iter().next() {
            return Ok(Fate::after_fault(delivery.delivered, reason));
        }
        if let Some((_, reason)) = outcome.refused.into_iter().next() {
            return Ok(Fate::Dead(DeadLetterReason::Refused, reason));
        }
        let num_new = self.bus.publish(&outcome.following, STORE_TRIES).await?;
        self.counters.num_published(num_new);
        Ok(Fate::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_grows_and_ends_in_the_dead_letters() {
        let delay = |delivered| match Fate::after_fault(delivered, String::new()) {
            Fate::Again(delay) => Some(delay.as_secs()),
            _ => None,
        };
        assert_eq!([1, 2, 3, 4, 5, 6].map(delay), [Some(1), Some(2), Some(4), Some(8), Some(16), None]);
    }
}
