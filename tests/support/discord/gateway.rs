//! The gateway: a session for each shard, zstd over the whole connection, resume with what was missed.
//!
//! Source: <https://discord.com/developers/docs/events/gateway>

use std::collections::{BTreeMap, VecDeque};
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_websockets::{CloseCode, Message, ServerBuilder, WebSocketStream};

/// Within so long, shards of one bucket start one session.
const IDENTIFY_WINDOW: Duration = Duration::from_secs(5);

/// What is to happen to the connection of a shard.
#[derive(Debug, Clone, Copy)]
pub enum Order {
    /// It is closed.
    Close(u16),
    /// It is told to connect again.
    Reconnect,
    /// Its session is invalid, and can be resumed or not.
    Invalid(bool),
    /// Nothing comes over it any more, no acknowledgement either.
    Silence,
}

/// A session, which the next connection may resume.
#[derive(Debug, Default)]
struct Session {
    shard: u64,
    /// The first has sequence 1.
    events: Vec<Value>,
    /// The connection that has it.
    connection: u64,
}

/// What happened at the gateway so far, and what is to happen.
#[derive(Debug)]
pub struct Record {
    sessions: BTreeMap<String, Session>,
    /// The newest session of each shard.
    newest: BTreeMap<u64, String>,
    orders: BTreeMap<u64, VecDeque<Order>>,
    num_connections: u64,
    /// What `GET /gateway/bot` recommends.
    pub num_shards: u64,
    pub max_concurrency: u64,
    /// Sessions that may still be started; one more and the token is reset.
    pub sessions_left: u64,
    pub is_token_reset: bool,
    pub num_identified: usize,
    /// Shards and moments of the sessions that were started.
    pub identified: Vec<(u64, Instant)>,
    /// Sessions that were started before it was their bucket's turn.
    pub num_out_of_turn: usize,
    /// Sequences from which sessions were resumed, and their shards.
    pub resumed: Vec<u64>,
    pub resumed_shards: Vec<u64>,
    /// Codes with which the other side closed.
    pub closed_with: Vec<u16>,
    /// What the last IDENTIFY asked for.
    pub identify: Value,
    /// The code with which the next connection is refused.
    pub refuse_with: Option<u16>,
    pub heartbeat: Duration,
}

impl Default for Record {
    fn default() -> Self {
        Self {
            sessions: BTreeMap::new(),
            newest: BTreeMap::new(),
            orders: BTreeMap::new(),
            num_connections: 0,
            num_shards: 1,
            max_concurrency: 1,
            sessions_left: 1_000,
            is_token_reset: false,
            num_identified: 0,
            identified: Vec::new(),
            num_out_of_turn: 0,
            resumed: Vec::new(),
            resumed_shards: Vec::new(),
            closed_with: Vec::new(),
            identify: Value::Null,
            refuse_with: None,
            heartbeat: Duration::from_millis(41_250),
        }
    }
}

impl Record {
    /// Ends every session: none can be resumed.
    pub fn end_sessions(&mut self) {
        self.sessions.clear();
        self.newest.clear();
    }

    fn num_resumed_or_identified(&self) -> usize {
        self.num_identified + self.resumed.len()
    }
}

/// The gateway; it ends with the runtime of its test.
#[derive(Clone)]
pub struct Gateway {
    record: Arc<Mutex<Record>>,
    changed: watch::Sender<u64>,
    /// What `GET /gateway/bot` says.
    pub url: String,
}

impl Gateway {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}", listener.local_addr().unwrap());
        let gateway = Self { record: Arc::default(), changed: watch::Sender::default(), url };
        let accepting = gateway.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let gateway = accepting.clone();
                tokio::spawn(async move { gateway.serve(stream).await });
            }
        });
        gateway
    }

    pub fn look<T>(&self, at: impl FnOnce(&mut Record) -> T) -> T {
        at(&mut self.record.lock().unwrap())
    }

    /// How often a session was started or resumed.
    pub fn num_sessions(&self) -> usize {
        self.look(|record| record.num_resumed_or_identified())
    }

    /// An event of the session of the server's shard, sent now or when it is resumed; tells whether there is a session.
    pub fn dispatch(&self, name: &str, data: &Value) -> bool {
        let has_session = self.look(|record| {
            let guild: u64 = data["guild_id"].as_str().unwrap().parse().unwrap();
            let session = record.newest.get(&((guild >> 22) % record.num_shards));
            let Some(session) = session.and_then(|session| record.sessions.get_mut(session)) else {
                return false;
            };
            let sequence = session.events.len() + 1;
            session.events.push(json!({ "op": 0, "t": name, "s": sequence, "d": data }));
            true
        });
        self.changed.send_modify(|change| *change += 1);
        has_session
    }

    /// Closes the open connection of the first shard.
    pub fn close(&self, code: u16) {
        self.order(0, Order::Close(code));
    }

    /// Lets something happen to the connection of a shard.
    pub fn order(&self, shard: u64, order: Order) {
        self.look(|record| record.orders.entry(shard).or_default().push_back(order));
        self.changed.send_modify(|change| *change += 1);
    }

    async fn serve(&self, stream: TcpStream) {
        let Ok((request, socket)) = ServerBuilder::new().accept(stream).await else { return };
        assert!(request.uri().query().is_some_and(|query| query.contains("compress=zstd-stream")));
        let mut connection = Connection { socket, encoder: zstd::Encoder::new(Vec::new(), 1).unwrap() };
        let mut changed = self.changed.subscribe();
        let (number, heartbeat) = self.look(|record| {
            record.num_connections += 1;
            (record.num_connections, record.heartbeat.as_millis() as u64)
        });
        connection.send(&json!({ "op": 10, "d": { "heartbeat_interval": heartbeat } })).await;
        // The session, and the sequence up to which the connection has what happened.
        let mut has: Option<(String, usize)> = None;
        let mut is_silent = false;
        loop {
            tokio::select! {
                message = connection.socket.next() => {
                    let Some(Ok(message)) = message else { return };
                    if let Some((code, _)) = message.as_close() {
                        self.look(|record| {
                            record.closed_with.push(code.into());
                            // These end the session.
                            if [1_000, 1_001].contains(&code.into()) && let Some((session, _)) = &has {
                                record.sessions.remove(session);
                            }
                        });
                        return;
                    }
                    let said: Value = serde_json::from_str(message.as_text().unwrap()).unwrap();
                    match said["op"].as_u64() {
                        _ if is_silent => {}
                        Some(1) => connection.send(&json!({ "op": 11 })).await,
                        Some(2) => match self.identify(&said["d"], number) {
                            Ok(session) => has = Some((session, 0)),
                            Err(code) => return connection.close(code).await,
                        },
                        Some(6) => match self.resume(&said["d"], number) {
                            Some(resumed) => has = Some(resumed),
                            None => connection.send(&json!({ "op": 9, "d": false })).await,
                        },
                        _ => {}
                    }
                }
                _ = changed.changed() => {}
            }
            let Some((session, sent)) = &mut has else { continue };
            let state = self.look(|record| {
                let known = record.sessions.get(session)?;
                let orders = record.orders.get_mut(&known.shard).map(std::mem::take).unwrap_or_default();
                (known.connection == number).then(|| (known.events[*sent..].to_vec(), orders))
            });
            // Resumed by another connection, or ended.
            let Some((missing, orders)) = state else { return connection.close(4_000).await };
            if is_silent {
                continue;
            }
            for event in &missing {
                connection.send(event).await;
            }
            *sent += missing.len();
            for order in orders {
                match order {
                    Order::Close(code) => return connection.close(code).await,
                    Order::Reconnect => connection.send(&json!({ "op": 7 })).await,
                    Order::Invalid(can_resume) => {
                        if !can_resume {
                            self.look(|record| record.sessions.remove(session.as_str()));
                        }
                        connection.send(&json!({ "op": 9, "d": can_resume })).await;
                        has = None;
                        break;
                    }
                    Order::Silence => is_silent = true,
                }
            }
        }
    }

    /// Begins a session, of which nothing has been sent; the code to close with where it may not begin.
    fn identify(&self, identify: &Value, connection: u64) -> Result<String, u16> {
        let url = self.url.clone();
        self.look(|record| {
            if let Some(code) = record.refuse_with {
                return Err(code);
            }
            if record.is_token_reset || record.sessions_left == 0 {
                record.is_token_reset = true;
                return Err(4_004);
            }
            let shard = identify["shard"][0].as_u64().unwrap();
            assert_eq!(identify["shard"][1], record.num_shards);
            let bucket = shard % record.max_concurrency;
            let before = record.identified.iter().rev();
            let before = before.clone().find(|(other, _)| other % record.max_concurrency == bucket);
            record.num_out_of_turn +=
                usize::from(before.is_some_and(|(_, at)| at.elapsed() < IDENTIFY_WINDOW));
            record.identified.push((shard, Instant::now()));
            record.sessions_left -= 1;
            record.num_identified += 1;
            record.identify = identify.clone();
            let name = format!("session-{}", record.num_identified);
            let data = json!({ "v": 10, "session_id": name, "resume_gateway_url": url });
            let events = vec![json!({ "op": 0, "t": "READY", "s": 1, "d": data })];
            record.sessions.insert(name.clone(), Session { shard, events, connection });
            record.newest.insert(shard, name.clone());
            Ok(name)
        })
    }

    /// The session, and the sequence from which it goes on; `None` where there is no such session.
    fn resume(&self, resume: &Value, connection: u64) -> Option<(String, usize)> {
        let resumed = self.look(|record| {
            let name = resume["session_id"].as_str()?;
            let session = record.sessions.get_mut(name)?;
            let sequence = resume["seq"].as_u64()?;
            record.resumed.push(sequence);
            record.resumed_shards.push(session.shard);
            session.connection = connection;
            let next = session.events.len() + 1;
            session.events.push(json!({ "op": 0, "t": "RESUMED", "s": next, "d": {} }));
            Some((name.to_owned(), usize::try_from(sequence).ok()?))
        });
        // The connection that had it before is closed.
        self.changed.send_modify(|change| *change += 1);
        resumed
    }
}

struct Connection {
    socket: WebSocketStream<TcpStream>,
    /// One stream for the whole connection.
    encoder: zstd::Encoder<'static, Vec<u8>>,
}

impl Connection {
    async fn send(&mut self, message: &Value) {
        self.encoder.write_all(message.to_string().as_bytes()).unwrap();
        self.encoder.flush().unwrap();
        let compressed = std::mem::take(self.encoder.get_mut());
        // A connection that is gone is seen when it is read.
        self.socket.send(Message::binary(compressed)).await.ok();
    }

    async fn close(mut self, code: u16) {
        let code = CloseCode::try_from(code).unwrap();
        self.socket.send(Message::close(Some(code), "")).await.ok();
        while let Some(Ok(_)) = self.socket.next().await {}
    }
}
