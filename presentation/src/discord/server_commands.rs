//! The commands by which a server's people set what is theirs, as Discord registers them: they are Discord's alone, and
//! ask nothing of the label's figures.

use serde_json::{Map, Value as Json, json};

use crate::words::{Locale, Words};

use super::definition::{CHAT_INPUT, IN_SERVERS, INTEGER, Scope, TEXT, TO_SERVERS, choice, described};

/// Discord's further types of options.
const TRUTH: u8 = 5;
const CHANNEL: u8 = 7;

/// Discord's types of channels in which the bot posts: of text, and of announcements.
const CHANNEL_TYPES: [u8; 2] = [0, 5];

/// The permission Manage Server.
const MANAGE_SERVER: u64 = 1 << 5;

/// Choices of the language: the word in the option, and the text that names it.
const LANGUAGES: [(&str, &str); 3] =
    [("en", "server-language-en"), ("es", "server-language-es"), ("server", "server-language-as-discord")];

/// The days of the week from Monday: the word in the option, and the text that names it.
pub(crate) const WEEKDAYS: [(&str, &str); 7] = [
    ("monday", "weekday-monday"),
    ("tuesday", "weekday-tuesday"),
    ("wednesday", "weekday-wednesday"),
    ("thursday", "weekday-thursday"),
    ("friday", "weekday-friday"),
    ("saturday", "weekday-saturday"),
    ("sunday", "weekday-sunday"),
];

/// The commands.
pub(super) fn all(scope: Scope) -> [Json; 3] {
    let language = with_choices(option("language", TEXT, "server-option-language"), &LANGUAGES);
    let mut artists = option("artists", TEXT, "server-option-artists");
    artists["autocomplete"] = json!(true);
    let zone = option("time_zone", TEXT, "server-option-time-zone");
    let mut hour = option("hour", INTEGER, "server-option-hour");
    (hour["min_value"], hour["max_value"]) = (json!(0), json!(23));
    let weekday = with_choices(option("weekday", TEXT, "server-option-weekday"), &WEEKDAYS);
    let off = || option("off", TRUTH, "server-option-off");
    let kinds = option("kinds", TEXT, "server-option-kinds");
    [
        command(scope, "settings", "server-command-settings", json!([language, zone, artists])),
        command(scope, "alerts", "server-command-alerts", json!([channel(), kinds, off()])),
        command(scope, "report", "server-command-report", json!([channel(), weekday, hour, off()])),
    ]
}

fn command(scope: Scope, name: &str, description: &str, options: Json) -> Json {
    let mut body = described(description);
    let mut put = |field: &str, value: Json| body.insert(field.to_owned(), value);
    put("type", json!(CHAT_INPUT));
    put("name", json!(name));
    put("options", options);
    put("default_member_permissions", json!(MANAGE_SERVER.to_string()));
    if scope != Scope::OneServer {
        // A person's own account has no server to set.
        put("contexts", json!([IN_SERVERS]));
        put("integration_types", json!([TO_SERVERS]));
    }
    Json::Object(body)
}

fn option(name: &str, kind: u8, description: &str) -> Json {
    let mut body: Map<String, Json> = described(description);
    body.insert("type".to_owned(), json!(kind));
    body.insert("name".to_owned(), json!(name));
    body.insert("required".to_owned(), json!(false));
    Json::Object(body)
}

fn channel() -> Json {
    let mut body = option("channel", CHANNEL, "server-option-channel");
    body["channel_types"] = json!(CHANNEL_TYPES);
    body
}

fn with_choices(mut option: Json, choices: &[(&str, &'static str)]) -> Json {
    let choices = choices.iter().map(|(value, text)| choice(value, |words| words.say(text)));
    option["choices"] = choices.collect();
    option
}

/// The languages that can be chosen, by their words.
pub fn language_of(choice: &str) -> Option<Locale> {
    Locale::ALL.iter().copied().find(|locale| locale.as_str() == choice)
}

/// Number of a day of the week by its word, from 1 for Monday.
pub fn weekday_of(choice: &str) -> Option<u8> {
    let index = WEEKDAYS.iter().position(|(word, _)| *word == choice)?;
    u8::try_from(index + 1).ok()
}

/// Name of a day of the week by its number.
pub(crate) fn weekday(number: u8, words: &Words) -> Option<crate::words::Said> {
    let (_, text) = WEEKDAYS.get(usize::from(number).checked_sub(1)?)?;
    Some(words.say(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_manages_the_server_is_offered_them_and_only_there() {
        for command in all(Scope::ServersAndAccounts) {
            assert_eq!(command["default_member_permissions"], "32");
            assert_eq!((&command["contexts"], &command["integration_types"]), (&json!([0]), &json!([0])));
            assert!(command["description_localizations"]["es-419"].is_string(), "{command}");
        }
    }

    #[test]
    fn the_words_of_choices_lead_back() {
        assert_eq!((weekday_of("monday"), weekday_of("sunday"), weekday_of("")), (Some(1), Some(7), None));
        assert_eq!((language_of("es"), language_of("server")), (Some(Locale::Spanish), None));
    }
}
