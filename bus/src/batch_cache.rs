//! Batches that were read a moment ago: agents of one process that rebuild their state at the same time read the same
//! events of a stream, and the server hands them out once.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::Instant;

use crate::Result;
use crate::delivery::Delivery;
use crate::streams::StreamName;

/// Messages of a full batch.
pub(crate) const BATCH: usize = 1_000;
/// Batches that are kept at most, and what their messages may take: those with lists of tracks and videos take a hundred
/// times as much as others.
const KEPT: usize = 24;
const KEPT_BYTES: usize = 16 << 20;
/// After so long without a reader nobody rebuilds state any more, and all are let go.
const IDLE: Duration = Duration::from_secs(10);
/// What a message and one of its headers take beside their text.
const MESSAGE_BYTES: usize = 256;
const HEADER_BYTES: usize = 96;

/// What a batch was read by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BatchKey {
    pub(crate) stream: StreamName,
    pub(crate) filter: Option<String>,
    pub(crate) from: u64,
}

type Batch = Arc<OnceCell<Vec<Delivery>>>;

/// The newest batches of streams that keep every event; clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct BatchCache(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    /// Oldest first.
    batches: VecDeque<(BatchKey, Batch)>,
    /// When a reader came last, as long as somebody looks whether one still does.
    read_at: Option<Instant>,
}

impl BatchCache {
    /// The batch of this key: the one that was read before, or is being read by somebody else, or that `read` gives.
    /// One that is not full is not kept: more may be stored behind it.
    pub(crate) async fn get_or_read(
        &self,
        key: BatchKey,
        read: impl Future<Output = Result<Vec<Delivery>>>,
    ) -> Result<Vec<Delivery>> {
        if !key.stream.keeps_all() {
            return read.await;
        }
        let batch = self.entry(&key);
        let found = batch.get_or_try_init(|| read).await;
        if found.as_ref().map_or(0, |found| found.len()) < BATCH {
            self.forget(&key, &batch);
        } else {
            self.lock().keep_within(KEPT_BYTES);
        }
        found.cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // Nothing panics while it is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn entry(&self, key: &BatchKey) -> Batch {
        let mut kept = self.lock();
        if kept.read_at.replace(Instant::now()).is_none() {
            tokio::spawn(self.clone().let_go_when_idle());
        }
        if let Some((_, batch)) = kept.batches.iter().find(|(known, _)| known == key) {
            return batch.clone();
        }
        while kept.batches.len() >= KEPT {
            kept.batches.pop_front();
        }
        let batch = Batch::default();
        kept.batches.push_back((key.clone(), batch.clone()));
        batch
    }

    fn forget(&self, key: &BatchKey, batch: &Batch) {
        self.lock().batches.retain(|(known, kept)| known != key || !Arc::ptr_eq(kept, batch));
    }

    async fn let_go_when_idle(self) {
        loop {
            tokio::time::sleep(IDLE).await;
            let mut kept = self.lock();
            if kept.read_at.is_none_or(|read_at| read_at.elapsed() >= IDLE) {
                *kept = Kept::default();
                return;
            }
        }
    }
}

impl Kept {
    /// Forgets the oldest until the others take no more than this; the newest is kept whatever it takes.
    fn keep_within(&mut self, most_bytes: usize) {
        let mut left = most_bytes;
        let fits = |(_, batch): &&(BatchKey, Batch)| {
            let bytes: usize = batch.get().map_or(0, |batch| batch.iter().map(bytes).sum());
            let is_within = bytes <= left;
            left = left.saturating_sub(bytes);
            is_within
        };
        let num_kept = self.batches.iter().rev().take_while(fits).count().max(1);
        self.batches.drain(..self.batches.len().saturating_sub(num_kept));
    }
}

/// About what a message takes.
fn bytes(delivery: &Delivery) -> usize {
    let headers = delivery.headers.iter().flat_map(|headers| headers.iter());
    let headers = headers.flat_map(|(name, values)| {
        values.iter().map(move |value| HEADER_BYTES + AsRef::<str>::as_ref(name).len() + value.as_str().len())
    });
    MESSAGE_BYTES + delivery.payload.len() + headers.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use time::OffsetDateTime;

    use super::*;

    fn batch(num: usize) -> Vec<Delivery> {
        batch_of(num, 0)
    }

    /// Messages whose bodies have so many bytes each.
    fn batch_of(num: usize, bytes: usize) -> Vec<Delivery> {
        let payload = bytes::Bytes::from(vec![0; bytes]);
        let delivery = |sequence| Delivery {
            subject: "snapshot.raw.test.a".into(),
            headers: None,
            payload: payload.clone(),
            sequence,
            stored_at: OffsetDateTime::UNIX_EPOCH,
            pending: 0,
        };
        (1..=num as u64).map(delivery).collect()
    }

    async fn num_reads(cache: &BatchCache, stream: StreamName, from: u64, size: usize, times: usize) -> u32 {
        let num = Cell::new(0);
        for _ in 0..times {
            let key = BatchKey { stream, filter: None, from };
            let read = async {
                num.set(num.get() + 1);
                Ok(batch(size))
            };
            assert_eq!(cache.get_or_read(key, read).await.unwrap().len(), size);
        }
        num.get()
    }

    #[tokio::test]
    async fn a_full_batch_of_a_stream_that_keeps_all_is_read_once() {
        let cache = BatchCache::default();
        assert_eq!(num_reads(&cache, StreamName::Valid, 1, BATCH, 3).await, 1);
        // More may come behind one that is not full.
        assert_eq!(num_reads(&cache, StreamName::Valid, 1 + BATCH as u64, BATCH - 1, 3).await, 3);
        // Of a view the newest is kept only: read again, it is another one.
        assert_eq!(num_reads(&cache, StreamName::Views, 1, BATCH, 3).await, 3);
    }

    #[tokio::test]
    async fn the_oldest_batches_are_forgotten() {
        let cache = BatchCache::default();
        for nth in 0..=KEPT as u64 {
            num_reads(&cache, StreamName::Raw, nth, BATCH, 1).await;
        }
        assert_eq!(num_reads(&cache, StreamName::Raw, 0, BATCH, 1).await, 1);
        assert_eq!(num_reads(&cache, StreamName::Raw, KEPT as u64, BATCH, 1).await, 0);
    }

    #[tokio::test]
    async fn of_large_batches_fewer_are_kept_and_the_newest_always() {
        let cache = BatchCache::default();
        let read = async |from: u64, bytes: usize| {
            let key = BatchKey { stream: StreamName::Raw, filter: None, from };
            cache.get_or_read(key, async { Ok(batch_of(BATCH, bytes)) }).await.unwrap();
            cache.lock().batches.iter().map(|(key, _)| key.from).collect::<Vec<_>>()
        };
        // Each takes a little over five megabytes, so that three fit.
        for (from, expected) in [(0, vec![0]), (1, vec![0, 1]), (2, vec![0, 1, 2]), (3, vec![1, 2, 3])] {
            assert_eq!(read(from, 5 << 10).await, expected);
        }
        assert_eq!(read(4, KEPT_BYTES / 100).await, [4]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_reads_any_more_is_let_go() {
        let cache = BatchCache::default();
        num_reads(&cache, StreamName::Raw, 0, BATCH, 1).await;
        tokio::time::sleep(IDLE / 2).await;
        assert_eq!(num_reads(&cache, StreamName::Raw, 0, BATCH, 1).await, 0);
        // The second look finds it idle.
        tokio::time::sleep(IDLE * 2 + Duration::from_millis(1)).await;
        assert!(cache.lock().batches.is_empty());
        assert_eq!(num_reads(&cache, StreamName::Raw, 0, BATCH, 2).await, 1);
    }

    #[tokio::test]
    async fn a_fault_is_not_kept() {
        let cache = BatchCache::default();
        let key = BatchKey { stream: StreamName::Raw, filter: None, from: 1 };
        let fault = || crate::BusError::NotStored { subject: "x".to_owned() };
        assert!(cache.get_or_read(key, async { Err(fault()) }).await.is_err());
        assert_eq!(num_reads(&cache, StreamName::Raw, 1, BATCH, 2).await, 1);
    }
}
