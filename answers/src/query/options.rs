//! The options of a command as they were given, checked against its definition.

use casa24_schemas::{Command, OptionValue};

use super::names::names_in;
use super::nearest::distance;
use crate::commands::COMMANDS;
use crate::definition::{CommandDefinition, OptionKind};
use crate::refusal::{Refusal, cut};

/// A name that help shows as an example.
const EXAMPLE_ARTIST: &str = "Casa 24";

/// The options that were given, each of which the command has.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    definition: &'static CommandDefinition,
    asked: &'a Command,
}

/// The definition of a command.
///
/// # Errors
/// When there is no command of this name; the refusal names the nearest one.
pub fn definition_of(name: &str) -> Result<&'static CommandDefinition, Refusal> {
    if let Some(definition) = COMMANDS.iter().find(|command| command.name == name) {
        return Ok(definition);
    }
    let lower = name.to_lowercase();
    let nearest = COMMANDS.iter().map(|command| command.name).min_by_key(|known| distance(&lower, known));
    Err(match nearest {
        Some(nearest) => Refusal::UnknownCommand { found: cut(name), nearest: nearest.to_owned() },
        None => Refusal::Empty { commands: Vec::new() },
    })
}

impl<'a> Options<'a> {
    /// The options of a command.
    ///
    /// # Errors
    /// When there is no such command, or it lacks one of the options.
    pub fn of(asked: &'a Command) -> Result<Self, Refusal> {
        let definition = definition_of(&asked.name)?;
        match asked.options.keys().find(|name| definition.option(name).is_none()) {
            None => Ok(Self { definition, asked }),
            Some(found) => Err(Refusal::UnknownOption {
                command: definition.name.to_owned(),
                found: cut(found),
                options: definition.option_names(),
            }),
        }
    }

    /// Name of the command.
    pub(crate) const fn command(&self) -> &'static str {
        self.definition.name
    }

    fn kind(&self, name: &str) -> Option<OptionKind> {
        self.definition.option(name).map(|option| option.kind)
    }

    /// An artist's name as it was typed, where it was given.
    pub(crate) fn artist(&self, name: &'static str) -> Result<Option<String>, Refusal> {
        let text = match self.asked.options.get(name) {
            None => return Ok(None),
            Some(OptionValue::Text(text)) => text.trim().to_owned(),
            Some(OptionValue::Integer(number)) => number.to_string(), // an artist may be called 24
        };
        if text.is_empty() { Err(Refusal::EmptyOption { option: name.to_owned() }) } else { Ok(Some(text)) }
    }

    /// An artist's name that must be given.
    pub(crate) fn required_artist(&self, name: &'static str) -> Result<String, Refusal> {
        self.artist(name)?.ok_or_else(|| Refusal::MissingOption {
            command: self.definition.name.to_owned(),
            option: name.to_owned(),
            example: EXAMPLE_ARTIST.to_owned(),
        })
    }

    /// Several artists' names, as they were typed.
    pub(crate) fn artists(&self, name: &'static str) -> Result<Vec<String>, Refusal> {
        let Some(OptionKind::Artists { min, max }) = self.kind(name) else { return Ok(Vec::new()) };
        let names = names_in(&self.required_artist(name)?);
        let found = names.len() as u32;
        if (min..=max).contains(&found) {
            return Ok(names);
        }
        Err(Refusal::NumArtists { option: name.to_owned(), found, min, max })
    }

    /// A number of days, or the default.
    pub(crate) fn days(&self, name: &'static str) -> Result<u32, Refusal> {
        let Some(OptionKind::Period { min, max, default, .. } | OptionKind::Days { min, max, default }) =
            self.kind(name)
        else {
            return Ok(0);
        };
        let (number, found) = match self.asked.options.get(name) {
            None => (Some(default), String::new()),
            Some(given) => whole_number(given),
        };
        let number = number.filter(|number| (min..=max).contains(number));
        number.and_then(|number| u32::try_from(number).ok()).ok_or_else(|| Refusal::NotDays {
            option: name.to_owned(),
            found,
            min,
            max,
        })
    }

    /// A number, where it was given.
    pub(crate) fn number(&self, name: &'static str) -> Result<Option<i64>, Refusal> {
        let (Some(OptionKind::Number { min, max }), Some(given)) =
            (self.kind(name), self.asked.options.get(name))
        else {
            return Ok(None);
        };
        let (number, found) = whole_number(given);
        let number = number.filter(|number| (min..=max).contains(number));
        number.map(Some).ok_or_else(|| Refusal::NotANumber { option: name.to_owned(), found, min, max })
    }

    /// A choice, or the default.
    pub(crate) fn choice(&self, name: &'static str) -> Result<&'static str, Refusal> {
        let Some(OptionKind::Choice { choices, default }) = self.kind(name) else { return Ok("") };
        let found = match self.asked.options.get(name) {
            None => return Ok(default),
            Some(OptionValue::Text(text)) => text.trim().to_lowercase(),
            Some(OptionValue::Integer(number)) => number.to_string(),
        };
        let choices = choices();
        let chosen = choices.iter().copied().find(|choice| *choice == found);
        chosen.ok_or_else(|| Refusal::NotAChoice {
            option: name.to_owned(),
            found: cut(&found),
            choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
        })
    }
}

/// A whole number, where it is one, and the value as it was typed.
fn whole_number(given: &OptionValue) -> (Option<i64>, String) {
    match given {
        OptionValue::Integer(number) => (Some(*number), number.to_string()),
        OptionValue::Text(text) => (text.trim().parse().ok(), cut(text.trim())),
    }
}
