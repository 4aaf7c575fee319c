//! The search against stand-ins of its three sources.

use std::time::Duration;

use super::server::Answer;
use super::stand_in::{LUZ, OTHER, SPOTIFY, Searching, World, agreed, agreeing, deezer, standing};
use super::*;
use crate::roster_search::evidence::Standing;

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

#[tokio::test]
async fn namesakes_that_were_not_looked_at_leave_doubt() {
    let mut world = agreeing();
    let merged = ["1", "2", "3", "4", "5"].map(|digit| OTHER.replace('1', digit).leak() as &'static str);
    world.merged = merged.map(|id| (id, LUZ)).into();
    world.artists.splice(0..0, merged.map(|id| (id, "Luz", vec![])));
    let found = Searching::of(world).await.search.by_name("Luz").await;
    assert_eq!((found.candidates.len(), found.num_more, found.is_certain), (1, 1, false), "{found:?}");
}

#[tokio::test]
async fn a_name_on_deezer_speaks_for_the_artist_only_where_there_is_a_relation_to_it() {
    let mut world = agreeing();
    world.artists[0].2 = vec!["https://www.wikidata.org/wiki/Q1".to_owned()];
    world.items[0].1.remove(0);
    let accounts = [(Platform::LISTENBRAINZ, LUZ.to_owned())];
    let found = Searching::of(world).await.search.by_accounts(&accounts, &[]).await;
    let luz = &found.candidates[0];
    assert_eq!(standing(luz, &Platform::DEEZER), agreed("27"));
    assert_eq!(standing(luz, &Platform::LISTENBRAINZ), Some(Standing::OneSource(LUZ.to_owned())));
}

#[tokio::test]
async fn a_relation_that_has_ended_names_no_account() {
    let mut world = agreeing();
    world.artists[0].2.push("https://www.instagram.com/ended/".to_owned());
    let found = Searching::of(world).await.search.by_name("Luz").await;
    assert_eq!(found.candidates[0].evidence.ids(&Platform::INSTAGRAM).collect::<Vec<_>>(), ["luz"]);
}
