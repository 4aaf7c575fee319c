//! The pause that Discord orders for every request of the bot.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Until when nothing is sent.
#[derive(Debug, Default)]
pub(crate) struct Pause(Mutex<Option<Instant>>);

impl Pause {
    /// Nothing is sent for so long.
    pub(crate) fn begin(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut paused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *paused = Some(paused.map_or(until, |known| known.max(until)));
    }

    /// Waits until something may be sent; tells whether that is before this moment.
    pub(crate) async fn over(&self, by: Instant) -> bool {
        loop {
            let until = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
            match until.filter(|until| *until > Instant::now()) {
                None => return true,
                Some(until) if until > by => return false,
                // It may have been prolonged meanwhile.
                Some(until) => sleep_until(until).await,
            }
        }
    }
}
