//! The connection: interactions from it are answered each in a task of its own, and the place in the session is kept.
//!
//! One connection serves up to 2,500 servers; it asks to be told nothing but interactions.

use std::future::poll_fn;
use std::path::Path;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use casa24_bus::{SourceContext, SourceError};
use futures::StreamExt;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use twilight_gateway::error::ReceiveMessageErrorType;
use twilight_gateway::queue::InMemoryQueue;
use twilight_gateway::{CloseFrame, ConfigBuilder, Intents, Message, Session, Shard, ShardId, ShardState};
use twilight_model::gateway::payload::outgoing::update_presence::UpdatePresencePayload;
use twilight_model::gateway::presence::{Activity, ActivityType, MinimalActivity, Status};

use crate::answering::{Answering, WayBack};
use crate::counts;
use crate::interaction::Interaction;
use crate::settings::Gateway;

use super::close::fatal;
use super::place::{Place, Unfinished};
use super::start::Start;

/// How often the place is kept.
const KEEP_EVERY: Duration = Duration::from_secs(1);
/// How long interactions that are under way are waited for at the end, and the connection's own end.
const FINISH_WITHIN: Duration = Duration::from_secs(4);
const CLOSE_WITHIN: Duration = Duration::from_millis(500);

/// A close code that keeps the session: 1000 and 1001 would end it.
const KEEP_SESSION: CloseFrame<'static> = CloseFrame::new(4000, "restarting");

/// What is shown beside the bot's name.
const PRESENCE: &str = "/stats";

/// What an event is, before more of it is read.
#[derive(Debug, Deserialize)]
struct Head<'a> {
    #[serde(borrow, rename = "t")]
    name: Option<&'a str>,
    #[serde(rename = "s")]
    sequence: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct Event {
    #[serde(rename = "d")]
    interaction: serde_json::Value,
}

/// Listens until shutdown begins.
pub(crate) async fn listen(
    gateway: &Gateway,
    api: &reqwest::Url,
    answering: &Arc<Answering>,
    context: &SourceContext,
) -> Result<(), SourceError> {
    let start = Start::ask(api, &gateway.token).await?;
    let known = Place::read(&gateway.data);
    if known.is_none()
        && let Some(wait) = start.wait()
    {
        let reason = "few sessions are left for today: waiting until discord allows more".to_owned();
        return Err(SourceError::Passing { reason, retry_after: Some(wait) });
    }
    let mut shard = shard(&gateway.token, &start, known);
    let unfinished = Unfinished::default();
    let mut ticks = interval(KEEP_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut kept = None;
    loop {
        tokio::select! {
            biased;
            () = context.cancelled() => break,
            message = shard.next() => match message {
                Some(Ok(Message::Text(text))) => take(&text, answering, &unfinished),
                Some(Ok(Message::Close(frame))) => closed(frame.as_ref(), &gateway.data)?,
                Some(Err(error)) => complain(error.kind()),
                // After a fatal close, which has been told.
                None => return Err(SourceError::passing("the gateway has ended the connection")),
            },
            _ = ticks.tick() => keep(&shard, &unfinished, &gateway.data, &mut kept),
        }
    }
    shard.close(KEEP_SESSION);
    // Only until the frame is sent: beyond that the shard would connect again.
    let closing = poll_fn(|cx| {
        while !is_disconnected(&shard) {
            match shard.poll_next_unpin(cx) {
                Poll::Ready(Some(Ok(Message::Text(text)))) => take(&text, answering, &unfinished),
                Poll::Ready(_) => break,
                Poll::Pending if is_disconnected(&shard) => break,
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(())
    });
    // It may not be connected; then there is nothing to close.
    timeout(CLOSE_WITHIN, closing).await.ok();
    let finishing = async {
        while !unfinished.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    if timeout(FINISH_WITHIN, finishing).await.is_err() {
        tracing::warn!("interactions under way are left to the next process");
    }
    keep(&shard, &unfinished, &gateway.data, &mut kept);
    Ok(())
}

fn shard(token: &SecretString, start: &Start, known: Option<Place>) -> Shard<InMemoryQueue> {
    // An interaction needs no intent.
    let mut config = ConfigBuilder::new(token.expose_secret().to_owned(), Intents::empty())
        .queue(start.queue())
        .proxy_url(start.url.clone());
    let activity = MinimalActivity { kind: ActivityType::Listening, name: PRESENCE.to_owned(), url: None };
    if let Ok(presence) = UpdatePresencePayload::new([Activity::from(activity)], false, None, Status::Online)
    {
        config = config.presence(presence);
    }
    if let Some(place) = known {
        config = config.session(place.session);
        if let Some(url) = place.resume_url.filter(|url| reqwest::Url::parse(url).is_ok()) {
            config = config.resume_url(url);
        }
    }
    Shard::with_config(ShardId::ONE, config.build())
}

fn is_disconnected(shard: &Shard<InMemoryQueue>) -> bool {
    matches!(shard.state(), ShardState::Disconnected { .. })
}

/// Begins to answer the interaction of a message, if it is one.
fn take(text: &str, answering: &Arc<Answering>, unfinished: &Unfinished) {
    let came = Instant::now();
    let Ok(Head { name: Some("INTERACTION_CREATE"), sequence: Some(sequence) }) = serde_json::from_str(text)
    else {
        return;
    };
    let event = serde_json::from_str::<Event>(text).ok();
    let read = event.and_then(|event| Interaction::read(event.interaction).ok());
    let Some(interaction) = read else {
        tracing::warn!(sequence, "an interaction cannot be read");
        return counts::turned_away("unreadable");
    };
    let (answering, begun) = (Arc::clone(answering), unfinished.begin(sequence));
    tokio::spawn(async move {
        answering.answer(interaction, came, WayBack::Callback).await;
        drop(begun);
    });
}

/// Tells of a closed connection, which is made again unless that is of no use.
fn closed(frame: Option<&CloseFrame<'_>>, data: &Path) -> Result<(), SourceError> {
    let code = frame.map(|frame| frame.code);
    counts::gateway_closed(code);
    if let Some(what_to_do) = code.and_then(fatal) {
        Place::forget(data);
        return Err(SourceError::permanent(format!(
            "the gateway closed with {}: {what_to_do}",
            code.unwrap_or_default()
        )));
    }
    tracing::info!(code, "the gateway closed the connection, which is made again");
    Ok(())
}

/// Tells of a fault. What it is about is not quoted: events hold tokens.
fn complain(kind: &ReceiveMessageErrorType) {
    match kind {
        ReceiveMessageErrorType::Reconnect => tracing::warn!("the gateway is out of reach, will try again"),
        ReceiveMessageErrorType::Deserializing { .. } => {
            tracing::warn!("an event of the gateway cannot be read")
        }
        _ => tracing::warn!("what the gateway sends cannot be read, will connect again"),
    }
}

/// Keeps the place, where it has changed.
fn keep(shard: &Shard<InMemoryQueue>, unfinished: &Unfinished, data: &Path, kept: &mut Option<Place>) {
    let Some(session) = shard.session() else { return };
    let done_to = unfinished.done_to(session.sequence());
    let session = Session::new(done_to, session.id().to_owned());
    let place = Place { session, resume_url: shard.resume_url().map(str::to_owned) };
    if kept.as_ref() == Some(&place) {
        return;
    }
    match place.keep(data) {
        Ok(()) => *kept = Some(place),
        Err(error) => tracing::warn!(%error, "the place in the session cannot be kept"),
    }
}
