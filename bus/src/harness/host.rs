//! The actor that an agent lives in, and the messages that its mailbox takes.

use std::sync::Arc;

use actix::{Actor, Context, Handler, Message};
use casa24_schemas::{Event, Reply};

use super::agent::{Agent, Follow, Touched, View};
use super::outcome::Outcome;
use super::received::Received;

/// An agent as an actor.
pub(super) struct Host<A>(pub(super) A);

impl<A: Agent> Actor for Host<A> {
    type Context = Context<Self>;
}

/// Events in the order in which they were stored, one or many: what is waiting is handed over together.
#[derive(Debug, Clone)]
pub struct Batch<E> {
    pub(super) events: Arc<[Received<E>]>,
    pub(super) rebuilding: bool,
}

impl<E> Batch<E> {
    /// The events.
    pub fn iter(&self) -> std::slice::Iter<'_, Received<E>> {
        self.events.iter()
    }

    /// An empty answer to this batch. While an agent's state is rebuilt from the stream, what follows was
    /// published before, and the answer drops it.
    pub fn outcome(&self) -> Outcome {
        Outcome::new(self.rebuilding)
    }
}

impl<'a, E> IntoIterator for &'a Batch<E> {
    type Item = &'a Received<E>;
    type IntoIter = std::slice::Iter<'a, Received<E>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<E: Event> Message for Batch<E> {
    type Result = Outcome;
}

impl<A: Agent> Handler<Batch<A::Consumes>> for Host<A> {
    type Result = Outcome;

    fn handle(&mut self, batch: Batch<A::Consumes>, _: &mut Self::Context) -> Outcome {
        let mut outcome = batch.outcome();
        for received in &batch {
            self.0.handle(received, &mut outcome);
        }
        outcome
    }
}

/// Order to answer with the views of these artists.
#[derive(Debug, Clone)]
pub(super) struct Refresh {
    pub(super) artists: Arc<[Touched]>,
}

impl Message for Refresh {
    type Result = Outcome;
}

impl<A: View> Handler<Refresh> for Host<A> {
    type Result = Outcome;

    fn handle(&mut self, refresh: Refresh, _: &mut Self::Context) -> Outcome {
        let mut outcome = Outcome::new(false);
        for touched in refresh.artists.iter() {
            self.0.view(touched, &mut outcome);
        }
        outcome
    }
}

/// The newest event of the subject that an agent follows.
#[derive(Debug)]
pub(super) struct Newest<E>(pub(super) Received<E>);

impl<E: Event> Message for Newest<E> {
    type Result = Result<(), String>;
}

impl<A: Follow> Handler<Newest<A::Follows>> for Host<A> {
    type Result = Result<(), String>;

    fn handle(&mut self, newest: Newest<A::Follows>, _: &mut Self::Context) -> Self::Result {
        self.0.follow(&newest.0)
    }
}

/// A question to a service.
#[derive(Debug, Clone)]
pub struct Ask<Q> {
    /// The question.
    pub question: Q,
}

/// The answer of a service.
pub type Asked = Reply<serde_json::Value, serde_json::Value>;

impl<Q: Event> Message for Ask<Q> {
    type Result = Asked;
}
