//! Where a connection to the outside stands, and whose turn it is to open one: small states that several processes
//! share, each on a subject of its own in the stream of sessions.
//!
//! A state has one writer at a time. Each write is stored only behind the one that its writer knows
//! (`Nats-Expected-Last-Subject-Sequence`), so a writer that was overtaken cannot undo what its successor wrote.

use std::time::Duration;

use async_nats::HeaderMap;
use bytes::Bytes;

use crate::direct_get::DirectReader;
use crate::publish::{Conditional, store_if};
use crate::streams::StreamName;
use crate::{Bus, Result};

/// Who wrote a state.
const WRITER: &str = "Casa24-Writer";
/// After so long the server forgets a message.
const TTL: &str = "Nats-TTL";

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It is the newest state.
    Stored,
    /// Another writer has taken over; nothing is stored.
    Overtaken,
}

/// A state, as one of its writers knows it.
#[derive(Debug)]
pub struct SessionState {
    bus: Bus,
    subject: String,
    writer: String,
    /// Sequence of what was written last; 0 where nothing was.
    newest: u64,
}

/// A stored state.
struct Newest {
    sequence: u64,
    is_ours: bool,
    body: Bytes,
}

impl SessionState {
    /// The state of a name such as `discord.place.1.0`, and what was written last. Whoever writes next overtakes who
    /// wrote before; `writer` tells one from the other.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub async fn open(bus: Bus, name: &str, writer: &str) -> Result<(Self, Option<Bytes>)> {
        let (subject, writer) = (subject(name), writer.to_owned());
        let mut state = Self { bus, subject, writer, newest: 0 };
        let newest = state.read().await?;
        state.newest = newest.as_ref().map_or(0, |newest| newest.sequence);
        Ok((state, newest.map(|newest| newest.body)))
    }

    /// Writes the state.
    ///
    /// # Errors
    /// Where it is not known whether it is stored; the same may be written again.
    pub async fn write(&mut self, body: Bytes) -> Result<Written> {
        loop {
            let mut headers = HeaderMap::new();
            headers.insert(WRITER, self.writer.as_str());
            match store_if(&self.bus, &self.subject, headers, body.clone(), self.newest).await? {
                Conditional::Stored(sequence) => {
                    self.newest = sequence;
                    return Ok(Written::Stored);
                }
                Conditional::Refused => match self.read().await? {
                    // An earlier write whose answer was lost.
                    Some(newest) if newest.is_ours && newest.sequence > self.newest => {
                        self.newest = newest.sequence;
                    }
                    _ => return Ok(Written::Overtaken),
                },
            }
        }
    }

    /// Whether no other writer has taken over.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub async fn is_ours(&self) -> Result<bool> {
        Ok(self.read().await?.is_some_and(|newest| newest.is_ours))
    }

    async fn read(&self) -> Result<Option<Newest>> {
        let subject = [self.bus.subjects().wire(&self.subject)];
        let mut reader = DirectReader::new(&self.bus, StreamName::Sessions).await?;
        Ok(reader.newest_of(&subject).await?.pop().map(|newest| {
            let writer = newest.headers.as_ref().and_then(|headers| headers.get(WRITER));
            Newest {
                sequence: newest.sequence,
                is_ours: writer.is_some_and(|writer| writer.as_str() == self.writer),
                body: newest.payload,
            }
        }))
    }
}

impl Bus {
    /// Takes the turn of a name such as `discord.identify.0`, which lasts so long by the server's clock: its number, or
    /// `None` while somebody has it.
    ///
    /// # Errors
    /// Where it is not known; it may have been taken then, and ends by itself.
    pub async fn take_turn(&self, name: &str, lasts: Duration) -> Result<Option<u64>> {
        let mut headers = HeaderMap::new();
        // Whole seconds, one at least.
        let seconds = lasts.as_secs() + u64::from(lasts.subsec_nanos() > 0);
        headers.insert(TTL, format!("{}s", seconds.max(1)));
        match store_if(self, &subject(name), headers, Bytes::new(), 0).await? {
            Conditional::Stored(number) => Ok(Some(number)),
            Conditional::Refused => Ok(None),
        }
    }

    /// Turns under a filter such as `discord.start.*` that last yet.
    ///
    /// # Errors
    /// Where the server does not answer.
    pub async fn num_turns(&self, filter: &str) -> Result<usize> {
        let filter = self.subjects().wire(&subject(filter));
        Ok(self.stored_subjects(StreamName::Sessions, &filter).await?.len())
    }
}

fn subject(name: &str) -> String {
    format!("session.{name}")
}
