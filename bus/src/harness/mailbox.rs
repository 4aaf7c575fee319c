//! The agent's actor in a thread of its own, and how it is started afresh after a panic.
//!
//! A panic in a handler ends the actor's task and closes its mailbox for good; actix's `Supervisor` does not
//! restart it. The sender sees [`Died`] and asks the nursery for another.

use std::sync::Arc;

use actix::{Actor, Addr, Context, System};
use tokio::sync::{mpsc, oneshot};

use crate::{BusError, Result};

/// The actor died of a panic while it handled a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Died;

/// Makes actors of one kind, in a thread and an actix system of their own; both end with it.
pub(super) struct Nursery<A: Actor<Context = Context<A>>> {
    orders: mpsc::UnboundedSender<oneshot::Sender<Addr<A>>>,
}

impl<A: Actor<Context = Context<A>>> Nursery<A> {
    pub(super) fn new(name: &str, make: Arc<dyn Fn() -> A + Send + Sync>) -> Result<Self> {
        let (orders, mut incoming) = mpsc::unbounded_channel::<oneshot::Sender<Addr<A>>>();
        let work = move || {
            System::new().block_on(async move {
                while let Some(order) = incoming.recv().await {
                    // Whoever ordered may be gone by now; then the actor ends with its address.
                    order.send(make().start()).ok();
                }
            });
        };
        std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(work)
            .map_err(|source| BusError::File { path: format!("thread of {name}"), source })?;
        Ok(Self { orders })
    }

    /// A fresh actor, without state.
    pub(super) async fn start(&self) -> Result<Addr<A>> {
        let (order, actor) = oneshot::channel();
        self.orders.send(order).ok();
        actor.await.map_err(|_| BusError::Request {
            subject: "a new actor".to_owned(),
            fault: "the agent cannot be made: its constructor panics".to_owned(),
        })
    }
}
