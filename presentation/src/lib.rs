//! Typed answers as cards, and cards as Discord messages, terminal text and HTML.

pub mod card;
pub mod cards;
pub mod discord;
#[cfg(test)]
mod hostile_names;
pub mod html;
mod table;
pub mod terminal;
mod visible;
pub mod words;

pub use visible::{plain, printable};
