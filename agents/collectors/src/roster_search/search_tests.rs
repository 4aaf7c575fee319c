//! The search against stand-ins of its three sources.

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

#[tokio::test]
async fn a_name_that_one_artist_has_is_certain_and_brings_the_accounts() {
    let searching = Searching::of(agreeing()).await;
    let found = searching.search.by_name("luz").await;
    assert!(found.is_certain && found.problems.is_empty(), "{found:?}");
    let [luz] = found.candidates.as_slice() else { panic!("{found:?}") };
    assert_eq!(standing(luz, &Platform::DEEZER), agreed("27"));
    assert_eq!(standing(luz, &Platform::LISTENBRAINZ), agreed(LUZ));
    assert_eq!(standing(luz, &Platform::SPOTIFY), agreed(SPOTIFY));
    assert_eq!(standing(luz, &Platform::WIKIPEDIA), agreed("en/Luz (singer)"));
    assert_eq!(standing(luz, &Platform::INSTAGRAM), Some(Standing::OneSource("luz".to_owned())));
    assert_eq!((luz.fans, luz.country.as_deref()), (Some(4_751), Some("ES")));
    let release = luz.newest_release.as_ref().unwrap();
    assert_eq!((release.title.as_str(), release.date.as_str()), ("Mar", "2024-03-01"));
    let agent = searching.server.asked()[0].header("user-agent").unwrap().to_owned();
    assert!(agent.ends_with("(ops@label.example)"), "{agent}");
}

#[tokio::test]
async fn quotes_and_operators_in_a_name_are_part_of_it() {
    let searching = Searching::of(World::default()).await;
    searching.search.by_name("\"Weird\" \\ AND (x) &fmt=xml").await;
    let asked = searching.server.asked();
    let url = reqwest::Url::parse(&format!("http://x{}", asked[0].target)).unwrap();
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    assert_eq!(pairs[0], ("query".to_owned(), r#""\"Weird\" \\ AND (x) &fmt=xml""#.to_owned()));
    assert_eq!(pairs.iter().filter(|(key, _)| key == "fmt").count(), 1);
}

#[tokio::test]
async fn two_artists_of_one_name_are_never_decided_between() {
    // On MusicBrainz.
    let mut world = agreeing();
    world.artists.push((OTHER, "LUZ", vec![]));
    let found = Searching::of(world).await.search.by_name("Luz").await;
    assert!(!found.is_certain && found.is_exact, "{found:?}");
    assert_eq!(found.candidates.len(), 2);
    // https://github.com/ad-on-is/lidarr-deemix/issues/8: on Deezer.
    let mut world = agreeing();
    world.artists = vec![(LUZ, "Эпидемия", vec![deezer(347_812)])];
    world.deezer = vec![(347_812, 347_812, "Эпидемия", 90_000), (4_661_935, 4_661_935, "ЭПИДЕМИЯ", 12)];
    let found = Searching::of(world).await.search.by_name("Эпидемия").await;
    assert!(!found.is_certain, "{found:?}");
    let fans: Vec<_> = found.candidates.iter().map(|candidate| candidate.fans).collect();
    assert_eq!(fans, [Some(90_000), Some(12)]);
}

#[tokio::test]
async fn leftovers_on_deezer_are_nobody() {
    let mut world = agreeing();
    world.deezer.push((28, 28, "Luz", 0));
    assert!(Searching::of(world).await.search.by_name("Luz").await.is_certain);
}

#[tokio::test]
async fn more_namesakes_than_are_looked_at_are_counted() {
    let mut world = agreeing();
    world.deezer.extend((100..108).map(|id| (id, id, "Luz", id)));
    let found = Searching::of(world).await.search.by_name("Luz").await;
    assert_eq!((found.is_certain, found.candidates.len(), found.num_more), (false, 6, 3));
}

#[tokio::test]
async fn a_name_alone_is_no_proof() {
    // Both have somebody of this name, and nobody says that they are one.
    let mut world = agreeing();
    world.artists[0].2.clear();
    world.items.clear();
    let found = Searching::of(world).await.search.by_name("Luz").await;
    assert!(!found.is_certain, "{found:?}");
    assert!(found.candidates.iter().all(|candidate| !candidate.is_agreed_on()), "{found:?}");
    assert_eq!(found.candidates[0].newest_release.as_ref().unwrap().date, "2024-03");
}

#[tokio::test]
async fn a_relation_to_somebody_of_another_name_is_one_source() {
    let mut world = agreeing();
    world.items.clear();
    world.deezer = vec![(27, 27, "Somebody Else", 9)];
    let found = Searching::of(world).await.search.by_name("Luz").await;
    let luz = &found.candidates[0];
    assert_eq!(standing(luz, &Platform::DEEZER), Some(Standing::OneSource("27".to_owned())));
    assert!(!found.is_certain && !luz.is_agreed_on(), "{found:?}");
}

#[tokio::test]
async fn other_accents_are_similar_and_an_alias_is_a_name() {
    let mut world = agreeing();
    world.artists[0].1 = "Lúz";
    world.deezer[0].2 = "Lúz";
    let searching = Searching::of(world).await;
    let found = searching.search.by_name("Luz").await;
    assert_eq!((found.is_exact, found.is_certain, found.candidates.len()), (false, false, 1));
    assert!(searching.search.by_name("LU\u{301}Z").await.is_certain);
    assert!(searching.search.by_name("alias of luz").await.is_certain);
}

#[tokio::test]
async fn nobody_is_nobody() {
    let found = Searching::of(World::default()).await.search.by_name("Nobody").await;
    assert_eq!((found.candidates.len(), found.is_certain, found.problems.len()), (0, false, 0));
}

#[tokio::test]
async fn sources_that_disagree_are_disputed() {
    let mut world = agreeing();
    world.items[0].1[1].1 = "28".to_owned();
    world.deezer.push((28, 28, "Somebody Else", 7));
    world.deezer[0].2 = "A Third Name";
    let found =
        Searching::of(world).await.search.by_accounts(&[(Platform::LISTENBRAINZ, LUZ.to_owned())], &[]).await;
    let luz = &found.candidates[0];
    let ids = vec!["27".to_owned(), "28".to_owned()];
    assert_eq!(standing(luz, &Platform::DEEZER), Some(Standing::Disputed(ids)));
    assert_eq!(luz.disputed().collect::<Vec<_>>(), [&Platform::DEEZER]);
    assert_eq!(luz.fans, None);
}

#[tokio::test]
async fn an_item_of_another_artist_speaks_for_that_one() {
    let mut world = agreeing();
    world.artists.push((OTHER, "Somebody Else", vec![]));
    world.items[0].1[0].1 = OTHER.to_owned();
    let found =
        Searching::of(world).await.search.by_accounts(&[(Platform::LISTENBRAINZ, LUZ.to_owned())], &[]).await;
    // Deezer's name and the relation to it speak for the one, the item for the other.
    let luz = &found.candidates[0];
    assert_eq!(luz.evidence.sources(&Platform::LISTENBRAINZ, OTHER).collect::<Vec<_>>(), [Source::Wikidata]);
    assert_eq!(standing(luz, &Platform::WIKIPEDIA), Some(Standing::OneSource("en/Luz (singer)".to_owned())));
    assert!(luz.replaced.is_empty());
}

#[tokio::test]
async fn merged_ids_are_replaced_and_named() {
    let mut world = agreeing();
    world.merged = vec![(OTHER, LUZ)];
    // Wikidata knows the id of before on both.
    world.items[0].1[0].1 = OTHER.to_owned();
    world.items[0].1[1].1 = "6".to_owned();
    world.deezer.push((6, 27, "Luz", 4_751));
    let searching = Searching::of(world).await;
    let found = searching.search.by_accounts(&[(Platform::LISTENBRAINZ, OTHER.to_owned())], &[]).await;
    let [luz] = found.candidates.as_slice() else { panic!("{found:?}") };
    assert_eq!(standing(luz, &Platform::LISTENBRAINZ), agreed(LUZ));
    assert_eq!(standing(luz, &Platform::DEEZER), agreed("27"));
    let replaced: Vec<_> = luz.replaced.iter().map(|of| (of.from.as_str(), of.to.as_str())).collect();
    assert_eq!(replaced, [(OTHER, LUZ), ("6", "27")]);
    // And where the merged one is what somebody names.
    let found = searching.search.by_accounts(&[(Platform::DEEZER, "6".to_owned())], &[]).await;
    assert_eq!((found.replaced[0].to.as_str(), found.candidates.len()), ("27", 1));
}

#[tokio::test]
async fn accounts_that_are_gone_are_named_and_left_out() {
    let mut world = agreeing();
    world.deezer.clear();
    let found =
        Searching::of(world).await.search.by_accounts(&[(Platform::LISTENBRAINZ, LUZ.to_owned())], &[]).await;
    let luz = &found.candidates[0];
    assert_eq!(standing(luz, &Platform::DEEZER), None);
    assert_eq!(luz.gone, ["Deezer knows no 27, named by MusicBrainz and Wikidata"]);
    assert_eq!(standing(luz, &Platform::SPOTIFY), agreed(SPOTIFY));
}

#[tokio::test]
async fn any_account_leads_to_the_artist() {
    let searching = Searching::of(agreeing()).await;
    for (platform, id) in [
        (Platform::LISTENBRAINZ, LUZ),
        (Platform::DEEZER, "27"),
        (Platform::SPOTIFY, SPOTIFY),
        (Platform::INSTAGRAM, "luz"),
        (Platform::WIKIPEDIA, "en/Luz (singer)"),
    ] {
        let found = searching.search.by_accounts(&[(platform.clone(), id.to_owned())], &[]).await;
        let [luz] = found.candidates.as_slice() else { panic!("{platform}: {found:?}") };
        assert_eq!((luz.name.as_str(), found.is_certain), ("Luz", true), "{platform}");
        assert_eq!(standing(luz, &Platform::LISTENBRAINZ), agreed(LUZ), "{platform}");
        assert_eq!(standing(luz, &Platform::DEEZER), agreed("27"), "{platform}");
    }
    let found = searching.search.by_accounts(&[], &["Q1".to_owned()]).await;
    assert_eq!(found.candidates[0].name, "Luz");
}

#[tokio::test]
async fn accounts_of_two_artists_are_two_candidates() {
    let mut world = agreeing();
    world.artists.push((OTHER, "Mar", vec![deezer(30)]));
    world.deezer.push((30, 30, "Mar", 5));
    let accounts = [(Platform::DEEZER, "30".to_owned()), (Platform::SPOTIFY, SPOTIFY.to_owned())];
    let found = Searching::of(world).await.search.by_accounts(&accounts, &[]).await;
    assert_eq!((found.candidates.len(), found.is_certain), (2, false));
}

#[tokio::test]
async fn an_artist_whom_only_deezer_or_wikidata_knows_is_found_there() {
    let mut world = World { deezer: vec![(27, 27, "Luz", 5)], ..World::default() };
    let found = Searching::of(world.clone())
        .await
        .search
        .by_accounts(&[(Platform::DEEZER, "27".to_owned())], &[])
        .await;
    assert_eq!((found.candidates[0].name.as_str(), found.candidates[0].fans), ("Luz", Some(5)));
    world.items = vec![("Q1", vec![("P1902", SPOTIFY.to_owned()), ("P2722", "27".to_owned())], vec![])];
    let found =
        Searching::of(world).await.search.by_accounts(&[(Platform::SPOTIFY, SPOTIFY.to_owned())], &[]).await;
    assert_eq!(standing(&found.candidates[0], &Platform::DEEZER), agreed("27"));
}

#[tokio::test]
async fn what_cannot_be_an_id_is_not_asked_for() {
    let searching = Searching::of(agreeing()).await;
    let accounts = [
        (Platform::DEEZER, "27|Q1".to_owned()),
        (Platform::INSTAGRAM, "a b".to_owned()),
        (Platform::SPOTIFY, "../x".to_owned()),
        (Platform::LISTENBRAINZ, "x".to_owned()),
    ];
    let found = searching.search.by_accounts(&accounts, &[]).await;
    assert_eq!((found.candidates.len(), searching.server.asked().len()), (0, 0));
}

#[tokio::test]
async fn a_source_that_fails_is_named_asked_no_more_and_takes_certainty_along() {
    let limit = r#"{"error": {"code": "maxlag", "info": "Waiting"}}"#;
    for (failing, source, answer, num_tries) in [
        ("/mb", Source::MusicBrainz, Answer::status(503, "busy"), 3),
        (
            "/mb",
            Source::MusicBrainz,
            Answer::Http(429, vec![("retry-after", "3600".to_owned())], String::new()),
            1,
        ),
        ("/mb", Source::MusicBrainz, Answer::ok("<html>"), 3),
        ("/wd", Source::Wikidata, Answer::Cut("{".to_owned()), 3),
        (
            "/wd",
            Source::Wikidata,
            Answer::Http(200, vec![("retry-after", "3600".to_owned())], limit.to_owned()),
            1,
        ),
        ("/wd", Source::Wikidata, Answer::status(403, "who are you"), 1),
        ("/dz", Source::Deezer, Answer::Silence, 3),
        ("/dz", Source::Deezer, Answer::ok(r#"{"error": {"code": 500, "message": "no"}}"#), 1),
    ] {
        let world = agreeing();
        let searching = Searching::new(move |asked| {
            if asked.target.starts_with(failing) { answer.clone() } else { world.answer(asked) }
        })
        .await;
        let found = searching.search.by_name("Luz").await;
        let failed: Vec<Source> = found.problems.iter().map(|problem| problem.source).collect();
        assert_eq!(failed, [source], "{found:?}");
        assert_eq!(searching.num_asked(failing), num_tries, "{found:?}");
        // Without Wikidata, two are left who agree.
        assert_eq!(found.is_certain, source == Source::Wikidata, "{found:?}");
    }
}

#[tokio::test]
async fn without_a_contact_only_deezer_is_asked() {
    let world = agreeing();
    let searching =
        Searching::with(move |asked| world.answer(asked), |access| Access { contact: None, ..access }).await;
    let found = searching.search.by_name("Luz").await;
    assert_eq!((found.candidates.len(), found.is_certain), (1, false));
    assert!(found.problems.iter().all(|problem| problem.what.contains("CASA24_CONTACT")), "{found:?}");
    assert_eq!(searching.num_asked("/dz"), searching.server.asked().len());
    let found = searching.search.by_accounts(&[(Platform::DEEZER, "27".to_owned())], &[]).await;
    assert_eq!((found.candidates[0].name.as_str(), found.is_certain), ("LUZ", true));
}

#[tokio::test]
async fn musicbrainz_is_asked_once_a_second() {
    assert_eq!(MusicBrainz::WINDOW, Window { num_requests: 1, span: Duration::from_secs(1) });
    let mut world = agreeing();
    world.artists.push((OTHER, "Luz", vec![]));
    let searching = Searching::of(world).await;
    searching.search.by_name("Luz").await;
    let asked = searching.server.asked();
    let at: Vec<_> = asked.iter().filter(|of| of.target.starts_with("/mb")).map(|of| of.at).collect();
    assert!(at.len() > 3 && at.windows(2).all(|of| of[1] - of[0] >= Duration::from_millis(5)), "{at:?}");
}
