//! The search with keys of Spotify and `YouTube`, against stand-ins.

use secrecy::SecretString;
use serde_json::json;

use super::server::{Answer, Asked};
use super::tests::{LUZ, OTHER, SPOTIFY, Searching, World, agreed, agreeing, deezer, standing};
use super::*;
use crate::roster_search::evidence::Standing;

const CHANNEL: &str = "UC-lHJZR3Gqxm24_Vd_AJ5Yw";
const SECRETS: [&str; 3] = ["the-app", "the-secret", "the-key"];

/// Artists of Spotify and channels of YouTube: the id that is asked for, the one that answers, the name.
type Named = Vec<(&'static str, &'static str, &'static str)>;

fn answer(spotify: &Named, youtube: &Named, asked: &Asked) -> Option<Answer> {
    let artist = |(_, id, name): &(&str, &str, &str)| json!({ "id": id, "name": name });
    let (path, query) = asked.target.split_once('?').unwrap_or((&asked.target, ""));
    let found = match path.split('/').skip(1).collect::<Vec<_>>()[..] {
        ["sa", "api", "token"] => json!({ "access_token": "t", "expires_in": 3600 }),
        ["sp", "search"] => {
            let mut items: Vec<_> = spotify.iter().map(artist).collect();
            items.push(serde_json::Value::Null);
            json!({ "artists": { "items": items } })
        }
        ["sp", "artists", id] => match spotify.iter().find(|(of, ..)| *of == id) {
            Some(found) => artist(found),
            None => return Some(Answer::status(404, "{}")),
        },
        ["yt", "channels"] => {
            let found = youtube.iter().filter(|(id, ..)| query.contains(id));
            let channel =
                |(_, id, title): &(&str, &str, &str)| json!({ "id": id, "snippet": { "title": title } });
            json!({ "kind": "youtube#channelListResponse", "items": found.map(channel).collect::<Vec<_>>() })
        }
        _ => return None,
    };
    Some(Answer::ok(found.to_string()))
}

async fn searching(world: World, spotify: Named, youtube: Named) -> Searching {
    let answer =
        move |asked: &Asked| answer(&spotify, &youtube, asked).unwrap_or_else(|| world.answer(asked));
    Searching::with(answer, with_keys).await
}

fn with_keys(access: Access) -> Access {
    Access {
        spotify_id: Some(SECRETS[0].to_owned()),
        spotify_secret: Some(SecretString::from(SECRETS[1])),
        youtube_key: Some(SecretString::from(SECRETS[2])),
        ..access
    }
}

/// Luz as MusicBrainz alone knows her.
fn of_one_source() -> World {
    let urls = vec![
        deezer(27),
        format!("https://open.spotify.com/artist/{SPOTIFY}"),
        format!("https://www.youtube.com/channel/{CHANNEL}"),
    ];
    World { artists: vec![(LUZ, "Luz", urls)], items: vec![], ..agreeing() }
}

#[tokio::test]
async fn platforms_confirm_what_one_source_names() {
    let (spotify, youtube) = (vec![(SPOTIFY, SPOTIFY, "LUZ")], vec![(CHANNEL, CHANNEL, "luz")]);
    let searching = searching(of_one_source(), spotify, youtube).await;
    let found = searching.search.by_name("Luz").await;
    assert!(found.is_certain && found.problems.is_empty(), "{found:?}");
    let luz = &found.candidates[0];
    assert_eq!(standing(luz, &Platform::SPOTIFY), agreed(SPOTIFY));
    assert_eq!(standing(luz, &Platform::YOUTUBE), agreed(CHANNEL));
    for asked in searching.server.asked() {
        assert!(!SECRETS.iter().any(|secret| asked.target.contains(secret)), "{}", asked.target);
    }
}

#[tokio::test]
async fn another_name_confirms_nothing_and_what_is_gone_is_left_out() {
    let searching = searching(of_one_source(), vec![(SPOTIFY, SPOTIFY, "Somebody")], vec![]).await;
    let found = searching.search.by_accounts(&[(Platform::DEEZER, "27".to_owned())], &[]).await;
    let luz = &found.candidates[0];
    assert_eq!(standing(luz, &Platform::SPOTIFY), Some(Standing::OneSource(SPOTIFY.to_owned())));
    assert_eq!(standing(luz, &Platform::YOUTUBE), None);
    assert_eq!(luz.gone, [format!("YouTube knows no {CHANNEL}, named by MusicBrainz")]);
}

#[tokio::test]
async fn a_title_of_a_channel_is_no_word_on_who_the_artist_is() {
    let world = World { deezer: vec![(27, 27, "Somebody", 3)], ..of_one_source() };
    let searching = searching(world, vec![], vec![(CHANNEL, CHANNEL, "Luz")]).await;
    let found = searching.search.by_accounts(&[(Platform::YOUTUBE, CHANNEL.to_owned())], &[]).await;
    let of_musicbrainz = Some(Standing::OneSource(LUZ.to_owned()));
    assert_eq!(standing(&found.candidates[0], &Platform::LISTENBRAINZ), of_musicbrainz);
}

#[tokio::test]
async fn an_id_of_spotify_that_was_merged_is_replaced() {
    let now = "1111ClJG7K1FGWMMalEW5H";
    let searching = searching(of_one_source(), vec![(SPOTIFY, now, "Luz")], vec![]).await;
    let found = searching.search.by_accounts(&[(Platform::LISTENBRAINZ, LUZ.to_owned())], &[]).await;
    let luz = &found.candidates[0];
    assert_eq!(standing(luz, &Platform::SPOTIFY), agreed(now));
    assert_eq!((luz.replaced[0].from.as_str(), luz.replaced[0].to.as_str()), (SPOTIFY, now));
}

#[tokio::test]
async fn a_namesake_on_spotify_takes_certainty_along() {
    let other = "1111ClJG7K1FGWMMalEW5H";
    let spotify = vec![(SPOTIFY, SPOTIFY, "Luz"), (other, other, "LUZ"), ("x", "x", "Luz")];
    let searching = searching(agreeing(), spotify, vec![]).await;
    let found = searching.search.by_name("Luz").await;
    assert!(!found.is_certain, "{found:?}");
    let [_, namesake] = found.candidates.as_slice() else { panic!("{found:?}") };
    assert_eq!(standing(namesake, &Platform::SPOTIFY), Some(Standing::OneSource(other.to_owned())));
}

#[tokio::test]
async fn an_artist_whom_only_spotify_knows_is_found_there() {
    let searching = searching(World::default(), vec![(SPOTIFY, SPOTIFY, "Luz")], vec![]).await;
    let found = searching.search.by_accounts(&[(Platform::SPOTIFY, SPOTIFY.to_owned())], &[]).await;
    assert_eq!((found.candidates[0].name.as_str(), found.is_certain), ("Luz", true));
    assert_eq!(found.candidates[0].evidence.ids(&Platform::LISTENBRAINZ).count(), 0, "{OTHER}");
}

#[tokio::test]
async fn keys_that_are_refused_are_told_and_the_others_still_decide() {
    let world = agreeing();
    let answer = move |asked: &Asked| match asked.target.split('/').nth(1) {
        Some("sa" | "yt" | "sp") => Answer::status(403, "Active premium subscription required"),
        _ => world.answer(asked),
    };
    let searching = Searching::with(answer, with_keys).await;
    let found = searching.search.by_name("Luz").await;
    assert_eq!(found.problems.iter().map(|problem| problem.source).collect::<Vec<_>>(), [Source::Spotify]);
    assert!(found.is_certain, "{found:?}");
    assert_eq!((searching.num_asked("/sa"), searching.num_asked("/sp")), (1, 0));
}
