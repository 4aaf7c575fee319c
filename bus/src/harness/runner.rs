//! An agent that can be run: what the program's list of agents is made of.

use std::pin::Pin;

use casa24_schemas::ArtistId;

use crate::patience::Patience;
use crate::shutdown::Shutdown;
use crate::{Bus, Result};

use super::counters::Counters;
use super::declaration::Declaration;
use super::stateful::Renewed;

/// Reports that the agent has rebuilt its state and takes events.
pub(crate) type Ready = Option<tokio::sync::oneshot::Sender<()>>;

type Renewal = Pin<Box<dyn Future<Output = Result<Renewed>> + Send>>;

type Renew = Box<dyn FnOnce(Bus, Shutdown, Vec<ArtistId>) -> Renewal + Send>;

type Run = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// An agent that can be run.
pub struct Runner {
    declaration: Declaration,
    counters: Counters,
    run: Box<dyn FnOnce(Bus, Shutdown, Ready, Counters) -> Run + Send>,
    renew: Option<Renew>,
}

impl Runner {
    pub(crate) fn new<F, R>(declaration: Declaration, run: F) -> Self
    where
        F: FnOnce(Bus, Shutdown, Ready, Counters) -> R + Send + 'static,
        R: Future<Output = Result<()>> + Send + 'static,
    {
        Self {
            declaration,
            counters: Counters::default(),
            run: Box::new(|bus, shutdown, ready, counters| Box::pin(run(bus, shutdown, ready, counters))),
            renew: None,
        }
    }

    /// The same, for an agent whose views can be made anew.
    pub(crate) fn with_renewal<F, R>(mut self, renew: F) -> Self
    where
        F: FnOnce(Bus, Shutdown, Vec<ArtistId>) -> R + Send + 'static,
        R: Future<Output = Result<Renewed>> + Send + 'static,
    {
        self.renew = Some(Box::new(|bus, shutdown, artists| Box::pin(renew(bus, shutdown, artists))));
        self
    }

    /// Makes the agent's views of these artists, or of all where none is named, anew from all stored events, and stores
    /// those that differ from what is stored; the agent itself may be at work elsewhere meanwhile. `None` for an agent
    /// that keeps no views.
    ///
    /// # Errors
    /// When the bus keeps refusing what that needs.
    pub async fn renew(
        self,
        bus: Bus,
        shutdown: Shutdown,
        artists: Vec<ArtistId>,
    ) -> Result<Option<Renewed>> {
        match self.renew {
            Some(renew) => renew(bus, shutdown, artists).await.map(Some),
            None => Ok(None),
        }
    }

    /// What the agent consumes and publishes.
    pub const fn declaration(&self) -> &Declaration {
        &self.declaration
    }

    /// The agent's counters, which go on as it runs.
    pub fn counters(&self) -> Counters {
        self.counters.clone()
    }

    /// Runs the agent until shutdown begins; `ready` is sent when it has rebuilt its state.
    ///
    /// Its positions in the streams are expected to be there ([`Bus::set_up_agent`]); where one is missing it is made,
    /// if the connection's user may.
    ///
    /// # Errors
    /// When the bus keeps refusing what the agent needs.
    pub async fn run(
        self,
        bus: Bus,
        shutdown: Shutdown,
        ready: Option<tokio::sync::oneshot::Sender<()>>,
    ) -> Result<()> {
        let mut tries = Patience::AGENT.begin();
        while let Err(error) = bus.set_up_agent(&self.declaration).await {
            // A server that is away comes back.
            tokio::select! {
                biased;
                () = shutdown.begun() => return Ok(()),
                paused = tries.pause_after(error) => paused?,
            }
        }
        (self.run)(bus, shutdown, ready, self.counters).await
    }
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runner").field("declaration", &self.declaration).finish_non_exhaustive()
    }
}
