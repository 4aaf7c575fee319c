//! Collectors: what the platforms, their exports and the earlier bot's files say, as raw snapshots; and the way back, from
//! snapshots to those files. Nothing here judges a figure.

pub mod collect;
mod corrections;
mod error;
pub mod export;
pub mod exports;
mod fields;
mod file_text;
pub mod history;
mod history_import;
mod http;
mod import_counts;
mod looks;
mod metric_digests;
pub mod platforms;
mod quote;
mod release_date;
mod roster;
pub mod roster_search;
pub mod sample;
pub mod schedule;

pub use corrections::Correct;
pub use error::Error;
pub use history_import::{HistoryImport, ImportError, roster_change};
pub use http::{ClientError, Fault, Patience};
pub use import_counts::{ImportCounts, Imported, Progress};
pub use roster::Roster;
