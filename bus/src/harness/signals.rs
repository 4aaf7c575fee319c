//! What an agent and whoever runs it tell each other: ready, and time to leave.

use std::sync::Arc;

use tokio::sync::watch;

/// Tells agents to finish what they hold and leave; clones share it.
#[derive(Debug, Clone)]
pub struct Shutdown {
    sender: Arc<watch::Sender<bool>>,
    receiver: watch::Receiver<bool>,
}

impl Default for Shutdown {
    fn default() -> Self {
        let (sender, receiver) = watch::channel(false);
        Self { sender: Arc::new(sender), receiver }
    }
}

impl Shutdown {
    /// Tells everybody.
    pub fn begin(&self) {
        self.sender.send_replace(true);
    }

    /// Whether it has begun.
    pub fn has_begun(&self) -> bool {
        *self.receiver.borrow()
    }

    /// Waits until it begins.
    pub async fn begun(&self) {
        // The sender lives as long as `self`.
        drop(self.receiver.clone().wait_for(|begun| *begun).await);
    }
}

/// Told once the agent has rebuilt its state and takes events.
pub(super) type Ready = Option<tokio::sync::oneshot::Sender<()>>;
