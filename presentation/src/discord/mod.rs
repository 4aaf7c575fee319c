//! A card as a Discord message within Discord's limits.

mod embed;
mod escape;
pub mod limits;
mod markdown;
mod message;
mod registration;

pub use message::message;
pub use registration::registration;
