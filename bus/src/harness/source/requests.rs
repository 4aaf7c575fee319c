//! The requests of a source: taken from its durable consumer, handled several at once, acknowledged one by one.
//!
//! - The server hands out no more than [`most_held`] that are not acknowledged; progress is reported for those
//!   regularly, so that none is delivered again meanwhile.
//! - On each subject one request is handled at a time, in order. After a crash a request that was under way comes again
//!   when the server has waited for it long enough, and may then come behind later ones.
//! - A request that fails in passing waits here, off the slots of [`HandlesRequests::CONCURRENCY`], and its subject
//!   with it.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::{AckKind, Message};
use casa24_schemas::DeadLetterReason;
use futures::{FutureExt, StreamExt};
use tokio::task::JoinSet;

use crate::delivery::Delivery;
use crate::error::explain;
use crate::harness::counters::Counters;
use crate::harness::dead_letters::DeadLetterWriter;
use crate::harness::received::Received;
use crate::patience::Patience;
use crate::shutdown::Shutdown;
use crate::streams::StreamName;
use crate::{Bus, BusError, Result};

use super::context::SourceContext;
use super::error::SourceError;
use super::request_queues::RequestQueues;
use super::source_loop::Work;
use super::traits::HandlesRequests;

/// Tries of a request that fails in passing.
const MAX_TRIES: u32 = 6;
/// Delay before the second try; it doubles from then on.
const FIRST_DELAY: Duration = Duration::from_secs(1);
/// How long the server waits for a sign of life before it delivers again.
pub(crate) const REQUEST_ACK_WAIT: Duration = Duration::from_secs(10);
/// How often progress is reported for a request.
const PROGRESS_EVERY: Duration = Duration::from_secs(3);

/// Most requests taken from the server and not acknowledged: enough to find other subjects behind a busy one.
pub(crate) const fn most_held(concurrency: usize) -> usize {
    let several = 8 * concurrency;
    if several < 64 { 64 } else { several }
}

/// What becomes of a request: the one place where outcomes turn into acknowledgements.
#[derive(Debug)]
enum Fate {
    Done,
    Again(Duration),
    Dead(DeadLetterReason, String),
}

impl Fate {
    fn of(outcome: Outcome, tries: u32) -> Self {
        let (reason, retry_after, last) = match outcome {
            Outcome::Returned(Ok(())) => return Self::Done,
            Outcome::Returned(Err(SourceError::Permanent { reason })) => {
                return Self::Dead(DeadLetterReason::Refused, reason);
            }
            Outcome::Returned(Err(SourceError::Passing { reason, retry_after })) => {
                (reason, retry_after, DeadLetterReason::OutOfTries)
            }
            Outcome::TimedOut => ("it took too long".to_owned(), None, DeadLetterReason::OutOfTries),
            Outcome::Panicked => ("the agent panics over it".to_owned(), None, DeadLetterReason::Panicked),
        };
        if tries >= MAX_TRIES {
            return Self::Dead(last, reason);
        }
        let growing = FIRST_DELAY * 2_u32.pow(tries.saturating_sub(1));
        Self::Again(retry_after.map_or(growing, |asked| asked.max(growing)))
    }
}

/// How the handling of a request ended.
#[derive(Debug)]
enum Outcome {
    Returned(Result<(), SourceError>),
    TimedOut,
    Panicked,
}

/// A request that is not acknowledged yet.
struct Held {
    delivery: Delivery,
    /// The same, to acknowledge.
    message: Message,
    tries: u32,
}

/// What a task reports.
enum Report {
    Handled(u64, Outcome),
    /// Whether the dead letter of a request is stored.
    DeadLettered(u64, Result<()>),
    /// The delay before the next try is over.
    Waited(u64),
}

/// The requests of a source.
pub(crate) struct Requests<S> {
    source: Arc<S>,
    bus: Bus,
    shutdown: Shutdown,
    counters: Counters,
    context: SourceContext,
    stream: StreamName,
    letters: DeadLetterWriter,
    held: BTreeMap<u64, Held>,
    queues: RequestQueues,
    /// Requests that take a slot: being handled, or on their way to the dead letters.
    num_busy: usize,
    /// Whether nothing new is begun.
    leaving: bool,
    /// What is done for these, and the delays of those to be tried again.
    tasks: JoinSet<Report>,
}

impl<S: HandlesRequests> Requests<S> {
    pub(crate) fn new(
        source: Arc<S>,
        bus: Bus,
        shutdown: Shutdown,
        counters: Counters,
        context: SourceContext,
    ) -> Result<Self> {
        let stream = StreamName::storing(S::CONSUMES)?;
        let stream_name = bus.subjects().stream(stream.as_str());
        Ok(Self {
            source,
            shutdown,
            counters,
            context,
            stream,
            letters: DeadLetterWriter { bus: bus.clone(), agent: S::NAME.into(), stream: stream_name },
            bus,
            held: BTreeMap::new(),
            queues: RequestQueues::default(),
            num_busy: 0,
            leaving: false,
            tasks: JoinSet::new(),
        })
    }

    async fn durable_consumer(&self) -> Result<PullConsumer> {
        let stream = self.bus.open(self.stream).await?;
        stream.get_consumer(S::NAME).await.map_err(fail::<S>("find it"))
    }

    /// Takes a delivery in.
    fn accept(&mut self, message: Message) {
        let Some(delivery) = Delivery::of_consumer(&message) else { return };
        let sequence = delivery.sequence;
        if let Some(held) = self.held.get_mut(&sequence) {
            // It came again although it is held; the newer delivery is the one to acknowledge.
            held.message = message;
            self.counters.num_repeated(1);
            return;
        }
        self.queues.push(&delivery.subject, sequence);
        self.held.insert(sequence, Held { delivery, message, tries: 0 });
        self.start_waiting();
    }

    /// Begins with requests for as long as there are slots.
    fn start_waiting(&mut self) {
        while self.num_busy < S::CONCURRENCY.max(1) && !self.leaving {
            let Some(sequence) = self.queues.start_next() else { return };
            let Some(held) = self.held.get_mut(&sequence) else { continue };
            held.tries += 1;
            self.num_busy += 1;
            let event = match held.delivery.read::<S::Consumes>(self.bus.subjects()) {
                Ok(event) => event,
                Err(error) => {
                    self.dead_letter(sequence, error.reason(), &explain(&error));
                    continue;
                }
            };
            let is_repeat = held.tries > 1 || is_redelivered(&held.message);
            let received = Received { event, stored: held.delivery.stored(&self.letters.stream) };
            let context = self.context.of_request(received.cause(), is_repeat);
            let source = self.source.clone();
            self.tasks.spawn(async move {
                let handling = AssertUnwindSafe(source.handle(received, context)).catch_unwind();
                let outcome = match tokio::time::timeout(S::TIMEOUT, handling).await {
                    Ok(Ok(returned)) => Outcome::Returned(returned),
                    Ok(Err(_)) => Outcome::Panicked,
                    Err(_) => Outcome::TimedOut,
                };
                Report::Handled(sequence, outcome)
            });
        }
    }

    async fn take_report(&mut self, report: Report) -> Result<()> {
        let outcome = match report {
            Report::Handled(sequence, outcome) => {
                let tries = self.held.get(&sequence).map_or(1, |held| held.tries);
                if matches!(outcome, Outcome::Panicked) {
                    tracing::error!(agent = S::NAME, sequence, "handling a request panicked");
                    self.counters.num_restarts(1);
                }
                match Fate::of(outcome, tries) {
                    Fate::Done => {
                        self.counters.num_handled(1);
                        self.finish_request(sequence, AckKind::Ack).await
                    }
                    Fate::Again(delay) => {
                        self.counters.num_postponed(1);
                        self.wait(sequence, delay);
                        Ok(())
                    }
                    Fate::Dead(reason, explanation) => {
                        self.dead_letter(sequence, reason, &explanation);
                        Ok(())
                    }
                }
            }
            Report::DeadLettered(sequence, Ok(())) => {
                self.counters.num_dead(1);
                self.finish_request(sequence, AckKind::Term).await
            }
            Report::DeadLettered(sequence, Err(error)) => {
                tracing::warn!(agent = S::NAME, sequence, %error, "cannot store a dead letter");
                self.wait(sequence, FIRST_DELAY);
                Ok(())
            }
            Report::Waited(sequence) => {
                if let Some(held) = self.held.get(&sequence) {
                    self.queues.try_again(&held.delivery.subject);
                }
                Ok(())
            }
        };
        self.start_waiting();
        outcome
    }

    /// Acknowledges a request that is done, and frees its slot and its subject.
    async fn finish_request(&mut self, sequence: u64, ack: AckKind) -> Result<()> {
        self.num_busy -= 1;
        let Some(held) = self.held.remove(&sequence) else { return Ok(()) };
        self.queues.finish(&held.delivery.subject);
        held.message.ack_with(ack).await.map_err(fail::<S>("acknowledge"))
    }

    /// Frees the slot of a request until its next try; its subject waits with it.
    fn wait(&mut self, sequence: u64, delay: Duration) {
        self.num_busy -= 1;
        tracing::warn!(agent = S::NAME, sequence, ?delay, "will try again");
        self.tasks.spawn(async move {
            tokio::time::sleep(delay).await;
            Report::Waited(sequence)
        });
    }

    /// Stores the dead letter of a request, which keeps its slot meanwhile.
    fn dead_letter(&mut self, sequence: u64, reason: DeadLetterReason, explanation: &str) {
        let Some(held) = self.held.get(&sequence) else { return };
        let letter = self.letters.dead_letter(&held.delivery, reason, held.tries, explanation);
        let bus = self.bus.clone();
        self.tasks.spawn(async move {
            Report::DeadLettered(sequence, bus.publish(&[letter], Patience::AGENT).await.map(drop))
        });
    }

    async fn send_progress(&self) -> Result<()> {
        for held in self.held.values() {
            held.message.ack_with(AckKind::Progress).await.map_err(fail::<S>("keep a request"))?;
        }
        Ok(())
    }
}

impl<S: HandlesRequests> Work for Requests<S> {
    async fn prepare(&mut self) -> Result<()> {
        self.durable_consumer().await.map(drop)
    }

    async fn follow(&mut self) -> Result<()> {
        let mut disconnect = self.bus.disconnect();
        let consumer = self.durable_consumer().await?;
        let mut messages = consumer
            .stream()
            .max_messages_per_batch(most_held(S::CONCURRENCY))
            .heartbeat(Duration::from_secs(2))
            .expires(Duration::from_secs(20))
            .messages()
            .await
            .map_err(|error| fail::<S>("read it")(error.into()))?;
        let mut progress = tokio::time::interval(PROGRESS_EVERY);
        progress.reset();
        loop {
            tokio::select! {
                biased;
                () = self.shutdown.begun() => {
                    self.leaving = true;
                    return Ok(());
                }
                () = disconnect.happened() => return Ok(()),
                Some(report) = self.tasks.join_next() => {
                    // A task catches the panics of what it runs.
                    if let Ok(report) = report {
                        self.take_report(report).await?;
                    }
                }
                _ = progress.tick() => self.send_progress().await?,
                message = messages.next() => {
                    let Some(message) = message else { return Ok(()) };
                    let message = message.map_err(|error| fail::<S>("read it")(error.into()))?;
                    self.accept(message);
                }
            }
        }
    }

    async fn finish(&mut self) -> Result<()> {
        self.leaving = true;
        while self.num_busy > 0 {
            let report = tokio::select! {
                biased;
                report = self.tasks.join_next() => report,
                () = self.shutdown.overdue() => break,
            };
            match report {
                Some(Ok(report)) => self.take_report(report).await?,
                Some(Err(_)) => {}
                None => break,
            }
        }
        self.tasks.abort_all();
        // What was not finished need not wait for the server to notice.
        for held in std::mem::take(&mut self.held).into_values() {
            held.message.ack_with(AckKind::Nak(None)).await.map_err(fail::<S>("give back a request"))?;
        }
        Ok(())
    }

    fn abandon(&mut self) {
        self.tasks = JoinSet::new();
        self.num_busy = 0;
        self.queues = RequestQueues::default();
        self.held.clear();
    }
}

/// Whether the server has handed it out before.
fn is_redelivered(message: &Message) -> bool {
    message.info().is_ok_and(|info| info.delivered > 1)
}

fn fail<S: HandlesRequests>(
    action: &'static str,
) -> impl Fn(Box<dyn std::error::Error + Send + Sync>) -> BusError {
    move |source| BusError::Consumer { consumer: S::NAME.to_owned(), action, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delay(outcome: Outcome, tries: u32) -> Option<u64> {
        match Fate::of(outcome, tries) {
            Fate::Again(delay) => Some(delay.as_secs()),
            Fate::Done | Fate::Dead(..) => None,
        }
    }

    #[test]
    fn the_delay_grows_and_ends_in_the_dead_letters() {
        let passing = |tries| delay(Outcome::Returned(Err(SourceError::passing("away"))), tries);
        assert_eq!([1, 2, 3, 4, 5, 6].map(passing), [Some(1), Some(2), Some(4), Some(8), Some(16), None]);
        assert_eq!(delay(Outcome::TimedOut, 2), Some(2));
        assert_eq!(delay(Outcome::Panicked, 3), Some(4));
    }

    #[test]
    fn the_outside_may_ask_for_a_longer_delay_but_not_for_a_shorter_one() {
        let asked = |seconds, tries| {
            let retry_after = Some(Duration::from_secs(seconds));
            delay(Outcome::Returned(Err(SourceError::Passing { reason: String::new(), retry_after })), tries)
        };
        assert_eq!(asked(90, 1), Some(90));
        assert_eq!(asked(0, 3), Some(4));
        assert_eq!(asked(90, MAX_TRIES), None);
    }

    #[test]
    fn a_permanent_fault_is_not_tried_again() {
        let fate = Fate::of(Outcome::Returned(Err(SourceError::permanent("no such artist"))), 1);
        assert!(matches!(fate, Fate::Dead(DeadLetterReason::Refused, reason) if reason == "no such artist"));
    }
}
