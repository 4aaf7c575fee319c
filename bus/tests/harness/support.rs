//! A bus of a test's own, agents at work on it, and waiting for a condition.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use async_nats::jetstream::consumer::pull::OrderedConfig;
use casa24_bus::{
    Bus, CAUSE, Counters, Embedded, NatsServer, Outgoing, Patience, Runner, Settings, Shutdown, StreamName,
};
use casa24_schemas::{DeadLetter, Event};
use futures::{StreamExt, TryStreamExt};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::events::Sum;

/// How long a condition may take to come true on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server on a folder of its own; both end with it.
pub(crate) struct Site {
    pub(crate) bus: Bus,
    // Dropped after the bus: with the test's runtime the server is killed.
    server: NatsServer,
    folder: TempDir,
    url: String,
}

impl Site {
    pub(crate) async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let Embedded::Started(server) = NatsServer::start_or_find(folder.path()).await.unwrap() else {
            panic!("somebody else is in the new folder {}", folder.path().display());
        };
        let url = server.url().to_owned();
        let bus = Bus::connect(&Settings::new(&url, "test")).await.unwrap();
        Self { bus, server, folder, url }
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub(crate) fn settings(&self) -> Settings {
        Settings::new(&self.url, "test")
    }

    /// Stops the server for good.
    pub(crate) async fn stop_server(self) {
        self.server.stop().await.unwrap();
    }

    /// Another connection, as another process has it.
    pub(crate) async fn connect(&self) -> Bus {
        Bus::connect(&self.settings()).await.unwrap()
    }

    /// A connection past the bus.
    pub(crate) async fn client(&self) -> async_nats::Client {
        let (user, password) =
            self.url.trim_start_matches("nats://").split_once('@').unwrap().0.split_once(':').unwrap();
        let options =
            async_nats::ConnectOptions::new().user_and_password(user.to_owned(), password.to_owned());
        options.connect(self.url.as_str()).await.unwrap()
    }

    pub(crate) async fn publish<E: Event>(&self, events: &[E]) -> u64 {
        publish(&self.bus, events).await
    }

    pub(crate) async fn stored<E: Event>(&self, filter: &str) -> Vec<E> {
        let events = self.bus.replay::<E>(filter).await.unwrap();
        events.map_ok(|stored| stored.event).try_collect().await.unwrap()
    }

    pub(crate) async fn letters(&self) -> Vec<DeadLetter> {
        self.stored("dead.>").await
    }

    pub(crate) async fn num_events(&self, stream: StreamName) -> u64 {
        // Nothing while the server is away.
        self.bus.num_events(stream).await.unwrap_or(0)
    }

    /// Events that a stream has ever stored: of a view it holds the newest only.
    pub(crate) async fn num_ever_stored(&self, stream: StreamName) -> u64 {
        self.bus.num_ever_stored(stream).await.unwrap_or(0)
    }

    /// Waits until a stream has stored so many events.
    pub(crate) async fn until_stored(&self, stream: StreamName, num_events: u64) {
        until(&format!("{stream:?} has stored {num_events} events"), async || {
            self.num_ever_stored(stream).await >= num_events
        })
        .await;
    }

    /// Waits until an agent has nothing left to do.
    pub(crate) async fn until_done(&self, agent: &str) {
        until(&format!("{agent} is done"), async || {
            let consumers = self.bus.consumers().await.unwrap_or_default();
            consumers.iter().any(|consumer| consumer.agent == agent && consumer.lag == 0)
        })
        .await;
    }

    /// Cause of every event of a stream, in order; each message id is there once.
    pub(crate) async fn causes(&self, stream: &str) -> Vec<u64> {
        self.numbers(stream, CAUSE).await
    }

    /// A number that stands in a header of every event of a stream, in order; each message id is there once.
    pub(crate) async fn numbers(&self, stream: &str, name: &str) -> Vec<u64> {
        let jetstream = async_nats::jetstream::new(self.client().await);
        let consumer = jetstream
            .get_stream(stream)
            .await
            .unwrap()
            .create_consumer(OrderedConfig { headers_only: true, ..OrderedConfig::default() })
            .await
            .unwrap();
        let num_stored = consumer.cached_info().num_pending as usize;
        let messages: Vec<_> =
            consumer.messages().await.unwrap().take(num_stored).try_collect().await.unwrap();
        let header = |index: usize, name: &str| {
            messages[index].headers.as_ref().and_then(|headers| headers.get(name)).unwrap().to_string()
        };
        let ids: BTreeSet<String> = (0..num_stored).map(|index| header(index, "Nats-Msg-Id")).collect();
        assert_eq!(ids.len(), num_stored, "events of {stream} are doubled");
        (0..num_stored).map(|index| header(index, name).parse().unwrap()).collect()
    }

    /// `kill -9` of the server; its keeper starts it again.
    pub(crate) async fn kill_server(&self) {
        let pid = self.server_pid().unwrap();
        assert!(kill(pid));
        until("another server is there", async || self.server_pid().is_some_and(|found| found != pid)).await;
    }

    fn server_pid(&self) -> Option<u64> {
        let text = std::fs::read(self.folder.path().join("bus.json")).ok()?;
        serde_json::from_slice::<serde_json::Value>(&text).ok()?["pid"].as_u64()
    }
}

fn kill(pid: u64) -> bool {
    let status = Command::new("kill").arg("-KILL").arg(pid.to_string()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Artist and sum of each newest view.
pub(crate) async fn newest(site: &Site) -> Vec<(String, u64)> {
    let views = site.bus.newest::<Sum>("growth.*").await.unwrap();
    let mut views: Vec<_> = views.into_iter().map(|view| (view.event.artist, view.event.sum)).collect();
    views.sort();
    views
}

pub(crate) async fn publish<E: Event>(bus: &Bus, events: &[E]) -> u64 {
    let outgoing: Vec<Outgoing> = events.iter().map(Outgoing::root).collect();
    bus.publish(&outgoing, Patience::AGENT).await.unwrap()
}

/// Waits until a condition is true.
pub(crate) async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition().await {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        // Neither the server nor the agent reports when it comes true.
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Holds up an agent, in a thread of its own, for as long as it is shut. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gate(Arc<(Mutex<GateState>, Condvar)>);

#[derive(Debug, Default)]
struct GateState {
    is_shut: bool,
    num_waiting: usize,
}

impl Gate {
    pub(crate) fn shut() -> Self {
        let gate = Self::default();
        gate.0.0.lock().unwrap().is_shut = true;
        gate
    }

    pub(crate) fn open(&self) {
        self.0.0.lock().unwrap().is_shut = false;
        self.0.1.notify_all();
    }

    /// Waits until the gate is open.
    pub(crate) fn pass(&self) {
        let mut state = self.0.0.lock().unwrap();
        state.num_waiting += 1;
        let mut state = self.0.1.wait_while(state, |state| state.is_shut).unwrap();
        state.num_waiting -= 1;
    }

    /// Waits until an agent stands before it.
    pub(crate) async fn until_reached(&self) {
        until("the agent is at the gate", async || self.0.0.lock().unwrap().num_waiting > 0).await;
    }
}

/// An agent at work.
pub(crate) struct Running {
    pub(crate) counters: Counters,
    shutdown: Shutdown,
    task: JoinHandle<casa24_bus::Result<()>>,
}

impl Running {
    pub(crate) fn start(bus: &Bus, agent: Runner) -> Self {
        let (shutdown, counters) = (Shutdown::default(), agent.counters());
        let task = tokio::spawn(agent.run(bus.clone(), shutdown.clone(), None));
        Self { counters, shutdown, task }
    }

    /// In good order.
    pub(crate) async fn stop(self) {
        self.shutdown.begin();
        self.task.await.unwrap().unwrap();
    }

    /// As with `kill -9`: nothing is finished.
    pub(crate) async fn kill(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }

    pub(crate) fn is_running(&self) -> bool {
        !self.task.is_finished()
    }
}
