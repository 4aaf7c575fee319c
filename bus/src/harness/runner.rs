//! Running agents: what the program's list of agents is made of.

use std::pin::Pin;
use std::sync::Arc;

use serde::Serialize;

use crate::{Bus, Result};

use super::agent::{Agent, Follow, View};
use super::counters::Counters;
use super::followed::{Offer, offer};
use super::host::Host;
use super::signals::{Ready, Shutdown};
use super::stateful::{Duties, Stateful};
use super::stateless::Stateless;
use super::views::ask_views;

/// What an agent consumes and publishes.
#[derive(Debug, Clone, Serialize)]
pub struct Declaration {
    /// Name of the agent, and of its durable consumer where it has one.
    pub name: &'static str,
    /// How it is run: `stage`, `view`, `stateless` or `service`.
    pub kind: &'static str,
    /// Filters of the subjects that it consumes.
    pub consumes: Vec<&'static str>,
    /// Subjects that it publishes.
    pub publishes: Vec<&'static str>,
}

type Run = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// An agent that can be run.
pub struct Runner {
    declaration: Declaration,
    counters: Counters,
    run: Box<dyn FnOnce(Bus, Shutdown, Ready, Counters) -> Run + Send>,
}

impl Runner {
    pub(super) fn new<F, R>(declaration: Declaration, run: F) -> Self
    where
        F: FnOnce(Bus, Shutdown, Ready, Counters) -> R + Send + 'static,
        R: Future<Output = Result<()>> + Send + 'static,
    {
        Self {
            declaration,
            counters: Counters::default(),
            run: Box::new(|bus, shutdown, ready, counters| Box::pin(run(bus, shutdown, ready, counters))),
        }
    }

    /// What the agent consumes and publishes.
    pub const fn declaration(&self) -> &Declaration {
        &self.declaration
    }

    /// What the agent will have done.
    pub fn counters(&self) -> Counters {
        self.counters.clone()
    }

    /// Runs the agent until shutdown begins; `ready` hears when it has rebuilt its state.
    ///
    /// # Errors
    /// When the bus lastingly refuses what the agent needs.
    pub async fn run(
        self,
        bus: Bus,
        shutdown: Shutdown,
        ready: Option<tokio::sync::oneshot::Sender<()>>,
    ) -> Result<()> {
        (self.run)(bus, shutdown, ready, self.counters).await
    }
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runner").field("declaration", &self.declaration).finish_non_exhaustive()
    }
}

fn declaration<A: Agent>(kind: &'static str) -> Declaration {
    Declaration { name: A::NAME, kind, consumes: vec![A::CONSUMES], publishes: A::PUBLISHES.to_vec() }
}

fn stateful<A: Agent>(
    declaration: Declaration,
    make: impl Fn() -> A + Send + Sync + 'static,
    duties: Duties<A>,
) -> Runner {
    let make = Arc::new(move || Host(make()));
    Runner::new(declaration, |bus, shutdown, ready, counters| async {
        Stateful::<A>::new(bus, shutdown, counters, make, duties).await?.run(ready).await
    })
}

/// An agent with state that answers every event: its state is rebuilt from the stream when it starts.
pub fn stage<A: Agent>(make: impl Fn() -> A + Send + Sync + 'static) -> Runner {
    stateful(declaration::<A>("stage"), make, Duties { ask_views: None, follows: None })
}

/// An agent with state that keeps one view of each artist: it may skip the intermediate ones.
pub fn view<A: View>(make: impl Fn() -> A + Send + Sync + 'static) -> Runner {
    stateful(declaration::<A>("view"), make, Duties { ask_views: Some(ask_views::<A>), follows: None })
}

/// An agent that keeps one view of each artist, and goes by the newest event of another subject.
pub fn view_following<A: Follow>(make: impl Fn() -> A + Send + Sync + 'static) -> Runner {
    let mut declaration = declaration::<A>("view");
    declaration.consumes.push(A::FOLLOWS);
    let follows = Some((A::FOLLOWS, offer::<A> as Offer<A>));
    stateful(declaration, make, Duties { ask_views: Some(ask_views::<A>), follows })
}

/// An agent without state, such as one that calls the outside world: a passing fault puts an event off, with
/// growing delay, and the later events of the same artist with it.
pub fn stateless<A: Agent>(make: impl Fn() -> A + Send + Sync + 'static) -> Runner {
    let make = Arc::new(move || Host(make()));
    Runner::new(declaration::<A>("stateless"), |bus, shutdown, ready, counters| async {
        Stateless::<A>::new(bus, shutdown, counters, make).await?.run(ready).await
    })
}
