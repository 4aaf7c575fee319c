//! Whose turn it is to start a session: one queue for all doors, and no more starts in a day than Discord allows.

use std::sync::Arc;
use std::time::Duration;

use casa24_bus::{Bus, BusError, Hold, explain};
use reqwest::Url;
use secrecy::SecretString;
use tokio::sync::oneshot;
use tokio::time::sleep;
use twilight_gateway::queue::Queue;

use crate::counts;

use super::start::Start;

/// How long a turn lasts: Discord's five seconds, and one for the way there, which one start may need and the next not.
const TURN: Duration = Duration::from_secs(6);
/// How often a turn that somebody else has is tried.
const LOOK: Duration = Duration::from_millis(500);
/// Pause after a fault.
const PAUSE: Duration = Duration::from_secs(5);
/// Longest pause before Discord is asked again what it allows.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// The queue, as one shard sees it.
#[derive(Debug, Clone)]
pub(crate) struct IdentifyQueue {
    pub(crate) bus: Bus,
    pub(crate) api: Url,
    pub(crate) token: SecretString,
    /// The right to the shard.
    pub(crate) hold: Arc<Hold>,
}

impl Queue for IdentifyQueue {
    fn enqueue(&self, shard: u32) -> oneshot::Receiver<()> {
        let (mut go, waiting) = oneshot::channel();
        let queue = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = queue.turn(shard) => drop(go.send(())),
                // The connection is gone.
                () = go.closed() => {}
            }
        });
        waiting
    }
}

impl IdentifyQueue {
    /// Waits until a session may be started.
    async fn turn(&self, shard: u32) {
        loop {
            // Asked each time: others have started sessions meanwhile.
            let start = match Start::ask(&self.api, &self.token).await {
                Ok(start) => start,
                Err(error) => {
                    tracing::warn!(shard, %error, "cannot ask whether a session may be started, will try again");
                    sleep(PAUSE).await;
                    continue;
                }
            };
            match self.take(shard, &start).await {
                Ok(()) => return,
                Err(wait) => sleep(wait).await,
            }
        }
    }

    /// Waits for the turn, and takes it where a session may be started.
    ///
    /// # Errors
    /// How long to wait before Discord is asked again.
    async fn take(&self, shard: u32, start: &Start) -> Result<(), Duration> {
        let fault = |error| {
            tracing::debug!(shard, error = explain(&error), "cannot take the turn to start a session");
            PAUSE
        };
        let num_before = self.num_started().await.map_err(fault)?;
        let left = start.left(num_before);
        counts::session_starts_left(left);
        if left == 0 {
            let wait = start.reset_after();
            tracing::warn!(
                shard,
                ?wait,
                "few sessions are left for today: waiting until discord allows more"
            );
            return Err(wait.clamp(LOOK, MAX_WAIT));
        }
        let turn = format!("discord.identify.{}", start.bucket(shard));
        let number = loop {
            if !self.hold.is_held() {
                return Err(LOOK);
            }
            match self.bus.take_turn(&turn, TURN).await.map_err(fault)? {
                Some(number) => break number,
                None => sleep(LOOK).await,
            }
        };
        // Others have started sessions since Discord was asked.
        let num_since = self.num_started().await.map_err(fault)?.saturating_sub(num_before);
        if num_since >= left as usize {
            return Err(LOOK);
        }
        // Counted on the bus until Discord's own count begins anew.
        let name = format!("discord.start.{number}");
        self.bus.take_turn(&name, start.reset_after()).await.map_err(fault)?;
        Ok(())
    }

    /// Sessions that all doors have started since Discord's count began anew.
    async fn num_started(&self) -> Result<usize, BusError> {
        self.bus.num_turns("discord.start.*").await
    }
}
