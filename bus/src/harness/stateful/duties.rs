//! What an agent does in addition to answering events, as functions that exist only for an agent which does it.

use actix::Addr;
use futures::FutureExt;
use futures::future::BoxFuture;

use crate::Bus;
use crate::decode::Unreadable;
use crate::delivery::Delivery;
use crate::harness::actor_spawner::ActorPanicked;
use crate::harness::agent::{Agent, Follow, View};
use crate::harness::outcome::Outcome;
use crate::harness::received::Received;

use super::agent_actor::{AgentActor, MakeViews, Newest};

/// Asks the agent for the views of some artists.
pub(crate) type AskViews<A> =
    fn(Addr<AgentActor<A>>, MakeViews) -> BoxFuture<'static, Result<Outcome, ActorPanicked>>;

/// Offers the agent an event that it follows; the text names the stream that stores it.
pub(crate) type Offer<A> =
    fn(Addr<AgentActor<A>>, &Bus, &Delivery, &str) -> BoxFuture<'static, Result<Offered, ActorPanicked>>;

/// What an agent does with an event that it follows.
pub(crate) enum Offered {
    Taken,
    Unreadable(Unreadable),
    Refused(String),
}

/// What an agent does in addition to answering events.
pub(crate) struct Duties<A: Agent> {
    /// It keeps views.
    pub(crate) ask_views: Option<AskViews<A>>,
    /// It follows the newest event of this subject.
    pub(crate) follows: Option<(&'static str, Offer<A>)>,
}

impl<A: Agent> Clone for Duties<A> {
    fn clone(&self) -> Self {
        Self { ask_views: self.ask_views, follows: self.follows }
    }
}

/// [`AskViews`] of an agent that keeps views.
pub(crate) fn ask_views<A: View>(
    agent: Addr<AgentActor<A>>,
    request: MakeViews,
) -> BoxFuture<'static, Result<Outcome, ActorPanicked>> {
    async move { agent.send(request).await.map_err(|_| ActorPanicked) }.boxed()
}

/// [`Offer`] to an agent that follows.
pub(crate) fn offer<A: Follow>(
    agent: Addr<AgentActor<A>>,
    bus: &Bus,
    delivery: &Delivery,
    stream: &str,
) -> BoxFuture<'static, Result<Offered, ActorPanicked>> {
    let event = delivery.read::<A::Follows>(bus.subjects());
    let stored = delivery.stored(stream);
    async move {
        let event = match event {
            Ok(event) => event,
            Err(error) => return Ok(Offered::Unreadable(error)),
        };
        match agent.send(Newest(Received { event, stored })).await {
            Ok(Ok(())) => Ok(Offered::Taken),
            Ok(Err(reason)) => Ok(Offered::Refused(reason)),
            Err(_) => Err(ActorPanicked),
        }
    }
    .boxed()
}
