//! A message of the program's own accord in a channel of Discord: that it is to be posted, and what became of it.

use serde::{Deserialize, Serialize};

use crate::content::check_text;
use crate::server_settings::check_discord_id;
use crate::words::words;
use crate::{Event, Observed, SchemaId};

/// Most findings in a message.
pub const MAX_POSTED: usize = 200;
/// Longest body, in characters: a message has 4,000 beside its form.
const MAX_BODY_CHARS: usize = 50_000;

/// A post. It is stored before it is sent, so that after a crash it is known what may have been sent.
///
/// Subject: `post.{server}.{kind}.{key}`; the newest event of the subject counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Discord's id of the server.
    pub server: String,
    /// Discord's id of the channel.
    pub channel: String,
    /// What it is.
    pub kind: PostKind,
    /// The nonce by which Discord knows a repeat; made of channel and content.
    pub key: String,
    /// What becomes of it.
    pub state: PostState,
    /// When it was due.
    pub due_at: Observed,
    /// When it was about to be sent.
    pub begun_at: Observed,
    /// The findings that it has, each by its digest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
    /// Body of the request, in JSON and without a picture, while it may be sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Discord's id of the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

words! {
    /// What is posted.
    PostKind {
        Alert = "alert": "findings";
        Report = "report": "the week";
    }
}

words! {
    /// What becomes of a post.
    PostState {
        Intended = "intended": "it is about to be sent, and may have been";
        Posted = "posted": "it is in the channel";
        Uncertain = "uncertain": "the program ended while it was sent, too long ago to send it again without doubling it";
        Refused = "refused": "the bot may not post in the channel, or there is none; it is tried again for a day";
        GivenUp = "given_up": "it was refused for a day, and posts of this kind are switched off";
    }
}

impl Event for Post {
    const SCHEMA: SchemaId = SchemaId { name: "post", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = include_str!("../events/post.json");

    fn subject(&self) -> String {
        format!("post.{}.{}.{}", self.server, self.kind, self.key)
    }

    fn identity(&self) -> String {
        format!("{}/{}/{}", self.subject(), self.state, self.begun_at)
    }

    fn check(&self) -> Result<(), String> {
        check_discord_id("server", &self.server)?;
        check_discord_id("channel", &self.channel)?;
        self.message.as_deref().map_or(Ok(()), |id| check_discord_id("message", id))?;
        check_digest("key", &self.key)?;
        if self.findings.len() > MAX_POSTED {
            return Err(format!("findings has {} digests, at most {MAX_POSTED}", self.findings.len()));
        }
        self.findings.iter().try_for_each(|digest| check_digest("findings", digest))?;
        check_text("body", self.body.as_deref().unwrap_or_default(), MAX_BODY_CHARS)
    }
}

fn check_digest(field: &str, digest: &str) -> Result<(), String> {
    let is_digest = digest.len() == 24 && digest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if is_digest {
        Ok(())
    } else {
        Err(format!("{field} is no digest, which has 24 hexadecimal digits: at most and at least"))
    }
}
