//! Every question that the definitions of the commands allow, one option at a time, and those that they refuse.

use std::collections::BTreeMap;

use casa24_answers::{COMMANDS, CommandDefinition, OptionDefinition, OptionKind, parse};
use casa24_schemas::{Command, OptionValue};

type Options = BTreeMap<String, OptionValue>;

/// Questions of every command about these artists, each with every value of every option.
pub(crate) fn of_every_command(artists: &[String]) -> Vec<Command> {
    COMMANDS.iter().flat_map(|command| of_command(command, artists)).collect()
}

fn of_command(command: &CommandDefinition, artists: &[String]) -> Vec<Command> {
    let mut next_artist = artists.iter().cycle();
    let mut artist = || OptionValue::Text(next_artist.next().cloned().unwrap_or_default());
    let mut questions = Vec::new();
    let mut ask = |options: &Options| questions.push(Command::new("1", command.name, options.clone()));
    let needs_artist = command.options.iter().any(|option| option.required);
    for _ in 0..if needs_artist { artists.len().max(1) } else { 1 } {
        ask(&required(command, &mut artist));
    }
    let optional = || command.options.iter().filter(|option| !option.required);
    for option in optional() {
        for value in values(option, &mut artist) {
            let mut options = required(command, &mut artist);
            options.insert(option.name.to_owned(), value);
            ask(&options);
            for other in optional().filter(|other| other.name != option.name) {
                // The last value of a choice is seldom the default.
                let Some(value) = values(other, &mut artist).pop() else { continue };
                options.insert(other.name.to_owned(), value);
                ask(&options);
            }
        }
    }
    questions
}

/// The options that a command needs.
fn required(command: &CommandDefinition, artist: &mut impl FnMut() -> OptionValue) -> Options {
    let required = command.options.iter().filter(|option| option.required);
    required.filter_map(|option| Some((option.name.to_owned(), values(option, artist).pop()?))).collect()
}

/// Values of an option: all of a list, the ends of a range.
fn values(option: &OptionDefinition, artist: &mut impl FnMut() -> OptionValue) -> Vec<OptionValue> {
    match option.kind {
        OptionKind::Artist => vec![artist()],
        OptionKind::Artists { .. } => {
            let quoted = |name: OptionValue| match name {
                OptionValue::Text(name) => format!("\"{}\"", name.replace('"', "")),
                OptionValue::Integer(number) => number.to_string(),
            };
            vec![OptionValue::Text([quoted(artist()), quoted(artist())].join(", "))]
        }
        OptionKind::Choice { choices, .. } => {
            choices().into_iter().map(|choice| OptionValue::Text(choice.to_owned())).collect()
        }
        OptionKind::Period { min, max, default, .. } | OptionKind::Days { min, max, default } => {
            [min, max, default].map(OptionValue::Integer).to_vec()
        }
        OptionKind::Number { min, max } => {
            [min, max, 2_030.clamp(min, max)].map(OptionValue::Integer).to_vec()
        }
    }
}

/// Questions that are refused, with a text from outside wherever one can be typed; those that cannot be read have a
/// refusal instead of a command.
pub(crate) fn wrong(typed: &str) -> Vec<Result<Command, casa24_answers::Refusal>> {
    let asked = |name: &str, options: &[(&str, &str)]| {
        let text = |(name, text): &(&str, &str)| ((*name).to_owned(), OptionValue::Text((*text).to_owned()));
        Ok(Command::new("1", name, options.iter().map(text).collect()))
    };
    vec![
        parse("1", ""),
        parse("1", typed),
        parse("1", &format!("growth {typed}")),
        parse("1", &format!("stats {typed}")),
        parse("1", &format!("growth -{}", typed.replace(':', ""))),
        parse("1", &format!("growth artist:{typed} artist:{typed}")),
        parse("1", "growth artist:a artist:b"),
        asked(typed, &[]),
        asked("stats", &[(typed, typed)]),
        asked("growth", &[(typed, typed)]),
        asked("artist", &[]),
        asked("artist", &[("name", "")]),
        asked("artist", &[("name", typed)]),
        asked("artist", &[("name", &format!("{typed}?{typed}"))]),
        asked("growth", &[("artist", "a")]),
        asked("growth", &[("period", typed)]),
        asked("predict", &[("days", typed)]),
        asked("predict", &[("metric", "youtube-subs"), ("goal", typed)]),
        asked("predict", &[("goal", "5")]),
        asked("predict", &[("models", "all")]),
        asked("leaderboard", &[("metric", typed)]),
        asked("battle", &[("artist1", typed), ("artist2", typed)]),
        asked("compare", &[("artists", typed)]),
        asked("compare", &[("artists", "a")]),
    ]
}
