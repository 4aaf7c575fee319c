//! The registered commands of the application, with the ids by which a message links to them.
//!
//! Source: <https://discord.com/developers/docs/interactions/application-commands#get-global-application-commands>

use casa24_presentation::discord::CommandIds;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::time::{Instant, timeout_at};

use super::client::Rest;

#[derive(Deserialize)]
struct Registered {
    id: String,
    name: String,
}

impl Rest {
    /// Ids of the application's commands by their names; `None` where Discord does not tell them by a moment.
    pub(crate) async fn commands(
        &self,
        token: &SecretString,
        application: &str,
        by: Instant,
    ) -> Option<CommandIds> {
        let mut address = self.base.clone();
        address.path_segments_mut().ok()?.pop_if_empty().extend(["applications", application, "commands"]);
        let mut bot = HeaderValue::from_str(&format!("Bot {}", token.expose_secret())).ok()?;
        bot.set_sensitive(true);
        let asking = async {
            let response = self.http.get(address).header(AUTHORIZATION, bot).send().await.ok()?;
            if !response.status().is_success() {
                return None;
            }
            serde_json::from_slice::<Vec<Registered>>(&response.bytes().await.ok()?).ok()
        };
        let registered = timeout_at(by, asking).await.ok()??;
        Some(registered.into_iter().map(|command| (command.name, command.id)).collect())
    }
}
