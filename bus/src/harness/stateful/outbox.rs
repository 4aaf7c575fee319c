//! What an agent with state publishes: each event that follows once, and its dead letters.

use std::collections::{BTreeSet, HashMap};

use casa24_schemas::DeadLetterReason;

use crate::decode::{self, Unreadable};
use crate::delivery::Delivery;
use crate::error::explain;
use crate::harness::counters::Counters;
use crate::harness::dead_letters::{self, DeadLetterWriter};
use crate::harness::lease::Hold;
use crate::outgoing::Outgoing;
use crate::patience::Patience;
use crate::publish::NewestKnown;
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
    /// The newest event of each subject that only this agent stores on.
    newest: NewestKnown,
    /// The agent's right to run here; `None` before it was first taken.
    hold: Option<Hold>,
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
        let (dead, stored_origins, newest) = (BTreeSet::new(), HashMap::new(), NewestKnown::default());
        Self { bus, shutdown, counters, agent, stream, dead, stored_origins, newest, hold: None }
    }

    /// Stores only while this lease is held: another process may then take over and store newer events.
    pub(crate) fn store_while_held(&mut self, hold: Hold) {
        self.hold = Some(hold);
    }

    /// Looks up what is stored on the subjects that the agent publishes.
    pub(crate) async fn look_up(&mut self, publishes: &[&str]) -> Result<()> {
        self.dead = dead_letters::sequences(&self.bus, self.agent, &self.stream).await?;
        (self.stored_origins, self.newest) = newest_stored(&self.bus, publishes).await?;
        Ok(())
    }

    /// Whether an event is in the dead letters.
    pub(crate) fn is_dead(&self, sequence: u64) -> bool {
        self.dead.contains(&sequence)
    }

    /// Stores events, except those that were stored before the last look-up.
    pub(crate) async fn store(&mut self, mut events: Vec<Outgoing>) -> Result<()> {
        if !self.stored_origins.is_empty() {
            events.retain(|event| {
                !self.stored_origins.get(&event.subject).is_some_and(|stored| stored.covers(event))
            });
        }
        if events.is_empty() {
            return Ok(());
        }
        // What is not stored keeps the position where it is: it is done again.
        let Self { bus, shutdown, newest, hold, .. } = self;
        let num_new = tokio::select! {
            biased;
            () = lost(hold.as_ref()) => return Err(given_up(&events, "the lease was lost")),
            () = shutdown.overdue() => return Err(given_up(&events, "shutting down")),
            stored = bus.publish_behind(&events, Patience::AGENT, newest) => stored?,
        };
        self.counters.num_published(num_new);
        Ok(())
    }

    /// Stores a dead letter. All processes that run the agent may store one; each is recognised by its cause.
    async fn store_letter(&self, letter: Outgoing) -> Result<()> {
        let letter = [letter];
        let num_new = tokio::select! {
            biased;
            () = lost(self.hold.as_ref()) => return Err(given_up(&letter, "the lease was lost")),
            () = self.shutdown.overdue() => return Err(given_up(&letter, "shutting down")),
            stored = self.bus.publish(&letter, Patience::AGENT) => stored?,
        };
        self.counters.num_dead(num_new);
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
            DeadLetterWriter { bus: self.bus.clone(), agent: self.agent.into(), stream: self.stream.clone() };
        self.store_letter(writer.dead_letter(delivery, reason, attempts, explanation)).await?;
        self.dead.insert(delivery.sequence);
        Ok(())
    }
}

/// Of each subject that an agent publishes, the newest event: what it came from, and its sequence.
async fn newest_stored(bus: &Bus, publishes: &[&str]) -> Result<(HashMap<String, Origin>, NewestKnown)> {
    let (mut origins, mut newest) = (HashMap::new(), NewestKnown::default());
    for filter in publishes.iter().copied() {
        for delivery in bus.newest_messages(StreamName::storing(filter)?, filter).await? {
            let subject = bus.subjects().event(&delivery.subject);
            newest.insert(subject, delivery.sequence);
            let headers = delivery.headers.as_deref();
            if let Some(cause) = decode::cause_of(headers) {
                let cause = (cause, decode::cause_part_of(headers));
                let origin = Origin { cause, followed: decode::followed_of(headers) };
                origins.insert(subject.to_owned(), origin);
            }
        }
    }
    Ok((origins, newest))
}

/// Resolves when the lease is lost; never before it was first taken.
async fn lost(hold: Option<&Hold>) {
    match hold {
        Some(hold) => hold.lost().await,
        None => std::future::pending().await,
    }
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
