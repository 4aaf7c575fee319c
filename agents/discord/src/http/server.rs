//! The endpoint. Nothing of a request is read as an interaction, and nothing asked on the bus, before its signature is
//! found to be Discord's.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};

use crate::answering::{Answering, WayBack};
use crate::body::Body;
use crate::counts;
use crate::interaction::{Interaction, Kind};

use super::signature::PublicKey;

/// Longest body, in bytes.
const MAX_BODY_BYTES: usize = 1 << 20;
/// How long a body may take to come.
const BODY_WITHIN: Duration = Duration::from_secs(5);

/// Discord's number of the response to a ping.
const PONG: u8 = 1;

/// What a request is answered with.
#[derive(Clone)]
struct Endpoint {
    key: PublicKey,
    answering: Arc<Answering>,
    /// Held by each interaction that is not finished.
    unfinished: mpsc::Sender<()>,
}

/// Serves interactions at `/interactions`, and `/healthz`, until this resolves; then what is under way is finished.
pub(crate) async fn serve(
    listener: TcpListener,
    key: PublicKey,
    answering: Arc<Answering>,
    until: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (unfinished, mut finished) = mpsc::channel(1);
    let app = Router::new()
        .route("/interactions", post(interactions))
        .route("/healthz", get(async || "ok"))
        .with_state(Endpoint { key, answering, unfinished });
    axum::serve(listener, app).with_graceful_shutdown(until).await?;
    // Nothing is sent: it ends with the last one who holds it.
    finished.recv().await;
    Ok(())
}

async fn interactions(State(endpoint): State<Endpoint>, request: Request) -> Response {
    let came = Instant::now();
    let (head, body) = request.into_parts();
    let body = match timeout(BODY_WITHIN, to_bytes(body, MAX_BODY_BYTES)).await {
        Ok(Ok(body)) => body,
        Ok(Err(error)) if is_too_long(&error) => {
            return turned_away(StatusCode::PAYLOAD_TOO_LARGE, "too_long");
        }
        Ok(Err(_)) => return turned_away(StatusCode::BAD_REQUEST, "broken_off"),
        Err(_) => return turned_away(StatusCode::REQUEST_TIMEOUT, "too_slow"),
    };
    if !is_discords(&head.headers, &body, endpoint.key) {
        return turned_away(StatusCode::UNAUTHORIZED, "not_signed");
    }
    let interaction = match Interaction::parse(&body) {
        Ok(interaction) => interaction,
        Err(error) => {
            tracing::warn!(%error, "an interaction cannot be read");
            return turned_away(StatusCode::BAD_REQUEST, "unreadable");
        }
    };
    if interaction.kind() == Kind::Ping {
        return response(Body::json(&serde_json::json!({ "type": PONG })));
    }
    let (back, answered) = oneshot::channel();
    let Endpoint { answering, unfinished, .. } = endpoint;
    // A task of its own: where Discord closes the connection, what was promised is still kept.
    tokio::spawn(async move {
        answering.answer(interaction, came, WayBack::Response(back)).await;
        drop(unfinished);
    });
    match answered.await {
        Ok(body) => response(body),
        // It is counted where it was dropped.
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// Whether the body that was too long, or the way here that failed.
fn is_too_long(error: &axum::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        source = error.source();
    }
    false
}

fn is_discords(headers: &HeaderMap, body: &[u8], key: PublicKey) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let (Some(signature), Some(timestamp)) = (text("x-signature-ed25519"), text("x-signature-timestamp"))
    else {
        return false;
    };
    key.signed(signature, timestamp, body, i64::try_from(now).unwrap_or(i64::MAX))
}

fn turned_away(status: StatusCode, reason: &'static str) -> Response {
    counts::turned_away(reason);
    status.into_response()
}

fn response(body: Body) -> Response {
    ([(CONTENT_TYPE, body.content_type)], body.bytes).into_response()
}
