//! Keeps a server running: restarts it when it ends, and when its store is stuck and can be mended.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::process::Child;

use crate::shutdown::Shutdown;
use crate::store_fault::StoreFault;
use crate::{BusError, Result, fault_log};

use super::files::end_of_log;
use super::health::Health;
use super::process::{signal, spawn};

/// How long a server may take to write everything and end.
const END_WITHIN: Duration = Duration::from_secs(30);
/// As long, for one whose store is stuck: it has nothing to write.
const END_STUCK_WITHIN: Duration = Duration::from_secs(5);
/// A server that ends sooner did not come to work.
const QUICK: Duration = Duration::from_secs(2);
/// Pause before the next start of a server that did not come to work, or could not be started.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(2);

/// Keeps one server running.
pub(super) struct Monitor {
    pub(super) program: PathBuf,
    pub(super) data: PathBuf,
    pub(super) config: PathBuf,
    pub(super) url: String,
    pub(super) store_lock: File,
    pub(super) stopping: Shutdown,
    /// Whether it has ever answered: from then on it is not given up.
    pub(super) has_answered: Arc<AtomicBool>,
}

/// Why a server is to be started again, or not.
enum Event {
    Ended(String),
    Stuck,
    Stopping,
}

impl Monitor {
    /// Keeps the server running until it is to stop.
    ///
    /// # Errors
    /// When it ends again and again and has never answered.
    pub(super) async fn run(self, mut child: Child) -> Result<()> {
        let mut health = Health::new(self.data.clone(), self.url.clone());
        let mut num_quick_exits = 0;
        loop {
            let started = tokio::time::Instant::now();
            let event = tokio::select! {
                status = child.wait() => {
                    Event::Ended(status.map_or_else(|error| error.to_string(), |status| status.to_string()))
                }
                () = self.stopping.begun() => Event::Stopping,
                () = health.restart_helps() => Event::Stuck,
            };
            match event {
                Event::Ended(status) => {
                    num_quick_exits = if started.elapsed() < QUICK { num_quick_exits + 1 } else { 0 };
                    if num_quick_exits > 3 {
                        let fault = format!("exits again and again ({status}): {}", end_of_log(&self.data));
                        if !self.has_answered.load(Ordering::Relaxed) {
                            return Err(BusError::Server { fault });
                        }
                        fault_log::failed("start", StoreFault::Gone, &fault);
                        self.stopping.pause(TRY_AGAIN_AFTER).await;
                    }
                    tracing::warn!(status, "nats-server exited, restarting it");
                }
                Event::Stuck => {
                    tracing::info!(
                        "the disk takes writes again: restarting nats-server, whose store is stuck"
                    );
                    self.end(&mut child, END_STUCK_WITHIN).await;
                }
                Event::Stopping => {
                    self.end(&mut child, END_WITHIN).await;
                    break;
                }
            }
            match self.start_again().await {
                Some(next) => child = next,
                None => break,
            }
            if num_quick_exits == 0 {
                fault_log::stored("start");
            }
        }
        drop(std::fs::remove_file(self.data.join("bus.json")));
        Ok(())
    }

    async fn end(&self, child: &mut Child, within: Duration) {
        if let Some(pid) = child.id() {
            signal(&self.program, pid).await;
        }
        if tokio::time::timeout(within, child.wait()).await.is_err() {
            drop(child.kill().await);
        }
    }

    /// Starts the server, as soon as that is possible; nothing where it is to stop.
    async fn start_again(&self) -> Option<Child> {
        while !self.stopping.has_begun() {
            match spawn(&self.program, &self.data, &self.config, &self.url, &self.store_lock) {
                Ok(child) => return Some(child),
                Err(error) => {
                    let fault = match &error {
                        BusError::Store { fault, .. } => *fault,
                        _ => StoreFault::Gone,
                    };
                    fault_log::failed("start", fault, &crate::explain(&error));
                    self.stopping.pause(TRY_AGAIN_AFTER).await;
                }
            }
        }
        None
    }
}
