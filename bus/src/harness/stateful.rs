//! Agents with state: strictly in order, state rebuilt from the stream, each event's consequences stored once.
//!
//! - The durable consumer acknowledges up to a sequence (`AckPolicy::All`), and only after what follows is stored.
//! - At the start, and after every break in the row of deliveries, the consumer is reset to that sequence, so that
//!   the events come again from there, in order.
//! - What follows carries the sequence of its cause. What was stored before a crash, and not acknowledged, is
//!   recognised by the newest event of its subject and not stored again.
//! - A passing fault holds the line: it is tried again in place, with growing delay.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use actix::dev::ToEnvelope;
use actix::{Addr, Handler};
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull};
use casa24_schemas::{ArtistId, DeadLetterReason};
use futures::future::BoxFuture;
use futures::{StreamExt, TryStreamExt};

use crate::outgoing::{Cause, Outgoing};
use crate::replay::{Delivery, Reading};
use crate::streams::StreamName;
use crate::{Bus, BusError, Result, consume};

use super::agent::{Agent, Batch, Received, Refresh, Touched};
use super::counters::Counters;
use super::dead_letters::{self, Undertaker, is_letter};
use super::mailbox::{Died, Nursery};
use super::outcome::Outcome;
use super::runner::{Ready, Shutdown};

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
/// Tries of a store that fails; with delays up to five seconds this bridges a restart of the server.
const STORE_TRIES: usize = 200;

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
    stream_name: String,
    agent: Addr<A>,
    /// Everything up to this sequence is in the agent's state.
    position: u64,
    /// Everything up to this sequence is acknowledged, or will be with the next acknowledgement.
    settled: u64,
    /// Sequences that are in the dead letters.
    dead: BTreeSet<u64>,
    /// Sequence of the newest cause on each subject, from before this start.
    resumed: HashMap<String, u64>,
    /// Artists whose views are not published yet.
    touched: BTreeMap<ArtistId, Cause>,
    /// Newest delivery that the agent has taken in.
    unacknowledged: Option<Delivery>,
}

/// Why the loop over deliveries ended.
enum Ended {
    Shutdown,
    /// The row of deliveries broke: begin again behind the last settled event.
    Broken,
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
        Ok(Self {
            stream_name: bus.subjects().stream(stream.as_str()),
            bus,
            shutdown,
            counters,
            nursery,
            ask_views,
            stream,
            agent,
            position: 0,
            settled: 0,
            dead: BTreeSet::new(),
            resumed: HashMap::new(),
            touched: BTreeMap::new(),
            unacknowledged: None,
        })
    }

    pub(super) async fn run(mut self, ready: Ready) -> Result<()> {
        let consumer = self.durable_consumer().await?;
        self.settled = consumer.cached_info().ack_floor.stream_sequence;
        self.dead = dead_letters::sequences(&self.bus, A::NAME, &self.stream_name).await?;
        self.resumed = self.newest_causes().await?;
        self.rebuild(self.settled).await?;
        if let Some(ready) = ready {
            ready.send(()).ok();
        }
        while !self.shutdown.has_begun() {
            match self.follow().await {
                Ok(Ended::Shutdown) => break,
                Ok(Ended::Broken) => {
                    tracing::debug!(agent = A::NAME, "row of deliveries broke, reading again")
                }
                Err(error) => {
                    tracing::warn!(agent = A::NAME, %error, "cannot read, will try again");
                    self.pause(Duration::from_millis(500)).await;
                }
            }
        }
        self.settle().await?;
        self.bus.flush().await
    }

    async fn durable_consumer(&self) -> Result<PullConsumer> {
        let fail = |source| BusError::Consumer { consumer: A::NAME.to_owned(), action: "create it", source };
        let config = pull::Config {
            durable_name: Some(A::NAME.to_owned()),
            description: Some("position of the agent".to_owned()),
            filter_subject: self.bus.subjects().wire(A::CONSUMES),
            ack_policy: AckPolicy::All,
            ack_wait: Duration::from_secs(120),
            // A view may take in so many before it settles; the pull window bounds what is under way.
            max_ack_pending: (REFRESH_AFTER + 4 * BATCH) as i64,
            ..pull::Config::default()
        };
        let stream = self.bus.open(self.stream).await?;
        stream.create_consumer(config).await.map_err(|error| fail(error.into()))
    }

    /// Newest cause on each subject that this agent publishes.
    async fn newest_causes(&self) -> Result<HashMap<String, u64>> {
        let mut newest = HashMap::new();
        let dead = format!("dead.{}", A::NAME);
        for filter in A::PUBLISHES.iter().copied().chain([dead.as_str()]) {
            let Some(stream) = StreamName::storing(filter) else { continue };
            let filters = [filter.to_owned()];
            let deliver = DeliverPolicy::LastPerSubject;
            let reading = Reading { stream, filters: &filters, deliver, headers_only: true };
            let mut messages = std::pin::pin!(self.bus.read_to_end(&reading, u64::MAX).await?);
            while let Some(delivery) = messages.try_next().await? {
                if let Some(cause) = consume::cause_of(delivery.message.headers.as_ref()) {
                    newest.insert(self.bus.subjects().event(&delivery.message.subject).to_owned(), cause);
                }
            }
        }
        Ok(newest)
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
            let reading = Reading { stream: self.stream, filters: &filters, deliver, headers_only: false };
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
                            self.bury(delivery, DeadLetterReason::Panicked, *died, "it kills the agent")
                                .await?;
                        }
                    } else {
                        suspect_from = suspect_from.min(first);
                    }
                    continue 'afresh;
                }
                if self.shutdown.has_begun() {
                    return Ok(());
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
            .filter(|delivery| !self.dead.contains(&delivery.sequence))
            .filter_map(|delivery| {
                let event = delivery.read(&self.bus).ok()?;
                Some(Received { event, stored: delivery.stored(&self.stream_name) })
            })
            .collect()
    }

    /// Takes deliveries from behind the last settled one, until shutdown begins or their row breaks.
    async fn follow(&mut self) -> Result<Ended> {
        self.settle().await?;
        // Also where the server lost the consumer, or an operator deleted it.
        let consumer = self.durable_consumer().await?;
        let fail = |action| move |source| BusError::Consumer { consumer: A::NAME.to_owned(), action, source };
        let stream = self.bus.open(self.stream).await?;
        let reset = stream
            .reset_consumer(A::NAME, Some(self.settled + 1))
            .await
            .map_err(|error| fail("reset it (nats-server 2.14 or newer is needed)")(error.into()))?;
        let mut next_delivery = reset.info.delivered.consumer_sequence + 1;
        let messages = consumer
            .stream()
            .max_messages_per_batch(2 * BATCH)
            .heartbeat(Duration::from_secs(2))
            .expires(Duration::from_secs(20))
            .messages()
            .await
            .map_err(|error| fail("read it")(error.into()))?;
        let mut chunks = messages.ready_chunks(BATCH);
        loop {
            let chunk = tokio::select! {
                biased;
                () = self.shutdown.begun() => return Ok(Ended::Shutdown),
                chunk = chunks.next() => chunk,
            };
            let Some(chunk) = chunk else { return Ok(Ended::Broken) };
            let mut deliveries = Vec::with_capacity(chunk.len());
            let mut broken = false;
            for message in chunk {
                let Ok(message) = message else {
                    broken = true;
                    break;
                };
                let number = message.info().map_or(0, |info| info.consumer_sequence);
                let Some(delivery) = Delivery::of(message) else { continue };
                if number != next_delivery {
                    broken = true;
                    break;
                }
                next_delivery += 1;
                if delivery.sequence > self.position {
                    deliveries.push(delivery);
                } else {
                    self.counters.num_repeated(1);
                }
            }
            self.handle(deliveries).await?;
            if broken {
                return Ok(Ended::Broken);
            }
        }
    }

    /// Handles new deliveries in order, and settles them where nothing speaks for waiting.
    async fn handle(&mut self, deliveries: Vec<Delivery>) -> Result<()> {
        let Some(last) = deliveries.last() else { return Ok(()) };
        let caught_up = last.pending == 0;
        let mut letters = Vec::new();
        let mut events = Vec::with_capacity(deliveries.len());
        let undertaker = Undertaker { bus: &self.bus, agent: A::NAME, stream: &self.stream_name };
        for delivery in &deliveries {
            match delivery.read(&self.bus) {
                Ok(event) => events.push(Received { event, stored: delivery.stored(&self.stream_name) }),
                Err(error) => {
                    self.dead.insert(delivery.sequence);
                    letters.push(undertaker.letter_for(delivery, error.reason(), &error));
                }
            }
        }
        self.store(letters).await?;
        self.give(events, &deliveries).await?;
        self.position = last.sequence;
        self.unacknowledged = deliveries.into_iter().next_back();
        let waiting = self.position - self.settled;
        if self.ask_views.is_none() || caught_up || waiting as usize >= REFRESH_AFTER {
            self.settle().await?;
        }
        Ok(())
    }

    /// Gives events to the agent, whole; after a death one by one, to find the one that kills.
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
        if let Ok(outcome) = self.agent.send(batch.clone()).await {
            return self.take(outcome, &batch, deliveries).await;
        }
        tracing::error!(
            agent = A::NAME,
            num_events = batch.events.len(),
            "the agent died, starting it afresh"
        );
        self.restart().await?;
        self.rebuild(self.position).await?;
        for received in batch.events.iter() {
            let single = Batch { events: Arc::new([received.clone()]), rebuilding: false };
            let mut deaths = 0;
            loop {
                if let Ok(outcome) = self.agent.send(single.clone()).await {
                    self.take(outcome, &single, deliveries).await?;
                    break;
                }
                deaths += 1;
                self.restart().await?;
                let sequence = received.stored.sequence;
                if deaths >= MAX_DEATHS
                    && let Some(delivery) = deliveries.iter().find(|delivery| delivery.sequence == sequence)
                {
                    self.bury(delivery, DeadLetterReason::Panicked, deaths, "it kills the agent").await?;
                }
                self.rebuild(self.position).await?;
                if deaths >= MAX_DEATHS {
                    break;
                }
            }
            self.position = received.stored.sequence;
        }
        Ok(())
    }

    /// Stores what follows from a batch; tries again what the agent postpones, with growing delay.
    async fn take(
        &mut self,
        mut outcome: Outcome,
        batch: &Batch<A::Consumes>,
        deliveries: &[Delivery],
    ) -> Result<()> {
        let mut tries = 1;
        let mut delay = FIRST_DELAY;
        self.counters.num_handled(batch.events.len() as u64);
        loop {
            let postponed = std::mem::take(&mut outcome.postponed);
            for (sequence, reason) in std::mem::take(&mut outcome.refused) {
                if let Some(delivery) = deliveries.iter().find(|delivery| delivery.sequence == sequence) {
                    self.bury(delivery, DeadLetterReason::Refused, tries, &reason).await?;
                }
            }
            self.store(std::mem::take(&mut outcome.following)).await?;
            self.touched.append(&mut outcome.touched);
            if postponed.is_empty() {
                return Ok(());
            }
            if tries >= MAX_TRIES {
                for (sequence, reason) in postponed {
                    if let Some(delivery) = deliveries.iter().find(|delivery| delivery.sequence == sequence) {
                        self.bury(delivery, DeadLetterReason::OutOfTries, tries, &reason).await?;
                    }
                }
                return Ok(());
            }
            self.counters.num_postponed(postponed.len() as u64);
            self.pause(delay).await;
            delay *= 2;
            tries += 1;
            let again: Vec<_> = batch
                .iter()
                .filter(|received| postponed.contains_key(&received.stored.sequence))
                .cloned()
                .collect();
            let batch = Batch { events: again.into(), rebuilding: false };
            outcome = self.agent.send(batch).await.map_err(|_| died_elsewhere::<A>())?;
        }
    }

    /// Publishes the views that wait, and acknowledges everything that was taken in.
    async fn settle(&mut self) -> Result<()> {
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
        Ok(())
    }

    async fn refresh(&mut self, ask_views: AskViews<A>, artists: &[Touched]) -> Result<()> {
        if let Ok(outcome) = ask_views(self.agent.clone(), Refresh { artists: artists.into() }).await {
            return self.store(outcome.following).await;
        }
        self.restart().await?;
        self.rebuild(self.position).await?;
        for touched in artists {
            match ask_views(self.agent.clone(), Refresh { artists: Arc::new([touched.clone()]) }).await {
                Ok(outcome) => self.store(outcome.following).await?,
                Err(Died) => {
                    tracing::error!(agent = A::NAME, artist = %touched.artist, "the artist's view kills the agent");
                    self.counters.num_dead(1);
                    self.restart().await?;
                    self.rebuild(self.position).await?;
                }
            }
        }
        Ok(())
    }

    /// Stores events, but for those that were stored before this start.
    async fn store(&mut self, mut events: Vec<Outgoing>) -> Result<()> {
        if !self.resumed.is_empty() {
            events.retain(|event| {
                let before = self.resumed.get(&event.subject).copied();
                event.cause > before || event.cause.is_none()
            });
        }
        if events.is_empty() {
            return Ok(());
        }
        let num_dead = events.iter().filter(|event| is_letter(event)).count() as u64;
        let num_new = tokio::select! {
            stored = self.bus.publish(&events, STORE_TRIES) => stored?,
            // What is not stored is not acknowledged either: the next start does it again.
            () = self.too_late() => return Err(given_up(&events)),
        };
        self.counters.num_dead(num_dead);
        self.counters.num_published(num_new.saturating_sub(num_dead));
        Ok(())
    }

    async fn bury(
        &mut self,
        delivery: &Delivery,
        reason: DeadLetterReason,
        attempts: u32,
        explanation: &str,
    ) -> Result<()> {
        let undertaker = Undertaker { bus: &self.bus, agent: A::NAME, stream: &self.stream_name };
        let letter = undertaker.letter_saying(delivery, reason, attempts, explanation);
        self.dead.insert(delivery.sequence);
        self.store(vec![letter]).await
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

    /// Resolves a while after shutdown began: long enough for a store that works, not for one that does not.
    async fn too_late(&self) {
        self.shutdown.begun().await;
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
}

fn given_up(events: &[Outgoing]) -> BusError {
    BusError::Publish {
        subject: events.first().map_or_else(String::new, |event| event.subject.clone()),
        fault: "shutting down before it could be stored; it will be done again".to_owned(),
        passing: true,
    }
}

fn died_elsewhere<A: Agent>() -> BusError {
    BusError::Consumer {
        consumer: A::NAME.to_owned(),
        action: "try a postponed event again",
        source: "the agent died over it".into(),
    }
}
