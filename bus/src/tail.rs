//! What is stored from a sequence on, as it is stored.
//!
//! Whoever stores something tells so, once for a batch, and readers then look. They also look by themselves, some times a
//! second, for what others store who do not tell: a signal that is lost costs a moment and no event. (The server could
//! tell, by republishing; for each single message, which took it a third of its time and its memory in an import.)

use std::time::Duration;

use async_nats::Subscriber;
use futures::{FutureExt, Stream as Messages, StreamExt};

use crate::batch::Batch;
use crate::connection::Disconnect;
use crate::direct_get::DirectReader;
use crate::replay::{AGAIN, Leader, Reading};
use crate::streams::stored_signal;
use crate::{Bus, BusError, Result};

/// How often the stream is looked at where no signal came.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
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
}

impl Bus {
    /// What is stored from a sequence on.
    pub(crate) async fn tail(&self, reading: &Reading<'_>) -> Result<Tail> {
        let wire_filter = self.subjects().wire(reading.filter);
        let disconnect = self.disconnect();
        let subject = self.subjects().wire(&stored_signal(reading.stream));
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
        })
    }
}

impl Tail {
    /// The next messages: at least one. May be dropped halfway.
    pub(crate) async fn next(&mut self) -> Result<Batch> {
        loop {
            let filter = self.narrow.then_some(self.wire_filter.as_str());
            let batch = self.reader.next_of(filter, self.next).await?;
            if let Some(last) = batch.deliveries().last() {
                self.next = last.sequence + 1;
                return Ok(batch);
            }
            // A replica that answered may be behind the leader.
            match self.leader.first_of(&self.wire_filter, self.next).await? {
                Some(_) => tokio::time::sleep(AGAIN).await,
                None => self.wait().await?,
            }
        }
    }

    /// One batch after the other, until a fault.
    pub(crate) fn batches(self) -> impl Messages<Item = Result<Batch>> + Send {
        futures::stream::try_unfold(self, |mut tail| async move {
            let batch = tail.next().await?;
            Ok(Some((batch, tail)))
        })
    }

    async fn wait(&mut self) -> Result<()> {
        tokio::select! {
            signal = self.signals.next() => {
                if signal.is_none() {
                    return Err(BusError::Request {
                        subject: self.wire_filter.clone(),
                        fault: "the connection is closed".to_owned(),
                    });
                }
                // One look is enough for all of them.
                while self.signals.next().now_or_never().flatten().is_some() {}
            }
            // Signals may be lost with it.
            () = self.disconnect.happened() => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
        Ok(())
    }
}
