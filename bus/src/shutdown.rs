//! When to finish and leave.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// How long an agent may take to finish what it holds.
const LAST_CHANCE: Duration = Duration::from_secs(5);

/// The order to agents to finish what they hold and leave; clones share it.
#[derive(Debug, Clone)]
pub struct Shutdown {
    sender: Arc<watch::Sender<Option<Instant>>>,
    receiver: watch::Receiver<Option<Instant>>,
}

impl Default for Shutdown {
    fn default() -> Self {
        let (sender, receiver) = watch::channel(None);
        Self { sender: Arc::new(sender), receiver }
    }
}

impl Shutdown {
    /// Begins it for everybody who holds a clone.
    pub fn begin(&self) {
        self.sender.send_if_modified(|begun| begun.replace(begun.unwrap_or_else(Instant::now)).is_none());
    }

    /// Whether it has begun.
    pub fn has_begun(&self) -> bool {
        self.receiver.borrow().is_some()
    }

    /// Waits until it begins.
    pub async fn begun(&self) {
        self.begun_at().await;
    }

    /// Waits until it began some seconds ago: long enough to finish what works, not what hangs.
    pub(crate) async fn overdue(&self) {
        tokio::time::sleep_until(self.begun_at().await + LAST_CHANCE).await;
    }

    /// Waits so long, or until it begins.
    pub(crate) async fn pause(&self, delay: Duration) {
        tokio::select! {
            () = tokio::time::sleep(delay) => {}
            () = self.begun() => {}
        }
    }

    async fn begun_at(&self) -> Instant {
        let begun = self.receiver.clone().wait_for(Option::is_some).await.ok().and_then(|begun| *begun);
        // The sender lives as long as `self`.
        begun.unwrap_or_else(Instant::now)
    }

    /// Begins it at the first interrupt (Ctrl-C) or termination (SIGTERM) of the process.
    pub fn begin_on_signal(&self) {
        let shutdown = self.clone();
        tokio::spawn(async move {
            interrupted().await;
            tracing::info!("stopping: finishing what is under way");
            shutdown.begin();
        });
    }
}

/// Resolves when the process is interrupted (Ctrl-C) or terminated (SIGTERM).
pub async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        // Without a handler the system ends the process, as it would have anyway.
        let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.ok();
}
