//! One post on its way: stored before it is sent, and when it is known what became of it.
//!
//! A picture is not stored: thousands of posts share it, and whoever sends one again asks for it again.

use std::sync::Arc;
use std::time::Duration;

use casa24_bus::{SourceContext, SourceError};
use casa24_schemas::{Observed, Post, PostState};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use time::OffsetDateTime;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

use crate::body::Body;
use crate::rest::{Rest, Sent};

use super::board::timestamp;
use super::compose::Message;
use super::schedule::a_day_after;
use super::weeks::{ASK_FOR, WeekQuestion, Weeks};

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
    weeks: Weeks,
}

/// A post that was sent, and when it is to be sent again, if it is.
pub(super) struct Outcome {
    pub(super) post: Post,
    pub(super) again_after: Option<Duration>,
}

impl Sending {
    pub(super) fn new(context: SourceContext, rest: Rest, token: SecretString) -> Self {
        Self { context, rest: Arc::new(rest), token, next: Arc::default(), weeks: Weeks::default() }
    }

    /// Sends a post that was not sent before, or that certainly did not arrive; one without a body shows the answer to its
    /// question, and is put off while there is none.
    pub(super) async fn begin(
        &self,
        post: Post,
        question: Option<WeekQuestion>,
    ) -> Result<Outcome, SourceError> {
        let Some(message) = self.message(&post, question.as_ref(), ASK_FOR).await else {
            if question.is_none() || is_over(&post) {
                tracing::warn!(server = post.server, kind = %post.kind, "a post is given up: there is no answer to show");
                return Ok(Outcome { post, again_after: None });
            }
            return Ok(Outcome { post, again_after: Some(LATER_AGAIN) });
        };
        self.pace().await;
        let body = Some(message.text.clone());
        let post = Post { state: PostState::Intended, begun_at: now(), body, ..post };
        self.context.publish(std::slice::from_ref(&post)).await?;
        self.send(post, message, false).await
    }

    /// Goes on with a post that an earlier process has stored: within two minutes Discord knows the nonce, and makes one
    /// message of both; later nobody can tell.
    pub(super) async fn go_on(
        &self,
        post: Post,
        question: Option<WeekQuestion>,
    ) -> Result<Outcome, SourceError> {
        match post.state {
            PostState::Refused => Ok(Outcome { post, again_after: Some(Duration::ZERO) }),
            PostState::Intended if left(&post).is_zero() => self.uncertain(post).await,
            PostState::Intended => {
                // At most half of the time that is left: it has to be sent in the other half.
                let ask_for = ASK_FOR.min(left(&post) / 2);
                let message = self.message(&post, question.as_ref(), ask_for).await;
                self.pace().await;
                match message.filter(|_| post.body.is_some()) {
                    Some(message) => self.send(post, message, true).await,
                    None => self.uncertain(post).await,
                }
            }
            PostState::Posted | PostState::Uncertain | PostState::GivenUp => {
                Ok(Outcome { post, again_after: None })
            }
        }
    }

    /// The message of a post. What was stored of it stands: of a question that has another answer by now, or none, it is
    /// the text without a picture.
    async fn message(
        &self,
        post: &Post,
        question: Option<&WeekQuestion>,
        ask_for: Duration,
    ) -> Option<Message> {
        let mut of_question = None;
        if let Some(question) = question {
            let week = self.weeks.of(&self.context, question, ask_for).await;
            of_question = week.and_then(|week| Message::week(&week, question, &post.key));
        }
        match &post.body {
            Some(stored) => {
                let unchanged = of_question.filter(|message| message.text == *stored);
                Some(unchanged.unwrap_or_else(|| Message::of_text(stored)))
            }
            None => of_question,
        }
    }

    /// Sends a post whose intent is stored; `is_repeat` where an earlier process may have sent it.
    async fn send(&self, mut post: Post, message: Message, is_repeat: bool) -> Result<Outcome, SourceError> {
        let by = Instant::now() + left(&post);
        let text = Body::of_json_text(message.text);
        let body = message.with_picture.as_ref().unwrap_or(&text);
        let mut sent = self.rest.post(&self.token, &post.channel, body, by).await;
        // The bot may not attach files there, or the picture is too large.
        let is_for_picture = matches!(sent, Sent::NotAllowed { lacks_permission: true } | Sent::Refused(_));
        if message.with_picture.is_some() && is_for_picture {
            sent = self.rest.post(&self.token, &post.channel, &text, by).await;
        }
        match sent {
            Sent::Done(message) => {
                post.message = message;
                self.end(post, PostState::Posted).await
            }
            Sent::NotAllowed { .. } if is_over(&post) => self.end(post, PostState::GivenUp).await,
            Sent::NotAllowed { .. } => {
                post.state = PostState::Refused;
                self.context.publish(std::slice::from_ref(&post)).await?;
                Ok(Outcome { post, again_after: Some(REFUSED_AGAIN) })
            }
            // This try did not arrive; the earlier process's may have.
            Sent::Later if is_repeat => self.uncertain(post).await,
            Sent::Later => Ok(Outcome { post, again_after: Some(LATER_AGAIN) }),
            Sent::Refused(fault) => {
                tracing::warn!(server = post.server, kind = %post.kind, %fault, "discord does not take a post");
                self.end(post, PostState::Uncertain).await
            }
            Sent::Uncertain => self.end(post, PostState::Uncertain).await,
        }
    }

    async fn uncertain(&self, post: Post) -> Result<Outcome, SourceError> {
        tracing::warn!(server = post.server, kind = %post.kind, "a post may or may not have been sent");
        self.end(post, PostState::Uncertain).await
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
