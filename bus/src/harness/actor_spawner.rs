//! Actors in a thread of their own, and how one is started afresh after a panic.
//!
//! A panic in a handler ends the actor's task and closes its mailbox for good; actix's `Supervisor` does not
//! restart it. The sender sees a closed mailbox ([`ActorPanicked`]) and asks the spawner for another actor.

use std::sync::Arc;

use actix::{Actor, Addr, Context, System};
use tokio::sync::{mpsc, oneshot};

use crate::{BusError, Result};

/// The actor panicked while it handled a message, and is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ActorPanicked;

/// Spawns actors of one kind, in a thread and an actix system of their own; both end with it.
pub(crate) struct ActorSpawner<A: Actor<Context = Context<A>>> {
    requests: mpsc::UnboundedSender<oneshot::Sender<Addr<A>>>,
}

impl<A: Actor<Context = Context<A>>> ActorSpawner<A> {
    pub(crate) fn new(name: &str, make: Arc<dyn Fn() -> A + Send + Sync>) -> Result<Self> {
        let (requests, mut incoming) = mpsc::unbounded_channel::<oneshot::Sender<Addr<A>>>();
        let work = move || {
            System::new().block_on(async move {
                while let Some(request) = incoming.recv().await {
                    // Whoever asked may be gone by now; then the actor ends with its address.
                    request.send(make().start()).ok();
                }
            });
        };
        std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(work)
            .map_err(|source| BusError::File { path: format!("thread of {name}"), source })?;
        Ok(Self { requests })
    }

    /// A fresh actor, without state.
    pub(crate) async fn spawn(&self) -> Result<Addr<A>> {
        let (request, actor) = oneshot::channel();
        self.requests.send(request).ok();
        actor.await.map_err(|_| BusError::Request {
            subject: "a new actor".to_owned(),
            fault: "the agent cannot be made: its constructor panics".to_owned(),
        })
    }
}
