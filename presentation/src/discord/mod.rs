//! A card as Discord messages within Discord's limits, with their controls; and the commands as Discord registers them.

mod artists;
mod check;
mod choice;
mod component;
mod control_error;
mod controls;
mod custom_id;
mod definition;
mod difference;
mod escape;
mod key;
pub mod limits;
mod markdown;
mod message;
mod pages;
mod question;
mod registration;
mod server_commands;

pub use artists::Artists;
pub use choice::choice_name;
pub use control_error::control_error_card;
pub use custom_id::{CustomId, List, Press, Pressed};
pub use definition::Scope;
pub use difference::Difference;
pub use markdown::CommandIds;
pub(crate) use markdown::length_of;
pub use message::{Showing, message, message_showing};
pub use question::{ControlError, Question};
pub use registration::registration;
pub(crate) use server_commands::weekday;
pub use server_commands::{language_of, weekday_of};
