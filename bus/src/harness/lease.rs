//! One at a time: two processes that ran the same agent with state would overtake each other, and the newest event
//! of a subject could be an older view.
//!
//! The lease is a consumer on a stream that the agent may read, which can be created only once and delivers nothing.
//! It delivers to an inbox of its holder: when the holder's connection ends, for whatever reason, the server
//! deletes it. Others stand by until then.

use std::time::Duration;

use async_nats::Subscriber;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, push};
use async_nats::jetstream::stream::{ConsumerCreateStrictErrorKind, Stream};

use crate::connection::Disconnect;
use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

/// How often an agent that stands by tries to take the lease.
pub(crate) const STAND_BY: Duration = Duration::from_millis(250);
/// How long the lease outlives its holder's connection.
const OUTLIVES: Duration = Duration::from_secs(1);
/// Nobody waits longer than this for the server to take the lease back: it ends by itself.
const RETURN_WITHIN: Duration = Duration::from_secs(1);
/// What the name of a lease begins with; the name of the agent follows.
const NAME_STEM: &str = "lease-";

/// What came of asking for the lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Acquired {
    /// It was held all along.
    Kept,
    /// It was taken now: another process may have run the agent in between.
    Anew,
    /// Another process holds it.
    HeldElsewhere,
}

/// The lease of an agent, held or wanted.
pub(crate) struct Lease {
    bus: Bus,
    stream: StreamName,
    agent: &'static str,
    held: Option<Held>,
}

/// A lease that was taken.
struct Held {
    stream: Stream,
    name: String,
    inbox: String,
    /// Since it was last looked at.
    disconnect: Disconnect,
    // Held, not read: the lease goes with it.
    _interest: Subscriber,
}

impl Lease {
    /// The lease of an agent, on this stream; not taken yet.
    pub(crate) const fn new(bus: Bus, stream: StreamName, agent: &'static str) -> Self {
        Self { bus, stream, agent, held: None }
    }

    /// Keeps or takes the lease, if no other process holds it.
    pub(crate) async fn acquire_lease(&mut self) -> Result<Acquired> {
        if let Some(held) = &self.held {
            if held.is_on_server().await {
                return Ok(Acquired::Kept);
            }
            self.held = None;
        }
        self.held = Held::take(&self.bus, self.stream, self.agent).await?;
        if self.held.is_some() {
            return Ok(Acquired::Anew);
        }
        tracing::debug!(agent = self.agent, "runs elsewhere, standing by");
        Ok(Acquired::HeldElsewhere)
    }

    /// Whether no other process can have run the agent since the lease was taken. The server is asked only where the
    /// connection was lost in between.
    pub(crate) async fn still_holds_lease(&mut self) -> bool {
        match &mut self.held {
            Some(held) => !held.disconnect.has_happened() || held.is_on_server().await,
            None => false,
        }
    }

    /// Gives it back, so that the next one need not wait.
    pub(crate) async fn give_back(self) {
        if let Some(held) = self.held {
            drop(tokio::time::timeout(RETURN_WITHIN, held.stream.delete_consumer(&held.name)).await);
        }
    }
}

impl Held {
    async fn take(bus: &Bus, stream_name: StreamName, agent: &str) -> Result<Option<Self>> {
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

    /// Whether the server still has it: one that was killed forgets it.
    async fn is_on_server(&self) -> bool {
        let info = self.stream.consumer_info(&self.name).await;
        info.is_ok_and(|info| info.config.deliver_subject.as_ref() == Some(&self.inbox))
    }
}

/// The agent whose lease a consumer is.
pub(crate) fn leased_agent(consumer: &str) -> Option<&str> {
    consumer.strip_prefix(NAME_STEM)
}
