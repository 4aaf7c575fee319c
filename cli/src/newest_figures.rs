//! When the newest accepted figures of each artist on each platform were observed. What was stored last need not be newer:
//! a correction, the observation after it that is judged again, and an import of old files are stored after it.

use casa24_analytics::History;
use casa24_bus::{Bus, Result};
use casa24_schemas::{Artist, Event, Observed, Platform, ValidSnapshot};
use futures::TryStreamExt;
use time::{Duration, OffsetDateTime};

/// What was stored in this time is read at once for everybody, which is enough for those who are collected each day.
const RECENT: Duration = Duration::days(10);
/// A figure may be dated this long after it was stored: the validator allows for time zones.
const AHEAD: Duration = Duration::DAY;

/// The newest observation of an artist on a platform of which a figure was accepted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NewestFigure {
    pub(crate) platform: Platform,
    pub(crate) artist: Artist,
    pub(crate) observed_at: Observed,
}

/// Reads them, in no particular order.
///
/// # Errors
/// When the bus cannot be read.
pub(crate) async fn newest_figures(bus: &Bus, now: OffsetDateTime) -> Result<Vec<NewestFigure>> {
    let first = (now - RECENT).date();
    let recent = stored_since(bus, "snapshot.valid.>", first.midnight().assume_utc()).await?;
    let mut found = Vec::new();
    for last in bus.newest::<ValidSnapshot>("snapshot.valid.>").await? {
        let last = last.event;
        // What was stored before is of the first day at the latest.
        let known = newest_of(&recent, &last).filter(|newest| newest.date() > first);
        let newest = match known {
            Some(newest) => Some(newest),
            None => newest_of_silent(bus, &last).await?,
        };
        found.extend(newest.map(|observed_at| NewestFigure {
            platform: last.platform,
            artist: last.artist,
            observed_at,
        }));
    }
    Ok(found)
}

/// The newest observation of somebody who has none in the last days, by what was stored since the one stored last.
async fn newest_of_silent(bus: &Bus, last: &ValidSnapshot) -> Result<Option<Observed>> {
    // Where the last one takes figures back, any before it may be the newest.
    let since = if last.metrics.is_empty() {
        OffsetDateTime::UNIX_EPOCH
    } else {
        last.observed_at.date().midnight().assume_utc() - AHEAD
    };
    let mut history = stored_since(bus, &last.subject(), since).await?;
    // It may be on the subject of an earlier id.
    history.insert(last);
    Ok(newest_of(&history, last))
}

fn newest_of(history: &History, last: &ValidSnapshot) -> Option<Observed> {
    history.artist(&last.artist.id)?.platforms.get(&last.platform)?.newest
}

async fn stored_since(bus: &Bus, filter: &str, since: OffsetDateTime) -> Result<History> {
    let mut history = History::of_figures();
    let mut stored = std::pin::pin!(bus.replay_since::<ValidSnapshot>(filter, since).await?);
    while let Some(stored) = stored.try_next().await? {
        history.insert(&stored.event);
    }
    Ok(history)
}
