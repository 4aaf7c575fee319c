//! The durable consumer that is the position of an agent with state.

use std::time::Duration;

use async_nats::jetstream::consumer::{self, AckPolicy, PullConsumer, pull};

use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

use super::delivery_reader::Deliveries;

/// How long the server waits for an acknowledgement before it delivers again. What was lost on the way is read again at
/// once, so this only has to be longer than the slowest agent needs for what it holds.
const ACK_WAIT: Duration = Duration::from_secs(900);

/// The durable consumer of an agent: its position in a stream.
pub(crate) struct DurableConsumer<'a> {
    pub(crate) bus: &'a Bus,
    /// Name of the consumer.
    pub(crate) name: &'a str,
    pub(crate) stream: StreamName,
    pub(crate) filter: &'static str,
    /// Most events that may wait for their acknowledgement.
    pub(crate) max_unacknowledged: usize,
}

impl DurableConsumer<'_> {
    fn fail(
        &self,
        action: &'static str,
    ) -> impl Fn(Box<dyn std::error::Error + Send + Sync>) -> BusError + use<> {
        let consumer = self.name.to_owned();
        move |source| BusError::Consumer { consumer: consumer.clone(), action, source }
    }

    /// The durable consumer, made where it is missing: at the first start, or where an operator deleted it.
    pub(crate) async fn open(&self) -> Result<PullConsumer> {
        let config = pull::Config {
            durable_name: Some(self.name.to_owned()),
            description: Some("position of the agent".to_owned()),
            filter_subject: self
                .stream
                .narrow(self.filter)
                .map(|filter| self.bus.subjects().wire(filter))
                .unwrap_or_default(),
            ack_policy: AckPolicy::All,
            ack_wait: ACK_WAIT,
            max_ack_pending: i64::try_from(self.max_unacknowledged).unwrap_or(i64::MAX),
            ..pull::Config::default()
        };
        let stream = self.bus.open(self.stream).await?;
        stream.create_consumer(config).await.map_err(|error| self.fail("create it")(error.into()))
    }

    /// Everything behind a sequence, from now on. The consumer is reset to it (ADR-60 of NATS), so that what was
    /// handed out and not acknowledged comes again first.
    pub(crate) async fn deliveries_behind(&self, sequence: u64, chunk: usize) -> Result<Deliveries> {
        let disconnect = self.bus.disconnect();
        let consumer = self.open().await?;
        let reset = self.move_behind(sequence).await?;
        let messages = consumer
            .stream()
            .max_messages_per_batch(2 * chunk)
            .heartbeat(Duration::from_secs(2))
            .expires(Duration::from_secs(20))
            .messages()
            .await
            .map_err(|error| self.fail("read it")(error.into()))?;
        let next = reset.delivered.consumer_sequence + 1;
        Ok(Deliveries::new(messages, disconnect, next, sequence, chunk))
    }

    /// Sets the consumer behind a sequence.
    pub(crate) async fn move_behind(&self, sequence: u64) -> Result<consumer::Info> {
        let stream = self.bus.open(self.stream).await?;
        let reset = stream
            .reset_consumer(self.name, Some(sequence + 1))
            .await
            .map_err(|error| self.fail("reset it (nats-server 2.14 or newer is needed)")(error.into()))?;
        Ok(reset.info)
    }
}
