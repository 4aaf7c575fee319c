//! Questions answered from a read model.
//!
//! Questions come by request and reply, not from a stream: an answer that is late is worth nothing. Replicas share
//! them through a queue group. A question that cannot be answered gets an empty body and the error headers of NATS
//! services (ADR-32).

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use async_nats::HeaderMap;
use bytes::Bytes;
use casa24_schemas::{DeadLetter, DeadLetterReason, Event};
use futures::StreamExt;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::harness::counters::Counters;
use crate::harness::failed_message::FailedMessage;
use crate::harness::runner::Ready;
use crate::outgoing::{Cause, Outgoing};
use crate::patience::Patience;
use crate::shutdown::Shutdown;
use crate::trace::TraceContext;
use crate::{Bus, BusError, Result, decode, headers};

use super::answer_tag::AnswerTag;
use super::answering_threads::{AnsweringThreads, WorkFailed};
use super::projection::Answers;
use super::read_models::ReadModels;

/// Most questions taken from the subscription and not answered yet. Those beyond wait in the subscription.
const MAX_OPEN: usize = 256;
/// How long an answer may take, once the question was taken.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// An answer, encoded.
struct Encoded {
    headers: HeaderMap,
    /// Empty where the asker has the answer.
    body: Bytes,
}

impl Encoded {
    fn new(answer: &Outgoing, tag: Option<&AnswerTag>) -> Self {
        let mut headers = answer.headers();
        if let Some(tag) = tag {
            headers.insert(headers::ETAG, tag.as_str());
        }
        Self { headers, body: answer.body.clone() }
    }

    /// Word that it is the one that the asker has.
    fn unchanged(tag: &AnswerTag) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(headers::ETAG, tag.as_str());
        Self { headers, body: Bytes::new() }
    }
}

/// Why a question has no answer.
struct Failure {
    code: u16,
    /// For the asker.
    text: String,
    /// For the dead letters, where it belongs there.
    dead_letter: Option<(DeadLetterReason, String)>,
}

/// Takes questions and answers them.
pub(crate) struct RequestHandler<P: Answers<Q, R>, Q: Event, R: Event> {
    pub(crate) bus: Bus,
    pub(crate) shutdown: Shutdown,
    pub(crate) counters: Counters,
    pub(crate) name: &'static str,
    pub(crate) subject: &'static str,
    pub(crate) models: Arc<ReadModels<P>>,
    pub(crate) threads: Arc<AnsweringThreads>,
    pub(crate) types: PhantomData<fn(Q) -> R>,
}

impl<P: Answers<Q, R>, Q: Event, R: Event> RequestHandler<P, Q, R> {
    /// Answers questions until shutdown begins, and then what was handed over by then.
    pub(crate) async fn run(self: Arc<Self>, ready: Ready) -> Result<()> {
        let wire = self.bus.subjects().wire(self.subject);
        let group = format!("{}-{}", self.bus.subjects().stream("ask"), self.name);
        let mut questions = self.bus.client().queue_subscribe(wire, group).await.map_err(|error| {
            BusError::Request { subject: self.subject.to_owned(), fault: error.to_string() }
        })?;
        self.bus.flush().await?;
        if let Some(ready) = ready {
            ready.send(()).ok();
        }
        let open = Arc::new(Semaphore::new(MAX_OPEN));
        let mut answering = JoinSet::new();
        let mut leaving = false;
        loop {
            let message = tokio::select! {
                biased;
                // What the server has handed to this replica by now, no other one will answer.
                () = self.shutdown.begun(), if !leaving => {
                    leaving = true;
                    questions.drain().await.ok();
                    continue;
                }
                () = self.shutdown.overdue() => return Ok(()),
                message = questions.next() => message,
            };
            let Some(message) = message else { break };
            let permit = tokio::select! {
                // It is never closed.
                permit = open.clone().acquire_owned() => permit.ok(),
                () = self.shutdown.overdue() => return Ok(()),
            };
            let handler = self.clone();
            answering.spawn(async move {
                handler.handle(&message).await;
                drop(permit);
            });
            while answering.try_join_next().is_some() {}
        }
        tokio::select! {
            () = async { while answering.join_next().await.is_some() {} } => {}
            () = self.shutdown.overdue() => {}
        }
        Ok(())
    }

    async fn handle(&self, message: &async_nats::Message) {
        let trace = decode::trace_of(message.headers.as_ref(), self.subject, 0);
        match self.answer(message, &trace).await {
            Ok(answer) => {
                self.counters.num_handled(1);
                self.reply(message, answer.headers, answer.body).await;
            }
            Err(failure) => {
                tracing::warn!(agent = self.name, code = failure.code, fault = failure.text, "no answer");
                self.reply(message, error_headers(&failure), Bytes::new()).await;
                if let Some((reason, explanation)) = &failure.dead_letter {
                    self.dead_letter(message, &trace, *reason, explanation).await;
                }
            }
        }
    }

    async fn answer(&self, message: &async_nats::Message, trace: &TraceContext) -> Result<Encoded, Failure> {
        let (subject, headers) = (&message.subject, message.headers.as_ref());
        let question: Q =
            decode::event(self.bus.subjects(), subject, headers, &message.payload).map_err(|error| {
                let text = error.to_string();
                Failure { code: 400, dead_letter: Some((error.reason(), text.clone())), text }
            })?;
        let broken = |text: String| Failure { code: 500, text, dead_letter: None };
        let model = self.models.current().await;
        let model = model.ok_or_else(|| broken("the service is starting".to_owned()))?;
        let has = decode::header(headers, headers::IF_NONE_MATCH).map(AnswerTag::from_header);
        if let Some(tag) = has.as_ref().filter(|tag| P::known_tag(&question, &model).as_ref() == Some(*tag)) {
            return Ok(Encoded::unchanged(tag));
        }
        let cause = Cause { sequence: 0, trace: *trace, followed: None };
        let is_expensive = P::is_expensive(&question);
        let bus = self.bus.clone();
        let work = move || {
            let answer = P::answer(&question, &model);
            let tag = has.as_ref().and_then(|_| P::tag(&question, &answer, &model));
            if let Some(tag) = tag.as_ref().filter(|tag| has.as_ref() == Some(*tag)) {
                return Ok(Encoded::unchanged(tag));
            }
            let answer = Outgoing::following(&cause, &answer);
            bus.check_size(&answer).map(|()| Encoded::new(&answer, tag.as_ref()))
        };
        let answer = match self.threads.run(is_expensive, ANSWER_WITHIN, work).await {
            Ok(answer) => answer,
            Err(WorkFailed::Panicked(panic)) => {
                let explanation = format!("answering it panicked: {panic}");
                return Err(Failure {
                    code: 500,
                    text: "this question could not be answered".to_owned(),
                    dead_letter: Some((DeadLetterReason::Panicked, explanation)),
                });
            }
            Err(WorkFailed::TooLate) => {
                let text = format!("the answer took longer than {} s", ANSWER_WITHIN.as_secs());
                return Err(Failure { code: 504, text, dead_letter: None });
            }
        };
        answer.map_err(|error| broken(error.to_string()))
    }

    async fn reply(&self, question: &async_nats::Message, headers: HeaderMap, body: Bytes) {
        let Some(inbox) = question.reply.clone() else { return };
        match self.bus.client().publish_with_headers(inbox, headers, body).await {
            Ok(()) => self.counters.num_published(1),
            Err(error) => tracing::warn!(agent = self.name, %error, "cannot reply"),
        }
    }

    async fn dead_letter(
        &self,
        question: &async_nats::Message,
        trace: &TraceContext,
        reason: DeadLetterReason,
        explanation: &str,
    ) {
        let failed = FailedMessage {
            agent: self.name,
            subject: self.bus.subjects().event(&question.subject),
            stream: "",
            sequence: 0,
            attempts: 1,
            headers: question.headers.as_ref(),
            payload: &question.payload,
        };
        let letter = failed.dead_letter(reason, explanation);
        // Questions have no sequence: what was asked tells the letters apart.
        let mut outgoing =
            Outgoing::following(&Cause { sequence: 0, trace: *trace, followed: None }, &letter);
        outgoing.message_id = casa24_schemas::content_id(&DeadLetter::SCHEMA, &format!("{letter:?}"));
        match self.bus.publish(&[outgoing], Patience::BRIEF).await {
            Ok(_) => self.counters.num_dead(1),
            Err(error) => tracing::warn!(agent = self.name, %error, "cannot store a dead letter"),
        }
    }
}

/// The headers of an error, as NATS services give them.
fn error_headers(failure: &Failure) -> HeaderMap {
    /// Longest text of an error, in characters.
    const MAX_CHARS: usize = 500;
    // A header is one line.
    let text: String =
        failure.text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_CHARS).collect();
    let mut map = HeaderMap::new();
    map.insert(headers::SERVICE_ERROR, text);
    map.insert(headers::SERVICE_ERROR_CODE, failure.code.to_string());
    map
}
