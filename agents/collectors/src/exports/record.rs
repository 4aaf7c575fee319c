//! What an export says: figures of an artist on a platform, day by day or of a period.

use std::collections::BTreeMap;

use casa24_schemas::{Breakdown, Date, Metric, Period, Platform, RawValue};

/// What whoever imports files says of them, where the files alone do not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// The platform that made them.
    pub platform: Option<Platform>,
    /// The song that they are of.
    pub song: Option<String>,
    /// The period that they are of.
    pub period: Option<Period>,
}

/// One file of either kind.
#[derive(Debug, Clone, PartialEq)]
pub enum ReadExport {
    /// Figures day by day.
    Days(Export),
    /// Figures of songs or playlists.
    Breakdown(BreakdownExport),
}

/// A file with figures of songs or playlists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakdownExport {
    /// What breakdowns and messages call the file.
    pub file: String,
    /// The platform that made the file.
    pub platform: Platform,
    /// The period that the figures are of.
    pub period: Period,
    /// The figures.
    pub breakdown: Breakdown,
    /// What a reader should know.
    pub notes: Vec<String>,
}

impl ReadExport {
    /// The platform that made the file.
    pub const fn platform(&self) -> &Platform {
        match self {
            Self::Days(export) => &export.platform,
            Self::Breakdown(export) => &export.platform,
        }
    }
}

/// One file with figures day by day.
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
