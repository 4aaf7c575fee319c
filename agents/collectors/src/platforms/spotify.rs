//! Spotify's Web API, with the id and secret of an app: followers, popularity, top tracks and the number of releases of
//! an artist, and once a week the releases themselves.
//!
//! <https://developer.spotify.com/documentation/web-api/reference/get-an-artist>. Apps in Development Mode get
//! neither followers nor popularity since 9 March 2026, and their owner needs Premium; apps with Extended Quota get them. The mode is told by the answer.
//! The token of an app lasts for an hour (<https://developer.spotify.com/documentation/web-api/tutorials/client-credentials-flow>).
//! The limit counts calls in a rolling window of 30 seconds, and is not published.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use casa24_schemas::{Absence, Content, MAX_RELEASES, Metric, Platform, Release, Track};
use futures::future::{BoxFuture, FutureExt};
use futures::stream::{self, StreamExt, TryStreamExt};
use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::collect::{Collector, ReleaseLister, Seen};
use crate::http::{Client, Fault, Reply, Verdict, Window};
use crate::release_date::is_release_date;

const METRICS: &[Metric] = &[Metric::FOLLOWERS, Metric::POPULARITY_SCORE, Metric::RELEASES];
/// What counts as a release: not what an artist appears on.
const RELEASES: &str = "album,single,compilation";
/// Most releases on a page, since February 2026 (<https://developer.spotify.com/documentation/web-api/reference/get-an-artists-albums>).
const PAGE: usize = 10;
/// The country whose top tracks are asked for: without one, nothing is available.
const MARKET: &str = "US";
/// A token is renewed this long before it ends.
const RENEWED_BEFORE: Duration = Duration::from_secs(60);
/// Length of an id.
const ID_LENGTH: usize = 22;

/// Spotify's Web API.
pub(crate) struct Spotify {
    client: Client,
    accounts: Client,
    /// Id and secret of the app, as the header that asks for a token.
    app: HeaderMap,
    token: Mutex<Option<Token>>,
}

struct Token {
    header: HeaderMap,
    until: Instant,
}

impl Spotify {
    pub(super) const SETTING: &'static str = "SPOTIFY_API_URL";
    pub(super) const ACCOUNTS_SETTING: &'static str = "SPOTIFY_ACCOUNTS_URL";
    pub(super) const ADDRESS: &'static str = "https://api.spotify.com/v1";
    pub(super) const ACCOUNTS_ADDRESS: &'static str = "https://accounts.spotify.com";
    pub(super) const WINDOW: Window = Window { num_requests: 60, span: Duration::from_secs(30) };

    pub(super) fn new(client: Client, accounts: Client, id: &str, secret: &SecretString) -> Option<Self> {
        let encoded = STANDARD.encode(format!("{id}:{}", secret.expose_secret()));
        let mut header = HeaderValue::from_str(&format!("Basic {encoded}")).ok()?;
        header.set_sensitive(true);
        let app = [(AUTHORIZATION, header)].into_iter().collect();
        Some(Self { client, accounts, app, token: Mutex::new(None) })
    }
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    expires_in: u64,
}

#[derive(Deserialize)]
struct ArtistAnswer {
    id: String,
    name: Option<String>,
    followers: Option<Followers>,
    popularity: Option<i64>,
    #[serde(default)]
    genres: Vec<String>,
}

#[derive(Deserialize)]
struct Followers {
    total: Option<i64>,
}

#[derive(Deserialize)]
struct TopTracks {
    tracks: Vec<TrackAnswer>,
}

#[derive(Deserialize)]
struct TrackAnswer {
    name: String,
    popularity: Option<u8>,
}

/// A page of an artist's releases: how many there are stands on each.
#[derive(Deserialize)]
struct Releases {
    total: Option<i64>,
    #[serde(default)]
    items: Vec<Option<ReleaseAnswer>>,
}

#[derive(Deserialize)]
struct ReleaseAnswer {
    id: String,
    /// Empty of what was taken down.
    name: String,
    album_type: Option<String>,
    release_date: Option<String>,
    release_date_precision: Option<String>,
}

impl ReleaseAnswer {
    fn read(self) -> Release {
        let precision = self.release_date_precision;
        let released = self.release_date.and_then(|date| released(&date, precision.as_deref()));
        Release { id: self.id, name: self.name, kind: self.album_type, released }
    }
}

/// A date as exactly as it is known: what is written beyond that is made up. `None` for what is none.
fn released(date: &str, precision: Option<&str>) -> Option<String> {
    let num_chars = match precision {
        Some("year") => 4,
        Some("month") => 7,
        Some("day") => 10,
        _ => date.len(),
    };
    date.get(..num_chars).filter(|date| is_release_date(date)).map(str::to_owned)
}

/// What a question with a token brought.
enum Asked<T> {
    Found(T),
    NotFound,
    /// The token is no longer good.
    Expired,
}

fn read<T: DeserializeOwned>(reply: &Reply) -> Result<Asked<T>, Verdict> {
    match reply.status {
        StatusCode::OK => reply.json().map(Asked::Found),
        StatusCode::NOT_FOUND => Ok(Asked::NotFound),
        StatusCode::UNAUTHORIZED => Ok(Asked::Expired),
        // Partly in plain text: "Active premium subscription required for the owner of the app."
        StatusCode::FORBIDDEN => Err(Verdict::Stopped(reply.quoted(), None)),
        _ => Err(Verdict::Refused(reply.quoted())),
    }
}

fn read_token(reply: &Reply) -> Result<TokenAnswer, Verdict> {
    match reply.status {
        StatusCode::OK => reply.json(),
        _ => {
            let what = "it refuses SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET";
            Err(Verdict::Stopped(format!("{what} ({})", reply.status), None))
        }
    }
}

impl Collector for Spotify {
    fn platform(&self) -> Platform {
        Platform::SPOTIFY
    }

    fn source(&self) -> &'static str {
        "Spotify Web API"
    }

    fn metrics(&self) -> &'static [Metric] {
        METRICS
    }

    fn concurrency(&self) -> usize {
        4
    }

    fn release_lister(&self) -> Option<&dyn ReleaseLister> {
        Some(self)
    }

    fn not_offered(&self) -> &'static str {
        "Spotify gives apps in Development Mode neither followers nor popularity since March 2026; the files of Spotify for Artists have listeners, streams and followers: casa24 import FILE --artist NAME"
    }

    fn well_known(&self) -> &str {
        "0TnOYISbd1XYRBk9myaseg"
    }

    fn terms(&self) -> &'static str {
        "https://developer.spotify.com/terms"
    }

    fn check(&self, id: &str) -> Result<(), String> {
        if id.len() == ID_LENGTH && id.bytes().all(|c| c.is_ascii_alphanumeric()) {
            Ok(())
        } else {
            Err("is no id of Spotify: it has 22 letters and digits".to_owned())
        }
    }

    fn fetch<'a>(&'a self, ids: &'a [String]) -> BoxFuture<'a, Result<Vec<Vec<Seen>>, Fault>> {
        let artists = stream::iter(ids).then(|id| self.artist(id));
        artists.map_ok(|seen| seen.into_iter().collect()).try_collect().boxed()
    }
}

impl ReleaseLister for Spotify {
    fn every_days(&self) -> u16 {
        7
    }

    fn releases<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Vec<Release>, Fault>> {
        async move {
            let mut all: Vec<Release> = Vec::new();
            for offset in (0..MAX_RELEASES).step_by(PAGE) {
                let (limit, from) = (PAGE.to_string(), offset.to_string());
                let query = [("include_groups", RELEASES), ("limit", limit.as_str()), ("offset", &from)];
                let page = self.ask::<Releases>(&["artists", id, "albums"], &query).await?;
                let Some(Releases { total: Some(total), items }) = page else {
                    return Err(Fault::Refused { what: "it does not list them".to_owned() });
                };
                let is_last = items.is_empty() || i64::try_from(offset + PAGE).is_ok_and(|end| end >= total);
                for release in items.into_iter().flatten().filter(|release| !release.name.is_empty()) {
                    // A page moves where something is released meanwhile.
                    if !all.iter().any(|known| known.id == release.id) {
                        all.push(release.read());
                    }
                }
                if is_last {
                    // They come by kind. What has no date is the last.
                    all.sort_by(|a, b| b.released.cmp(&a.released));
                    return Ok(all);
                }
            }
            Err(Fault::Refused { what: format!("there are more than {MAX_RELEASES}, which are not listed") })
        }
        .boxed()
    }
}

/// An artist by name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct OnSpotify {
    /// Its id, which may be another one than was asked for.
    pub(crate) id: String,
    pub(crate) name: String,
}

#[derive(Deserialize)]
struct SearchAnswer {
    artists: Option<Page>,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Option<OnSpotify>>,
}

impl Spotify {
    /// Artists with a name like this: ten at most
    /// (<https://developer.spotify.com/documentation/web-api/reference/search>).
    pub(crate) async fn search(&self, name: &str) -> Result<Vec<OnSpotify>, Fault> {
        let query = [("q", name), ("type", "artist"), ("limit", "10")];
        let found = self.ask::<SearchAnswer>(&["search"], &query).await?;
        let artists = found.and_then(|found| found.artists).map(|page| page.items).unwrap_or_default();
        Ok(artists.into_iter().flatten().collect())
    }

    /// What an artist is called; `None` where there is none of this id.
    pub(crate) async fn named(&self, id: &str) -> Result<Option<OnSpotify>, Fault> {
        self.ask(&["artists", id], &[]).await
    }

    async fn artist(&self, id: &str) -> Result<Option<Seen>, Fault> {
        let Some(artist) = self.ask::<ArtistAnswer>(&["artists", id], &[]).await? else { return Ok(None) };
        if artist.id != *id {
            return Ok(Some(Seen::nothing(METRICS, Absence::Refused)));
        }
        let mut seen = Seen::default();
        seen.put(
            Metric::FOLLOWERS,
            artist.followers.and_then(|followers| followers.total),
            Absence::NotOffered,
        );
        seen.put(Metric::POPULARITY_SCORE, artist.popularity, Absence::NotOffered);
        // Where there are no figures there is no list either.
        let tracks = if seen.metrics.is_empty() { Vec::new() } else { self.tracks(id).await? };
        self.num_releases(id, &mut seen).await?;
        seen.content =
            Some(Content { genres: artist.genres, tracks, display_name: artist.name, ..Content::default() });
        Ok(Some(seen))
    }

    /// How many releases there are. Faults must not cost the other figures.
    async fn num_releases(&self, id: &str, seen: &mut Seen) -> Result<(), Fault> {
        let query = [("include_groups", RELEASES), ("limit", "1")];
        let (total, or_else) = match self.ask::<Releases>(&["artists", id, "albums"], &query).await {
            Ok(releases) => (releases.and_then(|releases| releases.total), Absence::NotOffered),
            Err(Fault::Stopped { until: Some(until), what }) => {
                return Err(Fault::Stopped { what, until: Some(until) });
            }
            Err(Fault::Failed { .. }) => (None, Absence::Failed),
            Err(Fault::Refused { .. } | Fault::Stopped { .. }) => (None, Absence::Refused),
        };
        seen.put(Metric::RELEASES, total, or_else);
        Ok(())
    }

    /// Top tracks. They are an extra: their faults must not cost the figures.
    async fn tracks(&self, id: &str) -> Result<Vec<Track>, Fault> {
        match self.ask::<TopTracks>(&["artists", id, "top-tracks"], &[("market", MARKET)]).await {
            Ok(top) => {
                let tracks = top.map(|top| top.tracks).unwrap_or_default().into_iter();
                let track =
                    |of: TrackAnswer| Track { name: of.name, popularity: of.popularity, preview_url: None };
                Ok(tracks.map(track).collect())
            }
            Err(Fault::Stopped { until: Some(until), what }) => {
                Err(Fault::Stopped { what, until: Some(until) })
            }
            Err(_) => Ok(Vec::new()),
        }
    }

    /// Asks with a token; one that has ended is renewed once.
    async fn ask<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Option<T>, Fault> {
        for _ in 0..2 {
            let header = self.token().await?;
            match self.client.get(path, query, &header, read::<T>).await? {
                Asked::Found(found) => return Ok(Some(found)),
                Asked::NotFound => return Ok(None),
                Asked::Expired => self.forget(&header).await,
            }
        }
        Err(Fault::Stopped { what: "it refuses the token that it has given".to_owned(), until: None })
    }

    async fn token(&self) -> Result<HeaderMap, Fault> {
        let mut token = self.token.lock().await;
        if let Some(token) = token.as_ref().filter(|token| token.until > Instant::now()) {
            return Ok(token.header.clone());
        }
        let form = [("grant_type", "client_credentials")];
        let answer = self.accounts.post_form(&["api", "token"], &form, &self.app, read_token).await?;
        let mut header = HeaderValue::from_str(&format!("Bearer {}", answer.access_token)).map_err(|_| {
            Fault::Refused { what: "the token that it gives cannot stand in a header".to_owned() }
        })?;
        header.set_sensitive(true);
        let header: HeaderMap = [(AUTHORIZATION, header)].into_iter().collect();
        let lasts = Duration::from_secs(answer.expires_in).saturating_sub(RENEWED_BEFORE);
        let until = Instant::now().checked_add(lasts).unwrap_or_else(Instant::now);
        *token = Some(Token { header: header.clone(), until });
        Ok(header)
    }

    /// Forgets a token, unless another call has a newer one already.
    async fn forget(&self, header: &HeaderMap) {
        let mut token = self.token.lock().await;
        if token.as_ref().is_some_and(|token| token.header == *header) {
            *token = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_as_exact_as_it_is_known() {
        for (date, precision, expected) in [
            ("2026-08-14", Some("day"), Some("2026-08-14")),
            ("2026-08-01", Some("month"), Some("2026-08")),
            ("2026-01-01", Some("year"), Some("2026")),
            ("1981-12", Some("month"), Some("1981-12")),
            ("1981", None, Some("1981")),
            ("0000", Some("year"), None),
            ("1981", Some("day"), None),
            ("soon", None, None),
            ("2026-08-14T00", None, None),
            ("2026-02-30", Some("day"), None),
        ] {
            assert_eq!(released(date, precision).as_deref(), expected, "{date} {precision:?}");
        }
    }
}
