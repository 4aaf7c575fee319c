//! Messages that nobody has asked for: the same bytes and nonce are sent again, so that Discord makes one message of them.
//!
//! Source: <https://discord.com/developers/docs/resources/message#create-message>

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use secrecy::SecretString;
use serde::Deserialize;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use crate::body::Body;
use crate::counts;

use super::client::{Answered, Rest, as_bot, exchange};
use super::verdict::{Fault, Verdict};

/// How long one try may take.
const ONCE: Duration = Duration::from_secs(10);
/// Delay before the second try; it doubles from then on.
const FIRST_DELAY: Duration = Duration::from_millis(200);
const MAX_DELAY: Duration = Duration::from_secs(10);

/// What became of a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// It is there, under this id.
    Done(Option<String>),
    /// The bot may not post there, or there is no such channel.
    NotAllowed {
        /// Whether it sees the channel and lacks a permission in it, which may be that of attaching files.
        lacks_permission: bool,
    },
    /// Discord does not take it, and never will.
    Refused(Fault),
    /// It did not arrive, and may be sent later.
    Later,
    /// It may have arrived.
    Uncertain,
}

/// Code of an error by which the bot lacks a permission in a channel that it sees.
/// Source: <https://discord.com/developers/docs/topics/opcodes-and-status-codes#json>
const MISSING_PERMISSIONS: u32 = 50_013;

#[derive(Deserialize)]
struct Complaint {
    code: u32,
}

#[derive(Deserialize)]
struct Message {
    id: String,
}

impl Rest {
    /// Posts a message in a channel by a moment, after which Discord may no longer know the nonce.
    pub(crate) async fn post(&self, token: &SecretString, channel: &str, body: &Body, by: Instant) -> Sent {
        let mut delay = FIRST_DELAY;
        let mut may_have_arrived = false;
        let over = |may_have_arrived| if may_have_arrived { Sent::Uncertain } else { Sent::Later };
        loop {
            if Instant::now() >= by || !self.pause.over(by).await {
                return over(may_have_arrived);
            }
            let once = by.min(Instant::now() + ONCE);
            let verdict = match timeout_at(once, self.attempt_post(token, channel, body)).await {
                Ok(Ok((status, _, answer))) if status.is_success() => {
                    let id = serde_json::from_slice::<Message>(&answer).ok().map(|message| message.id);
                    let is_id =
                        |id: &String| (1..=20).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit());
                    return Sent::Done(id.filter(is_id));
                }
                Ok(Ok((status, _, answer))) if matches!(status.as_u16(), 403 | 404) => {
                    let code = serde_json::from_slice::<Complaint>(&answer).map(|complaint| complaint.code);
                    let lacks_permission = code.is_ok_and(|code| code == MISSING_PERMISSIONS);
                    return Sent::NotAllowed { lacks_permission };
                }
                // The token is withdrawn: another one may be set.
                Ok(Ok((status, ..))) if status == StatusCode::UNAUTHORIZED => return over(may_have_arrived),
                Ok(Ok((status, headers, answer))) => Verdict::of(status, &headers, &answer, may_have_arrived),
                Ok(Err(error)) if error.is_connect() => Verdict::Wait { wait: delay, is_global: false },
                Ok(Err(_)) | Err(_) => Verdict::Again,
            };
            match verdict {
                Verdict::Wait { wait, is_global: true } => {
                    counts::limited(true);
                    self.pause.begin(wait);
                }
                Verdict::Wait { wait, is_global: false } => {
                    delay = (2 * delay).min(MAX_DELAY);
                    sleep_until(by.min(Instant::now() + wait)).await;
                }
                Verdict::For(fault) => return Sent::Refused(fault),
                Verdict::Done | Verdict::Again | Verdict::Missing => {
                    may_have_arrived = true;
                    sleep(delay).await;
                    delay = (2 * delay).min(MAX_DELAY);
                }
            }
        }
    }

    async fn attempt_post(
        &self,
        token: &SecretString,
        channel: &str,
        body: &Body,
    ) -> Result<Answered, reqwest::Error> {
        let request = as_bot(self.http.post(self.address(&["channels", channel, "messages"])), token);
        exchange(request.header(CONTENT_TYPE, &body.content_type).body(body.bytes.clone())).await
    }
}
