//! Agents without state: each event acknowledged for itself; a passing fault gives it back to the server with
//! growing delay, and the later events of the same artist with it, so that their order stays.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use actix::Addr;
use async_nats::jetstream::AckKind;
use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use casa24_schemas::DeadLetterReason;
use futures::StreamExt;

use crate::replay::Delivery;
use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

use super::agent::Agent;
use super::counters::Counters;
use super::dead_letters::Undertaker;
use super::host::{Batch, Host};
use super::mailbox::Nursery;
use super::received::Received;
use super::signals::{Ready, Shutdown};

const MAX_TRIES: u32 = 6;
const FIRST_DELAY: Duration = Duration::from_secs(1);
const STORE_TRIES: usize = 200;
/// Events taken from the server at once: one that waited here for another's call to end would be delivered again.
const TAKEN_AT_ONCE: usize = 1;
/// How long the server waits for a sign of life before it delivers again.
const ACK_WAIT: Duration = Duration::from_secs(60);
/// How often an agent at work gives that sign.
const PROGRESS_EVERY: Duration = Duration::from_secs(5);

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
    fn after_fault(tries: u32, last: DeadLetterReason, reason: String) -> Self {
        if tries >= MAX_TRIES {
            return Self::Dead(last, reason);
        }
        Self::Again(FIRST_DELAY * 2_u32.pow(tries.saturating_sub(1)))
    }
}

/// Runs one agent without state.
pub(super) struct Stateless<A: Agent> {
    bus: Bus,
    shutdown: Shutdown,
    counters: Counters,
    nursery: Nursery<Host<A>>,
    agent: Addr<Host<A>>,
    stream: StreamName,
    stream_name: String,
    /// For a subject, the events that wait for their turn, and how often each was tried.
    waiting: HashMap<String, BTreeMap<u64, u32>>,
}

impl<A: Agent> Stateless<A> {
    pub(super) async fn new(
        bus: Bus,
        shutdown: Shutdown,
        counters: Counters,
        make: Arc<dyn Fn() -> Host<A> + Send + Sync>,
    ) -> Result<Self> {
        let stream = StreamName::storing(A::CONSUMES).ok_or_else(|| BusError::Consumer {
            consumer: A::NAME.to_owned(),
            action: "find a stream that stores what it consumes",
            source: A::CONSUMES.into(),
        })?;
        let nursery = Nursery::new(A::NAME, make)?;
        let agent = nursery.start().await?;
        let stream_name = bus.subjects().stream(stream.as_str());
        Ok(Self { bus, shutdown, counters, nursery, agent, stream, stream_name, waiting: HashMap::new() })
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
            ack_wait: ACK_WAIT,
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
            .max_messages_per_batch(TAKEN_AT_ONCE)
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
            let shutdown = self.shutdown.clone();
            let mut handling = std::pin::pin!(self.handle(&delivery));
            let fate = loop {
                tokio::select! {
                    biased;
                    fate = &mut handling => break fate?,
                    // It is not acknowledged, and comes again.
                    () = shutdown.overdue() => return Ok(()),
                    () = tokio::time::sleep(PROGRESS_EVERY) => {
                        delivery.message.ack_with(AckKind::Progress).await.map_err(fail)?;
                    }
                }
            };
            delivery.message.ack_with(fate.ack()).await.map_err(fail)?;
        }
    }

    async fn handle(&mut self, delivery: &Delivery) -> Result<Fate> {
        let subject = delivery.message.subject.to_string();
        let waiting = self.waiting.entry(subject.clone()).or_default();
        waiting.entry(delivery.sequence).or_default();
        if waiting.first_key_value().is_some_and(|(first, _)| *first < delivery.sequence) {
            self.counters.num_postponed(1);
            return Ok(Fate::Again(FIRST_DELAY));
        }
        let fate = match delivery.read::<A::Consumes>(&self.bus) {
            Ok(event) => {
                let tries = waiting.entry(delivery.sequence).or_default();
                *tries += 1;
                let tries = *tries;
                let received = Received { event, stored: delivery.stored(&self.stream_name) };
                let fate = self.ask(received, tries).await?;
                if let Fate::Dead(reason, explanation) = &fate {
                    let letter = self.undertaker().letter_saying(delivery, *reason, tries, explanation);
                    self.bus.publish(&[letter], STORE_TRIES).await?;
                }
                fate
            }
            Err(error) => {
                let letter = self.undertaker().letter_for(delivery, error.reason(), &error);
                self.bus.publish(&[letter], STORE_TRIES).await?;
                Fate::Dead(error.reason(), error.to_string())
            }
        };
        match &fate {
            Fate::Again(_) => {
                self.counters.num_postponed(1);
                return Ok(fate);
            }
            Fate::Done => self.counters.num_handled(1),
            Fate::Dead(..) => self.counters.num_dead(1),
        }
        if let Some(waiting) = self.waiting.get_mut(&subject) {
            waiting.remove(&delivery.sequence);
            if waiting.is_empty() {
                self.waiting.remove(&subject);
            }
        }
        Ok(fate)
    }

    fn undertaker(&self) -> Undertaker<'_> {
        Undertaker { bus: &self.bus, agent: A::NAME, stream: &self.stream_name }
    }

    async fn ask(&mut self, received: Received<A::Consumes>, tries: u32) -> Result<Fate> {
        let batch = Batch { events: Arc::new([received]), rebuilding: false };
        let Ok(outcome) = self.agent.send(batch).await else {
            self.counters.num_restarts(1);
            self.agent = self.nursery.start().await?;
            let explanation = "it kills the agent".to_owned();
            return Ok(Fate::after_fault(tries, DeadLetterReason::Panicked, explanation));
        };
        if let Some((_, reason)) = outcome.postponed.into_iter().next() {
            return Ok(Fate::after_fault(tries, DeadLetterReason::OutOfTries, reason));
        }
        if let Some((_, reason)) = outcome.refused.into_iter().next() {
            return Ok(Fate::Dead(DeadLetterReason::Refused, reason));
        }
        match self.bus.publish(&outcome.following, STORE_TRIES).await {
            Ok(num_new) => self.counters.num_published(num_new),
            Err(error) if error.is_passing() => return Err(error),
            // What follows can never be stored.
            Err(error) => return Ok(Fate::Dead(DeadLetterReason::Refused, error.to_string())),
        }
        Ok(Fate::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_grows_and_ends_in_the_dead_letters() {
        let delay = |tries| match Fate::after_fault(tries, DeadLetterReason::OutOfTries, String::new()) {
            Fate::Again(delay) => Some(delay.as_secs()),
            _ => None,
        };
        assert_eq!([1, 2, 3, 4, 5, 6].map(delay), [Some(1), Some(2), Some(4), Some(8), Some(16), None]);
    }
}
