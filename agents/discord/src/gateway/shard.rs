//! The connection of one shard: interactions from it are answered each in a task of its own.
//!
//! One shard serves up to 2,500 servers; it asks to be told nothing but interactions.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use casa24_bus::SourceError;
use futures::StreamExt;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, sleep, timeout};
use twilight_gateway::error::ReceiveMessageErrorType;
use twilight_gateway::{CloseFrame, ConfigBuilder, Intents, Message, Session, ShardId, ShardState};
use twilight_model::gateway::payload::outgoing::update_presence::UpdatePresencePayload;
use twilight_model::gateway::presence::{Activity, ActivityType, MinimalActivity, Status};

use crate::answering::{Answering, WayBack};
use crate::counts;
use crate::interaction::Interaction;

use super::close::fatal;
use super::identify::IdentifyQueue;
use super::place::{Keeper, Place};
use super::unfinished::Unfinished;

/// How often the place is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How long the connection's own end may take.
const CLOSE_WITHIN: Duration = Duration::from_millis(500);
/// How long interactions that are under way may take, before the shard goes to another process: that one answers what is
/// still open too, which shows the same.
const SETTLE_WITHIN: Duration = Duration::from_millis(300);

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

/// Why a shard is not connected any more.
#[derive(Debug)]
pub(crate) enum Ended {
    /// It was given back.
    Released,
    /// Another process has taken it over.
    TakenOver,
}

/// What a shard needs beside its right to be one.
#[derive(Debug, Clone)]
pub(crate) struct Needs {
    pub(crate) token: SecretString,
    /// Where the gateway is.
    pub(crate) url: String,
    pub(crate) answering: Arc<Answering>,
    /// What the whole process has under way.
    pub(crate) unfinished: Unfinished,
}

type Shard = twilight_gateway::Shard<IdentifyQueue>;

/// Listens until the shard is to be released, or another process has it.
pub(crate) async fn listen(
    id: ShardId,
    needs: Needs,
    queue: IdentifyQueue,
    mut keeper: Keeper,
    known: Option<Place>,
    mut release: oneshot::Receiver<()>,
) -> Result<Ended, SourceError> {
    let mut shard = shard(id, &needs, queue, known.clone());
    let unfinished = Unfinished::default();
    let begin = |sequence| (unfinished.begin(sequence), needs.unfinished.begin(sequence));
    let (places, newest) = watch::channel(known);
    let number = id.number();
    let mut counted = counts::ShardCount::new();
    let ended = {
        let keeping = keeper.keep(newest);
        tokio::pin!(keeping);
        loop {
            counted.is(shard.state());
            tokio::select! {
                biased;
                _ = &mut release => break Ok(Ended::Released),
                () = &mut keeping => break Ok(Ended::TakenOver),
                message = shard.next() => match message {
                    Some(Ok(Message::Text(text))) => take(&text, &needs.answering, &begin),
                    Some(Ok(Message::Close(frame))) => if let Err(error) = closed(number, frame.as_ref()) {
                        break Err(error);
                    },
                    Some(Err(error)) => complain(number, error.kind()),
                    // After a fatal close, which has been told.
                    None => break Err(SourceError::passing("the gateway has ended the connection")),
                },
                () = sleep(LOOK_EVERY) => {}
            }
            tell(&places, &shard, &unfinished);
        }
    };
    match ended {
        Ok(Ended::Released) => {}
        Ok(Ended::TakenOver) => {
            tracing::warn!(shard = number, "another process has taken the shard over");
            return Ok(Ended::TakenOver);
        }
        // A session that was closed for good is none to resume.
        Err(error) => {
            keeper.give_back(None).await;
            return Err(error);
        }
    }
    shard.close(KEEP_SESSION);
    // Only until the frame is sent: beyond that the shard would connect again.
    let closing = poll_fn(|cx| {
        while !is_disconnected(&shard) {
            match shard.poll_next_unpin(cx) {
                Poll::Ready(Some(Ok(Message::Text(text)))) => take(&text, &needs.answering, &begin),
                Poll::Ready(_) => break,
                Poll::Pending if is_disconnected(&shard) => break,
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(())
    });
    // It may not be connected; then there is nothing to close.
    timeout(CLOSE_WITHIN, closing).await.ok();
    timeout(SETTLE_WITHIN, unfinished.finished()).await.ok();
    tell(&places, &shard, &unfinished);
    let place = places.borrow().clone();
    keeper.give_back(place).await;
    Ok(Ended::Released)
}

fn shard(id: ShardId, needs: &Needs, queue: IdentifyQueue, known: Option<Place>) -> Shard {
    // An interaction needs no intent.
    let mut config = ConfigBuilder::new(needs.token.expose_secret().to_owned(), Intents::empty())
        .queue(queue)
        .proxy_url(needs.url.clone());
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
    Shard::with_config(id, config.build())
}

/// Tells where the shard stands; one without a session stands nowhere.
fn tell(places: &watch::Sender<Option<Place>>, shard: &Shard, unfinished: &Unfinished) {
    let place = shard.session().map(|session| Place {
        session: Session::new(unfinished.done_to(session.sequence()), session.id().to_owned()),
        resume_url: shard.resume_url().map(str::to_owned),
    });
    places.send_if_modified(|told| {
        let changes = *told != place;
        *told = place;
        changes
    });
}

fn is_disconnected(shard: &Shard) -> bool {
    matches!(shard.state(), ShardState::Disconnected { .. })
}

/// Begins to answer the interaction of a message, if it is one.
fn take<B: Send + 'static>(text: &str, answering: &Arc<Answering>, begin: &impl Fn(u64) -> B) {
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
    let (answering, begun) = (Arc::clone(answering), begin(sequence));
    tokio::spawn(async move {
        answering.answer(interaction, came, WayBack::Callback).await;
        drop(begun);
    });
}

/// Tells of a closed connection, which is made again unless that is of no use.
fn closed(shard: u32, frame: Option<&CloseFrame<'_>>) -> Result<(), SourceError> {
    let code = frame.map(|frame| frame.code);
    counts::gateway_closed(code);
    if let Some(what_to_do) = code.and_then(fatal) {
        return Err(SourceError::permanent(format!(
            "the gateway closed with {}: {what_to_do}",
            code.unwrap_or_default()
        )));
    }
    tracing::info!(shard, code, "the gateway closed the connection, which is made again");
    Ok(())
}

/// Tells of a fault. What it is about is not quoted: events hold tokens.
fn complain(shard: u32, kind: &ReceiveMessageErrorType) {
    match kind {
        ReceiveMessageErrorType::Reconnect => {
            tracing::warn!(shard, "the gateway is out of reach, will try again")
        }
        ReceiveMessageErrorType::Deserializing { .. } => {
            tracing::warn!(shard, "an event of the gateway cannot be read")
        }
        _ => tracing::warn!(shard, "what the gateway sends cannot be read, will connect again"),
    }
}
