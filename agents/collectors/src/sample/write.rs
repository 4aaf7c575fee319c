//! A sample as files, in a folder that holds nothing else of that name.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::SampleLabel;
use crate::Error;
use crate::export::{DayDocument, DayWriter, write_roster};
use crate::history::{HISTORICAL, LATEST, ROSTER, daily_files};

/// How much was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SampleCounts {
    /// Days, each a file.
    pub num_days: u32,
    /// Snapshots in them: one for each platform of each artist and day, and the Discord server's.
    pub num_snapshots: u64,
}

impl SampleLabel {
    /// Writes the sample's days, `latest.json` and `roster.json` into a folder, in the earlier bot's format and
    /// with `"sample": true` in each document. `on_day` is called after each day, for a progress bar.
    ///
    /// An earlier sample in the folder is removed first.
    ///
    /// # Errors
    /// When a file that is not from a sample would be overwritten, or the system refuses.
    pub fn write(&self, folder: &Path, mut on_day: impl FnMut()) -> Result<SampleCounts, Error> {
        for file in earlier_sample(folder)? {
            fs::remove_file(&file).map_err(Error::io("remove", &file))?;
        }
        let mut writer = DayWriter::new(folder)?;
        write_roster(folder, &self.roster())?;
        let mut counts = SampleCounts::default();
        for (date, snapshots) in self.days() {
            let mut document = DayDocument::new(date);
            snapshots.iter().for_each(|raw| document.add_raw(raw));
            writer.write(&document)?;
            counts.num_days += 1;
            counts.num_snapshots += snapshots.len() as u64;
            on_day();
        }
        writer.finish()?;
        Ok(counts)
    }
}

/// The files of an earlier sample, roster included; an error names one that is from no sample.
fn earlier_sample(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let (historical, latest, roster) = (folder.join(HISTORICAL), folder.join(LATEST), folder.join(ROSTER));
    let mut files = if historical.is_dir() { daily_files(&historical)? } else { Vec::new() };
    files.sort_unstable();
    files.extend(Some(latest).filter(|latest| latest.exists()));
    for file in &files {
        if !is_sample(file)? {
            return Err(Error::Occupied { path: file.clone() });
        }
    }
    if roster.exists() {
        // A roster has no mark of its own: it is a sample's if days of a sample are beside it.
        if files.is_empty() {
            return Err(Error::Occupied { path: roster });
        }
        files.push(roster);
    }
    Ok(files)
}

fn is_sample(file: &Path) -> Result<bool, Error> {
    #[derive(Deserialize)]
    struct Mark {
        sample: bool,
    }
    let bytes = fs::read(file).map_err(Error::io("read", file))?;
    Ok(serde_json::from_slice::<Mark>(&bytes).is_ok_and(|mark| mark.sample))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Roster;
    use crate::history::{find_files, find_roster, read_day};

    const SMALL: SampleLabel =
        SampleLabel { num_artists: 8, num_days: 40, seed: 1, end: super::super::DEFAULT_END };

    /// Every file below a folder with its content.
    fn content(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = find_files(&[folder.to_owned()]).unwrap().files;
        files.extend(find_roster(&[folder.to_owned()]));
        let read = |file: PathBuf| (file.strip_prefix(folder).unwrap().to_owned(), fs::read(&file).unwrap());
        files.into_iter().map(read).collect()
    }

    #[test]
    fn what_is_written_reads_back_as_the_same_snapshots() {
        let folder = tempfile::tempdir().unwrap();
        let mut num_called = 0;
        let counts = SMALL.write(folder.path(), || num_called += 1).unwrap();
        assert_eq!(counts.num_days, num_called);
        let roster = fs::read(find_roster(&[folder.path().to_owned()]).unwrap()).unwrap();
        let roster = Roster::read(&roster, "roster.json").unwrap();
        assert_eq!(roster, SMALL.roster());
        let files = find_files(&[folder.path().join(HISTORICAL)]).unwrap().files;
        let days: Vec<_> = SMALL.days().collect();
        assert_eq!(files.len(), days.len());
        for (file, (date, snapshots)) in files.iter().zip(days) {
            let day = read_day(&fs::read(file).unwrap(), "sample", &roster).unwrap();
            assert_eq!((day.date, day.problems.as_slice()), (date, &[][..]));
            assert_eq!(day.snapshots, snapshots);
        }
    }

    #[test]
    fn a_shorter_sample_leaves_nothing_of_a_longer_one() {
        let (twice, once) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        SMALL.write(twice.path(), || ()).unwrap();
        let shorter = SampleLabel { num_days: 9, num_artists: 3, ..SMALL };
        shorter.write(twice.path(), || ()).unwrap();
        shorter.write(once.path(), || ()).unwrap();
        assert_eq!(content(twice.path()), content(once.path()));
    }

    #[test]
    fn files_of_a_real_label_are_left_alone() {
        for file in ["historical/2025-01-01.json", "latest.json", "roster.json"] {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir(folder.path().join(HISTORICAL)).unwrap();
            let real = folder.path().join(file);
            fs::write(&real, "[]").unwrap();
            let error = SMALL.write(folder.path(), || ()).unwrap_err();
            assert!(matches!(&error, Error::Occupied { path } if *path == real), "{error}");
            assert_eq!(fs::read(&real).unwrap(), b"[]");
        }
    }
}
