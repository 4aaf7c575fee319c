//! Reading what is stored, in order.

use std::collections::HashSet;
use std::time::Duration;

use async_nats::jetstream::stream::{RawMessageErrorKind, Stream};
use casa24_schemas::Event;
use futures::{Stream as Messages, StreamExt, TryStreamExt};
use time::OffsetDateTime;

use crate::batch::Batch;
use crate::delivery::{Delivery, Stored, StoredEvent};
use crate::direct_get::DirectReader;
use crate::harness::EventReader;
use crate::ordered::OrderedReader;
use crate::patience::{Patience, connection_lost};
use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

/// Pause before a replica that is behind the leader is asked again.
pub(crate) const AGAIN: Duration = Duration::from_millis(10);

/// What to read of a stream.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) stream: StreamName,
    /// Filter without the installation's prefix.
    pub(crate) filter: &'a str,
    /// First sequence.
    pub(crate) from: u64,
}

impl Bus {
    /// Every stored event under a filter such as `snapshot.valid.>`, oldest first, up to the newest one at the
    /// moment of the call. Messages that are not events of this type are skipped: the agent that consumes the
    /// stream has sent them to the dead letters.
    ///
    /// # Errors
    /// When the stream cannot be read; faults on the way end the replay with an error.
    pub async fn replay<E: Event>(
        &self,
        filter: &str,
    ) -> Result<impl Messages<Item = Result<StoredEvent<E>>> + use<E>> {
        self.replay_after(filter, 0).await
    }

    /// The events that were stored under a filter after a sequence of its stream, oldest first, up to the newest one at
    /// the moment of the call.
    ///
    /// # Errors
    /// As with [`Bus::replay`].
    pub async fn replay_after<E: Event>(
        &self,
        filter: &str,
        sequence: u64,
    ) -> Result<impl Messages<Item = Result<StoredEvent<E>>> + use<E>> {
        let stream = StreamName::storing(filter)?;
        let bus = self.clone();
        let name = self.subjects().stream(stream.as_str());
        let messages = self.read_to_end(&Reading { stream, filter, from: sequence + 1 }, u64::MAX).await?;
        Ok(messages.filter_map(move |delivery| {
            let event = delivery.map(|delivery| {
                let stored = delivery.stored(&name);
                delivery.read::<E>(bus.subjects()).ok().map(|event| StoredEvent { event, stored })
            });
            std::future::ready(event.transpose())
        }))
    }

    /// As [`Bus::replay_after`], for what need not be kept: agents of this process that read the same events decode them
    /// once for all.
    ///
    /// # Errors
    /// As with [`Bus::replay`].
    pub async fn visit_after<E: Event>(
        &self,
        filter: &str,
        sequence: u64,
        mut visit: impl FnMut(&E, &Stored),
    ) -> Result<()> {
        let stream = StreamName::storing(filter)?;
        let name = self.subjects().stream(stream.as_str());
        let batches = self.batches_to_end(&Reading { stream, filter, from: sequence + 1 }, u64::MAX).await?;
        let mut reader = EventReader::new(batches, self.subjects().clone(), name);
        while let Some(read) = reader.next().await.transpose()? {
            read.events.iter().for_each(|received| visit(&received.event, &received.stored));
        }
        Ok(())
    }

    /// The events under a filter that the server stored at an instant or later, oldest first, up to the newest one at the
    /// moment of the call. What was restored from a backup was stored when it was restored.
    ///
    /// # Errors
    /// As with [`Bus::replay`].
    pub async fn replay_since<E: Event>(
        &self,
        filter: &str,
        since: OffsetDateTime,
    ) -> Result<impl Messages<Item = Result<StoredEvent<E>>> + use<E>> {
        let stream = StreamName::storing(filter)?;
        let wire = self.subjects().wire(filter);
        let before = match DirectReader::new(self, stream).await?.first_since(&wire, since).await? {
            Some(first) => first - 1,
            None if self.open(stream).await?.cached_info().config.num_replicas < 2 => u64::MAX - 1,
            // The replica that answered may be behind the leader.
            None => 0,
        };
        self.replay_after(filter, before).await
    }

    /// The newest stored event of each subject under a filter. What was stored on the subject of an artist's earlier
    /// id is of today's subject. Where the newest message of a subject cannot be read, the newest before it that can
    /// be; the other one goes to the dead letters of the reader, the name of the connection.
    ///
    /// # Errors
    /// When the stream cannot be read.
    pub async fn newest<E: Event>(&self, filter: &str) -> Result<Vec<StoredEvent<E>>> {
        let stream = StreamName::storing(filter)?;
        let name = self.subjects().stream(stream.as_str());
        let mut found: Vec<StoredEvent<E>> = Vec::new();
        for delivery in self.newest_readable::<E>(stream, filter).await? {
            let stored = delivery.stored(&name);
            found.extend(delivery.read(self.subjects()).ok().map(|event| StoredEvent { event, stored }));
        }
        let mut seen = HashSet::new();
        found.reverse();
        found.retain(|stored| seen.insert(stored.event.subject()));
        found.reverse();
        Ok(found)
    }

    /// As [`Bus::newest`]; a bus that is away is waited for. (A future of its own: [`Bus::patiently`] takes a closure, whose
    /// future cannot move between threads.)
    ///
    /// # Errors
    /// When the fault lasts, or cannot pass.
    pub async fn newest_patiently<E: Event>(
        &self,
        filter: &str,
        patience: Patience,
    ) -> Result<Vec<StoredEvent<E>>> {
        let mut tries = patience.begin();
        loop {
            let mut disconnect = self.disconnect();
            let outcome = tokio::select! {
                outcome = self.newest(filter) => outcome,
                () = disconnect.happened() => Err(connection_lost()),
            };
            match outcome {
                Ok(found) => return Ok(found),
                Err(error) => tries.pause_after(error).await?,
            }
        }
    }

    /// The stream of a name, with its state now.
    pub(crate) async fn open(&self, name: StreamName) -> Result<Stream> {
        let stream = self.subjects().stream(name.as_str());
        self.jetstream().get_stream(&stream).await.map_err(|error| BusError::Stream {
            stream,
            action: "open it",
            source: error.into(),
        })
    }

    /// Messages in order, up to the newest one that the stream holds now, or `until` where that is earlier.
    pub(crate) async fn read_to_end(
        &self,
        reading: &Reading<'_>,
        until: u64,
    ) -> Result<impl Messages<Item = Result<Delivery>> + Send + use<>> {
        let batches = self.batches_to_end(reading, until).await?;
        let messages = |batch: Batch| futures::stream::iter(batch.deliveries().to_vec().into_iter().map(Ok));
        Ok(batches.map_ok(messages).try_flatten())
    }

    /// As [`Bus::read_to_end`], in the batches in which they are read; none is empty.
    pub(crate) async fn batches_to_end(
        &self,
        reading: &Reading<'_>,
        until: u64,
    ) -> Result<impl Messages<Item = Result<Batch>> + Send + use<>> {
        let stream = self.open(reading.stream).await?;
        let last = stream.cached_info().state.last_sequence.min(until);
        let narrow = reading.stream.narrow(reading.filter).is_some();
        if self.reads_by_consumer() {
            let filter = narrow.then(|| self.subjects().wire(reading.filter));
            let reader = OrderedReader::open(&stream, filter, reading.from, last).await?;
            let batches = futures::stream::try_unfold(reader, |mut reader| async move {
                let batch = reader.next().await?;
                Ok(batch.map(|batch| (batch, reader)))
            });
            return Ok(batches.left_stream());
        }
        let to_end = ToEnd {
            last,
            leader: Leader::of(stream),
            reader: DirectReader::new(self, reading.stream).await?,
            filter: self.subjects().wire(reading.filter),
            narrow,
            from: reading.from,
        };
        let batches = futures::stream::try_unfold(to_end, |mut to_end| async move {
            let batch = to_end.next().await?;
            Ok(batch.map(|batch| (batch, to_end)))
        });
        Ok(batches.right_stream())
    }
}

/// A reading that ends.
struct ToEnd {
    reader: DirectReader,
    leader: Leader,
    filter: String,
    /// Whether the stream stores other subjects too.
    narrow: bool,
    /// First sequence that is not read yet.
    from: u64,
    /// Last sequence to read.
    last: u64,
}

impl ToEnd {
    /// The next messages, at least one; `None` at the end.
    async fn next(&mut self) -> Result<Option<Batch>> {
        while self.from <= self.last {
            let filter = self.narrow.then_some(self.filter.as_str());
            let batch = self.reader.next_of(filter, self.from).await?;
            if let Some(newest) = batch.deliveries().last() {
                let first = std::mem::replace(&mut self.from, newest.sequence + 1);
                let batch = batch.between(first, self.last);
                return Ok(Some(batch).filter(|batch| !batch.deliveries().is_empty()));
            }
            match self.leader.first_of(&self.filter, self.from).await? {
                Some(sequence) if sequence <= self.last => tokio::time::sleep(AGAIN).await,
                _ => break,
            }
        }
        Ok(None)
    }
}

/// The leader of a stream, which knows all that is stored; its replicas may be behind.
pub(crate) struct Leader(Stream);

impl Leader {
    pub(crate) const fn of(stream: Stream) -> Self {
        Self(stream)
    }

    /// Sequence of the first message under a filter, with the installation's prefix, from a sequence on, of which only
    /// the leader of a stream with replicas need be asked; `None` where there is none, or no replica.
    pub(crate) async fn first_of(&self, filter: &str, from: u64) -> Result<Option<u64>> {
        if self.0.cached_info().config.num_replicas < 2 {
            return Ok(None);
        }
        match self.0.get_first_raw_message_by_subject(filter, from).await {
            Ok(message) => Ok(Some(message.sequence)),
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(BusError::Stream {
                stream: self.0.cached_info().config.name.clone(),
                action: "read it",
                source: error.into(),
            }),
        }
    }
}
