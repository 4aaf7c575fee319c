//! The actor that an agent with state lives in, and the messages that its mailbox takes.

use std::sync::Arc;

use actix::{Actor, Context, Handler, Message};
use casa24_schemas::Event;

use crate::batch::Events;
use crate::harness::agent::{Agent, DirtyView, Follow, View};
use crate::harness::outcome::Outcome;
use crate::harness::poison_isolation::CurrentEvent;
use crate::harness::received::Received;

/// An agent as an actor.
pub(crate) struct AgentActor<A>(pub(crate) A);

impl<A: Agent> Actor for AgentActor<A> {
    type Context = Context<Self>;
}

/// One or more events: what is waiting is handed over together.
#[derive(Debug)]
pub(crate) struct HandleEvents<E> {
    pub(crate) events: Events<E>,
    /// While state is rebuilt, what follows was published before, and is dropped.
    pub(crate) rebuilding: bool,
    /// The one that is being handled.
    pub(crate) current: CurrentEvent,
}

impl<E: Event> Message for HandleEvents<E> {
    type Result = Outcome;
}

impl<A: Agent> Handler<HandleEvents<A::Consumes>> for AgentActor<A> {
    type Result = Outcome;

    fn handle(&mut self, request: HandleEvents<A::Consumes>, _: &mut Self::Context) -> Outcome {
        let mut outcome = Outcome::new(request.rebuilding);
        for received in request.events.iter() {
            request.current.begin(received.stored.sequence);
            self.0.handle(received, &mut outcome);
        }
        outcome
    }
}

/// Request for the views of these artists.
#[derive(Debug, Clone)]
pub(crate) struct MakeViews(pub(crate) Arc<[DirtyView]>);

impl Message for MakeViews {
    type Result = Outcome;
}

impl<A: View> Handler<MakeViews> for AgentActor<A> {
    type Result = Outcome;

    fn handle(&mut self, request: MakeViews, _: &mut Self::Context) -> Outcome {
        let mut outcome = Outcome::new(false);
        for dirty in request.0.iter() {
            self.0.view(dirty, &mut outcome);
        }
        outcome
    }
}

/// The newest event of the subject that an agent follows.
#[derive(Debug)]
pub(crate) struct Newest<E>(pub(crate) Received<E>);

impl<E: Event> Message for Newest<E> {
    type Result = Result<(), String>;
}

impl<A: Follow> Handler<Newest<A::Follows>> for AgentActor<A> {
    type Result = Result<(), String>;

    fn handle(&mut self, newest: Newest<A::Follows>, _: &mut Self::Context) -> Self::Result {
        self.0.follow(&newest.0)
    }
}
