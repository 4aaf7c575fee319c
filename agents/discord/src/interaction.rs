//! What Discord sends when somebody uses a command, or presses a button.
//!
//! Source: <https://discord.com/developers/docs/interactions/receiving-and-responding>

use std::collections::HashMap;

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value as Json;

/// An interaction.
#[derive(Debug, Deserialize)]
pub(crate) struct Interaction {
    /// Its id, a number.
    pub(crate) id: String,
    /// Id of the application that it is for, a number.
    pub(crate) application_id: String,
    /// Discord's number of its kind.
    #[serde(rename = "type")]
    kind: u8,
    /// Whoever has it can answer.
    #[serde(default)]
    pub(crate) token: SecretString,
    /// Language of the asker; a ping has none.
    #[serde(default)]
    pub(crate) locale: Option<String>,
    /// Language of the server; missing in a direct message.
    #[serde(default)]
    pub(crate) guild_locale: Option<String>,
    /// Id of the server.
    #[serde(default)]
    pub(crate) guild_id: Option<String>,
    /// Id of the channel in which it was.
    #[serde(default)]
    channel_id: Option<String>,
    /// What the bot may do in that channel.
    #[serde(default)]
    app_permissions: Option<String>,
    #[serde(default)]
    data: Option<Data>,
    /// Who it is by, in a server.
    #[serde(default)]
    member: Option<Member>,
    /// Who it is by, elsewhere.
    #[serde(default)]
    user: Option<User>,
    /// The message whose control was pressed.
    #[serde(default)]
    message: Option<Message>,
}

#[derive(Debug, Deserialize)]
struct Member {
    #[serde(default)]
    permissions: Option<String>,
    #[serde(default)]
    user: Option<User>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
struct User {
    id: String,
}

#[derive(Debug, Deserialize)]
struct Message {
    #[serde(default)]
    interaction_metadata: Option<Asked>,
}

/// What a message answers.
#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    user: Option<User>,
}

/// What an interaction asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Whether the endpoint is there.
    Ping,
    /// A command.
    Command,
    /// A button, or a select.
    Press,
    /// What could stand in an option.
    Completion,
    /// Something that this agent has not offered.
    Unknown,
}

/// Name and options of a command.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Data {
    /// Name of the command.
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default)]
    options: Vec<Given>,
    #[serde(default)]
    resolved: Resolved,
    /// What the control that was pressed holds.
    #[serde(default)]
    custom_id: String,
    /// What was chosen in a select.
    #[serde(default)]
    values: Vec<String>,
}

/// What ids in options stand for.
#[derive(Debug, Default, Deserialize)]
struct Resolved {
    #[serde(default)]
    channels: HashMap<String, Channel>,
}

#[derive(Debug, Deserialize)]
struct Channel {
    /// What the asker may do there.
    #[serde(default)]
    permissions: Option<String>,
    /// What the bot may do there.
    #[serde(default)]
    app_permissions: Option<String>,
}

/// An option as it was given.
#[derive(Debug, Deserialize)]
pub(crate) struct Given {
    /// Name of the option.
    pub(crate) name: String,
    /// Its value; a subcommand has none.
    #[serde(default)]
    pub(crate) value: Json,
    /// Whether it is being typed.
    #[serde(default)]
    pub(crate) focused: bool,
    /// Options of a subcommand.
    #[serde(default)]
    options: Vec<Given>,
}

const ADMINISTRATOR: u64 = 1 << 3;
const MANAGE_SERVER: u64 = 1 << 5;
/// View the channel, and send messages.
const VIEW_AND_SEND: u64 = 1 << 10 | 1 << 11;

/// Whether permissions, a number as Discord writes it, have all of these.
fn has(permissions: &str, wanted: u64) -> bool {
    let bits: u64 = permissions.parse().unwrap_or_default();
    bits & ADMINISTRATOR != 0 || bits & wanted == wanted
}

/// Why a body is no interaction. It quotes nothing of it, which may hold a token.
#[derive(Debug, thiserror::Error)]
#[error("what discord sent is no interaction: line {line}, column {column}")]
pub(crate) struct NoInteraction {
    line: usize,
    column: usize,
}

impl Interaction {
    /// Reads an interaction.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, NoInteraction> {
        let no_interaction =
            |error: serde_json::Error| NoInteraction { line: error.line(), column: error.column() };
        Self::checked(serde_json::from_slice(body).map_err(no_interaction)?)
    }

    /// Reads one that is a part of something.
    pub(crate) fn read(value: Json) -> Result<Self, NoInteraction> {
        let whole = serde_json::from_value(value);
        Self::checked(whole.map_err(|_| NoInteraction { line: 0, column: 0 })?)
    }

    fn checked(interaction: Self) -> Result<Self, NoInteraction> {
        // They become parts of addresses.
        let is_number =
            |id: &str| (1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
        let is_server = interaction.guild_id.as_deref().is_none_or(is_number);
        if !is_number(&interaction.id) || !is_number(&interaction.application_id) || !is_server {
            return Err(NoInteraction { line: 0, column: 0 });
        }
        Ok(interaction)
    }

    /// What it asks for.
    pub(crate) const fn kind(&self) -> Kind {
        match (self.kind, &self.data) {
            (1, _) => Kind::Ping,
            (2, Some(_)) => Kind::Command,
            (3, Some(_)) => Kind::Press,
            (4, Some(_)) => Kind::Completion,
            _ => Kind::Unknown,
        }
    }

    /// Name of the command; empty where there is none.
    pub(crate) fn command(&self) -> &str {
        self.data.as_ref().map_or("", |data| &data.name)
    }

    /// What the control that was pressed holds, and what was chosen in it.
    pub(crate) fn pressed(&self) -> (&str, &[String]) {
        self.data.as_ref().map_or(("", &[]), |data| (&data.custom_id, &data.values))
    }

    /// Whether the asker may manage the server.
    pub(crate) fn is_by_manager(&self) -> bool {
        let of_member = self.member.as_ref().and_then(|member| member.permissions.as_deref());
        of_member.is_some_and(|permissions| has(permissions, MANAGE_SERVER))
    }

    /// Whether the asker, and the bot, may post in a channel that was chosen, as far as Discord tells.
    pub(crate) fn who_may_post(&self, channel: &str) -> (bool, bool) {
        let resolved = self.data.as_ref().and_then(|data| data.resolved.channels.get(channel));
        let here = self.app_permissions.as_deref().filter(|_| self.channel_id.as_deref() == Some(channel));
        let of_bot = resolved.and_then(|found| found.app_permissions.as_deref()).or(here);
        let of_asker = resolved.and_then(|found| found.permissions.as_deref());
        let may = |permissions: Option<&str>| permissions.is_none_or(|bits| has(bits, VIEW_AND_SEND));
        (may(of_asker), may(of_bot))
    }

    fn user(&self) -> Option<&User> {
        self.member.as_ref().and_then(|member| member.user.as_ref()).or(self.user.as_ref())
    }

    /// Id of whom it is by, where Discord says so.
    pub(crate) fn person(&self) -> Option<&str> {
        self.user().map(|user| user.id.as_str())
    }

    /// Whether it is by the one whose question the message answers.
    pub(crate) fn is_by_asker(&self) -> bool {
        let by = self.user();
        let asked = self.message.as_ref().and_then(|message| message.interaction_metadata.as_ref());
        by.is_some() && by == asked.and_then(|asked| asked.user.as_ref())
    }

    /// The options that were given, those of a subcommand too.
    pub(crate) fn options(&self) -> Vec<&Given> {
        let mut found = Vec::new();
        let mut open: Vec<&Given> = self.data.iter().flat_map(|data| &data.options).collect();
        while let Some(given) = open.pop() {
            open.extend(&given.options);
            if !given.value.is_null() {
                found.push(given);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(body: &Json) -> Result<Interaction, NoInteraction> {
        Interaction::parse(body.to_string().as_bytes())
    }

    #[test]
    fn an_interaction_is_read_and_its_token_is_not_shown() {
        let option = json!({ "name": "artist", "type": 3, "value": "Luz", "focused": true });
        let inner = json!({ "name": "of", "type": 1, "options": [option] });
        let data = json!({ "id": "3", "name": "growth", "type": 1, "options": [inner] });
        let body = json!({ "id": "1", "application_id": "2", "type": 4, "token": "hidden", "data": data, "version": 1 });
        let interaction = parse(&body).unwrap();
        assert_eq!((interaction.kind(), interaction.command()), (Kind::Completion, "growth"));
        let options = interaction.options();
        assert_eq!(options.len(), 1);
        assert_eq!(
            (options[0].name.as_str(), &options[0].value, options[0].focused),
            ("artist", &json!("Luz"), true)
        );
        assert!(!format!("{interaction:?}").contains("hidden"));
    }

    #[test]
    fn what_is_no_interaction_is_refused_without_quoting_it() {
        for body in [
            json!({ "id": "../x", "application_id": "2", "type": 1 }),
            json!({ "token": "hidden" }),
            json!(1),
        ] {
            let error = parse(&body).unwrap_err().to_string();
            assert!(!error.contains("hidden") && !error.contains(".."), "{error}");
        }
        let modal = json!({ "id": "1", "application_id": "2", "type": 5, "token": "t", "data": { "custom_id": "x" } });
        assert_eq!(parse(&modal).unwrap().kind(), Kind::Unknown);
    }

    #[test]
    fn a_press_says_what_was_chosen_and_whether_the_asker_did() {
        let of = |by: &str| {
            let message = json!({ "id": "9", "interaction_metadata": { "user": { "id": "5" } } });
            let data = json!({ "custom_id": "x", "component_type": 3, "values": ["a", "b"] });
            parse(&json!({
                "id": "1", "application_id": "2", "type": 3, "token": "t", "data": data, "message": message,
                "member": { "user": { "id": by } },
            }))
            .unwrap()
        };
        let press = of("5");
        assert_eq!((press.kind(), press.is_by_asker(), of("6").is_by_asker()), (Kind::Press, true, false));
        assert_eq!(press.pressed(), ("x", &["a".to_owned(), "b".to_owned()][..]));
    }
}
