//! What a source may do on the bus.

use std::time::Duration;

use casa24_schemas::Event;

use crate::delivery::StoredEvent;
use crate::harness::counters::Counters;
use crate::harness::lease::Hold;
use crate::outgoing::{Cause, Outgoing};
use crate::patience::Patience;
use crate::publish::NewestKnown;
use crate::shutdown::Shutdown;
use crate::{AnswerTag, Asked, Bus, BusError, Result};

use super::error::SourceError;

const NOT_HELD: &str = "another process may run the source now";
const CUT_SHORT: &str = "shutting down before it could be stored";

/// The bus, as a source sees it; clones share it.
#[derive(Debug, Clone)]
pub struct SourceContext {
    bus: Bus,
    shutdown: Shutdown,
    counters: Counters,
    /// The request that is being handled.
    cause: Option<Cause>,
    /// Whether that request may have been handled before, in part or whole.
    is_repeat: bool,
    /// The right to run the source here; `None` where several processes may run it at once.
    hold: Option<Hold>,
}

impl SourceContext {
    pub(crate) const fn new(bus: Bus, shutdown: Shutdown, counters: Counters, hold: Option<Hold>) -> Self {
        Self { bus, shutdown, counters, cause: None, is_repeat: false, hold }
    }

    /// The same, for the handling of a request.
    pub(crate) fn of_request(&self, cause: Cause, is_repeat: bool) -> Self {
        Self { cause: Some(cause), is_repeat, ..self.clone() }
    }

    /// Stores events in order, and returns when they are stored: a source that publishes faster than the bus stores
    /// waits here. An event that was stored before, with the same identity, is not stored again, unless another one
    /// was stored on its subject since.
    ///
    /// # Errors
    /// [`SourceError::Permanent`] for an event that can never be stored, such as one beyond the server's size limit;
    /// [`SourceError::Passing`] where shutdown cut it short.
    pub async fn publish<E: Event>(&self, events: &[E]) -> Result<(), SourceError> {
        if self.hold.as_ref().is_some_and(|hold| !hold.is_held()) {
            return Err(SourceError::passing(NOT_HELD));
        }
        let outgoing: Vec<Outgoing> = events
            .iter()
            .map(|event| match &self.cause {
                Some(cause) => Outgoing::observed(cause, event),
                None => Outgoing::root(event),
            })
            .collect();
        let storing = async {
            // What a source does on its own account may be a repeat too: it is run again after a fault.
            if self.is_repeat || self.cause.is_none() {
                self.bus.publish_missing(&outgoing, Patience::AGENT).await
            } else {
                self.bus.publish(&outgoing, Patience::AGENT).await
            }
        };
        let num_new = tokio::select! {
            biased;
            stored = storing => stored?,
            () = self.shutdown.overdue() => {
                return Err(SourceError::passing(CUT_SHORT));
            }
        };
        self.counters.num_published(num_new);
        Ok(())
    }

    /// Stores events, each behind the newest one of its subject as it was read: whoever else was about to store the same
    /// stores nothing. Gives whether they were stored; where another one was stored since, none of them is, or where
    /// there are more than a batch holds, only some.
    ///
    /// # Errors
    /// As with [`SourceContext::publish`].
    pub async fn publish_behind<E: Event>(
        &self,
        read: &[StoredEvent<E>],
        events: &[E],
    ) -> Result<bool, SourceError> {
        if self.hold.as_ref().is_some_and(|hold| !hold.is_held()) {
            return Err(SourceError::passing(NOT_HELD));
        }
        let outgoing: Vec<Outgoing> = events.iter().map(Outgoing::root).collect();
        let mut newest = NewestKnown::default();
        read.iter().for_each(|read| newest.insert(&read.event.subject(), read.stored.sequence));
        let stored = tokio::select! {
            biased;
            stored = self.bus.publish_behind(&outgoing, Patience::AGENT, &mut newest) => stored,
            () = self.shutdown.overdue() => return Err(SourceError::passing(CUT_SHORT)),
        };
        match stored {
            Ok(num_new) => {
                self.counters.num_published(num_new);
                Ok(true)
            }
            Err(BusError::Overtaken { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Asks a service and waits for the answer.
    ///
    /// # Errors
    /// As [`Bus::ask`].
    pub async fn ask<Q: Event, R: Event>(&self, question: &Q, timeout: Duration) -> Result<R> {
        self.bus.ask(question, timeout).await
    }

    /// Asks a service for the answer unless it is the one with this tag.
    ///
    /// # Errors
    /// As [`Bus::ask`].
    pub async fn ask_unless<Q: Event, R: Event>(
        &self,
        question: &Q,
        known: Option<&AnswerTag>,
        timeout: Duration,
    ) -> Result<Asked<R>> {
        self.bus.ask_unless(question, known, timeout).await
    }

    /// The bus, to read what is stored.
    pub const fn bus(&self) -> &Bus {
        &self.bus
    }

    /// Resolves when shutdown begins: what can be finished in a few seconds should be, and nothing new be begun.
    pub async fn cancelled(&self) {
        self.shutdown.begun().await;
    }
}
