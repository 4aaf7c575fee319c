//! The commands that people can ask, defined once: names, options, choices, limits and help.

mod catalog;
mod definition;
mod registration;

pub use catalog::{COMMANDS, command};
pub use definition::{Choice, CommandDefinition, OptionDefinition, OptionKind};
pub use registration::registration;
