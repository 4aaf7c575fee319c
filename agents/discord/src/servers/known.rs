//! What is set in each server, as the bus has it: read once, and followed from then on.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use casa24_bus::{Result, SourceContext};
use casa24_schemas::ServerSettings;
use futures::TryStreamExt;

use crate::interaction::Interaction;

use super::open_to::OpenTo;

/// How often changes are looked for that other processes have stored.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Subjects of settings.
const ALL: &str = "server.>";

/// The servers.
#[derive(Debug)]
pub(crate) struct KnownServers {
    open_to: OpenTo,
    settings: RwLock<HashMap<String, Arc<ServerSettings>>>,
}

impl KnownServers {
    /// None is known yet.
    pub(crate) fn new(open_to: OpenTo) -> Self {
        Self { open_to, settings: RwLock::default() }
    }

    /// Whether an interaction may ask.
    pub(crate) fn may_ask(&self, interaction: &Interaction) -> bool {
        self.open_to.has(interaction.guild_id.as_deref())
    }

    /// What the server of an interaction has set.
    pub(crate) fn settings_of(&self, interaction: &Interaction) -> Option<Arc<ServerSettings>> {
        let known = self.settings.read().unwrap_or_else(PoisonError::into_inner);
        known.get(interaction.guild_id.as_ref()?).cloned()
    }

    /// Takes in what is set now.
    pub(crate) fn learn(&self, settings: ServerSettings) {
        let mut known = self.settings.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(settings.server.clone(), Arc::new(settings));
    }

    /// Follows what is stored, for as long as it is not dropped.
    pub(crate) async fn follow(&self, context: &SourceContext) -> Infallible {
        let mut read_to = 0;
        let mut is_told = false;
        loop {
            match self.read_after(context, &mut read_to).await {
                Ok(()) => is_told = false,
                Err(error) => {
                    if !std::mem::replace(&mut is_told, true) {
                        tracing::warn!(%error, "settings of servers cannot be read, will try again");
                    }
                }
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn read_after(&self, context: &SourceContext, read_to: &mut u64) -> Result<()> {
        let mut stored = std::pin::pin!(context.bus().replay_after::<ServerSettings>(ALL, *read_to).await?);
        while let Some(found) = stored.try_next().await? {
            *read_to = found.stored.sequence;
            self.learn(found.event);
        }
        Ok(())
    }
}
