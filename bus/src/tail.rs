//! What is stored from a sequence on, as it is stored.
//!
//! The server tells when it has stored something (it republishes the headers of each message, see `streams`); what
//! that was is then read like everything else. So a signal that is lost costs a moment and no event.

use std::time::Duration;

use async_nats::Subscriber;
use futures::{FutureExt, StreamExt};
use tokio::time::Instant;

use crate::connection::Disconnect;
use crate::delivery::Delivery;
use crate::direct_get::DirectReader;
use crate::replay::{AGAIN, Leader, Reading};
use crate::streams::stored_signal;
use crate::{Bus, BusError, Result};

/// How often the stream is looked at where no signal came.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// How long something is read again that was signalled and is not there: a newer one of its subject may have replaced
/// it.
const BEHIND_WITHIN: Duration = Duration::from_secs(5);

/// Messages of a stream as they are stored.
pub(crate) struct Tail {
    reader: DirectReader,
    leader: Leader,
    signals: Subscriber,
    disconnect: Disconnect,
    wire_filter: String,
    /// Whether the stream stores other subjects too.
    narrow: bool,
    /// First sequence that is not read yet.
    next: u64,
    /// Newest sequence that was signalled, and when.
    signalled: Option<(u64, Instant)>,
}

impl Bus {
    /// What is stored from a sequence on.
    pub(crate) async fn tail(&self, reading: &Reading<'_>) -> Result<Tail> {
        let wire_filter = self.subjects().wire(reading.filter);
        let disconnect = self.disconnect();
        let subject = stored_signal(&wire_filter);
        let signals = self.client().subscribe(subject.clone()).await;
        let signals = signals.map_err(|error| BusError::Request { subject, fault: error.to_string() })?;
        Ok(Tail {
            reader: DirectReader::new(self, reading.stream).await?,
            leader: Leader::of(self.open(reading.stream).await?),
            signals,
            disconnect,
            wire_filter,
            narrow: reading.stream.narrow(reading.filter).is_some(),
            next: reading.from,
            signalled: None,
        })
    }
}

impl Tail {
    /// The next messages: at least one. May be dropped halfway.
    pub(crate) async fn next(&mut self) -> Result<Vec<Delivery>> {
        loop {
            let filter = self.narrow.then_some(self.wire_filter.as_str());
            let batch = self.reader.next_of(filter, self.next).await?;
            if let Some(last) = batch.last() {
                self.next = last.sequence + 1;
                return Ok(batch);
            }
            if self.is_behind() {
                tokio::time::sleep(AGAIN).await;
            } else {
                self.wait().await?;
            }
        }
    }

    /// Whether more is stored than the replica that answered had.
    fn is_behind(&self) -> bool {
        self.signalled.is_some_and(|(sequence, when)| sequence >= self.next && when.elapsed() < BEHIND_WITHIN)
    }

    async fn wait(&mut self) -> Result<()> {
        tokio::select! {
            signal = self.signals.next() => {
                let Some(signal) = signal else {
                    return Err(BusError::Request {
                        subject: self.wire_filter.clone(),
                        fault: "the connection is closed".to_owned(),
                    });
                };
                self.take(&signal);
                while let Some(Some(signal)) = self.signals.next().now_or_never() {
                    self.take(&signal);
                }
            }
            // Signals may be lost with it.
            () = self.disconnect.happened() => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {
                if let Some(sequence) = self.leader.first_of(&self.wire_filter, self.next).await? {
                    self.signalled = Some((sequence, Instant::now()));
                }
            }
        }
        Ok(())
    }

    fn take(&mut self, signal: &async_nats::Message) {
        let sequence = signal.headers.as_ref().and_then(|headers| headers.get("Nats-Sequence"));
        if let Some(sequence) = sequence.and_then(|sequence| sequence.as_str().parse().ok()) {
            self.signalled = Some((sequence, Instant::now()));
        }
    }
}
