//! What follows from events.

use std::collections::{BTreeMap, HashMap};

use actix::dev::{MessageResponse, OneshotSender};
use actix::{Actor, Message};
use casa24_schemas::{ArtistId, Event};

use crate::outgoing::{Cause, Outgoing};

use super::received::Received;

/// An agent's answer: events that follow, artists whose view is out of date, and events that could not be handled.
#[derive(Debug, Default)]
pub struct Outcome {
    rebuilding: bool,
    pub(crate) following: Vec<Outgoing>,
    /// How many events follow so far on each subject from the cause that was given last.
    num_following: HashMap<String, u32>,
    pub(crate) dirty: BTreeMap<ArtistId, Cause>,
    pub(crate) refused: BTreeMap<u64, String>,
    pub(crate) postponed: BTreeMap<u64, String>,
}

impl Outcome {
    pub(crate) fn new(rebuilding: bool) -> Self {
        Self { rebuilding, ..Self::default() }
    }

    /// Whether the agent takes in again what it had handled before it was started: nothing that follows is stored.
    pub const fn is_rebuilding(&self) -> bool {
        self.rebuilding
    }

    /// An event follows from one that was received. Several on one subject are stored in the order in which they are
    /// given, each once; their identities differ.
    pub fn follows<E, F: Event>(&mut self, received: &Received<E>, event: &F) {
        if !self.rebuilding {
            self.follows_from(&received.cause(), event);
        }
    }

    /// An event follows from this cause.
    pub fn follows_from<F: Event>(&mut self, cause: &Cause, event: &F) {
        if !self.rebuilding {
            let mut outgoing = Outgoing::following(cause, event);
            match self.following.last() {
                Some(last) if last.cause == outgoing.cause => {
                    if self.num_following.is_empty() {
                        self.num_following.insert(last.subject.clone(), 1);
                    }
                    let num_before = self.num_following.entry(outgoing.subject.clone()).or_default();
                    outgoing.cause_part = *num_before;
                    *num_before += 1;
                }
                _ => self.num_following.clear(),
            }
            self.following.push(outgoing);
        }
    }

    /// The artist's published view is out of date: the harness asks for a new one when the batch, or a long sequence
    /// of batches, is done.
    pub fn marks_dirty<E>(&mut self, received: &Received<E>, artist: &ArtistId) {
        match self.dirty.get_mut(artist) {
            Some(cause) => *cause = received.cause(),
            None => {
                self.dirty.insert(artist.clone(), received.cause());
            }
        }
    }

    /// The event can never be handled: it goes to the dead letters with this reason.
    pub fn refuses<E>(&mut self, received: &Received<E>, reason: impl Into<String>) {
        self.refused.insert(received.stored.sequence, reason.into());
    }

    /// The event cannot be handled now (a passing fault): it is tried again later.
    pub fn postpones<E>(&mut self, received: &Received<E>, reason: impl Into<String>) {
        self.postponed.insert(received.stored.sequence, reason.into());
    }
}

impl<A: Actor, M: Message<Result = Self>> MessageResponse<A, M> for Outcome {
    fn handle(self, _: &mut A::Context, sender: Option<OneshotSender<Self>>) {
        if let Some(sender) = sender {
            // The harness may have given up waiting; then nobody wants the answer.
            drop(sender.send(self));
        }
    }
}
