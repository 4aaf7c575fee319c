//! Where the gateway is, and how often a session may still be started.

use std::time::Duration;

use casa24_bus::SourceError;
use reqwest::{StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// Sessions that are left for people: beyond a thousand starts a day Discord withdraws the token.
const KEPT: u32 = 50;
/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Answer of `GET /gateway/bot`.
#[derive(Debug, Deserialize)]
pub(crate) struct Start {
    /// Address of the gateway.
    pub(crate) url: String,
    /// How many shards Discord recommends.
    #[serde(default = "one")]
    pub(crate) shards: u32,
    session_start_limit: Limit,
}

const fn one() -> u32 {
    1
}

#[derive(Debug, Deserialize)]
struct Limit {
    total: u32,
    remaining: u32,
    /// Milliseconds.
    reset_after: u64,
    max_concurrency: u16,
}

impl Start {
    /// Asks Discord.
    pub(crate) async fn ask(api: &Url, token: &SecretString) -> Result<Self, SourceError> {
        let mut address = api.clone();
        if let Ok(mut parts) = address.path_segments_mut() {
            parts.pop_if_empty().extend(["gateway", "bot"]);
        }
        let passing = |error: reqwest::Error| {
            SourceError::passing(format!(
                "discord does not say where its gateway is: {}",
                error.without_url()
            ))
        };
        let client = reqwest::Client::builder().timeout(TIMEOUT).build().map_err(passing)?;
        let header = format!("Bot {}", token.expose_secret());
        let response = client.get(address).header("authorization", header).send().await.map_err(passing)?;
        if response.status() == StatusCode::UNAUTHORIZED {
            let fatal = super::close::fatal(4004).unwrap_or_default();
            return Err(SourceError::permanent(fatal));
        }
        let body = response.error_for_status().map_err(passing)?.bytes().await.map_err(passing)?;
        let start: Self = serde_json::from_slice(&body)
            .map_err(|_| SourceError::passing("discord's answer to GET /gateway/bot cannot be read"))?;
        let is_address = Url::parse(&start.url).is_ok_and(|url| matches!(url.scheme(), "ws" | "wss"));
        if !is_address {
            return Err(SourceError::passing("discord's gateway has no address"));
        }
        Ok(start)
    }

    /// Sessions that may still be started, where so many were since Discord's count began anew: by its count or ours,
    /// whichever is less.
    pub(crate) fn left(&self, num_started: usize) -> u32 {
        let Limit { total, remaining, .. } = self.session_start_limit;
        let by_ours = total.saturating_sub(u32::try_from(num_started).unwrap_or(u32::MAX));
        remaining.min(by_ours).saturating_sub(KEPT)
    }

    /// After so long Discord's count begins anew.
    pub(crate) const fn reset_after(&self) -> Duration {
        Duration::from_millis(self.session_start_limit.reset_after)
    }

    /// Shards of different buckets may start their sessions at the same time.
    pub(crate) fn bucket(&self, shard: u32) -> u32 {
        shard % u32::from(self.session_start_limit.max_concurrency.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(remaining: u32) -> Start {
        let limit = Limit { total: 1_000, remaining, reset_after: 60_000, max_concurrency: 16 };
        Start { url: "wss://gateway.example".to_owned(), shards: 1, session_start_limit: limit }
    }

    #[test]
    fn the_last_sessions_are_not_started() {
        assert_eq!([0, 50, 51, 1_000].map(|left| start(left).left(0)), [0, 0, 1, 950]);
        // Discord's count may be late.
        assert_eq!([949, 950].map(|started| start(1_000).left(started)), [1, 0]);
    }

    #[test]
    fn shards_share_buckets() {
        assert_eq!([0, 1, 16, 17].map(|shard| start(1_000).bucket(shard)), [0, 1, 0, 1]);
    }
}
