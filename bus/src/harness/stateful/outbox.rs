//! What an agent with state publishes: each event that follows once, and its dead letters.

use std::collections::{BTreeSet, HashMap};

use async_nats::jetstream::consumer::DeliverPolicy;
use casa24_schemas::DeadLetterReason;
use futures::TryStreamExt;

use crate::connection::Disconnect;
use crate::decode::{self, Unreadable};
use crate::error::explain;
use crate::harness::counters::Counters;
use crate::harness::dead_letters::{self, DeadLetterWriter, is_dead_letter};
use crate::outgoing::Outgoing;
use crate::patience::Patience;
use crate::replay::{Delivery, Reading};
use crate::shutdown::Shutdown;
use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

/// What a stored event came from.
#[derive(Debug, Clone, Copy)]
struct Origin {
    /// Sequence of its cause, and how many events of its subject follow from that before it.
    cause: (u64, u32),
    /// Sequence of what its agent followed.
    followed: Option<u64>,
}

impl Origin {
    /// Whether the event need not be stored: one of the same or a later cause is there, made with what the agent
    /// follows now.
    fn covers(self, event: &Outgoing) -> bool {
        event.cause.is_some_and(|cause| (cause, event.cause_part) <= self.cause)
            && event.followed == self.followed
    }
}

/// Stores what an agent answers.
pub(crate) struct Outbox {
    pub(crate) bus: Bus,
    pub(crate) shutdown: Shutdown,
    pub(crate) counters: Counters,
    pub(crate) agent: &'static str,
    /// Name of the stream that the agent reads.
    pub(crate) stream: String,
    /// Sequences, in that stream, that are in the dead letters.
    dead: BTreeSet<u64>,
    /// What the newest event of each subject came from, when it was last looked up.
    stored_origins: HashMap<String, Origin>,
    /// Since the agent was last known to run here alone.
    disconnect: Disconnect,
}

impl Outbox {
    /// The outbox of an agent, with nothing looked up yet.
    pub(crate) fn new(
        bus: Bus,
        shutdown: Shutdown,
        counters: Counters,
        agent: &'static str,
        stream: String,
    ) -> Self {
        let disconnect = bus.disconnect();
        let (dead, stored_origins) = (BTreeSet::new(), HashMap::new());
        Self { bus, shutdown, counters, agent, stream, dead, stored_origins, disconnect }
    }

    /// Stores only while the connection lasts from here on: once it is lost, another process may have taken over and
    /// stored newer events.
    pub(crate) fn hold_while_connected(&mut self, disconnect: Disconnect) {
        self.disconnect = disconnect;
    }

    /// Looks up what is stored on the subjects that the agent publishes.
    pub(crate) async fn look_up(&mut self, publishes: &[&str]) -> Result<()> {
        self.dead = dead_letters::sequences(&self.bus, self.agent, &self.stream).await?;
        self.stored_origins = newest_origins(&self.bus, publishes).await?;
        Ok(())
    }

    /// Whether an event is in the dead letters.
    pub(crate) fn is_dead(&self, sequence: u64) -> bool {
        self.dead.contains(&sequence)
    }

    /// Stores events, except those that were stored before the last look-up.
    pub(crate) async fn store(&self, mut events: Vec<Outgoing>) -> Result<()> {
        if !self.stored_origins.is_empty() {
            events.retain(|event| {
                !self.stored_origins.get(&event.subject).is_some_and(|stored| stored.covers(event))
            });
        }
        self.publish(events).await
    }

    async fn publish(&self, events: Vec<Outgoing>) -> Result<()> {
        if events.is_empty() {
            return Ok(());
        }
        let num_dead = events.iter().filter(|event| is_dead_letter(event)).count() as u64;
        let mut disconnect = self.disconnect.clone();
        // What is not stored is not acknowledged either: it is done again.
        let num_new = tokio::select! {
            biased;
            () = disconnect.happened() => return Err(given_up(&events, "the connection was lost")),
            () = self.shutdown.overdue() => return Err(given_up(&events, "shutting down")),
            stored = self.bus.publish(&events, Patience::AGENT) => stored?,
        };
        self.counters.num_dead(num_dead);
        self.counters.num_published(num_new.saturating_sub(num_dead));
        Ok(())
    }

    /// Sends a message that cannot be read to the dead letters.
    pub(crate) async fn dead_letter_unreadable(
        &mut self,
        delivery: &Delivery,
        error: &Unreadable,
    ) -> Result<()> {
        self.dead_letter(delivery, error.reason(), 1, &explain(error)).await
    }

    /// Sends an event that the agent cannot handle to the dead letters, unless it is there. Letters do not come in
    /// the order of their causes, so each is recognised by its own.
    pub(crate) async fn dead_letter(
        &mut self,
        delivery: &Delivery,
        reason: DeadLetterReason,
        attempts: u32,
        explanation: &str,
    ) -> Result<()> {
        if self.is_dead(delivery.sequence) {
            return Ok(());
        }
        let writer =
            DeadLetterWriter { bus: self.bus.clone(), agent: self.agent, stream: self.stream.clone() };
        self.publish(vec![writer.dead_letter(delivery, reason, attempts, explanation)]).await?;
        self.dead.insert(delivery.sequence);
        Ok(())
    }
}

/// What the newest event came from, on each subject that an agent publishes.
async fn newest_origins(bus: &Bus, publishes: &[&str]) -> Result<HashMap<String, Origin>> {
    let mut newest = HashMap::new();
    for filter in publishes.iter().copied() {
        let stream = StreamName::storing(filter)?;
        let filters = [filter.to_owned()];
        let deliver = DeliverPolicy::LastPerSubject;
        let reading = Reading { stream, filters: &filters, deliver, headers_only: true };
        let mut messages = std::pin::pin!(bus.read_to_end(&reading, u64::MAX).await?);
        while let Some(delivery) = messages.try_next().await? {
            let headers = delivery.message.headers.as_ref();
            if let Some(cause) = decode::cause_of(headers) {
                let cause = (cause, decode::cause_part_of(headers));
                let origin = Origin { cause, followed: decode::followed_of(headers) };
                newest.insert(bus.subjects().event(&delivery.message.subject).to_owned(), origin);
            }
        }
    }
    Ok(newest)
}

fn given_up(events: &[Outgoing], why: &str) -> BusError {
    BusError::Publish {
        subject: events.first().map_or_else(String::new, |event| event.subject.clone()),
        fault: format!("{why} before it could be stored; it will be done again"),
        passing: true,
    }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Artist, Platform, RosterEntry};

    use super::*;
    use crate::harness::outcome::Outcome;
    use crate::outgoing::Cause;
    use crate::trace::TraceContext;

    /// Entries of these artists that follow from events of these sequences.
    fn following(entries: &[(u64, &str, bool)]) -> Vec<Outgoing> {
        let mut outcome = Outcome::new(false);
        for (sequence, artist, active) in entries {
            let cause = Cause { sequence: *sequence, trace: TraceContext::root("test"), followed: None };
            let accounts = [(Platform::SPOTIFY, None)].into();
            let entry = RosterEntry { artist: Artist::new(artist).unwrap(), accounts, active: *active };
            outcome.follows_from(&cause, &entry);
        }
        outcome.following
    }

    #[test]
    fn after_a_crash_what_followed_behind_the_newest_that_is_stored_is_still_to_be_stored() {
        let events = following(&[
            (6, "Uno", true),
            (7, "Uno", false),
            (7, "Dos", true),
            (7, "Uno", true),
            (8, "Dos", false),
        ]);
        let parts: Vec<u32> = events.iter().map(|event| event.cause_part).collect();
        assert_eq!(parts, [0, 0, 0, 1, 0]);
        let first_of_two = Origin { cause: (7, 0), followed: None };
        let covered: Vec<bool> = events.iter().map(|event| first_of_two.covers(event)).collect();
        assert_eq!(covered, [true, true, true, false, false]);
        assert!(Origin { cause: (7, 1), followed: None }.covers(&events[3]));
    }
}
