//! The position of an agent in a stream: a durable consumer that delivers nothing and remembers up to where the agent
//! is done.

use async_nats::jetstream::stream::Stream;

use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

/// The position of an agent in a stream.
#[derive(Debug, Clone)]
pub(crate) struct StoredPosition {
    /// Name of the consumer.
    pub(crate) consumer: String,
    pub(crate) stream: StreamName,
    opened: Option<Stream>,
}

impl StoredPosition {
    pub(crate) const fn new(consumer: String, stream: StreamName) -> Self {
        Self { consumer, stream, opened: None }
    }

    fn fail(
        &self,
        action: &'static str,
    ) -> impl Fn(Box<dyn std::error::Error + Send + Sync>) -> BusError + use<> {
        let consumer = self.consumer.clone();
        move |source| BusError::Consumer { consumer: consumer.clone(), action, source }
    }

    /// Everything up to this sequence is done, as far as the server remembers.
    pub(crate) async fn look_up(&mut self, bus: &Bus) -> Result<u64> {
        let stream = self.opened.insert(bus.open(self.stream).await?);
        let info = stream.consumer_info(&self.consumer).await;
        let info = info.map_err(|error| self.fail("find it")(error.into()))?;
        Ok(info.ack_floor.stream_sequence)
    }

    /// Everything up to this sequence is done: the consumer is reset to the next one (ADR-60 of NATS).
    pub(crate) async fn move_behind(&mut self, bus: &Bus, sequence: u64) -> Result<()> {
        let stream = match &self.opened {
            Some(stream) => stream,
            None => self.opened.insert(bus.open(self.stream).await?),
        };
        let reset = stream.reset_consumer(&self.consumer, Some(sequence + 1)).await;
        reset.map_err(|error| self.fail("move it (nats-server 2.14 or newer is needed)")(error.into()))?;
        Ok(())
    }
}
