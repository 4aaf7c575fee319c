//! Agents with state: strictly in order, state rebuilt from the stream, each event's consequences stored once.
//!
//! - The durable consumer acknowledges up to a sequence (`AckPolicy::All`), and only after what follows is stored.
//! - At the start, and after every break in the row of deliveries, the consumer is reset to that sequence, so that
//!   the events come again from there, in order.
//! - What follows carries the sequence of its cause. What was stored before a crash, and not acknowledged, is
//!   recognised by the newest event of its subject and not stored again.
//! - A fault halfway through the handling leaves state and ledger in doubt: the agent then begins as after a crash.
//! - An event that the agent postpones holds the line: it is tried again in place, with growing delay.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use actix::dev::ToEnvelope;
use actix::{Addr, Handler};
use async_nats::jetstream::consumer::DeliverPolicy;
use casa24_schemas::{ArtistId, DeadLetterReason};
use futures::StreamExt;
use futures::future::BoxFuture;

use crate::outgoing::Cause;
use crate::replay::{self, Delivery};
use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

use super::agent::{Agent, Batch, Refresh, Touched};
use super::counters::Counters;
use super::lease::Lease;
use super::ledger::Ledger;
use super::mailbox::{Died, Nursery};
use super::outcome::Outcome;
use super::received::Received;
use super::row::{Position, Read, Reading};
use super::signals::{Ready, Shutdown};

/// Most events handed to the agent at once.
const BATCH: usize = 1_000;
/// Most events taken in before views are published although more is waiting.
const REFRESH_AFTER: usize = 50_000;
/// Artists whose views are made in one go.
const REFRESH_CHUNK: usize = 64;
/// Deaths after which an event goes to the dead letters.
const MAX_DEATHS: u32 = 2;
/// Tries of an event that the agent postpones.
const MAX_TRIES: u32 = 6;
/// Delay before the second try; it doubles from then on.
const FIRST_DELAY: Duration = Duration::from_millis(200);
/// An agent whose start fails for so long is given up.
const START_WITHIN: Duration = Duration::from_secs(30);
/// How often an agent that stands by looks whether it is needed.
const STAND_BY: Duration = Duration::from_millis(250);

/// Asks the agent for the views of some artists; only an agent that keeps views can be asked.
pub(super) type AskViews<A> = fn(Addr<A>, Refresh) -> BoxFuture<'static, Result<Outcome, Died>>;

/// [`AskViews`] of an agent that keeps views.
pub(super) fn ask_views<A: Agent + Handler<Refresh>>(
    agent: Addr<A>,
    refresh: Refresh,
) -> BoxFuture<'static, Result<Outcome, Died>>
where
    A::Context: ToEnvelope<A, Refresh>,
{
    Box::pin(async move { agent.send(refresh).await.map_err(|_| Died) })
}

/// Runs one agent with state.
pub(super) struct Stateful<A: Agent> {
    bus: Bus,
    shutdown: Shutdown,
    counters: Counters,
    nursery: Nursery<A>,
    ask_views: Option<AskViews<A>>,
    stream: StreamName,
    ledger: Ledger,
    lease: Option<Lease>,
    agent: Addr<A>,
    /// Whether the agent's state and the ledger may be other than `position` says: at the start, and after a fault
    /// halfway through the handling.
    in_doubt: bool,
    /// Everything up to this sequence is in the agent's state.
    position: u64,
    /// Everything up to this sequence is done: what follows from it is stored.
    settled: u64,
    /// Artists whose views are not published yet.
    touched: BTreeMap<ArtistId, Cause>,
    /// Newest delivery that the agent has taken in.
    unacknowledged: Option<Delivery>,
}

impl<A: Agent> Stateful<A>
where
    A::Context: ToEnvelope<A, Batch<A::Consumes>>,
{
    pub(super) async fn new(
        bus: Bus,
        shutdown: Shutdown,
        counters: Counters,
        make: Arc<dyn Fn() -> A + Send + Sync>,
        ask_views: Option<AskViews<A>>,
    ) -> Result<Self> {
        let stream = StreamName::storing(A::CONSUMES).ok_or_else(|| BusError::Consumer {
            consumer: A::NAME.to_owned(),
            action: "find a stream that stores what it consumes",
            source: A::CONSUMES.into(),
        })?;
        let nursery = Nursery::new(A::NAME, make)?;
        let agent = nursery.start().await?;
        let stream_name = bus.subjects().stream(stream.as_str());
        let ledger = Ledger::new(bus.clone(), shutdown.clone(), counters.clone(), A::NAME, stream_name);
        Ok(Self {
            bus,
            shutdown,
            counters,
            nursery,
            ask_views,
            stream,
            ledger,
            lease: None,
            agent,
            in_doubt: true,
            position: 0,
            settled: 0,
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
        if !self.in_doubt {
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
            agent: A::NAME,
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
        loop {
            let chunk = tokio::select! {
                biased;
                () = self.shutdown.begun() => return Ok(()),
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

    /// Begins where the bus says that this agent stands, with its state rebuilt.
    async fn resume(&mut self) -> Result<()> {
        self.touched.clear();
        self.unacknowledged = None;
        self.ledger.look_up(A::PUBLISHES).await?;
        let acknowledged = self.durable().consumer().await?.cached_info().ack_floor.stream_sequence;
        // A server that was killed may have forgotten acknowledgements.
        self.settled = self.settled.max(acknowledged);
        self.agent = self.nursery.start().await?;
        self.rebuild(self.settled).await?;
        self.in_doubt = false;
        Ok(())
    }

    /// Gives a fresh agent every event up to a sequence, and drops what it answers. An event that kills it here
    /// is one that killed it before its letter was stored: it goes to the dead letters now.
    async fn rebuild(&mut self, until: u64) -> Result<()> {
        let mut deaths: HashMap<u64, u32> = HashMap::new();
        // From here on events are handed over one by one, to find the one that kills.
        let mut suspect_from = u64::MAX;
        'afresh: loop {
            self.position = 0;
            if until == 0 {
                return Ok(());
            }
            let filters = [A::CONSUMES.to_owned()];
            let deliver = DeliverPolicy::All;
            let reading =
                replay::Reading { stream: self.stream, filters: &filters, deliver, headers_only: false };
            let messages = self.bus.read_to_end(&reading, until).await?;
            let mut chunks = std::pin::pin!(messages.ready_chunks(BATCH));
            while let Some(chunk) = chunks.next().await {
                let deliveries: Vec<Delivery> = chunk.into_iter().collect::<Result<_>>()?;
                let mut events = self.readable(&deliveries);
                let first = events.first().map_or(u64::MAX, |received| received.stored.sequence);
                let last = events.last().map_or(0, |received| received.stored.sequence);
                let size = if last >= suspect_from { 1 } else { BATCH };
                while !events.is_empty() {
                    let rest = events.split_off(size.min(events.len()));
                    let part = std::mem::replace(&mut events, rest);
                    let sequence = part.first().map_or(0, |received| received.stored.sequence);
                    self.counters.num_rebuilt(part.len() as u64);
                    let batch = Batch { events: part.into(), rebuilding: true };
                    if self.agent.send(batch).await.is_ok() {
                        continue;
                    }
                    self.restart().await?;
                    if size == 1 {
                        let died = deaths.entry(sequence).or_default();
                        *died += 1;
                        if *died >= MAX_DEATHS
                            && let Some(delivery) =
                                deliveries.iter().find(|delivery| delivery.sequence == sequence)
                        {
                            self.ledger
                                .bury(delivery, DeadLetterReason::Panicked, *died, "it kills the agent")
                                .await?;
                        }
                    } else {
                        suspect_from = suspect_from.min(first);
                    }
                    continue 'afresh;
                }
                if self.shutdown.has_begun() {
                    return Err(shut_down::<A>());
                }
            }
            self.position = until;
            return Ok(());
        }
    }

    /// Events among deliveries, without those that are in the dead letters.
    fn readable(&self, deliveries: &[Delivery]) -> Vec<Received<A::Consumes>> {
        deliveries
            .iter()
            .filter(|delivery| !self.ledger.is_dead(delivery.sequence))
            .filter_map(|delivery| {
                let event = delivery.read(&self.bus).ok()?;
                Some(Received { event, stored: delivery.stored(&self.ledger.stream) })
            })
            .collect()
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
        match self.agent.send(batch.clone()).await {
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
            let Ok(mut outcome) = self.agent.send(batch.clone()).await else {
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
                return Err(shut_down::<A>());
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
        self.touched.append(&mut outcome.touched);
        Ok(())
    }

    /// Publishes the views that wait, and acknowledges everything that was taken in.
    async fn settle(&mut self) -> Result<()> {
        self.in_doubt = true;
        if let Some(ask_views) = self.ask_views {
            let touched: Vec<Touched> = std::mem::take(&mut self.touched)
                .into_iter()
                .map(|(artist, cause)| Touched { artist, cause })
                .collect();
            for artists in touched.chunks(REFRESH_CHUNK) {
                self.refresh(ask_views, artists).await?;
            }
        }
        if let Some(delivery) = self.unacknowledged.take() {
            delivery.message.ack().await.map_err(|source| BusError::Consumer {
                consumer: A::NAME.to_owned(),
                action: "acknowledge",
                source,
            })?;
            self.settled = self.settled.max(delivery.sequence);
        }
        self.in_doubt = false;
        Ok(())
    }

    async fn refresh(&mut self, ask_views: AskViews<A>, artists: &[Touched]) -> Result<()> {
        if let Ok(outcome) = ask_views(self.agent.clone(), Refresh { artists: artists.into() }).await {
            return self.store_views(outcome).await;
        }
        self.restart().await?;
        self.rebuild(self.position).await?;
        for touched in artists {
            match ask_views(self.agent.clone(), Refresh { artists: Arc::new([touched.clone()]) }).await {
                Ok(outcome) => self.store_views(outcome).await?,
                Err(Died) => {
                    tracing::error!(agent = A::NAME, artist = %touched.artist, "the artist's view kills the agent");
                    self.restart().await?;
                    self.rebuild(self.position).await?;
                }
            }
        }
        Ok(())
    }

    async fn store_views(&self, mut outcome: Outcome) -> Result<()> {
        outcome.following.retain(|view| match self.bus.check_size(view) {
            Ok(()) => true,
            Err(error) => {
                tracing::error!(agent = A::NAME, %error, "the view is left out");
                false
            }
        });
        self.ledger.store(outcome.following).await
    }

    async fn restart(&mut self) -> Result<()> {
        self.counters.num_restarts(1);
        self.agent = self.nursery.start().await?;
        Ok(())
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

fn shut_down<A: Agent>() -> BusError {
    BusError::Consumer {
        consumer: A::NAME.to_owned(),
        action: "finish what it began",
        source: "shutting down; the next start does it again".into(),
    }
}
