//! Discord's REST API, with the bot's token: members of the label's own server, and how many of them are online.
//!
//! <https://docs.discord.com/developers/resources/guild#get-guild>, with counts. Discord calls both approximate. The bot has
//! to be a member of the server; no privileged intent is needed. The limits of an address are not published: each answer
//! says how many requests are left (`X-RateLimit-*`), which the client heeds.

use std::time::Duration;

use casa24_schemas::{Absence, Content, Metric, Platform};
use futures::future::{BoxFuture, FutureExt};
use futures::stream::{self, StreamExt, TryStreamExt};
use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, USER_AGENT};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::collect::{Collector, Seen};
use crate::http::{Client, Fault, Reply, Verdict, Window};

const METRICS: &[Metric] = &[Metric::MEMBER_COUNT, Metric::ONLINE_COUNT];
/// Most digits of an id, which is an integer of 64 bits.
const MAX_ID_DIGITS: usize = 20;

/// Discord's REST API.
pub(super) struct Discord {
    client: Client,
    headers: HeaderMap,
    server: String,
}

impl Discord {
    pub(super) const SETTING: &'static str = "DISCORD_API_URL";
    pub(super) const ADDRESS: &'static str = "https://discord.com/api/v10";
    /// Far below the 50 a second that a bot has for everything: answering must not suffer.
    pub(super) const WINDOW: Window = Window { num_requests: 5, span: Duration::from_secs(5) };

    /// `None` for a token that cannot stand in a header.
    pub(super) fn new(client: Client, token: &SecretString, server: &str) -> Option<Self> {
        let mut header = HeaderValue::from_str(&format!("Bot {}", token.expose_secret())).ok()?;
        header.set_sensitive(true);
        // Discord may turn away what does not call itself so: https://docs.discord.com/developers/reference#user-agent.
        let agent = HeaderValue::from_static(concat!("DiscordBot (casa24, ", env!("CARGO_PKG_VERSION"), ")"));
        let headers = [(AUTHORIZATION, header), (USER_AGENT, agent)].into_iter().collect();
        Some(Self { client, headers, server: server.to_owned() })
    }
}

/// A server, as far as it is read.
#[derive(Deserialize)]
struct Guild {
    id: String,
    name: String,
    approximate_member_count: Option<i64>,
    approximate_presence_count: Option<i64>,
}

/// A server, or nothing where the bot is not in it.
fn read(reply: &Reply) -> Result<Option<Guild>, Verdict> {
    match reply.status {
        StatusCode::OK => reply.json().map(Some),
        StatusCode::NOT_FOUND => Ok(None),
        StatusCode::UNAUTHORIZED => {
            Err(Verdict::Stopped("it refuses DISCORD_BOT_TOKEN (401 Unauthorized)".to_owned(), None))
        }
        StatusCode::FORBIDDEN => Err(Verdict::Refused(format!(
            "the bot may not see the server of DISCORD_GUILD_ID: invite it there ({})",
            reply.quoted()
        ))),
        _ => Err(Verdict::Refused(reply.quoted())),
    }
}

impl Collector for Discord {
    fn platform(&self) -> Platform {
        Platform::DISCORD
    }

    fn source(&self) -> &'static str {
        "Discord API (approximate counts)"
    }

    fn metrics(&self) -> &'static [Metric] {
        METRICS
    }

    fn label_account(&self) -> Option<&str> {
        Some(&self.server)
    }

    fn well_known(&self) -> &str {
        &self.server
    }

    fn terms(&self) -> &'static str {
        "https://support-dev.discord.com/hc/en-us/articles/8562894815383"
    }

    fn check(&self, id: &str) -> Result<(), String> {
        if (1..=MAX_ID_DIGITS).contains(&id.len()) && id.bytes().all(|c| c.is_ascii_digit()) {
            Ok(())
        } else {
            Err("is no id of a server, which has digits only: set DISCORD_GUILD_ID".to_owned())
        }
    }

    fn fetch<'a>(&'a self, ids: &'a [String]) -> BoxFuture<'a, Result<Vec<Vec<Seen>>, Fault>> {
        stream::iter(ids).then(|id| self.guild(id)).try_collect().boxed()
    }
}

impl Discord {
    async fn guild(&self, id: &str) -> Result<Vec<Seen>, Fault> {
        let query = [("with_counts", "true")];
        let guild = self.client.get(&["guilds", id], &query, &self.headers, read).await?;
        Ok(guild.filter(|guild| guild.id == id).map(seen).into_iter().collect())
    }
}

fn seen(guild: Guild) -> Seen {
    let mut seen = Seen::default();
    seen.put(Metric::MEMBER_COUNT, guild.approximate_member_count, Absence::NotOffered);
    seen.put(Metric::ONLINE_COUNT, guild.approximate_presence_count, Absence::NotOffered);
    seen.content = Some(Content { display_name: Some(guild.name), ..Content::default() });
    seen
}
