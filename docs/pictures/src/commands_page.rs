//! The page of commands: what Discord registers and the records of their messages in, Markdown out.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Context;
use casa24_presentation::discord::{Scope, registration};
use serde_json::Value as Json;

use crate::record::Record;

const BEGINNING: &str = "# Commands in Discord

<!-- `make pictures` writes this page and its pictures. -->

What each command asks, and what is shown for it. The label in the pictures is fictional, with the figures of \
`casa24 sample`; each picture is drawn from the message as the agent `discord` sent it. Artists' names are completed \
while they are typed. In servers that speak Spanish everything is in Spanish.
";

/// What stands before the commands that set something.
const SETTINGS: &str = "
## For who may manage a server

Without options these commands show what is set.
";

/// Discord's type of an option that names a channel, and of one that is true or false.
const CHANNEL: u64 = 7;
const TRUTH: u64 = 5;

/// The page, with the records of all commands by their names.
///
/// # Errors
/// When a command has no record.
pub fn commands_page(records: &BTreeMap<String, Record>) -> anyhow::Result<String> {
    let commands = registration(Scope::Servers);
    let (settings, questions): (Vec<&Json>, Vec<&Json>) =
        list(&commands).iter().partition(|command| command.get("default_member_permissions").is_some());
    let mut page = BEGINNING.to_owned();
    for (heading, commands) in [("\n## Questions\n", questions), (SETTINGS, settings)] {
        page.push_str(heading);
        for command in commands {
            section(&mut page, command, records)?;
        }
    }
    Ok(page)
}

fn section(page: &mut String, command: &Json, records: &BTreeMap<String, Record>) -> anyhow::Result<()> {
    let name = said(command, "name");
    let record =
        records.get(name).with_context(|| format!("there is no message of /{name}: run `make pictures`"))?;
    write!(page, "\n### `/{name}`\n\n{}.\n\n", sentence(said(command, "description")))?;
    let options = list(&command["options"]);
    if !options.is_empty() {
        page.push_str("| option | meaning | values |\n|---|---|---|\n");
        for option in options {
            let required = if option["required"] == true { " (required)" } else { "" };
            let (option_name, description) = (said(option, "name"), said(option, "description"));
            writeln!(page, "| `{option_name}:` | {description}{required} | {} |", values(option))?;
        }
        page.push('\n');
    }
    let whose = if record.private { ", which the asker alone sees" } else { "" };
    writeln!(
        page,
        "![The message that Discord shows for {asked}{whose}](commands/{name}.png)",
        asked = record.asked
    )?;
    Ok(())
}

/// What an option takes.
fn values(option: &Json) -> String {
    let choices = list(&option["choices"]);
    if !choices.is_empty() {
        let names: Vec<&str> = choices.iter().map(|choice| said(choice, "name")).collect();
        return names.join(", ");
    }
    if let (Some(min), Some(max)) = (option["min_value"].as_i64(), option["max_value"].as_i64()) {
        return format!("{} to {}", thousands(min), thousands(max));
    }
    match option["type"].as_u64() {
        Some(CHANNEL) => "a channel".to_owned(),
        Some(TRUTH) => "true or false".to_owned(),
        _ if option["autocomplete"] == true => "names, completed".to_owned(),
        _ => "text".to_owned(),
    }
}

/// A whole number, with its thousands apart where it cannot be a year.
fn thousands(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let apart = digits.bytes().enumerate().flat_map(|(index, digit)| {
        let is_first = index == 0 || digits.len() <= 4 || !(digits.len() - index).is_multiple_of(3);
        [(!is_first).then_some(','), Some(char::from(digit))]
    });
    let sign = if number < 0 { "−" } else { "" };
    sign.chars().chain(apart.flatten()).collect()
}

fn sentence(text: &str) -> String {
    let text = text.trim_end_matches('.');
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn list(json: &Json) -> &[Json] {
    json.as_array().map_or(&[], Vec::as_slice)
}

fn said<'a>(json: &'a Json, field: &str) -> &'a str {
    json[field].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records() -> BTreeMap<String, Record> {
        let record = |name: &str| Record {
            asked: format!("/{name}"),
            private: name == "report",
            channels: BTreeMap::new(),
            message: Json::Null,
        };
        let commands = registration(Scope::Servers);
        list(&commands)
            .iter()
            .map(|command| said(command, "name"))
            .map(|name| (name.to_owned(), record(name)))
            .collect()
    }

    #[test]
    fn every_command_has_its_options_and_its_picture() {
        let page = commands_page(&records()).unwrap();
        let growth = page.split("### `/growth`").nth(1).unwrap().split("###").next().unwrap();
        assert!(growth.contains("| `artist:` |") && growth.contains("(commands/growth.png)"), "{growth}");
        assert!(growth.contains("7 days, 14 days"), "{growth}");
        assert_eq!(page.matches("\n### `/").count(), records().len());
        assert!(page.find("## For who may").unwrap() < page.find("### `/settings`").unwrap());
        assert!(page.contains("for /report, which the asker alone sees]"), "{page}");
    }

    #[test]
    fn numbers_have_their_thousands_apart_and_years_do_not() {
        let shown = [0, 90, 1_990, 10_000, -12_345_678].map(thousands);
        assert_eq!(shown, ["0", "90", "1990", "10,000", "−12,345,678"]);
    }

    #[test]
    fn a_command_without_a_message_is_named() {
        let mut records = records();
        records.remove("stats");
        let error = commands_page(&records).unwrap_err().to_string();
        assert!(error.contains("/stats") && error.contains("make pictures"), "{error}");
    }
}
