//! Days as the earlier bot wrote them, in documents and in the names of files.

use std::path::Path;

use casa24_schemas::{Date, Observed, ObservedError};

/// A day that a figure can have.
pub(super) fn read_date(text: &str) -> Result<Date, ObservedError> {
    let observed = Observed::parse(text)?;
    let hour = || ObservedError::Malformed { found: text.to_owned() };
    observed.is_day().then_some(observed.date()).ok_or_else(hour)
}

/// The day in the name of a file such as `2025-07-06.json`.
pub fn date_of(file: &Path) -> Option<Date> {
    read_date(file.file_name()?.to_str()?.strip_suffix(".json")?).ok()
}
