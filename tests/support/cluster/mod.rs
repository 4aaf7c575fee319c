//! Real servers on loopback, one or a cluster of three, each a process with ports and a store of its own; and what
//! befalls them: killed, stopped, cut off from the others, started again.

#![allow(dead_code, missing_docs, unreachable_pub, reason = "each test target uses a part")]

mod line;
mod remains;
mod watch;

use std::net::TcpListener;
use std::ops::Range;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{House, PATIENCE, signal, until};

pub use line::Line;
pub use remains::{Remains, faults, stale};
pub use watch::{Seen, StreamState, Watch};

/// One server.
struct Node {
    port: u16,
    config: PathBuf,
    /// Gone while it is killed.
    process: Option<Child>,
    is_stopped: bool,
}

/// The servers; gone when dropped.
pub struct Cluster {
    nodes: Vec<Node>,
    /// From each node to each other one.
    routes: Vec<(usize, usize, Line)>,
    watch: Watch,
    // After all that runs on it.
    runtime: tokio::runtime::Runtime,
    pub house: House,
}

/// Ports that nothing listens on, and that no connection is given: a server that is down must find its own free again.
fn free_ports(num: usize) -> Vec<u16> {
    /// Below those that systems give to connections.
    const PORTS: Range<u16> = 20_000..32_000;
    let begin = std::process::id() * 61 % u32::from(PORTS.end - PORTS.start);
    let begin = PORTS.start + u16::try_from(begin).expect("within the range");
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let ports: Vec<u16> = (begin..PORTS.end).chain(PORTS.start..begin).filter(is_free).take(num).collect();
    assert_eq!(ports.len(), num, "no free ports");
    ports
}

impl Cluster {
    /// Starts servers, and waits until they take requests.
    pub fn start(num_nodes: usize) -> Self {
        let house = House::new();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let ports = free_ports(2 * num_nodes);
        let (ports, route_ports) = ports.split_at(num_nodes);
        let pairs = (0..num_nodes).flat_map(|from| (0..num_nodes).map(move |to| (from, to)));
        let routes: Vec<(usize, usize, Line)> = pairs
            .filter(|(from, to)| from != to)
            .map(|(from, to)| (from, to, Line::to(runtime.handle(), &[route_ports[to]])))
            .collect();
        let nodes = (0..num_nodes).map(|index| {
            let store = house.path(&format!("n{index}"));
            let mut config = format!(
                "server_name: n{index}\nlisten: \"127.0.0.1:{}\"\n\
                 jetstream {{ store_dir: {store:?}, sync_interval: always }}\n",
                ports[index]
            );
            if num_nodes > 1 {
                let to_others = routes.iter().filter(|(from, _, _)| *from == index);
                let urls: Vec<String> = to_others.map(|(_, _, line)| format!("{:?}", line.url())).collect();
                config.push_str(&format!(
                    "cluster {{ name: casa24, listen: \"127.0.0.1:{}\", no_advertise: true, routes: [{}] }}\n",
                    route_ports[index],
                    urls.join(", ").replace("nats://", "nats-route://")
                ));
            }
            let config = house.write(&format!("n{index}.conf"), config);
            Node { port: ports[index], config, process: None, is_stopped: false }
        });
        let nodes: Vec<Node> = nodes.collect();
        let watch = Watch::connect(runtime.handle(), ports);
        let mut cluster = Self { nodes, routes, watch, runtime, house };
        (0..num_nodes).for_each(|index| cluster.start_again(index));
        until("the servers take requests", || cluster.is_ready());
        until("the servers make streams", || cluster.watch.makes_streams(num_nodes));
        cluster
    }

    /// Whether every server that runs answers for JetStream.
    pub fn is_ready(&self) -> bool {
        self.running().all(|index| self.watch.answers(index))
    }

    /// Number of servers, whatever befell them.
    pub fn num_nodes(&self) -> usize {
        self.nodes.len()
    }

    /// Servers that run and are not stopped.
    pub fn running(&self) -> impl Iterator<Item = usize> {
        self.nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.process.is_some() && !node.is_stopped)
            .map(|(index, _)| index)
    }

    /// A line to all servers for one client.
    pub fn line(&self) -> Line {
        let ports: Vec<u16> = self.nodes.iter().map(|node| node.port).collect();
        Line::to(self.runtime.handle(), &ports)
    }

    /// The addresses of the servers themselves.
    pub fn url(&self) -> String {
        let addresses = self.nodes.iter().map(|node| format!("nats://127.0.0.1:{}", node.port));
        addresses.collect::<Vec<_>>().join(",")
    }

    /// The program on these servers, with a copy of each stream on every one.
    pub fn casa24(&self, url: &str, arguments: &[&str]) -> Command {
        let mut command = self.house.casa24(arguments);
        command.env("NATS_URL", url).env("CASA24_REPLICAS", self.nodes.len().to_string());
        command
    }

    /// A process that is at work on these servers; its complaints are in a file of the house.
    pub fn spawn(&self, url: &str, name: &str, arguments: &[&str]) -> Process {
        let open = |kind: &str| {
            let path = self.house.path(&format!("{name}.{kind}"));
            std::fs::File::options().create(true).append(true).open(path).expect("a file")
        };
        let mut command = self.casa24(url, arguments);
        command.stdin(Stdio::null()).stdout(open("out")).stderr(open("err"));
        let complaints = self.house.path(&format!("{name}.err"));
        Process { child: command.spawn().expect("the program starts"), name: name.to_owned(), complaints }
    }

    /// What a process has complained of.
    pub fn complaints(&self, name: &str) -> String {
        std::fs::read_to_string(self.house.path(&format!("{name}.err"))).unwrap_or_default()
    }

    /// SIGKILL.
    pub fn kill(&mut self, index: usize) {
        if let Some(mut process) = self.nodes[index].process.take() {
            process.kill().ok();
            process.wait().expect("it is gone");
        }
        self.nodes[index].is_stopped = false;
    }

    /// Starts a server that was killed.
    pub fn start_again(&mut self, index: usize) {
        let log = self.house.path(&format!("n{index}.log"));
        let log = std::fs::File::options().create(true).append(true).open(log).expect("a log");
        let mut command = Command::new(casa24_bus::find_nats_server().expect("nats-server"));
        command.arg("--config").arg(&self.nodes[index].config).stdin(Stdio::null()).stdout(Stdio::null());
        self.nodes[index].process = Some(command.stderr(log).spawn().expect("the server starts"));
    }

    /// SIGSTOP: it keeps its connections and says nothing.
    pub fn stop(&mut self, index: usize) {
        assert!(self.signal(index, "STOP"), "server {index} is gone");
        self.nodes[index].is_stopped = true;
    }

    /// SIGCONT.
    pub fn wake(&mut self, index: usize) {
        assert!(self.signal(index, "CONT"), "server {index} is gone");
        self.nodes[index].is_stopped = false;
    }

    fn signal(&self, index: usize, name: &str) -> bool {
        let process = self.nodes[index].process.as_ref().expect("a process");
        signal(name, u64::from(process.id()))
    }

    /// Cuts a server off from the others; its clients still reach it.
    pub fn cut_off(&self, index: usize) {
        self.routes_of(index).for_each(Line::cut);
    }

    /// Connects it to the others again.
    pub fn rejoin(&self, index: usize) {
        self.routes_of(index).for_each(Line::open);
    }

    fn routes_of(&self, index: usize) -> impl Iterator<Item = &Line> {
        let has = move |(from, to, _): &&(usize, usize, Line)| *from == index || *to == index;
        self.routes.iter().filter(has).map(|(_, _, line)| line)
    }

    /// What a running server says of a stream; nothing while it has no leader.
    pub fn stream(&self, stream: &str) -> Option<StreamState> {
        self.running().find_map(|index| self.watch.stream(index, stream))
    }

    /// Events in a stream; none where it is not there.
    pub fn num_stored(&self, stream: &str) -> u64 {
        self.stream(stream).map_or(0, |state| state.num_events)
    }

    /// The server that leads a stream, once there is one.
    pub fn leader(&self, stream: &str) -> usize {
        let mut leader = None;
        until(&format!("{stream} has a leader"), || {
            leader = self.stream(stream).and_then(|state| state.leader);
            leader.is_some()
        });
        leader.expect("a leader")
    }

    /// Waits until every server has all that is stored.
    pub fn until_whole(&self) {
        until("the servers take requests", || self.is_ready());
        for stream in Remains::STREAMS {
            until(&format!("{stream} is whole"), || {
                self.stream(stream).is_some_and(|state| state.num_current == self.nodes.len())
            });
        }
    }

    /// All that is stored, when all servers run.
    pub fn remains(&self) -> Remains {
        self.until_whole();
        self.watch.remains(0)
    }

    /// Where what is awaited runs.
    pub fn runtime(&self) -> &tokio::runtime::Runtime {
        &self.runtime
    }

    /// Requests and events by hand.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        (0..self.nodes.len()).for_each(|index| self.kill(index));
    }
}

/// A process that does not outlive the test.
pub struct Process {
    child: Child,
    name: String,
    complaints: PathBuf,
}

impl Process {
    /// How it ended, once it has; -1 where a signal ended it.
    pub fn exit_code(&mut self) -> Option<i32> {
        self.child.try_wait().expect("a process").map(|status| status.code().unwrap_or(-1))
    }

    /// Waits for its end.
    pub fn ended(&mut self) -> i32 {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(code) = self.exit_code() {
                return code;
            }
            let complaints = || std::fs::read_to_string(&self.complaints).unwrap_or_default();
            assert!(Instant::now() < deadline, "{} does not end: {}", self.name, complaints());
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.child.kill().ok();
        self.child.wait().expect("it is gone");
    }

    /// Another signal.
    pub fn signal(&self, name: &str) {
        assert!(signal(name, u64::from(self.child.id())), "{} is gone", self.name);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
