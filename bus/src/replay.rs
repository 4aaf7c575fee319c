//! Reading what is stored, in order, without being a durable consumer.

use std::collections::HashSet;

use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::{DeliverPolicy, pull::OrderedConfig};
use async_nats::jetstream::stream::Stream;
use casa24_schemas::Event;
use futures::{Stream as Messages, StreamExt, TryStreamExt};
use time::OffsetDateTime;

use crate::decode::{self, Unreadable};
use crate::streams::StreamName;
use crate::trace::TraceContext;
use crate::{Bus, BusError, Result};

/// Where and when an event was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Sequence in its stream.
    pub sequence: u64,
    /// When the server stored it.
    pub stored_at: OffsetDateTime,
    /// Trace that it belongs to.
    pub trace: TraceContext,
    /// Major version of the schema that it was written in; `None` where it does not say.
    pub schema_major: Option<u16>,
}

/// An event with where and when it was stored.
#[derive(Debug, Clone)]
pub struct StoredEvent<E> {
    /// The event.
    pub event: E,
    /// Where and when it was stored.
    pub stored: Stored,
}

/// A message as the server handed it out.
pub(crate) struct Delivery {
    pub(crate) message: Message,
    pub(crate) sequence: u64,
    pub(crate) stored_at: OffsetDateTime,
    /// Messages that the server still holds for this consumer.
    pub(crate) pending: u64,
}

impl Delivery {
    pub(crate) fn of(message: Message) -> Option<Self> {
        let (sequence, stored_at, pending) = {
            let info = message.info().ok()?;
            (info.stream_sequence, info.published, info.pending)
        };
        Some(Self { sequence, stored_at, pending, message })
    }

    /// Whether the server has handed it out before.
    pub(crate) fn is_redelivered(&self) -> bool {
        self.message.info().is_ok_and(|info| info.delivered > 1)
    }

    pub(crate) fn read<E: Event>(&self, bus: &Bus) -> Result<E, Unreadable> {
        decode::event(
            bus.subjects(),
            &self.message.subject,
            self.message.headers.as_ref(),
            &self.message.payload,
        )
    }

    pub(crate) fn stored(&self, stream: &str) -> Stored {
        Stored {
            sequence: self.sequence,
            stored_at: self.stored_at,
            trace: decode::trace_of(self.message.headers.as_ref(), stream, self.sequence),
            schema_major: decode::schema_major_of(self.message.headers.as_ref()),
        }
    }
}

/// What to read of a stream.
#[derive(Debug, Clone)]
pub(crate) struct Reading<'a> {
    pub(crate) stream: StreamName,
    /// Filters without the installation's prefix.
    pub(crate) filters: &'a [String],
    pub(crate) deliver: DeliverPolicy,
    pub(crate) headers_only: bool,
}

/// The consumer behind a reading.
struct Reader {
    num_stored: u64,
    stream: Stream,
    name: String,
}

impl Reader {
    /// Takes the consumer off the server, which would do so itself after some seconds: many short readings must not
    /// add up to its limit.
    async fn end(&self) {
        self.stream.delete_consumer(&self.name).await.ok();
    }
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
        let stream = StreamName::storing(filter)?;
        let filters = [filter.to_owned()];
        let reading = Reading { stream, filters: &filters, deliver: DeliverPolicy::All, headers_only: false };
        self.replay_events(&reading).await
    }

    /// The newest stored event of each subject under a filter. What was stored on the subject of an artist's earlier
    /// id is of today's subject.
    ///
    /// # Errors
    /// When the stream cannot be read.
    pub async fn newest<E: Event>(&self, filter: &str) -> Result<Vec<StoredEvent<E>>> {
        let stream = StreamName::storing(filter)?;
        let filters = [filter.to_owned()];
        let deliver = DeliverPolicy::LastPerSubject;
        let reading = Reading { stream, filters: &filters, deliver, headers_only: false };
        let mut found: Vec<StoredEvent<E>> = self.replay_events(&reading).await?.try_collect().await?;
        let mut seen = HashSet::new();
        found.reverse();
        found.retain(|stored| seen.insert(stored.event.subject()));
        found.reverse();
        Ok(found)
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
        let filters = [filter.to_owned()];
        let deliver = DeliverPolicy::ByStartSequence { start_sequence: sequence + 1 };
        let reading = Reading { stream, filters: &filters, deliver, headers_only: false };
        self.replay_events(&reading).await
    }

    async fn replay_events<E: Event>(
        &self,
        reading: &Reading<'_>,
    ) -> Result<impl Messages<Item = Result<StoredEvent<E>>> + use<E>> {
        let bus = self.clone();
        let name = self.subjects().stream(reading.stream.as_str());
        let messages = self.read_to_end(reading, u64::MAX).await?;
        Ok(messages.filter_map(move |delivery| {
            let event = delivery.map(|delivery| {
                let stored = delivery.stored(&name);
                delivery.read::<E>(&bus).ok().map(|event| StoredEvent { event, stored })
            });
            std::future::ready(event.transpose())
        }))
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

    /// Messages in order from an ordered consumer, which resumes by itself after a disconnect and never ends;
    /// with the number of them that are stored already.
    pub(crate) async fn read_on(
        &self,
        reading: &Reading<'_>,
    ) -> Result<(u64, impl Messages<Item = Result<Delivery>> + Send + use<>)> {
        let (reader, deliveries) = self.reader(reading).await?;
        Ok((reader.num_stored, deliveries))
    }

    async fn reader(
        &self,
        reading: &Reading<'_>,
    ) -> Result<(Reader, impl Messages<Item = Result<Delivery>> + Send + use<>)> {
        let stream = self.open(reading.stream).await?;
        let name = self.subjects().stream(reading.stream.as_str());
        let fail = move |action, source| BusError::Consumer {
            consumer: format!("reader of {name}"),
            action,
            source,
        };
        // The server wants a filter for the newest of each subject.
        let wants_filter = matches!(reading.deliver, DeliverPolicy::LastPerSubject);
        let filters = reading
            .filters
            .iter()
            .filter_map(
                |filter| if wants_filter { Some(filter.as_str()) } else { reading.stream.narrow(filter) },
            )
            .map(|filter| self.subjects().wire(filter))
            .collect();
        let consumer = stream
            .create_consumer(OrderedConfig {
                filter_subjects: filters,
                deliver_policy: reading.deliver,
                headers_only: reading.headers_only,
                ..OrderedConfig::default()
            })
            .await
            .map_err(|error| fail("create it", error.into()))?;
        let reader = Reader {
            num_stored: consumer.cached_info().num_pending,
            name: consumer.cached_info().name.clone(),
            stream,
        };
        let messages = consumer.messages().await.map_err(|error| fail("read it", error.into()))?;
        let deliveries = messages.filter_map(move |message| {
            let delivery = match message {
                Ok(message) => Delivery::of(message).map(Ok),
                Err(error) => Some(Err(fail("read it", error.into()))),
            };
            std::future::ready(delivery)
        });
        Ok((reader, deliveries))
    }

    /// Messages in order, up to the newest one that the stream holds now, or `until` where that is earlier.
    pub(crate) async fn read_to_end(
        &self,
        reading: &Reading<'_>,
        until: u64,
    ) -> Result<impl Messages<Item = Result<Delivery>> + Send + use<>> {
        let disconnect = self.disconnect();
        let last = self.open(reading.stream).await?.cached_info().state.last_sequence.min(until);
        let (reader, deliveries) = self.reader(reading).await?;
        let done = reader.num_stored == 0 || last == 0;
        let state = (Box::pin(deliveries), disconnect, reader, done);
        // The end is known with the last message: waiting for a next one would wait for ever.
        Ok(futures::stream::unfold(state, move |(mut deliveries, mut disconnect, reader, done)| async move {
            if done {
                reader.end().await;
                return None;
            }
            let delivery = tokio::select! {
                biased;
                delivery = deliveries.next() => delivery?,
                // The reader may be lost with the server; to find out would take it half a minute.
                () = disconnect.happened() => Err(BusError::Request {
                    subject: "replay".to_owned(),
                    fault: "the connection was lost".to_owned(),
                }),
            };
            let done = match &delivery {
                Ok(delivery) if delivery.sequence > last => {
                    reader.end().await;
                    return None;
                }
                Ok(delivery) => delivery.pending == 0 || delivery.sequence == last,
                Err(_) => true,
            };
            Some((delivery, (deliveries, disconnect, reader, done)))
        }))
    }
}
