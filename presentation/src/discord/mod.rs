//! A card as a Discord message within Discord's limits.

mod embed;
mod escape;
pub mod limits;
mod markdown;
mod message;

pub use message::message;
