//! Documents as files: `historical/YYYY-MM-DD.json` for each day and `latest.json`, a copy of the newest.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use casa24_schemas::{Date, Observed};

use super::DayDocument;
use crate::history::{HISTORICAL, LATEST, ROSTER};
use crate::{Error, Roster};

/// Writes days, one at a time and in any order, into a folder.
#[derive(Debug)]
pub struct DayWriter {
    folder: PathBuf,
    newest: Option<(Date, Vec<u8>)>,
}

impl DayWriter {
    /// Makes the folder where it is missing.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn new(folder: &Path) -> Result<Self, Error> {
        let historical = folder.join(HISTORICAL);
        fs::create_dir_all(&historical).map_err(Error::io("make", &historical))?;
        Ok(Self { folder: folder.to_owned(), newest: None })
    }

    /// Writes the file of one day.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn write(&mut self, document: &DayDocument<'_>) -> Result<(), Error> {
        let date = document.date();
        let json = document.to_json();
        write_file(&self.folder.join(HISTORICAL).join(format!("{}.json", Observed::day(date))), &json)?;
        if self.newest.as_ref().is_none_or(|(newest, _)| date >= *newest) {
            self.newest = Some((date, json));
        }
        Ok(())
    }

    /// Writes `latest.json`, unless no day was written.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn finish(self) -> Result<(), Error> {
        self.newest.map_or(Ok(()), |(_, json)| write_file(&self.folder.join(LATEST), &json))
    }
}

/// Writes `roster.json` into a folder that is there.
///
/// # Errors
/// When the system refuses.
pub fn write_roster(folder: &Path, roster: &Roster) -> Result<(), Error> {
    write_file(&folder.join(ROSTER), &roster.to_json())
}

/// Writes a file beside its place and moves it there: a reader sees the old file or the new one, whole. One that is as it
/// should be is left alone, and of one that cannot be written nothing is left behind.
fn write_file(file: &Path, content: &[u8]) -> Result<(), Error> {
    if fs::read(file).is_ok_and(|there| there == content) {
        return Ok(());
    }
    let unfinished = file.with_extension("json.part");
    let written = write_to_disk(&unfinished, content).and_then(|()| fs::rename(&unfinished, file));
    written.map_err(|fault| {
        // It would take the room that is missing.
        fs::remove_file(&unfinished).ok();
        Error::io("write", file)(fault)
    })
}

/// Some file systems say only then that there is no room.
fn write_to_disk(file: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = File::create(file)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::find_files;

    fn day(ordinal: u16) -> DayDocument<'static> {
        DayDocument::new(Date::from_ordinal_date(2025, ordinal).unwrap())
    }

    #[test]
    fn latest_is_the_newest_day_whatever_the_order() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = DayWriter::new(folder.path()).unwrap();
        for ordinal in [2, 3, 1] {
            writer.write(&day(ordinal)).unwrap();
        }
        writer.finish().unwrap();
        let files = find_files(&[folder.path().to_owned()]).unwrap().files;
        assert_eq!(files.len(), 4);
        let latest = fs::read(&files[3]).unwrap();
        assert_eq!(latest, fs::read(folder.path().join("historical/2025-01-03.json")).unwrap());
        assert_eq!(latest, day(3).to_json());
    }

    #[test]
    fn without_a_day_there_is_no_latest() {
        let folder = tempfile::tempdir().unwrap();
        DayWriter::new(folder.path()).unwrap().finish().unwrap();
        assert!(!folder.path().join(LATEST).exists());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn on_a_full_disk_the_file_of_before_stays_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = DayWriter::new(folder.path()).unwrap();
        let historical = folder.path().join(HISTORICAL);
        let file = historical.join("2025-01-02.json");
        fs::write(&file, "of before").unwrap();
        // Whatever is written there finds no room.
        std::os::unix::fs::symlink("/dev/full", historical.join("2025-01-02.json.part")).unwrap();
        let error = writer.write(&day(2)).unwrap_err();
        assert!(error.to_string().contains("2025-01-02.json"), "{error}");
        let Error::Io { source, .. } = error else { panic!("{error}") };
        assert_eq!(source.kind(), io::ErrorKind::StorageFull);
        let there: Vec<_> = fs::read_dir(&historical).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(there, std::slice::from_ref(&file));
        assert_eq!(fs::read(&file).unwrap(), b"of before");
        // Once there is room it is written.
        writer.write(&day(2)).unwrap();
        assert_eq!(fs::read(&file).unwrap(), day(2).to_json());
    }

    #[test]
    fn where_something_else_is_in_its_place_nothing_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = DayWriter::new(folder.path()).unwrap();
        let in_the_way = folder.path().join(HISTORICAL).join("2025-01-02.json");
        fs::create_dir_all(in_the_way.join("folder")).unwrap();
        writer.write(&day(2)).unwrap_err();
        let there = fs::read_dir(folder.path().join(HISTORICAL)).unwrap().map(|entry| entry.unwrap().path());
        assert_eq!(there.collect::<Vec<_>>(), [in_the_way]);
    }

    #[test]
    fn a_place_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        let error = DayWriter::new(&folder.path().join("file")).unwrap_err();
        assert!(error.to_string().contains("file"), "{error}");
    }
}
