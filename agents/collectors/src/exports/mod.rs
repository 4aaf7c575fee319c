//! Exports: the CSV and ZIP files that an artist's team downloads from the platforms themselves.

mod archive;
mod breakdown_import;
mod cells;
mod days;
mod import;
mod instagram;
mod read;
mod record;
mod spotify;
mod spotify_breakdowns;
mod table;
mod text;
mod youtube;

pub use breakdown_import::{BreakdownImport, PlannedBreakdowns};
pub use import::ExportImport;
pub use read::read_export;
pub use record::{BreakdownExport, Export, ExportDay, ReadExport, Said};
pub use text::MAX_BYTES;
