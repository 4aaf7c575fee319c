//! What the bus stores, and how far its readers have got.

use std::collections::BTreeMap;
use std::time::Duration;

use async_nats::jetstream::consumer;
use futures::TryStreamExt;
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::direct_get::DirectReader;
use crate::harness::{LeaseState, following_agent, leased_agent, state_of};
use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

/// How often a lease is looked at until it is renewed or ends.
const LOOK: Duration = Duration::from_millis(50);

/// Streams and consumers.
#[derive(Debug, Clone, Serialize)]
pub struct Status {
    /// Streams in the order of the pipeline.
    pub streams: Vec<StreamStatus>,
    /// Durable consumers: the agents' positions.
    pub consumers: Vec<ConsumerStatus>,
}

/// A stream.
#[derive(Debug, Clone, Serialize)]
pub struct StreamStatus {
    /// Name on the server.
    pub name: String,
    /// Events stored.
    pub num_events: u64,
    /// Bytes stored.
    pub num_bytes: u64,
    /// Most bytes that it may take; null where it has no limit of its own.
    pub max_bytes: Option<u64>,
    /// Sequence of the newest event: events that were ever stored, whether still held or not.
    pub last_sequence: u64,
    /// When the newest event was stored; null in an empty stream.
    #[serde(serialize_with = "rfc3339")]
    pub newest_stored_at: Option<OffsetDateTime>,
}

/// A durable consumer.
#[derive(Debug, Clone, Serialize)]
pub struct ConsumerStatus {
    /// Agent whose position it is.
    pub agent: String,
    /// Stream that it reads.
    pub stream: String,
    /// Everything up to this sequence is handled.
    pub handled_until: u64,
    /// Events stored and not handled yet, and events that it follows whose views are not all stored yet.
    pub lag: u64,
    /// Whether a process runs the agent.
    pub running: bool,
    /// Whether it waits for new events now: its state is rebuilt.
    pub reading: bool,
}

fn rfc3339<S: serde::Serializer>(time: &Option<OffsetDateTime>, serializer: S) -> Result<S::Ok, S::Error> {
    time.and_then(|time| time.format(&Rfc3339).ok()).serialize(serializer)
}

impl Bus {
    /// Looks at streams and consumers.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn status(&self) -> Result<Status> {
        let mut streams = Vec::new();
        for name in StreamName::ALL
            .into_iter()
            .filter(|name| !matches!(name, StreamName::Leases | StreamName::Sessions))
        {
            let stream = self.open(name).await?;
            let state = &stream.cached_info().state;
            streams.push(StreamStatus {
                name: stream.cached_info().config.name.clone(),
                num_events: state.messages,
                num_bytes: state.bytes,
                max_bytes: u64::try_from(stream.cached_info().config.max_bytes).ok().filter(|max| *max > 0),
                last_sequence: state.last_sequence,
                newest_stored_at: (state.messages > 0).then_some(state.last_timestamp),
            });
        }
        let consumers = self.consumers().await?;
        Ok(Status { streams, consumers })
    }

    /// Events that a stream holds.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn num_events(&self, stream: StreamName) -> Result<u64> {
        Ok(self.open(stream).await?.cached_info().state.messages)
    }

    /// Events that a stream has ever stored, whether it still holds them or not.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn num_ever_stored(&self, stream: StreamName) -> Result<u64> {
        Ok(self.open(stream).await?.cached_info().state.last_sequence)
    }

    /// Whether a process runs an agent now: one that does renews its lease.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn is_running(&self, agent: &str) -> Result<bool> {
        let mut leases = DirectReader::new(self, StreamName::Leases).await?;
        let subject = [self.subjects().wire(&format!("lease.{agent}"))];
        let Some(first) = leases.newest_of(&subject).await?.pop() else { return Ok(false) };
        loop {
            tokio::time::sleep(LOOK).await;
            match leases.newest_of(&subject).await?.pop() {
                None => return Ok(false),
                Some(lease) if lease.sequence > first.sequence => {
                    return Ok(state_of(&lease.payload) != Some(LeaseState::Free));
                }
                Some(_) => {}
            }
        }
    }

    /// What is told of the agents that run now.
    async fn leases(&self) -> Result<BTreeMap<String, LeaseState>> {
        let leases = self.newest_messages(StreamName::Leases, "lease.*").await?.into_iter();
        let told = leases.filter_map(|lease| {
            let agent = leased_agent(self.subjects().event(&lease.subject))?.to_owned();
            let state = state_of(&lease.payload)?;
            (state != LeaseState::Free).then_some((agent, state))
        });
        Ok(told.collect())
    }

    /// The agents' positions.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn consumers(&self) -> Result<Vec<ConsumerStatus>> {
        let mut found: Vec<ConsumerStatus> = Vec::new();
        let mut followed: BTreeMap<String, u64> = BTreeMap::new();
        let leases = self.leases().await?;
        for name in StreamName::ALL {
            let stream = self.open(name).await?;
            let fail = |source| BusError::Stream {
                stream: name.as_str().to_owned(),
                action: "list its consumers",
                source,
            };
            let infos: Vec<consumer::Info> =
                stream.consumers().try_collect().await.map_err(|error| fail(error.into()))?;
            for info in infos.into_iter().filter(|info| info.config.durable_name.is_some()) {
                let lag = info.num_pending + info.num_ack_pending as u64;
                if let Some(agent) = following_agent(&info.name) {
                    followed.insert(agent.to_owned(), lag);
                    continue;
                }
                let lease = leases.get(&info.name);
                found.push(ConsumerStatus {
                    // An agent of another kind is delivered to, and asks for more.
                    running: info.num_waiting > 0 || lease.is_some(),
                    reading: info.num_waiting > 0 || lease == Some(&LeaseState::Reading),
                    agent: info.name,
                    stream: info.stream_name,
                    handled_until: info.ack_floor.stream_sequence,
                    lag,
                });
            }
        }
        for agent in &mut found {
            agent.lag += followed.get(&agent.agent).copied().unwrap_or_default();
        }
        Ok(found)
    }
}
