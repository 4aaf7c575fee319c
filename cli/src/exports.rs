//! Exports of platforms that an import names: read before anything is started, and whose they are.

use std::fs::File;
use std::io::Read;
use std::mem::discriminant;
use std::path::PathBuf;

use anyhow::Context;
use casa24_bus::{Bus, Patience};
use casa24_collectors::exports::{BreakdownExport, Export, MAX_BYTES, ReadExport, Said, read_export};
use casa24_schemas::{Artist, Breakdown, Platform, RosterEntry};

use crate::cli::Import;
use crate::terminal::{UsageError, counted};

/// Most names of the roster that are listed.
const MAX_NAMES: usize = 8;
/// Endings of exports.
const ENDINGS: [&str; 2] = ["csv", "zip"];

/// The files of an import, read, and whose they are.
pub(crate) struct Exports {
    pub(crate) days: Vec<Export>,
    pub(crate) breakdowns: Vec<BreakdownExport>,
    artist: Artist,
}

impl Exports {
    /// Reads every file whole: one row that cannot be read refuses all of them.
    pub(crate) fn read(options: &Import, artist: &str) -> anyhow::Result<Self> {
        let artist = Artist::new(artist).map_err(|error| UsageError(format!("--artist: {error}")))?;
        let platform = options.platform.as_deref().map(Platform::new).transpose()?;
        let said = Said { platform, song: options.song.clone(), period: options.period };
        let (mut days, mut breakdowns) = (Vec::new(), Vec::new());
        for path in &options.paths {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            let cannot = || format!("cannot read {}", path.display());
            if std::fs::metadata(path).with_context(cannot)?.is_dir() {
                return Err(UsageError(format!(
                    "{} is a folder: with --artist name the files that are that artist's exports",
                    path.display()
                ))
                .into());
            }
            // One byte more shows that it is too large.
            let mut bytes = Vec::new();
            let file = File::open(path).with_context(cannot)?;
            file.take(MAX_BYTES + 1).read_to_end(&mut bytes).with_context(cannot)?;
            match read_export(&bytes, &name, &said)? {
                ReadExport::Days(export) => days.push(export),
                ReadExport::Breakdown(export) => breakdowns.push(export),
            }
        }
        let exports = Self { days, breakdowns, artist };
        exports.expect_all_said_is_used(&said)?;
        Ok(exports)
    }

    /// A period or a song that no file needs, or that two files cannot both have, is a mistake.
    fn expect_all_said_is_used(&self, said: &Said) -> Result<(), UsageError> {
        if let Some((first, second)) = self.two_of_a_kind() {
            let (what, option) = match &first.breakdown {
                Breakdown::Song { .. } => ("songs of one period", "--period"),
                Breakdown::Playlist { .. } => ("playlists of one period", "--period"),
                Breakdown::Day { .. } => ("the streams of one song", "--song"),
            };
            let (first, second) = (&first.file, &second.file);
            return Err(UsageError(format!(
                "{first} and {second} have {what} each: import one at a time, each with its {option}"
            )));
        }
        let is_of_song = |export: &BreakdownExport| matches!(export.breakdown, Breakdown::Day { .. });
        let fault = match said {
            Said { song: Some(_), .. } if !self.breakdowns.iter().any(is_of_song) => {
                "--song is for a file with the columns date and streams, and none of these is one"
            }
            Said { period: Some(_), .. } if self.breakdowns.iter().all(is_of_song) => {
                "--period is for files of songs or playlists, and none of these is one"
            }
            _ => return Ok(()),
        };
        Err(UsageError(fault.to_owned()))
    }

    /// Two files that would be taken for the same period or song, as one option speaks for both.
    fn two_of_a_kind(&self) -> Option<(&BreakdownExport, &BreakdownExport)> {
        let kind = |export: &BreakdownExport| (export.platform.clone(), discriminant(&export.breakdown));
        self.breakdowns.iter().enumerate().find_map(|(at, second)| {
            let first = self.breakdowns[..at].iter().find(|first| kind(first) == kind(second))?;
            Some((first, second))
        })
    }

    /// What the roster says of the artist.
    pub(crate) async fn artist_on(&self, bus: &Bus) -> anyhow::Result<RosterEntry> {
        let newest = bus.patiently(Patience::COMMAND, async || bus.newest::<RosterEntry>("roster.*").await);
        let mut entries: Vec<RosterEntry> = newest.await?.into_iter().map(|stored| stored.event).collect();
        if let Some(place) = entries.iter().position(|entry| entry.artist.id == self.artist.id) {
            return Ok(entries.swap_remove(place));
        }
        entries.retain(|entry| entry.active);
        entries.sort_by_cached_key(|entry| entry.artist.name.to_lowercase());
        let names: Vec<String> =
            entries.iter().take(MAX_NAMES).map(|entry| format!("{:?}", entry.artist.name)).collect();
        let known = match (names.is_empty(), entries.len() > MAX_NAMES) {
            (true, _) => "nobody is".to_owned(),
            (false, false) => format!("{} are", names.join(", ")),
            (false, true) => {
                let others = counted((entries.len() - MAX_NAMES) as u64, "other", "others");
                format!("{} and {others} are", names.join(", "))
            }
        };
        anyhow::bail!(
            "{:?} is not on the roster ({known}): add the artist with `casa24 roster add {:?}`, then import again",
            self.artist.name,
            self.artist.name
        )
    }
}

/// Without an artist, files that look like exports are a mistake: nobody would know whose they are.
pub(crate) fn expect_none(paths: &[PathBuf]) -> Result<(), UsageError> {
    let is_export = |path: &&PathBuf| {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        ENDINGS.contains(&ending.as_str()) && path.is_file()
    };
    match paths.iter().find(is_export) {
        Some(path) => Err(UsageError(format!(
            "{} looks like a platform's export: say whose it is with --artist NAME, and import daily files separately",
            path.display()
        ))),
        None => Ok(()),
    }
}
