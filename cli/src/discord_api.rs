//! Discord's REST API as far as the command line needs it: the registered commands of the application.
//!
//! Source: <https://discord.com/developers/docs/interactions/application-commands>

use std::time::Duration;

use anyhow::Context;
use reqwest::header::{AUTHORIZATION, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value as Json;

use crate::discord_id::is_id;
use crate::terminal::UsageError;
use crate::variables::{secret, variable};

/// The version of the API that is asked, without `DISCORD_API_URL`.
const API: &str = "https://discord.com/api/v10";

/// Tries of a request; the same body means the same however often it comes.
const MAX_TRIES: u32 = 3;
/// Pause before the second try; the one before the third is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// How long Discord may ask to wait.
const MAX_WAIT: Duration = Duration::from_secs(10);
/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Most characters of what Discord says about a fault.
const MAX_SAID: usize = 600;

/// The application of a bot.
pub(crate) struct Application {
    http: reqwest::Client,
    api: Url,
    id: String,
    token: SecretString,
}

/// What a try brought instead of an answer.
enum Fault {
    /// The next try may succeed, after this pause where Discord named one.
    Passing { error: anyhow::Error, pause: Option<Duration> },
    /// No try will succeed.
    Lasting(anyhow::Error),
}

impl Application {
    /// The application that the settings name.
    ///
    /// # Errors
    /// When a setting is missing or is none.
    pub(crate) async fn of_settings() -> anyhow::Result<Self> {
        let missing = |name: &str, where_: &str| {
            UsageError(format!("{name} is not set: copy it from {where_} in Discord's developer portal"))
        };
        let id = variable("DISCORD_CLIENT_ID")
            .await?
            .ok_or_else(|| missing("DISCORD_CLIENT_ID", "General Information (Application ID)"))?;
        if !is_id(&id) {
            return Err(UsageError(
                "DISCORD_CLIENT_ID is no id: set the application's id, which has digits only".to_owned(),
            )
            .into());
        }
        let token = secret("DISCORD_BOT_TOKEN").await?.ok_or_else(|| missing("DISCORD_BOT_TOKEN", "Bot"))?;
        let address = variable("DISCORD_API_URL").await?.unwrap_or_else(|| API.to_owned());
        let api = Url::parse(&address).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let api = api.ok_or_else(|| {
            UsageError(
                "DISCORD_API_URL is no address: set one such as https://discord.com/api/v10".to_owned(),
            )
        })?;
        // Only the first call installs one; rustls then finds it in every client of the process.
        rustls::crypto::ring::default_provider().install_default().ok();
        let http = reqwest::Client::builder()
            .user_agent(concat!("DiscordBot (Casa24, ", env!("CARGO_PKG_VERSION"), ")"))
            .redirect(Policy::none()) // a token goes nowhere else
            .connect_timeout(TIMEOUT)
            .timeout(TIMEOUT)
            .build()
            .context(
                "no HTTPS connection is possible: install the system's certificates (ca-certificates)",
            )?;
        Ok(Self { http, api, id, token })
    }

    /// The commands that are registered for one server or for all, with their texts in every language.
    pub(crate) async fn commands(&self, server: Option<&str>) -> anyhow::Result<Json> {
        let mut address = self.address(server)?;
        address.set_query(Some("with_localizations=true"));
        self.send(self.request(Method::GET, address)?, server).await
    }

    /// Registers these commands in place of those that are registered; returns them as Discord has them now.
    pub(crate) async fn register(&self, commands: &Json, server: Option<&str>) -> anyhow::Result<Json> {
        let request = self.request(Method::PUT, self.address(server)?)?.json(commands);
        self.send(request, server).await
    }

    /// Where the commands are.
    fn address(&self, server: Option<&str>) -> anyhow::Result<Url> {
        let mut url = self.api.clone();
        let mut path =
            url.path_segments_mut().map_err(|()| UsageError("DISCORD_API_URL has no path".to_owned()))?;
        path.pop_if_empty().extend(["applications", &self.id]);
        if let Some(server) = server {
            path.extend(["guilds", server]);
        }
        path.push("commands");
        drop(path);
        Ok(url)
    }

    fn request(&self, method: Method, address: Url) -> anyhow::Result<RequestBuilder> {
        let authorization = HeaderValue::from_str(&format!("Bot {}", self.token.expose_secret()));
        let mut authorization = authorization.map_err(|_| {
            UsageError("DISCORD_BOT_TOKEN holds characters that no token has: copy it anew".to_owned())
        })?;
        authorization.set_sensitive(true);
        Ok(self.http.request(method, address).header(AUTHORIZATION, authorization))
    }

    async fn send(&self, request: RequestBuilder, server: Option<&str>) -> anyhow::Result<Json> {
        let mut pause = FIRST_PAUSE;
        for number in 1.. {
            let request = request.try_clone().context("a request that cannot be repeated")?;
            match self.try_once(request, server).await {
                Ok(answer) => return Ok(answer),
                Err(Fault::Lasting(error)) => return Err(error),
                Err(Fault::Passing { error, .. }) if number >= MAX_TRIES => return Err(error),
                Err(Fault::Passing { pause: asked, .. }) => {
                    tokio::time::sleep(asked.unwrap_or(pause)).await;
                    pause *= 2;
                }
            }
        }
        anyhow::bail!("no try was made")
    }

    async fn try_once(&self, request: RequestBuilder, server: Option<&str>) -> Result<Json, Fault> {
        let host = self.api.host_str().unwrap_or_default();
        let unreachable = |error: reqwest::Error| {
            // Its own text would name the whole address; the reason is below it.
            let error = anyhow::Error::new(error.without_url());
            Fault::Passing { error: error.context(format!("{host} cannot be reached")), pause: None }
        };
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        if !status.is_success() {
            return Err(self.refused(response, status, server).await);
        }
        let answer: Json = response.json().await.map_err(unreachable)?;
        if answer.is_array() {
            return Ok(answer);
        }
        Err(Fault::Lasting(anyhow::anyhow!(
            "{host} does not answer with a list of commands: is DISCORD_API_URL right?"
        )))
    }

    /// What a status means to the operator.
    async fn refused(&self, response: Response, status: StatusCode, server: Option<&str>) -> Fault {
        let code = status.as_u16();
        let wait = wait(&response);
        let said = said(response, &self.token).await;
        let lasting = |text: String| Fault::Lasting(anyhow::anyhow!("{text}"));
        match (code, server) {
            (401, _) => lasting(
                "Discord does not accept DISCORD_BOT_TOKEN (401): make a new token under Bot in the developer portal, and set that"
                    .to_owned(),
            ),
            (403, Some(server)) => lasting(format!(
                "the bot may not register commands in server {server} (403): invite it there with the scope applications.commands, or check the id"
            )),
            (403, None) => lasting(format!(
                "DISCORD_BOT_TOKEN is not of application {} (403): DISCORD_CLIENT_ID and the token have to be of one application",
                self.id
            )),
            (404, _) => lasting(format!(
                "Discord knows no application {} (404): check DISCORD_CLIENT_ID, and the server's id where one was given",
                self.id
            )),
            (429, _) => {
                let wait = wait.unwrap_or(FIRST_PAUSE);
                let seconds = wait.as_secs_f64().ceil();
                let error = anyhow::anyhow!(
                    "Discord had too many requests of this bot (429): try again in {seconds} s; nothing was registered"
                );
                match wait <= MAX_WAIT {
                    true => Fault::Passing { error, pause: Some(wait) },
                    false => Fault::Lasting(error),
                }
            }
            (500.., _) => Fault::Passing {
                error: anyhow::anyhow!(
                    "Discord has a fault of its own ({code}), {MAX_TRIES} times in a row: try again later"
                ),
                pause: None,
            },
            _ => lasting(format!("Discord refuses the request ({code}): {said}")),
        }
    }
}

/// How long Discord asks to wait.
fn wait(response: &Response) -> Option<Duration> {
    let seconds: f64 = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// What Discord, or what answers in its place, says about a fault, as far as it can be read on one line; without the token,
/// should that be repeated.
async fn said(response: Response, token: &SecretString) -> String {
    let text = response.text().await.unwrap_or_default().replace(token.expose_secret(), "[secret]");
    let said = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match said.char_indices().nth(MAX_SAID) {
        Some((end, _)) => format!("{}…", &said[..end]),
        None => said,
    }
}
