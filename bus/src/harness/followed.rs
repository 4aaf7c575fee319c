//! The newest event of a subject that an agent goes by beside the events that it consumes, such as a trained model.
//!
//! - It is given to the agent before any other event, whenever the agent is started.
//! - A newer one is given to it when it is stored, and then all views are made anew.
//! - Every view carries the sequence of the one that it was made by: a view made by another one is not up to date,
//!   whatever its cause.
//! - The durable consumer `follow-AGENT` is only a position: it moves up when all views are stored. What it has not
//!   passed, the next start follows up.
//! - One that cannot be read, that the agent refuses, or that kills it goes to the dead letters; the one before it
//!   stays in force.

use std::pin::Pin;

use actix::Addr;
use async_nats::jetstream::consumer::DeliverPolicy;
use casa24_schemas::DeadLetterReason;
use futures::future::BoxFuture;
use futures::{FutureExt, Stream, StreamExt, TryStreamExt};

use crate::consume::Unreadable;
use crate::replay::{Delivery, Reading};
use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

use super::agent::{Agent, Follow};
use super::host::{Host, Newest};
use super::ledger::Ledger;
use super::mailbox::Died;
use super::received::Received;
use super::row::Position;

/// What the name of the position begins with; the name of the agent follows.
const NAME_STEM: &str = "follow-";

/// What an agent says to an event that it is to go by.
pub(super) enum Offered {
    Taken,
    Unreadable(Unreadable),
    Refused(String),
}

/// Offers an event to the agent; only an agent that follows can be asked.
pub(super) type Offer<A> =
    fn(Addr<Host<A>>, &Bus, &Delivery, &str) -> BoxFuture<'static, Result<Offered, Died>>;

/// [`Offer`] to an agent that follows.
pub(super) fn offer<A: Follow>(
    agent: Addr<Host<A>>,
    bus: &Bus,
    delivery: &Delivery,
    stream: &str,
) -> BoxFuture<'static, Result<Offered, Died>> {
    let event = delivery.read::<A::Follows>(bus);
    let stored = delivery.stored(stream);
    async move {
        let event = match event {
            Ok(event) => event,
            Err(error) => return Ok(Offered::Unreadable(error)),
        };
        match agent.send(Newest(Received { event, stored })).await {
            Ok(Ok(())) => Ok(Offered::Taken),
            Ok(Err(reason)) => Ok(Offered::Refused(reason)),
            Err(_) => Err(Died),
        }
    }
    .boxed()
}

/// Deliveries as they are stored.
pub(super) type Arriving = Pin<Box<dyn Stream<Item = Vec<Delivery>> + Send>>;

/// What an agent follows, and how far it is.
pub(super) struct Followed<A: Agent> {
    pub(super) ledger: Ledger,
    subject: &'static str,
    stream: StreamName,
    offer: Offer<A>,
    position: String,
    /// What the agent goes by.
    newest: Option<Delivery>,
    /// Everything up to this sequence was offered.
    seen: u64,
    /// The views made by everything up to this sequence are stored.
    settled: u64,
}

impl<A: Agent> Followed<A> {
    pub(super) fn new(
        subject: &'static str,
        offer: Offer<A>,
        make_ledger: impl FnOnce(String) -> Ledger,
        bus: &Bus,
    ) -> Result<Self> {
        let stream = StreamName::storing(subject).ok_or_else(|| BusError::Consumer {
            consumer: A::NAME.to_owned(),
            action: "find a stream that stores what it follows",
            source: subject.into(),
        })?;
        let ledger = make_ledger(bus.subjects().stream(stream.as_str()));
        let position = format!("{NAME_STEM}{}", A::NAME);
        Ok(Self { ledger, subject, stream, offer, position, newest: None, seen: 0, settled: 0 })
    }

    fn position(&self) -> Position<'_> {
        Position {
            bus: &self.ledger.bus,
            name: &self.position,
            stream: self.stream,
            filter: self.subject,
            max_unacknowledged: 1,
        }
    }

    fn reading<'f>(&self, filters: &'f [String], deliver: DeliverPolicy) -> Reading<'f> {
        Reading { stream: self.stream, filters, deliver, headers_only: false }
    }

    /// What is stored, oldest first, for an agent that was just started; nothing is in force yet.
    pub(super) async fn look_up(&mut self) -> Result<Vec<Delivery>> {
        self.newest = None;
        self.ledger.look_up(&[]).await?;
        let acknowledged = self.position().consumer().await?.cached_info().ack_floor.stream_sequence;
        // A server that was killed may have forgotten it.
        self.settled = self.settled.max(acknowledged);
        let filters = [self.subject.to_owned()];
        let reading = self.reading(&filters, DeliverPolicy::All);
        self.ledger.bus.read_to_end(&reading, u64::MAX).await?.try_collect().await
    }

    /// What is stored from now on.
    pub(super) async fn arriving(&self) -> Result<Arriving> {
        let filters = [self.subject.to_owned()];
        let deliver = DeliverPolicy::ByStartSequence { start_sequence: self.seen + 1 };
        let (_, deliveries) = self.ledger.bus.read_on(&self.reading(&filters, deliver)).await?;
        const AT_ONCE: usize = 32;
        Ok(deliveries
            .ready_chunks(AT_ONCE)
            .map(|deliveries| deliveries.into_iter().filter_map(Result::ok).collect())
            .boxed())
    }

    /// Offers an event; what the agent does not take goes to the dead letters.
    pub(super) async fn offer(
        &mut self,
        agent: &Addr<Host<A>>,
        delivery: &Delivery,
    ) -> Result<Result<bool, Died>> {
        self.seen = self.seen.max(delivery.sequence);
        if self.ledger.is_dead(delivery.sequence) {
            return Ok(Ok(false));
        }
        match (self.offer)(agent.clone(), &self.ledger.bus, delivery, &self.ledger.stream).await {
            Ok(Offered::Taken) => return Ok(Ok(true)),
            Ok(Offered::Unreadable(error)) => self.ledger.bury_unreadable(delivery, &error).await?,
            Ok(Offered::Refused(reason)) => {
                self.ledger.bury(delivery, DeadLetterReason::Refused, 1, &reason).await?;
            }
            Err(Died) => return Ok(Err(Died)),
        }
        Ok(Ok(false))
    }

    /// The agent goes by this event from now on.
    pub(super) fn put_in_force(&mut self, delivery: Delivery) {
        self.newest = Some(delivery);
    }

    /// Gives an agent that was started afresh what is in force.
    pub(super) async fn offer_again(&self, agent: &Addr<Host<A>>) -> Result<()> {
        let Some(newest) = &self.newest else { return Ok(()) };
        match (self.offer)(agent.clone(), &self.ledger.bus, newest, &self.ledger.stream).await {
            Ok(Offered::Taken) => Ok(()),
            _ => Err(BusError::Consumer {
                consumer: A::NAME.to_owned(),
                action: "give it what it follows",
                source: "it took this event before and does not any more".into(),
            }),
        }
    }

    /// Sequence of the event that is in force.
    pub(super) fn sequence(&self) -> Option<u64> {
        self.newest.as_ref().map(|newest| newest.sequence)
    }

    /// Whether views made by what is in force may be missing.
    pub(super) fn is_ahead(&self) -> bool {
        self.sequence() > Some(self.settled)
    }

    /// Every view made by what is in force is stored.
    pub(super) async fn settle(&mut self) -> Result<()> {
        if self.settled < self.seen {
            self.position().move_behind(self.seen).await?;
            self.settled = self.seen;
        }
        Ok(())
    }
}

/// The agent whose position, in what it follows, a consumer is.
pub(crate) fn following_agent(consumer: &str) -> Option<&str> {
    consumer.strip_prefix(NAME_STEM)
}

/// The next of what arrives; never where nothing is followed. `None` where the reader has ended.
pub(super) async fn next(arriving: &mut Option<Arriving>) -> Option<Vec<Delivery>> {
    match arriving {
        Some(arriving) => arriving.next().await,
        None => std::future::pending().await,
    }
}
