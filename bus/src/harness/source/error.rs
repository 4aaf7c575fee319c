//! Why the work of a source failed.

use std::time::Duration;

use crate::BusError;

/// Why the work of a source failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The same may succeed later: the outside is slow, away, or limits the rate of calls.
    #[error("{reason}")]
    Passing {
        /// What went wrong.
        reason: String,
        /// How long to wait before the next try, where the outside says so; otherwise the delay grows with each try.
        retry_after: Option<Duration>,
    },
    /// It can never succeed.
    #[error("{reason}")]
    Permanent {
        /// What went wrong.
        reason: String,
    },
}

impl SourceError {
    /// A fault that may pass, with a delay that grows with each try.
    pub fn passing(reason: impl Into<String>) -> Self {
        Self::Passing { reason: reason.into(), retry_after: None }
    }

    /// A fault that does not pass.
    pub fn permanent(reason: impl Into<String>) -> Self {
        Self::Permanent { reason: reason.into() }
    }
}

impl From<BusError> for SourceError {
    fn from(error: BusError) -> Self {
        let reason = crate::error::explain(&error);
        if error.is_passing() { Self::passing(reason) } else { Self::Permanent { reason } }
    }
}
