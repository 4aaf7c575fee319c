//! The connection to a NATS system.

use std::time::Duration;

use async_nats::jetstream::{self, context::ContextBuilder};
use async_nats::{Client, ConnectOptions, ServerAddr};
use percent_encoding::percent_decode_str;
use tokio::sync::watch;

use crate::batch_cache::BatchCache;
use crate::other_servers::OtherServers;
use crate::subjects::Subjects;
use crate::{BusError, Result};

/// Where the bus is and how to get in.
#[derive(Clone)]
pub struct Settings {
    /// Address, with user and password or token where they are needed; several may be given, with commas.
    pub url: String,
    /// Credentials file (JWT and seed) where the system uses them.
    pub credentials: Option<String>,
    /// Prefix of all subjects and streams; empty for none.
    pub prefix: String,
    /// Replicas of the streams that are made: 1 on one machine, 3 or 5 on a cluster.
    pub replicas: usize,
    /// Room for all streams together, in bytes: what can be made again is kept to shares of it, so that what cannot
    /// always has room. `None` for the limit of the account, if it has one.
    pub room: Option<u64>,
    /// The same, for streams that are made now; later ones of an installation keep what they were given.
    pub room_at_first: Option<u64>,
    /// Name under which the server lists the connection.
    pub name: String,
}

impl Settings {
    /// A connection of this name to this address, with no prefix and one replica.
    pub fn new(url: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            credentials: None,
            prefix: String::new(),
            replicas: 1,
            room: None,
            room_at_first: None,
            name: name.into(),
        }
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address may hold a password.
        f.debug_struct("Settings").field("url", &without_credentials(&self.url)).finish_non_exhaustive()
    }
}

/// A connection to the bus; clones share it.
#[derive(Clone)]
pub struct Bus {
    client: Client,
    jetstream: jetstream::Context,
    subjects: Subjects,
    /// Times that the connection was lost.
    num_disconnects: watch::Receiver<u64>,
    /// What was read a moment ago.
    batches: BatchCache,
    other_servers: OtherServers,
    /// Whether whole histories are read by ordered consumers.
    reads_by_consumer: bool,
    /// User of the connection, where its address names one.
    user: Option<String>,
    pub(crate) num_replicas: usize,
    pub(crate) room: Option<u64>,
    pub(crate) room_at_first: Option<u64>,
}

/// Reports the next loss of the connection. What was under way by then may be lost, and a server that comes back
/// may have forgotten acknowledgements.
#[derive(Clone)]
pub(crate) struct Disconnect(watch::Receiver<u64>);

impl Disconnect {
    /// Whether the connection was lost since the last look.
    pub(crate) fn has_happened(&mut self) -> bool {
        let happened = self.0.has_changed().unwrap_or(true);
        self.0.mark_unchanged();
        happened
    }

    /// Waits until the connection is lost.
    pub(crate) async fn happened(&mut self) {
        if self.0.changed().await.is_err() {
            // The client is gone, which the caller's other branches notice.
            std::future::pending::<()>().await;
        }
    }
}

impl std::fmt::Debug for Bus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bus").field("subjects", &self.subjects).finish_non_exhaustive()
    }
}

/// How long a request to JetStream may take: a synced batch of 1,000 on a slow disk needs seconds.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
/// Where there are several servers, one that has said nothing for three of these is left for another.
const PING_INTERVAL: Duration = Duration::from_secs(1);

impl Bus {
    /// Connects, and makes sure that the streams are there and up to date, which the connection's user must be allowed
    /// to do.
    ///
    /// # Errors
    /// When no server answers, the credentials are refused, or the streams cannot be made.
    pub async fn connect(settings: &Settings) -> Result<Self> {
        let bus = Self::connect_only(settings).await?;
        bus.set_up_streams().await?;
        Ok(bus)
    }

    /// Connects, and expects an operator to have set up the streams.
    ///
    /// # Errors
    /// When no server answers, the credentials are refused, or a stream is not there.
    pub async fn connect_as_agent(settings: &Settings) -> Result<Self> {
        let bus = Self::connect_only(settings).await?;
        bus.expect_streams().await?;
        Ok(bus)
    }

    async fn connect_only(settings: &Settings) -> Result<Self> {
        let address = without_credentials(&settings.url);
        let fail = |source: Box<dyn std::error::Error + Send + Sync>| BusError::Connect {
            address: address.clone(),
            source,
        };
        let (servers, mut options) = read_url(&settings.url).map_err(|error| fail(error.into()))?;
        let (disconnects, num_disconnects) = watch::channel(0);
        let user = user_of(&settings.url);
        if let Some(user) = &user {
            // Each user may read the answers to its own requests only.
            options = options.custom_inbox_prefix(format!("_INBOX_{user}"));
        }
        let mut options = options
            .name(&settings.name)
            // Replays read faster than agents take in; the client must hold what is under way.
            .subscription_capacity(1 << 16)
            .client_capacity(1 << 13)
            .request_timeout(Some(REQUEST_TIMEOUT))
            .connection_timeout(Duration::from_secs(5))
            .event_callback(move |event| {
                if matches!(event, async_nats::Event::Disconnected) {
                    disconnects.send_modify(|num| *num += 1);
                }
                async move { log_event(&event) }
            });
        if let Some(path) = &settings.credentials {
            let text = std::fs::read_to_string(path)
                .map_err(|source| BusError::File { path: path.clone(), source })?;
            options = options.credentials(&text).map_err(|error| BusError::Setting {
                setting: "credentials",
                fault: format!("{path}: {error}"),
            })?;
        }
        let other_servers = OtherServers::than_one_of(servers.len());
        if other_servers.are_known() {
            options = options.ping_interval(PING_INTERVAL);
        }
        let client = options.connect(servers).await.map_err(|error| fail(error.into()))?;
        let jetstream = ContextBuilder::new().timeout(REQUEST_TIMEOUT).build(client.clone());
        let subjects = Subjects::under(&settings.prefix)?;
        let &Settings { replicas: num_replicas, room, room_at_first, .. } = settings;
        let batches = BatchCache::default();
        Ok(Self {
            client,
            jetstream,
            subjects,
            num_disconnects,
            batches,
            other_servers,
            reads_by_consumer: false,
            user,
            num_replicas,
            room,
            room_at_first,
        })
    }

    /// Who reads, for the dead letters of what cannot be read: the user of the connection, or the operator.
    pub(crate) fn reader(&self) -> String {
        self.user.clone().unwrap_or_else(|| "operator".to_owned())
    }

    /// Sends what is waiting and waits until the server has it.
    ///
    /// # Errors
    /// When the connection is gone, or the server has not taken it within five seconds.
    pub async fn flush(&self) -> Result<()> {
        let fail = |fault| BusError::Request { subject: "flush".to_owned(), fault };
        // While the server is away the client keeps what it has, and would wait for as long as that lasts.
        tokio::time::timeout(REQUEST_TIMEOUT, self.client.flush())
            .await
            .map_err(|_| fail("the server is away".to_owned()))?
            .map_err(|error| fail(error.to_string()))
    }

    /// Closes the connection of all clones, after what is waiting was sent; a server that is gone is not waited for.
    pub async fn close(&self) {
        // Flushed before it drains: a flush that reaches a client which has just drained may never be answered.
        self.flush().await.ok();
        self.client.drain().await.ok();
    }

    /// The next loss of the connection from now on.
    pub(crate) fn disconnect(&self) -> Disconnect {
        let mut num_disconnects = self.num_disconnects.clone();
        num_disconnects.mark_unchanged();
        Disconnect(num_disconnects)
    }

    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) const fn jetstream(&self) -> &jetstream::Context {
        &self.jetstream
    }

    pub(crate) const fn other_servers(&self) -> &OtherServers {
        &self.other_servers
    }

    /// The same connection, reading whole histories by ordered consumers: they cost less than Direct Get, and an operator
    /// may make them.
    pub(crate) fn reading_by_consumer(&self) -> Self {
        Self { reads_by_consumer: true, ..self.clone() }
    }

    pub(crate) const fn reads_by_consumer(&self) -> bool {
        self.reads_by_consumer
    }

    pub(crate) const fn batches(&self) -> &BatchCache {
        &self.batches
    }

    pub(crate) const fn subjects(&self) -> &Subjects {
        &self.subjects
    }
}

/// Servers of an address, and options with the user and password, or the token, in it: the client itself ignores
/// them, but would log them, so the servers come without.
pub(crate) fn read_url(url: &str) -> std::io::Result<(Vec<ServerAddr>, ConnectOptions)> {
    let servers: Vec<ServerAddr> =
        url.split(',').map(|part| part.trim().parse()).collect::<std::io::Result<_>>()?;
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let options = ConnectOptions::new();
    let named = servers.iter().find_map(|server| server.username().map(|user| (user, server.password())));
    let options = match named {
        Some((user, Some(password))) => options.user_and_password(decode(user), decode(password)),
        Some((token, None)) => options.token(decode(token)),
        None => options,
    };
    let bare: Vec<ServerAddr> = without_credentials(url)
        .split(',')
        .map(|part| part.trim().parse())
        .collect::<std::io::Result<_>>()?;
    Ok((bare, options))
}

fn log_event(event: &async_nats::Event) {
    match event {
        async_nats::Event::Disconnected => tracing::warn!("disconnected from nats"),
        async_nats::Event::SlowConsumer(_) | async_nats::Event::ServerError(_) => {
            tracing::warn!(%event, "nats");
        }
        _ => tracing::debug!(%event, "nats"),
    }
}

/// The user in an address, where it can be a token of a subject.
fn user_of(url: &str) -> Option<String> {
    let (before, _) = url.split(',').next()?.rsplit_once('@')?;
    let credentials = before.split_once("://").map_or(before, |(_, credentials)| credentials);
    let (user, _) = credentials.split_once(':')?;
    let is_token = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (!user.is_empty() && user.chars().all(is_token)).then(|| user.to_owned())
}

/// An address without secrets, for messages.
fn without_credentials(url: &str) -> String {
    url.split(',')
        .map(|part| match part.rsplit_once('@') {
            Some((before, host)) => {
                let scheme = before.split_once("://").map_or("", |(scheme, _)| scheme);
                if scheme.is_empty() { host.to_owned() } else { format!("{scheme}://{host}") }
            }
            None => part.to_owned(),
        })
        .collect::<Vec<_>>()
        .join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_that_can_be_a_token_has_an_inbox_of_its_own() {
        assert_eq!(user_of("nats://growth:pa@ss@host:4222, nats://b").as_deref(), Some("growth"));
        for other in ["nats://host:4222", "nats://token@host", "nats://a.b:c@host", "nats://:p@host"] {
            assert_eq!(user_of(other), None, "{other}");
        }
    }

    #[test]
    fn an_address_is_shown_without_its_password() {
        assert_eq!(without_credentials("nats://me:se@cret@host:4222"), "nats://host:4222");
        assert_eq!(without_credentials("nats://a,tls://u:p@b"), "nats://a,tls://b");
        let settings = Settings::new("nats://me:secret@host", "test");
        assert!(!format!("{settings:?}").contains("secret"));
        let (servers, _) = read_url("nats://me:secret@host:4222, tls://secret@b").unwrap();
        assert_eq!(servers.len(), 2);
        assert!(!format!("{servers:?}").contains("secret"));
    }
}
