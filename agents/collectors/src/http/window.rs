//! How many requests a platform allows.

use std::time::Duration;

/// So many requests within any span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    /// Number of requests.
    pub(crate) num_requests: u32,
    /// The span.
    pub(crate) span: Duration,
}
