//! `YouTube` Studio's ZIP file: the table in it.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::text::{MAX_BYTES, too_large};
use crate::Error;

/// The file in the archive that has the report as it was on the screen. `Totals.csv` and `Chart data.csv` stand beside it.
const TABLE: &str = "Table data.csv";
/// Most files that an archive may list: an export has three.
const MAX_FILES: usize = 100;

/// Whether the bytes are those of a ZIP file.
pub(super) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// The table of a report, with the name that messages call it.
///
/// # Errors
/// When the archive is damaged, encrypted, holds no table, or one that is too large when it is unpacked.
pub(super) fn table(bytes: &[u8], file: &str) -> Result<(Vec<u8>, String), Error> {
    let fault = |fault: String| Error::NotAnExport { file: file.to_owned(), fault };
    let damaged = |error: zip::result::ZipError| fault(format!("its archive cannot be read: {error}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.len() > MAX_FILES {
        return Err(fault(format!("its archive has {} files, an export has three", archive.len())));
    }
    let mut found = None;
    for place in 0..archive.len() {
        let name = archive.by_index_raw(place).map_err(damaged)?.name().map_err(damaged)?.into_owned();
        if name.rsplit(['/', '\\']).next() == Some(TABLE) {
            found = Some((place, name));
            break;
        }
    }
    let Some((place, name)) = found else {
        return Err(fault(format!(
            "its archive holds no {TABLE:?}: export the report from YouTube Studio again"
        )));
    };
    let member = archive.by_index(place).map_err(damaged)?;
    let mut unpacked = Vec::new();
    // What the archive says of its sizes need not be true.
    let read = member.take(MAX_BYTES + 1).read_to_end(&mut unpacked);
    read.map_err(|error| fault(format!("its archive cannot be read: {error}")))?;
    if unpacked.len() as u64 > MAX_BYTES {
        return Err(fault(too_large()));
    }
    Ok((unpacked, format!("{file}/{name}")))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    pub(in crate::exports) fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn the_table_is_found_among_the_files() {
        let zip =
            zip_of(&[("Totals.csv", b"a"), ("Table data.csv", b"Date,Views\n"), ("Chart data.csv", b"b")]);
        assert!(is_archive(&zip));
        let (bytes, name) = table(&zip, "views.zip").unwrap();
        assert_eq!(
            (bytes.as_slice(), name.as_str()),
            (b"Date,Views\n".as_slice(), "views.zip/Table data.csv")
        );
    }

    #[test]
    fn bombs_and_damaged_archives_are_refused() {
        let bomb = zip_of(&[("Table data.csv", &vec![b'0'; (MAX_BYTES + 1) as usize])]);
        assert!(bomb.len() < 1 << 20);
        let many: Vec<String> = (0..101).map(|number| number.to_string()).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
        let mut cut = zip_of(&[("Table data.csv", b"Date,Views\n")]);
        cut.truncate(30);
        for (bytes, expected) in [
            (bomb, "8 MiB"),
            (zip_of(&many), "101 files"),
            (zip_of(&[("Totals.csv", b"Date,Views\n")]), "holds no \"Table data.csv\""),
            (cut, "cannot be read"),
        ] {
            let error = table(&bytes, "views.zip").unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
