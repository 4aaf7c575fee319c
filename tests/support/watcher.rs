//! Looks at a bus from outside, past the program.

use async_nats::jetstream::consumer::{DeliverPolicy, pull::OrderedConfig};
use futures::StreamExt;

/// Looks at a bus from outside.
pub struct Watcher {
    pub runtime: tokio::runtime::Runtime,
    pub jetstream: async_nats::jetstream::Context,
}

impl Watcher {
    pub fn connect(url: String) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let client = runtime
            .block_on(async {
                async_nats::ConnectOptions::new().retry_on_initial_connect().connect(url).await
            })
            .expect("a client");
        let within = runtime.enter();
        let mut jetstream = async_nats::jetstream::new(client);
        drop(within);
        jetstream.set_timeout(std::time::Duration::from_secs(1));
        Self { runtime, jetstream }
    }

    pub fn is_connected(&self) -> bool {
        self.runtime.block_on(self.jetstream.query_account()).is_ok()
    }

    /// Events that all streams together have stored; nothing while the server is away.
    pub fn num_stored(&self) -> Option<u64> {
        self.runtime.block_on(async {
            let mut num_stored = 0;
            for stream in ["RAW", "VALID", "REJECTED", "VIEWS"] {
                num_stored += self.jetstream.get_stream(stream).await.ok()?.cached_info().state.last_sequence;
            }
            Some(num_stored)
        })
    }

    pub fn consumer(&self, stream: &str, name: &str) -> Option<async_nats::jetstream::consumer::Info> {
        self.runtime
            .block_on(async { self.jetstream.get_stream(stream).await.ok()?.consumer_info(name).await.ok() })
    }

    /// Sequence of the agent's lease, and whether a process holds it; 0 where there is none.
    pub fn lease(&self, agent: &str) -> (u64, bool) {
        self.runtime.block_on(async {
            let Ok(leases) = self.jetstream.get_stream("LEASES").await else { return (0, false) };
            let lease = leases.direct_get_last_for_subject(format!("lease.{agent}")).await;
            lease.map_or((0, false), |lease| (lease.sequence, lease.payload != "\"free\""))
        })
    }

    /// Whether a process holds the agent's lease.
    pub fn is_running(&self, agent: &str) -> bool {
        self.lease(agent).1
    }

    pub fn lag(&self, stream: &str, position: &str) -> Option<u64> {
        let position = self.consumer(stream, position)?;
        Some(position.num_pending + position.num_ack_pending as u64)
    }

    /// Subject, message id and body of each event.
    pub fn read(&self, stream: &str, filter: &str, deliver: DeliverPolicy) -> Vec<(String, String, Vec<u8>)> {
        self.runtime.block_on(async {
            let stream = self.jetstream.get_stream(stream).await.expect("the stream");
            let config = OrderedConfig {
                filter_subject: filter.to_owned(),
                deliver_policy: deliver,
                ..OrderedConfig::default()
            };
            let consumer = stream.create_consumer(config).await.expect("a reader");
            let num_stored = consumer.cached_info().num_pending as usize;
            let messages = consumer.messages().await.expect("messages").take(num_stored);
            let events = messages.map(|message| {
                let message = message.expect("a message");
                let id = message.headers.as_ref().and_then(|headers| headers.get("Nats-Msg-Id"));
                let id = id.map(ToString::to_string).unwrap_or_default();
                (message.subject.to_string(), id, message.payload.to_vec())
            });
            events.collect().await
        })
    }
}
