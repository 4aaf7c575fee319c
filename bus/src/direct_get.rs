//! Stored messages by request and reply, in batches (Direct Get, ADR-31 of NATS): reading needs no consumer, so a
//! reader leaves nothing on the server and may make nothing there.
//!
//! Any replica of a stream may answer, and one that is behind the leader answers short.

use std::time::Duration;

use async_nats::{StatusCode, Subject, Subscriber};
use futures::StreamExt;
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::batch::Batch;
use crate::batch_cache::{BATCH, CachedReader, Source};
use crate::connection::Disconnect;
use crate::delivery::Delivery;
use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

/// Most bytes of a batch, so that large views do not fill the client's memory.
const BATCH_BYTES: usize = 8 << 20;
/// Most subjects whose newest message is asked for at once; the server allows 1,024.
const SUBJECTS: usize = 1_000;
/// Status of the message behind a batch.
const END_OF_BATCH: u16 = 204;
/// How long the next message of an answer may take.
const NEXT_WITHIN: Duration = Duration::from_secs(5);

#[derive(Debug, Default, Serialize)]
struct Request<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    /// RFC 3339; instead of a sequence.
    #[serde(skip_serializing_if = "Option::is_none")]
    start_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_by_subj: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    multi_last: &'a [String],
    batch: usize,
    max_bytes: usize,
}

/// Reads messages of one stream.
pub(crate) struct DirectReader {
    bus: Bus,
    stream: StreamName,
    /// As which it is known to other readers of the same, once it reads in order.
    cached: Option<CachedReader>,
    subject: String,
    inbox: String,
    answers: Subscriber,
    disconnect: Disconnect,
    num_requests: u64,
}

impl DirectReader {
    pub(crate) async fn new(bus: &Bus, stream: StreamName) -> Result<Self> {
        let subject = format!("$JS.API.DIRECT.GET.{}", bus.subjects().stream(stream.as_str()));
        let disconnect = bus.disconnect();
        let inbox = bus.client().new_inbox();
        let answers = bus.client().subscribe(format!("{inbox}.*")).await;
        let answers = answers.map_err(|error| lost(&subject, error.to_string()))?;
        let (bus, cached) = (bus.clone(), None);
        Ok(Self { bus, stream, cached, subject, inbox, answers, disconnect, num_requests: 0 })
    }

    /// Messages under a filter (of subjects with the installation's prefix; all where there is none) from a sequence
    /// on, oldest first; empty where there is none any more. May be dropped halfway.
    pub(crate) async fn next_of(&mut self, filter: Option<&str>, from: u64) -> Result<Batch> {
        let source = Source { stream: self.stream, filter: filter.map(str::to_owned) };
        let known = self.cached.take().filter(|reader| *reader.source() == source);
        let cached = known.unwrap_or_else(|| self.bus.batches().reader(source));
        let batch = cached.get_or_read(from, self.read_next_of(filter, from)).await;
        self.cached = Some(cached);
        batch
    }

    async fn read_next_of(&mut self, filter: Option<&str>, from: u64) -> Result<Vec<Delivery>> {
        let request = Request {
            seq: Some(from),
            next_by_subj: filter,
            batch: BATCH,
            max_bytes: BATCH_BYTES,
            ..Request::default()
        };
        self.request(&request).await
    }

    /// Sequence of the first message under a filter that was stored at an instant or later; `None` where there is none.
    pub(crate) async fn first_since(&mut self, filter: &str, since: OffsetDateTime) -> Result<Option<u64>> {
        let start_time = since.format(&Rfc3339).map_err(|error| lost(&self.subject, error.to_string()))?;
        let request = Request {
            start_time: Some(start_time),
            next_by_subj: Some(filter),
            batch: 1,
            max_bytes: BATCH_BYTES,
            ..Request::default()
        };
        Ok(self.request(&request).await?.first().map(|first| first.sequence))
    }

    /// The newest message of each of these subjects, with the installation's prefix, oldest first.
    pub(crate) async fn newest_of(&mut self, subjects: &[String]) -> Result<Vec<Delivery>> {
        let mut found = Vec::new();
        for some in subjects.chunks(SUBJECTS) {
            let mut from = 1;
            loop {
                let request = Request {
                    seq: Some(from),
                    multi_last: some,
                    batch: SUBJECTS,
                    max_bytes: BATCH_BYTES,
                    ..Request::default()
                };
                let mut batch = self.request(&request).await?;
                let last = batch.last().map(|last| (last.sequence, last.pending));
                found.append(&mut batch);
                match last {
                    Some((sequence, pending)) if pending > 0 => from = sequence + 1,
                    _ => break,
                }
            }
        }
        found.sort_by_key(|delivery| delivery.sequence);
        Ok(found)
    }

    async fn request(&mut self, request: &Request<'_>) -> Result<Vec<Delivery>> {
        self.num_requests += 1;
        let reply = Subject::from(format!("{}.{}", self.inbox, self.num_requests));
        let body = serde_json::to_vec(request).map_err(|error| lost(&self.subject, error.to_string()))?;
        self.disconnect.has_happened();
        self.bus
            .client()
            .publish_with_reply(self.subject.clone(), reply.clone(), body.into())
            .await
            .map_err(|error| lost(&self.subject, error.to_string()))?;
        let mut found = Vec::new();
        loop {
            let message = tokio::select! {
                biased;
                message = self.answers.next() => message,
                () = self.disconnect.happened() => {
                    return Err(lost(&self.subject, "the connection was lost".to_owned()));
                }
                () = tokio::time::sleep(NEXT_WITHIN) => {
                    return Err(lost(&self.subject, "the server does not answer".to_owned()));
                }
            };
            let Some(message) = message else {
                return Err(lost(&self.subject, "the connection is closed".to_owned()));
            };
            if message.subject != reply {
                continue; // of a request that was dropped halfway
            }
            match message.status {
                Some(StatusCode::NOT_FOUND) => return Ok(found),
                Some(status) if status.as_u16() == END_OF_BATCH => return Ok(found),
                Some(StatusCode::NO_RESPONDERS) => {
                    return Err(lost(&self.subject, "the stream is not there, or has no leader".to_owned()));
                }
                Some(status) => {
                    let description = message.description.as_deref().unwrap_or_default();
                    return Err(lost(&self.subject, format!("{status} {description}")));
                }
                None => found.extend(Delivery::of_direct_get(message)),
            }
        }
    }
}

fn lost(subject: &str, fault: String) -> BusError {
    BusError::Request { subject: subject.to_owned(), fault }
}
