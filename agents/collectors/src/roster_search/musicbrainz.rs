//! `MusicBrainz`: artists by name, and an artist's relations to accounts elsewhere.
//!
//! <https://musicbrainz.org/doc/MusicBrainz_API>; at most one request a second, with a `User-Agent` that says how to reach
//! the operator (<https://musicbrainz.org/doc/MusicBrainz_API/Rate_Limiting>; more is answered with 503). An id that was
//! merged is answered with a redirect to the other one (<https://github.com/metabrainz/musicbrainz-server/pull/814>).

use std::collections::BTreeSet;
use std::time::Duration;

use casa24_schemas::Platform;
use reqwest::header::HeaderMap;
use reqwest::{StatusCode, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::account_link::{Named, addresses, checked, of_url};
use super::candidate::Release;
use crate::http::{Client, Fault, Reply, Verdict, Window};

/// Artists of a search that are looked at.
const NUM_FOUND: &str = "25";
/// Release groups of an answer; more are not looked through.
const NUM_RELEASES: &str = "100";

/// The API of `MusicBrainz`.
#[derive(Debug)]
pub(super) struct MusicBrainz {
    pub(super) client: Client,
}

impl MusicBrainz {
    pub(super) const SETTING: &'static str = "MUSICBRAINZ_API_URL";
    pub(super) const ADDRESS: &'static str = "https://musicbrainz.org/ws/2";
    pub(super) const WINDOW: Window = Window { num_requests: 1, span: Duration::from_secs(1) };
}

/// An artist of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) aliases: Vec<String>,
}

/// An artist with what it is related to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// Its id, which may be another one than was asked for.
    pub(super) id: String,
    pub(super) name: String,
    pub(super) aliases: Vec<String>,
    pub(super) disambiguation: Option<String>,
    pub(super) country: Option<String>,
    /// Accounts on other platforms.
    pub(super) accounts: BTreeSet<(Platform, String)>,
    /// Items of Wikidata.
    pub(super) items: BTreeSet<String>,
}

#[derive(Deserialize)]
struct SearchAnswer {
    artists: Vec<ArtistAnswer>,
}

#[derive(Deserialize)]
struct ArtistAnswer {
    id: String,
    name: String,
    disambiguation: Option<String>,
    country: Option<String>,
    #[serde(default)]
    aliases: Vec<AliasAnswer>,
    #[serde(default)]
    relations: Vec<RelationAnswer>,
}

#[derive(Deserialize)]
struct AliasAnswer {
    name: String,
}

#[derive(Deserialize)]
struct RelationAnswer {
    #[serde(default)]
    ended: Option<bool>,
    url: Option<AddressAnswer>,
    artist: Option<RelatedAnswer>,
}

#[derive(Deserialize)]
struct AddressAnswer {
    resource: String,
}

#[derive(Deserialize)]
struct RelatedAnswer {
    id: String,
}

/// One address, or several where several were asked for.
#[derive(Default, Deserialize)]
struct AddressesAnswer {
    #[serde(default)]
    relations: Vec<RelationAnswer>,
    #[serde(default)]
    urls: Vec<AddressesAnswer>,
}

#[derive(Deserialize)]
struct ReleasesAnswer {
    #[serde(rename = "release-groups")]
    groups: Vec<ReleaseAnswer>,
    #[serde(rename = "release-group-count")]
    count: Option<usize>,
}

#[derive(Deserialize)]
struct ReleaseAnswer {
    title: String,
    #[serde(rename = "first-release-date")]
    date: Option<String>,
}

fn read<T: DeserializeOwned>(reply: &Reply) -> Result<Option<T>, Verdict> {
    match reply.status {
        StatusCode::OK => reply.json().map(Some),
        StatusCode::NOT_FOUND => Ok(None),
        _ => Err(Verdict::Refused(reply.quoted())),
    }
}

/// The same text as one phrase for the search, whose query language has its own meaning for quotes and backslashes.
fn phrase(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\""))
}

fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

impl MusicBrainz {
    async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Option<T>, Fault> {
        let query: Vec<(&str, &str)> = query.iter().copied().chain([("fmt", "json")]).collect();
        self.client.get(path, &query, &HeaderMap::new(), read::<T>).await
    }

    /// Artists with a name, or an alias, like this, the most alike first.
    pub(super) async fn search(&self, name: &str) -> Result<Vec<Hit>, Fault> {
        let query = [("query", phrase(name)), ("limit", NUM_FOUND.to_owned())];
        let query = query.each_ref().map(|(key, value)| (*key, value.as_str()));
        let found = self.get::<SearchAnswer>(&["artist"], &query).await?;
        let hit = |artist: ArtistAnswer| {
            let id = checked(&Platform::LISTENBRAINZ, &artist.id)?;
            let aliases = artist.aliases.into_iter().map(|alias| alias.name).collect();
            Some(Hit { id, name: artist.name, aliases })
        };
        Ok(found.map_or_else(Vec::new, |found| found.artists.into_iter().filter_map(hit).collect()))
    }

    /// An artist by id; `None` where there is none. Relations that have ended are left out.
    pub(super) async fn artist(&self, id: &str) -> Result<Option<Known>, Fault> {
        let found = self.get::<ArtistAnswer>(&["artist", id], &[("inc", "aliases url-rels")]).await?;
        let Some(artist) = found else { return Ok(None) };
        let Some(id) = checked(&Platform::LISTENBRAINZ, &artist.id) else { return Ok(None) };
        let mut known = Known {
            id,
            name: artist.name,
            aliases: artist.aliases.into_iter().map(|alias| alias.name).collect(),
            disambiguation: said(artist.disambiguation),
            country: said(artist.country),
            ..Known::default()
        };
        for relation in artist.relations.iter().filter(|relation| relation.ended != Some(true)) {
            let url = relation.url.as_ref().and_then(|url| Url::parse(&url.resource).ok());
            match url.as_ref().map(of_url) {
                Some(Ok(Named::Account { platform, id })) if platform != Platform::LISTENBRAINZ => {
                    known.accounts.insert((platform, id));
                }
                Some(Ok(Named::Item(item))) => {
                    known.items.insert(item);
                }
                // Sites that are not asked for figures, and pages that are no accounts.
                Some(Ok(Named::Account { .. } | Named::Name) | Err(_)) | None => {}
            }
        }
        Ok(Some(known))
    }

    /// The artists that are related to an account elsewhere.
    pub(super) async fn of_account(&self, platform: &Platform, id: &str) -> Result<BTreeSet<String>, Fault> {
        let addresses = addresses(platform, id);
        if addresses.is_empty() {
            return Ok(BTreeSet::new());
        }
        let mut query: Vec<(&str, &str)> =
            addresses.iter().map(|address| ("resource", address.as_str())).collect();
        query.push(("inc", "artist-rels"));
        let found = self.get::<AddressesAnswer>(&["url"], &query).await?.unwrap_or_default();
        let relations = found.urls.into_iter().flat_map(|url| url.relations).chain(found.relations);
        Ok(relations
            .filter(|relation| relation.ended != Some(true))
            .filter_map(|relation| checked(&Platform::LISTENBRAINZ, &relation.artist?.id))
            .collect())
    }

    /// The newest release of an artist; `None` where none has a date, or where not all were given.
    pub(super) async fn newest_release(&self, id: &str) -> Result<Option<Release>, Fault> {
        let query = [("artist", id), ("limit", NUM_RELEASES)];
        let Some(found) = self.get::<ReleasesAnswer>(&["release-group"], &query).await? else {
            return Ok(None);
        };
        if found.count.is_some_and(|count| count > found.groups.len()) {
            return Ok(None);
        }
        let dated = found
            .groups
            .into_iter()
            .filter_map(|release| Some(Release { title: release.title, date: said(release.date)? }));
        Ok(dated.max_by(|one, other| one.date.cmp(&other.date)))
    }
}
