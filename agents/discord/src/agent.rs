//! The agent.

use std::sync::Arc;

use casa24_bus::{Runner, Source, SourceContext, SourceError, replicated_source};
use tokio::net::TcpListener;

use crate::answering::Answering;
use crate::http;
use crate::rest::Rest;
use crate::settings::Settings;

/// Answers interactions, as far as its settings allow; any number of processes may.
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
    const PUBLISHES: &'static [&'static str] = &["command.*"];

    async fn run(&self, context: SourceContext) -> Result<(), SourceError> {
        let permanent = |error: crate::SettingsError| SourceError::permanent(error.to_string());
        let settings = self.settings.as_ref().ok_or_else(|| permanent(Settings::missing()))?;
        let rest = Rest::new(settings.api.clone()).map_err(permanent)?;
        let answering = Arc::new(Answering::new(context.clone(), rest));
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
}
