//! The door, the responder and nats-server each in a process of its own: what each of them takes.

use std::path::Path;
use std::time::Duration;

use crate::loads::measure;
use crate::questions::{MIXED, repeated};
use crate::stand_in::{Sender, StandIn};
use crate::{BURST, IN_FLIGHT, Outcome, spent, start, until_connected};

/// Loads the processes with questions that were asked before, and prints what each of them has used.
pub(crate) async fn apart(folder: &Path, discord: &StandIn) -> Outcome<()> {
    let num_sessions = discord.gateway.num_sessions();
    discord.world().delay = Duration::ZERO;
    // It keeps the bus, and has nothing to do.
    let _validator = start(folder, &["run", "validator"], None)?;
    let responder = start(folder, &["run", "responder"], None)?;
    let door = start(folder, &["run", "discord"], Some(discord))?;
    until_connected(discord, num_sessions).await;
    responder.until_idle().await?;
    let bus: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.join("data/bus.json"))?)?;
    let server = bus["pid"].as_u64().and_then(|pid| u32::try_from(pid).ok()).ok_or("no server")?;
    let sender = Sender::to(String::new());
    measure("apart, each command once", discord, &sender, repeated(MIXED.len()), 1).await?;
    let processes = [("the door", door.0.id()), ("the responder", responder.0.id()), ("nats-server", server)];
    let before = processes.map(|(_, pid)| spent::cpu(pid));
    measure("apart, 50 in flight", discord, &sender, repeated(BURST), IN_FLIGHT).await?;
    for ((name, pid), before) in processes.into_iter().zip(before) {
        let each = (spent::cpu(pid)? - before?) / BURST as f64 * 1_000.0;
        let peak = spent::peak_mib(pid)?;
        println!("{name:44} {each:>8.2} ms of processor time a command, peak memory {peak:.0} MiB");
    }
    Ok(())
}
