//! Looks at servers from outside, at each through a connection of its own: one that is dead or stopped keeps nobody
//! from asking another.

use std::collections::BTreeMap;
use std::time::Duration;

use async_nats::jetstream;
use async_nats::jetstream::consumer::{DeliverPolicy, pull::OrderedConfig};
use futures::StreamExt;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;

use super::Remains;
use crate::support::until;

/// How long an answer may take; also how exactly a pause is known while there is no leader.
const ANSWER: Duration = Duration::from_millis(300);

pub struct Watch {
    runtime: Handle,
    clients: Vec<async_nats::Client>,
}

/// What a server knows of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamState {
    pub num_events: u64,
    pub last_sequence: u64,
    /// Which server leads it; of one server alone, that one.
    pub leader: Option<usize>,
    /// Servers that have all of it.
    pub num_current: usize,
}

/// A stored event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub subject: String,
    /// SHA-256 of its body: the bodies of years of views would not fit.
    pub body: Vec<u8>,
    /// Sequence of the event from which it follows.
    pub cause: Option<u64>,
}

impl Watch {
    /// Connects to servers at these ports as soon as they are there, again and again.
    pub(super) fn connect(runtime: &Handle, ports: &[u16]) -> Self {
        let clients = ports.iter().map(|port| {
            let options = async_nats::ConnectOptions::new()
                .retry_on_initial_connect()
                .connection_timeout(Duration::from_secs(1))
                .ping_interval(Duration::from_secs(1))
                .request_timeout(Some(ANSWER))
                .reconnect_delay_callback(|_| Duration::from_millis(50));
            let client = options.connect(format!("nats://127.0.0.1:{port}"));
            runtime.block_on(client).expect("a client")
        });
        Self { runtime: runtime.clone(), clients: clients.collect() }
    }

    /// A connection to one server.
    pub fn client(&self, index: usize) -> &async_nats::Client {
        &self.clients[index]
    }

    /// The answer of one server to a request to JetStream.
    pub fn ask(&self, index: usize, subject: &str, request: &str) -> Option<Value> {
        let client = &self.clients[index];
        if client.connection_state() != async_nats::connection::State::Connected {
            return None;
        }
        let answer = self.runtime.block_on(async {
            let request = client.request(format!("$JS.API.{subject}"), request.to_owned().into());
            tokio::time::timeout(ANSWER, request).await
        });
        let answer: Value = serde_json::from_slice(&answer.ok()?.ok()?.payload).ok()?;
        answer.get("error").is_none().then_some(answer)
    }

    pub(super) fn answers(&self, index: usize) -> bool {
        self.ask(index, "INFO", "").is_some()
    }

    /// Whether the servers make a stream with so many copies: for some moments after their start they do not.
    pub(super) fn makes_streams(&self, num_replicas: usize) -> bool {
        let stream = json!({ "name": "PROBE", "subjects": ["probe"], "storage": "memory", "num_replicas": num_replicas });
        let is_made = self.ask(0, "STREAM.CREATE.PROBE", &stream.to_string()).is_some();
        is_made && self.ask(0, "STREAM.DELETE.PROBE", "").is_some()
    }

    /// What the leader of a stream says of it, asked through one server.
    pub fn stream(&self, index: usize, stream: &str) -> Option<StreamState> {
        let info = self.ask(index, &format!("STREAM.INFO.{stream}"), "")?;
        let state = &info["state"];
        let cluster = &info["cluster"];
        let leader = match cluster["leader"].as_str() {
            Some(name) => name.strip_prefix('n').and_then(|index| index.parse().ok()),
            None if self.clients.len() == 1 => Some(0),
            None => None,
        };
        let replicas = cluster["replicas"].as_array().map_or(&[][..], Vec::as_slice);
        let is_current = |replica: &&Value| {
            replica["current"] == true
                && replica["offline"] != true
                && replica["lag"].as_u64().unwrap_or(0) == 0
        };
        Some(StreamState {
            num_events: state["messages"].as_u64()?,
            last_sequence: state["last_seq"].as_u64()?,
            leader,
            num_current: usize::from(leader.is_some()) + replicas.iter().filter(is_current).count(),
        })
    }

    /// All events of a stream, in order.
    pub fn events(&self, index: usize, stream: &str) -> Vec<Seen> {
        let mut events = Vec::new();
        // A copy that is behind answers too, and ends short.
        until(&format!("all of {stream} is read"), || {
            events = self.read(index, stream, DeliverPolicy::All).unwrap_or_default();
            self.stream(index, stream).is_some_and(|state| state.num_events == events.len() as u64)
        });
        events
    }

    fn read(&self, index: usize, stream: &str, deliver: DeliverPolicy) -> Option<Vec<Seen>> {
        let jetstream = {
            let _within = self.runtime.enter();
            jetstream::new(self.clients[index].clone())
        };
        let read = async {
            let stream = jetstream.get_stream(stream).await.ok()?;
            let config = OrderedConfig { deliver_policy: deliver, ..OrderedConfig::default() };
            let consumer = stream.create_consumer(config).await.ok()?;
            let num_stored = consumer.cached_info().num_pending as usize;
            let mut messages = consumer.messages().await.ok()?.take(num_stored);
            let mut events = Vec::with_capacity(num_stored);
            while let Some(message) = messages.next().await {
                let message = message.ok()?;
                let cause = message.headers.as_ref().and_then(|headers| headers.get("Casa24-Cause"));
                let cause = cause.and_then(|cause| cause.as_str().parse().ok());
                let (subject, body) =
                    (message.subject.to_string(), Sha256::digest(&message.payload).to_vec());
                events.push(Seen { subject, body, cause });
            }
            Some(events)
        };
        self.runtime.block_on(async { tokio::time::timeout(Duration::from_secs(20), read).await.ok()? })
    }

    /// All that is stored.
    pub(super) fn remains(&self, index: usize) -> Remains {
        let mut remains = Remains::default();
        let mut newest = BTreeMap::new();
        for stream in Remains::STREAMS {
            let events = self.events(index, stream);
            if Remains::NEWEST.contains(&stream) {
                newest.extend(events.iter().map(|event| (event.subject.clone(), event.body.clone())));
            }
            if stream == "DEAD" {
                remains.num_dead = events.len();
            } else if let Some(stream) = Remains::HISTORY.iter().find(|history| **history == stream) {
                let events = events.into_iter().map(|event| (event.subject, event.body));
                remains.history.insert(stream, events.collect());
            }
        }
        remains.newest = newest;
        remains
    }
}
