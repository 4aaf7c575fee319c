//! What a service learns: the events of a stream, from the first on, for as long as it lives.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix::dev::ToEnvelope;
use actix::{Actor, Addr, Context, Handler};
use async_nats::jetstream::consumer::DeliverPolicy;
use casa24_schemas::{DeadLetterReason, Event};
use futures::StreamExt;

use crate::replay::{Delivery, Reading};
use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

use super::counters::Counters;
use super::dead_letters::Undertaker;
use super::host::Batch;
use super::mailbox::Died;
use super::received::Received;

/// Most events handed over at once.
const BATCH: usize = 2_000;
/// Deaths over one event after which it is left out.
const MAX_DEATHS: u32 = 2;
/// Tries to store a dead letter: learning does not wait for it for long.
const STORE_TRIES: usize = 3;
/// Delay before the stream is read again after a fault.
const READ_AGAIN: Duration = Duration::from_millis(500);

/// Told when the service has been given everything that was stored when it began.
pub(super) type CaughtUp = tokio::sync::oneshot::Sender<()>;

/// One of the filters that a service learns from; clones share what is known of deadly events.
#[derive(Clone)]
pub(super) struct Lesson {
    agent: &'static str,
    filter: &'static str,
    deliver: DeliverPolicy,
    suspects: Arc<Mutex<Suspects>>,
}

/// Events that may have killed the service: its next life is given them one by one.
#[derive(Default)]
struct Suspects {
    among: Option<RangeInclusive<u64>>,
    num_deaths: BTreeMap<u64, u32>,
    left_out: BTreeSet<u64>,
}

impl Suspects {
    /// How many of a chunk with these sequences go together.
    fn size(&self, first: u64, last: u64) -> usize {
        let touches = |among: &RangeInclusive<u64>| first <= *among.end() && last >= *among.start();
        if self.among.as_ref().is_some_and(touches) { 1 } else { BATCH }
    }

    /// The service died over the events from `first` to `last`; tells the one to leave out from now on.
    fn convict(&mut self, first: u64, last: u64) -> Option<u64> {
        if first < last {
            self.among = Some(first..=last);
            return None;
        }
        let num_deaths = self.num_deaths.entry(first).or_default();
        *num_deaths += 1;
        (*num_deaths >= MAX_DEATHS).then(|| {
            self.left_out.insert(first);
            first
        })
    }
}

impl Lesson {
    pub(super) fn new(agent: &'static str, filter: &'static str, deliver: DeliverPolicy) -> Self {
        Self { agent, filter, deliver, suspects: Arc::default() }
    }

    fn suspects(&self) -> MutexGuard<'_, Suspects> {
        // Nothing panics while it is held.
        self.suspects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the service what is stored and what comes, until it dies.
    pub(super) async fn teach<S, E>(
        self,
        bus: Bus,
        service: Addr<S>,
        counters: Counters,
        caught_up: CaughtUp,
    ) -> Result<Died>
    where
        S: Actor<Context = Context<S>> + Handler<Batch<E>>,
        S::Context: ToEnvelope<S, Batch<E>>,
        E: Event,
    {
        let filter = self.filter;
        let stream = StreamName::storing(filter).ok_or_else(|| BusError::Consumer {
            consumer: filter.to_owned(),
            action: "find the stream that stores it",
            source: "no stream stores this subject".into(),
        })?;
        let filters = [filter.to_owned()];
        let mut caught_up = Some(caught_up);
        let mut deliver = self.deliver;
        loop {
            let mut disconnect = bus.disconnect();
            let reading = Reading { stream, filters: &filters, deliver, headers_only: false };
            let (num_stored, messages) = match bus.read_on(&reading).await {
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
                if let Err(Died) =
                    self.hand_over::<S, E>(&bus, stream, &service, &counters, &deliveries).await
                {
                    return Ok(Died);
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

    async fn hand_over<S, E>(
        &self,
        bus: &Bus,
        stream: StreamName,
        service: &Addr<S>,
        counters: &Counters,
        deliveries: &[Delivery],
    ) -> Result<(), Died>
    where
        S: Actor<Context = Context<S>> + Handler<Batch<E>>,
        S::Context: ToEnvelope<S, Batch<E>>,
        E: Event,
    {
        let stream_name = bus.subjects().stream(stream.as_str());
        let (Some(first), Some(last)) = (deliveries.first(), deliveries.last()) else { return Ok(()) };
        let size = self.suspects().size(first.sequence, last.sequence);
        for part in deliveries.chunks(size) {
            let events: Vec<Received<E>> = part
                .iter()
                .filter(|delivery| !self.suspects().left_out.contains(&delivery.sequence))
                .filter_map(|delivery| {
                    let event = delivery.read(bus).ok()?;
                    Some(Received { event, stored: delivery.stored(&stream_name) })
                })
                .collect();
            counters.num_rebuilt(events.len() as u64);
            if events.is_empty()
                || service.send(Batch { events: events.into(), rebuilding: true }).await.is_ok()
            {
                continue;
            }
            let (Some(first), Some(last)) = (part.first(), part.last()) else { return Err(Died) };
            let convict = self.suspects().convict(first.sequence, last.sequence);
            if convict.is_some() {
                let undertaker = Undertaker { bus, agent: self.agent, stream: &stream_name };
                let explanation = "it kills the service that learns from it";
                let letter =
                    undertaker.letter_saying(first, DeadLetterReason::Panicked, MAX_DEATHS, explanation);
                counters.num_dead(1);
                if let Err(error) = bus.publish(&[letter], STORE_TRIES).await {
                    tracing::warn!(agent = self.agent, %error, "cannot store a dead letter");
                }
            }
            return Err(Died);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deadly_event_is_found_one_by_one_and_left_out_after_two_deaths() {
        let mut suspects = Suspects::default();
        assert_eq!(suspects.size(1, 500), BATCH);
        assert_eq!(suspects.convict(1, 500), None);
        assert_eq!(suspects.size(400, 900), 1);
        assert_eq!(suspects.size(501, 900), BATCH);
        assert_eq!(suspects.convict(77, 77), None);
        assert_eq!(suspects.convict(77, 77), Some(77));
        assert!(suspects.left_out.contains(&77));
    }
}
