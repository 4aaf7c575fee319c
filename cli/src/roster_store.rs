//! The stored roster, and what is changed in it.

use casa24_bus::{Bus, Outgoing, Patience};
use casa24_collectors::roster_change;
use casa24_schemas::RosterEntry;

/// The newest entry of each artist.
pub(crate) async fn stored(bus: &Bus) -> anyhow::Result<Vec<RosterEntry>> {
    Ok(bus.newest("roster.*").await?.into_iter().map(|stored| stored.event).collect())
}

/// Stores entries; gives the number of those that say something new.
pub(crate) async fn store(bus: &Bus, entries: &[RosterEntry]) -> anyhow::Result<usize> {
    let known = bus.newest("roster.*").await?;
    let changed: Vec<Outgoing> = entries.iter().filter_map(|entry| roster_change(&known, entry)).collect();
    bus.publish(&changed, Patience::COMMAND).await?;
    Ok(changed.len())
}
