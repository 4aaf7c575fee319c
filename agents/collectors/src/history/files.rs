//! Finds the earlier bot's files in what an operator names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use casa24_schemas::{Date, ObservedError};

use super::date::{date_of, read_date};
use crate::Error;

/// Names of the earlier bot.
pub(crate) const HISTORICAL: &str = "historical";
pub(crate) const LATEST: &str = "latest.json";
pub(crate) const ROSTER: &str = "roster.json";

/// The files of a history, and what was found beside them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundFiles {
    /// The daily files, oldest first, by the date in the name and then by the path; files without a date
    /// (`latest.json`, a copy of the newest day) come last.
    pub files: Vec<PathBuf>,
    /// What else the folders hold, by path, with the reason why it does not count.
    pub passed_over: Vec<(PathBuf, &'static str)>,
}

/// The daily files among `paths`. A file named twice is given once.
///
/// Of a folder these count: `YYYY-MM-DD.json` in it and in its `historical`, and `latest.json`; what else it holds,
/// its roster excepted, is passed over. A file named on its own counts whatever its name, so that `history/*` can be
/// named too, except `roster.json` and a name that is a date which there never was.
///
/// # Errors
/// When a path is not there or cannot be read, or a folder holds no history.
pub fn find_files(paths: &[PathBuf]) -> Result<FoundFiles, Error> {
    let mut found = BTreeSet::new();
    let mut passed_over = BTreeMap::new();
    for path in paths {
        if is_dir(path)? {
            let mut files = Vec::new();
            let mut others = BTreeMap::new();
            let historical = path.join(HISTORICAL);
            let folders = [Some(path), historical.is_dir().then_some(&historical)];
            for folder in folders.into_iter().flatten() {
                for file in entries(folder)? {
                    match kind(&file) {
                        Kind::Day => files.push(file),
                        Kind::Latest if folder == path => files.push(file),
                        Kind::Roster => {}
                        Kind::Folder if file == historical => {}
                        Kind::Latest => drop(others.insert(file, OTHER_NAME)),
                        Kind::Folder => drop(others.insert(file, "a folder: name it on its own")),
                        Kind::Other(reason) => drop(others.insert(file, reason)),
                    }
                }
            }
            if files.is_empty() {
                return Err(Error::NoHistory { path: path.clone(), found: in_words(&others) });
            }
            found.extend(files.into_iter().map(in_order));
            passed_over.extend(others);
        } else {
            match kind(path) {
                Kind::Roster => {}
                Kind::Other(reason @ (NO_DATE | TOO_EARLY)) => drop(passed_over.insert(path.clone(), reason)),
                _ => drop(found.insert(in_order(path.clone()))),
            }
        }
    }
    // What is in a folder may have been named on its own too.
    let files: Vec<PathBuf> = found.into_iter().map(|(_, _, file)| file).collect();
    let named: BTreeSet<&PathBuf> = files.iter().chain(paths.iter().filter(|path| path.is_dir())).collect();
    let passed_over = passed_over.into_iter().filter(|(path, _)| !named.contains(path)).collect();
    Ok(FoundFiles { files, passed_over })
}

/// Why a file in a folder does not count.
const OTHER_NAME: &str = "not a name of a day";
const NO_DATE: &str = "there was no such day";
const TOO_EARLY: &str = "dated before 1990-01-01, when there was no platform to observe";
const COMPRESSED: &str = "compressed: unpack it first";

/// What a name in a folder stands for.
#[derive(PartialEq, Eq)]
enum Kind {
    Day,
    Latest,
    Roster,
    Folder,
    Other(&'static str),
}

fn kind(file: &Path) -> Kind {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    match &*name {
        _ if file.is_dir() => Kind::Folder,
        LATEST => Kind::Latest,
        ROSTER => Kind::Roster,
        _ if date_of(file).is_some() => Kind::Day,
        _ if is_too_early(&name) => Kind::Other(TOO_EARLY),
        _ if looks_like_date(&name) => Kind::Other(NO_DATE),
        _ if [".gz", ".zip", ".zst", ".xz", ".bz2"].iter().any(|end| name.ends_with(end)) => {
            Kind::Other(COMPRESSED)
        }
        _ => Kind::Other(OTHER_NAME),
    }
}

/// Whether a name is a day that no figure can have. There was no year 0000.
fn is_too_early(name: &str) -> bool {
    let day = name.strip_suffix(".json").map(read_date);
    matches!(day, Some(Err(ObservedError::TooEarly { .. }))) && !name.starts_with("0000")
}

/// Whether a name has the form of a day's file.
fn looks_like_date(name: &str) -> bool {
    let stem = name.strip_suffix(".json").unwrap_or_default();
    stem.len() == 10
        && stem
            .bytes()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() })
}

/// What a folder without history holds.
fn in_words(others: &BTreeMap<PathBuf, &'static str>) -> String {
    const MAX_NAMED: usize = 3;
    if others.is_empty() {
        return String::new();
    }
    let named: Vec<String> = others
        .iter()
        .take(MAX_NAMED)
        .map(|(file, reason)| {
            format!("{} ({reason})", file.file_name().unwrap_or_default().to_string_lossy())
        })
        .collect();
    let more = others.len().saturating_sub(MAX_NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("; found {}{more}", named.join(", "))
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

/// The daily files directly in a folder, in no order.
pub(crate) fn daily_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    Ok(entries(folder)?.into_iter().filter(|file| kind(file) == Kind::Day).collect())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(folder).map_err(Error::io("read", folder))?;
    entries.map(|entry| Ok(entry.map_err(Error::io("read", folder))?.path())).collect()
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
        let files = find_files(&paths).unwrap().files;
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
    fn what_a_folder_holds_beside_its_days_is_told() {
        let folder = folder(&[
            "2025-05-02.json",
            "0000-05-02.json",
            "1970-01-01.json",
            "roster.json",
            "old/2025-05-01.json",
            "historical/2025-5-1.json",
            "historical/2025-04-31.json",
            "historical/2025-05-03.json.gz",
            "historical/latest.json",
            "historical/more/2025-05-04.json",
        ]);
        let told = |paths: &[&str]| -> Vec<(String, &'static str)> {
            let paths: Vec<PathBuf> = paths.iter().map(|path| folder.path().join(path)).collect();
            let within = |path: &Path| path.strip_prefix(folder.path()).unwrap().display().to_string();
            let found = find_files(&paths).unwrap();
            found.passed_over.iter().map(|(path, reason)| (within(path), *reason)).collect()
        };
        let folder_inside = "a folder: name it on its own";
        let expected = [
            ("0000-05-02.json", NO_DATE),
            ("1970-01-01.json", TOO_EARLY),
            ("historical/2025-04-31.json", NO_DATE),
            ("historical/2025-05-03.json.gz", COMPRESSED),
            ("historical/2025-5-1.json", OTHER_NAME),
            ("historical/latest.json", OTHER_NAME),
            ("historical/more", folder_inside),
            ("old", folder_inside),
        ];
        assert_eq!(told(&[""]), expected.map(|(path, reason)| (path.to_owned(), reason)));
        let beside = told(&["", "old", "historical/more", "historical/2025-5-1.json"]);
        assert_eq!(beside.len(), 5, "{beside:?}");
        assert_eq!(told(&["0000-05-02.json", "2025-05-02.json"]), [("0000-05-02.json".to_owned(), NO_DATE)]);
        assert!(TOO_EARLY.contains(&casa24_schemas::FIRST_DAY.to_string()));
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
        let error = find_files(&[folder.path().to_owned()]).unwrap_err();
        assert!(matches!(error, Error::NoHistory { .. }));
        assert!(error.to_string().ends_with("; found notes.json (not a name of a day)"), "{error}");
    }
}
