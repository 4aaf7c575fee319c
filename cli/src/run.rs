//! `up` and `run`: agents until they are interrupted.

use std::time::{Duration, Instant};

use casa24_bus::{AgentKind, Bus, CountersSnapshot, Runner, Shutdown, Source};
use casa24_collectors::schedule::Scheduled;
use casa24_predictors::Trainer;
use tokio::task::JoinSet;

use crate::agents;
use crate::cli::Run;
use crate::session::Session;
use crate::settings::Settings;
use crate::streams::outln;
use crate::terminal::{UsageError, counted};

/// Runs every agent that has its settings, with the embedded bus where there is no other.
pub(crate) async fn up(settings: &Settings) -> anyhow::Result<()> {
    until_interrupted(Session::open(settings, "up"), agents::ready(&settings.rules)).await
}

/// Runs the agents that were named.
pub(crate) async fn run(settings: &Settings, options: &Run) -> anyhow::Result<()> {
    let agents = agents::named(&settings.rules, &options.agents)?;
    if settings.rules.collecting.schedule.is_none()
        && options.agents.iter().any(|agent| agent == Scheduled::NAME)
    {
        let without = "the agent collector has nothing to do while CASA24_SCHEDULE is off";
        return Err(UsageError(without.to_owned()).into());
    }
    if settings.rules.training.schedule.is_none() && options.agents.iter().any(|agent| agent == Trainer::NAME)
    {
        let without = "the agent trainer has nothing to do while CASA24_TRAIN is off";
        return Err(UsageError(without.to_owned()).into());
    }
    let name = options.agents.join(" ");
    until_interrupted(Session::open_for_agents(settings, &name), agents).await
}

async fn until_interrupted(
    opening: impl Future<Output = anyhow::Result<Session>>,
    agents: Vec<Runner>,
) -> anyhow::Result<()> {
    let started = Instant::now();
    let shutdown = Shutdown::default();
    shutdown.begin_on_signal();
    let session = tokio::select! {
        session = opening => session?,
        () = shutdown.begun() => return Ok(()),
    };
    let num_agents = counted(agents.len() as u64, "agent", "agents");
    let agents = AgentSet::start(&session.bus, agents, &shutdown).await;
    // The one line that scripts wait for.
    if !shutdown.has_begun() {
        outln!("ready: {num_agents} on {} after {:.1} s", session.place, started.elapsed().as_secs_f64());
    }
    let outcome = agents.ended().await;
    shutdown.begin();
    session.close().await?;
    outcome
}

/// Resolves when an agent has rebuilt its state.
type IsReady = tokio::sync::oneshot::Receiver<()>;

/// An agent that stands by for another instance of itself does not keep the next one from starting.
const NEXT_AFTER: Duration = Duration::from_secs(20);

/// Agents at work.
pub(crate) struct AgentSet {
    tasks: JoinSet<anyhow::Result<()>>,
    shutdown: Shutdown,
}

impl AgentSet {
    /// Starts agents. Services are ready when this returns, or they have failed; sources, which rebuild nothing, begin
    /// then; the others rebuild their state after them, so that questions do not wait for it.
    pub(crate) async fn start(bus: &Bus, agents: Vec<Runner>, shutdown: &Shutdown) -> Self {
        let mut set = Self { tasks: JoinSet::new(), shutdown: shutdown.clone() };
        let is_of = |kind| move |agent: &Runner| agent.declaration().kind == kind;
        let (services, others): (Vec<Runner>, Vec<Runner>) =
            agents.into_iter().partition(is_of(AgentKind::Service));
        let (sources, others): (Vec<Runner>, Vec<Runner>) =
            others.into_iter().partition(is_of(AgentKind::Source));
        let ready: Vec<_> = services.into_iter().map(|agent| set.launch(bus, agent, None)).collect();
        tokio::select! {
            _ = futures::future::join_all(ready) => {}
            () = shutdown.begun() => {}
        }
        for source in sources {
            set.launch(bus, source, None);
        }
        // One after the other: all at once they would take the processors from the answers.
        let mut before = None;
        for agent in others {
            before = Some(set.launch(bus, agent, before));
        }
        set
    }

    /// Starts an agent, after the one before it has rebuilt its state, or does not get to it.
    fn launch(&mut self, bus: &Bus, agent: Runner, before: Option<IsReady>) -> IsReady {
        let (ready, is_ready) = tokio::sync::oneshot::channel();
        let name = agent.declaration().name;
        let counters = agent.counters();
        let (bus, shutdown) = (bus.clone(), self.shutdown.clone());
        self.tasks.spawn(async move {
            if let Some(before) = before {
                tokio::select! {
                    _ = tokio::time::timeout(NEXT_AFTER, before) => {}
                    () = shutdown.begun() => {}
                }
            }
            let outcome = agent.run(bus, shutdown, Some(ready)).await;
            let CountersSnapshot { num_handled, num_published, num_dead, num_restarts, .. } =
                counters.snapshot();
            tracing::debug!(agent = name, num_handled, num_published, num_dead, num_restarts, "left");
            outcome.map_err(|error| anyhow::Error::new(error).context(format!("agent {name}")))
        });
        is_ready
    }

    /// Waits until every agent has left; the first fault ends the others.
    pub(crate) async fn ended(mut self) -> anyhow::Result<()> {
        let mut outcome = Ok(());
        while let Some(joined) = self.tasks.join_next().await {
            let result = joined.map_err(anyhow::Error::new).and_then(|result| result);
            if let Err(error) = result {
                self.shutdown.begin();
                if outcome.is_ok() {
                    outcome = Err(error);
                }
            }
        }
        outcome
    }

    /// Resolves with the fault of the first agent that leaves before shutdown; never for an empty set.
    pub(crate) async fn failed(&mut self) -> anyhow::Error {
        match self.tasks.join_next().await {
            Some(Ok(Err(error))) => error,
            Some(Err(error)) => error.into(),
            Some(Ok(Ok(()))) => anyhow::anyhow!("an agent left before its work was done"),
            None => std::future::pending().await,
        }
    }

    /// Begins their shutdown and waits until the agents have left.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.shutdown.begin();
        // What they hold is finished in moments; an agent that cannot reach the bus is not waited for.
        tokio::time::timeout(Duration::from_secs(10), self.ended()).await.unwrap_or(Ok(()))
    }
}
