//! Whether a finding's figures were collected live: a finding does not say, so the snapshots of its day are looked at.
//!
//! A collector stores what it sees at the instant at which it sees it. A file has days, or is stored long after what it
//! tells of; a replay stores no snapshot anew.

use casa24_bus::{Bus, Result, StoredEvent};
use casa24_schemas::{Date, Platform, RawSnapshot};
use futures::TryStreamExt;
use time::{Duration, OffsetDateTime};

use super::findings::NewFinding;

/// How long after an observation a collector stores it.
const AT_ONCE: Duration = Duration::hours(1);

/// Whether a finding follows from a snapshot that a collector took on its day.
pub(super) async fn is_live(bus: &Bus, new: &NewFinding) -> Result<bool> {
    let day = new.noted.finding.date.0;
    let platform = &new.noted.platform;
    let platform = if *platform == Platform::ALL_TOGETHER { "*" } else { platform.as_str() };
    let filter = format!("snapshot.raw.{platform}.{}", new.artist.id);
    let newest = bus.newest::<RawSnapshot>(&filter).await?;
    if newest.iter().any(|stored| is_of_collector(stored, day)) {
        return Ok(true);
    }
    if newest.iter().all(|stored| stored.event.observed_at.date() <= day) {
        return Ok(false);
    }
    // Later days are stored already.
    let mut all = std::pin::pin!(bus.replay::<RawSnapshot>(&filter).await?);
    while let Some(stored) = all.try_next().await? {
        if is_of_collector(&stored, day) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_of_collector(stored: &StoredEvent<RawSnapshot>, day: Date) -> bool {
    let snapshot = &stored.event;
    let at_once = |moment: OffsetDateTime| (stored.stored.stored_at - moment).abs() <= AT_ONCE;
    let is_live = snapshot.observed_at.moment().is_some_and(at_once);
    is_live && snapshot.observed_at.date() == day && !snapshot.sample && snapshot.correction.is_none()
}
