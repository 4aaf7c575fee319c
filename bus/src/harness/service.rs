//! Services: a read model that follows streams, and questions that are answered from it.
//!
//! Questions come by request and reply, not from a stream: an answer that is late is worth nothing. Replicas share
//! them through a queue group.

use std::sync::Arc;
use std::time::Duration;

use actix::dev::ToEnvelope;
use actix::{Actor, Addr, Context, Handler};
use async_nats::client::RequestErrorKind;
use async_nats::jetstream::consumer::DeliverPolicy;
use casa24_schemas::{DeadLetter, DeadLetterReason, Event, Reply};
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use serde_json::json;

use crate::consume::{self, Corpse};
use crate::outgoing::{Cause, Outgoing};
use crate::trace::TraceContext;
use crate::{Bus, BusError, Result};

use super::counters::Counters;
use super::host::{Ask, Asked, Batch};
use super::lesson::{CaughtUp, Lesson};
use super::mailbox::{Died, Nursery};
use super::runner::{Declaration, Runner};
use super::signals::{Ready, Shutdown};

type Follow<S> =
    Arc<dyn Fn(Bus, Addr<S>, Counters, CaughtUp) -> BoxFuture<'static, Result<Died>> + Send + Sync>;

/// A service in the making.
pub struct ServiceBuilder<S: Actor<Context = Context<S>>> {
    declaration: Declaration,
    make: Arc<dyn Fn() -> S + Send + Sync>,
    follows: Vec<Follow<S>>,
}

/// A service of this name.
pub fn service<S: Actor<Context = Context<S>>>(
    name: &'static str,
    make: impl Fn() -> S + Send + Sync + 'static,
) -> ServiceBuilder<S> {
    ServiceBuilder {
        declaration: Declaration { name, kind: "service", consumes: Vec::new(), publishes: Vec::new() },
        make: Arc::new(make),
        follows: Vec::new(),
    }
}

impl<S: Actor<Context = Context<S>>> ServiceBuilder<S> {
    /// The service learns from every stored event under a filter, oldest first, and from the new ones.
    #[must_use]
    pub fn learns<E: Event>(self, filter: &'static str) -> Self
    where
        S: Handler<Batch<E>>,
        S::Context: ToEnvelope<S, Batch<E>>,
    {
        self.follows::<E>(filter, DeliverPolicy::All)
    }

    /// The service learns from the newest stored event of each subject under a filter, and from the new ones.
    #[must_use]
    pub fn learns_newest<E: Event>(self, filter: &'static str) -> Self
    where
        S: Handler<Batch<E>>,
        S::Context: ToEnvelope<S, Batch<E>>,
    {
        self.follows::<E>(filter, DeliverPolicy::LastPerSubject)
    }

    fn follows<E: Event>(mut self, filter: &'static str, deliver: DeliverPolicy) -> Self
    where
        S: Handler<Batch<E>>,
        S::Context: ToEnvelope<S, Batch<E>>,
    {
        self.declaration.consumes.push(filter);
        let lesson = Lesson::new(self.declaration.name, filter, deliver);
        self.follows.push(Arc::new(move |bus, service, counters, caught_up| {
            lesson.clone().teach::<S, E>(bus, service, counters, caught_up).boxed()
        }));
        self
    }

    /// The service answers questions on a subject such as `command.*`.
    pub fn answers<Q: Event>(mut self, subject: &'static str, replies: &'static str) -> Runner
    where
        S: Handler<Ask<Q>>,
        S::Context: ToEnvelope<S, Ask<Q>>,
    {
        self.declaration.consumes.push(subject);
        self.declaration.publishes.push(replies);
        let name = self.declaration.name;
        let Self { declaration, make, follows } = self;
        Runner::new(declaration, move |bus, shutdown, ready, counters| async move {
            let desk = Desk { bus, shutdown, counters, name, subject };
            let nursery = Nursery::new(name, make)?;
            desk.serve::<S, Q>(&nursery, &follows, ready).await
        })
    }
}

/// Where questions come in.
struct Desk {
    bus: Bus,
    shutdown: Shutdown,
    counters: Counters,
    name: &'static str,
    subject: &'static str,
}

impl Desk {
    /// Serves until shutdown; a service that dies is made afresh and learns everything again.
    async fn serve<S, Q>(&self, nursery: &Nursery<S>, follows: &[Follow<S>], mut ready: Ready) -> Result<()>
    where
        S: Actor<Context = Context<S>> + Handler<Ask<Q>>,
        S::Context: ToEnvelope<S, Ask<Q>>,
        Q: Event,
    {
        loop {
            let service = nursery.start().await?;
            let mut followers = tokio::task::JoinSet::new();
            let mut caught_up = Vec::new();
            for follow in follows {
                let (sender, receiver) = tokio::sync::oneshot::channel();
                caught_up.push(receiver);
                followers.spawn(follow(self.bus.clone(), service.clone(), self.counters.clone(), sender));
            }
            tokio::select! {
                _ = futures::future::join_all(caught_up) => {}
                () = self.shutdown.begun() => return Ok(()),
            }
            let answering = self.answer::<S, Q>(&service, ready.take());
            tokio::select! {
                ended = answering => ended?,
                Some(_) = followers.join_next() => tracing::error!(agent = self.name, "the service died, starting it afresh"),
            }
            if self.shutdown.has_begun() {
                return Ok(());
            }
            self.counters.num_restarts(1);
        }
    }

    /// Answers questions until shutdown begins or the service dies.
    async fn answer<S, Q>(&self, service: &Addr<S>, ready: Ready) -> Result<()>
    where
        S: Actor<Context = Context<S>> + Handler<Ask<Q>>,
        S::Context: ToEnvelope<S, Ask<Q>>,
        Q: Event,
    {
        let wire = self.bus.subjects().wire(self.subject);
        let group = format!("{}-{}", self.bus.subjects().stream("ask"), self.name);
        let mut questions = self.bus.client().queue_subscribe(wire, group).await.map_err(|error| {
            BusError::Request { subject: self.subject.to_owned(), fault: error.to_string() }
        })?;
        self.bus.flush().await?;
        if let Some(ready) = ready {
            ready.send(()).ok();
        }
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
                message = questions.next() => message,
            };
            let Some(message) = message else { return Ok(()) };
            let trace = consume::trace_of(message.headers.as_ref(), self.subject, 0);
            let question = consume::read::<Q>(
                self.bus.subjects(),
                &message.subject,
                message.headers.as_ref(),
                &message.payload,
            );
            let event_subject = self.bus.subjects().event(&message.subject);
            let reply = match question {
                Ok(question) => match service.send(Ask { question }).await {
                    Ok(reply) => {
                        self.counters.num_handled(1);
                        reply
                    }
                    Err(_) => {
                        self.bury(&message, &trace, DeadLetterReason::Panicked, "it killed the service")
                            .await;
                        self.reply(
                            &message,
                            &trace,
                            &failure(event_subject, "this question could not be answered"),
                        )
                        .await;
                        return Ok(());
                    }
                },
                Err(error) => {
                    self.bury(&message, &trace, error.reason(), &error.to_string()).await;
                    failure(event_subject, &error.to_string())
                }
            };
            self.reply(&message, &trace, &reply).await;
        }
    }

    async fn reply(&self, question: &async_nats::Message, trace: &TraceContext, reply: &Asked) {
        let Some(inbox) = question.reply.clone() else { return };
        let outgoing =
            Outgoing::following(&Cause { sequence: 0, trace: trace.clone(), followed: None }, reply);
        let sent =
            self.bus.client().publish_with_headers(inbox, outgoing.headers(), outgoing.body.clone()).await;
        match sent {
            Ok(()) => self.counters.num_published(1),
            Err(error) => tracing::warn!(agent = self.name, %error, "cannot reply"),
        }
    }

    async fn bury(
        &self,
        question: &async_nats::Message,
        trace: &TraceContext,
        reason: DeadLetterReason,
        explanation: &str,
    ) {
        let corpse = Corpse {
            agent: self.name,
            subject: self.bus.subjects().event(&question.subject),
            stream: "",
            sequence: 0,
            attempts: 1,
            headers: question.headers.as_ref(),
            payload: &question.payload,
        };
        let letter: DeadLetter = corpse.letter_saying(reason, explanation);
        // Questions have no sequence: what was asked tells the letters apart.
        let mut outgoing =
            Outgoing::following(&Cause { sequence: 0, trace: trace.clone(), followed: None }, &letter);
        outgoing.message_id = casa24_schemas::content_id(&DeadLetter::SCHEMA, &format!("{letter:?}"));
        self.counters.num_dead(1);
        if let Err(error) = self.bus.publish(&[outgoing], 3).await {
            tracing::warn!(agent = self.name, %error, "cannot store a dead letter");
        }
    }
}

/// The answer to a question that could not be read or answered.
fn failure(subject: &str, error: &str) -> Asked {
    let name = subject.rsplit('.').next().unwrap_or_default().to_owned();
    Reply {
        command_id: String::new(),
        name,
        as_of: None,
        generated_at: None,
        sample: false,
        sources: Vec::new(),
        answer: None,
        refusal: Some(json!({
            "error": error,
            "message": {
                "content": error.chars().take(1_500).collect::<String>(),
                "allowed_mentions": { "parse": [] },
            },
        })),
        files: Vec::new(),
    }
}

impl Bus {
    /// Asks a service and waits for the answer.
    ///
    /// # Errors
    /// When nobody answers in time, or the answer cannot be read.
    pub async fn ask<Q: Event>(&self, question: &Q, timeout: Duration) -> Result<Asked> {
        let outgoing = Outgoing::root(question);
        let fail = |fault: String| BusError::Request { subject: outgoing.subject.clone(), fault };
        let request = async_nats::Request::new()
            .headers(outgoing.headers())
            .payload(outgoing.body.clone())
            .timeout(Some(timeout));
        let message =
            self.client().send_request(outgoing.wire_subject(self.subjects()), request).await.map_err(
                |error| match error.kind() {
                    RequestErrorKind::NoResponders => {
                        BusError::NobodyListens { subject: outgoing.subject.clone() }
                    }
                    _ => fail(error.to_string()),
                },
            )?;
        let subject = format!("reply.{}", question.subject().rsplit('.').next().unwrap_or_default());
        consume::read(
            self.subjects(),
            &self.subjects().wire(&subject),
            message.headers.as_ref(),
            &message.payload,
        )
        .map_err(|error| fail(error.to_string()))
    }
}
