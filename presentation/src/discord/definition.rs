//! What every command that Discord registers has: where it can be asked, and texts in each language.

use serde_json::{Map, Value as Json, json};

use crate::words::{Locale, Said, Words};

/// Discord's type of a command that is typed after a slash.
pub(super) const CHAT_INPUT: u8 = 1;

/// Discord's types of options.
pub(super) const TEXT: u8 = 3;
pub(super) const INTEGER: u8 = 4;

/// Discord's context of commands that are asked in servers.
pub(super) const IN_SERVERS: u8 = 0;

/// Discord's way to install to a server.
pub(super) const TO_SERVERS: u8 = 0;

/// Where commands can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// In one server, for which they are registered.
    OneServer,
    /// In every server that the bot is installed to.
    Servers,
    /// In these, and wherever somebody is who has installed the bot to their own account.
    ServersAndAccounts,
}

/// A description in English, and in the other languages.
pub(super) fn described(id: &str) -> Map<String, Json> {
    localised("description", |words| words.say(id))
}

/// A choice with its name in every language.
pub(super) fn choice(value: &str, name: impl Fn(&Words) -> Said) -> Json {
    let mut body = localised("name", name);
    body.insert("value".to_owned(), json!(value));
    Json::Object(body)
}

fn localised(field: &str, text: impl Fn(&Words) -> Said) -> Map<String, Json> {
    let english = text(Words::of(Locale::English));
    let others = Locale::ALL.iter().filter(|locale| **locale != Locale::English).flat_map(|locale| {
        let said = text(Words::of(*locale));
        locale.discord_tags().iter().map(move |tag| ((*tag).to_owned(), json!(said.as_str())))
    });
    Map::from_iter([
        (field.to_owned(), json!(english.as_str())),
        (format!("{field}_localizations"), Json::Object(others.collect())),
    ])
}
