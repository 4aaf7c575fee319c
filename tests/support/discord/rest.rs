//! The REST interface on a loopback port.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request as HttpRequest, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::gateway::Gateway;
use super::world::{Answered, Fault, File, Message, Request, World};

/// The stand-in; it ends with the runtime of its test.
pub struct StandIn {
    world: Arc<Mutex<World>>,
    /// How many requests were handled.
    handled: watch::Sender<u64>,
    /// What `DISCORD_API_URL` is to be.
    pub url: String,
    pub gateway: Gateway,
}

impl StandIn {
    pub async fn start() -> Self {
        let world = Arc::new(Mutex::new(World::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api/v10", listener.local_addr().unwrap());
        let gateway = Gateway::start().await;
        let handled = watch::Sender::default();
        let app =
            Router::new().fallback(handle).with_state((Arc::clone(&world), gateway.clone(), handled.clone()));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { world, handled, url, gateway }
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// Changes with every request that was handled.
    pub fn handled(&self) -> watch::Receiver<u64> {
        self.handled.subscribe()
    }

    /// The next requests meet these, one each.
    pub fn meet(&self, faults: &[Fault]) {
        self.world().faults.extend(faults);
    }

    /// For so long from the next request on, every request is told to wait.
    pub fn limit_all(&self, duration: Duration) {
        self.world().limit_next = Some(duration);
    }

    pub fn shown(&self, token: &str) -> Vec<Message> {
        self.world().shown(token)
    }

    pub fn requests(&self) -> Vec<Request> {
        self.world().requests.clone()
    }
}

type Shared = (Arc<Mutex<World>>, Gateway, watch::Sender<u64>);

async fn handle(State((world, gateway, handled)): State<Shared>, request: HttpRequest) -> Response {
    let method = request.method().to_string();
    let path = request.uri().path().trim_start_matches("/api/v10/").to_owned();
    let content_type = request
        .headers()
        .get("content-type")
        .map(|value| value.to_str().unwrap().to_owned())
        .unwrap_or_default();
    let body = to_bytes(request.into_body(), 1 << 24).await.unwrap();
    let (body, files) = read(&content_type, &body);
    let parts: Vec<&str> = path.split('/').collect();
    if parts == ["gateway", "bot"] {
        return gateway_bot(&world.lock().unwrap(), &gateway);
    }
    let (fault, limited_until, delay) = {
        let mut world = world.lock().unwrap();
        if let Some(duration) = world.limit_next.take() {
            world.limited_until = Some(Instant::now() + duration);
        }
        let fault = world.faults.pop_front().or_else(|| world.recurring_fault());
        (fault, world.limited_until, world.delay)
    };
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    if let Some(Fault::Slow(delay)) = fault {
        tokio::time::sleep(delay).await;
    }
    // In a block of its own: nobody waits with the world locked.
    let (answered, scope, is_silent) = {
        let mut world = world.lock().unwrap();
        let left =
            limited_until.map(|until| until.saturating_duration_since(Instant::now())).unwrap_or_default();
        let (answered, scope): (Answered, Option<&str>) = if !left.is_zero() {
            ((429, json!({ "retry_after": left.as_secs_f64(), "global": true })), Some("global"))
        } else {
            match fault {
                Some(Fault::Fails(status)) => ((status, Value::Null), None),
                Some(Fault::Limited(scope, wait)) => {
                    ((429, json!({ "retry_after": wait.as_secs_f64(), "global": false })), Some(scope))
                }
                Some(Fault::DoneButFails(status)) => {
                    world.handle(&method, &parts, &body, files);
                    ((status, Value::Null), None)
                }
                Some(Fault::Slow(_)) | None => (world.handle(&method, &parts, &body, files), None),
            }
        };
        let is_silent = world.is_silent && parts.first() == Some(&"channels");
        world.requests.push(Request { at: Instant::now(), method, status: answered.0 });
        (answered, scope, is_silent)
    };
    handled.send_modify(|num| *num += 1);
    if is_silent {
        return std::future::pending().await;
    }
    let status = StatusCode::from_u16(answered.0).unwrap();
    match scope {
        Some(scope) => (status, [("x-ratelimit-scope", scope)], answered.1.to_string()).into_response(),
        None => (status, answered.1.to_string()).into_response(),
    }
}

/// The answer to `GET /gateway/bot`.
fn gateway_bot(world: &World, gateway: &Gateway) -> Response {
    if world.is_down {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let said = gateway.look(|record| {
        if record.is_token_reset {
            return None;
        }
        let limit = json!({
            "total": 1_000, "remaining": record.sessions_left, "reset_after": 3_600_000,
            "max_concurrency": record.max_concurrency,
        });
        Some(json!({ "url": gateway.url, "shards": record.num_shards, "session_start_limit": limit }))
    });
    said.map_or_else(|| StatusCode::UNAUTHORIZED.into_response(), |said| said.to_string().into_response())
}

/// The JSON of a body, and the files that come with it.
pub(super) fn read(content_type: &str, body: &[u8]) -> (Value, Vec<File>) {
    let Some(boundary) = content_type.strip_prefix("multipart/form-data; boundary=") else {
        return (serde_json::from_slice(body).unwrap_or_default(), Vec::new());
    };
    let (mut json, mut files) = (Value::Null, Vec::new());
    for part in split(body, format!("--{boundary}").as_bytes()) {
        let Some(head_len) = find(part, b"\r\n\r\n") else { continue };
        let head = String::from_utf8(part[..head_len].to_vec()).unwrap();
        let content = part[head_len + 4..].strip_suffix(b"\r\n").unwrap();
        if head.contains("name=\"payload_json\"") {
            json = serde_json::from_slice(content).unwrap();
        } else if let Some((_, rest)) = head.split_once("filename=\"") {
            let name = rest.split('"').next().unwrap().to_owned();
            files.push(File { name, bytes: content.to_vec() });
        }
    }
    (json, files)
}

fn split<'a>(mut bytes: &'a [u8], by: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    while let Some(at) = find(bytes, by) {
        parts.push(&bytes[..at]);
        bytes = &bytes[at + by.len()..];
    }
    parts
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
