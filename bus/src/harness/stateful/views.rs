//! The views of an agent that keeps them: asked for, and stored.

use std::collections::BTreeMap;
use std::sync::Arc;

use casa24_schemas::ArtistId;

use crate::Result;
use crate::harness::actor_spawner::ActorPanicked;
use crate::harness::agent::{Agent, DirtyView};
use crate::harness::outcome::Outcome;
use crate::outgoing::Cause;

use super::agent_actor::MakeViews;
use super::agent_state::AgentState;
use super::duties::AskViews;
use super::followed::Followed;

/// Artists whose views are made in one go: few, because a view may take a second to make.
const CHUNK: usize = 8;

/// Has the views of these artists made, and stores them.
pub(crate) async fn publish<A: Agent>(
    state: &mut AgentState<A>,
    dirty: BTreeMap<ArtistId, Cause>,
) -> Result<()> {
    let Some(ask_views) = state.ask_views else { return Ok(()) };
    let followed = state.followed.as_ref().and_then(Followed::sequence);
    let dirty: Vec<DirtyView> = dirty
        .into_iter()
        .map(|(artist, cause)| DirtyView { artist, cause: Cause { followed, ..cause } })
        .collect();
    for views in dirty.chunks(CHUNK) {
        publish_chunk(state, ask_views, views).await?;
    }
    Ok(())
}

async fn publish_chunk<A: Agent>(
    state: &mut AgentState<A>,
    ask_views: AskViews<A>,
    views: &[DirtyView],
) -> Result<()> {
    if let Ok(outcome) = state.make_views(ask_views, MakeViews(views.into())).await? {
        return store(state, outcome).await;
    }
    state.recover().await?;
    for view in views {
        match state.make_views(ask_views, MakeViews(Arc::new([view.clone()]))).await? {
            Ok(outcome) => store(state, outcome).await?,
            Err(ActorPanicked) => {
                tracing::error!(agent = A::NAME, artist = %view.artist, "the agent panics over the artist's view");
                state.recover().await?;
            }
        }
    }
    Ok(())
}

async fn store<A: Agent>(state: &mut AgentState<A>, mut outcome: Outcome) -> Result<()> {
    outcome.following.retain(|view| match state.bus.check_size(view) {
        Ok(()) => true,
        Err(error) => {
            tracing::error!(agent = A::NAME, %error, "the view is left out");
            false
        }
    });
    state.outbox.store(outcome.following).await
}
