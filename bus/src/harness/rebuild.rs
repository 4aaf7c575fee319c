//! An agent's state, rebuilt from the stream.

use std::collections::HashMap;

use async_nats::jetstream::consumer::DeliverPolicy;
use casa24_schemas::DeadLetterReason;
use futures::StreamExt;

use crate::Result;
use crate::replay::{self, Delivery};

use super::agent::Agent;
use super::host::Batch;
use super::received::Received;
use super::stateful::{BATCH, MAX_DEATHS, Stateful, shut_down};

impl<A: Agent> Stateful<A> {
    /// Gives a fresh agent every event up to a sequence, and drops what it answers. An event that kills it here
    /// is one that killed it before its letter was stored: it goes to the dead letters now.
    pub(super) async fn rebuild(&mut self, until: u64) -> Result<()> {
        let mut deaths: HashMap<u64, u32> = HashMap::new();
        // From here on events are handed over one by one, to find the one that kills.
        let mut suspect_from = u64::MAX;
        'afresh: loop {
            self.position = 0;
            self.artists.clear();
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
                    if let Ok(mut outcome) = self.ask(self.agent.send(batch)).await? {
                        self.artists.append(&mut outcome.touched);
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
                    return Err(shut_down(A::NAME));
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
}
