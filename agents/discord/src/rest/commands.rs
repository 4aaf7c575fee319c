//! The registered commands of the application, with the ids by which a message links to them.
//!
//! Source: <https://discord.com/developers/docs/interactions/application-commands#get-global-application-commands>

use casa24_presentation::discord::CommandIds;
use secrecy::SecretString;
use serde::Deserialize;
use tokio::time::{Instant, timeout_at};

use super::client::{Rest, as_bot};

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
        let request = as_bot(self.http.get(self.address(&["applications", application, "commands"])), token);
        let asking = async {
            let response = request.send().await.ok()?;
            if !response.status().is_success() {
                return None;
            }
            serde_json::from_slice::<Vec<Registered>>(&response.bytes().await.ok()?).ok()
        };
        let registered = timeout_at(by, asking).await.ok()??;
        Some(registered.into_iter().map(|command| (command.name, command.id)).collect())
    }
}
