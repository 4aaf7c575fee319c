//! The events of one filter, given to a projection from the first on until it panics.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix::Addr;
use casa24_schemas::{DeadLetterReason, Event};
use tokio::sync::{oneshot, watch};

use crate::batch::{Batch, Decoded};
use crate::delivery::Delivery;
use crate::error::explain;
use crate::harness::actor_spawner::ActorPanicked;
use crate::harness::counters::Counters;
use crate::harness::dead_letters::{self, DeadLetterWriter};
use crate::harness::event_reader::EventReader;
use crate::harness::poison_isolation::{CurrentEvent, PoisonIsolation, Verdict};
use crate::patience::Patience;
use crate::replay::Reading;
use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

use super::projection::Projects;
use super::projection_actor::{Apply, ProjectionActor};

/// Delay before the stream is read again after a fault.
const READ_AGAIN: Duration = Duration::from_millis(500);

/// Sent when the projection has been given everything that was stored when it began.
pub(crate) type CaughtUp = oneshot::Sender<()>;

/// Where a feed begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begin {
    /// With the first event that is stored.
    First,
    /// With the newest one of each subject that can be read.
    Newest,
}

/// What a feed needs of the service that it belongs to.
#[derive(Clone)]
pub(crate) struct FeedContext {
    pub(crate) bus: Bus,
    pub(crate) counters: Counters,
    /// Counts the batches that were applied.
    pub(crate) changes: Arc<watch::Sender<u64>>,
}

/// One of the filters that a service projects; clones share what is known of events over which it panics.
#[derive(Clone)]
pub(crate) struct ProjectionFeed {
    agent: &'static str,
    filter: &'static str,
    begin: Begin,
    isolation: Arc<Mutex<PoisonIsolation>>,
}

impl ProjectionFeed {
    pub(crate) fn new(agent: &'static str, filter: &'static str, begin: Begin) -> Self {
        Self { agent, filter, begin, isolation: Arc::default() }
    }

    fn isolation(&self) -> MutexGuard<'_, PoisonIsolation> {
        // Nothing panics while it is held.
        self.isolation.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the projection what is stored and what comes, until it panics.
    pub(crate) async fn run<P, E>(
        self,
        context: FeedContext,
        projection: Addr<ProjectionActor<P>>,
        caught_up: CaughtUp,
    ) -> Result<ActorPanicked>
    where
        P: Projects<E>,
        E: Event,
    {
        let stream = StreamName::storing(self.filter)?;
        let mut caught_up = Some(caught_up);
        // First sequence that was not given to the projection.
        let mut next = None;
        loop {
            let error = match self.feed(&context, stream, &projection, &mut next, &mut caught_up).await {
                Ok(ActorPanicked) => return Ok(ActorPanicked),
                Err(error) => error,
            };
            tracing::warn!(filter = self.filter, %error, "cannot read, will try again");
            tokio::time::sleep(READ_AGAIN).await;
        }
    }

    /// Gives the projection what is stored and what comes, until it panics or the stream cannot be read.
    async fn feed<P, E>(
        &self,
        context: &FeedContext,
        stream: StreamName,
        projection: &Addr<ProjectionActor<P>>,
        next: &mut Option<u64>,
        caught_up: &mut Option<CaughtUp>,
    ) -> Result<ActorPanicked>
    where
        P: Projects<E>,
        E: Event,
    {
        // Those of earlier starts: it need not panic over them again.
        let name = context.bus.subjects().stream(stream.as_str());
        let dead = dead_letters::sequences(&context.bus, self.agent, &name).await?;
        self.isolation().quarantine(dead);
        let last = context.bus.open(stream).await?.cached_info().state.last_sequence;
        let from = match (*next, self.begin) {
            (Some(next), _) => next,
            (None, Begin::First) => 1,
            (None, Begin::Newest) => {
                let newest = context.bus.newest_readable::<E>(stream, self.filter).await?;
                let read = Batch::new(newest).decoded(context.bus.subjects(), &name).await;
                if let Err(ActorPanicked) = self.apply(context, stream, projection, &read).await {
                    return Ok(ActorPanicked);
                }
                // What came since is read once more.
                last + 1
            }
        };
        *next = Some(from);
        let reading = Reading { stream, filter: self.filter, from };
        let stored = context.bus.batches_to_end(&reading, last).await?;
        let stored = EventReader::new(stored, context.bus.subjects().clone(), name.clone());
        if let Err(ActorPanicked) = self.apply_all(context, stream, projection, stored, next).await? {
            return Ok(ActorPanicked);
        }
        if let Some(caught_up) = caught_up.take() {
            caught_up.send(()).ok();
        }
        let from = (last + 1).max(from);
        let tail = context.bus.tail(&Reading { from, ..reading }).await?;
        let arriving = EventReader::new(tail.batches(), context.bus.subjects().clone(), name);
        match self.apply_all(context, stream, projection, arriving, next).await? {
            Err(ActorPanicked) => Ok(ActorPanicked),
            Ok(()) => Err(BusError::Stream {
                stream: stream.as_str().to_owned(),
                action: "read it",
                source: "the reader has ended".into(),
            }),
        }
    }

    /// Gives the projection everything of a reader, until it panics or the stream cannot be read.
    async fn apply_all<P, E>(
        &self,
        context: &FeedContext,
        stream: StreamName,
        projection: &Addr<ProjectionActor<P>>,
        mut reader: EventReader<E>,
        next: &mut Option<u64>,
    ) -> Result<Result<(), ActorPanicked>>
    where
        P: Projects<E>,
        E: Event,
    {
        while let Some(read) = reader.next().await.transpose()? {
            if let Err(ActorPanicked) = self.apply(context, stream, projection, &read).await {
                return Ok(Err(ActorPanicked));
            }
            *next = read.deliveries().last().map(|newest| newest.sequence + 1).or(*next);
        }
        Ok(Ok(()))
    }

    async fn apply<P, E>(
        &self,
        context: &FeedContext,
        stream: StreamName,
        projection: &Addr<ProjectionActor<P>>,
        read: &Decoded<E>,
    ) -> Result<(), ActorPanicked>
    where
        P: Projects<E>,
        E: Event,
    {
        let name = context.bus.subjects().stream(stream.as_str());
        self.report_unreadable(context, stream, &name, read).await;
        let events = {
            let isolation = self.isolation();
            read.events.clone().without(|sequence| isolation.is_quarantined(sequence))
        };
        let num_events = events.iter().count();
        if num_events == 0 {
            return Ok(());
        }
        context.counters.num_rebuilt(num_events as u64);
        let current = CurrentEvent::default();
        if projection.send(Apply { events, current: current.clone() }).await.is_ok() {
            context.changes.send_modify(|num| *num += 1);
            return Ok(());
        }
        // Where it panicked over an event of another filter, it did not come to these.
        if let Some(sequence) = current.sequence()
            && let Some(delivery) = read.deliveries().iter().find(|delivery| delivery.sequence == sequence)
        {
            self.isolate(context, name, delivery).await;
        }
        Err(ActorPanicked)
    }

    /// Warns of what cannot be read, and stores its letter where it takes the place of another event.
    async fn report_unreadable<E>(
        &self,
        context: &FeedContext,
        stream: StreamName,
        name: &str,
        read: &Decoded<E>,
    ) {
        for (delivery, error) in read.unreadable() {
            let sequence = delivery.sequence;
            if self.isolation().is_quarantined(sequence) {
                continue;
            }
            tracing::warn!(agent = self.agent, stream = name, sequence, %error, "an event is left out");
            if stream.newest_counts() {
                self.store_letter(context, name, delivery, error.reason(), 1, &explain(error)).await;
            }
        }
    }

    /// The projection panicked over this delivery.
    async fn isolate(&self, context: &FeedContext, stream: String, delivery: &Delivery) {
        let verdict = self.isolation().panicked(delivery.sequence);
        let Verdict::Quarantine { num_panics } = verdict else { return };
        let reason = DeadLetterReason::Panicked;
        self.store_letter(context, &stream, delivery, reason, num_panics, "the service panics over it").await;
    }

    async fn store_letter(
        &self,
        context: &FeedContext,
        stream: &str,
        delivery: &Delivery,
        reason: DeadLetterReason,
        attempts: u32,
        explanation: &str,
    ) {
        let (bus, agent) = (context.bus.clone(), self.agent.into());
        let letters = DeadLetterWriter { bus, agent, stream: stream.to_owned() };
        match letters.store(delivery, reason, attempts, explanation, Patience::BRIEF).await {
            Ok(()) => context.counters.num_dead(1),
            Err(error) => tracing::warn!(agent = self.agent, %error, "cannot store a dead letter"),
        }
        // Read again, it is not written again.
        self.isolation().quarantine([delivery.sequence].into());
    }
}
