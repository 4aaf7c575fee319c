//! What an artist had in a period, by song, by playlist, or of one song by day.

use casa24_schemas::{BreakdownFigure, Day, Period, Platform, PlaylistFigures, SongFigures, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Most songs and playlists that an answer lists.
pub(crate) const MAX_LISTED: usize = 10;
/// Days of a week.
pub(crate) const WEEK_DAYS: usize = 7;

/// The songs of an artist in the newest period that is known of a platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SongsOfPeriod {
    /// The platform.
    pub platform: Platform,
    /// The period that the figures are of.
    pub period: Period,
    /// Where they come from: a file's name.
    pub source: String,
    /// Songs of the source, listed here or not.
    pub num_songs: u64,
    /// Figures of the source that were not accepted: they are missing here.
    pub num_withheld: u64,
    /// The kinds of figures that the source has of any song: where a song lacks one, the source does not tell it, or it
    /// was not accepted.
    #[serde(default)]
    pub figures: Vec<BreakdownFigure>,
    /// The ten with the most streams, first.
    pub songs: Vec<SongFigures>,
}

/// The playlists with an artist's songs in the newest period that is known of a platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlaylistsOfPeriod {
    /// The platform.
    pub platform: Platform,
    /// The period that the figures are of.
    pub period: Period,
    /// Where they come from: a file's name.
    pub source: String,
    /// Playlists of the source, listed here or not.
    pub num_playlists: u64,
    /// Figures of the source that were not accepted: they are missing here.
    pub num_withheld: u64,
    /// The kinds of figures that the source has of any playlist: where a playlist lacks one, the source does not tell it, or it
    /// was not accepted.
    #[serde(default)]
    pub figures: Vec<BreakdownFigure>,
    /// The ten with the most streams, first.
    pub playlists: Vec<PlaylistFigures>,
}

/// The newest week of a song whose streams are known day by day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SongWeek {
    /// The platform.
    pub platform: Platform,
    /// Name of the song.
    pub song: String,
    /// The newest day of which the streams are known: the last one of the week.
    pub last_day: Day,
    /// Streams of the seven days up to it; missing where one of them is not known.
    pub streams: Option<Value>,
    /// Streams of the seven days before; missing where one of them is not known.
    pub streams_before: Option<Value>,
    /// The difference, where both are known.
    pub change: Option<Value>,
    /// Where the days of both weeks come from: names of files, that of the newest day first.
    pub sources: Vec<String>,
}
