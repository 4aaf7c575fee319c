//! The client of one platform: limits, tries, time-outs; what comes back is read by the platform's own file.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use reqwest::header::{HeaderMap, HeaderValue, USER_AGENT};
use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, StatusCode, Url};
use time::OffsetDateTime;
use tokio::time::{Instant, sleep_until};

use super::fault::Fault;
use super::left::used_up_for;
use super::limit::{Limit, Place};
use super::quota::Quota;
use super::redact::redact;
use super::reply::{Reply, Verdict};
use super::retry_after::retry_after;

/// Tries of a request.
const MAX_TRIES: u32 = 3;
/// How long a platform may ask to wait before its run ends instead.
const MAX_WAIT: Duration = Duration::from_secs(60);
/// How long a platform without a word on it is left alone that has had too many requests.
const BUSY_WAIT: Duration = Duration::from_secs(5);
/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest answer, in bytes: a platform's longest has some hundred kilobytes.
const MAX_BODY_BYTES: usize = 16 << 20;

/// The client of one platform; clones share connections and limits.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: Url,
    limit: Limit,
    quota: Option<Arc<Quota>>,
    /// Until when the platform asked to be left alone, by whichever request.
    paused_until: Arc<Mutex<Instant>>,
    first_pause: Duration,
}

/// How long a platform is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How long an answer may take.
    pub answer: Duration,
    /// Pause before the second try; the one before the third is twice as long.
    pub first_pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { answer: Duration::from_secs(30), first_pause: Duration::from_secs(1) }
    }
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address of the platform.
    #[error("{name} is {value:?}: set an address such as https://api.example.com")]
    Address {
        /// The setting.
        name: &'static str,
        /// Its value.
        value: String,
    },
    /// The contact is no text for a header.
    #[error("CASA24_CONTACT is {value:?}: set an e-mail address or the address of a page, in ASCII")]
    Contact {
        /// Its value.
        value: String,
    },
    /// A key or a token that cannot stand in a header.
    #[error("{name} has characters that no key has: copy it again")]
    Secret {
        /// The setting.
        name: &'static str,
    },
    /// The system's certificates.
    #[error("no HTTPS connection is possible: install the system's certificates (ca-certificates)")]
    Tls(#[source] reqwest::Error),
}

/// What one try brought instead of an answer.
enum Tried {
    Again { what: String, wait: Option<Duration> },
    For(Fault),
}

/// An answer, with what it says of waiting.
struct Answered {
    reply: Reply,
    /// How long the platform asks to wait.
    wait: Option<Duration>,
    /// How long no request is left.
    used_up: Option<Duration>,
}

impl Client {
    /// A client for the addresses below a base. `contact` tells the platform who is asking, where the operator says so.
    ///
    /// # Errors
    /// When the address is none, the contact cannot stand in a header, or the system has no certificates.
    pub(crate) fn new(
        setting: &'static str,
        base: &str,
        contact: Option<&str>,
        patience: Patience,
        limit: Limit,
    ) -> Result<Self, ClientError> {
        let base = base_address(setting, base)?;
        // Only the first call installs one; rustls then finds it in every client of the process.
        rustls::crypto::ring::default_provider().install_default().ok();
        let http = reqwest::Client::builder()
            .default_headers([(USER_AGENT, user_agent(contact)?)].into_iter().collect())
            .redirect(Policy::custom(|attempt| {
                let host = |url: &Url| url.host_str().map(str::to_owned);
                let is_same =
                    attempt.previous().first().is_some_and(|first| host(first) == host(attempt.url()));
                if is_same && attempt.previous().len() < 5 { attempt.follow() } else { attempt.stop() }
            }))
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(patience.answer)
            .build()
            .map_err(ClientError::Tls)?;
        let paused_until = Arc::new(Mutex::new(Instant::now()));
        Ok(Self { http, base, limit, quota: None, paused_until, first_pause: patience.first_pause })
    }

    /// The same client, which counts its requests.
    pub(crate) fn within(self, quota: Quota) -> Self {
        Self { quota: Some(Arc::new(quota)), ..self }
    }

    /// How many requests it has sent today, where there is reason to tell.
    pub(crate) fn notice(&self) -> Option<String> {
        self.quota.as_ref()?.notice(jiff::Timestamp::now())
    }

    /// The same client, within the same limits, for the addresses below another base.
    pub(crate) fn at(&self, setting: &'static str, base: &str) -> Result<Self, ClientError> {
        Ok(Self { base: base_address(setting, base)?, ..self.clone() })
    }

    /// Asks for a path below the base, with a query.
    pub(crate) async fn get<T>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        headers: &HeaderMap,
        read: impl Fn(&Reply) -> Result<T, Verdict>,
    ) -> Result<T, Fault> {
        let request = self.http.get(self.url(path, query)).headers(headers.clone());
        self.ask(request, read).await
    }

    /// Asks with a body of JSON.
    pub(crate) async fn post<T>(
        &self,
        path: &[&str],
        body: &serde_json::Value,
        headers: &HeaderMap,
        read: impl Fn(&Reply) -> Result<T, Verdict>,
    ) -> Result<T, Fault> {
        self.ask(self.http.post(self.url(path, &[])).headers(headers.clone()).json(body), read).await
    }

    /// Asks with a form.
    pub(crate) async fn post_form<T>(
        &self,
        path: &[&str],
        form: &[(&str, &str)],
        headers: &HeaderMap,
        read: impl Fn(&Reply) -> Result<T, Verdict>,
    ) -> Result<T, Fault> {
        self.ask(self.http.post(self.url(path, &[])).headers(headers.clone()).form(form), read).await
    }

    async fn ask<T>(
        &self,
        request: RequestBuilder,
        read: impl Fn(&Reply) -> Result<T, Verdict>,
    ) -> Result<T, Fault> {
        let attempt = || async {
            match request.try_clone() {
                Some(request) => self.attempt(request, &read).await,
                // Only a body that is read from elsewhere cannot be sent twice; there is none.
                None => Err(Tried::For(Fault::Refused { what: "it cannot be asked".to_owned() })),
            }
        };
        let pauses = ExponentialBuilder::default()
            .with_min_delay(self.first_pause)
            .with_max_times(MAX_TRIES as usize - 1)
            .with_jitter();
        let outcome = attempt.retry(pauses).when(|tried| matches!(tried, Tried::Again { .. })).await;
        outcome.map_err(|tried| match tried {
            Tried::Again { what, wait: None } => Fault::Failed { what, num_tries: MAX_TRIES },
            // It asks to wait each time: the others of its run would fare no better.
            Tried::Again { what, wait: Some(wait) } => {
                Fault::Stopped { what, until: Some(OffsetDateTime::now_utc() + wait) }
            }
            Tried::For(fault) => fault,
        })
    }

    /// A place, once the platform is not to be left alone.
    async fn place(&self) -> Place {
        loop {
            let mut place = self.limit.place().await;
            let until = *self.paused_until.lock().unwrap_or_else(PoisonError::into_inner);
            let until = if until > Instant::now() {
                until
            } else if let Some(wait) = place.note() {
                Instant::now() + wait
            } else {
                return place;
            };
            place.give_back();
            sleep_until(until).await;
        }
    }

    /// Holds up every request of this platform.
    fn pause(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut paused_until = self.paused_until.lock().unwrap_or_else(PoisonError::into_inner);
        *paused_until = until.max(*paused_until);
    }

    /// The address of a path: each part is one part, whatever it holds.
    fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut parts) = url.path_segments_mut() {
            parts.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    async fn attempt<T>(
        &self,
        request: RequestBuilder,
        read: impl Fn(&Reply) -> Result<T, Verdict>,
    ) -> Result<T, Tried> {
        let place = self.place().await;
        if let Some(quota) = &self.quota {
            quota.take(jiff::Timestamp::now()).map_err(Tried::For)?;
        }
        let sent = request.try_clone().and_then(|request| request.build().ok());
        let answered = answer(request).await;
        drop(place);
        let Answered { mut reply, wait, used_up } = match answered {
            Ok(answered) => answered,
            Err(what) => return Err(Tried::Again { what, wait: None }),
        };
        if let Some(used_up) = used_up.filter(|wait| *wait <= MAX_WAIT) {
            self.pause(used_up);
        }
        if let Some(sent) = sent.filter(|_| !reply.status.is_success()) {
            reply.body = redact(&sent, &String::from_utf8_lossy(&reply.body)).into_bytes();
        }
        if reply.status.is_redirection() {
            let what = "it redirects to another host, which is not followed".to_owned();
            return Err(Tried::For(Fault::Refused { what }));
        }
        let verdict = if reply.status.is_server_error() {
            Verdict::Again(reply.quoted())
        } else if reply.status == StatusCode::TOO_MANY_REQUESTS {
            Verdict::Busy(wait)
        } else {
            match read(&reply) {
                Ok(answer) => return Ok(answer),
                Err(verdict) => verdict,
            }
        };
        Err(match verdict {
            Verdict::Again(what) => {
                let wait = wait.filter(|wait| *wait <= MAX_WAIT);
                wait.inspect(|wait| self.pause(*wait));
                Tried::Again { what, wait }
            }
            Verdict::Busy(asked) => {
                let wait = asked.or(wait).unwrap_or(BUSY_WAIT);
                let what = "it has had too many requests".to_owned();
                if wait <= MAX_WAIT {
                    self.pause(wait);
                    Tried::Again { what, wait: Some(wait) }
                } else {
                    let until =
                        OffsetDateTime::now_utc().checked_add(wait.try_into().unwrap_or(time::Duration::DAY));
                    Tried::For(Fault::Stopped { what, until })
                }
            }
            Verdict::Refused(what) => Tried::For(Fault::Refused { what }),
            Verdict::Stopped(what, until) => Tried::For(Fault::Stopped { what, until }),
        })
    }
}

/// Sends a request and reads its answer, with what it says of waiting. Faults name no address, which may hold an id.
async fn answer(request: RequestBuilder) -> Result<Answered, String> {
    let told = |error: reqwest::Error| {
        if error.is_timeout() {
            "it does not answer in time".to_owned()
        } else if error.is_connect() {
            "it cannot be reached".to_owned()
        } else {
            "the connection broke off".to_owned()
        }
    };
    let mut response = request.send().await.map_err(told)?;
    let wait = retry_after(response.headers(), OffsetDateTime::now_utc());
    let used_up = used_up_for(response.headers());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(told)? {
        if body.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(format!("its answer has more than {MAX_BODY_BYTES} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answered { reply: Reply { status: response.status(), body }, wait, used_up })
}

/// An address below which others lie.
fn base_address(setting: &'static str, text: &str) -> Result<Url, ClientError> {
    let address = || ClientError::Address { name: setting, value: text.to_owned() };
    let mut base = Url::parse(text).map_err(|_| address())?;
    if !matches!(base.scheme(), "http" | "https") || base.cannot_be_a_base() {
        return Err(address());
    }
    if !base.path().ends_with('/') {
        base.set_path(&format!("{}/", base.path()));
    }
    Ok(base)
}

/// `Casa24/0.1.0 (contact)`, as platforms ask for it.
fn user_agent(contact: Option<&str>) -> Result<HeaderValue, ClientError> {
    let program = concat!("Casa24/", env!("CARGO_PKG_VERSION"));
    let text = contact.map_or_else(|| program.to_owned(), |contact| format!("{program} ({contact})"));
    HeaderValue::from_str(&text)
        .ok()
        .filter(|_| text.is_ascii())
        .ok_or_else(|| ClientError::Contact { value: contact.unwrap_or_default().to_owned() })
}
