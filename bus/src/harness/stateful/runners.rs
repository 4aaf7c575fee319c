//! Agents with state that can be run.

use std::sync::Arc;

use crate::harness::agent::{Agent, Follow, View};
use crate::harness::declaration::{AgentKind, Declaration};
use crate::harness::runner::Runner;

use super::agent_actor::AgentActor;
use super::agent_loop::AgentLoop;
use super::duties::{Duties, Offer, ask_views, offer};
use super::renewal::renew;

/// An agent with state that answers every event: its state is rebuilt from the stream when it starts.
pub fn stage<A: Agent>(make: impl Fn() -> A + Send + Sync + 'static) -> Runner {
    runner(declaration::<A>(AgentKind::Stage), make, Duties { ask_views: None, follows: None })
}

/// An agent with state that keeps one view of each artist: it may skip the intermediate ones.
pub fn view<A: View>(make: impl Fn() -> A + Send + Sync + 'static) -> Runner {
    let duties = Duties { ask_views: Some(ask_views::<A>), follows: None };
    runner(declaration::<A>(AgentKind::View), make, duties)
}

/// An agent that keeps one view of each artist, made with the newest event of another subject.
pub fn view_following<A: Follow>(make: impl Fn() -> A + Send + Sync + 'static) -> Runner {
    let mut declaration = declaration::<A>(AgentKind::View);
    declaration.consumes.push(A::FOLLOWS);
    let follows = Some((A::FOLLOWS, offer::<A> as Offer<A>));
    runner(declaration, make, Duties { ask_views: Some(ask_views::<A>), follows })
}

fn declaration<A: Agent>(kind: AgentKind) -> Declaration {
    let (consumes, publishes) = (vec![A::CONSUMES], A::PUBLISHES.to_vec());
    Declaration { name: A::NAME, kind, consumes, publishes, max_held: None }
}

fn runner<A: Agent>(
    declaration: Declaration,
    make: impl Fn() -> A + Send + Sync + 'static,
    duties: Duties<A>,
) -> Runner {
    let make: Arc<dyn Fn() -> AgentActor<A> + Send + Sync> = Arc::new(move || AgentActor(make()));
    let keeps_views = duties.ask_views.is_some();
    let (made_again, duties_again) = (make.clone(), duties.clone());
    let runner = Runner::new(declaration, |bus, shutdown, ready, counters| async {
        AgentLoop::<A>::new(bus, shutdown, counters, make, duties).await?.run(ready).await
    });
    if !keeps_views {
        return runner;
    }
    runner.with_renewal(|bus, shutdown, artists| async move {
        renew::<A>(bus, shutdown, made_again, duties_again, &artists).await
    })
}
