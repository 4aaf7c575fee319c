//! Asking on the bus for as long as there is time.

use std::time::Duration;

use casa24_bus::{AnswerTag, Asked, BusError, SourceContext};
use casa24_schemas::Command;
use tokio::time::{Instant, sleep};

use crate::shown::Reply;

/// How long one responder may take, before another one is asked.
const ONCE: Duration = Duration::from_secs(5);
/// Pause before a question is asked again.
const PAUSE: Duration = Duration::from_millis(100);
/// How often a responder may fail over a question that is asked again.
const MAX_FAILURES: u32 = 2;

/// The reply to a question. A responder that is not there, or leaves without answering, is asked again; so is one that
/// is out of reach. `None` where none came in time, or the question can never be answered.
pub(crate) async fn ask(context: &SourceContext, command: &Command, until: Instant) -> Option<Reply> {
    ask_again(command, until, |within| context.ask(command, within)).await
}

/// The same for somebody who may have the reply with this tag, which then is not sent.
pub(crate) async fn ask_unless(
    context: &SourceContext,
    command: &Command,
    known: Option<&AnswerTag>,
    until: Instant,
) -> Option<Asked<Reply>> {
    ask_again(command, until, |within| context.ask_unless(command, known, within)).await
}

async fn ask_again<T, A: Future<Output = Result<T, BusError>>>(
    command: &Command,
    until: Instant,
    ask_once: impl Fn(Duration) -> A,
) -> Option<T> {
    let (mut num_faults, mut num_failures) = (0_u32, 0_u32);
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        match ask_once(ONCE.min(left)).await {
            Ok(reply) => return Some(reply),
            // It would fail over the same question again.
            Err(error @ BusError::Service { code: 400..500, .. }) => {
                tracing::warn!(command = command.name, %error, "a question is not understood");
                return None;
            }
            Err(error) => {
                num_faults += 1;
                if num_faults == 1 {
                    tracing::debug!(command = command.name, %error, "will ask again");
                }
                num_failures += u32::from(matches!(error, BusError::Service { .. }));
                if num_failures > MAX_FAILURES {
                    tracing::warn!(command = command.name, %error, "a question is given up");
                    return None;
                }
                sleep(PAUSE).await;
            }
        }
    }
}
