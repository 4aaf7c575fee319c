//! Runs the agents of the pipeline for as long as they have something to do, where nobody else runs them.

use std::time::Duration;

use casa24_bus::{AgentKind, Bus, ConsumerStatus, Patience, Runner, Shutdown, StreamName};

use crate::agents::{self, Rules};
use crate::run::AgentSet;

/// How often the agents' positions are looked at.
const LOOK: Duration = Duration::from_millis(15);

/// What an agent still has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    None,
    /// Somebody else does it.
    Elsewhere,
    Waiting,
}

/// The agents' positions; a server that restarts is waited for.
async fn consumers(bus: &Bus) -> anyhow::Result<Vec<ConsumerStatus>> {
    Ok(bus.patiently(Patience::COMMAND, async || bus.consumers().await).await?)
}

/// Starts the agents that judge; they stand by for as long as another process runs them.
pub(crate) async fn start_stages(bus: &Bus, shutdown: &Shutdown) -> AgentSet {
    AgentSet::start(bus, stages(), shutdown).await
}

/// Waits until the agents that judge have nothing left to do, whoever runs them.
pub(crate) async fn stages_done(bus: &Bus) -> anyhow::Result<()> {
    let names: Vec<&'static str> = stages().iter().map(|agent| agent.declaration().name).collect();
    while !are_done(bus, &names).await? {
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

fn stages() -> Vec<Runner> {
    agents::all(&Rules::default())
        .into_iter()
        .filter(|agent| agent.declaration().kind == AgentKind::Stage)
        .collect()
}

async fn are_done(bus: &Bus, names: &[&str]) -> anyhow::Result<bool> {
    let consumers = consumers(bus).await?;
    let done = |name: &&str| consumers.iter().any(|consumer| consumer.agent == **name && consumer.lag == 0);
    Ok(names.iter().all(done))
}

/// Lets every agent of the pipeline do what it has to do: first those that judge, then those that read what was
/// judged.
pub(crate) async fn catch_up(bus: &Bus, rules: &Rules) -> anyhow::Result<()> {
    judge(bus).await?;
    let_work(bus, rules, AgentKind::View).await
}

/// Lets the agents that judge do what they have to do.
pub(crate) async fn judge(bus: &Bus) -> anyhow::Result<()> {
    let_work(bus, &Rules::default(), AgentKind::Stage).await
}

async fn let_work(bus: &Bus, rules: &Rules, kind: AgentKind) -> anyhow::Result<()> {
    let mut waiting = Vec::new();
    let consumers = consumers(bus).await?;
    for agent in agents::all(rules) {
        if agent.declaration().kind == kind && work(bus, &consumers, &agent).await? == Work::Waiting {
            waiting.push(agent.declaration().name);
        }
    }
    until_done(bus, agents::those(rules, |agent| waiting.contains(&agent))).await
}

/// Runs agents until nothing waits for them.
async fn until_done(bus: &Bus, agents: Vec<Runner>) -> anyhow::Result<()> {
    if agents.is_empty() {
        return Ok(());
    }
    let names: Vec<&'static str> = agents.iter().map(|agent| agent.declaration().name).collect();
    let shutdown = Shutdown::default();
    let agents = AgentSet::start(bus, agents, &shutdown).await;
    let mut ended = std::pin::pin!(agents.ended());
    loop {
        tokio::select! {
            outcome = &mut ended => return outcome,
            () = tokio::time::sleep(LOOK) => {}
        }
        if are_done(bus, &names).await? {
            shutdown.begin();
            return ended.await;
        }
    }
}

async fn work(bus: &Bus, consumers: &[ConsumerStatus], agent: &Runner) -> anyhow::Result<Work> {
    let declaration = agent.declaration();
    Ok(match consumers.iter().find(|consumer| consumer.agent == declaration.name) {
        Some(consumer) if consumer.lag == 0 => Work::None,
        // A process that was killed has its lease for some seconds.
        Some(consumer) if consumer.running && bus.is_running(&consumer.agent).await? => Work::Elsewhere,
        Some(_) => Work::Waiting,
        None => {
            // An agent that never ran: it has something to do where its stream holds anything.
            let mut waits = false;
            for filter in &declaration.consumes {
                let stream = StreamName::storing(filter)?;
                let num_events = bus.patiently(Patience::COMMAND, async || bus.num_events(stream).await);
                waits |= num_events.await? > 0;
            }
            if waits { Work::Waiting } else { Work::None }
        }
    })
}
