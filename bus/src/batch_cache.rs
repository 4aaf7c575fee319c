//! Batches that were read a moment ago: agents of one process that are behind read the same events of a stream, and the
//! server hands them out once.
//!
//! Agents differ in how fast they take events in. Where as many batches are kept as may be, one that is ahead waits a moment
//! for those a little behind it, so that they find what it has read; one that stands still is not waited for.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OnceCell};
use tokio::time::Instant;

use crate::Result;
use crate::batch::Batch;
use crate::delivery::Delivery;
use crate::streams::StreamName;

/// Messages of a full batch.
pub(crate) const BATCH: usize = 1_000;
/// Batches of a stream that are kept at most, and what their messages may take: those with lists of tracks and videos
/// take a hundred times as much as others.
const KEPT: usize = 8;
const KEPT_BYTES: usize = 16 << 20;
/// A batch that nobody has read for so long is let go.
const IDLE: Duration = Duration::from_secs(10);
/// How far behind, in sequences, readers are waited for, and for how long at most: one that has just begun catches up,
/// and one that reads an old history again does not hold up today's events.
const WAITED_FOR: u64 = 64 * BATCH as u64;
const PATIENCE: Duration = Duration::from_secs(1);

/// What is read: a stream, or what of it is under a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) stream: StreamName,
    /// With the installation's prefix.
    pub(crate) filter: Option<String>,
}

/// The newest batches of streams that keep every event; clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct BatchCache(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    kept: Mutex<Kept>,
    /// Told whenever a reader has moved on, or is gone.
    moved: Notify,
}

#[derive(Debug, Default)]
struct Kept {
    /// In the order in which they were asked for.
    batches: VecDeque<Entry>,
    readers: BTreeMap<u64, Place>,
    num_readers: u64,
    /// Whether somebody looks what nobody has read for a while.
    is_looked_after: bool,
}

#[derive(Debug)]
struct Entry {
    source: Source,
    /// First sequence that was asked for.
    from: u64,
    /// Empty while it is being read.
    batch: Arc<OnceCell<Batch>>,
    used_at: Instant,
}

/// Where a reader is.
#[derive(Debug)]
struct Place {
    source: Source,
    /// The next sequence that it asks for.
    from: u64,
    moved_at: Instant,
}

/// A reader of batches, known to the others until it is dropped.
#[derive(Debug)]
pub(crate) struct CachedReader {
    cache: BatchCache,
    source: Source,
    id: u64,
}

impl BatchCache {
    pub(crate) fn reader(&self, source: Source) -> CachedReader {
        let mut kept = self.lock();
        let id = kept.num_readers;
        kept.num_readers += 1;
        CachedReader { cache: self.clone(), source, id }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // Nothing panics while it is held.
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn let_go_of_idle(self) {
        loop {
            tokio::time::sleep(IDLE).await;
            let mut kept = self.lock();
            kept.batches.retain(|entry| entry.used_at.elapsed() < IDLE);
            if kept.batches.is_empty() {
                kept.is_looked_after = false;
                return;
            }
        }
    }
}

impl CachedReader {
    pub(crate) const fn source(&self) -> &Source {
        &self.source
    }

    /// Messages from a sequence on: those that were read before, or are being read by somebody else, or that `read`
    /// gives. Empty where there are none yet.
    pub(crate) async fn get_or_read(
        &self,
        from: u64,
        read: impl Future<Output = Result<Vec<Delivery>>>,
    ) -> Result<Batch> {
        if !self.source.stream.keeps_all() {
            return read.await.map(Batch::new);
        }
        let cell = self.claim(from).await;
        let found = cell.get_or_try_init(async || read.await.map(Batch::new)).await;
        match found.as_ref().map(|batch| batch.between(from, u64::MAX)) {
            Ok(batch) if !batch.deliveries().is_empty() => {
                self.cache.lock().keep_within(KEPT_BYTES);
                Ok(batch)
            }
            // More may come.
            Ok(batch) => {
                self.forget(&cell);
                Ok(batch)
            }
            Err(_) => {
                self.forget(&cell);
                found.cloned()
            }
        }
    }

    /// The batch in which the messages from this sequence on are, or are to be read into.
    async fn claim(&self, from: u64) -> Arc<OnceCell<Batch>> {
        let begun = Instant::now();
        loop {
            let mut moved = std::pin::pin!(self.cache.0.moved.notified());
            moved.as_mut().enable();
            let patient_until = {
                let mut kept = self.cache.lock();
                if kept.moved(self.id, &self.source, from) {
                    self.cache.0.moved.notify_waiters();
                }
                if let Some(batch) = kept.find(&self.source, from) {
                    return batch;
                }
                match kept.waited_for_until(&self.source, from) {
                    Some(until) if begun.elapsed() < PATIENCE => until.min(begun + PATIENCE),
                    _ => {
                        if !std::mem::replace(&mut kept.is_looked_after, true) {
                            tokio::spawn(self.cache.clone().let_go_of_idle());
                        }
                        return kept.add(&self.source, from);
                    }
                }
            };
            tokio::select! {
                () = moved => {}
                () = tokio::time::sleep_until(patient_until) => {}
            }
        }
    }

    fn forget(&self, batch: &Arc<OnceCell<Batch>>) {
        self.cache.lock().batches.retain(|entry| !Arc::ptr_eq(&entry.batch, batch));
    }
}

impl Drop for CachedReader {
    fn drop(&mut self) {
        self.cache.lock().readers.remove(&self.id);
        self.cache.0.moved.notify_waiters();
    }
}

impl Kept {
    /// Notes where a reader is; tells whether it was elsewhere.
    fn moved(&mut self, id: u64, source: &Source, from: u64) -> bool {
        if self.readers.get(&id).is_some_and(|place| place.from == from) {
            return false;
        }
        self.readers.insert(id, Place { source: source.clone(), from, moved_at: Instant::now() });
        true
    }

    fn find(&mut self, source: &Source, from: u64) -> Option<Arc<OnceCell<Batch>>> {
        let found = self.batches.iter_mut().find(|entry| entry.source == *source && entry.has(from))?;
        found.used_at = Instant::now();
        Some(found.batch.clone())
    }

    /// Until when a reader waits for another before it reads on; `None` where it need not: there is room, or nobody a
    /// little behind it would find in what is kept what this one lets go.
    fn waited_for_until(&self, source: &Source, from: u64) -> Option<Instant> {
        if self.batches.iter().filter(|entry| entry.source == *source).count() < KEPT {
            return None;
        }
        let behind = self.readers.values().filter(|place| place.source == *source && place.is_behind(from));
        behind.map(|place| place.moved_at + PATIENCE).filter(|until| *until > Instant::now()).min()
    }

    /// A batch to be read from this sequence on, in the place of the one that is needed last.
    fn add(&mut self, source: &Source, from: u64) -> Arc<OnceCell<Batch>> {
        let num_kept = self.batches.iter().filter(|entry| entry.source == *source).count();
        if num_kept >= KEPT {
            let of_source = self.batches.iter().enumerate().filter(|(_, entry)| entry.source == *source);
            let is_read = of_source.filter(|(_, entry)| entry.batch.initialized());
            // Of equals the last one is taken, which is the oldest.
            let needed_last = is_read.rev().max_by_key(|(_, entry)| self.distance_to(entry));
            if let Some(place) = needed_last.map(|(place, _)| place) {
                self.batches.remove(place);
            }
        }
        let (batch, used_at) = (Arc::default(), Instant::now());
        self.batches.push_back(Entry { source: source.clone(), from, batch: Arc::clone(&batch), used_at });
        batch
    }

    /// How far before a batch the nearest of those is who are still to read it.
    fn distance_to(&self, entry: &Entry) -> u64 {
        let last = entry.last().unwrap_or(u64::MAX);
        let readers =
            self.readers.values().filter(|place| place.source == entry.source && place.from <= last);
        readers.map(|place| entry.from.saturating_sub(place.from)).min().unwrap_or(u64::MAX)
    }

    /// Forgets the oldest until the others take no more than this; the newest is kept whatever it takes.
    fn keep_within(&mut self, most_bytes: usize) {
        let mut left = most_bytes;
        let fits = |entry: &&Entry| {
            let bytes = entry.batch.get().map_or(0, Batch::num_bytes);
            let is_within = bytes <= left;
            left = left.saturating_sub(bytes);
            is_within
        };
        let num_kept = self.batches.iter().rev().take_while(fits).count().max(1);
        self.batches.drain(..self.batches.len().saturating_sub(num_kept));
    }
}

impl Entry {
    /// Whether the message of this sequence, or the next behind it, is in it or will be.
    fn has(&self, from: u64) -> bool {
        self.from == from || (self.from < from && self.last().is_some_and(|last| from <= last))
    }

    /// Sequence of the last message; `None` while it is being read.
    fn last(&self) -> Option<u64> {
        self.batch.get().and_then(|batch| batch.deliveries().last()).map(|last| last.sequence)
    }
}

impl Place {
    /// Whether it is so little behind that it is waited for.
    const fn is_behind(&self, from: u64) -> bool {
        self.from < from && from - self.from <= WAITED_FOR
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use time::OffsetDateTime;

    use super::*;

    /// A stream of so many messages, each of so many bytes, that counts how often it is read.
    #[derive(Debug, Clone)]
    struct Stored {
        cache: BatchCache,
        num_messages: u64,
        bytes: usize,
        num_reads: Arc<AtomicU64>,
    }

    impl Stored {
        fn new(num_messages: u64) -> Self {
            Self { cache: BatchCache::default(), num_messages, bytes: 0, num_reads: Arc::default() }
        }

        fn reader(&self, stream: StreamName) -> CachedReader {
            self.cache.reader(Source { stream, filter: None })
        }

        /// The sequences that a reader finds from one on.
        async fn read(&self, reader: &CachedReader, from: u64) -> Vec<u64> {
            let read = async {
                self.num_reads.fetch_add(1, Ordering::Relaxed);
                let last = self.num_messages.min(from + BATCH as u64 - 1);
                Ok((from..=last).map(|sequence| self.delivery(sequence)).collect())
            };
            let batch = reader.get_or_read(from, read).await.unwrap();
            batch.deliveries().iter().map(|delivery| delivery.sequence).collect()
        }

        fn delivery(&self, sequence: u64) -> Delivery {
            Delivery {
                subject: "snapshot.raw.test.a".into(),
                headers: None,
                payload: bytes::Bytes::from(vec![0; self.bytes]),
                sequence,
                stored_at: OffsetDateTime::UNIX_EPOCH,
                pending: 0,
            }
        }

        /// Reads everything, with a pause after each batch, and tells what it found.
        async fn read_all(self, pause: impl Fn() -> Duration) -> Vec<u64> {
            let reader = self.reader(StreamName::Valid);
            let mut found = Vec::new();
            while (found.len() as u64) < self.num_messages {
                let next = found.last().map_or(1, |last| last + 1);
                found.extend(self.read(&reader, next).await);
                tokio::time::sleep(pause()).await;
            }
            found
        }

        fn num_reads(&self) -> u64 {
            self.num_reads.load(Ordering::Relaxed)
        }
    }

    #[tokio::test]
    async fn what_one_has_read_others_find_from_any_place_in_it() {
        let stored = Stored::new(BATCH as u64 + 5);
        let [one, other] = [(); 2].map(|()| stored.reader(StreamName::Valid));
        assert_eq!(stored.read(&one, 1).await.len(), BATCH);
        assert_eq!(stored.read(&other, 998).await, [998, 999, 1_000]);
        assert_eq!(stored.num_reads(), 1);
        // It need not be full: what was read between two messages stays as it is.
        assert_eq!(stored.read(&one, 1_001).await, [1_001, 1_002, 1_003, 1_004, 1_005]);
        assert_eq!(stored.read(&other, 1_004).await, [1_004, 1_005]);
        assert_eq!(stored.num_reads(), 2);
    }

    #[tokio::test]
    async fn where_the_newest_of_a_subject_counts_it_is_read_again() {
        let stored = Stored::new(7);
        let [one, other] = [(); 2].map(|()| stored.reader(StreamName::Views));
        stored.read(&one, 1).await;
        stored.read(&other, 1).await;
        assert_eq!(stored.num_reads(), 2);
    }

    #[tokio::test]
    async fn where_nothing_was_yet_it_is_looked_again() {
        let mut stored = Stored::new(0);
        let reader = stored.reader(StreamName::Valid);
        assert!(stored.read(&reader, 1).await.is_empty());
        stored.num_messages = 1;
        assert_eq!(stored.read(&reader, 1).await, [1]);
    }

    #[tokio::test]
    async fn a_fault_is_not_kept() {
        let stored = Stored::new(1);
        let reader = stored.reader(StreamName::Valid);
        let fault = async { Err(crate::BusError::NotStored { subject: "x".to_owned() }) };
        assert!(reader.get_or_read(1, fault).await.is_err());
        assert_eq!(stored.read(&reader, 1).await, [1]);
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_is_ahead_waits_so_that_all_find_what_one_has_read() {
        let stored = Stored::new(60 * BATCH as u64);
        let fast = tokio::spawn(stored.clone().read_all(|| Duration::from_millis(1)));
        let slow = tokio::spawn(stored.clone().read_all(|| Duration::from_millis(50)));
        let expected: Vec<u64> = (1..=stored.num_messages).collect();
        assert_eq!(fast.await.unwrap(), expected);
        assert_eq!(slow.await.unwrap(), expected);
        assert_eq!(stored.num_reads(), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_begins_later_catches_up_with_the_others() {
        let stored = Stored::new(200 * BATCH as u64);
        let pause = || Duration::from_millis(10);
        let first = tokio::spawn(stored.clone().read_all(pause));
        tokio::time::sleep(Duration::from_millis(300)).await;
        let later = tokio::spawn(stored.clone().read_all(|| Duration::from_millis(2)));
        assert_eq!(first.await.unwrap(), later.await.unwrap());
        // The first thirty or so were gone.
        assert!((200..250).contains(&stored.num_reads()), "{} reads", stored.num_reads());
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_stands_still_or_is_gone_is_not_waited_for() {
        let stored = Stored::new(60 * BATCH as u64);
        let still = stored.reader(StreamName::Valid);
        stored.read(&still, 1).await;
        let begun = Instant::now();
        stored.clone().read_all(|| Duration::ZERO).await;
        assert!(begun.elapsed() < PATIENCE * 2, "{:?}", begun.elapsed());
        stored.read(&still, 2_001).await;
        drop(still);
        let begun = Instant::now();
        stored.clone().read_all(|| Duration::ZERO).await;
        assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_is_far_behind_does_not_hold_up_what_is_new() {
        let stored = Stored::new(WAITED_FOR * 3);
        let reading = tokio::spawn(stored.clone().read_all(|| Duration::from_millis(20)));
        tokio::time::sleep(Duration::from_millis(400)).await;
        let newest = stored.reader(StreamName::Valid);
        let begun = Instant::now();
        assert_eq!(stored.read(&newest, WAITED_FOR * 3).await, [WAITED_FOR * 3]);
        assert!(begun.elapsed() < Duration::from_millis(1), "{:?}", begun.elapsed());
        reading.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn whatever_their_speeds_each_reads_everything_in_order() {
        let stored = Stored::new(100 * BATCH as u64 + 7);
        let expected: Vec<u64> = (1..=stored.num_messages).collect();
        let mut reading = tokio::task::JoinSet::new();
        for most in [3, 30, 80, 300, 3_000] {
            let pause = move || Duration::from_millis(rand::random_range(0..most));
            reading.spawn(stored.clone().read_all(pause));
            tokio::time::sleep(pause()).await;
        }
        while let Some(found) = reading.join_next().await {
            assert!(found.unwrap() == expected);
        }
    }

    #[tokio::test]
    async fn of_large_batches_fewer_are_kept_and_the_newest_always() {
        // Each takes a little over five megabytes, so that three fit.
        let mut stored = Stored { bytes: 5 << 10, ..Stored::new(10 * BATCH as u64) };
        let reader = stored.reader(StreamName::Raw);
        let kept = |stored: &Stored| -> Vec<u64> {
            stored.cache.lock().batches.iter().map(|entry| entry.from).collect()
        };
        for (from, expected) in [(1, vec![1]), (1_001, vec![1, 1_001]), (2_001, vec![1, 1_001, 2_001])] {
            stored.read(&reader, from).await;
            assert_eq!(kept(&stored), expected);
        }
        stored.read(&reader, 3_001).await;
        assert_eq!(kept(&stored), [1_001, 2_001, 3_001]);
        stored.bytes = KEPT_BYTES / 100;
        stored.read(&reader, 4_001).await;
        assert_eq!(kept(&stored), [4_001]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_reads_any_more_is_let_go() {
        let stored = Stored::new(10);
        let reader = stored.reader(StreamName::Raw);
        stored.read(&reader, 1).await;
        // Looking for more does not count.
        for _ in 0..30 {
            tokio::time::sleep(IDLE / 10).await;
            assert!(stored.read(&reader, 11).await.is_empty());
        }
        assert!(stored.cache.lock().batches.is_empty());
        stored.read(&reader, 1).await;
        assert_eq!(stored.cache.lock().batches.len(), 1);
    }
}
