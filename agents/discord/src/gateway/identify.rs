//! Whose turn it is to start a session: one queue for all doors, and no more starts in a day than Discord allows.

use std::sync::Arc;
use std::time::Duration;

use casa24_bus::{Bus, Hold, explain};
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
/// Longest pause between two looks at what Discord allows.
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
                Ok(Some(())) => return,
                Ok(None) => sleep(LOOK).await,
                Err(wait) => sleep(wait).await,
            }
        }
    }

    /// Takes the turn, where one may be taken; `None` where another shard has it.
    ///
    /// # Errors
    /// How long to wait.
    async fn take(&self, shard: u32, start: &Start) -> Result<Option<()>, Duration> {
        let fault = |error| {
            tracing::debug!(shard, error = explain(&error), "cannot take the turn to start a session");
            PAUSE
        };
        let num_started = self.bus.num_turns("discord.start.*").await.map_err(fault)?;
        counts::session_starts_left(start.left(num_started));
        if let Some(wait) = start.wait(num_started) {
            tracing::warn!(
                shard,
                ?wait,
                "few sessions are left for today: waiting until discord allows more"
            );
            return Err(wait.clamp(LOOK, MAX_WAIT));
        }
        if !self.hold.is_held() {
            return Err(LOOK);
        }
        let turn = format!("discord.identify.{}", start.bucket(shard));
        loop {
            if let Some(number) = self.bus.take_turn(&turn, TURN).await.map_err(fault)? {
                // Counted on the bus until Discord's own count begins anew.
                let name = format!("discord.start.{number}");
                self.bus.take_turn(&name, start.reset_after()).await.map_err(fault)?;
                return Ok(Some(()));
            }
            sleep(LOOK).await;
        }
    }
}
