//! What Discord knows of each interaction, and the rules by which it changes.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long Discord waits for the first answer.
const FIRST_WITHIN: Duration = Duration::from_secs(3);
/// Bit of a message that only the asker sees.
const EPHEMERAL: u64 = 1 << 6;

/// What a request meets instead of Discord.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is not done, and fails with this status.
    Fails(u16),
    /// It is done, and fails with this status all the same.
    DoneButFails(u16),
    /// The limit of this scope is reached, for so long.
    Limited(&'static str, Duration),
    /// It is answered after so long.
    Slow(Duration),
}

/// A file of a message; by its name it can be compared.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub bytes: Vec<u8>,
}

impl PartialEq<&str> for File {
    fn eq(&self, name: &&str) -> bool {
        self.name == *name
    }
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {} bytes", self.name, self.bytes.len())
    }
}

/// A message as somebody sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub body: Value,
    /// Whether the asker alone sees it.
    pub is_private: bool,
    /// Its files.
    pub files: Vec<File>,
}

#[derive(Debug)]
struct Interaction {
    id: String,
    came: Instant,
    is_acknowledged: bool,
    /// Whether a message is promised, and who will see it.
    promised: Option<bool>,
    /// The answer.
    original: Option<Message>,
    /// Messages behind it.
    others: Vec<Message>,
    choices: Option<Value>,
    /// When it had its first answer, and when it showed something.
    acknowledged_at: Option<Instant>,
    shown_at: Option<Instant>,
}

impl Interaction {
    /// Notes the moment from which it shows something.
    fn note_shown(&mut self) {
        if self.original.is_some() || !self.others.is_empty() {
            self.shown_at.get_or_insert_with(Instant::now);
        }
    }
}

/// A request that came.
#[derive(Debug, Clone)]
pub struct Request {
    pub at: Instant,
    pub method: String,
    pub status: u16,
}

/// A message in a channel.
#[derive(Debug, Clone)]
pub struct Posted {
    pub channel: String,
    pub body: Value,
    /// Its files.
    pub files: Vec<File>,
}

#[derive(Debug, Default)]
pub struct World {
    /// Messages in channels: those with one nonce are one.
    pub posted: Vec<Posted>,
    /// Commands that are registered beside `stats`.
    pub registered: Vec<&'static str>,
    /// Channels in which the bot may not post.
    pub closed: Vec<String>,
    /// Channels in which the bot may attach no files.
    pub without_files: Vec<String>,
    /// Requests for messages in channels are done, and not answered.
    pub is_silent: bool,
    interactions: HashMap<String, Interaction>,
    pub faults: VecDeque<Fault>,
    pub limit_next: Option<Duration>,
    pub limited_until: Option<Instant>,
    pub requests: Vec<Request>,
    /// What every request takes longer.
    pub delay: Duration,
    /// Until then no request is answered well.
    pub is_down: bool,
    /// Of so many requests one fails, in turn with 429 and 503.
    pub fails_each: Option<usize>,
}

/// Status and body of an answer.
pub type Answered = (u16, Value);

fn refused(status: u16, code: u64) -> Answered {
    (status, json!({ "code": code, "message": "refused" }))
}

impl World {
    pub fn add(&mut self, id: &str, token: &str) {
        let interaction = Interaction {
            id: id.to_owned(),
            came: Instant::now(),
            is_acknowledged: false,
            promised: None,
            original: None,
            others: Vec::new(),
            choices: None,
            acknowledged_at: None,
            shown_at: None,
        };
        self.interactions.insert(token.to_owned(), interaction);
    }

    /// What a request meets while faults recur.
    pub fn recurring_fault(&self) -> Option<Fault> {
        if self.is_down {
            return Some(Fault::Fails(502));
        }
        let number = self.requests.len();
        let each = self.fails_each.filter(|each| number.is_multiple_of(*each))?;
        Some(if (number / each).is_multiple_of(2) {
            Fault::Limited("user", Duration::from_millis(100))
        } else {
            Fault::Fails(503)
        })
    }

    /// The first answer, by whichever way.
    pub fn first(&mut self, token: &str, answer: &Value, files: Vec<File>) -> Answered {
        let Some(interaction) = self.interactions.get_mut(token) else { return refused(404, 10_062) };
        if interaction.is_acknowledged {
            return refused(400, 40_060);
        }
        if interaction.came.elapsed() > FIRST_WITHIN {
            return refused(404, 10_062);
        }
        let is_private = answer["data"]["flags"].as_u64().unwrap_or_default() & EPHEMERAL != 0;
        match answer["type"].as_u64() {
            // A change of the message that was pressed is what the press shows.
            Some(4 | 7) => {
                interaction.original = Some(Message { body: checked(&answer["data"]), is_private, files })
            }
            Some(5 | 6) => interaction.promised = Some(is_private),
            Some(8) => interaction.choices = Some(answer["data"]["choices"].clone()),
            _ => return refused(400, 50_035),
        }
        interaction.is_acknowledged = true;
        interaction.acknowledged_at = Some(Instant::now());
        interaction.note_shown();
        (204, Value::Null)
    }

    /// A request below the base, apart from faults.
    pub fn handle(&mut self, method: &str, path: &[&str], body: &Value, files: Vec<File>) -> Answered {
        match (method, path) {
            ("POST", ["interactions", id, token, "callback"]) => {
                if self.interactions.get(*token).is_some_and(|interaction| interaction.id != *id) {
                    return refused(404, 10_062);
                }
                self.first(token, body, files)
            }
            ("PATCH" | "DELETE", ["webhooks", _, token, "messages", "@original"]) => {
                let Some(interaction) = self.interactions.get_mut(*token) else {
                    return refused(404, 10_015);
                };
                if !interaction.is_acknowledged {
                    return refused(404, 10_015);
                }
                let promised = interaction.promised.take();
                let known = interaction.original.take();
                let Some(is_private) = promised.or(known.map(|message| message.is_private)) else {
                    return refused(404, 10_008);
                };
                if method == "PATCH" {
                    assert_eq!(
                        body["flags"].as_u64().unwrap_or_default() & EPHEMERAL,
                        0,
                        "an edit fixes nobody"
                    );
                    interaction.original = Some(Message { body: checked(body), is_private, files });
                }
                interaction.note_shown();
                (if method == "PATCH" { 200 } else { 204 }, json!({}))
            }
            ("POST", ["webhooks", _, token]) => {
                let Some(interaction) = self.interactions.get_mut(*token) else {
                    return refused(404, 10_015);
                };
                if !interaction.is_acknowledged {
                    return refused(404, 10_015);
                }
                let asked = body["flags"].as_u64().unwrap_or_default() & EPHEMERAL != 0;
                // The first message after a promise is the promised one, whoever it was meant for.
                match interaction.promised.take() {
                    Some(is_private) => {
                        interaction.original = Some(Message { body: checked(body), is_private, files });
                    }
                    None => {
                        interaction.others.push(Message { body: checked(body), is_private: asked, files })
                    }
                }
                interaction.note_shown();
                (200, json!({}))
            }
            ("GET", ["applications", "77", "commands"]) => {
                let names = ["stats"].into_iter().chain(self.registered.iter().copied());
                (
                    200,
                    (123..)
                        .zip(names)
                        .map(|(id, name)| json!({ "id": id.to_string(), "name": name }))
                        .collect(),
                )
            }
            ("POST", ["channels", channel, "messages"]) => self.post(channel, body, files),
            _ => refused(404, 0),
        }
    }

    /// A message in a channel.
    fn post(&mut self, channel: &str, body: &Value, files: Vec<File>) -> Answered {
        let is_in = |channels: &[String]| channels.iter().any(|other| other == channel);
        if is_in(&self.closed) || (is_in(&self.without_files) && !files.is_empty()) {
            return refused(403, 50_013);
        }
        let nonce = body["nonce"].as_str().unwrap();
        assert!(nonce.len() <= 25 && body["enforce_nonce"] == true, "{body}");
        let is_same = |posted: &Posted| posted.channel == channel && posted.body["nonce"] == nonce;
        let known = self.posted.iter().position(is_same);
        let index = known.unwrap_or_else(|| {
            self.posted.push(Posted { channel: channel.to_owned(), body: checked(body), files });
            self.posted.len() - 1
        });
        (200, json!({ "id": (9_000 + index).to_string() }))
    }

    /// What an interaction shows: messages, without one that is only promised.
    pub fn shown(&self, token: &str) -> Vec<Message> {
        let interaction = &self.interactions[token];
        interaction.original.iter().chain(&interaction.others).cloned().collect()
    }

    /// How long an interaction took to its first answer, and to what it shows.
    pub fn took(&self, token: &str) -> (Option<Duration>, Option<Duration>) {
        let interaction = &self.interactions[token];
        let since = |at: Option<Instant>| at.map(|at| at - interaction.came);
        (since(interaction.acknowledged_at), since(interaction.shown_at))
    }

    pub fn is_promised(&self, token: &str) -> bool {
        self.interactions[token].promised.is_some()
    }

    pub fn choices(&self, token: &str) -> Option<Value> {
        self.interactions[token].choices.clone()
    }
}

/// A body that Discord takes: it mentions nobody.
fn checked(body: &Value) -> Value {
    assert_eq!(body["allowed_mentions"], json!({ "parse": [] }), "{body}");
    body.clone()
}
