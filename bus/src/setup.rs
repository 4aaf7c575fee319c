//! What must be on the server before agents can run: streams, and the agents' positions in them. Operators make them;
//! agents make nothing.

use std::time::Duration;

use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::consumer::{AckPolicy, pull};
use async_nats::jetstream::context::{ConsumerInfoErrorKind, CreateStreamErrorKind, GetStreamErrorKind};
use async_nats::jetstream::stream::{Config, ConsumerErrorKind, Stream};

use crate::harness::{Declaration, Position, REQUEST_ACK_WAIT};
use crate::patience::Patience;
use crate::streams::{StreamName, config, updated};
use crate::{Bus, BusError, Result};

/// How long an agent that starts asks for its streams: three times, as an answer may take five seconds.
const ANSWERED_WITHIN: Patience = Patience::of(Duration::from_secs(12));
/// What is said where something is not there and may not be made.
const ADVICE: &str = "run `casa24 setup` as the operator";

/// How long the server waits for an acknowledgement before it delivers again. Agents of ours read without being
/// delivered to; for others it only has to be longer than they need for what they hold.
const ACK_WAIT: Duration = Duration::from_secs(900);

impl Bus {
    /// Makes the streams, and brings those up to date that an earlier version made.
    ///
    /// # Errors
    /// When the server refuses.
    pub(crate) async fn set_up_streams(&self) -> Result<()> {
        let room = match self.room {
            Some(room) => Some(room),
            None => self.room_of_account().await,
        };
        // One after the other: a subject must leave one stream before another may have it.
        for name in StreamName::ALL {
            self.set_up_stream(name, room).await?;
        }
        Ok(())
    }

    async fn room_of_account(&self) -> Option<u64> {
        let account = self.jetstream().query_account().await.ok()?;
        u64::try_from(account.limits.max_storage?).ok().filter(|limit| *limit > 0)
    }

    async fn set_up_stream(&self, name: StreamName, room: Option<u64>) -> Result<()> {
        let with_room = |room| config(self.subjects(), self.num_replicas, room, name);
        let wanted = with_room(room);
        let stream = wanted.name.clone();
        let config: Config = match self.jetstream().get_stream(&stream).await {
            Ok(existing) => {
                let existing = &existing.cached_info().config;
                let updated = updated(existing, wanted);
                if updated == *existing {
                    return Ok(());
                }
                updated
            }
            Err(_) => with_room(room.or(self.room_at_first)),
        };
        let mut tries = Patience::COMMAND.begin();
        loop {
            let made = self.jetstream().create_or_update_stream(config.clone()).await;
            let Err(error) = made else { return Ok(()) };
            let is_forming = is_forming(&error.kind());
            let (stream, action) = (stream.clone(), "make it or bring it up to date");
            let error = BusError::Stream { stream, action, source: error.into() };
            if !is_forming {
                return Err(error);
            }
            tries.pause_after(error).await?;
        }
    }

    /// Looks whether every stream is there. A server that restarts meanwhile does not answer, and is asked again.
    pub(crate) async fn expect_streams(&self) -> Result<()> {
        for name in StreamName::ALL {
            let stream = self.subjects().stream(name.as_str());
            let fault = |source| BusError::Stream { stream: stream.clone(), action: "find it", source };
            let looked_up =
                ANSWERED_WITHIN.retry(async || match self.jetstream().get_stream(&stream).await {
                    Err(error) if matches!(error.kind(), GetStreamErrorKind::Request) => {
                        Err(fault(error.into()))
                    }
                    answered => Ok(answered),
                });
            let Err(error) = looked_up.await? else { continue };
            let is_missing = matches!(
                error.kind(),
                GetStreamErrorKind::JetStream(ref error)
                    if error.error_code() == ErrorCode::STREAM_NOT_FOUND
            );
            let advised = format!("{error}; {ADVICE}");
            return Err(fault(if is_missing { advised.into() } else { error.into() }));
        }
        Ok(())
    }

    /// Makes the positions of an agent, where they are missing: at its first start, or where an operator deleted one.
    ///
    /// # Errors
    /// When they are missing and the connection's user may not make them.
    pub async fn set_up_agent(&self, agent: &Declaration) -> Result<()> {
        for position in agent.positions()? {
            self.set_up_position(&position).await?;
        }
        Ok(())
    }

    /// Makes the position of an agent that is another program, where it is missing.
    ///
    /// # Errors
    /// When no stream stores what it consumes, or the server refuses.
    pub async fn set_up_other_agent(&self, name: &str, consumes: &str) -> Result<()> {
        let stream = StreamName::storing(consumes)?;
        let (consumer, filter) = (name.to_owned(), consumes.to_owned());
        self.set_up_position(&Position { stream, consumer, filter, max_held: None }).await
    }

    async fn set_up_position(&self, position: &Position) -> Result<()> {
        let stream = self.open(position.stream).await?;
        match stream.consumer_info(&position.consumer).await {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == ConsumerInfoErrorKind::NotFound => {
                make(&stream, self.config_of(position)).await
            }
            Err(error) => Err(fail(&position.consumer, "find it", error.into())),
        }
    }

    fn config_of(&self, position: &Position) -> pull::Config {
        let common = pull::Config {
            durable_name: Some(position.consumer.clone()),
            // Without a filter the server knows at once how many events wait, however long the stream is.
            filter_subject: position
                .stream
                .narrow(&position.filter)
                .map(|filter| self.subjects().wire(filter))
                .unwrap_or_default(),
            ..pull::Config::default()
        };
        match position.max_held {
            Some(max_held) => pull::Config {
                description: Some("requests of the agent".to_owned()),
                ack_policy: AckPolicy::Explicit,
                ack_wait: REQUEST_ACK_WAIT,
                max_ack_pending: i64::try_from(max_held).unwrap_or(i64::MAX),
                ..common
            },
            None => pull::Config {
                description: Some("position of the agent".to_owned()),
                ack_policy: AckPolicy::All,
                ack_wait: ACK_WAIT,
                ..common
            },
        }
    }
}

/// Whether the servers of a cluster have not all found each other yet.
fn is_forming(error: &CreateStreamErrorKind) -> bool {
    let CreateStreamErrorKind::JetStream(error) = error else { return false };
    [ErrorCode::CLUSTER_NO_PEERS, ErrorCode::CLUSTER_NOT_AVAILABLE].contains(&error.error_code())
}

async fn make(stream: &Stream, config: pull::Config) -> Result<()> {
    let name = config.durable_name.clone().unwrap_or_default();
    match stream.create_consumer(config).await {
        Ok(_) => Ok(()),
        Err(error) if matches!(error.kind(), ConsumerErrorKind::TimedOut) => {
            // The server does not answer a request that the user may not make.
            let fault = format!("{name} is not there, and this user may not make it: {ADVICE}");
            Err(BusError::Setting { setting: "positions of the agents", fault })
        }
        Err(error) => Err(fail(&name, "make it", error.into())),
    }
}

fn fail(consumer: &str, action: &'static str, source: Box<dyn std::error::Error + Send + Sync>) -> BusError {
    BusError::Consumer { consumer: consumer.to_owned(), action, source }
}
