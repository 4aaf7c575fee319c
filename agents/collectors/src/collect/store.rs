//! Where a run stores what it saw: on the bus as a command does, or through an agent's context.

use casa24_bus::{Bus, BusError, Outgoing, Patience, SourceContext, SourceError};
use casa24_schemas::RawSnapshot;

/// Where a run stores what it saw.
#[derive(Debug, Clone, Copy)]
pub enum Store<'a> {
    /// For a command.
    Bus(&'a Bus),
    /// For an agent, which stores nothing once another process may run it.
    Source(&'a SourceContext),
}

/// Why a run could not go on.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The bus keeps refusing.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// The agent may not store any more, or shuts down.
    #[error(transparent)]
    Source(#[from] SourceError),
}

impl Store<'_> {
    pub(super) const fn bus(&self) -> &Bus {
        match self {
            Self::Bus(bus) => bus,
            Self::Source(context) => context.bus(),
        }
    }

    /// Stores snapshots that are new, and gives how many the server took.
    pub(super) async fn store(&self, snapshots: &[RawSnapshot]) -> Result<u64, RunError> {
        match self {
            Self::Bus(bus) => {
                let events: Vec<Outgoing> = snapshots.iter().map(Outgoing::root).collect();
                Ok(bus.publish(&events, Patience::COMMAND).await?)
            }
            Self::Source(context) => {
                context.publish(snapshots).await?;
                Ok(snapshots.len() as u64)
            }
        }
    }
}
