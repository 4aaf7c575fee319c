//! Deezer, which needs no key: fans, albums and top tracks of an artist.
//!
//! <https://developers.deezer.com/api/artist>; errors come with status 200 as `{"error": {"type", "message", "code"}}`
//! (<https://developers.deezer.com/api/errors>). At most 50 requests in 5 seconds.

use std::time::Duration;

use casa24_schemas::{Absence, Content, Metric, Platform, Track};
use futures::future::{BoxFuture, FutureExt};
use futures::stream::{self, StreamExt, TryStreamExt};
use reqwest::header::HeaderMap;
use serde::Deserialize;

use crate::collect::{Collector, Seen};
use crate::http::{Client, Fault, Reply, Verdict, Window};

const METRICS: &[Metric] = &[Metric::FANS, Metric::ALBUMS];
/// Top tracks that are asked for.
const NUM_TRACKS: &str = "10";

/// The error that says that the quota of 5 seconds is used up.
const QUOTA: i64 = 4;
/// The error of a service that is busy.
const SERVICE_BUSY: i64 = 700;
/// The error that says that there is no such artist.
const NO_DATA: i64 = 800;

/// Deezer's public API.
pub(crate) struct Deezer {
    pub(super) client: Client,
}

impl Deezer {
    pub(crate) const SETTING: &'static str = "DEEZER_API_URL";
    pub(crate) const ADDRESS: &'static str = "https://api.deezer.com";
    pub(crate) const WINDOW: Window = Window { num_requests: 50, span: Duration::from_secs(5) };
}

/// An answer, or an error in its place.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer<T> {
    Error { error: ApiError },
    Found(T),
}

#[derive(Deserialize)]
struct ApiError {
    code: Option<i64>,
    message: Option<String>,
}

#[derive(Deserialize)]
struct ArtistAnswer {
    id: i64,
    name: Option<String>,
    nb_fan: Option<i64>,
    nb_album: Option<i64>,
}

#[derive(Deserialize)]
struct TopAnswer {
    data: Vec<TrackAnswer>,
}

#[derive(Deserialize)]
struct TrackAnswer {
    title: String,
    preview: Option<String>,
}

/// Reads an answer; `None` where there is no such artist.
pub(crate) fn read<T: serde::de::DeserializeOwned>(reply: &Reply) -> Result<Option<T>, Verdict> {
    match reply.json::<Answer<T>>()? {
        Answer::Found(found) => Ok(Some(found)),
        Answer::Error { error } => match error.code {
            Some(NO_DATA) => Ok(None),
            Some(QUOTA) => Err(Verdict::Busy(None)),
            Some(SERVICE_BUSY) => Err(Verdict::Again("it says that it is busy".to_owned())),
            _ => Err(Verdict::Refused(format!(
                "it answers error {} {:?}",
                error.code.unwrap_or_default(),
                error.message.unwrap_or_default().chars().take(120).collect::<String>()
            ))),
        },
    }
}

impl Collector for Deezer {
    fn platform(&self) -> Platform {
        Platform::DEEZER
    }

    fn source(&self) -> &'static str {
        "Deezer API"
    }

    fn metrics(&self) -> &'static [Metric] {
        METRICS
    }

    fn concurrency(&self) -> usize {
        8
    }

    fn well_known(&self) -> &str {
        "27"
    }

    fn terms(&self) -> &'static str {
        "https://developers.deezer.com/termsofuse"
    }

    fn check(&self, id: &str) -> Result<(), String> {
        let is_id = !id.is_empty() && id.len() <= 18 && id.bytes().all(|c| c.is_ascii_digit());
        if is_id {
            Ok(())
        } else {
            Err("is no id of Deezer: it is the number in the artist's address".to_owned())
        }
    }

    fn fetch<'a>(&'a self, ids: &'a [String]) -> BoxFuture<'a, Result<Vec<Vec<Seen>>, Fault>> {
        let artists = stream::iter(ids).then(|id| self.artist(id));
        artists.map_ok(|seen| seen.into_iter().collect()).try_collect().boxed()
    }
}

impl Deezer {
    async fn artist(&self, id: &str) -> Result<Option<Seen>, Fault> {
        let none = HeaderMap::new();
        let Some(artist) = self.client.get(&["artist", id], &[], &none, read::<ArtistAnswer>).await? else {
            return Ok(None);
        };
        let mut seen = Seen::default();
        if artist.id.to_string() != *id {
            // Ids that were merged answer with the other one: whose figures these are is not known here.
            return Ok(Some(Seen::nothing(METRICS, Absence::Refused)));
        }
        seen.put(Metric::FANS, artist.nb_fan, Absence::NotOffered);
        seen.put(Metric::ALBUMS, artist.nb_album, Absence::NotOffered);
        // Tracks are an extra: their faults must not cost the figures.
        let (path, query) = (["artist", id, "top"], [("limit", NUM_TRACKS)]);
        let tracks = match self.client.get(&path, &query, &none, read::<TopAnswer>).await {
            Ok(top) => top.map(|top| top.data).unwrap_or_default(),
            Err(Fault::Failed { .. } | Fault::Refused { .. }) => Vec::new(),
            Err(stopped @ Fault::Stopped { .. }) => return Err(stopped),
        };
        let track = |of: TrackAnswer| {
            let preview_url = of.preview.filter(|url| !url.is_empty());
            Track { name: of.title, popularity: None, preview_url }
        };
        seen.content = Some(Content {
            tracks: tracks.into_iter().map(track).collect(),
            display_name: artist.name,
            ..Content::default()
        });
        Ok(Some(seen))
    }
}
