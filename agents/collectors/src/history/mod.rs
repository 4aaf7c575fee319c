//! The earlier bot's files: a folder of one JSON document a day in, raw snapshots out.

mod block;
mod date;
mod day;
mod files;
mod json;
mod mend;
mod problems;

pub use date::date_of;
pub use day::{Day, read_day};
pub use files::{FoundFiles, find_files, find_roster};
pub(crate) use files::{HISTORICAL, LATEST, ROSTER, daily_files};
