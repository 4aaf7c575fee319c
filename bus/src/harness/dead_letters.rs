//! Messages of an agent that went to the dead letters: when its state is rebuilt they are passed over.

use std::collections::BTreeSet;

use casa24_schemas::{DeadLetter, DeadLetterReason, Event};
use futures::TryStreamExt;

use crate::consume::Corpse;
use crate::outgoing::{Cause, Outgoing};
use crate::replay::{Delivery, Stored};
use crate::{Bus, Result};

/// Sequences, in the stream that the agent reads, of its dead letters.
pub(super) async fn sequences(bus: &Bus, agent: &str, stream: &str) -> Result<BTreeSet<u64>> {
    let letters = bus.replay::<DeadLetter>(&format!("dead.{agent}")).await?;
    letters
        .try_filter_map(|letter| {
            let ours = letter.event.stream == stream;
            std::future::ready(Ok(ours.then_some(letter.event.sequence)))
        })
        .try_collect()
        .await
}

/// Makes an agent's dead letters.
pub(super) struct Undertaker<'a> {
    pub(super) bus: &'a Bus,
    pub(super) agent: &'static str,
    pub(super) stream: &'a str,
}

impl Undertaker<'_> {
    /// The letter for a message that its reader could not decode, or that was refused for an error.
    pub(super) fn letter_for(
        &self,
        delivery: &Delivery,
        reason: DeadLetterReason,
        error: &dyn std::error::Error,
    ) -> Outgoing {
        self.outgoing(delivery, &self.corpse(delivery, 1).letter(reason, error))
    }

    /// The letter for a message that the agent could not handle.
    pub(super) fn letter_saying(
        &self,
        delivery: &Delivery,
        reason: DeadLetterReason,
        attempts: u32,
        explanation: &str,
    ) -> Outgoing {
        self.outgoing(delivery, &self.corpse(delivery, attempts).letter_saying(reason, explanation))
    }

    fn corpse<'d>(&self, delivery: &'d Delivery, attempts: u32) -> Corpse<'d>
    where
        Self: 'd,
    {
        Corpse {
            agent: self.agent,
            subject: self.bus.subjects().event(&delivery.message.subject),
            stream: self.stream,
            sequence: delivery.sequence,
            attempts,
            headers: delivery.message.headers.as_ref(),
            payload: &delivery.message.payload,
        }
    }

    fn outgoing(&self, delivery: &Delivery, letter: &DeadLetter) -> Outgoing {
        let Stored { sequence, trace, .. } = delivery.stored(self.stream);
        tracing::warn!(
            agent = self.agent,
            subject = letter.subject,
            sequence,
            reason = ?letter.reason,
            explanation = letter.explanation,
            trace_id = trace.trace_id(),
            "dead letter"
        );
        Outgoing::following(&Cause { sequence, trace, followed: None }, letter)
    }
}

/// Whether an outgoing event is a dead letter.
pub(super) fn is_letter(event: &Outgoing) -> bool {
    event.schema.starts_with(DeadLetter::SCHEMA.name)
}
