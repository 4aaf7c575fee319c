//! Services that can be run: what they project, and what they answer.

use std::marker::PhantomData;
use std::sync::Arc;

use actix::Addr;
use casa24_schemas::Event;
use futures::FutureExt;
use futures::future::BoxFuture;

use crate::Result;
use crate::harness::actor_spawner::ActorPanicked;
use crate::harness::declaration::{AgentKind, Declaration};
use crate::harness::runner::Runner;

use super::answering_threads::AnsweringThreads;
use super::projection::{Answers, Projection, Projects};
use super::projection_actor::ProjectionActor;
use super::projection_feed::{Begin, CaughtUp, FeedContext, ProjectionFeed};
use super::projection_supervisor::{Feed, ProjectionSupervisor};
use super::request_handler::RequestHandler;

/// A service in the making.
pub struct ServiceBuilder<P: Projection> {
    declaration: Declaration,
    make: Arc<dyn Fn() -> ProjectionActor<P> + Send + Sync>,
    feeds: Vec<Feed<P>>,
}

/// A service of this name. `make` gives its projection before any event, at the start and after a panic.
pub fn service<P: Projection>(
    name: &'static str,
    make: impl Fn() -> P + Send + Sync + 'static,
) -> ServiceBuilder<P> {
    ServiceBuilder {
        declaration: Declaration {
            name,
            kind: AgentKind::Service,
            consumes: Vec::new(),
            publishes: Vec::new(),
            max_held: None,
        },
        make: Arc::new(move || ProjectionActor(make())),
        feeds: Vec::new(),
    }
}

impl<P: Projection> ServiceBuilder<P> {
    /// The service projects every stored event under a filter, oldest first, and the new ones.
    #[must_use]
    pub fn projects<E: Event>(self, filter: &'static str) -> Self
    where
        P: Projects<E>,
    {
        self.feeds::<E>(filter, Begin::First)
    }

    /// The service projects the newest stored event of each subject under a filter, and the new ones.
    #[must_use]
    pub fn projects_newest<E: Event>(self, filter: &'static str) -> Self
    where
        P: Projects<E>,
    {
        self.feeds::<E>(filter, Begin::Newest)
    }

    fn feeds<E: Event>(mut self, filter: &'static str, begin: Begin) -> Self
    where
        P: Projects<E>,
    {
        self.declaration.consumes.push(filter);
        let feed = ProjectionFeed::new(self.declaration.name, filter, begin);
        let run = move |context: FeedContext,
                        projection: Addr<ProjectionActor<P>>,
                        caught_up: CaughtUp|
              -> BoxFuture<'static, Result<ActorPanicked>> {
            feed.clone().run::<P, E>(context, projection, caught_up).boxed()
        };
        self.feeds.push(Arc::new(run));
        self
    }

    /// The service answers questions on a subject such as `command.*`, several at once; `replies` names the subject
    /// of its answers, which go to the asker's inbox.
    ///
    /// There are as many threads for answers as processors, and at least two; answers that take long have one fewer of
    /// their own. When 256 questions are open, the next
    /// ones wait in the subscription. A question that is not answered within 30 seconds, over which the service
    /// panics, or that cannot be read gets an error, which [`Bus::ask`](crate::Bus::ask) returns.
    pub fn answers<Q: Event, R: Event>(mut self, subject: &'static str, replies: &'static str) -> Runner
    where
        P: Answers<Q, R>,
    {
        self.declaration.consumes.push(subject);
        self.declaration.publishes.push(replies);
        let name = self.declaration.name;
        let Self { declaration, make, feeds } = self;
        Runner::new(declaration, move |bus, shutdown, ready, counters| async move {
            let threads = Arc::new(AnsweringThreads::new(name)?);
            let supervisor =
                ProjectionSupervisor::new(name, make, feeds, bus.clone(), counters.clone(), threads.clone())?;
            let models = supervisor.models();
            let (caught_up, is_caught_up) = tokio::sync::oneshot::channel();
            let mut supervising = std::pin::pin!(supervisor.run(caught_up));
            tokio::select! {
                ended = &mut supervising => return ended,
                _ = is_caught_up => {}
                () = shutdown.begun() => return Ok(()),
            }
            let types = PhantomData::<fn(Q) -> R>;
            let handler =
                Arc::new(RequestHandler { bus, shutdown, counters, name, subject, models, threads, types });
            tokio::select! {
                answered = handler.run(ready) => answered,
                ended = supervising => ended,
            }
        })
    }
}
