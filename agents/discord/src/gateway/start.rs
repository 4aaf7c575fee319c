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
    session_start_limit: Limit,
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

    /// How long to wait before a session is started; `None` where one may be.
    pub(crate) fn wait(&self) -> Option<Duration> {
        let limit = &self.session_start_limit;
        (limit.remaining <= KEPT).then(|| Duration::from_millis(limit.reset_after))
    }

    /// Lets as many sessions start as are left, each in its turn.
    pub(crate) fn queue(&self) -> twilight_gateway::queue::InMemoryQueue {
        let Limit { total, remaining, reset_after, max_concurrency } = self.session_start_limit;
        let left = remaining.saturating_sub(KEPT);
        let reset_after = Duration::from_millis(reset_after);
        twilight_gateway::queue::InMemoryQueue::new(
            max_concurrency.max(1),
            left,
            reset_after,
            total.max(left),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(remaining: u32) -> Start {
        let limit = Limit { total: 1_000, remaining, reset_after: 60_000, max_concurrency: 1 };
        Start { url: "wss://gateway.example".to_owned(), session_start_limit: limit }
    }

    #[test]
    fn the_last_sessions_are_not_started() {
        assert_eq!([51, 1_000].map(|left| start(left).wait()), [None, None]);
        assert_eq!([0, 50].map(|left| start(left).wait()), [Some(Duration::from_secs(60)); 2]);
    }
}
