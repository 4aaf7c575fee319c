//! Deezer: artists by name, by id, and their newest release.
//!
//! <https://developers.deezer.com/api/search/artist>, <https://developers.deezer.com/api/artist>,
//! <https://developers.deezer.com/api/artist/albums>. An id that was merged is answered with the other one's artist.

use casa24_schemas::Platform;
use reqwest::header::HeaderMap;
use serde::Deserialize;

use super::account_link::checked;
use super::candidate::Release;
use crate::http::{Client, Fault};
use crate::platforms::deezer::read;

/// Artists of a search that are looked at.
const NUM_FOUND: &str = "25";
/// Albums of a page, and pages that are looked through.
const NUM_ALBUMS: usize = 100;
const NUM_PAGES: usize = 5;

/// Deezer's public API.
#[derive(Debug)]
pub(super) struct DeezerArtists {
    pub(super) client: Client,
}

/// An artist on Deezer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OnDeezer {
    /// Its id, which may be another one than was asked for.
    pub(super) id: String,
    pub(super) name: String,
    pub(super) fans: Option<u64>,
    pub(super) num_albums: Option<u64>,
}

#[derive(Deserialize)]
struct ArtistAnswer {
    id: u64,
    name: String,
    nb_fan: Option<u64>,
    nb_album: Option<u64>,
}

#[derive(Deserialize)]
struct Page<T> {
    data: Vec<T>,
    total: Option<usize>,
}

#[derive(Deserialize)]
struct AlbumAnswer {
    title: String,
    release_date: Option<String>,
}

fn on_deezer(artist: ArtistAnswer) -> Option<OnDeezer> {
    let id = checked(&Platform::DEEZER, &artist.id.to_string())?;
    Some(OnDeezer { id, name: artist.name, fans: artist.nb_fan, num_albums: artist.nb_album })
}

impl DeezerArtists {
    /// Artists with a name like this, the most alike first.
    pub(super) async fn search(&self, name: &str) -> Result<Vec<OnDeezer>, Fault> {
        let query = [("q", name), ("limit", NUM_FOUND)];
        let found = self
            .client
            .get(&["search", "artist"], &query, &HeaderMap::new(), read::<Page<ArtistAnswer>>)
            .await?;
        let artists = found.map(|page| page.data).unwrap_or_default();
        Ok(artists.into_iter().filter_map(on_deezer).collect())
    }

    /// An artist by id; `None` where there is none.
    pub(super) async fn artist(&self, id: &str) -> Result<Option<OnDeezer>, Fault> {
        let found = self.client.get(&["artist", id], &[], &HeaderMap::new(), read::<ArtistAnswer>).await?;
        Ok(found.and_then(on_deezer))
    }

    /// The newest release of an artist; `None` where none has a date, or there are too many to look through.
    pub(super) async fn newest_release(&self, id: &str) -> Result<Option<Release>, Fault> {
        let mut newest: Option<Release> = None;
        let mut num_seen = 0;
        for page in 0..NUM_PAGES {
            let (limit, index) = (NUM_ALBUMS.to_string(), (page * NUM_ALBUMS).to_string());
            let query = [("limit", limit.as_str()), ("index", index.as_str())];
            let found = self
                .client
                .get(&["artist", id, "albums"], &query, &HeaderMap::new(), read::<Page<AlbumAnswer>>)
                .await?;
            let Some(albums) = found else { return Ok(newest) };
            let num_albums = albums.data.len();
            num_seen += num_albums;
            for album in albums.data {
                // Deezer writes 0000-00-00 where it knows no date.
                let date = album.release_date.filter(|date| !date.is_empty() && !date.starts_with("0000"));
                if let Some(date) = date
                    && newest.as_ref().is_none_or(|newest| newest.date < date)
                {
                    newest = Some(Release { title: album.title, date });
                }
            }
            if num_albums == 0 || albums.total.is_none_or(|total| num_seen >= total) {
                return Ok(newest);
            }
        }
        Ok(None)
    }
}
