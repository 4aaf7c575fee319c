//! Snapshots in, the earlier bot's files out: one document a day, and `latest.json`.

mod block;
mod document;
mod write;

pub use document::DayDocument;
pub use write::{DayWriter, write_roster};
