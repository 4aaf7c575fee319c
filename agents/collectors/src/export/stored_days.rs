//! Stored snapshots by day: what of the bus a day's file shows.

use std::collections::BTreeMap;

use casa24_bus::Bus;
use casa24_schemas::{
    ContentType, Date, Event, Observed, RawSnapshot, RejectedSnapshot, ValidSnapshot, decode, encode,
};
use futures::TryStreamExt;

use super::{DayDocument, DayWriter};
use crate::Error;

/// What a collector saw, unjudged.
const RAW: &str = "snapshot.raw.>";
/// What the validator let through, and what it did not.
pub(super) const VALID: &str = "snapshot.valid.>";
pub(super) const REJECTED: &str = "snapshot.rejected.>";

/// Stored snapshots by day, encoded: years of them must fit into memory until their days are complete.
#[derive(Debug, Default)]
pub struct StoredDays {
    days: BTreeMap<Date, Vec<Kept>>,
}

#[derive(Debug)]
struct Kept {
    sequence: u64,
    kind: Kind,
    bytes: Vec<u8>,
}

/// What became of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Raw,
    Valid,
    Rejected,
}

/// A stored snapshot, decoded.
enum Snapshot {
    Raw(RawSnapshot),
    Valid(ValidSnapshot),
    Rejected(RejectedSnapshot),
}

/// A stored snapshot that has a day.
pub(super) trait OfDay: Event {
    const KIND: Kind;
    fn observed_at(&self) -> Observed;
}

impl OfDay for RawSnapshot {
    const KIND: Kind = Kind::Raw;
    fn observed_at(&self) -> Observed {
        self.observed_at
    }
}

impl OfDay for ValidSnapshot {
    const KIND: Kind = Kind::Valid;
    fn observed_at(&self) -> Observed {
        self.observed_at
    }
}

impl OfDay for RejectedSnapshot {
    const KIND: Kind = Kind::Rejected;
    fn observed_at(&self) -> Observed {
        self.raw.observed_at
    }
}

impl StoredDays {
    /// Every day, as the collectors saw it.
    ///
    /// # Errors
    /// When the stream cannot be read.
    pub async fn raw(bus: &Bus) -> casa24_bus::Result<Self> {
        let mut days = Self::default();
        days.read::<RawSnapshot>(bus, RAW, (1, u64::MAX), |_| true).await?;
        Ok(days)
    }

    /// Every day, as it was judged.
    ///
    /// # Errors
    /// When a stream cannot be read.
    pub async fn judged(bus: &Bus) -> casa24_bus::Result<Self> {
        let mut days = Self::default();
        days.read::<ValidSnapshot>(bus, VALID, (1, u64::MAX), |_| true).await?;
        days.read::<RejectedSnapshot>(bus, REJECTED, (1, u64::MAX), |_| true).await?;
        Ok(days)
    }

    /// Adds the snapshots of the days that are wanted, from the first sequence of a stream to the last.
    pub(super) async fn read<E: OfDay>(
        &mut self,
        bus: &Bus,
        filter: &str,
        (first, last): (u64, u64),
        is_wanted: impl Fn(Date) -> bool,
    ) -> casa24_bus::Result<()> {
        let mut stored = std::pin::pin!(bus.replay_after::<E>(filter, first.saturating_sub(1)).await?);
        while let Some(stored) = stored.try_next().await? {
            let sequence = stored.stored.sequence;
            if sequence > last {
                break;
            }
            let date = stored.event.observed_at().date();
            if is_wanted(date) {
                let kept = Kept { sequence, kind: E::KIND, bytes: encode(&stored.event) };
                self.days.entry(date).or_default().push(kept);
            }
        }
        Ok(())
    }

    /// How many days they are.
    pub fn num_days(&self) -> usize {
        self.days.len()
    }

    /// Writes the file of each day, oldest first.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn write(self, writer: &mut DayWriter) -> Result<(), Error> {
        for (date, mut kept) in self.days {
            // Judged snapshots come from two replays: the order in which they were stored is that of the day's file.
            kept.sort_by_key(|kept| kept.sequence);
            let snapshots: Vec<Snapshot> = kept.iter().map(Kept::decoded).collect::<Result<_, _>>()?;
            let mut document = DayDocument::new(date);
            for snapshot in &snapshots {
                match snapshot {
                    Snapshot::Raw(raw) => document.add_raw(raw),
                    Snapshot::Valid(valid) => document.add_valid(valid),
                    Snapshot::Rejected(rejected) => document.add_rejected(rejected),
                }
            }
            writer.write(&document)?;
        }
        Ok(())
    }
}

impl Kept {
    fn decoded(&self) -> Result<Snapshot, Error> {
        let encoding = ContentType::MessagePack;
        let snapshot = match self.kind {
            Kind::Raw => decode(encoding, &self.bytes).map(Snapshot::Raw),
            Kind::Valid => decode(encoding, &self.bytes).map(Snapshot::Valid),
            Kind::Rejected => decode(encoding, &self.bytes).map(Snapshot::Rejected),
        };
        snapshot.map_err(|source| Error::NotReadAgain { source: source.into() })
    }
}
