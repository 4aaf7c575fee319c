//! What keeps the bus from storing, for commands.

use std::path::Path;
use std::time::{Duration, Instant};

use casa24_bus::{Bus, StoreFault, lasting_fault, probe_disk};
use serde::Serialize;

/// How long a command waits for a bus that cannot store.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is looked at.
const LOOK: Duration = Duration::from_secs(5);
/// A write that shows whether the disk takes anything.
const PROBE: usize = 4_096;

/// Something that takes nothing in.
#[derive(Debug, Serialize)]
pub(crate) struct Fault {
    /// The stream; null for the disk as a whole.
    stream: Option<String>,
    /// Why.
    pub(crate) fault: StoreFault,
    /// Why, and what to do.
    pub(crate) text: String,
}

/// What takes nothing in, of the embedded bus in a folder; of another bus only its operator can know.
pub(crate) async fn found(bus: &Bus, data: Option<&Path>) -> Vec<Fault> {
    let Some(data) = data else { return Vec::new() };
    let fault = |stream, fault: StoreFault| Fault { stream, fault, text: fault.to_string() };
    let streams = bus.stuck_streams().await.unwrap_or_default();
    let disk = probe_disk(data, PROBE).err().map(|found| fault(None, found));
    disk.into_iter().chain(streams.into_iter().map(|stuck| fault(Some(stuck.name), stuck.fault))).collect()
}

/// Resolves once a fault has lasted as long as a command waits.
pub(crate) async fn lasting(bus: &Bus, data: Option<&Path>) -> StoreFault {
    let mut since = None;
    loop {
        tokio::time::sleep(LOOK).await;
        match found(bus, data).await.first() {
            Some(found) if since.get_or_insert_with(Instant::now).elapsed() >= PATIENCE => {
                return found.fault;
            }
            Some(_) => {}
            None => since = None,
        }
        if let Some((fault, lasted)) = lasting_fault()
            && lasted >= PATIENCE
        {
            return fault;
        }
    }
}

/// The error of a command that has waited in vain.
pub(crate) fn gave_up(fault: StoreFault) -> anyhow::Error {
    anyhow::anyhow!("{fault}; what is stored stays, and the same command goes on from there")
}
