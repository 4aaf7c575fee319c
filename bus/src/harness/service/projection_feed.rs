//! The events of one filter, given to a projection from the first on until it panics.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix::Addr;
use async_nats::jetstream::consumer::DeliverPolicy;
use casa24_schemas::{DeadLetterReason, Event};
use futures::StreamExt;
use tokio::sync::{oneshot, watch};

use crate::harness::actor_spawner::ActorPanicked;
use crate::harness::counters::Counters;
use crate::harness::dead_letters::{self, DeadLetterWriter};
use crate::harness::poison_isolation::{CurrentEvent, PoisonIsolation, Verdict};
use crate::harness::received::Received;
use crate::patience::Patience;
use crate::replay::{Delivery, Reading};
use crate::streams::StreamName;
use crate::{Bus, Result};

use super::projection::Projects;
use super::projection_actor::{Apply, ProjectionActor};

/// Most events handed over at once.
const BATCH: usize = 2_000;
/// Delay before the stream is read again after a fault.
const READ_AGAIN: Duration = Duration::from_millis(500);

/// Sent when the projection has been given everything that was stored when it began.
pub(crate) type CaughtUp = oneshot::Sender<()>;

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
    deliver: DeliverPolicy,
    isolation: Arc<Mutex<PoisonIsolation>>,
}

impl ProjectionFeed {
    pub(crate) fn new(agent: &'static str, filter: &'static str, deliver: DeliverPolicy) -> Self {
        Self { agent, filter, deliver, isolation: Arc::default() }
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
        let filter = self.filter;
        let stream = StreamName::storing(filter)?;
        let filters = [filter.to_owned()];
        let mut caught_up = Some(caught_up);
        let mut deliver = self.deliver;
        loop {
            let mut disconnect = context.bus.disconnect();
            let reading = Reading { stream, filters: &filters, deliver, headers_only: false };
            let opened = async {
                let stream = context.bus.subjects().stream(stream.as_str());
                // Those of earlier starts: it need not panic over them again.
                let dead = dead_letters::sequences(&context.bus, self.agent, &stream).await?;
                self.isolation().quarantine(dead);
                context.bus.read_on(&reading).await
            };
            let (num_stored, messages) = match opened.await {
                Ok(reading) => reading,
                Err(error) => {
                    tracing::warn!(filter, %error, "cannot read, will try again");
                    tokio::time::sleep(READ_AGAIN).await;
                    continue;
                }
            };
            if num_stored == 0
                && let Some(caught_up) = caught_up.take()
            {
                caught_up.send(()).ok();
            }
            let mut chunks = std::pin::pin!(messages.ready_chunks(BATCH));
            loop {
                let chunk = tokio::select! {
                    chunk = chunks.next() => chunk,
                    // The server may have lost the reader; the client itself finds that out after half a minute.
                    () = disconnect.happened() => None,
                };
                let Some(chunk) = chunk else { break };
                let deliveries: Vec<Delivery> = chunk.into_iter().filter_map(Result::ok).collect();
                let Some(last) = deliveries.last() else { continue };
                if let Err(ActorPanicked) = self.apply(&context, stream, &projection, &deliveries).await {
                    return Ok(ActorPanicked);
                }
                deliver = DeliverPolicy::ByStartSequence { start_sequence: last.sequence + 1 };
                if last.pending == 0
                    && let Some(caught_up) = caught_up.take()
                {
                    caught_up.send(()).ok();
                }
            }
        }
    }

    async fn apply<P, E>(
        &self,
        context: &FeedContext,
        stream: StreamName,
        projection: &Addr<ProjectionActor<P>>,
        deliveries: &[Delivery],
    ) -> Result<(), ActorPanicked>
    where
        P: Projects<E>,
        E: Event,
    {
        let stream = context.bus.subjects().stream(stream.as_str());
        let events = self.readable::<E>(context, &stream, deliveries);
        if events.is_empty() {
            return Ok(());
        }
        context.counters.num_rebuilt(events.len() as u64);
        let current = CurrentEvent::default();
        if projection.send(Apply { events, current: current.clone() }).await.is_ok() {
            context.changes.send_modify(|num| *num += 1);
            return Ok(());
        }
        // Where it panicked over an event of another filter, it did not come to these.
        if let Some(sequence) = current.sequence()
            && let Some(delivery) = deliveries.iter().find(|delivery| delivery.sequence == sequence)
        {
            self.isolate(context, stream, delivery).await;
        }
        Err(ActorPanicked)
    }

    /// Events among deliveries, without those over which the projection panics.
    fn readable<E: Event>(
        &self,
        context: &FeedContext,
        stream: &str,
        deliveries: &[Delivery],
    ) -> Vec<Received<E>> {
        let isolation = self.isolation();
        deliveries
            .iter()
            .filter(|delivery| !isolation.is_quarantined(delivery.sequence))
            .filter_map(|delivery| {
                let read = delivery.read(&context.bus).inspect_err(|error| {
                    let sequence = delivery.sequence;
                    tracing::warn!(agent = self.agent, stream, sequence, %error, "an event is left out");
                });
                Some(Received { event: read.ok()?, stored: delivery.stored(stream) })
            })
            .collect()
    }

    /// The projection panicked over this delivery.
    async fn isolate(&self, context: &FeedContext, stream: String, delivery: &Delivery) {
        let verdict = self.isolation().panicked(delivery.sequence);
        let Verdict::Quarantine { num_panics } = verdict else { return };
        let letters = DeadLetterWriter { bus: context.bus.clone(), agent: self.agent, stream };
        let explanation = "the service panics over it";
        let reason = DeadLetterReason::Panicked;
        match letters.store(delivery, reason, num_panics, explanation, Patience::BRIEF).await {
            Ok(()) => context.counters.num_dead(1),
            Err(error) => tracing::warn!(agent = self.agent, %error, "cannot store a dead letter"),
        }
    }
}
