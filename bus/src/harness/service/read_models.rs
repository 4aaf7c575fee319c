//! The newest read model of a service, which outlasts the projection that made it.

use std::sync::Arc;

use actix::Addr;
use tokio::sync::{Mutex, oneshot, watch};

use crate::harness::actor_spawner::ActorPanicked;

use super::projection::Projection;
use super::projection_actor::{GetReadModel, ProjectionActor};

/// Hands out the newest read model; asks the projection for another only where it has changed.
pub(crate) struct ReadModels<P: Projection> {
    /// Counts the batches that were applied.
    changes: watch::Receiver<u64>,
    current: Mutex<Option<Current<P>>>,
}

struct Current<P: Projection> {
    /// `None` once it panicked: the read model stays until another projection has caught up.
    projection: Option<Source<P>>,
    /// Changes that the read model holds.
    num_changes: u64,
    model: Arc<P::ReadModel>,
}

/// A projection, and how to report that it panicked while it made a read model.
struct Source<P: Projection> {
    actor: Addr<ProjectionActor<P>>,
    panicked: oneshot::Sender<ActorPanicked>,
}

impl<P: Projection> ReadModels<P> {
    pub(crate) fn new(changes: watch::Receiver<u64>) -> Self {
        Self { changes, current: Mutex::new(None) }
    }

    /// Read models come from this projection from now on.
    pub(crate) async fn switch_to(
        &self,
        actor: Addr<ProjectionActor<P>>,
        panicked: oneshot::Sender<ActorPanicked>,
    ) -> Result<(), ActorPanicked> {
        let num_changes = *self.changes.borrow();
        let model = actor.send(GetReadModel::new()).await.map_err(|_| ActorPanicked)?;
        let projection = Some(Source { actor, panicked });
        *self.current.lock().await = Some(Current { projection, num_changes, model });
        Ok(())
    }

    /// The newest read model; that of the projection before where this one panicked. `None` before the first one has
    /// caught up.
    pub(crate) async fn current(&self) -> Option<Arc<P::ReadModel>> {
        let mut current = self.current.lock().await;
        let current = current.as_mut()?;
        let num_changes = *self.changes.borrow();
        if num_changes != current.num_changes
            && let Some(source) = current.projection.take()
        {
            if let Ok(model) = source.actor.send(GetReadModel::new()).await {
                current.model = model;
                current.num_changes = num_changes;
                current.projection = Some(source);
            } else {
                source.panicked.send(ActorPanicked).ok();
            }
        }
        Some(current.model.clone())
    }
}
