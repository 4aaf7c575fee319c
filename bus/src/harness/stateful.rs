//! Agents with state: strictly in order, state rebuilt from the stream, each event's consequences stored once.
//!
//! - The durable consumer acknowledges up to a sequence (`AckPolicy::All`), and only after what follows is stored.
//! - At the start, and after every break in the row of deliveries, the consumer is reset to that sequence, so that
//!   the events come again from there, in order.
//! - What follows carries the sequence of its cause. What was stored before a crash, and not acknowledged, is
//!   recognised by the newest event of its subject and not stored again.
//! - A fault halfway through the handling leaves state and ledger in doubt: the agent then begins as after a crash.
//! - An event that the agent postpones holds the line: it is tried again in place, with growing delay.
//! - An agent that is still at work some seconds after shutdown began is left behind: nothing of what it was asked is
//!   stored or acknowledged, and the next start asks again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use actix::Addr;
use casa24_schemas::{ArtistId, DeadLetterReason};

use crate::outgoing::Cause;
use crate::replay::Delivery;
use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

use super::agent::Agent;
use super::counters::Counters;
use super::followed::{self, Followed, Offer};
use super::host::{Batch, Host};
use super::lease::Lease;
use super::ledger::Ledger;
use super::mailbox::{Died, Nursery};
use super::outcome::Outcome;
use super::received::Received;
use super::row::{Position, Read, Reading};
use super::signals::{Ready, Shutdown};
use super::views::AskViews;

/// Most events handed to the agent at once.
pub(super) const BATCH: usize = 1_000;
/// Most events taken in before views are published although more is waiting.
const REFRESH_AFTER: usize = 50_000;
/// Deaths after which an event goes to the dead letters.
pub(super) const MAX_DEATHS: u32 = 2;
/// Tries of an event that the agent postpones.
const MAX_TRIES: u32 = 6;
/// Delay before the second try; it doubles from then on.
const FIRST_DELAY: Duration = Duration::from_millis(200);
/// An agent whose start fails for so long is given up.
const START_WITHIN: Duration = Duration::from_secs(30);
/// How often an agent that stands by looks whether it is needed.
const STAND_BY: Duration = Duration::from_millis(250);

/// What an agent does beside answering events.
pub(super) struct Duties<A: Agent> {
    /// It keeps views.
    pub(super) ask_views: Option<AskViews<A>>,
    /// It follows the newest event of this subject.
    pub(super) follows: Option<(&'static str, Offer<A>)>,
}

/// Whether the agent is the one that it was.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lived {
    Yes,
    No,
}

/// Runs one agent with state.
pub(super) struct Stateful<A: Agent> {
    pub(super) bus: Bus,
    pub(super) shutdown: Shutdown,
    pub(super) counters: Counters,
    nursery: Nursery<Host<A>>,
    pub(super) ask_views: Option<AskViews<A>>,
    pub(super) followed: Option<Followed<A>>,
    pub(super) stream: StreamName,
    pub(super) ledger: Ledger,
    pub(super) lease: Option<Lease>,
    pub(super) agent: Addr<Host<A>>,
    /// Whether the agent's state and the ledger may be other than `position` says: at the start, and after a fault
    /// halfway through the handling.
    pub(super) in_doubt: bool,
    /// Everything up to this sequence is in the agent's state.
    pub(super) position: u64,
    /// Everything up to this sequence is done: what follows from it is stored.
    pub(super) settled: u64,
    /// All artists that the agent's state knows, with the newest event that touched each.
    pub(super) artists: BTreeMap<ArtistId, Cause>,
    /// Artists whose views are not published yet.
    pub(super) touched: BTreeMap<ArtistId, Cause>,
    /// Newest delivery that the agent has taken in.
    pub(super) unacknowledged: Option<Delivery>,
}

impl<A: Agent> Stateful<A> {
    pub(super) async fn new(
        bus: Bus,
        shutdown: Shutdown,
        counters: Counters,
        make: Arc<dyn Fn() -> Host<A> + Send + Sync>,
        duties: Duties<A>,
    ) -> Result<Self> {
        let stream = StreamName::storing(A::CONSUMES).ok_or_else(|| BusError::Consumer {
            consumer: A::NAME.to_owned(),
            action: "find a stream that stores what it consumes",
            source: A::CONSUMES.into(),
        })?;
        let nursery = Nursery::new(A::NAME, make)?;
        let agent = nursery.start().await?;
        let stream_name = bus.subjects().stream(stream.as_str());
        let make_ledger =
            |stream| Ledger::new(bus.clone(), shutdown.clone(), counters.clone(), A::NAME, stream);
        let ledger = make_ledger(stream_name);
        let followed = match duties.follows {
            Some((subject, offer)) => Some(Followed::new(subject, offer, make_ledger, &bus)?),
            None => None,
        };
        Ok(Self {
            bus,
            shutdown,
            counters,
            nursery,
            ask_views: duties.ask_views,
            followed,
            stream,
            ledger,
            lease: None,
            agent,
            in_doubt: true,
            position: 0,
            settled: 0,
            artists: BTreeMap::new(),
            touched: BTreeMap::new(),
            unacknowledged: None,
        })
    }

    pub(super) async fn run(mut self, mut ready: Ready) -> Result<()> {
        let begun = tokio::time::Instant::now();
        let mut has_worked = false;
        while !self.shutdown.has_begun() {
            let outcome = self.follow(&mut ready).await;
            has_worked |= !self.in_doubt || outcome.is_ok();
            if let Err(error) = outcome
                && !self.shutdown.has_begun()
            {
                // Later the same fault will pass; what never worked is to be told to whoever started it.
                if !has_worked && begun.elapsed() > START_WITHIN {
                    return Err(error);
                }
                tracing::warn!(agent = A::NAME, %error, "cannot go on, will try again");
                self.pause(Duration::from_millis(500)).await;
            }
        }
        // What is in doubt is not acknowledged: the next start does it again.
        if !self.in_doubt && self.is_unrivalled().await {
            self.settle().await?;
        }
        self.bus.flush().await?;
        if let Some(lease) = self.lease.take() {
            lease.give_back().await;
        }
        Ok(())
    }

    fn durable(&self) -> Position<'_> {
        Position {
            bus: &self.bus,
            name: A::NAME,
            stream: self.stream,
            filter: A::CONSUMES,
            // A view may take in so many before it settles; the pull window bounds what is under way.
            max_unacknowledged: REFRESH_AFTER + 4 * BATCH,
        }
    }

    /// Takes deliveries from behind the last settled one, until shutdown begins or their row breaks.
    async fn follow(&mut self, ready: &mut Ready) -> Result<()> {
        if !self.is_entitled().await? {
            self.pause(STAND_BY).await;
            return Ok(());
        }
        if self.in_doubt {
            self.resume().await?;
        }
        if let Some(ready) = ready.take() {
            ready.send(()).ok();
        }
        self.settle().await?;
        let row = self.durable().row_behind(self.settled, BATCH).await?;
        let mut reading = Reading::<A::Consumes>::of(row, self.bus.clone(), self.ledger.stream.clone());
        let mut arriving = match &self.followed {
            Some(followed) => Some(followed.arriving().await?),
            None => None,
        };
        loop {
            let chunk = tokio::select! {
                biased;
                () = self.shutdown.begun() => return Ok(()),
                arrived = followed::next(&mut arriving) => {
                    let Some(arrived) = arrived else { return Ok(()) };
                    self.go_by(arrived).await?;
                    continue;
                }
                chunk = reading.next() => chunk,
            };
            let Some(chunk) = chunk else {
                tracing::debug!(agent = A::NAME, "row of deliveries broke, reading again");
                return Ok(());
            };
            let (new, repeated): (Vec<_>, Vec<_>) =
                chunk.into_iter().partition(|(delivery, _)| delivery.sequence > self.position);
            self.counters.num_repeated(repeated.len() as u64);
            self.handle(new).await?;
        }
    }

    /// Whether this process is the one that runs the agent.
    async fn is_entitled(&mut self) -> Result<bool> {
        if let Some(lease) = &self.lease {
            if lease.is_held().await {
                return Ok(true);
            }
            // Somebody else may have run the agent in between.
            self.in_doubt = true;
            self.lease = None;
        }
        self.lease = Lease::take(&self.bus, self.stream, A::NAME).await?;
        if self.lease.is_none() {
            tracing::debug!(agent = A::NAME, "runs elsewhere, standing by");
        }
        Ok(self.lease.is_some())
    }

    /// Whether nobody else can have run the agent since this process was entitled to.
    pub(super) async fn is_unrivalled(&mut self) -> bool {
        match &mut self.lease {
            Some(lease) => lease.is_still_held().await,
            None => false,
        }
    }

    /// Begins where the bus says that this agent stands, with its state rebuilt.
    async fn resume(&mut self) -> Result<()> {
        self.touched.clear();
        self.unacknowledged = None;
        self.ledger.look_up(A::PUBLISHES).await?;
        // Its position is there before the agent's own: whoever looks for work sees either none or both.
        let stored = match &mut self.followed {
            Some(followed) => followed.look_up().await?,
            None => Vec::new(),
        };
        let acknowledged = self.durable().consumer().await?.cached_info().ack_floor.stream_sequence;
        // A server that was killed may have forgotten acknowledgements.
        self.settled = self.settled.max(acknowledged);
        self.agent = self.nursery.start().await?;
        self.offer(stored).await?;
        self.rebuild(self.settled).await?;
        if self.followed.as_ref().is_some_and(Followed::is_ahead) {
            self.touched = self.artists.clone();
        }
        self.in_doubt = false;
        Ok(())
    }

    /// Lets the agent go by the newest of what has arrived that it takes; then all views are made anew.
    async fn go_by(&mut self, arrived: Vec<Delivery>) -> Result<()> {
        self.in_doubt = true;
        let before = self.followed.as_ref().and_then(Followed::sequence);
        if self.offer(arrived).await? == Lived::No {
            self.restart().await?;
            self.rebuild(self.position).await?;
        }
        if self.followed.as_ref().and_then(Followed::sequence) != before {
            self.touched = self.artists.clone();
        }
        self.in_doubt = false;
        self.settle().await
    }

    /// Offers the agent what it follows, newest first, until it takes one. Where it dies of one, a fresh agent,
    /// without state, is offered the next.
    async fn offer(&mut self, mut deliveries: Vec<Delivery>) -> Result<Lived> {
        let Some(followed) = &mut self.followed else { return Ok(Lived::Yes) };
        let (mut lived, mut deaths) = (Lived::Yes, 0);
        while let Some(delivery) = deliveries.pop() {
            match overdue_or(&self.shutdown, A::NAME, followed.offer(&self.agent, &delivery)).await?? {
                Ok(true) => {
                    followed.put_in_force(delivery);
                    return Ok(lived);
                }
                Ok(false) => deaths = 0,
                Err(Died) => {
                    lived = Lived::No;
                    deaths += 1;
                    self.counters.num_restarts(1);
                    self.agent = self.nursery.start().await?;
                    if deaths < MAX_DEATHS {
                        deliveries.push(delivery);
                    } else {
                        let explanation = "it kills the agent";
                        followed
                            .ledger
                            .bury(&delivery, DeadLetterReason::Panicked, deaths, explanation)
                            .await?;
                        deaths = 0;
                    }
                }
            }
        }
        Ok(lived)
    }

    /// Handles new deliveries in order, and settles them where nothing speaks for waiting.
    async fn handle(&mut self, chunk: Vec<Read<A::Consumes>>) -> Result<()> {
        let Some((last, _)) = chunk.last() else { return Ok(()) };
        let (last, caught_up) = (last.sequence, last.pending == 0);
        self.in_doubt = true;
        let mut events = Vec::with_capacity(chunk.len());
        let mut deliveries = Vec::with_capacity(chunk.len());
        for (delivery, event) in chunk {
            match event {
                _ if self.ledger.is_dead(delivery.sequence) => {} // sent there before a crash
                Ok(event) => events.push(event),
                Err(error) => self.ledger.bury_unreadable(&delivery, &error).await?,
            }
            deliveries.push(delivery);
        }
        self.give(events, &deliveries).await?;
        self.position = last;
        self.unacknowledged = deliveries.into_iter().next_back();
        let waiting = self.position - self.settled;
        self.in_doubt = false;
        if self.ask_views.is_none() || caught_up || waiting as usize >= REFRESH_AFTER {
            self.settle().await?;
        }
        Ok(())
    }

    /// Gives events to the agent, whole; one by one where that kills it, or it postpones one of them.
    async fn give(&mut self, events: Vec<Received<A::Consumes>>, deliveries: &[Delivery]) -> Result<()> {
        if events.is_empty() {
            return Ok(());
        }
        let batch = Batch { events: events.into(), rebuilding: false };
        let span = tracing::debug_span!("handle", agent = A::NAME, num_events = batch.events.len());
        let entered = batch.events.first().map(|received| received.stored.trace.clone());
        if let Some(trace) = &entered {
            tracing::trace!(parent: &span, trace_id = trace.trace_id(), parent_id = trace.span_id(), "from");
        }
        match self.ask(self.agent.send(batch.clone())).await? {
            Ok(outcome) if outcome.postponed.is_empty() => {
                self.take(outcome, 1, deliveries).await?;
                self.counters.num_handled(batch.events.len() as u64);
                return Ok(());
            }
            // The events behind the postponed one must not overtake it.
            Ok(_) => {}
            Err(_) => {
                let num_events = batch.events.len();
                tracing::error!(agent = A::NAME, num_events, "the agent died, starting it afresh");
            }
        }
        self.restart().await?;
        self.rebuild(self.position).await?;
        for received in batch.iter() {
            self.give_one(received, deliveries).await?;
            self.position = received.stored.sequence;
        }
        Ok(())
    }

    /// Gives one event to the agent, until it is handled or in the dead letters.
    async fn give_one(&mut self, received: &Received<A::Consumes>, deliveries: &[Delivery]) -> Result<()> {
        let batch = Batch { events: Arc::new([received.clone()]), rebuilding: false };
        let Some(delivery) = delivery_of(received.stored.sequence, deliveries) else { return Ok(()) };
        let (mut deaths, mut tries) = (0, 0);
        let mut delay = FIRST_DELAY;
        loop {
            let Ok(mut outcome) = self.ask(self.agent.send(batch.clone())).await? else {
                deaths += 1;
                if deaths >= MAX_DEATHS {
                    let explanation = "it kills the agent";
                    self.ledger.bury(delivery, DeadLetterReason::Panicked, deaths, explanation).await?;
                }
                self.restart().await?;
                self.rebuild(self.position).await?;
                if deaths >= MAX_DEATHS {
                    return Ok(());
                }
                continue;
            };
            tries += 1;
            let Some((_, reason)) = outcome.postponed.pop_first() else {
                self.take(outcome, tries, deliveries).await?;
                self.counters.num_handled(1);
                return Ok(());
            };
            if tries >= MAX_TRIES {
                return self.ledger.bury(delivery, DeadLetterReason::OutOfTries, tries, &reason).await;
            }
            self.counters.num_postponed(1);
            self.pause(delay).await;
            if self.shutdown.has_begun() {
                return Err(shut_down(A::NAME));
            }
            delay *= 2;
        }
    }

    /// Stores what follows from events that the agent has handled.
    async fn take(&mut self, mut outcome: Outcome, tries: u32, deliveries: &[Delivery]) -> Result<()> {
        for (sequence, reason) in &outcome.refused {
            if let Some(delivery) = delivery_of(*sequence, deliveries) {
                self.ledger.bury(delivery, DeadLetterReason::Refused, tries, reason).await?;
            }
        }
        for event in &outcome.following {
            let (Err(error), Some(cause)) = (self.bus.check_size(event), event.cause) else { continue };
            if let Some(delivery) = delivery_of(cause, deliveries) {
                self.ledger.bury(delivery, DeadLetterReason::Refused, tries, &error.to_string()).await?;
            }
            // The agent has taken in what it was to refuse: it begins again without it.
            return Err(error);
        }
        self.ledger.store(outcome.following).await?;
        self.artists.extend(outcome.touched.clone());
        self.touched.append(&mut outcome.touched);
        Ok(())
    }

    /// Starts the agent afresh, without state but for what it follows.
    pub(super) async fn restart(&mut self) -> Result<()> {
        self.counters.num_restarts(1);
        self.agent = self.nursery.start().await?;
        match &self.followed {
            Some(followed) => followed.offer_again(&self.agent).await,
            None => Ok(()),
        }
    }

    /// Waits for the agent, but not for long once shutdown has begun.
    pub(super) async fn ask<T>(&self, answer: impl Future<Output = T>) -> Result<T> {
        overdue_or(&self.shutdown, A::NAME, answer).await
    }

    async fn pause(&self, delay: Duration) {
        tokio::select! {
            () = tokio::time::sleep(delay) => {}
            () = self.shutdown.begun() => {}
        }
    }
}

fn delivery_of(sequence: u64, deliveries: &[Delivery]) -> Option<&Delivery> {
    let place = deliveries.binary_search_by_key(&sequence, |delivery| delivery.sequence).ok()?;
    deliveries.get(place)
}

async fn overdue_or<T>(shutdown: &Shutdown, agent: &str, answer: impl Future<Output = T>) -> Result<T> {
    tokio::select! {
        biased;
        answer = answer => Ok(answer),
        () = shutdown.overdue() => Err(shut_down(agent)),
    }
}

pub(super) fn shut_down(agent: &str) -> BusError {
    BusError::Consumer {
        consumer: agent.to_owned(),
        action: "finish what it began",
        source: "shutting down; the next start does it again".into(),
    }
}
