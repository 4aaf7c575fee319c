//! The actor that a projection lives in, and the messages that its mailbox takes.

use std::marker::PhantomData;
use std::sync::Arc;

use actix::{Actor, Context, Handler, Message, MessageResult};
use casa24_schemas::Event;

use crate::batch::Events;
use crate::harness::poison_isolation::CurrentEvent;

use super::projection::{Projection, Projects};

/// A projection as an actor.
pub(crate) struct ProjectionActor<P>(pub(crate) P);

impl<P: Projection> Actor for ProjectionActor<P> {
    type Context = Context<Self>;
}

/// Events to be taken in.
pub(crate) struct Apply<E> {
    pub(crate) events: Events<E>,
    /// The one that is being applied.
    pub(crate) current: CurrentEvent,
}

impl<E: Event> Message for Apply<E> {
    type Result = ();
}

impl<E: Event, P: Projects<E>> Handler<Apply<E>> for ProjectionActor<P> {
    type Result = ();

    fn handle(&mut self, batch: Apply<E>, _: &mut Self::Context) {
        for received in batch.events.iter() {
            batch.current.begin(received.stored.sequence);
            self.0.apply(received);
        }
    }
}

/// Request for the current read model.
pub(crate) struct GetReadModel<P>(PhantomData<fn() -> P>);

impl<P> GetReadModel<P> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<P: Projection> Message for GetReadModel<P> {
    type Result = Arc<P::ReadModel>;
}

impl<P: Projection> Handler<GetReadModel<P>> for ProjectionActor<P> {
    type Result = MessageResult<GetReadModel<P>>;

    fn handle(&mut self, _: GetReadModel<P>, _: &mut Self::Context) -> Self::Result {
        MessageResult(self.0.read_model())
    }
}
