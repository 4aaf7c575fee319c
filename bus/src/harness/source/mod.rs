//! Sources: asynchronous agents that reach outside.

mod context;
mod error;
mod own_work;
mod request_queues;
mod requests;
mod runners;
mod source_loop;
mod traits;

pub use context::SourceContext;
pub use error::SourceError;
pub(crate) use requests::REQUEST_ACK_WAIT;
pub use runners::{replicated_source, source, source_handling};
pub use traits::{HandlesRequests, Source};
