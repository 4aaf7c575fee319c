//! Where the judged snapshots of each day are stored, and which days changed since they were written.

use std::collections::{BTreeMap, BTreeSet};

use casa24_bus::{Bus, Result};
use casa24_schemas::{Date, RejectedSnapshot, ValidSnapshot};
use futures::TryStreamExt;

use super::StoredDays;
use super::stored_days::{OfDay, REJECTED, VALID};

/// Most snapshots whose days are written at once, except where a single day has more: they are in memory meanwhile.
const MAX_AT_ONCE: u64 = 50_000;

/// The judged days.
#[derive(Debug, Default)]
pub(super) struct DayIndex {
    valid: StreamIndex,
    rejected: StreamIndex,
    changed: BTreeSet<Date>,
}

/// Where the snapshots of each day are in a stream.
#[derive(Debug, Default)]
struct StreamIndex {
    days: BTreeMap<Date, Span>,
    read_to: u64,
}

#[derive(Debug, Clone, Copy)]
struct Span {
    first: u64,
    last: u64,
    num: u64,
}

impl DayIndex {
    /// Takes in what was stored since the last call; tells whether there was anything.
    pub(super) async fn follow(&mut self, bus: &Bus) -> Result<bool> {
        let valid = self.valid.follow::<ValidSnapshot>(bus, VALID, &mut self.changed).await?;
        let rejected = self.rejected.follow::<RejectedSnapshot>(bus, REJECTED, &mut self.changed).await?;
        Ok(valid || rejected)
    }

    /// Days to write, in groups that fit into memory, oldest first: those that changed, and with them the newest, of which
    /// `latest.json` is a copy.
    pub(super) fn to_write(&self) -> Vec<BTreeSet<Date>> {
        let mut groups = Vec::new();
        let (mut group, mut num) = (BTreeSet::new(), 0);
        let newest = self.valid.days.keys().chain(self.rejected.days.keys()).max().copied();
        let days: BTreeSet<Date> = if self.changed.is_empty() {
            BTreeSet::new()
        } else {
            &self.changed | &newest.into_iter().collect()
        };
        for date in days {
            let of_day = self.valid.num(date) + self.rejected.num(date);
            if num > 0 && num + of_day > MAX_AT_ONCE {
                groups.push(std::mem::take(&mut group));
                num = 0;
            }
            group.insert(date);
            num += of_day;
        }
        groups.extend((!group.is_empty()).then_some(group));
        groups
    }

    /// Reads the snapshots of some days.
    pub(super) async fn read(&self, bus: &Bus, days: &BTreeSet<Date>) -> Result<StoredDays> {
        let mut stored = StoredDays::default();
        let is_wanted = |date| days.contains(&date);
        if let Some(range) = self.valid.range(days) {
            stored.read::<ValidSnapshot>(bus, VALID, range, is_wanted).await?;
        }
        if let Some(range) = self.rejected.range(days) {
            stored.read::<RejectedSnapshot>(bus, REJECTED, range, is_wanted).await?;
        }
        Ok(stored)
    }

    /// These days are written as they are known here.
    pub(super) fn written(&mut self, days: &BTreeSet<Date>) {
        self.changed.retain(|date| !days.contains(date));
    }
}

impl StreamIndex {
    async fn follow<E: OfDay>(
        &mut self,
        bus: &Bus,
        filter: &str,
        changed: &mut BTreeSet<Date>,
    ) -> Result<bool> {
        let mut is_any = false;
        let mut stored = std::pin::pin!(bus.replay_after::<E>(filter, self.read_to).await?);
        while let Some(stored) = stored.try_next().await? {
            let date = stored.event.observed_at().date();
            self.note(date, stored.stored.sequence);
            changed.insert(date);
            is_any = true;
        }
        Ok(is_any)
    }

    fn note(&mut self, date: Date, sequence: u64) {
        self.read_to = sequence;
        let span = self.days.entry(date).or_insert(Span { first: sequence, last: sequence, num: 0 });
        (span.last, span.num) = (sequence, span.num + 1);
    }

    fn num(&self, date: Date) -> u64 {
        self.days.get(&date).map_or(0, |span| span.num)
    }

    /// From where to where the snapshots of these days are stored.
    fn range(&self, days: &BTreeSet<Date>) -> Option<(u64, u64)> {
        let spans = || days.iter().filter_map(|date| self.days.get(date));
        Some((spans().map(|span| span.first).min()?, spans().map(|span| span.last).max()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(ordinal: u16) -> Date {
        Date::from_ordinal_date(2025, ordinal).unwrap()
    }

    fn days<const N: usize>(ordinals: [u16; N]) -> BTreeSet<Date> {
        ordinals.map(day).into()
    }

    /// An index of stored days, in the order in which they were stored.
    fn index(ordinals: &[u16]) -> DayIndex {
        let mut index = DayIndex::default();
        for (ordinal, sequence) in ordinals.iter().zip(1..) {
            index.valid.note(day(*ordinal), sequence);
            index.changed.insert(day(*ordinal));
        }
        index
    }

    #[test]
    fn what_changed_is_written_and_with_it_the_newest() {
        let mut index = index(&[1, 2, 3]);
        assert_eq!(index.to_write(), [days([1, 2, 3])]);
        index.written(&days([1, 2, 3]));
        assert!(index.to_write().is_empty());
        index.changed.insert(day(1));
        assert_eq!(index.to_write(), [days([1, 3])]);
    }

    #[test]
    fn only_a_part_of_the_stream_is_read() {
        let index = index(&[1, 1, 2, 3, 2, 4]);
        assert_eq!(index.valid.range(&days([2])), Some((3, 5)));
        assert_eq!(index.valid.range(&days([2, 4])), Some((3, 6)));
        assert_eq!((index.valid.range(&days([9])), index.rejected.range(&days([1]))), (None, None));
    }

    #[test]
    fn many_snapshots_are_written_in_groups() {
        let mut index = index(&[1, 2, 3]);
        for ordinal in [1, 2] {
            index.valid.days.get_mut(&day(ordinal)).unwrap().num = MAX_AT_ONCE;
        }
        assert_eq!(index.to_write(), [days([1]), days([2]), days([3])]);
    }
}
