//! Stored messages by an ordered consumer, which costs the server less than Direct Get, and which an operator's command
//! may make.

use std::time::Duration;

use async_nats::jetstream::consumer::DeliverPolicy;
use async_nats::jetstream::consumer::pull::{Ordered, OrderedConfig};
use async_nats::jetstream::stream::Stream;
use futures::StreamExt;

use crate::batch::Batch;
use crate::batch_cache::BATCH;
use crate::delivery::Delivery;
use crate::{BusError, Result};

/// How long the next message may take: as long as a command waits for the bus.
const NEXT_WITHIN: Duration = Duration::from_secs(60);

/// A reading that ends.
pub(crate) struct OrderedReader {
    stream: String,
    messages: Ordered,
    /// Last sequence to read.
    last: u64,
    at_end: bool,
}

impl OrderedReader {
    /// Messages under a filter (of subjects with the installation's prefix; all where there is none) between two
    /// sequences, both included.
    pub(crate) async fn open(stream: &Stream, filter: Option<String>, from: u64, last: u64) -> Result<Self> {
        let name = stream.cached_info().config.name.clone();
        let config = OrderedConfig {
            filter_subject: filter.unwrap_or_default(),
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: from },
            ..OrderedConfig::default()
        };
        let consumer = stream.create_consumer(config).await.map_err(|error| fault(&name, error))?;
        let at_end = from > last || consumer.cached_info().num_pending == 0;
        let messages = consumer.messages().await.map_err(|error| fault(&name, error))?;
        Ok(Self { stream: name, messages, last, at_end })
    }

    /// The next messages, at least one; `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Batch>> {
        let mut deliveries = Vec::with_capacity(BATCH);
        while !self.at_end && deliveries.len() < BATCH {
            // It makes its consumer anew for as long as the bus is away.
            let message = tokio::time::timeout(NEXT_WITHIN, self.messages.next()).await;
            let message = message.map_err(|_| fault(&self.stream, "the server does not answer"))?;
            let message = message.ok_or_else(|| fault(&self.stream, "its consumer is gone"))?;
            let message = message.map_err(|error| fault(&self.stream, error))?;
            let Some(delivery) = Delivery::of_ordered_consumer(message) else { continue };
            self.at_end = delivery.pending == 0 || delivery.sequence >= self.last;
            if delivery.sequence <= self.last {
                deliveries.push(delivery);
            }
        }
        Ok(Some(deliveries).filter(|deliveries| !deliveries.is_empty()).map(Batch::new))
    }
}

fn fault(stream: &str, error: impl Into<async_nats::Error>) -> BusError {
    BusError::Stream { stream: stream.to_owned(), action: "read it", source: error.into() }
}
