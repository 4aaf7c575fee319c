//! How collectors talk to platforms: one client for each, its limits, its tries, and what ends a run.

mod client;
mod fault;
mod left;
mod limit;
mod quota;
mod redact;
mod reply;
mod retry_after;
mod sent_requests;
mod window;

pub(crate) use client::Client;
pub use client::{ClientError, Patience};
pub use fault::Fault;
pub(crate) use limit::Limit;
pub(crate) use quota::{Quota, next_day};
pub(crate) use reply::{Reply, Verdict};
pub(crate) use window::Window;
