//! What befalls servers, lines and processes, and how it passes.

use crate::cluster::{Cluster, Line, Process};

/// A fault that passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    LeaderKilled,
    FollowerKilled,
    LeaderStopped,
    FollowerStopped,
    LeaderCutOff,
    FollowerCutOff,
    ImportCutOff,
    AgentsCutOff,
    AgentsStopped,
    AgentsKilled,
    AllKilled,
}

impl Fault {
    /// Each on its own, all servers at once excepted.
    pub(crate) const SINGLE: [Self; 10] = [
        Self::LeaderKilled,
        Self::FollowerKilled,
        Self::LeaderStopped,
        Self::FollowerStopped,
        Self::LeaderCutOff,
        Self::FollowerCutOff,
        Self::ImportCutOff,
        Self::AgentsCutOff,
        Self::AgentsStopped,
        Self::AgentsKilled,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::LeaderKilled => "leader of RAW killed",
            Self::FollowerKilled => "follower killed",
            Self::LeaderStopped => "leader of RAW stopped, woken",
            Self::FollowerStopped => "follower stopped, woken",
            Self::LeaderCutOff => "leader of RAW cut off from the others",
            Self::FollowerCutOff => "follower cut off from the others",
            Self::ImportCutOff => "import cut off",
            Self::AgentsCutOff => "agents cut off",
            Self::AgentsStopped => "agents stopped, woken",
            Self::AgentsKilled => "agents killed",
            Self::AllKilled => "all servers killed at once",
        }
    }
}

impl Fault {
    /// Whether nothing can be published until it passes: the pause counts from then on.
    pub(crate) const fn lets_nothing_pass(self) -> bool {
        matches!(self, Self::ImportCutOff | Self::AllKilled)
    }

    /// What is wanted of the pause.
    pub(crate) const fn most(self) -> &'static str {
        match self {
            Self::LeaderKilled | Self::LeaderStopped | Self::LeaderCutOff => "at most 7 s wanted",
            Self::ImportCutOff | Self::AllKilled => "since it passed",
            _ => "",
        }
    }
}

/// A process that runs agents, on a line of its own.
pub(crate) struct Agents {
    pub(crate) line: Line,
    pub(crate) process: Process,
    name: String,
    arguments: Vec<String>,
}

impl Agents {
    pub(crate) fn start(cluster: &Cluster, name: &str, arguments: &[&str]) -> Self {
        let line = cluster.line();
        let process = cluster.spawn(&line.url(), name, arguments);
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        Self { line, process, name: name.to_owned(), arguments }
    }

    /// Starts the process again; whether it had ended by itself.
    pub(crate) fn start_again(&mut self, cluster: &Cluster) -> bool {
        let had_ended = self.process.exit_code().is_some();
        self.process.kill();
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        self.process = cluster.spawn(&self.line.url(), &self.name, &arguments);
        had_ended
    }
}

/// Where a fault struck.
pub(crate) struct Struck {
    fault: Fault,
    server: usize,
}

impl Fault {
    /// Lets it befall; `server` is the one that it is about.
    pub(crate) fn strike(
        self,
        cluster: &mut Cluster,
        server: usize,
        import: &Line,
        agents: &mut Agents,
    ) -> Struck {
        match self {
            Self::LeaderKilled | Self::FollowerKilled => cluster.kill(server),
            Self::LeaderStopped | Self::FollowerStopped => cluster.stop(server),
            Self::LeaderCutOff | Self::FollowerCutOff => cluster.cut_off(server),
            Self::ImportCutOff => import.cut(),
            Self::AgentsCutOff => agents.line.cut(),
            Self::AgentsStopped => agents.process.signal("STOP"),
            Self::AgentsKilled => agents.process.kill(),
            Self::AllKilled => (0..cluster.num_nodes()).for_each(|index| cluster.kill(index)),
        }
        if self != Self::ImportCutOff {
            import.open();
        }
        Struck { fault: self, server }
    }
}

impl Struck {
    /// Lets it pass.
    pub(crate) fn pass(self, cluster: &mut Cluster, import: &Line, agents: &mut Agents) {
        match self.fault {
            Fault::LeaderKilled | Fault::FollowerKilled => cluster.start_again(self.server),
            Fault::LeaderStopped | Fault::FollowerStopped => cluster.wake(self.server),
            Fault::LeaderCutOff | Fault::FollowerCutOff => cluster.rejoin(self.server),
            Fault::ImportCutOff => import.open(),
            Fault::AgentsCutOff => agents.line.open(),
            Fault::AgentsStopped => agents.process.signal("CONT"),
            Fault::AgentsKilled => {
                agents.start_again(cluster);
            }
            Fault::AllKilled => (0..cluster.num_nodes()).for_each(|index| cluster.start_again(index)),
        }
    }
}
