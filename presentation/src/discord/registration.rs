//! The commands as Discord registers them: definitions and words in, the body of the request out.
//!
//! Source: <https://discord.com/developers/docs/interactions/application-commands>

use casa24_answers::{COMMANDS, CommandDefinition, OptionDefinition, OptionKind};
use casa24_schemas::{MetricInfo, PlatformInfo};
use serde_json::{Value as Json, json};

use crate::words::{Said, Words};

use super::definition::{CHAT_INPUT, IN_SERVERS, INTEGER, Scope, TEXT, TO_SERVERS, choice, described};
use super::server_commands;

/// Discord's other contexts of commands: messages with the bot, and all other messages.
const WITH_THE_BOT: u8 = 1;
const ELSEWHERE: u8 = 2;

/// Discord's other way to install: to a person's account.
const TO_ACCOUNTS: u8 = 1;

/// The body that registers all commands, in English and in every other language that there are words for.
pub fn registration(scope: Scope) -> Json {
    let asked = COMMANDS.iter().map(|definition| command(definition, scope));
    asked.chain(server_commands::all(scope)).collect()
}

fn command(command: &CommandDefinition, scope: Scope) -> Json {
    let mut body = described(&format!("command-{}", command.name));
    body.insert("type".to_owned(), json!(CHAT_INPUT));
    body.insert("name".to_owned(), json!(command.name));
    let options = command.options.iter().map(|found| option(command, found));
    body.insert("options".to_owned(), options.collect());
    // Discord takes these of commands that are not of one server.
    let (contexts, installs) = match scope {
        Scope::OneServer => return Json::Object(body),
        Scope::Servers => (json!([IN_SERVERS]), json!([TO_SERVERS])),
        Scope::ServersAndAccounts => {
            (json!([IN_SERVERS, WITH_THE_BOT, ELSEWHERE]), json!([TO_SERVERS, TO_ACCOUNTS]))
        }
    };
    body.insert("contexts".to_owned(), contexts);
    body.insert("integration_types".to_owned(), installs);
    Json::Object(body)
}

fn option(command: &CommandDefinition, option: &OptionDefinition) -> Json {
    let mut body = described(&format!("command-{}-{}", command.name, option.name));
    let kind = if option.kind.is_integer() { INTEGER } else { TEXT };
    body.insert("type".to_owned(), json!(kind));
    body.insert("name".to_owned(), json!(option.name));
    body.insert("required".to_owned(), json!(option.required));
    match option.kind {
        OptionKind::Artist | OptionKind::Artists { .. } => {
            body.insert("autocomplete".to_owned(), json!(true));
        }
        OptionKind::Days { min, max, .. } | OptionKind::Number { min, max } => {
            body.insert("min_value".to_owned(), json!(min));
            body.insert("max_value".to_owned(), json!(max));
        }
        OptionKind::Choice { choices, .. } => {
            let choices =
                choices().into_iter().map(|value| choice(value, |words| label(words, option, value)));
            body.insert("choices".to_owned(), choices.collect());
        }
        OptionKind::Period { choices, .. } => {
            let choices = choices.iter().map(|days| {
                let days = days.unsigned_abs();
                choice(&days.to_string(), |words| words.fill("days-count", &[("count", days)]))
            });
            body.insert("choices".to_owned(), choices.collect());
        }
    }
    Json::Object(body)
}

/// What a choice is called: a metric or platform by its name, everything else by the catalogue.
fn label(words: &Words, option: &OptionDefinition, value: &str) -> Said {
    if let Some(info) = MetricInfo::of_choice(value) {
        return words.series(&info.platform, &info.metric).capitalised();
    }
    if let Some(info) = PlatformInfo::ALL.iter().find(|info| info.token.as_str() == value) {
        return words.platform(&info.token);
    }
    match value {
        "all" => words.say(&format!("choice-{}-all", option.name)),
        other => words.say(&format!("choice-{other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(list: &Json) -> &[Json] {
        list.as_array().map_or(&[], Vec::as_slice)
    }

    /// The texts of a field in every language.
    fn texts<'j>(body: &'j Json, field: &str) -> Vec<&'j str> {
        let others = body[format!("{field}_localizations")].as_object().unwrap().values();
        [&body[field]].into_iter().chain(others).map(|text| text.as_str().unwrap()).collect()
    }

    fn assert_name_and_description(body: &Json) {
        let name = body["name"].as_str().unwrap();
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        assert!((1..=32).contains(&name.len()) && name.chars().all(allowed), "{name}");
        let descriptions = texts(body, "description");
        assert_eq!(descriptions.len(), 3, "English, and the two regions of Spanish");
        for description in descriptions {
            assert!((1..=100).contains(&description.chars().count()), "{description}");
        }
    }

    #[test]
    fn every_command_is_within_what_discord_registers() {
        let commands = registration(Scope::Servers);
        assert_eq!(items(&commands).len(), COMMANDS.len() + 3);
        for command in items(&commands) {
            assert_name_and_description(command);
            assert!(items(&command["options"]).len() <= 25);
            for option in items(&command["options"]) {
                assert_name_and_description(option);
                let choices = items(&option["choices"]);
                assert!(choices.len() <= 25);
                for choice in choices {
                    for name in texts(choice, "name") {
                        assert!((1..=100).contains(&name.chars().count()), "{name}");
                    }
                    assert!((1..=100).contains(&choice["value"].as_str().unwrap().len()));
                }
                // Discord refuses choices and autocomplete on one option.
                assert!(choices.is_empty() || option.get("autocomplete").is_none());
            }
        }
    }

    #[test]
    fn names_and_types_are_those_that_people_know() {
        let commands = registration(Scope::Servers);
        let known: Vec<(&str, Vec<(&str, u64)>)> = items(&commands)
            .iter()
            .map(|command| {
                let options = items(&command["options"]).iter();
                let options = options.map(|o| (o["name"].as_str().unwrap(), o["type"].as_u64().unwrap()));
                (command["name"].as_str().unwrap(), options.collect())
            })
            .collect();
        assert_eq!(
            known,
            [
                ("stats", vec![]),
                ("artist", vec![("name", 3)]),
                ("growth", vec![("artist", 3), ("period", 3)]),
                ("predict", vec![("artist", 3), ("days", 4), ("metric", 3), ("models", 3), ("goal", 4)]),
                ("accuracy", vec![("artist", 3), ("days", 4), ("model", 3)]),
                ("battle", vec![("artist1", 3), ("artist2", 3), ("platform", 3)]),
                ("compare", vec![("artists", 3), ("metric", 3), ("period", 3)]),
                ("leaderboard", vec![("metric", 3)]),
                ("chart", vec![("artists", 3), ("metric", 3), ("period", 3), ("theme", 3)]),
                ("trends", vec![("artist", 3), ("period", 3), ("kind", 3)]),
                ("momentum", vec![("artist", 3), ("period", 4)]),
                ("viral", vec![("timeframe", 3), ("artist", 3)]),
                ("milestones", vec![("artist", 3), ("type", 3)]),
                ("achievements", vec![("artist", 3), ("category", 3)]),
                ("spotlight", vec![("artist", 3)]),
                ("weekly", vec![("week_offset", 4)]),
                ("recap", vec![("year", 4), ("artist", 3)]),
                ("help", vec![]),
                ("settings", vec![("language", 3), ("time_zone", 3), ("artists", 3)]),
                ("alerts", vec![("channel", 7), ("kinds", 3), ("off", 5)]),
                ("report", vec![("channel", 7), ("weekday", 3), ("hour", 4), ("off", 5)]),
            ]
        );
    }

    #[test]
    fn commands_are_for_servers_unless_people_may_install_them_too() {
        let of = |scope| registration(scope)[0].clone();
        let (servers, both) = (of(Scope::Servers), of(Scope::ServersAndAccounts));
        assert_eq!((&servers["contexts"], &servers["integration_types"]), (&json!([0]), &json!([0])));
        assert_eq!((&both["contexts"], &both["integration_types"]), (&json!([0, 1, 2]), &json!([0, 1])));
        let one = of(Scope::OneServer);
        assert!(one.get("contexts").is_none() && one.get("integration_types").is_none());
    }

    #[test]
    fn choices_have_names_in_every_language() {
        let commands = registration(Scope::Servers);
        let leaderboard = items(&commands).iter().find(|command| command["name"] == "leaderboard").unwrap();
        let metrics = items(&leaderboard["options"][0]["choices"]);
        let followers = metrics.iter().find(|choice| choice["value"] == "spotify-followers").unwrap();
        assert_eq!(followers["name"], "Spotify followers");
        assert_eq!(followers["name_localizations"]["es-ES"], "Seguidores en Spotify");
        let growth = items(&commands).iter().find(|command| command["name"] == "growth").unwrap();
        assert_eq!(growth["options"][1]["choices"][0]["name"], "7 days");
    }
}
