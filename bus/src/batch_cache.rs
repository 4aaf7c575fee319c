//! Batches that were read a moment ago: agents of one process that rebuild their state at the same time read the same
//! events of a stream, and the server hands them out once.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use crate::Result;
use crate::delivery::Delivery;
use crate::streams::StreamName;

/// Messages of a full batch.
pub(crate) const BATCH: usize = 1_000;
/// Batches that are kept; some megabytes.
const KEPT: usize = 24;

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
pub(crate) struct BatchCache(Arc<Mutex<VecDeque<(BatchKey, Batch)>>>);

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
        }
        found.cloned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<(BatchKey, Batch)>> {
        // Nothing panics while it is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn entry(&self, key: &BatchKey) -> Batch {
        let mut kept = self.lock();
        if let Some((_, batch)) = kept.iter().find(|(known, _)| known == key) {
            return batch.clone();
        }
        while kept.len() >= KEPT {
            kept.pop_front();
        }
        let batch = Batch::default();
        kept.push_back((key.clone(), batch.clone()));
        batch
    }

    fn forget(&self, key: &BatchKey, batch: &Batch) {
        self.lock().retain(|(known, kept)| known != key || !Arc::ptr_eq(kept, batch));
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use time::OffsetDateTime;

    use super::*;

    fn batch(num: usize) -> Vec<Delivery> {
        let delivery = |sequence| Delivery {
            subject: "snapshot.raw.test.a".into(),
            headers: None,
            payload: bytes::Bytes::new(),
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
    async fn a_fault_is_not_kept() {
        let cache = BatchCache::default();
        let key = BatchKey { stream: StreamName::Raw, filter: None, from: 1 };
        let fault = || crate::BusError::NotStored { subject: "x".to_owned() };
        assert!(cache.get_or_read(key, async { Err(fault()) }).await.is_err());
        assert_eq!(num_reads(&cache, StreamName::Raw, 1, BATCH, 2).await, 1);
    }
}
