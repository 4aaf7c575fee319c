//! Finds the earlier bot's files in what an operator names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use casa24_schemas::{Date, Observed};

use crate::Error;

/// Names of the earlier bot.
pub(crate) const HISTORICAL: &str = "historical";
pub(crate) const LATEST: &str = "latest.json";
pub(crate) const ROSTER: &str = "roster.json";

/// The daily files among `paths`, oldest first, by the date in the name and then by the path; files without a
/// date (`latest.json`, a copy of the newest day) come last. A file named twice is given once.
///
/// Of a folder these count: `YYYY-MM-DD.json` in it and in its `historical`, and `latest.json`. A file named on
/// its own counts whatever its name, except `roster.json`, so that `history/*` can be named too.
///
/// # Errors
/// When a path is not there or cannot be read, or a folder holds no history.
pub fn find_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut found = BTreeSet::new();
    for path in paths {
        if is_dir(path)? {
            let mut files = daily_files(path)?;
            let historical = path.join(HISTORICAL);
            if historical.is_dir() {
                files.append(&mut daily_files(&historical)?);
            }
            let latest = path.join(LATEST);
            if latest.is_file() {
                files.push(latest);
            }
            if files.is_empty() {
                return Err(Error::NoHistory { path: path.clone() });
            }
            found.extend(files.into_iter().map(in_order));
        } else if path.file_name().is_none_or(|name| name != ROSTER) {
            found.insert(in_order(path.clone()));
        }
    }
    Ok(found.into_iter().map(|(_, _, file)| file).collect())
}

/// The roster file beside the history: in a folder that is named, beside a file that is named, or one level up
/// from `historical`; the first one found.
pub fn find_roster(paths: &[PathBuf]) -> Option<PathBuf> {
    let roster_in = |folder: &Path| {
        let beside = Some(folder.join(ROSTER));
        let above =
            folder.file_name().filter(|name| *name == HISTORICAL).map(|_| folder.with_file_name(ROSTER));
        beside.into_iter().chain(above).find(|file| file.is_file())
    };
    paths.iter().find_map(
        |path| {
            if path.is_dir() { roster_in(path) } else { path.parent().and_then(roster_in) }
        },
    )
}

/// The day in the name of a file such as `2025-07-06.json`.
pub fn date_of(file: &Path) -> Option<Date> {
    let stem = file.file_name()?.to_str()?.strip_suffix(".json")?;
    Observed::parse(stem).ok().filter(|observed| observed.is_day()).map(Observed::date)
}

/// The daily files directly in a folder, in no order.
pub(crate) fn daily_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::io("read", folder))? {
        let file = entry.map_err(Error::io("read", folder))?.path();
        if date_of(&file).is_some() && file.is_file() {
            files.push(file);
        }
    }
    Ok(files)
}

fn is_dir(path: &Path) -> Result<bool, Error> {
    fs::metadata(path).map(|metadata| metadata.is_dir()).map_err(Error::io("read", path))
}

/// A file with what it is sorted by.
fn in_order(file: PathBuf) -> (bool, Option<Date>, PathBuf) {
    let date = date_of(&file);
    (date.is_none(), date, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of empty files.
    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        folder
    }

    fn names(folder: &tempfile::TempDir, paths: &[&str]) -> Vec<String> {
        let paths: Vec<PathBuf> = paths.iter().map(|path| folder.path().join(path)).collect();
        let files = find_files(&paths).unwrap();
        let inside = files.iter().map(|file| file.strip_prefix(folder.path()).unwrap());
        inside.map(|file| file.to_str().unwrap().replace('\\', "/")).collect()
    }

    const LABEL: [&str; 6] = [
        "latest.json",
        "roster.json",
        "notes.json",
        "historical/2025-05-02.json",
        "historical/2025-05-01.json",
        "historical/2025-02-30.json",
    ];

    #[test]
    fn a_folder_gives_its_days_in_order_and_the_latest_last() {
        let folder = folder(&LABEL);
        let expected = ["historical/2025-05-01.json", "historical/2025-05-02.json", "latest.json"];
        assert_eq!(names(&folder, &[""]), expected);
        assert_eq!(names(&folder, &["historical"]), expected[..2]);
    }

    #[test]
    fn files_named_on_their_own_count_once_and_a_roster_is_none() {
        let folder = folder(&LABEL);
        assert_eq!(
            names(&folder, &["notes.json", "historical/2025-05-02.json", "roster.json", "historical"]),
            ["historical/2025-05-01.json", "historical/2025-05-02.json", "notes.json"]
        );
    }

    #[test]
    fn days_of_several_folders_are_merged_by_date() {
        let folder = folder(&["a/2025-05-02.json", "b/2025-05-01.json", "b/2025-05-02.json"]);
        assert_eq!(
            names(&folder, &["b", "a"]),
            ["b/2025-05-01.json", "a/2025-05-02.json", "b/2025-05-02.json"]
        );
    }

    #[test]
    fn the_roster_is_found_from_the_folder_its_days_or_a_file() {
        let folder = folder(&LABEL);
        let roster = Some(folder.path().join("roster.json"));
        for path in ["", "historical", "latest.json", "historical/2025-05-01.json"] {
            assert_eq!(find_roster(&[folder.path().join(path)]), roster, "{path}");
        }
        assert_eq!(find_roster(&[PathBuf::from("nowhere/2025-05-01.json")]), None);
    }

    #[test]
    fn what_is_not_there_or_empty_is_told() {
        let folder = folder(&["notes.json"]);
        let missing = folder.path().join("missing");
        assert!(matches!(find_files(&[missing]), Err(Error::Io { .. })));
        assert!(matches!(find_files(&[folder.path().to_owned()]), Err(Error::NoHistory { .. })));
    }
}
