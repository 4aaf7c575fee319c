//! The gateway: one session, zstd over the whole connection, resume with what was missed.
//!
//! Source: <https://discord.com/developers/docs/events/gateway>

use std::io::Write;
use std::sync::{Arc, Mutex};

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_websockets::{CloseCode, Message, ServerBuilder, WebSocketStream};

/// What happened at the gateway so far, and what is to happen.
#[derive(Debug, Default)]
pub struct Record {
    /// Whether the session can be resumed.
    pub session: Option<String>,
    /// Events of the session; the first has sequence 1.
    events: Vec<Value>,
    pub num_identified: usize,
    /// Sequences from which it was resumed.
    pub resumed: Vec<u64>,
    /// Codes with which the other side closed.
    pub closed_with: Vec<u16>,
    /// What the last IDENTIFY asked for.
    pub identify: Value,
    /// The code with which the next connection is refused.
    pub refuse_with: Option<u16>,
    /// What the open connection is to be closed with.
    close_with: Option<u16>,
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

    /// An event of the session, sent now or when it is resumed.
    pub fn dispatch(&self, name: &str, data: &Value) {
        self.look(|record| {
            let sequence = record.events.len() + 1;
            record.events.push(json!({ "op": 0, "t": name, "s": sequence, "d": data }));
        });
        self.changed.send_modify(|change| *change += 1);
    }

    /// Closes the open connection.
    pub fn close(&self, code: u16) {
        self.look(|record| record.close_with = Some(code));
        self.changed.send_modify(|change| *change += 1);
    }

    async fn serve(&self, stream: TcpStream) {
        let Ok((request, socket)) = ServerBuilder::new().accept(stream).await else { return };
        assert!(request.uri().query().is_some_and(|query| query.contains("compress=zstd-stream")));
        let mut connection = Connection { socket, encoder: zstd::Encoder::new(Vec::new(), 1).unwrap() };
        let mut changed = self.changed.subscribe();
        connection.send(&json!({ "op": 10, "d": { "heartbeat_interval": 41_250 } })).await;
        // Sequence up to which the connection has what happened; before a session, nothing is sent.
        let mut sent = None;
        loop {
            tokio::select! {
                message = connection.socket.next() => {
                    let Some(Ok(message)) = message else { return };
                    if let Some((code, _)) = message.as_close() {
                        self.look(|record| record.closed_with.push(code.into()));
                        return;
                    }
                    let said: Value = serde_json::from_str(message.as_text().unwrap()).unwrap();
                    match said["op"].as_u64() {
                        Some(1) => connection.send(&json!({ "op": 11 })).await,
                        Some(2) => match self.look(|record| record.refuse_with) {
                            Some(code) => return connection.close(code).await,
                            None => sent = Some(self.identify(&said["d"])),
                        },
                        Some(6) => match self.resume(&said["d"]) {
                            Some(sequence) => sent = Some(sequence),
                            None => connection.send(&json!({ "op": 9, "d": false })).await,
                        },
                        _ => {}
                    }
                }
                _ = changed.changed() => {}
            }
            if let Some(from) = sent {
                let missing = self.look(|record| record.events[from..].to_vec());
                for event in &missing {
                    connection.send(event).await;
                }
                sent = Some(from + missing.len());
                if let Some(code) = self.look(|record| record.close_with.take()) {
                    return connection.close(code).await;
                }
            }
        }
    }

    /// Begins a session; nothing of it has been sent.
    fn identify(&self, identify: &Value) -> usize {
        let url = self.url.clone();
        self.look(|record| {
            record.num_identified += 1;
            record.identify = identify.clone();
            let session = format!("session-{}", record.num_identified);
            let data = json!({ "v": 10, "session_id": session, "resume_gateway_url": url });
            record.session = Some(session);
            record.events = vec![json!({ "op": 0, "t": "READY", "s": 1, "d": data })];
        });
        0
    }

    /// The sequence from which the session goes on; `None` where there is no such session.
    fn resume(&self, resume: &Value) -> Option<usize> {
        self.look(|record| {
            if record.session.as_deref() != resume["session_id"].as_str() {
                return None;
            }
            let sequence = resume["seq"].as_u64()?;
            record.resumed.push(sequence);
            let next = record.events.len() + 1;
            record.events.push(json!({ "op": 0, "t": "RESUMED", "s": next, "d": {} }));
            usize::try_from(sequence).ok()
        })
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
