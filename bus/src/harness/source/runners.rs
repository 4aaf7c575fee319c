//! Sources that can be run.

use std::sync::Arc;

use crate::harness::declaration::{AgentKind, Declaration};
use crate::harness::lease::Lease;
use crate::harness::runner::Runner;

use super::context::SourceContext;
use super::requests::{Requests, most_held};
use super::source_loop::{NoRequests, SourceLoop};
use super::traits::{HandlesRequests, Source};

/// A source that only works on its own account, in one process at a time. `make` gives it when it is run.
pub fn source<S: Source>(make: impl FnOnce() -> S + Send + 'static) -> Runner {
    own_work_only(make, Runs::Alone)
}

/// A source that only works on its own account, in as many processes as start it, such as a web server. `make` gives
/// it when it is run.
pub fn replicated_source<S: Source>(make: impl FnOnce() -> S + Send + 'static) -> Runner {
    own_work_only(make, Runs::Replicated)
}

/// In how many processes at a time a source runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Runs {
    Alone,
    Replicated,
}

fn own_work_only<S: Source>(make: impl FnOnce() -> S + Send + 'static, runs: Runs) -> Runner {
    Runner::new(declaration::<S>(), move |bus, shutdown, ready, counters| async move {
        let lease = (runs == Runs::Alone).then(|| Lease::new(bus.clone(), S::NAME));
        let hold = lease.as_ref().map(Lease::hold);
        let source = SourceLoop {
            source: Arc::new(make()),
            context: SourceContext::new(bus.clone(), shutdown.clone(), counters.clone(), hold),
            lease,
            work: NoRequests { bus: bus.clone(), shutdown: shutdown.clone() },
            bus,
            shutdown,
            counters,
        };
        source.run(ready).await
    })
}

/// A source that takes requests, and may also work on its own account, in one process at a time. `make` gives it
/// when it is run.
pub fn source_handling<S: HandlesRequests>(make: impl FnOnce() -> S + Send + 'static) -> Runner {
    let mut declaration = declaration::<S>();
    declaration.consumes.push(S::CONSUMES);
    declaration.max_held = Some(most_held(S::CONCURRENCY));
    Runner::new(declaration, |bus, shutdown, ready, counters| async {
        let source = Arc::new(make());
        let lease = Lease::new(bus.clone(), S::NAME);
        let hold = Some(lease.hold());
        let context = SourceContext::new(bus.clone(), shutdown.clone(), counters.clone(), hold);
        let work =
            Requests::new(source.clone(), bus.clone(), shutdown.clone(), counters.clone(), context.clone())?;
        SourceLoop { source, bus, shutdown, counters, context, lease: Some(lease), work }.run(ready).await
    })
}

fn declaration<S: Source>() -> Declaration {
    Declaration {
        name: S::NAME,
        kind: AgentKind::Source,
        consumes: Vec::new(),
        publishes: S::PUBLISHES.to_vec(),
        max_held: None,
    }
}
