//! Days as the earlier bot wrote them, in documents and in the names of files.

use std::path::Path;

use casa24_schemas::{Date, Observed};

/// A day. Of the year 0000, which stands for a date that is not known, there is none.
pub(super) fn read_date(text: &str) -> Option<Date> {
    let observed = Observed::parse(text).ok().filter(|observed| observed.is_day())?;
    Some(observed.date()).filter(|date| date.year() > 0)
}

/// The day in the name of a file such as `2025-07-06.json`.
pub fn date_of(file: &Path) -> Option<Date> {
    read_date(file.file_name()?.to_str()?.strip_suffix(".json")?)
}
