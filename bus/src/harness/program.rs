//! A program that is one agent.

use std::process::ExitCode;

use crate::shutdown::Shutdown;
use crate::{Bus, BusError, Result, Settings};

use super::runner::Runner;
use crate::error::explain;

/// Runs an agent as a program of its own, on the bus at `NATS_URL` and under the prefix `CASA24_PREFIX`, until the
/// process is interrupted or terminated. A fault is reported on standard error.
pub fn run(agent: Runner) -> ExitCode {
    let Err(error) = try_run(agent) else { return ExitCode::SUCCESS };
    eprintln!("error: {}", explain(&error));
    ExitCode::FAILURE
}

#[tokio::main]
async fn try_run(agent: Runner) -> Result<()> {
    let url = std::env::var("NATS_URL")
        .ok()
        .filter(|url| !url.is_empty())
        .ok_or(BusError::Setting { setting: "address of the bus", fault: "set NATS_URL to it".to_owned() })?;
    let prefix = std::env::var("CASA24_PREFIX").unwrap_or_default();
    let settings = Settings { prefix, ..Settings::new(url, agent.declaration().name) };
    let shutdown = Shutdown::default();
    shutdown.begin_on_signal();
    let bus = tokio::select! {
        bus = Bus::connect_as_agent(&settings) => bus?,
        () = shutdown.begun() => return Ok(()),
    };
    agent.run(bus.clone(), shutdown, None).await?;
    bus.close().await;
    Ok(())
}
