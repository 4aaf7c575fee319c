//! The newest event of a subject that an agent follows in addition to the events that it consumes, such as a trained model.
//!
//! - It is given to the agent before any other event, whenever the agent is started.
//! - A newer one is given to it when it is stored, and then all views are made again.
//! - Every view carries the sequence of the one that it was made with: a view made with another one is out of date,
//!   whatever its cause.
//! - The position `follow-AGENT` moves up when all views are stored. The next start makes the views that it has not
//!   passed.
//! - One that cannot be read, that the agent refuses, or over which it panics goes to the dead letters; the one before
//!   it stays in use.

use std::pin::Pin;

use actix::Addr;
use casa24_schemas::DeadLetterReason;
use futures::{Stream, StreamExt, TryStreamExt};

use crate::delivery::Delivery;
use crate::harness::actor_spawner::ActorPanicked;
use crate::harness::agent::Agent;
use crate::harness::declaration::following_position;
use crate::replay::Reading;
use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

use super::agent_actor::AgentActor;
use super::duties::{Offer, Offered};
use super::outbox::Outbox;
use super::position::StoredPosition;

/// Deliveries as they are stored, until a fault.
pub(crate) type Arriving = Pin<Box<dyn Stream<Item = Result<Vec<Delivery>>> + Send>>;

/// What an agent follows, and how far it is.
pub(crate) struct Followed<A: Agent> {
    pub(crate) outbox: Outbox,
    subject: &'static str,
    stream: StreamName,
    offer: Offer<A>,
    position: StoredPosition,
    /// What the agent uses.
    newest: Option<Delivery>,
    /// Everything up to this sequence was offered.
    seen: u64,
    /// The views made with everything up to this sequence are stored.
    done: u64,
}

impl<A: Agent> Followed<A> {
    pub(crate) fn new(
        subject: &'static str,
        offer: Offer<A>,
        make_outbox: impl FnOnce(String) -> Outbox,
        bus: &Bus,
    ) -> Result<Self> {
        let stream = StreamName::storing(subject)?;
        let outbox = make_outbox(bus.subjects().stream(stream.as_str()));
        let position = StoredPosition::new(following_position(A::NAME), stream);
        Ok(Self { outbox, subject, stream, offer, position, newest: None, seen: 0, done: 0 })
    }

    const fn reading(&self, from: u64) -> Reading<'static> {
        Reading { stream: self.stream, filter: self.subject, from }
    }

    /// What is stored, oldest first, for an agent that was just started and uses nothing yet.
    pub(crate) async fn look_up(&mut self) -> Result<Vec<Delivery>> {
        self.newest = None;
        self.outbox.look_up(&[]).await?;
        // A server that was killed may have forgotten the newest.
        self.done = self.done.max(self.position.look_up(&self.outbox.bus).await?);
        self.outbox.bus.read_to_end(&self.reading(1), u64::MAX).await?.try_collect().await
    }

    /// What is stored from now on.
    pub(crate) async fn arriving(&self) -> Result<Arriving> {
        let tail = self.outbox.bus.tail(&self.reading(self.seen + 1)).await?;
        Ok(tail.batches().map_ok(|batch| batch.deliveries().to_vec()).boxed())
    }

    /// Offers an event, and tells whether the agent took it; what it does not take goes to the dead letters.
    pub(crate) async fn offer(
        &mut self,
        agent: &Addr<AgentActor<A>>,
        delivery: &Delivery,
    ) -> Result<Result<bool, ActorPanicked>> {
        self.seen = self.seen.max(delivery.sequence);
        if self.outbox.is_dead(delivery.sequence) {
            return Ok(Ok(false));
        }
        match (self.offer)(agent.clone(), &self.outbox.bus, delivery, &self.outbox.stream).await {
            Ok(Offered::Taken) => return Ok(Ok(true)),
            Ok(Offered::Unreadable(error)) => self.outbox.dead_letter_unreadable(delivery, &error).await?,
            Ok(Offered::Refused(reason)) => {
                self.outbox.dead_letter(delivery, DeadLetterReason::Refused, 1, &reason).await?;
            }
            Err(ActorPanicked) => return Ok(Err(ActorPanicked)),
        }
        Ok(Ok(false))
    }

    /// The agent uses this event from now on.
    pub(crate) fn put_in_use(&mut self, delivery: Delivery) {
        self.newest = Some(delivery);
    }

    /// Gives an agent that was restarted what is in use.
    pub(crate) async fn offer_again(&self, agent: &Addr<AgentActor<A>>) -> Result<()> {
        let Some(newest) = &self.newest else { return Ok(()) };
        match (self.offer)(agent.clone(), &self.outbox.bus, newest, &self.outbox.stream).await {
            Ok(Offered::Taken) => Ok(()),
            _ => Err(BusError::Consumer {
                consumer: A::NAME.to_owned(),
                action: "give it what it follows",
                source: "it took this event before and no longer does".into(),
            }),
        }
    }

    /// Sequence of the event that is in use.
    pub(crate) fn sequence(&self) -> Option<u64> {
        self.newest.as_ref().map(|newest| newest.sequence)
    }

    /// Whether views made with what is in use may be missing.
    pub(crate) fn is_ahead(&self) -> bool {
        self.sequence() > Some(self.done)
    }

    /// Every view made with what is in use is stored.
    pub(crate) async fn checkpoint(&mut self) -> Result<()> {
        if self.done < self.seen {
            self.position.move_behind(&self.outbox.bus, self.seen).await?;
            self.done = self.seen;
        }
        Ok(())
    }
}

/// The next of what arrives; never where nothing is followed.
pub(crate) async fn next(arriving: &mut Option<Arriving>) -> Result<Vec<Delivery>> {
    match arriving {
        Some(arriving) => arriving.next().await.unwrap_or_else(|| Ok(Vec::new())),
        None => std::future::pending().await,
    }
}
