//! The dead letters of one agent: written here, and passed over when its state is rebuilt.

use std::borrow::Cow;
use std::collections::BTreeSet;

use casa24_schemas::{DeadLetter, DeadLetterReason};
use futures::TryStreamExt;

use crate::delivery::{Delivery, Stored};
use crate::outgoing::{Cause, Outgoing};
use crate::patience::Patience;
use crate::{Bus, Result};

use super::failed_message::FailedMessage;

/// Sequences, in the stream that the agent reads, of its dead letters.
pub(crate) async fn sequences(bus: &Bus, agent: &str, stream: &str) -> Result<BTreeSet<u64>> {
    let letters = bus.replay::<DeadLetter>(&format!("dead.{agent}")).await?;
    letters
        .try_filter_map(|letter| {
            let is_own = letter.event.stream == stream;
            std::future::ready(Ok(is_own.then_some(letter.event.sequence)))
        })
        .try_collect()
        .await
}

/// Writes an agent's dead letters.
#[derive(Debug, Clone)]
pub(crate) struct DeadLetterWriter {
    pub(crate) bus: Bus,
    pub(crate) agent: Cow<'static, str>,
    /// Name of the stream that the agent reads.
    pub(crate) stream: String,
}

impl DeadLetterWriter {
    /// The letter for a message that the agent could not handle.
    pub(crate) fn dead_letter(
        &self,
        delivery: &Delivery,
        reason: DeadLetterReason,
        attempts: u32,
        explanation: &str,
    ) -> Outgoing {
        let failed = FailedMessage {
            agent: &self.agent,
            subject: self.bus.subjects().event(&delivery.subject),
            stream: &self.stream,
            sequence: delivery.sequence,
            attempts,
            headers: delivery.headers.as_deref(),
            payload: &delivery.payload,
        };
        let letter = failed.dead_letter(reason, explanation);
        let Stored { sequence, trace, .. } = delivery.stored(&self.stream);
        tracing::warn!(
            agent = %self.agent,
            subject = letter.subject,
            sequence,
            reason = ?letter.reason,
            explanation = letter.explanation,
            trace_id = %trace.trace_id(),
            "dead letter"
        );
        Outgoing::following(&Cause { sequence, trace, followed: None }, &letter)
    }

    /// Stores the letter for a message that the agent could not handle.
    pub(crate) async fn store(
        &self,
        delivery: &Delivery,
        reason: DeadLetterReason,
        attempts: u32,
        explanation: &str,
        patience: Patience,
    ) -> Result<()> {
        let letter = self.dead_letter(delivery, reason, attempts, explanation);
        self.bus.publish(&[letter], patience).await.map(drop)
    }

    /// Stores the letter for a message that a reader could not read, unless it is there.
    pub(crate) async fn store_once(
        &self,
        delivery: &Delivery,
        reason: DeadLetterReason,
        explanation: &str,
        patience: Patience,
    ) -> Result<()> {
        if sequences(&self.bus, &self.agent, &self.stream).await?.contains(&delivery.sequence) {
            let subject = self.bus.subjects().event(&delivery.subject);
            let sequence = delivery.sequence;
            tracing::warn!(subject, sequence, explanation, "left out, for it cannot be read");
            return Ok(());
        }
        self.store(delivery, reason, 1, explanation, patience).await
    }
}
