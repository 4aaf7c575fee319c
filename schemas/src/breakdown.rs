//! Figures of a period, broken down by song, by playlist, or of one song by day.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Day;
use crate::content::check_text;
use crate::words::words;

/// Most songs or playlists of a breakdown.
pub const MAX_BREAKDOWN_ITEMS: usize = 2_000;
/// Most songs or playlists of a source that a breakdown leaves out.
const MAX_LEFT_OUT: u64 = 1_000_000_000;
/// Most days of a breakdown.
pub const MAX_BREAKDOWN_DAYS: usize = 10_000;
/// Longest name of a song, a playlist or its author, in characters.
pub const MAX_ITEM_NAME_CHARS: usize = 300;
/// Longest text of a day, a month or a year.
const MAX_DATE_CHARS: usize = 10;

/// A period: its first and its last day belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Period {
    /// First day.
    pub first: Day,
    /// Last day.
    pub last: Day,
}

impl Period {
    /// Number of its days; below 1 where it ends before it begins.
    pub fn num_days(self) -> i64 {
        (self.last.0 - self.first.0).whole_days() + 1
    }
}

/// The figures of a period.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Breakdown {
    /// By song.
    Song {
        /// The songs, in the order of the source.
        songs: Vec<SongFigures>,
        /// Songs of the source that are not listed: those with the fewest streams.
        #[serde(default, skip_serializing_if = "is_zero")]
        num_left_out: u64,
    },
    /// By playlist.
    Playlist {
        /// The playlists, in the order of the source.
        playlists: Vec<PlaylistFigures>,
        /// Playlists of the source that are not listed: those with the fewest streams.
        #[serde(default, skip_serializing_if = "is_zero")]
        num_left_out: u64,
    },
    /// One song by day.
    Day {
        /// Name of the song.
        song: String,
        /// Streams of each day; null where the source has none.
        days: BTreeMap<Day, Option<i64>>,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// A song's figures in a period; missing where the source has none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct SongFigures {
    /// Name of the song.
    pub name: String,
    /// People who listened to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listeners: Option<i64>,
    /// How often it was streamed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub streams: Option<i64>,
    /// How often it was saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saves: Option<i64>,
    /// When it was released, as exactly as the source says: a day (`2026-08-14`), a month (`2026-08`) or a year (`2026`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<String>,
}

/// What the artist's songs had on a playlist in a period; missing where the source has none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct PlaylistFigures {
    /// Name of the playlist.
    pub name: String,
    /// Whose playlist it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// People who listened there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listeners: Option<i64>,
    /// How often the songs were streamed there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub streams: Option<i64>,
    /// Day on which the first of the songs was added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub added: Option<Day>,
}

words! {
    /// A figure of a breakdown.
    BreakdownFigure {
        Listeners = "listeners": "people who listened";
        Streams = "streams": "how often was streamed";
        Saves = "saves": "how often was saved";
    }
}

impl Breakdown {
    /// What tells it from other breakdowns of the same artist, platform and period.
    pub fn key(&self) -> String {
        match self {
            Self::Song { .. } => "song".to_owned(),
            Self::Playlist { .. } => "playlist".to_owned(),
            Self::Day { song, .. } => format!("day/{song}"),
        }
    }

    /// Number of its songs, playlists or days.
    pub fn len(&self) -> usize {
        match self {
            Self::Song { songs, .. } => songs.len(),
            Self::Playlist { playlists, .. } => playlists.len(),
            Self::Day { days, .. } => days.len(),
        }
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        let at_most = |field: &str, len: usize, most: usize| match len > most {
            true => Err(format!("breakdown.{field} has {len} items, at most {most} are accepted")),
            false => Ok(()),
        };
        match self {
            Self::Song { songs, num_left_out } => {
                check_left_out(*num_left_out)?;
                at_most("songs", songs.len(), MAX_BREAKDOWN_ITEMS)?;
                songs.iter().try_for_each(|song| {
                    check_text("breakdown.songs.name", &song.name, MAX_ITEM_NAME_CHARS)?;
                    let released = song.released.as_deref().unwrap_or_default();
                    check_text("breakdown.songs.released", released, MAX_DATE_CHARS)
                })
            }
            Self::Playlist { playlists, num_left_out } => {
                check_left_out(*num_left_out)?;
                at_most("playlists", playlists.len(), MAX_BREAKDOWN_ITEMS)?;
                playlists.iter().try_for_each(|playlist| {
                    check_text("breakdown.playlists.name", &playlist.name, MAX_ITEM_NAME_CHARS)?;
                    let author = playlist.author.as_deref().unwrap_or_default();
                    check_text("breakdown.playlists.author", author, MAX_ITEM_NAME_CHARS)
                })
            }
            Self::Day { song, days } => {
                check_text("breakdown.song", song, MAX_ITEM_NAME_CHARS)?;
                at_most("days", days.len(), MAX_BREAKDOWN_DAYS)
            }
        }
    }
}

fn check_left_out(num_left_out: u64) -> Result<(), String> {
    match num_left_out > MAX_LEFT_OUT {
        true => Err(format!("breakdown.num_left_out is {num_left_out}, at most {MAX_LEFT_OUT} are accepted")),
        false => Ok(()),
    }
}
