//! The page of Discord's commands: messages as the agent `discord` sent them in, pictures and Markdown out.
//!
//! A browser draws the pictures. Only whoever writes documentation needs this crate and a browser; the program and its
//! tests do without.

mod browser;
mod commands_page;
mod document;
mod markdown;
mod picture;
mod record;

pub use browser::Browser;
pub use commands_page::commands_page;
pub use document::document;
pub use picture::{digest_in, finished};
pub use record::Record;
