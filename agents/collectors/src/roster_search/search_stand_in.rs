//! Stand-ins of MusicBrainz, Wikidata and Deezer, and a search that asks them.

use std::time::Duration;

use serde_json::{Value, json};

use super::server::{Answer, Asked, Server};
use super::*;
use crate::Patience;
use crate::roster_search::evidence::Standing;

pub(super) const LUZ: &str = "8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11";
pub(super) const OTHER: &str = "11111111-fbe1-4f50-aa9b-94c450ec0f11";
pub(super) const SPOTIFY: &str = "4vYClJG7K1FGWMMalEW5Hg";

/// An item: id, claims by property, titles by site.
pub(super) type InWikidata = (&'static str, Claims, Vec<(&'static str, &'static str)>);
pub(super) type Claims = Vec<(&'static str, String)>;

/// What the three sources hold.
#[derive(Clone, Default)]
pub(super) struct World {
    /// Artists of MusicBrainz: id, name, addresses. The search finds them all.
    pub(super) artists: Vec<(&'static str, &'static str, Vec<String>)>,
    /// Ids of MusicBrainz that were merged, with the one that counts.
    pub(super) merged: Vec<(&'static str, &'static str)>,
    /// Items of Wikidata.
    pub(super) items: Vec<InWikidata>,
    /// Artists of Deezer: the id that is asked for, the id that answers, name, fans.
    pub(super) deezer: Vec<(u64, u64, &'static str, u64)>,
}

impl World {
    pub(super) fn answer(&self, asked: &Asked) -> Answer {
        let url = reqwest::Url::parse(&format!("http://x{}", asked.target)).unwrap();
        let all = |key: &str| -> Vec<String> {
            url.query_pairs().filter(|(of, _)| of == key).map(|(_, value)| value.into_owned()).collect()
        };
        let one = |key: &str| all(key).pop().unwrap_or_default();
        let path: Vec<&str> = url.path_segments().unwrap().collect();
        let answer = match path.as_slice() {
            ["mb", "artist"] => {
                Some(json!({ "artists": self.artists.iter().map(artist).collect::<Vec<_>>() }))
            }
            ["mb", "artist", id] => {
                let id = self.merged.iter().find(|(from, _)| from == id).map_or(*id, |(_, to)| to);
                self.artists.iter().find(|(of, ..)| *of == id).map(artist)
            }
            ["mb", "url"] => {
                let resources = all("resource");
                let related =
                    self.artists.iter().filter(|(_, _, urls)| urls.iter().any(|url| resources.contains(url)));
                let relations: Vec<Value> = related
                    .map(|(id, name, _)| json!({ "type": "x", "artist": { "id": id, "name": name } }))
                    .collect();
                (!relations.is_empty()).then(|| json!({ "relations": relations }))
            }
            ["mb", "release-group"] => Some(json!({ "release-group-count": 2, "release-groups": [
                { "title": "Mar", "first-release-date": "2024-03" }, { "title": "Sal", "first-release-date": "" },
            ] })),
            ["wd"] if one("action") == "query" => {
                let statement = one("srsearch");
                let (property, id) =
                    statement.strip_prefix("haswbstatement:").unwrap().split_once('=').unwrap();
                let hits: Vec<Value> = self
                    .items
                    .iter()
                    .filter(|(_, claims, _)| claims.iter().any(|claim| *claim == (property, id.to_owned())))
                    .map(|(item, ..)| json!({ "title": item }))
                    .collect();
                Some(json!({ "query": { "search": hits } }))
            }
            ["wd"] => {
                let (ids, site, title) = (one("ids"), one("sites"), one("titles"));
                let is_asked = |of: &str, links: &[(&str, &str)]| {
                    ids.split('|').any(|id| id == of) || links.contains(&(site.as_str(), title.as_str()))
                };
                let found = self.items.iter().filter(|(id, _, links)| is_asked(id, links));
                Some(
                    json!({ "entities": found.map(|of| (of.0, item(of))).collect::<std::collections::BTreeMap<_, _>>() }),
                )
            }
            ["dz", "search", "artist"] => {
                Some(json!({ "data": self.deezer.iter().map(on_deezer).collect::<Vec<_>>() }))
            }
            ["dz", "artist", _, "albums"] => Some(json!({ "total": 2, "data": [
                { "title": "Mar", "release_date": "2024-03-01" }, { "title": "Sal", "release_date": "0000-00-00" },
            ] })),
            ["dz", "artist", id] => {
                let found = self.deezer.iter().find(|(of, ..)| of.to_string() == *id).map(on_deezer);
                Some(found.unwrap_or_else(|| json!({ "error": { "code": 800, "message": "no data" } })))
            }
            _ => None,
        };
        answer.map_or_else(
            || Answer::status(404, r#"{"error": "Not Found"}"#),
            |json| Answer::ok(json.to_string()),
        )
    }
}

fn artist((id, name, urls): &(&str, &str, Vec<String>)) -> Value {
    let relation =
        |url: &String| json!({ "type": "x", "ended": url.contains("ended"), "url": { "resource": url } });
    json!({
        "id": id, "name": name, "disambiguation": "singer", "country": "ES",
        "aliases": [{ "name": "Alias of Luz" }], "relations": urls.iter().map(relation).collect::<Vec<_>>(),
    })
}

fn item((id, claims, links): &InWikidata) -> Value {
    let mut by_property = serde_json::Map::new();
    for (property, value) in claims {
        let claim = json!({ "rank": "normal", "mainsnak": { "datavalue": { "value": value } } });
        by_property.entry(*property).or_insert_with(|| json!([])).as_array_mut().unwrap().push(claim);
    }
    let links: serde_json::Map<String, Value> =
        links.iter().map(|(site, title)| ((*site).to_owned(), json!({ "title": title }))).collect();
    let labels = json!({ "en": { "language": "mul", "value": "Luz" } });
    json!({ "id": id, "labels": labels, "descriptions": [], "claims": by_property, "sitelinks": links })
}

fn on_deezer((_, id, name, fans): &(u64, u64, &str, u64)) -> Value {
    json!({ "id": id, "name": name, "nb_fan": fans, "nb_album": fans.min(&3) })
}

pub(super) fn deezer(id: u64) -> String {
    format!("https://www.deezer.com/artist/{id}")
}

/// A world in which everybody agrees on Luz.
pub(super) fn agreeing() -> World {
    let spotify = format!("https://open.spotify.com/artist/{SPOTIFY}");
    let item = "https://www.wikidata.org/wiki/Q1".to_owned();
    let instagram = "https://www.instagram.com/luz/".to_owned();
    World {
        artists: vec![(LUZ, "Luz", vec![deezer(27), spotify, item, instagram])],
        items: vec![(
            "Q1",
            vec![("P434", LUZ.to_owned()), ("P2722", "27".to_owned()), ("P1902", SPOTIFY.to_owned())],
            vec![("enwiki", "Luz (singer)")],
        )],
        deezer: vec![(27, 27, "LUZ", 4_751)],
        merged: vec![],
    }
}

pub(super) struct Searching {
    pub(super) server: Server,
    pub(super) search: RosterSearch,
    _folder: tempfile::TempDir,
}

impl Searching {
    pub(super) async fn new(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        Self::with(answer, |access| access).await
    }

    pub(super) async fn with(
        answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
        change: impl Fn(Access) -> Access,
    ) -> Self {
        let server = Server::start(answer).await;
        let folder = tempfile::tempdir().unwrap();
        let address = |path: &str| format!("{}/{path}", server.address);
        let access = Access {
            addresses: [
                (MusicBrainz::SETTING, address("mb")),
                (Wikidata::SETTING, address("wd")),
                (Deezer::SETTING, address("dz")),
                ("SPOTIFY_API_URL", address("sp")),
                ("SPOTIFY_ACCOUNTS_URL", address("sa")),
                ("YOUTUBE_API_URL", address("yt")),
            ]
            .into(),
            contact: Some("ops@label.example".to_owned()),
            folder: Some(folder.path().to_owned()),
            patience: Patience { answer: Duration::from_millis(400), first_pause: Duration::from_millis(1) },
            ..Access::default()
        };
        let window = Window { num_requests: 1, span: Duration::from_millis(5) };
        let search = RosterSearch::with_window(&change(access), window).unwrap();
        Self { server, search, _folder: folder }
    }

    pub(super) async fn of(world: World) -> Self {
        Self::new(move |asked| world.answer(asked)).await
    }

    pub(super) fn num_asked(&self, path: &str) -> usize {
        self.server.asked().iter().filter(|asked| asked.target.starts_with(path)).count()
    }
}

pub(super) fn standing(candidate: &Candidate, platform: &Platform) -> Option<Standing> {
    candidate.evidence.standing(platform)
}

pub(super) fn agreed(id: &str) -> Option<Standing> {
    Some(Standing::Agreed(id.to_owned()))
}
