//! The command line of what brings data in and out: import, export, backup and restore.

use std::path::PathBuf;

use casa24_schemas::{MAX_ITEM_NAME_CHARS, MAX_REASON_CHARS, Period};
use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::cli_days::parse_period;

#[derive(Debug, Args)]
#[command(after_help = IMPORT_HELP)]
pub(crate) struct Import {
    /// Folders (with historical/YYYY-MM-DD.json) or single files; with --artist, exports
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// The label's roster [default: roster.json beside the history]
    #[arg(long, value_name = "FILE", conflicts_with = "artist")]
    pub(crate) roster: Option<PathBuf>,
    /// The files are a platform's exports of this artist, who is on the roster
    #[arg(long, value_name = "NAME")]
    pub(crate) artist: Option<String>,
    /// The platform that made the exports, where they do not say so themselves
    #[arg(long, value_name = "PLATFORM", requires = "artist", value_parser = PossibleValuesParser::new(["spotify", "youtube", "instagram"]))]
    pub(crate) platform: Option<String>,
    /// The song of a file that has its streams day by day
    #[arg(long, value_name = "NAME", requires = "artist", value_parser = parse_song)]
    pub(crate) song: Option<String>,
    /// First and last day of the files of songs and playlists
    #[arg(long, value_name = "FIRST..LAST", requires = "artist", value_parser = parse_period)]
    pub(crate) period: Option<Period>,
    /// Correct what is stored where the files say something else; what was stored before stays in the record
    #[arg(long)]
    pub(crate) replace: bool,
    /// Why it is corrected
    #[arg(long, value_name = "TEXT", requires = "replace", value_parser = parse_reason)]
    pub(crate) reason: Option<String>,
    /// Counts as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

const IMPORT_HELP: &str = "\
Examples:
  casa24 import history
  casa24 import audience-timeline.csv \"Table data.zip\" --artist \"Casa 24\"
  casa24 import songs-28day.csv playlists.csv --artist \"Casa 24\" --period 2026-08-01..2026-08-28
  casa24 import Japon-timeline.csv --artist \"Casa 24\" --song Japon

Exports are recognised by their columns: the audience's timeline of Spotify for Artists and its files of songs, of
playlists, and of one song by day; YouTube Studio's report by date (the ZIP file or its Table data.csv), and Instagram's
insights from Meta Business Suite. No column of the files of songs and playlists tells their period, nor that of one
song its name: --period and --song do, for one file of each kind. Figures of all time are of no period, and refused. A
file with a row that cannot be read is refused as a whole, with the line and the column, and nothing of the import is
stored.";

/// A song, as it is stored with its days.
fn parse_song(text: &str) -> Result<String, String> {
    let song = text.trim();
    match song.chars().count() {
        0 => Err("say which song the file is of".to_owned()),
        num if num > MAX_ITEM_NAME_CHARS => {
            Err(format!("it has {num} characters, at most {MAX_ITEM_NAME_CHARS} are stored"))
        }
        _ => Ok(song.to_owned()),
    }
}

/// The reason of a correction.
fn parse_reason(text: &str) -> Result<String, String> {
    let reason = text.trim();
    match reason.chars().count() {
        0 => Err("say why it is corrected, or leave --reason out".to_owned()),
        num if num > MAX_REASON_CHARS => {
            Err(format!("it has {num} characters, at most {MAX_REASON_CHARS} are stored"))
        }
        _ => Ok(reason.to_owned()),
    }
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Folder to write into; files of the same days are replaced
    #[arg(value_name = "DIR", required_unless_present_any = ["csv", "breakdowns"])]
    pub(crate) dir: Option<PathBuf>,
    /// As collected, instead of what the validator accepted
    #[arg(long)]
    pub(crate) raw: bool,
    /// Accepted values in long format, unique_id,ds,y: one row for each series and day; - for standard output
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dir", "raw"])]
    pub(crate) csv: Option<PathBuf>,
    /// Accepted figures of periods by song, by playlist and of songs by day, one row each; - for standard output
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dir", "raw", "csv"])]
    pub(crate) breakdowns: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// File to write; it appears when it is complete
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Counts as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// File that `casa24 backup` wrote
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Counts as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
