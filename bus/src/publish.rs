//! Durable publishing: one event, or many in atomic batches (ADR-50 of NATS, `allow_atomic_publish`).
//!
//! The `jetstream-extra` crate has batches too, on an older async-nats: two clients in one program would cost
//! more than these few lines.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_nats::{HeaderMap, Request};
use bytes::Bytes;
use casa24_schemas::Event;
use serde::Deserialize;

use crate::delivery::StoredEvent;
use crate::direct_get::DirectReader;
use crate::outgoing::Outgoing;
use crate::patience::Patience;
use crate::store_fault::StoreFault;
use crate::streams::{DUPLICATE_WINDOW, StreamName, stored_signal};
use crate::{Bus, BusError, Result, fault_log, headers};

/// Most messages of an atomic batch, the server's default limit.
pub const BATCH_LIMIT: usize = 1_000;

/// How long servers of a cluster may take to confirm what they store: what was given to a leader that is gone is not
/// answered, and the next one may have it as soon as there is one.
const CONFIRMED_WITHIN: Duration = Duration::from_secs(2);
/// How long it may take there until it is tried again: the next leader is there within some five seconds.
const TRIED_AGAIN_WITHIN: Duration = Duration::from_secs(1);
/// Error code of the server for a batch that holds a message id it has already.
const DUPLICATE_IN_BATCH: u64 = 10_201;
/// Error code of the server for a message that is not to be stored behind the newest one of its subject.
const NOT_NEWEST: u64 = 10_071;
/// Sequence, in its stream, of the newest message of the subject behind which a message is to be stored.
const STORE_BEHIND: &str = "Nats-Expected-Last-Subject-Sequence";

#[derive(Deserialize)]
struct Acknowledgement {
    error: Option<ServerError>,
    #[serde(default)]
    duplicate: bool,
    /// Of the message, or the last one of a batch.
    #[serde(default)]
    seq: u64,
}

#[derive(Deserialize)]
struct ServerError {
    err_code: u64,
    description: String,
}

/// What became of an event.
struct Stored {
    is_new: bool,
    sequence: u64,
}

/// What became of a message that was to be stored under a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conditional {
    /// Stored, with this sequence.
    Stored(u64),
    /// The newest message of its subject is another one.
    Refused,
}

/// Sequence of the newest event of each subject, as a publisher knows them who alone stores there. Where another has
/// stored something since, nothing is stored ([`BusError::Overtaken`]).
#[derive(Debug, Clone, Default)]
pub(crate) struct NewestKnown(HashMap<String, u64>);

impl NewestKnown {
    pub(crate) fn insert(&mut self, subject: &str, sequence: u64) {
        match self.0.get_mut(subject) {
            Some(newest) => *newest = sequence.max(*newest),
            None => {
                self.0.insert(subject.to_owned(), sequence);
            }
        }
    }

    fn header(&self, subject: &str) -> String {
        self.0.get(subject).copied().unwrap_or_default().to_string()
    }
}

/// What became of a batch.
enum BatchFate {
    Stored,
    HoldsRepeats,
}

impl Bus {
    /// Stores events in order, each once: in atomic batches where there are many, and tries again with growing
    /// delay, for as long as `patience` lasts for each batch, where the fault may pass. Returns how many were new.
    ///
    /// # Errors
    /// When the fault lasts, or cannot pass (an event beyond the server's size limit, or on a subject that no stream
    /// stores).
    pub async fn publish(&self, events: &[Outgoing], patience: Patience) -> Result<u64> {
        Ok(self.publish_each(events, patience).await?.len() as u64)
    }

    /// As [`Bus::publish`]; returns those events that were new to the server, the others it had already.
    ///
    /// # Errors
    /// As with [`Bus::publish`].
    pub async fn publish_each<'e>(
        &self,
        events: &'e [Outgoing],
        patience: Patience,
    ) -> Result<Vec<&'e Outgoing>> {
        self.publish_by_stream(events, patience, false, None).await
    }

    /// As [`Bus::publish`], each event behind the newest one that is known of its subject.
    ///
    /// # Errors
    /// As with [`Bus::publish`]; [`BusError::Overtaken`] where another one is stored there.
    pub(crate) async fn publish_behind(
        &self,
        events: &[Outgoing],
        patience: Patience,
        newest: &mut NewestKnown,
    ) -> Result<u64> {
        Ok(self.publish_by_stream(events, patience, false, Some(newest)).await?.len() as u64)
    }

    /// As [`Bus::publish`], an event behind the newest one of its subject as it was read; without one, as the first.
    ///
    /// # Errors
    /// As with [`Bus::publish`]; [`BusError::Overtaken`] where another one was stored since.
    pub async fn publish_after<E: Event>(
        &self,
        read: Option<&StoredEvent<E>>,
        event: &Outgoing,
        patience: Patience,
    ) -> Result<()> {
        let mut newest = NewestKnown::default();
        if let Some(read) = read {
            newest.insert(&event.subject, read.stored.sequence);
        }
        self.publish_behind(std::slice::from_ref(event), patience, &mut newest).await?;
        Ok(())
    }

    /// As [`Bus::publish`], for events that may have been stored some time ago: on each subject only those behind the
    /// newest one there are stored.
    ///
    /// # Errors
    /// As with [`Bus::publish`].
    pub(crate) async fn publish_missing(&self, events: &[Outgoing], patience: Patience) -> Result<u64> {
        Ok(self.publish_by_stream(events, patience, true, None).await?.len() as u64)
    }

    async fn publish_by_stream<'e>(
        &self,
        events: &'e [Outgoing],
        patience: Patience,
        may_be_stored: bool,
        mut newest: Option<&mut NewestKnown>,
    ) -> Result<Vec<&'e Outgoing>> {
        // A batch belongs to one stream; among the streams order means nothing.
        let mut by_stream: BTreeMap<StreamName, Vec<&Outgoing>> = BTreeMap::new();
        for event in events {
            by_stream.entry(StreamName::storing(&event.subject)?).or_default().push(event);
        }
        let mut new = Vec::new();
        for (stream, events) in by_stream {
            for chunk in events.chunks(BATCH_LIMIT) {
                let newest = newest.as_deref_mut();
                let stored =
                    self.publish_with_retries(stream, chunk.to_vec(), may_be_stored, newest, patience);
                new.extend(stored.await?);
            }
        }
        Ok(new)
    }

    /// Tries until the events are stored, or patience has run out.
    async fn publish_with_retries<'e>(
        &self,
        stream: StreamName,
        mut events: Vec<&'e Outgoing>,
        may_be_stored: bool,
        mut newest: Option<&mut NewestKnown>,
        patience: Patience,
    ) -> Result<Vec<&'e Outgoing>> {
        let mut tries = if self.other_servers().are_known() {
            patience.begin_with(TRIED_AGAIN_WITHIN)
        } else {
            patience.begin()
        };
        let mut new: Vec<&Outgoing> = Vec::new();
        // Whether an earlier try may have been stored, its acknowledgement lost: then its repeats are new.
        let mut in_doubt = false;
        // Whether something newer was found stored, which may be what an earlier try stored.
        let mut overtaken = false;
        loop {
            // The answer to an earlier try may be lost, and the server has forgotten its message ids by now.
            let late = tries.elapsed() > DUPLICATE_WINDOW / 2 || overtaken;
            let outcome = if late || may_be_stored {
                self.without_stored(stream, &events, newest.as_deref_mut()).await
            } else {
                Ok(events.clone())
            };
            let outcome = match outcome {
                Ok(missing) => {
                    if late {
                        // In the order of `events`, from which `missing` was taken.
                        let mut left = missing.iter().peekable();
                        new.extend(events.iter().filter(|event| {
                            left.next_if(|missing| std::ptr::eq(**missing, **event)).is_none()
                        }));
                    }
                    events = missing;
                    self.publish_chunk(&events, newest.as_deref_mut()).await
                }
                Err(error) => Err(error),
            };
            match outcome {
                Ok(stored) => {
                    fault_log::stored(stream.as_str());
                    self.signal(stream).await;
                    new.extend(if in_doubt { events } else { stored });
                    return Ok(new);
                }
                Err(BusError::Overtaken { .. }) if in_doubt && !overtaken => overtaken = true,
                Err(error) => {
                    if let BusError::Store { fault, said, .. } = &error {
                        fault_log::failed(stream.as_str(), *fault, said);
                        self.other_servers().turn_to_one(self.client(), *fault, tries.elapsed()).await;
                    }
                    in_doubt = true;
                    tries.pause_after(error).await?;
                }
            }
        }
    }

    /// Tells those who read the stream that there is more.
    async fn signal(&self, stream: StreamName) {
        let subject = self.subjects().wire(&stored_signal(stream));
        // Where it does not arrive, they look by themselves.
        self.client().publish(subject, Bytes::new()).await.ok();
    }

    /// The events that are not stored: on each subject, those behind the newest that is there.
    async fn without_stored<'e>(
        &self,
        stream: StreamName,
        events: &[&'e Outgoing],
        mut known: Option<&mut NewestKnown>,
    ) -> Result<Vec<&'e Outgoing>> {
        let mut subjects: Vec<String> =
            events.iter().map(|event| event.wire_subject(self.subjects())).collect();
        subjects.sort_unstable();
        subjects.dedup();
        let mut newest = HashMap::new();
        for delivery in DirectReader::new(self, stream).await?.newest_of(&subjects).await? {
            if let Some(id) = delivery.headers.as_deref().and_then(|found| found.get(headers::MESSAGE_ID)) {
                let subject = self.subjects().event(&delivery.subject).to_owned();
                newest.insert(subject, (id.to_string(), delivery.sequence));
            }
        }
        let mut missing = Vec::new();
        for event in events.iter().rev() {
            match newest.get(&event.subject) {
                // This one and those before it on the subject are stored.
                Some((id, sequence)) if id.is_empty() || *id == event.message_id => {
                    let sequence = *sequence;
                    if let Some(known) = known.as_deref_mut() {
                        known.insert(&event.subject, sequence);
                    }
                    newest.insert(event.subject.clone(), (String::new(), sequence));
                }
                _ => missing.push(*event),
            }
        }
        missing.reverse();
        Ok(missing)
    }

    async fn publish_chunk<'e>(
        &self,
        events: &[&'e Outgoing],
        mut newest: Option<&mut NewestKnown>,
    ) -> Result<Vec<&'e Outgoing>> {
        if events.len() > 1 {
            match self.publish_batch(events, newest.as_deref_mut()).await? {
                BatchFate::Stored => return Ok(events.to_vec()),
                // An earlier try was stored and its acknowledgement lost: the server sorts it out one by one.
                BatchFate::HoldsRepeats => {}
            }
        }
        let mut new = Vec::new();
        for event in events {
            let stored = self.publish_one(event, newest.as_deref()).await?;
            if let Some(newest) = newest.as_deref_mut() {
                newest.insert(&event.subject, stored.sequence);
            }
            if stored.is_new {
                new.push(*event);
            }
        }
        Ok(new)
    }

    async fn publish_one(&self, event: &Outgoing, newest: Option<&NewestKnown>) -> Result<Stored> {
        let mut headers = event.headers();
        if let Some(newest) = newest {
            headers.insert(STORE_BEHIND, newest.header(&event.subject));
        }
        let Acknowledgement { error, duplicate, seq } = self.request_storage(event, headers).await?;
        match error {
            Some(error) => Err(refusal(event, &error)),
            None => Ok(Stored { is_new: !duplicate, sequence: seq }),
        }
    }

    async fn publish_batch(
        &self,
        events: &[&Outgoing],
        newest: Option<&mut NewestKnown>,
    ) -> Result<BatchFate> {
        let Some((last, before)) = events.split_last() else { return Ok(BatchFate::Stored) };
        let batch_id = next_batch_id();
        let mut begun: HashSet<&str> = HashSet::new();
        let batch_headers = |event: &Outgoing, index: usize| {
            let mut headers = event.headers();
            headers.insert("Nats-Batch-Id", batch_id.as_str());
            headers.insert("Nats-Batch-Sequence", (index + 1).to_string());
            headers
        };
        let behind: Vec<Option<String>> = events
            .iter()
            .map(|event| {
                let newest = newest.as_deref()?;
                // The server looks at what was stored before the batch.
                begun.insert(&event.subject).then(|| newest.header(&event.subject))
            })
            .collect();
        for (index, event) in before.iter().enumerate() {
            self.check_size(event)?;
            let subject = event.wire_subject(self.subjects());
            let mut headers = batch_headers(event, index);
            if let Some(Some(behind)) = behind.get(index) {
                headers.insert(STORE_BEHIND, behind.as_str());
            }
            self.client()
                .publish_with_headers(subject, headers, event.body.clone())
                .await
                .map_err(|error| not_stored(event, StoreFault::Gone, error.to_string()))?;
        }
        let mut headers = batch_headers(last, before.len());
        if let Some(Some(behind)) = behind.last() {
            headers.insert(STORE_BEHIND, behind.as_str());
        }
        headers.insert("Nats-Batch-Commit", "1");
        let Acknowledgement { error, seq, .. } = self.request_storage(last, headers).await?;
        match error {
            None => {
                if let Some(newest) = newest {
                    let first = (seq + 1).saturating_sub(events.len() as u64);
                    (first..)
                        .zip(events)
                        .for_each(|(sequence, event)| newest.insert(&event.subject, sequence));
                }
                Ok(BatchFate::Stored)
            }
            Some(error) if error.err_code == DUPLICATE_IN_BATCH => Ok(BatchFate::HoldsRepeats),
            Some(error) => Err(refusal(last, &error)),
        }
    }

    async fn request_storage(&self, event: &Outgoing, headers: HeaderMap) -> Result<Acknowledgement> {
        self.check_size(event)?;
        let mut request = Request::new().headers(headers).payload(event.body.clone());
        if self.other_servers().are_known() {
            request = request.timeout(Some(CONFIRMED_WITHIN));
        }
        let subject = event.wire_subject(self.subjects());
        let mut disconnect = self.disconnect();
        let answer = tokio::select! {
            answer = self.client().send_request(subject, request) => answer,
            () = disconnect.happened() => {
                let said = "the connection was lost before the answer came".to_owned();
                return Err(not_stored(event, StoreFault::Gone, said));
            }
        };
        let message = answer.map_err(|error| {
            let said = error.to_string();
            not_stored(event, StoreFault::of_request(error.kind(), &said), said)
        })?;
        serde_json::from_slice(&message.payload)
            .map_err(|error| not_stored(event, StoreFault::Other, error.to_string()))
    }

    /// Whether the server takes an event of this size; it would close the connection over one that is too large.
    ///
    /// # Errors
    /// When the event is too large.
    pub fn check_size(&self, event: &Outgoing) -> Result<()> {
        const HEADER_ROOM: usize = 1_024;
        let limit = self.client().max_payload();
        let size = event.body.len() + HEADER_ROOM;
        if limit > 0 && size > limit {
            let fault = format!("the event has {} bytes, the server takes {limit}", event.body.len());
            return Err(BusError::Publish { subject: event.subject.clone(), fault, passing: false });
        }
        Ok(())
    }
}

/// Stores a message behind the newest one of its subject where that has this sequence; 0 where there is none.
pub(crate) async fn store_if(
    bus: &Bus,
    subject: &str,
    mut headers: HeaderMap,
    body: Bytes,
    behind: u64,
) -> Result<Conditional> {
    let fail = |fault| BusError::Publish { subject: subject.to_owned(), fault, passing: true };
    headers.insert(STORE_BEHIND, behind.to_string());
    let request = Request::new().headers(headers).payload(body);
    let answer = bus.client().send_request(bus.subjects().wire(subject), request).await;
    let answer = answer.map_err(|error| fail(error.to_string()))?;
    let stored: Acknowledgement =
        serde_json::from_slice(&answer.payload).map_err(|error| fail(error.to_string()))?;
    match stored.error {
        None => Ok(Conditional::Stored(stored.seq)),
        Some(error) if error.err_code == NOT_NEWEST => Ok(Conditional::Refused),
        Some(error) => Err(fail(format!("{} ({})", error.description, error.err_code))),
    }
}

/// Batches are told apart by process and number.
fn next_batch_id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    static PROCESS: std::sync::LazyLock<u64> = std::sync::LazyLock::new(|| {
        use std::hash::{BuildHasher, Hasher};
        std::collections::hash_map::RandomState::new().build_hasher().finish()
    });
    format!("{:016x}-{}", *PROCESS, NEXT.fetch_add(1, Ordering::Relaxed))
}

fn not_stored(event: &Outgoing, fault: StoreFault, said: String) -> BusError {
    BusError::Store { subject: event.subject.clone(), fault, said }
}

fn refusal(event: &Outgoing, error: &ServerError) -> BusError {
    // A message too large for the stream stays too large; everything else may pass.
    const TOO_LARGE: u64 = 10_054;
    if error.err_code == NOT_NEWEST {
        return BusError::Overtaken { subject: event.subject.clone() };
    }
    let said = format!("{} ({})", error.description, error.err_code);
    if error.err_code == TOO_LARGE {
        return BusError::Publish { subject: event.subject.clone(), fault: said, passing: false };
    }
    not_stored(event, StoreFault::of_server(error.err_code, &error.description), said)
}
