//! A stand-in for the part of Discord's REST API that registers commands, on a loopback port of its own: it checks who
//! asks, keeps what is registered with ids and defaults filled in, and has the faults that a test gives it.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

/// The application and token that it knows.
pub(crate) const APPLICATION: &str = "424242";
pub(crate) const TOKEN: &str = "a.bot-token.of_a-test";

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) body: Value,
}

/// An answer instead of its own.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

#[derive(Default)]
struct State {
    /// By path.
    commands: BTreeMap<String, Value>,
    requests: Vec<Request>,
    faults: VecDeque<Fault>,
}

/// The stand-in; its threads end with the test's process.
pub(crate) struct DiscordCommands {
    pub(crate) api_url: String,
    state: Arc<Mutex<State>>,
}

impl DiscordCommands {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let api_url = format!("http://{}/api/v10", listener.local_addr().expect("an address"));
        let state: Arc<Mutex<State>> = Arc::default();
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                // A client that goes away ends only its own connection.
                std::thread::spawn(move || serve(stream, &state).ok());
            }
        });
        Self { api_url, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers the next request with this.
    pub(crate) fn fails_once(&self, fault: Fault) {
        self.state().faults.push_back(fault);
    }

    /// What it was asked since the last time.
    pub(crate) fn take_requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.state().requests)
    }

    /// Sets what is registered at a path below the application, such as `commands`.
    pub(crate) fn set(&self, path: &str, commands: Value) {
        self.state().commands.insert(format!("/api/v10/applications/{APPLICATION}/{path}"), commands);
    }
}

fn serve(stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let mut words = line.split(' ').map(str::to_owned);
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let (mut length, mut authorization) = (0, String::new());
        loop {
            let mut header = String::new();
            reader.read_line(&mut header)?;
            let Some((name, value)) = header.trim_end().split_once(": ") else { break };
            match name.to_lowercase().as_str() {
                "content-length" => length = value.parse().unwrap_or(0),
                "authorization" => authorization = value.to_owned(),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        let request = Request { method, target, body };
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.requests.push(request.clone());
        let fault = state.faults.pop_front();
        let answer = fault.unwrap_or_else(|| answer(&mut state, &request, &authorization));
        drop(state);
        let Fault { status, headers, body } = answer;
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = body.len();
        write!(writer, "HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\n\r\n{body}")?;
    }
}

fn answer(state: &mut State, request: &Request, authorization: &str) -> Fault {
    let of = |status, body: &Value| Fault { status, headers: Vec::new(), body: body.to_string() };
    if authorization != format!("Bot {TOKEN}") {
        return of(401, &json!({ "message": "401: Unauthorized", "code": 0 }));
    }
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    if !path.starts_with(&format!("/api/v10/applications/{APPLICATION}/")) || !path.ends_with("/commands") {
        return of(404, &json!({ "message": "Unknown Application", "code": 10_002 }));
    }
    match (request.method.as_str(), request.body.as_array()) {
        ("GET", _) => {
            let mut commands = state.commands.get(path).cloned().unwrap_or_else(|| json!([]));
            if !query.contains("with_localizations=true") {
                commands.as_array_mut().into_iter().flatten().for_each(without_localisations);
            }
            of(200, &commands)
        }
        ("PUT", Some(commands)) => {
            let registered = commands.iter().enumerate().map(|(index, command)| {
                let mut command = command.clone();
                fill_in(&mut command, path);
                command["id"] = json!((1_000 + index).to_string());
                command
            });
            let registered: Value = registered.collect();
            state.commands.insert(path.to_owned(), registered.clone());
            of(200, &registered)
        }
        _ => of(400, &json!({ "message": "Invalid Form Body", "code": 50_035 })),
    }
}

/// What Discord adds to a command.
fn fill_in(command: &mut Value, path: &str) {
    command["application_id"] = json!(APPLICATION);
    command["version"] = json!("7");
    // Discord has a null where nothing is asked for, and keeps what is.
    if command.get("default_member_permissions").is_none() {
        command["default_member_permissions"] = Value::Null;
    }
    command["nsfw"] = json!(false);
    command["name_localizations"] = Value::Null;
    if path.contains("/guilds/") {
        command["guild_id"] = json!("77");
        command["contexts"] = Value::Null;
        command["integration_types"] = json!([0]);
    }
    if command["options"] == json!([]) {
        command.as_object_mut().expect("an object").remove("options");
    }
    for option in command["options"].as_array_mut().into_iter().flatten() {
        let option = option.as_object_mut().expect("an object");
        option.retain(|_, value| *value != json!(false));
    }
}

fn without_localisations(item: &mut Value) {
    let Some(fields) = item.as_object_mut() else { return };
    fields.retain(|field, _| !field.ends_with("_localizations"));
    fields.values_mut().filter_map(Value::as_array_mut).flatten().for_each(without_localisations);
}
