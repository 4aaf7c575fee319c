//! Two processes run the validator, and one holds it: how soon the other stores when that one dies, stops, is cut off
//! or loses a server; and what one stores that is woken after another has taken over.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::chance::Chance;
use crate::cluster::{Cluster, stale};
use crate::faults::Agents;
use crate::imports::seconds;
use crate::trickle::Trickle;
use crate::{Options, Wrong, row, within};

/// A takeover that has not happened by then is none.
const LIMIT: Duration = Duration::from_secs(30);
/// How long servers and agents may take to be as before.
const RECOVERY: Duration = Duration::from_secs(300);
/// So long a process that starts needs to stand by, which does not show from outside.
const STANDING_BY: Duration = Duration::from_secs(3);

/// The cluster, what comes in, and the two processes, of which the first holds the agent.
struct Site {
    cluster: Cluster,
    trickle: Trickle,
    processes: [Agents; 2],
}

impl Site {
    fn start() -> Self {
        let cluster = Cluster::start(3);
        // Somebody makes the streams before two processes want to at once.
        let made = cluster.casa24(&cluster.url(), &["status"]).output().expect("the program runs");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let trickle = Trickle::start(&cluster);
        let first = Agents::start(&cluster, "first", &["run", "validator"]);
        within(RECOVERY, || cluster.num_stored("VALID") > 0).expect("the first process stores");
        let second = Agents::start(&cluster, "second", &["run", "validator"]);
        let mut site = Self { cluster, trickle, processes: [first, second] };
        site.find_holder();
        site
    }

    /// Something befalls; the time until the first event is stored after the longest pause since, once all that has
    /// come in is judged again.
    fn pause_after(&mut self, strike: impl FnOnce(&mut Cluster, &mut Agents)) -> Option<Duration> {
        let num_raw = self.trickle.num_stored();
        strike(&mut self.cluster, &mut self.processes[0]);
        let struck = Instant::now();
        let (mut num_valid, mut stored_at) = (None, Duration::ZERO);
        let (mut longest, mut resumed) = (Duration::ZERO, Duration::ZERO);
        let caught_up = within(LIMIT + Duration::from_secs(10), || {
            let Some(valid) = self.cluster.stream("VALID").map(|state| state.num_events) else {
                return false;
            };
            let now = struck.elapsed();
            if num_valid.is_some_and(|before| valid > before) {
                if now - stored_at > longest {
                    (longest, resumed) = (now - stored_at, now);
                }
                stored_at = now;
            }
            num_valid = Some(valid);
            let come_in = self.trickle.num_stored();
            come_in > num_raw + 60 && valid + 10 > come_in && now > Duration::from_secs(1)
        });
        caught_up.map(|_| resumed).filter(|resumed| *resumed <= LIMIT)
    }

    /// Waits until all is as before, and the first process holds the agent.
    fn recover(&mut self) {
        for agents in &mut self.processes {
            if agents.process.exit_code().is_some() {
                println!("      a process that ran the agent ended by itself, and is started again");
                agents.start_again(&self.cluster);
            }
        }
        let whole = |stream: &str| self.cluster.stream(stream).is_some_and(|state| state.num_current == 3);
        within(RECOVERY, || self.cluster.is_ready() && whole("RAW") && whole("VALID"))
            .expect("whole servers");
        let is_judged = || self.cluster.num_stored("VALID") + 20 > self.trickle.num_stored();
        if within(RECOVERY, is_judged).is_none() {
            println!("      nobody judges any more: both processes are started again");
            for agents in &mut self.processes {
                agents.start_again(&self.cluster);
            }
            within(RECOVERY, is_judged).expect("somebody judges");
        }
        self.find_holder();
    }

    /// Puts the process first that holds the agent: the one that sends more.
    fn find_holder(&mut self) {
        let num_sent = |site: &Self| site.processes.each_ref().map(|agents| agents.line.num_passed());
        let before = num_sent(self);
        std::thread::sleep(STANDING_BY);
        let after = num_sent(self);
        if after[1] - before[1] > after[0] - before[0] {
            self.processes.reverse();
        }
    }

    /// What is lost, doubled or stored behind newer events, when nothing more comes in.
    fn wrong(mut self, what: &str) -> Wrong {
        self.trickle.end(&self.cluster);
        let num_raw = self.trickle.num_stored();
        let num_judged = || self.cluster.num_stored("VALID") + self.cluster.num_stored("REJECTED");
        within(Duration::from_secs(60), || num_judged() >= num_raw);
        let raw = self.cluster.watch().events(0, "RAW");
        let mut wrong = Wrong::new();
        if (raw.len() as u64) < num_raw {
            wrong.push(format!(
                "{what}: {} of {num_raw} acknowledged snapshots are lost",
                num_raw - raw.len() as u64
            ));
        }
        let distinct: BTreeSet<&Vec<u8>> = raw.iter().map(|event| &event.body).collect();
        if distinct.len() < raw.len() {
            wrong.push(format!("{what}: {} snapshots are doubled", raw.len() - distinct.len()));
        }
        let judged = self.cluster.watch().events(0, "VALID");
        let causes: BTreeSet<u64> = judged.iter().filter_map(|event| event.cause).collect();
        let num_rejected = self.cluster.num_stored("REJECTED");
        if causes.len() as u64 + num_rejected < raw.len() as u64 {
            let lost = raw.len() as u64 - causes.len() as u64 - num_rejected;
            wrong.push(format!("{what}: {lost} judgements are lost"));
        }
        wrong.extend(stale(&judged).into_iter().map(|event| format!("{what}: {event}")));
        println!("  {} snapshots, {} judged, {} wrong", raw.len(), judged.len(), wrong.len());
        wrong
    }
}

pub(crate) fn takeover(options: &Options) -> Wrong {
    let mut site = Site::start();
    let mut times = Vec::new();
    for _ in 0..options.rounds {
        let time = site.pause_after(|_, holder| holder.process.kill());
        times.push(time);
        println!("  holder killed: {}", seconds(time));
        site.processes[0].start_again(&site.cluster);
        site.recover();
    }
    row("holder killed", &times, "at most 3 s wanted");
    times.clear();
    for _ in 0..options.rounds {
        let time = site.pause_after(|_, holder| holder.process.signal("STOP"));
        times.push(time);
        println!("  holder stopped: {}", seconds(time));
        site.processes[0].process.signal("CONT");
        site.recover();
    }
    row("holder stopped", &times, "at most 10 s wanted");
    times.clear();
    for _ in 0..options.rounds {
        let time = site.pause_after(|_, holder| holder.line.cut());
        times.push(time);
        println!("  holder cut off: {}", seconds(time));
        site.processes[0].line.open();
        site.recover();
    }
    row("holder cut off", &times, "at most 10 s wanted");
    times.clear();
    for round in 0..options.rounds {
        let server = if round == 0 { site.cluster.leader("RAW") } else { round % 3 };
        let time = site.pause_after(|cluster, _| cluster.kill(server));
        times.push(time);
        println!("  server {server} down for good: {}", seconds(time));
        site.cluster.start_again(server);
        site.recover();
    }
    row("a server down for good", &times, "at most 15 s wanted");
    site.wrong("takeover")
}

pub(crate) fn woken(options: &Options) -> Wrong {
    let mut site = Site::start();
    let mut chance = Chance(options.seed);
    let mut times = Vec::new();
    for _ in 0..options.stops {
        std::thread::sleep(chance.between(Duration::ZERO, Duration::from_millis(200)));
        let time = site.pause_after(|_, holder| holder.process.signal("STOP"));
        times.push(time);
        // It wakes while the other is at work.
        std::thread::sleep(chance.between(Duration::ZERO, Duration::from_secs(2)));
        site.processes[0].process.signal("CONT");
        println!("  stopped {}: {}", times.len(), seconds(time));
        site.recover();
    }
    row("holder stopped and woken", &times, "0 stored by who is woken wanted");
    site.wrong("woken")
}
