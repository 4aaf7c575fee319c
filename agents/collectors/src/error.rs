//! What can go wrong with files.

use std::io;
use std::path::{Path, PathBuf};

/// Why a file or folder could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system refuses.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried: "read", "write".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Not JSON: cut off, nested too deeply, not UTF-8, a number beyond all bounds.
    #[error("{file} is not JSON from line {line}, column {column} on")]
    NotJson {
        /// The file, as it was named.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
        /// What the parser says.
        source: serde_json::Error,
    },
    /// Not text in UTF-8 at all.
    #[error("{file} {fault}")]
    NotText {
        /// The file, as it was named.
        file: String,
        /// What it is, and what to do.
        fault: &'static str,
    },
    /// JSON, but not a day of the earlier bot.
    #[error("{file} is not a day of history: {fault}")]
    NotADay {
        /// The file, as it was named.
        file: String,
        /// The field and what it should be.
        fault: String,
    },
    /// JSON, but not a roster.
    #[error("{file} is not a roster: {fault}")]
    NotARoster {
        /// The file, as it was named.
        file: String,
        /// The entry, the field and what it should be.
        fault: String,
    },
    /// A folder without history.
    #[error("{} holds no history: expected historical/YYYY-MM-DD.json, YYYY-MM-DD.json or latest.json{found}", path.display())]
    NoHistory {
        /// The folder.
        path: PathBuf,
        /// What it holds instead, as words that follow.
        found: String,
    },
    /// A file that is no export of a platform, or one that cannot be imported.
    #[error("{file} is no export that can be imported: {fault}")]
    NotAnExport {
        /// The file, as it was named.
        file: String,
        /// What it is, and what to do.
        fault: String,
    },
    /// A cell of an export that is not what it should be.
    #[error("{file}, line {line}, column {column}: {fault}")]
    BadCell {
        /// The file, as it was named.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Name of the column, or its number from 1.
        column: String,
        /// What is there, and what should be.
        fault: String,
    },
    /// A stored snapshot was read once, and now is not.
    #[error("a stored snapshot cannot be read again")]
    NotReadAgain {
        /// What is wrong with it.
        source: Box<casa24_schemas::DecodeError>,
    },
    /// A file that is no sample stands where the sample would be written.
    #[error("{} is not from an earlier sample and would be overwritten: choose another folder", path.display())]
    Occupied {
        /// The file.
        path: PathBuf,
    },
}

impl Error {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }

    pub(crate) fn not_json(file: &str) -> impl FnOnce(serde_json::Error) -> Self {
        move |source| Self::NotJson {
            file: file.to_owned(),
            line: source.line(),
            column: source.column(),
            source,
        }
    }
}
