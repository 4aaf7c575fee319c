//! Who says something of an artist's accounts, and what was wrong with asking them.

use serde::Serialize;

/// Somebody who says which accounts are one artist's, independently of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The editors of `MusicBrainz`, by an artist's relations to addresses.
    MusicBrainz,
    /// The editors of Wikidata, by the claims and site links of an item.
    Wikidata,
    /// Deezer itself, which calls the artist of an id by the same name.
    Deezer,
    /// Spotify itself, likewise.
    Spotify,
    /// `YouTube` itself, by the title of a channel.
    YouTube,
}

impl Source {
    /// Its proper name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MusicBrainz => "MusicBrainz",
            Self::Wikidata => "Wikidata",
            Self::Deezer => "Deezer",
            Self::Spotify => "Spotify",
            Self::YouTube => "YouTube",
        }
    }
}

/// Why a source said nothing, or nothing of use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The source.
    pub source: Source,
    /// What was wrong, in words that follow its name and a colon.
    pub what: String,
}
