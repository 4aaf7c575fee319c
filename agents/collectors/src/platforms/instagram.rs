//! Instagram, through the label's own professional account: followers and posts of other professional accounts.
//!
//! Business Discovery of the Graph API with Facebook Login
//! (<https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/business_discovery>). Accounts
//! that are personal and names that do not exist answer alike. An app may make 200 calls an hour for each of its users. The
//! token travels in a header.

use std::time::Duration;

use casa24_schemas::{Absence, Content, Metric, Platform};
use futures::future::{BoxFuture, FutureExt};
use reqwest::StatusCode;
use serde::Deserialize;

use crate::collect::{Collector, Seen};
use crate::http::{Client, Fault, Reply, Verdict, Window};

mod token;

pub(super) use token::Token;

const METRICS: &[Metric] = &[Metric::FOLLOWERS, Metric::MEDIA_COUNT];
/// Longest user name.
const MAX_NAME_LENGTH: usize = 30;
/// How long a platform is left alone that says that its limit of calls is reached: it counts them by the hour.
const HOUR: Duration = Duration::from_secs(3_600);

/// Codes of errors: <https://developers.facebook.com/docs/graph-api/guides/error-handling>.
const INVALID_TOKEN: i64 = 190;
const LIMITS: [i64; 4] = [4, 17, 32, 613];
const PASSING: [i64; 2] = [1, 2];
/// The error of a name that is not found, or not of a professional account.
const NO_USER: i64 = 2_207_013;
const UNKNOWN_USER: i64 = 110;

/// Business Discovery of the Graph API.
pub(super) struct Instagram {
    client: Client,
    /// Id of the label's account.
    account: String,
    token: Token,
}

impl Instagram {
    pub(super) const SETTING: &'static str = "INSTAGRAM_API_URL";
    pub(super) const ADDRESS: &'static str = "https://graph.facebook.com/v24.0";
    pub(super) const WINDOW: Window = Window { num_requests: 200, span: HOUR };

    /// The file in which its renewed token is kept.
    pub(super) const TOKEN_FILE: &'static str = "instagram-token.json";

    pub(super) fn new(client: Client, account: &str, token: Token) -> Self {
        Self { client, account: account.to_owned(), token }
    }
}

#[derive(Deserialize)]
struct Answer {
    business_discovery: Option<Account>,
}

#[derive(Deserialize)]
struct Account {
    username: Option<String>,
    name: Option<String>,
    followers_count: Option<i64>,
    media_count: Option<i64>,
}

#[derive(Deserialize)]
struct ErrorAnswer {
    error: ApiError,
}

#[derive(Deserialize)]
struct ApiError {
    code: Option<i64>,
    error_subcode: Option<i64>,
    message: Option<String>,
}

/// Reads an answer; `None` where there is no such account, or none that is shown.
fn read(reply: &Reply) -> Result<Option<Account>, Verdict> {
    if reply.status == StatusCode::OK {
        let answer: Answer = reply.json()?;
        return Ok(answer.business_discovery);
    }
    let Ok(ErrorAnswer { error }) = serde_json::from_slice(&reply.body) else {
        return Err(Verdict::Refused(reply.quoted()));
    };
    let (code, subcode) = (error.code.unwrap_or_default(), error.error_subcode.unwrap_or_default());
    let message: String = error.message.unwrap_or_default().chars().take(120).collect();
    match code {
        _ if code == UNKNOWN_USER || subcode == NO_USER => Ok(None),
        INVALID_TOKEN => Err(Verdict::Stopped(
            format!("INSTAGRAM_ACCESS_TOKEN is no longer good ({message:?}): {}", token::NEW_ONE),
            None,
        )),
        _ if LIMITS.contains(&code) => Err(Verdict::Busy(Some(HOUR))),
        _ if PASSING.contains(&code) => Err(Verdict::Again(format!("it answers error {code} {message:?}"))),
        _ => Err(Verdict::Stopped(format!("it answers error {code} {message:?}"), None)),
    }
}

impl Collector for Instagram {
    fn platform(&self) -> Platform {
        Platform::INSTAGRAM
    }

    fn source(&self) -> &'static str {
        "Instagram Graph API"
    }

    fn metrics(&self) -> &'static [Metric] {
        METRICS
    }

    fn concurrency(&self) -> usize {
        2
    }

    fn notices(&self) -> Vec<String> {
        self.token.notices()
    }

    fn well_known(&self) -> &str {
        "instagram"
    }

    fn terms(&self) -> &'static str {
        "https://developers.facebook.com/terms/dfc_platform_terms/"
    }

    fn check(&self, id: &str) -> Result<(), String> {
        let fits = |c: u8| c.is_ascii_alphanumeric() || c == b'.' || c == b'_';
        if (1..=MAX_NAME_LENGTH).contains(&id.len()) && id.bytes().all(fits) {
            Ok(())
        } else {
            Err("is no user name of Instagram: it has letters, digits, dots and underscores".to_owned())
        }
    }

    fn fetch<'a>(&'a self, ids: &'a [String]) -> BoxFuture<'a, Result<Vec<Vec<Seen>>, Fault>> {
        async move {
            let mut all = Vec::with_capacity(ids.len());
            let headers = self.token.header(&self.client).await?;
            for name in ids {
                let fields = format!(
                    "business_discovery.username({name}){{username,name,followers_count,media_count}}"
                );
                let path = [self.account.as_str()];
                let found = self.client.get(&path, &[("fields", &fields)], &headers, read).await?;
                all.push(found.map(|account| seen(account, name)).into_iter().collect());
            }
            Ok(all)
        }
        .boxed()
    }
}

fn seen(account: Account, name: &str) -> Seen {
    if account.username.as_ref().is_some_and(|username| !username.eq_ignore_ascii_case(name)) {
        return Seen::nothing(METRICS, Absence::Refused);
    }
    let mut seen = Seen::default();
    seen.put(Metric::FOLLOWERS, account.followers_count, Absence::NotOffered);
    seen.put(Metric::MEDIA_COUNT, account.media_count, Absence::NotOffered);
    seen.content =
        Some(Content { username: account.username, display_name: account.name, ..Content::default() });
    seen
}
