//! The life of a source: the right to run it, what it does on its own account, and its requests.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::harness::counters::Counters;
use crate::harness::lease::{Acquired, Hold, Lease, LeaseState, STAND_BY};
use crate::harness::runner::Ready;
use crate::shutdown::Shutdown;
use crate::{Bus, BusError, Result};

use super::context::SourceContext;
use super::own_work::keep_running;
use super::traits::Source;

/// Pause after a fault.
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(500);

/// What a source does in addition to its own work.
pub(crate) trait Work: Send {
    /// Makes what is needed before anything is requested.
    fn prepare(&mut self) -> impl Future<Output = Result<()>> + Send;
    /// Works until shutdown begins or the connection is lost.
    fn follow(&mut self) -> impl Future<Output = Result<()>> + Send;
    /// Finishes what can be finished in time, and gives back the rest.
    fn finish(&mut self) -> impl Future<Output = Result<()>> + Send;
    /// Drops everything: another process may have taken over.
    fn abandon(&mut self);
}

/// The work of a source that takes no requests.
pub(crate) struct NoRequests {
    pub(crate) bus: Bus,
    pub(crate) shutdown: Shutdown,
}

impl Work for NoRequests {
    async fn prepare(&mut self) -> Result<()> {
        Ok(())
    }

    async fn follow(&mut self) -> Result<()> {
        let mut disconnect = self.bus.disconnect();
        tokio::select! {
            () = self.shutdown.begun() => {}
            () = disconnect.happened() => {}
        }
        Ok(())
    }

    async fn finish(&mut self) -> Result<()> {
        Ok(())
    }

    fn abandon(&mut self) {}
}

/// Runs one source.
pub(crate) struct SourceLoop<S, W> {
    pub(crate) source: Arc<S>,
    pub(crate) bus: Bus,
    pub(crate) shutdown: Shutdown,
    pub(crate) counters: Counters,
    pub(crate) context: SourceContext,
    /// `None` where several processes may run it at once.
    pub(crate) lease: Option<Lease>,
    pub(crate) work: W,
}

impl<S: Source, W: Work> SourceLoop<S, W> {
    pub(crate) async fn run(mut self, mut ready: Ready) -> Result<()> {
        self.work.prepare().await?;
        // What the source does on its own account; `None` where the process may not run it.
        let mut own: Option<JoinSet<Result<()>>> = None;
        let mut outcome = Ok(());
        while !self.shutdown.has_begun() {
            match self.acquire_lease().await {
                Ok(Acquired::Kept) => {}
                Ok(Acquired::Anew) => self.abandon(&mut own),
                Ok(Acquired::HeldElsewhere) => {
                    self.abandon(&mut own);
                    self.shutdown.pause(STAND_BY).await;
                    continue;
                }
                Err(error) => {
                    // Whether another process has taken over cannot be known.
                    self.abandon(&mut own);
                    self.pause_after(&error).await;
                    continue;
                }
            }
            let hold = self.lease.as_ref().map(|lease| {
                lease.tell(LeaseState::Reading);
                lease.hold()
            });
            let work = own.get_or_insert_with(|| self.start_own_work());
            if let Some(ready) = ready.take() {
                ready.send(()).ok();
            }
            tokio::select! {
                followed = self.work.follow() => {
                    if let Err(error) = followed {
                        self.pause_after(&error).await;
                    }
                }
                error = failed(work) => {
                    outcome = Err(error);
                    break;
                }
                // Another process may run the source any moment.
                () = lost(hold.as_ref()) => self.abandon(&mut own),
            }
        }
        if let Err(error) = self.work.finish().await {
            tracing::warn!(agent = S::NAME, %error, "left to the next start");
        }
        if let Some(mut own) = own {
            tokio::select! {
                () = async { while own.join_next().await.is_some() {} } => {}
                () = self.shutdown.overdue() => {}
            }
        }
        tokio::select! {
            flushed = self.bus.flush() => {
                if let Err(error) = flushed {
                    tracing::warn!(agent = S::NAME, %error, "left to the next start");
                }
            }
            () = self.shutdown.overdue() => {}
        }
        if let Some(lease) = self.lease {
            lease.give_back().await;
        }
        outcome
    }

    async fn acquire_lease(&mut self) -> Result<Acquired> {
        match &mut self.lease {
            Some(lease) => lease.acquire_lease().await,
            None => Ok(Acquired::Kept),
        }
    }

    fn start_own_work(&self) -> JoinSet<Result<()>> {
        let mut own = JoinSet::new();
        own.spawn(keep_running(self.source.clone(), self.context.clone(), self.counters.clone()));
        own
    }

    /// Drops everything: another process runs the source, or may have done so.
    fn abandon(&mut self, own: &mut Option<JoinSet<Result<()>>>) {
        self.work.abandon();
        *own = None;
    }

    async fn pause_after(&self, error: &BusError) {
        if !self.shutdown.has_begun() {
            tracing::warn!(agent = S::NAME, %error, "cannot go on, will try again");
            self.shutdown.pause(TRY_AGAIN_AFTER).await;
        }
    }
}

/// Resolves when the lease is lost; never where none is needed.
async fn lost(hold: Option<&Hold>) {
    match hold {
        Some(hold) => hold.lost().await,
        None => std::future::pending().await,
    }
}

/// Resolves with the fault that ends the source's own work; never where it ends well, for its requests go on.
async fn failed(own: &mut JoinSet<Result<()>>) -> BusError {
    loop {
        match own.join_next().await {
            Some(Ok(Err(error))) => return error,
            Some(_) => {}
            None => std::future::pending().await,
        }
    }
}
