//! How long a call is tried again.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tokio::time::Instant;

use crate::{Bus, BusError, Result};

/// How long to try again what may succeed later: a server that restarts, or is without a leader for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience(Duration);

impl Patience {
    /// For an agent: whoever runs it may need a while to free a full disk, and it goes on by itself.
    pub const AGENT: Self = Self(Duration::from_secs(15 * 60));
    /// For a command, whose user waits.
    pub const COMMAND: Self = Self(Duration::from_secs(60));
    /// Where something else waits meanwhile.
    pub const BRIEF: Self = Self(Duration::from_secs(1));

    /// One try.
    pub const NONE: Self = Self(Duration::ZERO);

    /// So long.
    pub const fn of(duration: Duration) -> Self {
        Self(duration)
    }

    /// Calls until that succeeds, for as long as patience lasts and the fault may pass.
    ///
    /// # Errors
    /// As the call, in its last try.
    pub async fn retry<T>(self, mut call: impl AsyncFnMut() -> Result<T>) -> Result<T> {
        let mut tries = self.begin();
        loop {
            match call().await {
                Ok(found) => return Ok(found),
                Err(error) => tries.pause_after(error).await?,
            }
        }
    }

    /// Begins to run out now.
    pub(crate) fn begin(self) -> Tries {
        self.begin_with(Duration::from_secs(5))
    }

    /// As [`Patience::begin`], with delays of so much at most.
    pub(crate) fn begin_with(self, most: Duration) -> Tries {
        let delays = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(50))
            .with_max_delay(most)
            .without_max_times()
            .build();
        Tries { begun: Instant::now(), patience: self.0, delays }
    }
}

/// Tries of one call.
pub(crate) struct Tries {
    begun: Instant,
    patience: Duration,
    delays: ExponentialBackoff,
}

impl Tries {
    /// Time since the first try.
    pub(crate) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Waits until the next try is due, with a delay that grows.
    ///
    /// # Errors
    /// With the fault of the last try, where it cannot pass or patience has run out.
    pub(crate) async fn pause_after(&mut self, error: BusError) -> Result<()> {
        match self.next_delay(self.elapsed()) {
            Some(delay) if error.is_passing() => {
                tracing::debug!(%error, ?delay, "will try again");
                tokio::time::sleep(delay).await;
                Ok(())
            }
            _ => Err(error),
        }
    }

    fn next_delay(&mut self, elapsed: Duration) -> Option<Duration> {
        self.delays.next().filter(|delay| elapsed + *delay < self.patience)
    }
}

/// What was under way when the connection was lost.
pub(crate) fn connection_lost() -> BusError {
    BusError::Request { subject: "the bus".to_owned(), fault: "the connection was lost".to_owned() }
}

impl Bus {
    /// Asks until an answer comes, for as long as patience lasts and the fault may pass. What was under way when the
    /// connection was lost is asked anew: its answer may never come.
    ///
    /// # Errors
    /// As the call, in its last try.
    pub async fn patiently<T>(
        &self,
        patience: Patience,
        mut call: impl AsyncFnMut() -> Result<T>,
    ) -> Result<T> {
        let while_connected = async || {
            let mut disconnect = self.disconnect();
            tokio::select! {
                outcome = call() => outcome,
                () = disconnect.happened() => Err(connection_lost()),
            }
        };
        patience.retry(while_connected).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_lasts_for_its_time_however_long_a_try_takes() {
        for a_try in [Duration::from_millis(1), Duration::from_secs(10), Duration::from_secs(25)] {
            let mut tries = Patience::of(Duration::from_secs(60)).begin();
            let (mut elapsed, mut num_tries) = (a_try, 1);
            while let Some(delay) = tries.next_delay(elapsed) {
                elapsed += delay + a_try;
                num_tries += 1;
            }
            assert!((50..85).contains(&elapsed.as_secs()), "{num_tries} tries of {a_try:?}: {elapsed:?}");
            assert!(num_tries > 2);
        }
    }
}
