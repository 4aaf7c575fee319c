//! The commands that people can ask: a file each, and one line of the list below. Everything else (parsing,
//! registration, completion, help, limits) follows from a command's definition, and the compiler asks for its card
//! where answers are laid out.

#[cfg(test)]
mod breakdown_tests;
mod choices;
#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod no_newer_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod uncounted_tests;
#[cfg(test)]
mod undone_tests;

use casa24_schemas::{Command, Platform};
use serde::{Deserialize, Serialize};

use crate::definition::CommandDefinition;
use crate::explanation::Explanation;
use crate::figures::{ChartFigures, Head};
use crate::query::Options;
use crate::read_model::AsOf;
use crate::refusal::{Refusal, cut};
use crate::time_zone::TimeZone;

/// What a command is. The file of a command has its `Query`, which implements this, and its `Answer`.
trait Ask: Sized {
    /// The typed answer.
    type Answer;

    /// Its name, options and limits.
    const DEFINITION: CommandDefinition;

    /// The query that these options ask.
    ///
    /// # Errors
    /// When an option is missing, of the wrong type, out of range or none of its choices.
    fn read(options: &Options<'_>) -> Result<Self, Refusal>;

    /// The answer as of a day.
    ///
    /// # Errors
    /// When no artist, or more than one, has a name that was asked for.
    fn answer(&self, as_of: &AsOf<'_>) -> Result<Self::Answer, Refusal>;

    /// How the figures of an answer to it come about.
    fn explain(&self, _as_of: &AsOf<'_>, _answer: &Self::Answer) -> Explanation {
        Explanation::of_none()
    }

    /// Whether answers have days of a time zone: the question's, or the label's.
    const HAS_TIME_ZONE: bool = false;

    /// Whether answers have pictures.
    const HAS_CHART: bool = false;

    /// What a picture of the answer shows, where there is something to show.
    fn chart(&self, _as_of: &AsOf<'_>) -> Option<ChartFigures> {
        None
    }
}

/// The list of commands as one enum of queries, one of answers, and the definitions.
macro_rules! commands {
    ($($module:ident $Command:ident,)*) => {
        $(pub mod $module;)*

        /// What somebody wants to know. Artists are names as they were typed.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum Query {
            $(#[doc = concat!("`", stringify!($module), "`.")] $Command($module::Query),)*
        }

        /// The answer to any command; in JSON an object whose `command` says which.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "command", rename_all = "snake_case")]
        pub enum Answer {
            $(#[doc = concat!("Of `", stringify!($module), "`.")] $Command($module::Answer),)*
        }

        /// All commands, in the order in which help lists them.
        pub const COMMANDS: &[CommandDefinition] = &[$(<$module::Query as Ask>::DEFINITION,)*];

        impl Query {
            fn read(options: &Options<'_>) -> Result<Self, Refusal> {
                $(if options.command() == <$module::Query as Ask>::DEFINITION.name {
                    return <$module::Query as Ask>::read(options).map(Self::$Command);
                })*
                let found = options.command().to_owned(); // never: options have a command of the list
                Err(Refusal::UnknownCommand { nearest: found.clone(), found })
            }

            /// The answer as of a day.
            ///
            /// # Errors
            /// When no artist, or more than one, has a name that was asked for.
            pub fn answer(&self, as_of: &AsOf<'_>) -> Result<Answer, Refusal> {
                match self { $(Self::$Command(query) => query.answer(as_of).map(Answer::$Command),)* }
            }

            /// How the figures of the answer come about, where it is an answer to this.
            pub fn explain(&self, as_of: &AsOf<'_>, answer: &Answer) -> Explanation {
                match (self, answer) {
                    $((Self::$Command(query), Answer::$Command(answer)) => query.explain(as_of, answer),)*
                    _ => Explanation::of_none(),
                }
            }

            /// Whether the answer has days of a time zone: the question's, or the label's.
            pub const fn has_time_zone(&self) -> bool {
                match self { $(Self::$Command(_) => <$module::Query as Ask>::HAS_TIME_ZONE,)* }
            }

            /// What a picture of the answer shows, where there is something to show.
            pub fn chart(&self, as_of: &AsOf<'_>) -> Option<ChartFigures> {
                match self { $(Self::$Command(query) => query.chart(as_of),)* }
            }
        }

        impl Answer {
            /// The day that it is about, and what it is made from.
            pub const fn head(&self) -> &Head {
                match self { $(Self::$Command(answer) => &answer.head,)* }
            }

            /// The platforms that its figures come from, each once.
            pub fn sources(&self) -> Vec<Platform> {
                match self { $(Self::$Command(answer) => distinct(answer.sources()),)* }
            }
        }

        /// Whether the answers of a command have days of a time zone: the question's, or the label's.
        pub fn has_time_zone(command: &str) -> bool {
            $(if command == <$module::Query as Ask>::DEFINITION.name {
                return <$module::Query as Ask>::HAS_TIME_ZONE;
            })*
            false
        }

        /// Whether the answers of a command have pictures.
        pub fn has_chart(command: &str) -> bool {
            $(if command == <$module::Query as Ask>::DEFINITION.name {
                return <$module::Query as Ask>::HAS_CHART;
            })*
            false
        }

        /// The JSON Schema (2020-12) of the answer to a command, without the field `command`; `None` where there is no
        /// such command.
        fn schema_without_command(command: &str) -> Option<serde_json::Value> {
            $(if command == <$module::Query as Ask>::DEFINITION.name {
                return Some(casa24_schemas::schema_of::<$module::Answer>());
            })*
            None
        }
    };
}

commands! {
    stats Stats,
    artist Artist,
    growth Growth,
    predict Predict,
    accuracy Accuracy,
    battle Battle,
    compare Compare,
    leaderboard Leaderboard,
    chart Chart,
    trends Trends,
    momentum Momentum,
    viral Viral,
    milestones Milestones,
    achievements Achievements,
    spotlight Spotlight,
    weekly Weekly,
    recap Recap,
    help Help,
}

fn distinct<'p>(platforms: impl Iterator<Item = &'p Platform>) -> Vec<Platform> {
    let mut distinct: Vec<Platform> = Vec::new();
    for platform in platforms {
        if !distinct.contains(platform) {
            distinct.push(platform.clone());
        }
    }
    distinct
}

impl Query {
    /// The query that a command asks.
    ///
    /// # Errors
    /// When there is no such command, or an option is unknown, missing, of the wrong type, out of range or none
    /// of its choices.
    pub fn of(command: &Command) -> Result<Self, Refusal> {
        Self::read(&Options::of(command)?)
    }

    /// The time zone that a command asks in, where the answer has days of one.
    ///
    /// # Errors
    /// When there is no such time zone.
    pub fn time_zone(&self, command: &Command) -> Result<Option<TimeZone>, Refusal> {
        let Some(name) = command.time_zone.as_deref().filter(|_| self.has_time_zone()) else {
            return Ok(None);
        };
        TimeZone::named(name).map(Some).ok_or_else(|| Refusal::UnknownTimeZone { found: cut(name) })
    }

    /// The queries that commands ask without any option: those about all artists.
    pub(crate) fn about_all() -> impl Iterator<Item = Self> {
        let asked = |definition: &CommandDefinition| Command::new("", definition.name, Default::default());
        COMMANDS.iter().filter_map(move |definition| Self::of(&asked(definition)).ok())
    }
}

/// The JSON Schema (2020-12) of the answer to a command, as `casa24 ask --json` gives it under `data`; `None` where
/// there is no such command.
pub fn answer_schema(command: &str) -> Option<serde_json::Value> {
    let mut schema = schema_without_command(command)?;
    schema["$id"] = format!("urn:casa24:schema:answer:{command}").into();
    schema["properties"]["command"] =
        serde_json::json!({ "const": command, "description": "Name of the command that is answered." });
    if let Some(required) = schema["required"].as_array_mut() {
        required.insert(0, "command".into());
    }
    Some(schema)
}
