//! What is asked: a few questions again and again, or ones that nobody has asked before.

use casa24_answers::{COMMANDS, CommandDefinition, OptionKind, has_chart};
use serde_json::{Value, json};

/// A command and its options.
pub(crate) type Asked = (String, Value);

/// Commands without a picture, each asked again and again.
pub(crate) const MIXED: [&str; 8] =
    ["stats", "leaderboard", "momentum", "milestones", "achievements", "trends", "accuracy", "viral"];

/// So many questions, the few in turn.
pub(crate) fn repeated(num: usize) -> impl Iterator<Item = Asked> {
    MIXED.iter().cycle().take(num).map(|name| ((*name).to_owned(), none()))
}

/// Questions about one artist that have no picture, no two of them equal: every command in turn, with every value of its
/// other option, for every artist.
pub(crate) fn unasked(artists: &[String]) -> Vec<Asked> {
    let of_artists = COMMANDS.iter().filter(|command| !has_chart(command.name));
    let mut of_each: Vec<Vec<Asked>> =
        of_artists.filter_map(|command| about_artists(command, artists)).collect();
    let longest = of_each.iter().map(Vec::len).max().unwrap_or_default();
    // Taken from the end, so that each command comes in turn until it has no more.
    of_each.iter_mut().for_each(|questions| questions.reverse());
    (0..longest).flat_map(|_| of_each.iter_mut().filter_map(Vec::pop).collect::<Vec<_>>()).collect()
}

fn about_artists(command: &CommandDefinition, artists: &[String]) -> Option<Vec<Asked>> {
    let artist = command.options.iter().find(|option| matches!(option.kind, OptionKind::Artist))?;
    let other = command.options.iter().find(|option| option.name != artist.name);
    let values: Vec<Value> = match other.map(|option| option.kind) {
        Some(OptionKind::Choice { choices, .. }) => choices().into_iter().map(Value::from).collect(),
        Some(OptionKind::Period { min, max, .. }) => {
            (min..=max).map(|days| days.to_string().into()).collect()
        }
        _ => vec![Value::Null],
    };
    let question = |value: &Value, name: &String| {
        let mut options = vec![json!({ "name": artist.name, "type": 3, "value": name })];
        if let Some(option) = other.filter(|_| !value.is_null()) {
            options.push(json!({ "name": option.name, "type": 3, "value": value }));
        }
        (command.name.to_owned(), Value::from(options))
    };
    Some(values.iter().flat_map(|value| artists.iter().map(|name| question(value, name))).collect())
}

/// Options that a command is given; none.
pub(crate) fn none() -> Value {
    serde_json::json!([])
}
