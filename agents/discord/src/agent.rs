//! The agent.

use std::sync::Arc;

use casa24_bus::{Runner, Source, SourceContext, SourceError, replicated_source};
use tokio::net::TcpListener;

use crate::answering::Answering;
use crate::rest::Rest;
use crate::servers::KnownServers;
use crate::settings::{Http, Settings, Way};
use crate::{gateway, http};

/// Answers interactions. Any number of processes may take them; over the gateway they share its shards.
#[derive(Debug)]
pub struct Discord {
    settings: Option<Settings>,
}

impl Discord {
    /// The agent as the program runs it. Without settings it can be listed, but not run.
    pub fn runner(settings: Option<Settings>) -> Runner {
        replicated_source(move || Self { settings })
    }
}

impl Source for Discord {
    const NAME: &'static str = "discord";
    const PUBLISHES: &'static [&'static str] = &["command.*", "server.*"];

    async fn run(&self, context: SourceContext) -> Result<(), SourceError> {
        let permanent = |error: crate::SettingsError| SourceError::permanent(error.to_string());
        let settings = self.settings.as_ref().ok_or_else(|| permanent(Settings::missing()))?;
        let rest = Rest::new(settings.api.clone(), Arc::clone(&settings.pause)).map_err(permanent)?;
        let servers = Arc::new(KnownServers::new(settings.open_to.clone()));
        let answering =
            Arc::new(Answering::new(context.clone(), rest, Arc::clone(&servers), settings.token.clone()));
        let listening = async {
            match &settings.way {
                Way::Gateway(gateway) => gateway::listen(gateway, &settings.api, &answering, &context).await,
                Way::Http(http) => serve(http, Arc::clone(&answering), context.clone()).await,
            }
        };
        tokio::select! {
            outcome = listening => outcome,
            never = servers.follow(&context) => match never {},
        }
    }
}

async fn serve(
    settings: &Http,
    answering: Arc<Answering>,
    context: SourceContext,
) -> Result<(), SourceError> {
    let address = settings.listen;
    let cannot = |error: std::io::Error| {
        SourceError::passing(format!("CASA24_DISCORD_LISTEN: cannot listen at {address}: {error}"))
    };
    let listener = TcpListener::bind(address).await.map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    tracing::info!(%address, "listening for interactions");
    let until = async move { context.cancelled().await };
    http::serve(listener, settings.public_key, answering, until).await.map_err(cannot)
}
