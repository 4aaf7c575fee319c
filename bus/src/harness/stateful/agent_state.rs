//! A running agent with its state: started, restarted after a panic, and rebuilt from the stream.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix::Addr;
use casa24_schemas::{ArtistId, DeadLetterReason};

use crate::batch::Decoded;
use crate::delivery::Delivery;
use crate::harness::actor_spawner::{ActorPanicked, ActorSpawner};
use crate::harness::agent::Agent;
use crate::harness::counters::Counters;
use crate::harness::event_reader::EventReader;
use crate::harness::lease::Hold;
use crate::harness::outcome::Outcome;
use crate::harness::poison_isolation::{CurrentEvent, PoisonIsolation, Verdict};
use crate::outgoing::Cause;
use crate::replay::Reading;
use crate::shutdown::Shutdown;
use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

use super::agent_actor::{AgentActor, HandleEvents, MakeViews};
use super::duties::{AskViews, Duties};
use super::followed::Followed;
use super::outbox::Outbox;

/// What the dead letter of an event says over which the agent panicked.
pub(crate) const PANICKED: &str = "the agent panics over it";

/// A running agent with its state.
pub(crate) struct AgentState<A: Agent> {
    pub(crate) bus: Bus,
    pub(crate) shutdown: Shutdown,
    pub(crate) counters: Counters,
    spawner: ActorSpawner<AgentActor<A>>,
    actor: Addr<AgentActor<A>>,
    pub(crate) ask_views: Option<AskViews<A>>,
    pub(crate) followed: Option<Followed<A>>,
    pub(crate) stream: StreamName,
    pub(crate) outbox: Outbox,
    /// Everything up to this sequence is in the agent's state.
    pub(crate) position: u64,
    /// All artists that the agent's state knows, with the newest event that concerns each.
    pub(crate) artists: BTreeMap<ArtistId, Cause>,
}

impl<A: Agent> AgentState<A> {
    /// An agent without state yet.
    pub(crate) async fn new(
        bus: Bus,
        shutdown: Shutdown,
        counters: Counters,
        make: Arc<dyn Fn() -> AgentActor<A> + Send + Sync>,
        duties: Duties<A>,
    ) -> Result<Self> {
        let stream = StreamName::storing(A::CONSUMES)?;
        let spawner = ActorSpawner::new(A::NAME, make)?;
        let actor = spawner.spawn().await?;
        let make_outbox =
            |stream| Outbox::new(bus.clone(), shutdown.clone(), counters.clone(), A::NAME, stream);
        let outbox = make_outbox(bus.subjects().stream(stream.as_str()));
        let followed = match duties.follows {
            Some((subject, offer)) => Some(Followed::new(subject, offer, make_outbox, &bus)?),
            None => None,
        };
        Ok(Self {
            bus,
            shutdown,
            counters,
            spawner,
            actor,
            ask_views: duties.ask_views,
            followed,
            stream,
            outbox,
            position: 0,
            artists: BTreeMap::new(),
        })
    }

    /// Lets it store only while this lease is held.
    pub(crate) fn store_while_held(&mut self, hold: &Hold) {
        self.outbox.store_while_held(hold.clone());
        if let Some(followed) = &mut self.followed {
            followed.outbox.store_while_held(hold.clone());
        }
    }

    /// Hands events to the agent.
    pub(crate) async fn send(
        &self,
        request: HandleEvents<A::Consumes>,
    ) -> Result<std::result::Result<Outcome, ActorPanicked>> {
        let sent = self.actor.send(request);
        let sent = async { sent.await.map_err(|_| ActorPanicked) };
        overdue_or(&self.shutdown, A::NAME, sent).await.inspect(|outcome| self.count_panic(outcome))
    }

    /// Asks the agent for views.
    pub(crate) async fn make_views(
        &self,
        ask_views: AskViews<A>,
        request: MakeViews,
    ) -> Result<std::result::Result<Outcome, ActorPanicked>> {
        let asked = ask_views(self.actor.clone(), request);
        overdue_or(&self.shutdown, A::NAME, asked).await.inspect(|outcome| self.count_panic(outcome))
    }

    fn count_panic<T>(&self, outcome: &std::result::Result<T, ActorPanicked>) {
        if outcome.is_err() {
            self.counters.num_restarts(1);
        }
    }

    /// Starts afresh with the state up to a sequence, and with the newest of what the agent follows.
    pub(crate) async fn start(&mut self, followed: Vec<Delivery>, until: u64) -> Result<()> {
        self.actor = self.spawner.spawn().await?;
        // An agent that panicked over one was replaced by a fresh one.
        self.offer(followed).await?.ok();
        self.rebuild(until).await
    }

    /// Offers the newest of what the agent follows; tells whether it now uses another one than before.
    pub(crate) async fn follow(&mut self, arrived: Vec<Delivery>) -> Result<bool> {
        let before = self.followed.as_ref().and_then(Followed::sequence);
        if self.offer(arrived).await?.is_err() {
            self.recover().await?;
        }
        Ok(self.followed.as_ref().and_then(Followed::sequence) != before)
    }

    /// Offers the agent what it follows, newest first, until it takes one. Where it panics over one, a fresh agent,
    /// without state, is offered the next.
    async fn offer(
        &mut self,
        mut deliveries: Vec<Delivery>,
    ) -> Result<std::result::Result<(), ActorPanicked>> {
        let mut outcome = Ok(());
        let Some(followed) = &mut self.followed else { return Ok(outcome) };
        let mut isolation = PoisonIsolation::default();
        while let Some(delivery) = deliveries.pop() {
            match overdue_or(&self.shutdown, A::NAME, followed.offer(&self.actor, &delivery)).await?? {
                Ok(true) => {
                    followed.put_in_use(delivery);
                    return Ok(outcome);
                }
                Ok(false) => {}
                Err(ActorPanicked) => {
                    outcome = Err(ActorPanicked);
                    self.counters.num_restarts(1);
                    self.actor = self.spawner.spawn().await?;
                    match isolation.panicked(delivery.sequence) {
                        Verdict::TryAgain => deliveries.push(delivery),
                        Verdict::Quarantine { num_panics } => {
                            let reason = DeadLetterReason::Panicked;
                            followed.outbox.dead_letter(&delivery, reason, num_panics, PANICKED).await?;
                        }
                    }
                }
            }
        }
        Ok(outcome)
    }

    /// Replaces an agent that panicked, or that knows an event too many, by a fresh one with the state so far.
    pub(crate) async fn recover(&mut self) -> Result<()> {
        self.restart().await?;
        self.rebuild(self.position).await
    }

    /// Starts the agent afresh, without state except for what it follows.
    async fn restart(&mut self) -> Result<()> {
        self.actor = self.spawner.spawn().await?;
        match &self.followed {
            Some(followed) => followed.offer_again(&self.actor).await,
            None => Ok(()),
        }
    }

    /// Gives a fresh agent every event up to a sequence, and drops what it answers. An event over which it panics
    /// here is one over which it panicked before its letter was stored: it goes to the dead letters now.
    async fn rebuild(&mut self, until: u64) -> Result<()> {
        let mut isolation = PoisonIsolation::default();
        while !self.replay(until, &mut isolation).await? {
            self.restart().await?;
        }
        self.position = until;
        Ok(())
    }

    /// Gives the agent every event up to a sequence; false where it panicked.
    async fn replay(&mut self, until: u64, isolation: &mut PoisonIsolation) -> Result<bool> {
        self.position = 0;
        self.artists.clear();
        if until == 0 {
            return Ok(true);
        }
        let reading = Reading { stream: self.stream, filter: A::CONSUMES, from: 1 };
        let batches = self.bus.batches_to_end(&reading, until).await?;
        let mut reader = EventReader::new(batches, self.bus.subjects().clone(), self.outbox.stream.clone());
        while let Some(read) = reader.next().await {
            if !self.replay_read(read?, isolation).await? {
                return Ok(false);
            }
            if self.shutdown.has_begun() {
                return Err(shut_down(A::NAME));
            }
        }
        Ok(true)
    }

    async fn replay_read(
        &mut self,
        read: Decoded<A::Consumes>,
        isolation: &mut PoisonIsolation,
    ) -> Result<bool> {
        let events = read.events.clone().without(|sequence| self.outbox.is_dead(sequence));
        let num_events = events.iter().count();
        if num_events == 0 {
            return Ok(true);
        }
        self.counters.num_rebuilt(num_events as u64);
        let current = CurrentEvent::default();
        let request = HandleEvents { events, rebuilding: true, current: current.clone() };
        if let Ok(mut outcome) = self.send(request).await? {
            self.artists.append(&mut outcome.dirty);
            return Ok(true);
        }
        if let Some(sequence) = current.sequence()
            && let Some(delivery) = read.deliveries().iter().find(|delivery| delivery.sequence == sequence)
            && let Verdict::Quarantine { num_panics } = isolation.panicked(sequence)
        {
            self.outbox.dead_letter(delivery, DeadLetterReason::Panicked, num_panics, PANICKED).await?;
        }
        Ok(false)
    }
}

/// Waits for the agent, but not for long once shutdown has begun.
async fn overdue_or<T>(shutdown: &Shutdown, agent: &str, answer: impl Future<Output = T>) -> Result<T> {
    tokio::select! {
        biased;
        answer = answer => Ok(answer),
        () = shutdown.overdue() => Err(shut_down(agent)),
    }
}

/// What ends the handling of an event that shutdown interrupts.
pub(crate) fn shut_down(agent: &str) -> BusError {
    BusError::Consumer {
        consumer: agent.to_owned(),
        action: "finish what it began",
        source: "shutting down; the next start does it again".into(),
    }
}
