//! Snapshots in, the earlier bot's files out: one document a day, and `latest.json`.

mod agent;
mod block;
mod day_index;
mod document;
mod stored_days;
mod write;

pub use agent::Files;
pub use document::DayDocument;
pub use stored_days::StoredDays;
pub use write::{DayWriter, write_roster};
