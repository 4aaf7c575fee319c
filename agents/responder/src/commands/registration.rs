//! The definitions as Discord registers them.

use serde_json::{Value as Json, json};

use super::catalog::COMMANDS;
use super::definition::{CommandDefinition, OptionDefinition, OptionKind};

/// Discord's type of a command that is typed after a slash.
const CHAT_INPUT: u8 = 1;

/// The body that registers all commands with Discord.
pub fn registration() -> Json {
    COMMANDS.iter().map(of_command).collect()
}

fn of_command(command: &CommandDefinition) -> Json {
    json!({
        "type": CHAT_INPUT,
        "name": command.name,
        "description": command.description,
        "options": command.options.iter().map(of_option).collect::<Json>(),
    })
}

fn of_option(option: &OptionDefinition) -> Json {
    let mut body = json!({
        "type": option.kind.discord_type(),
        "name": option.name,
        "description": option.description,
        "required": option.required,
    });
    match option.kind {
        OptionKind::Artist => body["autocomplete"] = json!(true),
        OptionKind::Days { min, max, .. } | OptionKind::Number { min, max } => {
            body["min_value"] = json!(min);
            body["max_value"] = json!(max);
        }
        OptionKind::Choice { choices, .. } | OptionKind::Period { choices, .. } => {
            body["choices"] =
                choices.iter().map(|choice| json!({ "name": choice.name, "value": choice.value })).collect();
        }
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(list: &Json) -> &[Json] {
        list.as_array().map_or(&[], Vec::as_slice)
    }

    fn assert_name_and_description(body: &Json) {
        let name = body["name"].as_str().unwrap();
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        assert!((1..=32).contains(&name.len()) && name.chars().all(allowed), "{name}");
        let description = body["description"].as_str().unwrap();
        assert!((1..=100).contains(&description.chars().count()), "{description}");
    }

    #[test]
    fn every_command_is_within_what_discord_registers() {
        let commands = registration();
        assert_eq!(items(&commands).len(), 7);
        for command in items(&commands) {
            assert_name_and_description(command);
            assert!(items(&command["options"]).len() <= 25);
            for option in items(&command["options"]) {
                assert_name_and_description(option);
                let choices = items(&option["choices"]);
                assert!(choices.len() <= 25);
                for choice in choices {
                    assert!((1..=100).contains(&choice["name"].as_str().unwrap().len()));
                    assert!((1..=100).contains(&choice["value"].as_str().unwrap().len()));
                }
                // Discord refuses choices and autocomplete on one option.
                assert!(choices.is_empty() || option.get("autocomplete").is_none());
            }
        }
    }

    #[test]
    fn required_options_come_first() {
        for command in COMMANDS {
            assert!(command.options.is_sorted_by_key(|option| !option.required), "{}", command.name);
        }
    }

    #[test]
    fn defaults_are_values_that_are_accepted() {
        for option in COMMANDS.iter().flat_map(|command| command.options) {
            match option.kind {
                OptionKind::Choice { choices, default } => {
                    assert!(choices.iter().any(|choice| choice.value == default), "{}", option.name);
                }
                OptionKind::Period { choices, min, max, default } => {
                    assert!((min..=max).contains(&default));
                    for choice in choices {
                        assert!((min..=max).contains(&choice.value.parse().unwrap()), "{}", choice.value);
                    }
                }
                OptionKind::Days { min, max, default } => assert!((min..=max).contains(&default)),
                // Discord takes no integer that a float cannot hold.
                OptionKind::Number { min, max } => assert!(min < max && max < 1 << 53),
                OptionKind::Artist => assert_eq!(option.kind.choices(), []),
            }
        }
    }

    #[test]
    fn names_and_types_are_those_that_people_know() {
        let commands = registration();
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
                ("leaderboard", vec![("metric", 3)]),
            ]
        );
    }
}
