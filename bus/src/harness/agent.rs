//! What an agent is: an actor with a declaration, and the messages that its mailbox takes.

use std::sync::Arc;

use actix::{Actor, Context, Handler, Message};
use casa24_schemas::{ArtistId, Event, Reply};

use crate::outgoing::Cause;

use super::outcome::Outcome;
use super::received::Received;

/// An actor that answers events with the events that follow from them.
///
/// Handling is idempotent and takes time from events only: the same events give the same state and the same
/// answers. On each subject at most one event follows from one event.
pub trait Agent: Actor<Context = Context<Self>> + Handler<Batch<Self::Consumes>> {
    /// Name of the agent, and of its durable consumer.
    const NAME: &'static str;
    /// Filter of the subjects that it consumes, such as `snapshot.valid.>`.
    const CONSUMES: &'static str;
    /// Subjects that it publishes, such as `growth.*`.
    const PUBLISHES: &'static [&'static str];
    /// Type of the events that it consumes.
    type Consumes: Event;
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

/// An artist whose view is to be made anew, and the newest event that touched it.
#[derive(Debug, Clone)]
pub struct Touched {
    /// The artist.
    pub artist: ArtistId,
    /// The newest event that touched the artist.
    pub cause: Cause,
}

/// Order to answer with the views of these artists as they stand now. An agent that is catching up gets it once
/// for many events.
#[derive(Debug, Clone)]
pub struct Refresh {
    /// The artists.
    pub artists: Arc<[Touched]>,
}

impl Refresh {
    /// An empty answer to this order.
    pub fn outcome(&self) -> Outcome {
        Outcome::new(false)
    }
}

impl Message for Refresh {
    type Result = Outcome;
}

/// A question to a service.
#[derive(Debug, Clone)]
pub struct Ask<Q> {
    /// The question.
    pub question: Q,
}

/// The answer of a service.
pub type Asked = Reply;

impl<Q: Event> Message for Ask<Q> {
    type Result = Asked;
}
