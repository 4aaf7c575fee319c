//! What a source is.

use std::time::Duration;

use casa24_schemas::Event;

use crate::harness::received::Received;

use super::context::SourceContext;
use super::error::SourceError;

/// An asynchronous agent that reaches outside: it reads there and publishes what it saw, such as a collector with a
/// schedule or a chat gateway.
///
/// It is made once, and its methods run at the same time; what they share is behind locks of its own. One process at
/// a time runs it and others of the same name wait, as a schedule needs it, unless it is made to be replicated.
pub trait Source: Send + Sync + 'static {
    /// Name of the agent, and of its durable consumer where it has one.
    const NAME: &'static str;
    /// Subjects that it publishes, such as `snapshot.raw.spotify.*`.
    const PUBLISHES: &'static [&'static str];

    /// Works on its own account for as long as it likes, while requests are handled; by default it does nothing. After an
    /// error or a panic it is called again, with growing delay.
    ///
    /// The future is dropped when the process loses the right to run the source. When [`SourceContext::cancelled`]
    /// resolves it has some seconds to come to an end.
    ///
    /// # Errors
    /// What went wrong. [`SourceError::Permanent`] ends the source with it.
    fn run(&self, context: SourceContext) -> impl Future<Output = Result<(), SourceError>> + Send {
        async move {
            context.cancelled().await;
            Ok(())
        }
    }
}

/// A source that takes requests from a stream.
pub trait HandlesRequests: Source {
    /// Filter of the subjects that it consumes, such as `collect.spotify.*`.
    const CONSUMES: &'static str;
    /// Most requests handled at once. Requests on one subject are handled one after the other, in order.
    const CONCURRENCY: usize;
    /// How long a request may take; the future of one that takes longer is dropped, and the request is tried again.
    const TIMEOUT: Duration;
    /// Type of the requests.
    type Consumes: Event;

    /// Handles a request. It is acknowledged when this returns: by then everything that follows from it must be
    /// stored, which [`SourceContext::publish`] does. A request may come again after it was handled.
    ///
    /// The future is dropped at the time-out, and when shutdown has begun and some seconds have passed; what was not
    /// finished comes again.
    ///
    /// # Errors
    /// [`SourceError::Passing`] where the request is to be tried again, with growing delay or after the time that the
    /// outside asks for; it holds up later requests on its subject only, and after some tries it goes to the dead
    /// letters. [`SourceError::Permanent`] where it goes there at once.
    fn handle(
        &self,
        received: Received<Self::Consumes>,
        context: SourceContext,
    ) -> impl Future<Output = Result<(), SourceError>> + Send;
}
