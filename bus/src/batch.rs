//! Stored messages that were read together. They are decoded once for all agents of a process that take them in.

use std::any::Any;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use casa24_schemas::Event;
use tokio::sync::OnceCell;

use crate::decode::Unreadable;
use crate::delivery::Delivery;
use crate::harness::Received;
use crate::subjects::Subjects;

/// What a message and one of its headers take beside their text.
const MESSAGE_BYTES: usize = 256;
const HEADER_BYTES: usize = 96;

/// Consecutive messages of a stream, oldest first; clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Batch {
    shared: Arc<Shared>,
    range: Range<usize>,
}

#[derive(Debug)]
struct Shared {
    deliveries: Vec<Delivery>,
    /// About what they take.
    num_bytes: usize,
    /// A [`Read`] of each delivery, as the type that asked first has it.
    decoded: OnceCell<Arc<dyn Any + Send + Sync>>,
}

/// A delivery read as an event.
type Read<E> = Result<Received<E>, Unreadable>;

impl Batch {
    pub(crate) fn new(deliveries: Vec<Delivery>) -> Self {
        let (range, num_bytes) = (0..deliveries.len(), deliveries.iter().map(num_bytes).sum());
        Self { shared: Arc::new(Shared { deliveries, num_bytes, decoded: OnceCell::new() }), range }
    }

    /// About what the whole of what was read takes in memory.
    pub(crate) fn num_bytes(&self) -> usize {
        self.shared.num_bytes
    }

    pub(crate) fn deliveries(&self) -> &[Delivery] {
        self.shared.deliveries.get(self.range.clone()).unwrap_or_default()
    }

    /// Those between two sequences, both included.
    pub(crate) fn between(&self, first: u64, last: u64) -> Self {
        let deliveries = &self.shared.deliveries;
        let start = deliveries.partition_point(|delivery| delivery.sequence < first);
        let end = deliveries.partition_point(|delivery| delivery.sequence <= last);
        let range = start.max(self.range.start)..end.min(self.range.end);
        Self { shared: self.shared.clone(), range }
    }

    /// The messages as events of this type, from the stream of this name.
    pub(crate) async fn decoded<E: Event>(self, subjects: &Subjects, stream: &str) -> Decoded<E> {
        let read = |delivery: &Delivery| -> Read<E> {
            let event = delivery.read(subjects)?;
            Ok(Received { event, stored: delivery.stored(stream) })
        };
        let decode = || -> Arc<Vec<Read<E>>> { Arc::new(self.shared.deliveries.iter().map(read).collect()) };
        let first: Arc<dyn Any + Send + Sync> =
            self.shared.decoded.get_or_init(|| async { decode() as _ }).await.clone();
        // One type alone is read from each stream that is shared.
        let read = first.downcast().unwrap_or_else(|_| decode());
        let events = Events { read, range: self.range.clone(), left_out: Arc::default() };
        Decoded { batch: self, events }
    }
}

/// Messages, and the events in them.
#[derive(Debug)]
pub(crate) struct Decoded<E> {
    batch: Batch,
    /// Those that could be read.
    pub(crate) events: Events<E>,
}

impl<E> Decoded<E> {
    pub(crate) fn deliveries(&self) -> &[Delivery] {
        self.batch.deliveries()
    }

    /// The messages that are not such events, and why.
    pub(crate) fn unreadable(&self) -> impl Iterator<Item = (&Delivery, &Unreadable)> {
        let read = self.events.read.get(self.events.range.clone()).unwrap_or_default();
        let both = self.deliveries().iter().zip(read);
        both.filter_map(|(delivery, read)| Some((delivery, read.as_ref().err()?)))
    }

    /// Those behind this sequence.
    pub(crate) fn behind(self, sequence: u64) -> Self {
        let batch = self.batch.between(sequence.saturating_add(1), u64::MAX);
        let events = Events { range: batch.range.clone(), ..self.events };
        Self { batch, events }
    }
}

/// Events in the order in which they were stored; clones share them.
#[derive(Debug)]
pub(crate) struct Events<E> {
    read: Arc<Vec<Read<E>>>,
    range: Range<usize>,
    /// Sequences of those that are not given to the agent.
    left_out: Arc<BTreeSet<u64>>,
}

impl<E> Clone for Events<E> {
    fn clone(&self) -> Self {
        Self { read: self.read.clone(), range: self.range.clone(), left_out: self.left_out.clone() }
    }
}

impl<E> Events<E> {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Received<E>> {
        let read = self.read.get(self.range.clone()).unwrap_or_default();
        let readable = read.iter().filter_map(|read| read.as_ref().ok());
        readable.filter(|received| !self.left_out.contains(&received.stored.sequence))
    }

    /// Without those of which this is true of the sequence.
    pub(crate) fn without(mut self, is_left_out: impl Fn(u64) -> bool) -> Self {
        let sequences = self.iter().map(|received| received.stored.sequence);
        let left_out: BTreeSet<u64> = sequences.filter(|sequence| is_left_out(*sequence)).collect();
        if !left_out.is_empty() {
            self.left_out = Arc::new(self.left_out.union(&left_out).copied().collect());
        }
        self
    }

    /// Each alone.
    pub(crate) fn one_by_one(&self) -> impl Iterator<Item = Self> {
        let each = self.range.clone().map(|place| Self { range: place..place + 1, ..self.clone() });
        each.filter(|one| one.iter().next().is_some())
    }
}

fn num_bytes(delivery: &Delivery) -> usize {
    let headers = delivery.headers.iter().flat_map(|headers| headers.iter());
    let headers = headers.flat_map(|(name, values)| {
        values.iter().map(move |value| HEADER_BYTES + AsRef::<str>::as_ref(name).len() + value.as_str().len())
    });
    MESSAGE_BYTES + delivery.payload.len() + headers.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Artist, RosterEntry};
    use time::OffsetDateTime;

    use super::*;

    /// Messages of these sequences: events, but for the one of sequence 3.
    fn batch(sequences: &[u64]) -> Batch {
        let artist = Artist::new("Luz Polar").unwrap();
        let event = RosterEntry { artist, accounts: [].into(), active: true };
        let body = |sequence| if sequence == 3 { b"{".to_vec() } else { serde_json::to_vec(&event).unwrap() };
        let delivery = |sequence: &u64| Delivery {
            subject: event.subject().into(),
            headers: None,
            payload: body(*sequence).into(),
            sequence: *sequence,
            stored_at: OffsetDateTime::UNIX_EPOCH,
            pending: 0,
        };
        Batch::new(sequences.iter().map(delivery).collect())
    }

    async fn decoded(batch: &Batch) -> Decoded<RosterEntry> {
        batch.clone().decoded(&Subjects::under("").unwrap(), "ROSTER").await
    }

    fn sequences<E>(events: &Events<E>) -> Vec<u64> {
        events.iter().map(|received| received.stored.sequence).collect()
    }

    #[tokio::test]
    async fn all_who_take_it_in_share_what_was_decoded_once() {
        let batch = batch(&[1, 2, 4]);
        let (whole, part) = (decoded(&batch).await, decoded(&batch.between(2, 3)).await);
        assert!(Arc::ptr_eq(&whole.events.read, &part.events.read));
        assert_eq!(sequences(&whole.events), [1, 2, 4]);
        assert_eq!(sequences(&part.events), [2]);
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_told_and_the_others_are_given() {
        let read = decoded(&batch(&[1, 3, 4])).await;
        assert_eq!(sequences(&read.events), [1, 4]);
        let unreadable: Vec<u64> = read.unreadable().map(|(delivery, _)| delivery.sequence).collect();
        assert_eq!(unreadable, [3]);
        let behind = read.behind(3);
        assert_eq!(sequences(&behind.events), [4]);
        assert_eq!(behind.unreadable().count(), 0);
        assert_eq!(behind.behind(u64::MAX).deliveries().len(), 0);
    }

    #[tokio::test]
    async fn some_can_be_left_out_and_each_be_given_alone() {
        let events = decoded(&batch(&[1, 2, 3, 4, 5])).await.events;
        let some = events.clone().without(|sequence| sequence == 2).without(|sequence| sequence == 5);
        assert_eq!(sequences(&some), [1, 4]);
        let alone: Vec<Vec<u64>> = some.one_by_one().map(|one| sequences(&one)).collect();
        assert_eq!(alone, [[1], [4]]);
        assert_eq!(sequences(&events), [1, 2, 4, 5], "others are given all");
    }

    #[tokio::test]
    async fn another_type_is_decoded_anew() {
        let batch = batch(&[1]);
        decoded(&batch).await;
        let other: Decoded<casa24_schemas::Forecast> =
            batch.clone().decoded(&Subjects::under("").unwrap(), "ROSTER").await;
        assert_eq!((other.events.iter().count(), other.unreadable().count()), (0, 1));
    }
}
