//! A card as text for a terminal.

mod draw;
mod strip;
mod wrap;

pub use draw::draw;
