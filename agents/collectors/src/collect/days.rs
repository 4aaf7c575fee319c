//! Figures of days that a platform tells of again: what is new of them, and what it has counted anew since.

use std::collections::{BTreeMap, HashMap};

use casa24_bus::{Bus, BusError};
use casa24_schemas::{ArtistId, Date, Metric, Observed, Platform, RawSnapshot, RawValue};
use futures::TryStreamExt;
use time::Duration;

use crate::corrections::{self, Correct};

/// Why a figure of an earlier day takes the place of the one that is stored.
const COUNTED_AGAIN: &str = "the platform has counted the day again";

/// The server stores by its own clock.
const CLOCKS_DIFFER: Duration = Duration::DAY;

/// What is stored of each artist's days on one platform.
#[derive(Debug, Default)]
pub(super) struct StoredDays {
    figures: HashMap<(ArtistId, Observed), BTreeMap<Metric, RawValue>>,
}

/// What is to be stored of what a platform tells.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Days of which nothing is stored.
    pub(super) new: Vec<RawSnapshot>,
    /// Days of which something else is stored.
    pub(super) changed: Vec<RawSnapshot>,
    /// Days of which the same is stored.
    pub(super) num_known: u64,
}

impl StoredDays {
    /// Reads those from a first day on. Nobody knows a figure of a day before it begins.
    pub(super) async fn read(bus: &Bus, platform: &Platform, first: Date) -> Result<Self, BusError> {
        let mut figures = HashMap::new();
        let filter = format!("snapshot.raw.{platform}.*");
        let since = first.midnight().assume_utc() - CLOCKS_DIFFER;
        let mut stored = std::pin::pin!(bus.replay_since::<RawSnapshot>(&filter, since).await?);
        while let Some(stored) = stored.try_next().await? {
            let RawSnapshot { artist, observed_at, metrics, .. } = stored.event;
            // A later one of a day is a correction.
            if observed_at.is_day() && observed_at.date() >= first {
                figures.insert((artist.id, observed_at), metrics);
            }
        }
        Ok(Self { figures })
    }

    /// Divides what a platform tells by what is stored.
    pub(super) fn divide(&mut self, snapshots: Vec<RawSnapshot>) -> Told {
        let mut told = Told::default();
        for snapshot in snapshots {
            if !snapshot.observed_at.is_day() {
                told.new.push(snapshot);
                continue;
            }
            let day = (snapshot.artist.id.clone(), snapshot.observed_at);
            match self.figures.insert(day, snapshot.metrics.clone()) {
                None => told.new.push(snapshot),
                Some(stored) if stored == snapshot.metrics => told.num_known += 1,
                Some(_) => told.changed.push(snapshot),
            }
        }
        told
    }
}

/// Figures that take the place of others, with those that are to be judged again after them.
pub(super) async fn corrections(
    bus: &Bus,
    changed: Vec<RawSnapshot>,
    corrected_at: Observed,
) -> Result<Vec<RawSnapshot>, BusError> {
    if changed.is_empty() {
        return Ok(changed);
    }
    let correct = Correct { reason: Some(COUNTED_AGAIN.to_owned()), corrected_at };
    corrections::with_followers(bus, changed, &correct).await
}
