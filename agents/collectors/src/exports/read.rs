//! One export: its bytes in, its figures out. Which platform made it is told by its columns.

use casa24_schemas::Platform;

use super::record::{ReadExport, Said};
use super::table::Table;
use super::{archive, instagram, spotify, text, youtube};
use crate::Error;
use crate::quote::quote;

/// Reads a file. `file` is what snapshots, breakdowns and errors call it.
///
/// # Errors
/// When it is no export that is known, is one that holds nothing or whose song or period nobody says, or any cell is not
/// what it should be: with line and column. Nothing of such a file counts.
pub fn read_export(bytes: &[u8], file: &str, said: &Said) -> Result<ReadExport, Error> {
    if bytes.len() as u64 > text::MAX_BYTES {
        return Err(Error::NotAnExport { file: file.to_owned(), fault: text::too_large() });
    }
    let export = if archive::is_archive(bytes) {
        let (table, name) = archive::table(bytes, file)?;
        read_table(&table, &name, said)?
    } else {
        read_table(bytes, file, said)?
    };
    match &said.platform {
        Some(platform) if platform != export.platform() => {
            let fault = format!("its columns are of {}, not of {platform}", export.platform());
            Err(Error::NotAnExport { file: file.to_owned(), fault })
        }
        _ => Ok(export),
    }
}

fn read_table(bytes: &[u8], file: &str, said: &Said) -> Result<ReadExport, Error> {
    let text = text::decode(bytes, file)?;
    if text.trim_start().starts_with(['{', '[']) {
        let fault = "it is JSON: import daily files of the earlier bot without --artist".to_owned();
        return Err(Error::NotAnExport { file: file.to_owned(), fault });
    }
    let table = Table::read(&text, file)?;
    let is_instagram = said.platform == Some(Platform::INSTAGRAM);
    let days = instagram::read(&table, is_instagram).or_else(|| youtube::read(&table));
    let export = days.map(|days| days.map(ReadExport::Days)).or_else(|| spotify::read(&table, said));
    export.unwrap_or_else(|| Err(table.fault(not_known(&table))))
}

fn not_known(table: &Table) -> String {
    let columns: Vec<String> = table.header().iter().take(8).map(|name| quote(name)).collect();
    format!(
        "its columns are {}; expected those of Spotify for Artists (date, listeners, streams, followers; song, streams; \
         title, author, streams; date, streams), YouTube Studio (Date, Views) or Instagram (Date, Primary)",
        columns.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Metric, RawValue};

    use super::*;

    #[test]
    fn files_are_told_apart_by_their_columns() {
        let platform = |text: &str| {
            read_export(text.as_bytes(), "a.csv", &Said::default()).map(|export| export.platform().clone())
        };
        assert_eq!(
            platform("\u{feff}date,listeners,streams,followers\n2025-07-06,1,2,3\n").unwrap(),
            Platform::SPOTIFY
        );
        assert_eq!(
            platform("date;listeners;streams;followers\n06/07/2025;1;2;3\n13/07/2025;1;2;3\n").unwrap(),
            Platform::SPOTIFY
        );
        assert_eq!(platform("Date,Views\nTotal,3\n2025-07-06,3\n").unwrap(), Platform::YOUTUBE);
        let told = platform("name,age\nx,3\n").unwrap_err().to_string();
        assert!(
            told.starts_with("a.csv is no export that can be imported: its columns are \"name\", \"age\""),
            "{told}"
        );
        assert!(platform("{\"date\": 1}").unwrap_err().to_string().contains("without --artist"));
        let said = Said { platform: Some(Platform::SPOTIFY), ..Said::default() };
        let wrong = read_export(b"Date,Views\n2025-07-06,3\n", "a.csv", &said);
        assert!(wrong.unwrap_err().to_string().contains("of youtube, not of spotify"));
    }

    #[test]
    fn instagram_is_read_as_the_suite_writes_it() {
        let text = "\u{feff}sep=,\r\n\"Instagram reach\"\r\n\"Date\",\"Primary\"\r\n\"2026-08-01T00:00:00\",\"7\"\r\n";
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let export = read_export(&bytes, "reach.csv", &Said::default()).unwrap();
        assert_eq!(export.platform(), &Platform::INSTAGRAM);
        let ReadExport::Days(export) = export else { panic!("{export:?}") };
        assert_eq!(export.days[0].metrics[&Metric::DAILY_REACH], RawValue::Integer(7));
    }
}
