//! The views of an agent that keeps them: asked for, and stored.

use std::collections::BTreeMap;
use std::sync::Arc;

use casa24_schemas::ArtistId;

use crate::harness::actor_spawner::ActorPanicked;
use crate::harness::agent::{Agent, DirtyView};
use crate::harness::lease::Lease;
use crate::harness::outcome::Outcome;
use crate::outgoing::Cause;
use crate::{BusError, Result};

use super::agent_actor::MakeViews;
use super::agent_state::AgentState;
use super::duties::AskViews;
use super::followed::Followed;

/// Artists whose views are made in one go: few, because a view may take a second to make.
const CHUNK: usize = 8;

/// Has the views of these artists made, and stores them.
pub(crate) async fn publish<A: Agent>(
    state: &mut AgentState<A>,
    lease: &mut Lease,
    dirty: BTreeMap<ArtistId, Cause>,
) -> Result<()> {
    let Some(ask_views) = state.ask_views else { return Ok(()) };
    let followed = state.followed.as_ref().and_then(Followed::sequence);
    let dirty: Vec<DirtyView> = dirty
        .into_iter()
        .map(|(artist, cause)| DirtyView { artist, cause: Cause { followed, ..cause } })
        .collect();
    for views in dirty.chunks(CHUNK) {
        publish_chunk(state, lease, ask_views, views).await?;
    }
    Ok(())
}

async fn publish_chunk<A: Agent>(
    state: &mut AgentState<A>,
    lease: &mut Lease,
    ask_views: AskViews<A>,
    views: &[DirtyView],
) -> Result<()> {
    if let Ok(outcome) = state.make_views(ask_views, MakeViews(views.into())).await? {
        return store(state, lease, outcome).await;
    }
    state.recover().await?;
    for view in views {
        match state.make_views(ask_views, MakeViews(Arc::new([view.clone()]))).await? {
            Ok(outcome) => store(state, lease, outcome).await?,
            Err(ActorPanicked) => {
                tracing::error!(agent = A::NAME, artist = %view.artist, "the agent panics over the artist's view");
                state.recover().await?;
            }
        }
    }
    Ok(())
}

async fn store<A: Agent>(state: &AgentState<A>, lease: &mut Lease, mut outcome: Outcome) -> Result<()> {
    // Views may take long to make: a process that took over meanwhile has stored newer ones.
    if !lease.still_holds_lease().await {
        return Err(BusError::Consumer {
            consumer: A::NAME.to_owned(),
            action: "store the views that it made",
            source: "the connection was lost and another process runs the agent now".into(),
        });
    }
    outcome.following.retain(|view| match state.bus.check_size(view) {
        Ok(()) => true,
        Err(error) => {
            tracing::error!(agent = A::NAME, %error, "the view is left out");
            false
        }
    });
    state.outbox.store(outcome.following).await
}
