//! What a snapshot holds beside figures: top tracks, top videos, releases, the account's name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Longest list and longest text that is accepted.
const MAX_ITEMS: usize = 100;
/// Most releases, all of which are listed.
pub const MAX_RELEASES: usize = 1_000;
const MAX_TEXT_CHARS: usize = 1_000;
/// Longest text of a day, a month or a year.
const MAX_DATE_CHARS: usize = 10;

/// What a platform shows of an artist beside figures.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Content {
    /// Genres as the platform names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub genres: Vec<String>,
    /// Top tracks, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tracks: Vec<Track>,
    /// Top videos, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub videos: Vec<Video>,
    /// All that the artist has released, newest first; missing where the platform was not asked for it, which it is less
    /// often than for figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub releases: Option<Vec<Release>>,
    /// Name of the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Name that the account shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
}

/// A track as the platform ranks it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Track {
    /// Name of the track.
    pub name: String,
    /// Popularity as the platform gives it, in points (Spotify's go from 0 to 100).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub popularity: Option<u8>,
    /// Address of a sample to listen to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview_url: Option<String>,
}

/// A video as the platform ranks it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Video {
    /// The platform's id of the video.
    pub id: String,
    /// Title of the video.
    pub title: String,
    /// Views so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub views: Option<u64>,
    /// When it was published, as the platform writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<String>,
}

/// An album, a single or the like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Release {
    /// The platform's id of the release.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is, as the platform names it (Spotify: `album`, `single` or `compilation`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// When it was released, as exactly as the platform knows: a day (`2026-08-14`), a month (`2026-08`) or a year (`2026`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<String>,
}

impl Content {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        let lists =
            [("genres", self.genres.len()), ("tracks", self.tracks.len()), ("videos", self.videos.len())];
        if let Some((name, len)) = lists.iter().find(|(_, len)| *len > MAX_ITEMS) {
            return Err(format!("content.{name} has {len} items, at most {MAX_ITEMS} are accepted"));
        }
        let releases = self.releases.as_deref().unwrap_or_default();
        if releases.len() > MAX_RELEASES {
            return Err(format!(
                "content.releases has {} items, at most {MAX_RELEASES} are accepted",
                releases.len()
            ));
        }
        for Release { id, name, kind, released } in releases {
            check_text("content.releases.id", id, MAX_TEXT_CHARS)?;
            check_text("content.releases.name", name, MAX_TEXT_CHARS)?;
            check_text("content.releases.kind", kind.as_deref().unwrap_or_default(), MAX_TEXT_CHARS)?;
            let released = released.as_deref().unwrap_or_default();
            check_text("content.releases.released", released, MAX_DATE_CHARS)?;
        }
        self.texts().try_for_each(|(field, text)| check_text(field, text, MAX_TEXT_CHARS))
    }

    /// Every text with the name of its field.
    fn texts(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let genres = self.genres.iter().map(|genre| ("content.genres", genre));
        let tracks = self.tracks.iter().flat_map(|track| {
            let url = track.preview_url.as_ref().map(|url| ("content.tracks.preview_url", url));
            [("content.tracks.name", &track.name)].into_iter().chain(url)
        });
        let videos = self.videos.iter().flat_map(|video| {
            let published = video.published_at.as_ref().map(|at| ("content.videos.published_at", at));
            [("content.videos.id", &video.id), ("content.videos.title", &video.title)]
                .into_iter()
                .chain(published)
        });
        let username = self.username.as_ref().map(|name| ("content.username", name));
        let display_name = self.display_name.as_ref().map(|name| ("content.display_name", name));
        genres.chain(tracks).chain(videos).chain(username).chain(display_name)
    }
}

/// Refuses texts beyond a limit, naming the field.
pub(crate) fn check_text(field: &str, text: &str, max_chars: usize) -> Result<(), String> {
    // Bytes bound characters: most texts are done without counting.
    if text.len() <= max_chars {
        return Ok(());
    }
    let chars = text.chars().count();
    if chars > max_chars {
        return Err(format!("{field} has {chars} characters, at most {max_chars} are accepted"));
    }
    Ok(())
}
