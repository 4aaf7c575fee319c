//! The token that speaks for the label's account: as it is set, or renewed before it ends.
//!
//! A user's token lasts for 60 days, and an app's id and secret get another for it before it has ended
//! (<https://developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived>); a system user's does not end.
//! What was got is kept in a file that only its owner can read, with the token that it was got for: one that is set anew
//! takes its place. Neither travels in an address.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex as Guarded, PoisonError};

use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex;

use crate::http::{Client, Fault, Reply, Verdict};

/// What to do about a token that has ended.
pub(super) const NEW_ONE: &str =
    "make a new token, best of a system user, as that does not end, and set INSTAGRAM_ACCESS_TOKEN to it";

/// A token is renewed from this long before its end.
const RENEWED_BEFORE: Duration = Duration::days(30);
/// The operator is told of an end from this long before it.
const TOLD_BEFORE: Duration = Duration::days(14);

/// The token, and how it is renewed.
pub(crate) struct Token {
    /// The token that is set.
    set: SecretString,
    renewal: Option<Renewal>,
    notices: Guarded<Vec<String>>,
}

struct Renewal {
    app_id: String,
    app_secret: SecretString,
    file: PathBuf,
    /// Read from the file, or got, in this process.
    kept: Mutex<Option<Kept>>,
}

/// What is kept in the file.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    /// The token that was set when it was got.
    set: String,
    token: String,
    /// Seconds since 1970 of its end; of one that does not end there is none.
    ends_at: Option<i64>,
}

#[derive(Deserialize)]
struct Exchanged {
    access_token: String,
    expires_in: Option<i64>,
}

impl Token {
    /// The token as it is set; `None` where it cannot stand in a header.
    pub(crate) fn fixed(set: &SecretString) -> Option<Self> {
        bearer(set.expose_secret())?;
        Some(Self { set: set.clone(), renewal: None, notices: Guarded::default() })
    }

    /// The token that an app renews; `None` where the one that is set cannot stand in a header.
    pub(crate) fn renewed(
        set: &SecretString,
        app_id: &str,
        app_secret: &SecretString,
        file: PathBuf,
    ) -> Option<Self> {
        let renewal = Renewal {
            app_id: app_id.to_owned(),
            app_secret: app_secret.clone(),
            file,
            kept: Mutex::new(None),
        };
        Some(Self { renewal: Some(renewal), ..Self::fixed(set)? })
    }

    /// What the operator should know of it.
    pub(super) fn notices(&self) -> Vec<String> {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The header that a request needs, with a token that was renewed where its end is near.
    ///
    /// # Errors
    /// Where it has ended.
    pub(super) async fn header(&self, client: &Client) -> Result<HeaderMap, Fault> {
        let Some(renewal) = &self.renewal else { return headers(self.set.expose_secret()) };
        let mut kept = renewal.kept.lock().await;
        if kept.is_none() {
            *kept = read(&renewal.file).filter(|kept| kept.set == self.set.expose_secret());
        }
        let mut notices = Vec::new();
        if kept.as_ref().is_none_or(|kept| kept.ends_within(RENEWED_BEFORE)) {
            let known = kept.as_ref().map_or(self.set.expose_secret(), |kept| &kept.token);
            match renewal.exchange(client, known).await {
                Ok(exchanged) => {
                    let got = Kept::of(exchanged, self.set.expose_secret());
                    if let Err(error) = write(&renewal.file, &got) {
                        let file = renewal.file.display();
                        notices.push(format!("the renewed token cannot be kept in {file}: {error}"));
                    }
                    *kept = Some(got);
                }
                Err(fault) => notices.push(format!("INSTAGRAM_ACCESS_TOKEN could not be renewed: {fault}")),
            }
        }
        let end = kept.as_ref().and_then(Kept::end);
        if let Some(end) = end.filter(|_| kept.as_ref().is_some_and(|kept| kept.ends_within(TOLD_BEFORE))) {
            notices.push(format!("INSTAGRAM_ACCESS_TOKEN ends on {}: {NEW_ONE}", end.date()));
        }
        let header = match (kept.as_ref(), end) {
            (Some(kept), Some(end)) if kept.ends_within(Duration::ZERO) => {
                let what = format!("INSTAGRAM_ACCESS_TOKEN has ended on {}: {NEW_ONE}", end.date());
                Err(Fault::Stopped { what, until: None })
            }
            (Some(kept), _) => headers(&kept.token),
            (None, _) => headers(self.set.expose_secret()),
        };
        *self.notices.lock().unwrap_or_else(PoisonError::into_inner) = notices;
        header
    }
}

impl Renewal {
    async fn exchange(&self, client: &Client, token: &str) -> Result<Exchanged, Fault> {
        let form = [
            ("grant_type", "fb_exchange_token"),
            ("client_id", self.app_id.as_str()),
            ("client_secret", self.app_secret.expose_secret()),
            ("fb_exchange_token", token),
        ];
        // What it says beside the status is not repeated: it may hold what was sent.
        client
            .post_form(&["oauth", "access_token"], &form, &HeaderMap::new(), |reply: &Reply| {
                match reply.status {
                    StatusCode::OK => reply.json::<Exchanged>(),
                    status => Err(Verdict::Refused(format!("it answers {status}"))),
                }
            })
            .await
            .and_then(|exchanged| headers(&exchanged.access_token).map(|_| exchanged))
    }
}

impl Kept {
    fn of(exchanged: Exchanged, set: &str) -> Self {
        let lasts = exchanged.expires_in.filter(|seconds| *seconds > 0);
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let ends_at = lasts.map(|seconds| now.saturating_add(seconds));
        Self { set: set.to_owned(), token: exchanged.access_token, ends_at }
    }

    fn end(&self) -> Option<OffsetDateTime> {
        OffsetDateTime::from_unix_timestamp(self.ends_at?).ok()
    }

    fn ends_within(&self, span: Duration) -> bool {
        self.end().is_some_and(|end| end - OffsetDateTime::now_utc() <= span)
    }
}

fn bearer(token: &str) -> Option<HeaderValue> {
    let mut header = HeaderValue::from_str(&format!("Bearer {token}")).ok()?;
    header.set_sensitive(true);
    Some(header)
}

fn headers(token: &str) -> Result<HeaderMap, Fault> {
    let header = bearer(token).ok_or_else(|| Fault::Refused {
        what: "the token that it gives cannot stand in a header".to_owned(),
    })?;
    Ok([(AUTHORIZATION, header)].into_iter().collect())
}

/// What is kept; a file that cannot be read keeps nothing.
fn read(file: &Path) -> Option<Kept> {
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

/// Keeps it where only the file's owner can read it, whole or not at all.
fn write(file: &Path, kept: &Kept) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let new = file.with_extension(format!("new-{}", std::process::id()));
    // A file of before keeps the rights that it had.
    match std::fs::remove_file(&new) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut opened = options.open(&new)?;
    opened.write_all(&serde_json::to_vec(kept)?)?;
    opened.sync_all()?;
    std::fs::rename(&new, file)
}
