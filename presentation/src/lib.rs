//! Typed answers as cards, and cards as Discord messages, terminal text and HTML.

pub mod card;
pub mod words;
