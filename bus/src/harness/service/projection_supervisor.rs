//! A projection kept running: fed with everything that is stored, and made again when it panics.

use std::sync::Arc;
use std::time::Duration;

use actix::Addr;
use futures::future::BoxFuture;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use crate::harness::actor_spawner::{ActorPanicked, ActorSpawner};
use crate::harness::counters::Counters;
use crate::{Bus, Result};

use super::answering_threads::AnsweringThreads;
use super::projection::Projection;
use super::projection_actor::ProjectionActor;
use super::projection_feed::{CaughtUp, FeedContext};
use super::read_models::ReadModels;

/// How long no event may have come before expensive figures are prepared.
const QUIET: Duration = Duration::from_millis(50);
/// Pause before a projection that panicked is made again.
const RESTART_AFTER: Duration = Duration::from_millis(50);

/// Feeds a projection with the events of one filter until it panics.
pub(crate) type Feed<P> = Arc<
    dyn Fn(FeedContext, Addr<ProjectionActor<P>>, CaughtUp) -> BoxFuture<'static, Result<ActorPanicked>>
        + Send
        + Sync,
>;

/// Keeps a projection running.
pub(crate) struct ProjectionSupervisor<P: Projection> {
    name: &'static str,
    spawner: ActorSpawner<ProjectionActor<P>>,
    feeds: Vec<Feed<P>>,
    context: FeedContext,
    models: Arc<ReadModels<P>>,
    threads: Arc<AnsweringThreads>,
}

impl<P: Projection> ProjectionSupervisor<P> {
    pub(crate) fn new(
        name: &'static str,
        make: Arc<dyn Fn() -> ProjectionActor<P> + Send + Sync>,
        feeds: Vec<Feed<P>>,
        bus: Bus,
        counters: Counters,
        threads: Arc<AnsweringThreads>,
    ) -> Result<Self> {
        let (changes, changed) = watch::channel(0);
        let context = FeedContext { bus, counters, changes: Arc::new(changes) };
        let models = Arc::new(ReadModels::new(changed));
        Ok(Self { name, spawner: ActorSpawner::new(name, make)?, feeds, context, models, threads })
    }

    pub(crate) fn models(&self) -> Arc<ReadModels<P>> {
        self.models.clone()
    }

    /// Keeps the projection running, and reports when the first one has caught up. Ends only with an error.
    pub(crate) async fn run(self, caught_up: oneshot::Sender<()>) -> Result<()> {
        tokio::select! {
            ended = self.keep_restarting(caught_up) => ended,
            () = self.warm_when_quiet() => Ok(()),
        }
    }

    async fn keep_restarting(&self, caught_up: oneshot::Sender<()>) -> Result<()> {
        let mut caught_up = Some(caught_up);
        loop {
            let ActorPanicked = self.run_once(&mut caught_up).await?;
            tracing::error!(agent = self.name, "the projection panicked, building it again");
            self.context.counters.num_restarts(1);
            tokio::time::sleep(RESTART_AFTER).await;
        }
    }

    /// Runs a fresh projection until it panics.
    async fn run_once(&self, caught_up: &mut Option<oneshot::Sender<()>>) -> Result<ActorPanicked> {
        let projection = self.spawner.spawn().await?;
        let mut feeding = JoinSet::new();
        let mut waiting = Vec::new();
        for feed in &self.feeds {
            let (sender, receiver) = oneshot::channel();
            waiting.push(receiver);
            feeding.spawn(feed(self.context.clone(), projection.clone(), sender));
        }
        tokio::select! {
            biased;
            ended = first_to_end(&mut feeding) => return ended,
            _ = futures::future::join_all(waiting) => {}
        }
        let (panicked, has_panicked) = oneshot::channel();
        if let Err(panicked) = self.models.switch_to(projection, panicked).await {
            return Ok(panicked);
        }
        if let Some(caught_up) = caught_up.take() {
            caught_up.send(()).ok();
        }
        tokio::select! {
            ended = first_to_end(&mut feeding) => ended,
            Ok(panicked) = has_panicked => Ok(panicked),
        }
    }

    /// Prepares expensive figures whenever events came and then none for a moment.
    async fn warm_when_quiet(&self) {
        let mut changed = self.context.changes.subscribe();
        // The sender lives as long as `self`.
        while changed.changed().await.is_ok() {
            while let Ok(Ok(())) = tokio::time::timeout(QUIET, changed.changed()).await {}
            let Some(model) = self.models.current().await else {
                // The first projection has not caught up yet.
                changed.mark_changed();
                tokio::time::sleep(QUIET).await;
                continue;
            };
            if let Err(error) = self.threads.run_aside(move || P::warm(&model)).await {
                tracing::error!(agent = self.name, ?error, "preparing figures failed");
            }
        }
    }
}

/// Waits for the first feed that ends; for ever where there is none.
async fn first_to_end(feeding: &mut JoinSet<Result<ActorPanicked>>) -> Result<ActorPanicked> {
    match feeding.join_next().await {
        Some(Ok(ended)) => ended,
        // A feed does not panic itself; where it did, its projection is of no use either.
        Some(Err(_)) => Ok(ActorPanicked),
        None => std::future::pending().await,
    }
}
