//! A line as people type it (`growth artist:Casa 24 period:30`), as the command that Discord would send.

use std::collections::BTreeMap;

use casa24_schemas::{Command, OptionValue};

use super::options::definition_of;
use crate::commands::COMMANDS;
use crate::definition::{CommandDefinition, OptionDefinition};
use crate::refusal::{Refusal, cut};

/// Reads a line. A slash before the command and quotes around values are optional; a value ends where the next
/// of the command's options begins, so that it may hold blanks and colons. `id` becomes the command's id.
///
/// # Errors
/// When there is no such command, or words belong to none of its options.
pub fn parse(id: &str, line: &str) -> Result<Command, Refusal> {
    let line = line.trim();
    let line = line.strip_prefix('/').unwrap_or(line);
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    if name.is_empty() {
        return Err(Refusal::Empty {
            commands: COMMANDS.iter().map(|command| command.name.to_owned()).collect(),
        });
    }
    let definition = definition_of(&name.to_lowercase())?;
    let mut options = BTreeMap::new();
    let mut rest = rest.trim();
    while !rest.is_empty() {
        let Some((option, after)) = option_at(definition, rest) else {
            return Err(stray(definition, rest));
        };
        let (value, next) = value_at(definition, after);
        if options.insert(option.name.to_owned(), typed(option, value)).is_some() {
            return Err(Refusal::RepeatedOption { option: option.name.to_owned() });
        }
        rest = next.trim_start();
    }
    Ok(Command::new(id, definition.name, options))
}

/// The option that begins a text, and what follows its colon.
fn option_at<'a>(
    definition: &CommandDefinition,
    text: &'a str,
) -> Option<(&'static OptionDefinition, &'a str)> {
    let (name, after) = text.split_once(':')?;
    let option = definition.options.iter().find(|option| option.name.eq_ignore_ascii_case(name))?;
    Some((option, after))
}

/// The value that begins a text, and what follows it.
fn value_at<'a>(definition: &CommandDefinition, text: &'a str) -> (&'a str, &'a str) {
    let text = text.trim_start();
    if let Some(quoted) = quoted_at(definition, text) {
        return quoted;
    }
    let after_blank = |(index, c): (usize, char)| c.is_whitespace().then(|| index + c.len_utf8());
    let starts_option = |start: &usize| option_at(definition, &text[*start..]).is_some();
    let end = text.char_indices().filter_map(after_blank).find(starts_option);
    // The blank before may belong to an empty value: `artist: period:30`.
    let end = if option_at(definition, text).is_some() { 0 } else { end.unwrap_or(text.len()) };
    (text[..end].trim_end(), &text[end..])
}

/// The value in quotes that begins a text; `None` where the quotes do not enclose all of a value, as in
/// `"Weird Al" Yankovic`: behind them the next option begins, or nothing.
fn quoted_at<'a>(definition: &CommandDefinition, text: &'a str) -> Option<(&'a str, &'a str)> {
    let closing: &[char] = match text.chars().next()? {
        '"' => &['"'],
        '\'' => &['\''],
        '“' => &['”'],
        '„' => &['“', '”'],
        '‘' => &['’'],
        '«' => &['»'],
        _ => return None,
    };
    let opening = text.chars().next()?;
    let inner = &text[opening.len_utf8()..];
    // Quotes within the value come in pairs, or its first is no quote around all of it.
    let mut depth = 0_u32;
    let mut before = None;
    for (index, c) in inner.char_indices() {
        let after = &inner[index + c.len_utf8()..];
        let behind_quotes = after.trim_start_matches(closing);
        let ends_word = behind_quotes.chars().next().is_none_or(char::is_whitespace);
        if closing.contains(&c) && ends_word {
            let rest = after.trim_start();
            if depth == 0 {
                let ends_value = rest.is_empty() || option_at(definition, rest).is_some();
                // An apostrophe is a letter of a name more often than a quote around an option.
                let swallows = c == '\'' && holds_option(definition, &inner[..index]);
                return (ends_value && !swallows).then_some((&inner[..index], after));
            }
            depth -= 1;
        } else if c == opening && before.is_none_or(char::is_whitespace) {
            depth += 1;
        }
        before = Some(c);
    }
    None
}

/// Whether an option begins behind a blank of a text.
fn holds_option(definition: &CommandDefinition, text: &str) -> bool {
    let blanks = text.char_indices().filter(|(_, c)| c.is_whitespace());
    blanks.map(|(index, c)| &text[index + c.len_utf8()..]).any(|rest| option_at(definition, rest).is_some())
}

fn typed(option: &OptionDefinition, value: &str) -> OptionValue {
    let number = if option.kind.is_integer() { value.parse().ok() } else { None };
    number.map_or_else(|| OptionValue::Text(value.to_owned()), OptionValue::Integer)
}

/// Words where an option should begin.
fn stray(definition: &'static CommandDefinition, text: &str) -> Refusal {
    let word = text.split_whitespace().next().unwrap_or_default();
    let (command, options) = (definition.name.to_owned(), definition.option_names());
    match word.split_once(':') {
        Some((found, _)) if !found.is_empty() => {
            Refusal::UnknownOption { command, found: cut(found), options }
        }
        _ => Refusal::StrayText { found: cut(text), command, options },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn options(line: &str) -> Vec<(String, OptionValue)> {
        parse("1", line).unwrap().options.into_iter().collect()
    }

    fn text(name: &str, value: &str) -> (String, OptionValue) {
        (name.into(), OptionValue::Text(value.into()))
    }

    #[test]
    fn values_may_hold_blanks_and_colons() {
        assert_eq!(
            options("growth artist:Casa 24 period:30"),
            [text("artist", "Casa 24"), text("period", "30")]
        );
        assert_eq!(options("artist name:re: union 12:30"), [text("name", "re: union 12:30")]);
        assert_eq!(
            options("battle artist1: Chef Lino   artist2:PYRO"),
            [text("artist1", "Chef Lino"), text("artist2", "PYRO")]
        );
    }

    #[test]
    fn quotes_and_the_slash_are_optional() {
        let plain = parse("1", "growth artist:Casa 24 period:30").unwrap();
        for line in [
            "/growth artist:\"Casa 24\" period:30",
            "  growth  period:\"30\"  artist:“Casa 24”",
            "GROWTH Artist:'Casa 24' period:30",
        ] {
            assert_eq!(parse("1", line).unwrap(), plain, "{line}");
        }
        assert_eq!(
            options("growth artist:\"a period:3 b\" period:7"),
            [text("artist", "a period:3 b"), text("period", "7")]
        );
        assert_eq!(options("artist name:\"Weird\"Al"), [text("name", "\"Weird\"Al")]);
    }

    #[test]
    fn quotes_within_a_value_belong_to_it() {
        for name in [
            "\"Big\" Sur",
            "The \"Big\" Sur",
            "\"Big\" Sur \"Live\"",
            "“Big” Sur",
            "«Big» Sur",
            "'Til Dawn",
            "Guns N'",
            "‘Big’ Sur",
        ] {
            let expected = [text("artist", name), text("period", "5")];
            assert_eq!(options(&format!("growth artist:{name} period:5")), expected, "{name}");
            assert_eq!(options(&format!("growth period:5 artist:{name}")), expected, "{name}");
            if !name.contains('\'') {
                assert_eq!(options(&format!("growth artist:\"{name}\" period:5")), expected, "{name}");
            }
        }
        assert_eq!(
            options("battle artist1:'Til Dawn artist2:Guns N'"),
            [text("artist1", "'Til Dawn"), text("artist2", "Guns N'")]
        );
        assert_eq!(options("artist name:„Big Sur“"), [text("name", "Big Sur")]);
        assert_eq!(options("artist name:«Big Sur»"), [text("name", "Big Sur")]);
    }

    #[test]
    fn integers_are_typed_as_discord_types_them() {
        assert_eq!(options("predict days:14"), [("days".into(), OptionValue::Integer(14))]);
        assert_eq!(options("predict days:many"), [text("days", "many")]);
    }

    #[test]
    fn an_empty_value_does_not_swallow_the_next_option() {
        assert_eq!(options("growth artist: period:30"), [text("artist", ""), text("period", "30")]);
    }

    #[test]
    fn words_that_belong_nowhere_are_named() {
        let refusal = |line: &str| parse("1", line).unwrap_err();
        let options = || vec!["artist".to_owned(), "period".to_owned()];
        let (command, found) = ("growth".to_owned(), "Casa 24".to_owned());
        assert_eq!(refusal("growth Casa 24"), Refusal::StrayText { found, command, options: options() });
        let (command, found) = ("growth".to_owned(), "since".to_owned());
        assert_eq!(refusal("growth since:3"), Refusal::UnknownOption { command, found, options: options() });
        let option = "period".to_owned();
        assert_eq!(refusal("growth period:3 period:4"), Refusal::RepeatedOption { option });
        assert!(matches!(refusal(" / "), Refusal::Empty { commands } if commands[0] == "stats"));
        let (found, nearest) = ("statz".to_owned(), "stats".to_owned());
        assert_eq!(refusal("statz"), Refusal::UnknownCommand { found, nearest });
    }

    proptest! {
        #[test]
        fn any_line_is_read_or_refused(line in "\\PC{0,80}", value in "\\PC{0,40}") {
            let read = parse("1", &line);
            prop_assert!(read.is_ok_and(|command| command.id == "1") || parse("1", &line).is_err());
            let is_quoted = value.trim_start().starts_with(['"', '\'', '“', '„', '‘', '«']);
            prop_assume!(!value.contains(':') && !is_quoted);
            prop_assert_eq!(options(&format!("artist name:{value}")), [text("name", value.trim())]);
        }
    }
}
