//! What a source does on its own account, for as long as the process may run it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use futures::FutureExt;
use tokio::time::Instant;

use crate::harness::counters::Counters;
use crate::{BusError, Result};

use super::context::SourceContext;
use super::error::SourceError;
use super::traits::Source;

/// Delay after the first fault; it doubles with each one that follows soon.
const FIRST_DELAY: Duration = Duration::from_secs(1);
const MAX_DELAY: Duration = Duration::from_secs(300);

/// Runs [`Source::run`], again after a fault, until it ends well or with a permanent fault.
pub(crate) async fn keep_running<S: Source>(
    source: Arc<S>,
    context: SourceContext,
    counters: Counters,
) -> Result<()> {
    let delays = || {
        ExponentialBuilder::default()
            .with_min_delay(FIRST_DELAY)
            .with_max_delay(MAX_DELAY)
            .without_max_times()
            .build()
    };
    let mut growing = delays();
    loop {
        let begun = Instant::now();
        let outcome = AssertUnwindSafe(source.run(context.clone())).catch_unwind().await;
        let (reason, retry_after) = match outcome {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(SourceError::Permanent { reason })) => {
                return Err(BusError::Consumer {
                    consumer: S::NAME.to_owned(),
                    action: "go on",
                    source: reason.into(),
                });
            }
            Ok(Err(SourceError::Passing { reason, retry_after })) => (reason, retry_after),
            Err(_) => ("it panicked".to_owned(), None),
        };
        counters.num_restarts(1);
        if begun.elapsed() > MAX_DELAY {
            growing = delays();
        }
        let delay = retry_after.or_else(|| growing.next()).unwrap_or(MAX_DELAY);
        tracing::warn!(agent = S::NAME, reason, ?delay, "will run again");
        tokio::select! {
            () = tokio::time::sleep(delay) => {}
            () = context.cancelled() => return Ok(()),
        }
    }
}
