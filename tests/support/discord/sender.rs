//! Whoever sends interactions by HTTP, signed or not.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use data_encoding::HEXLOWER;
use ed25519_dalek::{Signer, SigningKey};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use super::rest::{StandIn, read};

/// Sends interactions to an endpoint.
pub struct Sender {
    client: Client,
    key: SigningKey,
    /// The endpoint.
    pub endpoint: String,
    next_id: AtomicU64,
}

impl Sender {
    pub fn key() -> SigningKey {
        SigningKey::from_bytes(&[24; 32])
    }

    /// What `DISCORD_PUBLIC_KEY` is to be.
    pub fn public_key() -> String {
        HEXLOWER.encode(Self::key().verifying_key().as_bytes())
    }

    pub fn to(endpoint: String) -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        Self { client: Client::new(), key: Self::key(), endpoint, next_id: AtomicU64::new(1_000) }
    }

    pub fn now() -> i64 {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64
    }

    /// Sends a body that was signed at a moment; `altered` is what is sent instead of it.
    pub async fn send(&self, body: &str, at: i64, altered: Option<&str>) -> (StatusCode, String, Vec<u8>) {
        let signature = self.key.sign(format!("{at}{body}").as_bytes());
        let response = self
            .client
            .post(&self.endpoint)
            .header("x-signature-ed25519", HEXLOWER.encode(&signature.to_bytes()))
            .header("x-signature-timestamp", at.to_string())
            .body(altered.unwrap_or(body).to_owned())
            .send()
            .await
            .unwrap();
        let content_type = response
            .headers()
            .get("content-type")
            .map(|value| value.to_str().unwrap().to_owned())
            .unwrap_or_default();
        (response.status(), content_type, response.bytes().await.unwrap().to_vec())
    }

    /// An interaction of Discord's, and its token.
    pub fn interaction(&self, kind: u8, name: &str, options: &Value) -> (Value, String) {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed).to_string();
        let token = format!("token-that-nobody-may-see-{id}");
        let interaction = json!({
            "id": id, "application_id": "77", "type": kind, "token": token, "version": 1,
            "locale": "es-ES", "guild_locale": "en-US", "guild_id": "5",
            // Somebody else each time: one person may not ask so often.
            "member": { "user": { "id": id } },
            "data": { "id": "9", "type": 1, "name": name, "options": options },
        });
        (interaction, token)
    }

    /// An interaction over the gateway; the token.
    pub fn dispatch(&self, discord: &StandIn, name: &str, options: &Value) -> String {
        self.dispatch_to(discord, 0, name, options)
    }

    /// An interaction over the connection of a shard; the token.
    pub fn dispatch_to(&self, discord: &StandIn, shard: u64, name: &str, options: &Value) -> String {
        self.try_dispatch_to(discord, shard, name, options).expect("the shard has a session")
    }

    /// The same; without a session there is nobody whom Discord could tell.
    pub fn try_dispatch_to(
        &self,
        discord: &StandIn,
        shard: u64,
        name: &str,
        options: &Value,
    ) -> Option<String> {
        let (mut interaction, token) = self.interaction(2, name, options);
        interaction["guild_id"] = json!((shard << 22).to_string());
        discord.world().add(interaction["id"].as_str().unwrap(), &token);
        discord.gateway.dispatch("INTERACTION_CREATE", &interaction).then_some(token)
    }

    /// Sends an interaction as Discord does, and shows the response; the token.
    pub async fn ask(&self, discord: &StandIn, kind: u8, name: &str, options: &Value) -> String {
        let (interaction, token) = self.interaction(kind, name, options);
        self.deliver(discord, &interaction, token).await
    }

    /// Sends the press of a control as Discord does: of a message that `asker` caused, by `by`.
    pub async fn press(
        &self,
        discord: &StandIn,
        custom_id: &str,
        values: &[&str],
        (asker, by): (&str, &str),
    ) -> String {
        let (mut interaction, token) = self.interaction(3, "", &Value::Null);
        interaction["data"] = json!({ "component_type": 2, "custom_id": custom_id, "values": values });
        interaction["member"] = json!({ "user": { "id": by } });
        interaction["message"] = json!({ "id": "8", "interaction_metadata": { "user": { "id": asker } } });
        self.deliver(discord, &interaction, token).await
    }

    pub async fn deliver(&self, discord: &StandIn, interaction: &Value, token: String) -> String {
        let name = &interaction["data"];
        discord.world().add(interaction["id"].as_str().unwrap(), &token);
        let (status, content_type, body) = self.send(&interaction.to_string(), Self::now(), None).await;
        assert_eq!(status, StatusCode::OK, "{name}");
        let (answer, files) = read(&content_type, &body);
        let (status, complaint) = discord.world().first(&token, &answer, files);
        assert_eq!(status, 204, "{name}: {complaint}");
        token
    }
}
