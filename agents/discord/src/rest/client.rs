//! The client: sends a call again, the same bytes, until it is done or its time is over.
//!
//! Nothing that it logs or returns names an address, which holds the token of an interaction.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, RequestBuilder, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use crate::body::Body;
use crate::counts;
use crate::interaction::Interaction;
use crate::settings::SettingsError;

use super::pause::Pause;
use super::verdict::{Fault, Verdict};

/// How long one try may take.
const ONCE: Duration = Duration::from_secs(10);
/// The same for a first answer, of which there must be time for a second try.
const FIRST_ONCE: Duration = Duration::from_millis(1_200);
/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Delay before the second try; it doubles from then on.
const FIRST_DELAY: Duration = Duration::from_millis(100);
const MAX_DELAY: Duration = Duration::from_secs(5);
/// How long it is asked, after the time of a first answer, what became of one that may have arrived.
const FATE_WITHIN: Duration = Duration::from_secs(5);
/// How long Discord may take to know the message that it was promised.
const NOT_YET: Duration = Duration::from_secs(5);
/// Longest body that is kept of a response, in bytes: a message's id, or a complaint.
const MAX_BODY_BYTES: usize = 64 << 10;

/// Status, headers and body of a response.
pub(super) type Answered = (StatusCode, HeaderMap, Vec<u8>);

/// What is done for an interaction.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Call<'a> {
    /// The first answer.
    First(&'a Body),
    /// The first answer becomes another one.
    Edit(&'a Body),
    /// The first answer is taken back.
    Delete,
    /// A message of its own.
    FollowUp(&'a Body),
}

/// The client; it is shared, with its connections and the pause that Discord orders.
#[derive(Debug)]
pub(crate) struct Rest {
    pub(super) http: reqwest::Client,
    base: Url,
    pub(super) pause: Arc<Pause>,
}

impl Rest {
    /// A client for the addresses below a base; clients of one bot share the pause that Discord orders.
    ///
    /// # Errors
    /// When the system has no certificates.
    pub(crate) fn new(base: Url, pause: Arc<Pause>) -> Result<Self, SettingsError> {
        // Only the first call installs one; rustls then finds it in every client of the process.
        rustls::crypto::ring::default_provider().install_default().ok();
        let agent = concat!("DiscordBot (casa24, ", env!("CARGO_PKG_VERSION"), ")");
        let http = reqwest::Client::builder()
            .user_agent(agent)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_nodelay(true)
            .build()
            .map_err(|_| SettingsError::Tls)?;
        Ok(Self { http, base, pause })
    }

    /// Does something for an interaction by a moment. A first answer that may have arrived is sent again for some seconds
    /// more: Discord then says whether it has one, or takes none any longer.
    pub(crate) async fn call(
        &self,
        interaction: &Interaction,
        call: Call<'_>,
        by: Instant,
    ) -> Result<(), Fault> {
        let begun = Instant::now();
        let mut delay = FIRST_DELAY;
        let mut may_have_arrived = false;
        let last = if matches!(call, Call::First(_)) { by + FATE_WITHIN } else { by };
        let mut by = by;
        loop {
            if !self.pause.over(by).await || Instant::now() >= by {
                return Err(Fault::out_of_time(may_have_arrived));
            }
            let once = if matches!(call, Call::First(_)) { FIRST_ONCE } else { ONCE };
            let tried = timeout_at(by.min(Instant::now() + once), self.attempt(interaction, call)).await;
            let verdict = match tried {
                Ok(Ok((status, headers, body))) => {
                    counts::refused_request(status.as_u16());
                    let verdict = Verdict::of(status, &headers, &body, may_have_arrived);
                    may_have_arrived |= verdict == Verdict::Again;
                    verdict
                }
                // No answer, or no connection: that it did not arrive is known of the latter alone.
                Ok(Err(error)) if error.is_connect() => Verdict::Again,
                Ok(Err(_)) | Err(_) => {
                    may_have_arrived = true;
                    Verdict::Again
                }
            };
            match verdict {
                Verdict::Done => return Ok(()),
                Verdict::For(fault) => return Err(fault),
                Verdict::Missing if matches!(call, Call::Delete) => return Ok(()),
                // The answer to Discord's own request, which promises the message, may still be on its way.
                Verdict::Missing if begun.elapsed() > NOT_YET => return Err(Fault::Unknown),
                Verdict::Wait { wait, is_global } => {
                    counts::limited(is_global);
                    tracing::warn!(?wait, is_global, "discord limits requests");
                    if is_global {
                        self.pause.begin(wait);
                    } else {
                        let until = Instant::now() + wait;
                        if until >= by {
                            return Err(Fault::out_of_time(may_have_arrived));
                        }
                        sleep_until(until).await;
                    }
                }
                Verdict::Again | Verdict::Missing => {
                    if may_have_arrived {
                        by = last;
                    }
                    sleep(delay).await;
                    delay = (2 * delay).min(MAX_DELAY);
                }
            }
        }
    }

    async fn attempt(&self, interaction: &Interaction, call: Call<'_>) -> Result<Answered, reqwest::Error> {
        let (method, body) = match call {
            Call::First(body) | Call::FollowUp(body) => (Method::POST, Some(body)),
            Call::Edit(body) => (Method::PATCH, Some(body)),
            Call::Delete => (Method::DELETE, None),
        };
        let mut request = self.http.request(method, self.address_of(interaction, call));
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, &body.content_type).body(body.bytes.clone());
        }
        exchange(request).await
    }

    /// The address of a call.
    fn address_of(&self, interaction: &Interaction, call: Call<'_>) -> Url {
        let (id, application) = (interaction.id.as_str(), interaction.application_id.as_str());
        let token = interaction.token.expose_secret();
        match call {
            Call::First(_) => self.address(&["interactions", id, token, "callback"]),
            Call::Edit(_) | Call::Delete => {
                self.address(&["webhooks", application, token, "messages", "@original"])
            }
            Call::FollowUp(_) => self.address(&["webhooks", application, token]),
        }
    }

    /// An address below the base.
    pub(super) fn address(&self, path: &[&str]) -> Url {
        let mut address = self.base.clone();
        // An address that can be no base was refused with the settings.
        if let Ok(mut parts) = address.path_segments_mut() {
            parts.pop_if_empty().extend(path);
        }
        address
    }
}

/// Sends a request, and reads the response to its end, so that the connection can be used again.
pub(super) async fn exchange(request: RequestBuilder) -> Result<Answered, reqwest::Error> {
    let mut response = request.send().await?;
    let (status, mut body) = (response.status(), Vec::new());
    while let Some(chunk) = response.chunk().await? {
        let room = MAX_BODY_BYTES.saturating_sub(body.len()).min(chunk.len());
        body.extend_from_slice(&chunk[..room]);
    }
    Ok((status, std::mem::take(response.headers_mut()), body))
}

/// A request in the bot's name.
pub(super) fn as_bot(request: RequestBuilder, token: &SecretString) -> RequestBuilder {
    // A token that can be no header was refused with the settings.
    let Ok(mut bot) = HeaderValue::from_str(&format!("Bot {}", token.expose_secret())) else {
        return request;
    };
    bot.set_sensitive(true);
    request.header(AUTHORIZATION, bot)
}
