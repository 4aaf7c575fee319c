//! Crashes: `kill -9` of agents, of an import and of the server, at random moments of an import. Afterwards nothing
//! is lost or doubled, and every newest event is byte for byte that of an undisturbed run.
//!
//! The moments follow from a seed and from how much is stored, not from a clock. `CRASH_SEED` tries another one.

#![cfg(unix)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use async_nats::jetstream::consumer::DeliverPolicy;
use casa24_forecasting::{KNOWLEDGE_FORMAT, Knowledge, Pool};
use casa24_schemas::{Event, ModelWeights, Observed, TrainingData, encode};
use support::watcher::Watcher;
use support::{House, until};

const SEEDS: [u64; 3] = [3, 24, 2_026];
/// Kills of one round: each victim once, then these many more.
const MORE_KILLS: usize = 4;
/// What is collected and judged: all of it must be the same.
const HISTORY: [&str; 3] = ["RAW", "VALID", "REJECTED"];
/// Subjects of which the newest event counts.
const NEWEST: [(&str, &str); 4] = [
    ("VALID", "snapshot.valid.>"),
    ("REJECTED", "snapshot.rejected.>"),
    ("VIEWS", "growth.>"),
    ("VIEWS", "forecast.>"),
];
const AGENTS: [&str; 6] = ["validator", "growth", "linear", "arima", "neural", "ensemble"];
/// Those that use weights.
const MODELS: [&str; 4] = ["linear", "arima", "neural", "ensemble"];
/// Those that keep views, in one process.
const VIEWS: [&str; 5] = ["growth", "linear", "arima", "neural", "ensemble"];

/// A process that does not outlive the test.
struct Process(Child);

impl Process {
    fn start(command: &mut Command) -> Self {
        Self(command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("the process starts"))
    }

    fn kill(&mut self) {
        self.0.kill().ok();
        self.0.wait().expect("the process is gone");
    }

    /// Whether it ended well, once it has ended.
    fn outcome(&mut self) -> Option<bool> {
        self.0.try_wait().expect("a process").map(|status| status.success())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Deterministic chance (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}

#[derive(Debug, Clone, Copy)]
enum Victim {
    Validator,
    Views,
    Import,
    Server,
}

const VICTIMS: [Victim; 4] = [Victim::Validator, Victim::Views, Victim::Import, Victim::Server];

/// Everything that a run leaves behind.
#[derive(Debug, Default, PartialEq)]
struct Remains {
    /// For a stream, its events: subject and message id, in order.
    stored: BTreeMap<&'static str, Vec<(String, String)>>,
    /// For a subject, its newest event.
    newest: BTreeMap<String, Vec<u8>>,
    num_dead: u64,
}

impl Remains {
    fn num_stored(&self) -> u64 {
        self.stored.values().map(|events| events.len() as u64).sum()
    }
}

/// A whole label at work: server, agents and an import, each a process of its own.
struct Site {
    house: House,
    history: PathBuf,
    port: u16,
    server: Process,
    validator: Process,
    views: Process,
    import: Process,
    watcher: Watcher,
}

impl Site {
    fn start(history: &Path) -> Self {
        let house = House::new();
        let port = TcpListener::bind(("127.0.0.1", 0))
            .and_then(|socket| socket.local_addr())
            .expect("a port")
            .port();
        let store = house.path("store");
        let config = format!(
            "listen: \"127.0.0.1:{port}\"\njetstream {{ store_dir: {store:?}, sync_interval: always }}\n"
        );
        house.write("nats.conf", config);
        let server = start_server(&house);
        let watcher = Watcher::connect(url(port));
        let url = url(port);
        let start = |arguments: &[&str]| Process::start(house.casa24(arguments).env("NATS_URL", &url));
        until("the server answers", || watcher.is_connected());
        // Somebody makes the streams before three processes want to at once.
        let made = house.casa24(["status"]).env("NATS_URL", &url).output().expect("the program runs");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let (validator, views) = (start(&["run", "validator"]), start(&[&["run"], &VIEWS[..]].concat()));
        until("all agents are at work", || AGENTS.iter().all(|agent| watcher.is_running(agent)));
        let import = Process::start(import_command(&house, history).env("NATS_URL", &url));
        Self { history: history.to_owned(), port, server, validator, views, import, watcher, house }
    }

    /// Kills with `kill -9`, and starts again what was killed.
    fn kill(&mut self, victim: Victim) {
        let url = url(self.port);
        let run = |process: &mut Process, agents: &[&str]| {
            process.kill();
            let before: Vec<u64> = agents.iter().map(|agent| self.watcher.lease(agent).0).collect();
            *process = Process::start(self.house.casa24(["run"]).args(agents).env("NATS_URL", &url));
            // From here on it must not give up, whatever happens to the server.
            until("it is back", || {
                let renewed = |(agent, before): (&&str, u64)| self.watcher.lease(agent).0 > before;
                agents.iter().zip(before.iter().copied()).all(renewed)
            });
        };
        match victim {
            Victim::Validator => run(&mut self.validator, &["validator"]),
            Victim::Views => run(&mut self.views, &VIEWS),
            Victim::Import => {
                self.import.kill();
                self.start_import();
            }
            Victim::Server => {
                self.server.kill();
                self.server = start_server(&self.house);
                until("the server answers again", || self.watcher.is_connected());
            }
        }
    }

    fn start_import(&mut self) {
        let mut command = import_command(&self.house, &self.history);
        self.import = Process::start(command.env("NATS_URL", url(self.port)));
    }

    /// Waits until so many events are stored. An import that met no server is begun again, as a person would.
    fn reach(&mut self, num_stored: u64, story: &str) {
        until(&format!("{num_stored} events are stored; {story}"), || {
            if self.import.outcome() == Some(false) {
                self.start_import();
            }
            self.watcher.num_stored().is_some_and(|found| found >= num_stored)
        });
    }

    /// Waits until nothing is left to do, and looks at what is there.
    fn finish(mut self) -> Remains {
        until("the import is done", || match self.import.outcome() {
            Some(false) => {
                self.start_import();
                false
            }
            outcome => outcome.is_some(),
        });
        for agent in AGENTS {
            until(&format!("{agent} is done"), || self.watcher.lag(stream_of(agent), agent) == Some(0));
        }
        for model in MODELS {
            let position = format!("follow-{model}");
            until(&format!("{model} uses the weights"), || self.watcher.lag("MODELS", &position) == Some(0));
        }
        for process in [&mut self.validator, &mut self.views] {
            assert_eq!(process.outcome(), None, "agents gave up");
        }
        self.watcher.remains()
    }
}

/// The stream that an agent reads.
fn stream_of(agent: &str) -> &'static str {
    if agent == "validator" { "RAW" } else { "VALID" }
}

fn url(port: u16) -> String {
    format!("nats://127.0.0.1:{port}")
}

fn start_server(house: &House) -> Process {
    let program = casa24_bus::find_nats_server().expect("nats-server");
    let log =
        std::fs::File::options().create(true).append(true).open(house.path("server.log")).expect("a log");
    Process::start(Command::new(program).arg("--config").arg(house.path("nats.conf")).stderr(log))
}

fn import_command(house: &House, history: &Path) -> Command {
    let mut command = house.casa24(["import", "--json"]);
    command.arg(history);
    command
}

impl Watcher {
    /// Stores weights other than those that the program comes with.
    fn store_weights(&self) {
        let bytes = Knowledge::built_in().with_pool(Pool::default(), 0).to_bytes();
        let day = Observed::parse("2025-09-30").expect("a day");
        let weights = ModelWeights {
            model: "neural".to_owned(),
            trained_at: day,
            seed: 24,
            trained_on: TrainingData { num_series: 1, num_values: 1, from: day.date(), to: day.date() },
            format: KNOWLEDGE_FORMAT,
            sha256: ModelWeights::sha256(&bytes),
            bytes,
            report: serde_json::Value::Null,
            sample: true,
        };
        let (subject, body) = (weights.subject(), encode(&weights));
        let stored = self.runtime.block_on(async {
            self.jetstream.publish(subject, body.into()).await.expect("it is sent").await
        });
        stored.expect("it is stored");
    }

    fn remains(&self) -> Remains {
        let mut remains = Remains::default();
        for stream in HISTORY {
            let events = self.read(stream, ">", DeliverPolicy::All);
            let events: Vec<_> = events.into_iter().map(|(subject, id, _)| (subject, id)).collect();
            let distinct: BTreeSet<_> = events.iter().collect();
            assert_eq!(distinct.len(), events.len(), "events of {stream} are doubled");
            remains.stored.insert(stream, events);
        }
        for (stream, filter) in NEWEST {
            let newest = self.read(stream, filter, DeliverPolicy::LastPerSubject);
            assert!(!newest.is_empty(), "nothing on {filter}");
            remains.newest.extend(newest.into_iter().map(|(subject, _, body)| (subject, body)));
        }
        remains.num_dead = self.read("DEAD", ">", DeliverPolicy::All).len() as u64;
        remains
    }
}

fn assert_same(disturbed: &Remains, undisturbed: &Remains, story: &str) {
    for stream in HISTORY {
        let ids = |remains: &Remains| remains.stored[stream].iter().cloned().collect::<BTreeSet<_>>();
        let (found, expected) = (ids(disturbed), ids(undisturbed));
        let lost = expected.difference(&found).count();
        let more = found.difference(&expected).count();
        assert_eq!((lost, more), (0, 0), "events of {stream} lost and invented; {story}");
    }
    let subjects = |remains: &Remains| remains.newest.keys().cloned().collect::<Vec<_>>();
    assert_eq!(subjects(disturbed), subjects(undisturbed), "{story}");
    for (subject, body) in &undisturbed.newest {
        let found = &disturbed.newest[subject];
        assert!(found == body, "newest event on {subject} differs; {story}");
    }
    assert_eq!(disturbed.num_dead, undisturbed.num_dead, "dead letters; {story}");
}

/// One import with kills, each when a random number of events is stored; on the way the weights change.
fn disturbed_run(seed: u64, history: &Path, num_stored: u64) -> (Remains, String) {
    let mut chance = Chance(seed);
    let mut victims = VICTIMS.to_vec();
    victims.extend((0..MORE_KILLS).map(|_| VICTIMS[chance.below(4) as usize]));
    let mut kills: Vec<(u64, Victim)> =
        victims.into_iter().map(|victim| (chance.below(num_stored * 9 / 10), victim)).collect();
    kills.sort_by_key(|(moment, _)| *moment);
    let story = format!("CRASH_SEED={seed}, killed at events stored {kills:?}");
    eprintln!("{story}");
    let mut site = Site::start(history);
    let middle = kills.len() / 2;
    for (at, (moment, victim)) in kills.into_iter().enumerate() {
        site.reach(moment, &story);
        if at == middle {
            site.watcher.store_weights();
        }
        site.kill(victim);
    }
    (site.finish(), story)
}

#[test]
fn killed_at_any_moment_of_an_import_nothing_is_lost_doubled_or_different() {
    let workshop = House::new();
    let history = workshop.path("history");
    let folder = history.to_str().expect("a path");
    workshop.text(&["sample", folder, "--artists", "20", "--days", "120"]);
    let site = Site::start(&history);
    site.watcher.store_weights();
    let undisturbed = site.finish();
    assert!(undisturbed.num_stored() > 5_000);
    let seeds = match std::env::var("CRASH_SEED") {
        Ok(seed) => vec![seed.parse().expect("a number")],
        Err(_) => SEEDS.to_vec(),
    };
    for seed in seeds {
        let (disturbed, story) = disturbed_run(seed, &history, undisturbed.num_stored());
        assert_same(&disturbed, &undisturbed, &story);
    }
}

/// A label on the embedded bus, with `casa24 up`.
struct Label {
    house: House,
}

impl Label {
    fn with_sample() -> Self {
        let house = House::new();
        let history = house.path("history");
        let folder = history.to_str().expect("a path");
        house.text(&["sample", folder, "--artists", "4", "--days", "30"]);
        house.text(&["import", folder]);
        Self { house }
    }

    fn up(&self) -> Process {
        let mut command = self.house.casa24(["up"]);
        let mut up = Process(command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("up starts"));
        let mut line = String::new();
        let stdout = up.0.stdout.take().expect("its output");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        assert!(line.starts_with("ready"), "{line:?}");
        up
    }

    /// The embedded server, as others find it.
    fn server(&self) -> Option<EmbeddedServer> {
        let bus = std::fs::read(self.house.data().join("bus.json")).ok()?;
        let bus: serde_json::Value = serde_json::from_slice(&bus).ok()?;
        let (_, address) = bus["url"].as_str()?.rsplit_once('@')?;
        Some(EmbeddedServer { pid: bus["pid"].as_u64()?, address: address.to_owned() })
    }

    fn stats(&self) -> serde_json::Value {
        self.house.json(&["ask", "stats", "--json"])["data"].clone()
    }

    fn num_raw(&self) -> u64 {
        let status = self.house.json(&["status", "--json"]);
        let streams = status["streams"].as_array().expect("streams");
        let raw = streams.iter().find(|stream| stream["name"] == "RAW").expect("RAW");
        raw["num_events"].as_u64().expect("a number")
    }
}

impl Drop for Label {
    fn drop(&mut self) {
        if let Some(server) = self.server().filter(EmbeddedServer::is_alive) {
            server.kill();
        }
    }
}

#[derive(Debug, PartialEq)]
struct EmbeddedServer {
    pid: u64,
    address: String,
}

impl EmbeddedServer {
    /// Asks its port: a process that nobody has waited for still has its number.
    fn is_alive(&self) -> bool {
        TcpStream::connect(&self.address).is_ok()
    }

    fn kill(&self) {
        let killed = Command::new("kill").arg("-KILL").arg(self.pid.to_string()).status();
        assert!(killed.is_ok_and(|status| status.success()), "cannot kill {self:?}");
    }
}

#[test]
fn an_embedded_server_that_is_killed_is_started_again_and_answers() {
    let label = Label::with_sample();
    let before = label.stats();
    let _up = label.up();
    let killed = label.server().expect("a server");
    killed.kill();
    until("another server is there", || label.server().is_some_and(|server| server.pid != killed.pid));
    assert_eq!(label.stats(), before);
}

#[test]
fn a_server_that_outlived_its_killed_owner_is_taken_over_without_loss() {
    let label = Label::with_sample();
    let (before, num_raw) = (label.stats(), label.num_raw());
    let mut up = label.up();
    let orphan = label.server().expect("a server");
    up.kill();
    assert!(orphan.is_alive(), "the server went with its owner");
    assert_eq!(label.num_raw(), num_raw);
    assert!(!orphan.is_alive(), "two servers on one store");
    assert_eq!(label.stats(), before);
}
