//! Discord: interactions in, questions on the bus, answers as Discord shows them.
//!
//! This agent alone holds the bot's token and the tokens of interactions: neither is on the bus, in a log or in an
//! error.

mod agent;
mod answering;
mod artists;
mod asking;
mod body;
mod completion;
mod counts;
mod gateway;
mod http;
mod interaction;
mod known_messages;
mod mentions;
mod pace;
mod posts;
mod press;
mod question;
mod rest;
mod servers;
mod settings;
mod shown;
mod view;

pub use agent::Discord;
pub use posts::Posts;
pub use settings::{Access, Mode, Settings, SettingsError};
