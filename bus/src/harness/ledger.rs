//! What an agent with state has stored: each consequence once, and its dead letters.

use std::collections::{BTreeSet, HashMap};

use async_nats::jetstream::consumer::DeliverPolicy;
use casa24_schemas::DeadLetterReason;
use futures::TryStreamExt;

use crate::consume::Unreadable;
use crate::outgoing::Outgoing;
use crate::replay::{Delivery, Reading};
use crate::streams::StreamName;
use crate::{Bus, BusError, Result, consume};

use super::counters::Counters;
use super::dead_letters::{self, Undertaker, is_letter};
use super::signals::Shutdown;

/// Tries of a store that fails; with delays up to five seconds this bridges a restart of the server.
const STORE_TRIES: usize = 200;

/// What a stored event came from.
#[derive(Debug, Clone, Copy)]
struct Origin {
    /// Sequence of its cause.
    cause: u64,
    /// Sequence of what its agent went by.
    followed: Option<u64>,
}

impl Origin {
    /// Whether the event need not be stored: one of the same or a later cause is there, made by what the agent goes by
    /// now.
    fn covers(self, event: &Outgoing) -> bool {
        event.cause.is_some_and(|cause| cause <= self.cause) && event.followed == self.followed
    }
}

/// Stores what an agent answers.
pub(super) struct Ledger {
    pub(super) bus: Bus,
    pub(super) shutdown: Shutdown,
    pub(super) counters: Counters,
    pub(super) agent: &'static str,
    /// Name of the stream that the agent reads.
    pub(super) stream: String,
    /// Sequences, in that stream, that are in the dead letters.
    dead: BTreeSet<u64>,
    /// What the newest event of each subject came from, when it was last looked up.
    resumed: HashMap<String, Origin>,
}

impl Ledger {
    /// The ledger of an agent, with nothing looked up yet.
    pub(super) fn new(
        bus: Bus,
        shutdown: Shutdown,
        counters: Counters,
        agent: &'static str,
        stream: String,
    ) -> Self {
        Self { bus, shutdown, counters, agent, stream, dead: BTreeSet::new(), resumed: HashMap::new() }
    }

    /// Looks up what is stored on the subjects that the agent publishes.
    pub(super) async fn look_up(&mut self, publishes: &[&str]) -> Result<()> {
        self.dead = dead_letters::sequences(&self.bus, self.agent, &self.stream).await?;
        self.resumed = newest_origins(&self.bus, publishes).await?;
        Ok(())
    }

    /// Whether an event is in the dead letters.
    pub(super) fn is_dead(&self, sequence: u64) -> bool {
        self.dead.contains(&sequence)
    }

    /// Stores events, but for those that were stored before the last look.
    pub(super) async fn store(&self, mut events: Vec<Outgoing>) -> Result<()> {
        if !self.resumed.is_empty() {
            events
                .retain(|event| !self.resumed.get(&event.subject).is_some_and(|stored| stored.covers(event)));
        }
        self.publish(events).await
    }

    async fn publish(&self, events: Vec<Outgoing>) -> Result<()> {
        if events.is_empty() {
            return Ok(());
        }
        let num_dead = events.iter().filter(|event| is_letter(event)).count() as u64;
        let num_new = tokio::select! {
            stored = self.bus.publish(&events, STORE_TRIES) => stored?,
            // What is not stored is not acknowledged either: the next start does it again.
            () = self.shutdown.overdue() => return Err(given_up(&events)),
        };
        self.counters.num_dead(num_dead);
        self.counters.num_published(num_new.saturating_sub(num_dead));
        Ok(())
    }

    /// Sends a message that cannot be read to the dead letters.
    pub(super) async fn bury_unreadable(&mut self, delivery: &Delivery, error: &Unreadable) -> Result<()> {
        let letter = self.undertaker().letter_for(delivery, error.reason(), error);
        self.post(delivery, letter).await
    }

    /// Sends an event that the agent cannot handle to the dead letters.
    pub(super) async fn bury(
        &mut self,
        delivery: &Delivery,
        reason: DeadLetterReason,
        attempts: u32,
        explanation: &str,
    ) -> Result<()> {
        let letter = self.undertaker().letter_saying(delivery, reason, attempts, explanation);
        self.post(delivery, letter).await
    }

    /// Stores a letter. Letters do not come in the order of their causes, so each is known by its own.
    async fn post(&mut self, delivery: &Delivery, letter: Outgoing) -> Result<()> {
        if self.is_dead(delivery.sequence) {
            return Ok(());
        }
        self.publish(vec![letter]).await?;
        self.dead.insert(delivery.sequence);
        Ok(())
    }

    fn undertaker(&self) -> Undertaker<'_> {
        Undertaker { bus: &self.bus, agent: self.agent, stream: &self.stream }
    }
}

/// What the newest event came from, on each subject that an agent publishes.
async fn newest_origins(bus: &Bus, publishes: &[&str]) -> Result<HashMap<String, Origin>> {
    let mut newest = HashMap::new();
    for filter in publishes.iter().copied() {
        let Some(stream) = StreamName::storing(filter) else { continue };
        let filters = [filter.to_owned()];
        let deliver = DeliverPolicy::LastPerSubject;
        let reading = Reading { stream, filters: &filters, deliver, headers_only: true };
        let mut messages = std::pin::pin!(bus.read_to_end(&reading, u64::MAX).await?);
        while let Some(delivery) = messages.try_next().await? {
            let headers = delivery.message.headers.as_ref();
            if let Some(cause) = consume::cause_of(headers) {
                let origin = Origin { cause, followed: consume::followed_of(headers) };
                newest.insert(bus.subjects().event(&delivery.message.subject).to_owned(), origin);
            }
        }
    }
    Ok(newest)
}

fn given_up(events: &[Outgoing]) -> BusError {
    BusError::Publish {
        subject: events.first().map_or_else(String::new, |event| event.subject.clone()),
        fault: "shutting down before it could be stored; it will be done again".to_owned(),
        passing: true,
    }
}
