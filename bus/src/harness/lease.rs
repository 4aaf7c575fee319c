//! One at a time: two processes that ran the same agent with state would overtake each other, and the newest event
//! of a subject could be an older view.
//!
//! The lease is a consumer on the stream that the agent reads, which can be made only once and delivers nothing.
//! It delivers to an inbox of its holder: when the holder's connection ends, for whatever reason, the server
//! deletes it. Others stand by until then.

use std::time::Duration;

use async_nats::Subscriber;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, push};
use async_nats::jetstream::stream::{ConsumerCreateStrictErrorKind, Stream};

use crate::connection::Disconnect;
use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

/// How long the lease outlives its holder's connection.
const OUTLIVES: Duration = Duration::from_secs(1);
/// Nobody waits longer than this for the server to take the lease back: it ends by itself.
const RETURN_WITHIN: Duration = Duration::from_secs(1);
/// What the name of a lease begins with; the name of the agent follows.
const NAME_STEM: &str = "lease-";

/// The right to run an agent.
pub(super) struct Lease {
    stream: Stream,
    name: String,
    inbox: String,
    /// Since it was last looked at.
    disconnect: Disconnect,
    // Held, not read: the lease goes with it.
    _interest: Subscriber,
}

impl Lease {
    /// Takes the lease, if nobody holds it.
    pub(super) async fn take(bus: &Bus, stream_name: StreamName, agent: &str) -> Result<Option<Self>> {
        let name = format!("{NAME_STEM}{agent}");
        let fail = |source| BusError::Consumer { consumer: name.clone(), action: "create it", source };
        let disconnect = bus.disconnect();
        let stream = bus.open(stream_name).await?;
        let inbox = bus.client().new_inbox();
        let interest = bus.client().subscribe(inbox.clone()).await.map_err(|error| fail(error.into()))?;
        let config = push::Config {
            name: Some(name.clone()),
            description: Some("who runs the agent".to_owned()),
            deliver_subject: inbox.clone(),
            deliver_policy: DeliverPolicy::New,
            ack_policy: AckPolicy::None,
            filter_subject: bus.subjects().wire(&stream_name.never_used()),
            inactive_threshold: OUTLIVES,
            memory_storage: true,
            ..push::Config::default()
        };
        match stream.create_consumer_strict(config).await {
            Ok(_) => Ok(Some(Self { stream, name, inbox, disconnect, _interest: interest })),
            Err(error) if error.kind() == ConsumerCreateStrictErrorKind::AlreadyExists => Ok(None),
            Err(error) => Err(fail(error.into())),
        }
    }

    /// Whether it is still held: a server that was killed forgets it.
    pub(super) async fn is_held(&self) -> bool {
        let info = self.stream.consumer_info(&self.name).await;
        info.is_ok_and(|info| info.config.deliver_subject.as_ref() == Some(&self.inbox))
    }

    /// Whether it is still held, without asking where the connection was there all along.
    pub(super) async fn is_still_held(&mut self) -> bool {
        !self.disconnect.has_happened() || self.is_held().await
    }

    /// Gives it back, so that the next one need not wait.
    pub(super) async fn give_back(self) {
        drop(tokio::time::timeout(RETURN_WITHIN, self.stream.delete_consumer(&self.name)).await);
    }
}

/// The agent whose lease a consumer is.
pub(crate) fn leased_agent(consumer: &str) -> Option<&str> {
    consumer.strip_prefix(NAME_STEM)
}
