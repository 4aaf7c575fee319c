//! Exports: the CSV and ZIP files that an artist's team downloads from the platforms themselves.

mod archive;
mod cells;
mod days;
mod import;
mod instagram;
mod read;
mod record;
mod spotify;
mod table;
mod text;
mod youtube;

pub use import::ExportImport;
pub use read::read_export;
pub use record::{Export, ExportDay};
pub use text::MAX_BYTES;
