//! The views of an agent that keeps them: asked for, stored, and then what led to them acknowledged.

use std::sync::Arc;

use actix::Addr;
use futures::future::BoxFuture;

use crate::outgoing::Cause;
use crate::{BusError, Result};

use super::agent::{Agent, Touched, View};
use super::followed::Followed;
use super::host::{Host, Refresh};
use super::mailbox::Died;
use super::outcome::Outcome;
use super::stateful::Stateful;

/// Artists whose views are made in one go: few, because a view may take a second to make.
const REFRESH_CHUNK: usize = 8;

/// Asks the agent for the views of some artists; only an agent that keeps views can be asked.
pub(super) type AskViews<A> = fn(Addr<Host<A>>, Refresh) -> BoxFuture<'static, Result<Outcome, Died>>;

/// [`AskViews`] of an agent that keeps views.
pub(super) fn ask_views<A: View>(
    agent: Addr<Host<A>>,
    refresh: Refresh,
) -> BoxFuture<'static, Result<Outcome, Died>> {
    Box::pin(async move { agent.send(refresh).await.map_err(|_| Died) })
}

impl<A: Agent> Stateful<A> {
    /// Publishes the views that wait, and acknowledges everything that was taken in.
    pub(super) async fn settle(&mut self) -> Result<()> {
        self.in_doubt = true;
        if let Some(ask_views) = self.ask_views {
            let followed = self.followed.as_ref().and_then(Followed::sequence);
            let touched: Vec<Touched> = std::mem::take(&mut self.touched)
                .into_iter()
                .map(|(artist, cause)| Touched { artist, cause: Cause { followed, ..cause } })
                .collect();
            for artists in touched.chunks(REFRESH_CHUNK) {
                self.refresh(ask_views, artists).await?;
            }
        }
        if let Some(delivery) = self.unacknowledged.take() {
            delivery.message.ack().await.map_err(|source| BusError::Consumer {
                consumer: A::NAME.to_owned(),
                action: "acknowledge",
                source,
            })?;
            self.settled = self.settled.max(delivery.sequence);
        }
        if let Some(followed) = &mut self.followed {
            followed.settle().await?;
        }
        self.in_doubt = false;
        Ok(())
    }

    async fn refresh(&mut self, ask_views: AskViews<A>, artists: &[Touched]) -> Result<()> {
        let refresh = Refresh { artists: artists.into() };
        if let Ok(outcome) = self.ask(ask_views(self.agent.clone(), refresh)).await? {
            return self.store_views(outcome).await;
        }
        self.restart().await?;
        self.rebuild(self.position).await?;
        for touched in artists {
            let refresh = Refresh { artists: Arc::new([touched.clone()]) };
            match self.ask(ask_views(self.agent.clone(), refresh)).await? {
                Ok(outcome) => self.store_views(outcome).await?,
                Err(Died) => {
                    tracing::error!(agent = A::NAME, artist = %touched.artist, "the artist's view kills the agent");
                    self.restart().await?;
                    self.rebuild(self.position).await?;
                }
            }
        }
        Ok(())
    }

    async fn store_views(&mut self, mut outcome: Outcome) -> Result<()> {
        // Views may take long to make: whoever took over meanwhile has stored newer ones.
        if !self.is_unrivalled().await {
            return Err(BusError::Consumer {
                consumer: A::NAME.to_owned(),
                action: "store the views that it made",
                source: "the connection was lost and somebody else runs the agent now".into(),
            });
        }
        outcome.following.retain(|view| match self.bus.check_size(view) {
            Ok(()) => true,
            Err(error) => {
                tracing::error!(agent = A::NAME, %error, "the view is left out");
                false
            }
        });
        self.ledger.store(outcome.following).await
    }
}
