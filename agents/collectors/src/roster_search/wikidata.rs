//! Wikidata: items by an account or an article, with the accounts that they claim.
//!
//! <https://www.wikidata.org/w/api.php?action=help&modules=wbgetentities>, and
//! <https://www.mediawiki.org/wiki/Help:Extension:WikibaseCirrusSearch> for `haswbstatement`. Items that were merged are
//! followed. Errors come with status 200. The `User-Agent` must say how to reach the operator
//! (<https://foundation.wikimedia.org/wiki/Policy:Wikimedia_Foundation_User-Agent_Policy>).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use casa24_schemas::Platform;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::account_link::{checked, item_id};
use super::source::Source;
use crate::http::{Client, Fault, Reply, Verdict, Window};

/// The properties that name accounts.
static PROPERTIES: [(&str, Platform); 5] = [
    ("P434", Platform::LISTENBRAINZ),
    ("P1902", Platform::SPOTIFY),
    ("P2722", Platform::DEEZER),
    ("P2397", Platform::YOUTUBE),
    ("P2003", Platform::INSTAGRAM),
];
/// The property of a claim that is over.
const END_TIME: &str = "P582";
/// The properties of a reference that say from where a claim was taken: "stated in" and "imported from".
const TAKEN_FROM: [&str; 2] = ["P248", "P143"];
/// The item of `MusicBrainz`.
const MUSICBRAINZ: &str = "Q14005";
/// Items of a search that are looked at.
const NUM_FOUND: &str = "5";
/// Sites whose names end like those of Wikipedia's editions.
const OTHER_WIKIS: [&str; 11] = [
    "commons",
    "species",
    "wikidata",
    "meta",
    "mediawiki",
    "sources",
    "incubator",
    "outreach",
    "wikimania",
    "foundation",
    "wikifunctions",
];
/// The edition whose article is taken where there are several.
const EDITION: &str = "en";

/// Wikidata's API.
#[derive(Debug)]
pub(super) struct Wikidata {
    pub(super) client: Client,
}

impl Wikidata {
    pub(super) const SETTING: &'static str = "WIKIDATA_API_URL";
    pub(super) const ADDRESS: &'static str = "https://www.wikidata.org/w/api.php";
    /// Far below what is allowed (<https://www.mediawiki.org/wiki/API:Etiquette> asks for requests in series).
    pub(super) const WINDOW: Window = Window { num_requests: 5, span: Duration::from_secs(1) };
}

/// What an item says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) id: String,
    pub(super) label: Option<String>,
    pub(super) description: Option<String>,
    /// The accounts that it claims, of the highest rank, without those that are over; with whose word that is: a claim that
    /// was taken from `MusicBrainz` is no second source.
    pub(super) accounts: BTreeSet<(Platform, String, Source)>,
    /// Its articles: the one in English, or else all of them.
    pub(super) articles: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer<T> {
    Error { error: ApiError },
    Found(T),
}

#[derive(Deserialize)]
struct ApiError {
    code: String,
    #[serde(default)]
    info: String,
}

#[derive(Deserialize)]
struct SearchAnswer {
    query: Query,
}

#[derive(Deserialize)]
struct Query {
    search: Vec<HitAnswer>,
}

#[derive(Deserialize)]
struct HitAnswer {
    title: String,
}

#[derive(Deserialize)]
struct EntitiesAnswer {
    entities: BTreeMap<String, EntityAnswer>,
}

#[derive(Deserialize)]
struct EntityAnswer {
    id: Option<String>,
    missing: Option<Value>,
    // Empty maps are written as empty lists.
    #[serde(default)]
    labels: Value,
    #[serde(default)]
    descriptions: Value,
    #[serde(default)]
    claims: Value,
    #[serde(default)]
    sitelinks: Value,
}

fn read<T: DeserializeOwned>(reply: &Reply) -> Result<T, Verdict> {
    if reply.status != StatusCode::OK {
        return Err(Verdict::Refused(reply.quoted()));
    }
    match reply.json::<Answer<T>>()? {
        Answer::Found(found) => Ok(found),
        Answer::Error { error } => Err(match error.code.as_str() {
            "maxlag" | "ratelimited" => Verdict::Busy(None),
            code if code.starts_with("internal_api_error") => {
                Verdict::Again(format!("it answers error {code:?}"))
            }
            code => {
                let info: String = error.info.chars().take(120).collect();
                Verdict::Refused(format!("it answers error {code:?} {info:?}"))
            }
        }),
    }
}

impl Wikidata {
    async fn get<T: DeserializeOwned>(&self, query: &[(&str, &str)]) -> Result<T, Fault> {
        let query: Vec<(&str, &str)> = query.iter().copied().chain([("format", "json")]).collect();
        self.client.get(&[], &query, &HeaderMap::new(), read::<T>).await
    }

    /// The items that claim an account.
    pub(super) async fn of_account(&self, platform: &Platform, id: &str) -> Result<Vec<Item>, Fault> {
        if *platform == Platform::WIKIPEDIA {
            return self.of_article(id).await;
        }
        let Some((property, _)) = PROPERTIES.iter().find(|(_, of)| of == platform) else {
            return Ok(Vec::new());
        };
        let statement = format!("haswbstatement:{property}={id}");
        let query = [
            ("action", "query"),
            ("list", "search"),
            ("srsearch", statement.as_str()),
            ("srlimit", NUM_FOUND),
        ];
        let found = self.get::<SearchAnswer>(&query).await?;
        let ids: Vec<String> = found.query.search.iter().filter_map(|hit| item_id(&hit.title)).collect();
        self.items(&ids).await
    }

    /// Items by their ids; those that do not exist are left out.
    pub(super) async fn items(&self, ids: &[String]) -> Result<Vec<Item>, Fault> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.entities(&[("ids", &ids.join("|"))]).await
    }

    async fn of_article(&self, id: &str) -> Result<Vec<Item>, Fault> {
        let Some((edition, title)) = id.split_once('/') else { return Ok(Vec::new()) };
        let site = format!("{}wiki", edition.replace('-', "_"));
        let mut items = self.entities(&[("sites", &site), ("titles", title), ("normalize", "1")]).await?;
        for item in &mut items {
            // The one that was named is meant, whatever other editions have.
            item.articles = vec![id.to_owned()];
        }
        Ok(items)
    }

    async fn entities(&self, which: &[(&str, &str)]) -> Result<Vec<Item>, Fault> {
        let how = [
            ("action", "wbgetentities"),
            ("props", "labels|descriptions|claims|sitelinks"),
            ("languages", "en"),
            ("languagefallback", "1"),
        ];
        let query: Vec<(&str, &str)> = how.iter().chain(which).copied().collect();
        let found = self.get::<EntitiesAnswer>(&query).await?;
        Ok(found.entities.into_values().filter_map(item).collect())
    }
}

fn item(entity: EntityAnswer) -> Option<Item> {
    let id = entity.id.filter(|_| entity.missing.is_none()).and_then(|id| item_id(&id))?;
    let text = |texts: &Value| Some(texts.get("en")?.get("value")?.as_str()?.to_owned());
    let mut accounts = BTreeSet::new();
    for (property, platform) in &PROPERTIES {
        for (value, source) in claimed(&entity.claims[*property]) {
            accounts.extend(checked(platform, value).map(|id| (platform.clone(), id, source)));
        }
    }
    Some(Item {
        id,
        label: text(&entity.labels),
        description: text(&entity.descriptions),
        accounts,
        articles: articles(&entity.sitelinks),
    })
}

/// The values of a property that hold: of the preferred claims where there are some, otherwise of the normal ones.
fn claimed(claims: &Value) -> Vec<(&str, Source)> {
    let of_rank = |rank: &str| {
        let claims = claims.as_array().into_iter().flatten();
        claims
            .filter(|claim| claim["rank"].as_str().unwrap_or("normal") == rank)
            .filter(|claim| claim["qualifiers"].get(END_TIME).is_none())
            .filter_map(|claim| Some((claim["mainsnak"]["datavalue"]["value"].as_str()?, source(claim))))
            .collect::<Vec<_>>()
    };
    let preferred = of_rank("preferred");
    if preferred.is_empty() { of_rank("normal") } else { preferred }
}

/// Whose word a claim is: that of `MusicBrainz`, where all its references are to that.
fn source(claim: &Value) -> Source {
    let is_musicbrainz = |reference: &Value| {
        let snaks = TAKEN_FROM.iter().filter_map(|property| reference["snaks"][*property].as_array());
        snaks.flatten().any(|snak| snak["datavalue"]["value"]["id"] == MUSICBRAINZ)
    };
    match claim["references"].as_array() {
        Some(references) if !references.is_empty() && references.iter().all(is_musicbrainz) => {
            Source::MusicBrainz
        }
        _ => Source::Wikidata,
    }
}

fn articles(links: &Value) -> Vec<String> {
    let Some(links) = links.as_object() else { return Vec::new() };
    let all: Vec<String> = links
        .iter()
        .filter_map(|(site, link)| {
            let edition = site.strip_suffix("wiki").filter(|edition| !OTHER_WIKIS.contains(edition))?;
            let id = format!("{}/{}", edition.replace('_', "-"), link["title"].as_str()?);
            checked(&Platform::WIKIPEDIA, &id)
        })
        .collect();
    let chosen = all.iter().find(|id| id.split_once('/').is_some_and(|(edition, _)| edition == EDITION));
    chosen.map_or_else(|| all.clone(), |chosen| vec![chosen.clone()])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claim(value: &str, rank: &str) -> Value {
        json!({ "mainsnak": { "snaktype": "value", "datavalue": { "value": value, "type": "string" } }, "rank": rank })
    }

    #[test]
    fn only_claims_that_hold_count() {
        let mut ended = claim("9", "normal");
        ended["qualifiers"] = json!({ END_TIME: [{}] });
        let unknown = json!({ "mainsnak": { "snaktype": "somevalue" }, "rank": "normal" });
        let claims = json!([claim("1", "normal"), claim("2", "deprecated"), ended, unknown]);
        assert_eq!(claimed(&claims), [("1", Source::Wikidata)]);
        let claims = json!([claim("1", "normal"), claim("2", "preferred")]);
        assert_eq!(claimed(&claims), [("2", Source::Wikidata)]);
        assert!(claimed(&Value::Null).is_empty() && claimed(&json!({})).is_empty());
    }

    #[test]
    fn what_was_taken_from_musicbrainz_is_its_word() {
        let reference = |property: &str, item: &str| json!({ "snaks": { property: [{ "datavalue": { "value": { "id": item } } }] } });
        for (references, expected) in [
            (json!([reference("P248", MUSICBRAINZ)]), Source::MusicBrainz),
            (json!([reference("P143", MUSICBRAINZ), reference("P248", MUSICBRAINZ)]), Source::MusicBrainz),
            (json!([reference("P248", MUSICBRAINZ), reference("P248", "Q1")]), Source::Wikidata),
            (json!([reference("P854", MUSICBRAINZ)]), Source::Wikidata),
            (json!([]), Source::Wikidata),
            (Value::Null, Source::Wikidata),
        ] {
            let mut claim = claim("1", "normal");
            claim["references"] = references;
            assert_eq!(claimed(&json!([claim])), [("1", expected)], "{claim}");
        }
    }

    #[test]
    fn the_article_in_english_is_taken_or_all_are_named() {
        let title = |title: &str| json!({ "title": title });
        let links = json!({ "commonswiki": title("Category:Luz"), "eswiki": title("Luz"), "enwiki": title("Luz (singer)"), "enwikiquote": title("Luz") });
        assert_eq!(articles(&links), ["en/Luz (singer)"]);
        let links = json!({ "eswiki": title("Luz"), "zh_min_nanwiki": title("Luz") });
        assert_eq!(articles(&links), ["es/Luz", "zh-min-nan/Luz"]);
        assert!(articles(&json!([])).is_empty());
    }
}
