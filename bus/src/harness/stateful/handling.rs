//! Events given to an agent with state, and what follows from them stored: whole batches, and one by one where the
//! agent panics or postpones an event.

use std::collections::BTreeMap;
use std::time::Duration;

use casa24_schemas::{ArtistId, DeadLetterReason};

use crate::Result;
use crate::batch::{Decoded, Events};
use crate::delivery::Delivery;
use crate::harness::agent::Agent;
use crate::harness::outcome::Outcome;
use crate::harness::poison_isolation::{CurrentEvent, PoisonIsolation, Verdict};
use crate::outgoing::Cause;

use super::agent_actor::HandleEvents;
use super::agent_state::{AgentState, PANICKED, shut_down};

/// Tries of an event that the agent postpones.
const MAX_TRIES: u32 = 6;
/// Delay before the second try; it doubles from then on.
const FIRST_DELAY: Duration = Duration::from_millis(200);

/// Artists whose views are out of date, with the newest event that made them so.
type Dirty = BTreeMap<ArtistId, Cause>;

/// Takes in deliveries in order: what follows from them is stored, and what cannot be handled is in the dead letters.
pub(crate) async fn take_in<A: Agent>(
    state: &mut AgentState<A>,
    read: &Decoded<A::Consumes>,
) -> Result<(Option<Delivery>, Dirty)> {
    for (delivery, error) in read.unreadable() {
        // One that is dead was sent there before a crash.
        if !state.outbox.is_dead(delivery.sequence) {
            state.outbox.dead_letter_unreadable(delivery, error).await?;
        }
    }
    let events = read.events.clone().without(|sequence| state.outbox.is_dead(sequence));
    let deliveries = read.deliveries();
    let mut handling =
        Handling { state, deliveries, dirty: Dirty::new(), isolation: PoisonIsolation::default() };
    handling.give_all(events).await?;
    let dirty = handling.dirty;
    let last = deliveries.last().cloned();
    if let Some(last) = &last {
        state.position = last.sequence;
    }
    Ok((last, dirty))
}

/// Deliveries that are being handled.
struct Handling<'h, A: Agent> {
    state: &'h mut AgentState<A>,
    deliveries: &'h [Delivery],
    dirty: Dirty,
    isolation: PoisonIsolation,
}

impl<'h, A: Agent> Handling<'h, A> {
    /// Gives events to the agent: together, or one by one where it panics or postpones one of them.
    async fn give_all(&mut self, events: Events<A::Consumes>) -> Result<()> {
        let Some(first) = events.iter().next() else { return Ok(()) };
        let num_events = events.iter().count();
        let span = tracing::debug_span!("handle", agent = A::NAME, num_events);
        let trace = &first.stored.trace;
        tracing::trace!(parent: &span, trace_id = %trace.trace_id(), parent_id = %trace.span_id(), "from");
        let current = CurrentEvent::default();
        let request = HandleEvents { events: events.clone(), rebuilding: false, current: current.clone() };
        match self.state.send(request).await? {
            Ok(outcome) if outcome.postponed.is_empty() => {
                self.store(outcome, 1).await?;
                self.state.counters.num_handled(num_events as u64);
                return Ok(());
            }
            // The events behind the postponed one must not overtake it.
            Ok(_) => {}
            Err(_) => {
                let sequence = current.sequence();
                tracing::error!(agent = A::NAME, num_events, sequence, "the agent panicked, restarting it");
                // That alone sends none to the dead letters: it is given once more at least.
                if let Some(sequence) = sequence {
                    self.isolation.panicked(sequence);
                }
            }
        }
        self.state.recover().await?;
        for event in events.one_by_one() {
            self.give_one(event).await?;
        }
        Ok(())
    }

    /// Gives one event to the agent, until it is handled or in the dead letters.
    async fn give_one(&mut self, event: Events<A::Consumes>) -> Result<()> {
        let Some(sequence) = event.iter().next().map(|received| received.stored.sequence) else {
            return Ok(());
        };
        let Some(delivery) = self.delivery(sequence) else { return Ok(()) };
        self.give_until_handled(&event, delivery).await?;
        self.state.position = sequence;
        Ok(())
    }

    async fn give_until_handled(&mut self, event: &Events<A::Consumes>, delivery: &Delivery) -> Result<()> {
        let sequence = delivery.sequence;
        let mut tries = 0;
        let mut delay = FIRST_DELAY;
        loop {
            let (events, current) = (event.clone(), CurrentEvent::default());
            let request = HandleEvents { events, rebuilding: false, current };
            let Ok(mut outcome) = self.state.send(request).await? else {
                let verdict = self.isolation.panicked(sequence);
                if let Verdict::Quarantine { num_panics } = verdict {
                    let reason = DeadLetterReason::Panicked;
                    self.state.outbox.dead_letter(delivery, reason, num_panics, PANICKED).await?;
                }
                self.state.recover().await?;
                match verdict {
                    Verdict::TryAgain => continue,
                    Verdict::Quarantine { .. } => return Ok(()),
                }
            };
            tries += 1;
            let Some((_, reason)) = outcome.postponed.pop_first() else {
                self.store(outcome, tries).await?;
                self.state.counters.num_handled(1);
                return Ok(());
            };
            if tries >= MAX_TRIES {
                let outbox = &mut self.state.outbox;
                return outbox.dead_letter(delivery, DeadLetterReason::OutOfTries, tries, &reason).await;
            }
            self.state.counters.num_postponed(1);
            tokio::select! {
                () = tokio::time::sleep(delay) => {}
                () = self.state.shutdown.begun() => return Err(shut_down(A::NAME)),
            }
            delay *= 2;
        }
    }

    /// Stores what follows from events that the agent has handled.
    async fn store(&mut self, mut outcome: Outcome, tries: u32) -> Result<()> {
        for (sequence, reason) in &outcome.refused {
            if let Some(delivery) = self.delivery(*sequence) {
                let outbox = &mut self.state.outbox;
                outbox.dead_letter(delivery, DeadLetterReason::Refused, tries, reason).await?;
            }
        }
        for event in &outcome.following {
            let (Err(error), Some(cause)) = (self.state.bus.check_size(event), event.cause) else { continue };
            if let Some(delivery) = self.delivery(cause) {
                let (outbox, explanation) = (&mut self.state.outbox, error.to_string());
                outbox.dead_letter(delivery, DeadLetterReason::Refused, tries, &explanation).await?;
            }
            // The agent has taken in what it was to refuse: it begins again without it.
            return Err(error);
        }
        self.state.outbox.store(outcome.following).await?;
        self.state.artists.extend(outcome.dirty.clone());
        self.dirty.append(&mut outcome.dirty);
        Ok(())
    }

    fn delivery(&self, sequence: u64) -> Option<&'h Delivery> {
        let place = self.deliveries.binary_search_by_key(&sequence, |delivery| delivery.sequence).ok()?;
        self.deliveries.get(place)
    }
}
