//! One post on its way: stored before it is sent, and when it is known what became of it.

use std::sync::Arc;
use std::time::Duration;

use casa24_bus::{SourceContext, SourceError};
use casa24_schemas::{Observed, Post, PostState};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use time::OffsetDateTime;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

use crate::rest::{Rest, Sent};

use super::board::timestamp;
use super::schedule::a_day_after;

/// How long Discord is relied on to know a nonce.
const NONCE_FOR: SignedDuration = SignedDuration::from_mins(2);
/// Least time between two posts: 25 a second.
const BETWEEN: Duration = Duration::from_millis(40);
/// How long a post that was refused waits, and one that did not arrive.
const REFUSED_AGAIN: Duration = Duration::from_secs(3_600);
const LATER_AGAIN: Duration = Duration::from_secs(60);

/// Sends posts; clones share the pace.
#[derive(Debug, Clone)]
pub(super) struct Sending {
    context: SourceContext,
    rest: Arc<Rest>,
    token: SecretString,
    next: Arc<Mutex<Option<Instant>>>,
}

/// A post that was sent, and when it is to be sent again, if it is.
pub(super) struct Outcome {
    pub(super) post: Post,
    pub(super) again_after: Option<Duration>,
}

impl Sending {
    pub(super) fn new(context: SourceContext, rest: Rest, token: SecretString) -> Self {
        Self { context, rest: Arc::new(rest), token, next: Arc::default() }
    }

    /// Sends a post that was not sent before, or that certainly did not arrive.
    pub(super) async fn begin(&self, post: Post) -> Result<Outcome, SourceError> {
        self.pace().await;
        let post = Post { state: PostState::Intended, begun_at: now(), ..post };
        self.context.publish(std::slice::from_ref(&post)).await?;
        self.send(post).await
    }

    /// Goes on with a post that an earlier process has stored: within two minutes Discord knows the nonce, and makes one
    /// message of both; later nobody can tell.
    pub(super) async fn go_on(&self, post: Post) -> Result<Outcome, SourceError> {
        match post.state {
            PostState::Refused => Ok(Outcome { post, again_after: Some(Duration::ZERO) }),
            PostState::Intended if left(&post).is_zero() || post.body.is_none() => {
                tracing::warn!(server = post.server, kind = %post.kind, "a post may or may not have been sent");
                self.end(post, PostState::Uncertain).await
            }
            PostState::Intended => {
                self.pace().await;
                self.send(post).await
            }
            PostState::Posted | PostState::Uncertain | PostState::GivenUp => {
                Ok(Outcome { post, again_after: None })
            }
        }
    }

    async fn send(&self, mut post: Post) -> Result<Outcome, SourceError> {
        let by = Instant::now() + left(&post);
        let body = post.body.clone().unwrap_or_default();
        match self.rest.post(&self.token, &post.channel, &body, by).await {
            Sent::Done(message) => {
                post.message = message;
                self.end(post, PostState::Posted).await
            }
            Sent::NotAllowed if is_over(&post) => self.end(post, PostState::GivenUp).await,
            Sent::NotAllowed => {
                post.state = PostState::Refused;
                self.context.publish(std::slice::from_ref(&post)).await?;
                Ok(Outcome { post, again_after: Some(REFUSED_AGAIN) })
            }
            Sent::Later => Ok(Outcome { post, again_after: Some(LATER_AGAIN) }),
            Sent::Refused(fault) => {
                tracing::warn!(server = post.server, kind = %post.kind, %fault, "discord does not take a post");
                self.end(post, PostState::Uncertain).await
            }
            Sent::Uncertain => self.end(post, PostState::Uncertain).await,
        }
    }

    async fn end(&self, post: Post, state: PostState) -> Result<Outcome, SourceError> {
        let post = Post { state, body: None, ..post };
        self.context.publish(std::slice::from_ref(&post)).await?;
        Ok(Outcome { post, again_after: None })
    }

    /// Waits for a turn.
    async fn pace(&self) {
        let mut next = self.next.lock().await;
        let turn = next.map_or_else(Instant::now, |next| next.max(Instant::now()));
        *next = Some(turn + BETWEEN);
        drop(next);
        sleep_until(turn).await;
    }
}

/// How long a post may still be sent again.
fn left(post: &Post) -> Duration {
    let until = timestamp(post.begun_at).map(|begun| begun.saturating_add(NONCE_FOR));
    let until = until.and_then(Result::ok).unwrap_or(Timestamp::MIN);
    Duration::try_from(until.duration_since(Timestamp::now())).unwrap_or_default()
}

/// Whether a post was refused for a day.
fn is_over(post: &Post) -> bool {
    timestamp(post.due_at).is_none_or(|due| a_day_after(due) <= Timestamp::now())
}

fn now() -> Observed {
    Observed::instant(OffsetDateTime::now_utc())
}
