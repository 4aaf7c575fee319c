//! What an export says: figures of an artist on a platform, day by day.

use std::collections::BTreeMap;

use casa24_schemas::{Date, Metric, Platform, RawValue};

/// One file, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Export {
    /// What snapshots and messages call the file.
    pub file: String,
    /// Whose figures they are: the platform that made the file.
    pub platform: Platform,
    /// Its days, oldest first, none of them twice.
    pub days: Vec<ExportDay>,
    /// What a reader should know: columns that are passed over, a total that differs from its days.
    pub notes: Vec<String>,
}

/// The figures of one day.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportDay {
    /// The day, as the platform counts days: Spotify in UTC, `YouTube` in Pacific time.
    pub date: Date,
    /// Line of the file, from 1.
    pub line: u64,
    /// Figures by metric; null where the cell is empty.
    pub metrics: BTreeMap<Metric, RawValue>,
}
