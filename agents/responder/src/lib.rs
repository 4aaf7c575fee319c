//! Responder: commands in, answers out, as data and as Discord messages.

pub mod answer;
mod chart;
pub mod commands;
pub mod discord;
mod error;
mod find_artist;
mod parse;
mod question;
mod responder;
mod text;

pub use error::QuestionError;
pub use find_artist::find_artist;
pub use parse::parse;
pub use question::{Models, Question, Ranking};
pub use responder::Responder;
