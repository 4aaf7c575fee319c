//! An event as an agent receives it.

use crate::delivery::Stored;
use crate::outgoing::Cause;

/// An event and where it was stored.
#[derive(Debug, Clone)]
pub struct Received<E> {
    /// The event.
    pub event: E,
    /// Where and when it was stored, and its trace.
    pub stored: Stored,
}

impl<E> Received<E> {
    /// This event as the cause of another.
    pub fn cause(&self) -> Cause {
        Cause { sequence: self.stored.sequence, trace: self.stored.trace, followed: None }
    }
}
