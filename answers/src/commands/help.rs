//! `help`: what can be asked, as the definitions of the commands say.

use casa24_schemas::Platform;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Ask, COMMANDS};
use crate::definition::{CommandDefinition, OptionDefinition};
use crate::figures::Head;
use crate::query::Options;
use crate::read_model::AsOf;
use crate::refusal::Refusal;

/// The question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query;

/// All commands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// The commands, in the order of their list.
    pub commands: Vec<Described>,
}

/// A command and what it can be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Described {
    /// Name, as it is typed after the slash.
    pub name: String,
    /// Its options, the required ones first.
    pub options: Vec<DescribedOption>,
}

/// An option of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DescribedOption {
    /// Name, as it is typed before the colon.
    pub name: String,
    /// Whether the command needs it.
    pub required: bool,
}

impl Answer {
    /// No platform: it shows no figures.
    pub fn sources(&self) -> impl Iterator<Item = &Platform> {
        std::iter::empty()
    }
}

impl Ask for Query {
    type Answer = Answer;

    const DEFINITION: CommandDefinition = CommandDefinition { name: "help", options: &[] };

    fn read(_: &Options<'_>) -> Result<Self, Refusal> {
        Ok(Self)
    }

    fn answer(&self, as_of: &AsOf<'_>) -> Result<Answer, Refusal> {
        Ok(Answer {
            head: Head::new(as_of, &as_of.artists),
            commands: COMMANDS.iter().map(Described::of).collect(),
        })
    }
}

impl Described {
    /// A command as its definition says.
    pub fn of(command: &CommandDefinition) -> Self {
        let option = |option: &OptionDefinition| DescribedOption {
            name: option.name.to_owned(),
            required: option.required,
        };
        Self { name: command.name.to_owned(), options: command.options.iter().map(option).collect() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::commands::fixture::{FOLLOWERS, Fixture, TODAY};

    #[test]
    fn every_command_is_named_with_its_options() {
        let mut label = Fixture::default();
        label.put("Luz", FOLLOWERS, TODAY, 40.0, &[]);
        let data = label.data("help");
        let commands = data["commands"].as_array().unwrap();
        let names: Vec<&str> = commands.iter().map(|command| command["name"].as_str().unwrap()).collect();
        assert_eq!(names, COMMANDS.iter().map(|command| command.name).collect::<Vec<_>>());
        let artist = commands.iter().find(|command| command["name"] == "artist").unwrap();
        assert_eq!(artist["options"], json!([{ "name": "name", "required": true }]));
    }
}
