//! Spotify.

use std::sync::atomic::{AtomicU32, Ordering};

use casa24_collectors::Fault;
use casa24_schemas::{Absence, Metric, Platform, RawValue, is_trainable};

use crate::server::{Answer, Asked, Server};
use crate::{KEY, Under};

const SETTING: &str = "SPOTIFY_API_URL";
const LUZ: &str = "2QpRYjtwNg9z6KwD4fhC5h";
const RESTRICTED: &str = "2QpRYjtwNg9z6KwD4fhC50";
const MERGED: &str = "2QpRYjtwNg9z6KwD4fhC51";

fn token() -> Answer {
    Answer::ok(r#"{"access_token": "t0ken", "token_type": "Bearer", "expires_in": 3600}"#)
}

fn answer(asked: &Asked) -> Answer {
    let path = asked.target.split('?').next().unwrap_or_default();
    match path {
        "/api/token" => token(),
        _ if path == format!("/artists/{LUZ}") => Answer::ok(format!(
            r#"{{"id": "{LUZ}", "name": "Luz", "followers": {{"href": null, "total": 340}}, "popularity": 0,
                "genres": ["dream pop"], "images": [], "type": "artist"}}"#
        )),
        _ if path == format!("/artists/{RESTRICTED}") => {
            Answer::ok(format!(r#"{{"id": "{RESTRICTED}", "name": "Luz", "images": [], "type": "artist"}}"#))
        }
        _ if path == format!("/artists/{MERGED}") => {
            Answer::ok(format!(r#"{{"id": "{LUZ}", "name": "Luz", "followers": {{"total": 340}}}}"#))
        }
        _ if path.ends_with("/albums") => Answer::ok(r#"{"href": "", "items": [], "limit": 1, "total": 14}"#),
        _ if path.ends_with("/top-tracks") => {
            Answer::ok(r#"{"tracks": [{"name": "Mar", "popularity": 12}, {"name": "Sal"}]}"#)
        }
        _ => Answer::status(404, r#"{"error": {"status": 404, "message": "Resource not found"}}"#),
    }
}

#[tokio::test]
async fn with_extended_quota_figures_and_tracks_come() {
    let server = Server::start(answer).await;
    let seen = Under::test(SETTING, &server).fetch(&[LUZ, "9999999999999999999999"]).await.unwrap();
    let expected = [
        (Metric::FOLLOWERS, RawValue::Integer(340)),
        (Metric::POPULARITY_SCORE, RawValue::Integer(0)),
        (Metric::RELEASES, RawValue::Integer(14)),
    ];
    assert_eq!((&seen[0][0].metrics, seen[0][0].absent.len()), (&expected.into(), 0));
    let content = seen[0][0].content.as_ref().unwrap();
    assert_eq!((content.genres.as_slice(), content.tracks.len()), (&["dream pop".to_owned()][..], 2));
    assert_eq!(seen[1], []);
    let asked = server.asked();
    let tokens: Vec<_> = asked.iter().filter(|asked| asked.target == "/api/token").collect();
    assert_eq!((tokens.len(), tokens[0].body.as_str()), (1, "grant_type=client_credentials"));
    assert_eq!(tokens[0].header("authorization"), Some("Basic YXBwOnMzY3ItZXQvK2tleQ=="));
    assert_eq!(asked[1].header("authorization"), Some("Bearer t0ken"));
}

#[tokio::test]
async fn in_development_mode_only_releases_come() {
    let server = Server::start(answer).await;
    let seen = Under::test(SETTING, &server).fetch(&[RESTRICTED]).await.unwrap();
    let absent = [(Metric::FOLLOWERS, Absence::NotOffered), (Metric::POPULARITY_SCORE, Absence::NotOffered)];
    assert_eq!(seen[0][0].metrics, [(Metric::RELEASES, RawValue::Integer(14))].into());
    assert_eq!(seen[0][0].absent, absent.into());
    let asked = server.asked();
    let albums = asked.iter().find(|asked| asked.target.contains("/albums")).unwrap();
    assert!(
        albums.target.ends_with("/albums?include_groups=album%2Csingle%2Ccompilation&limit=1"),
        "{}",
        albums.target
    );
    assert!(!server.asked().iter().any(|asked| asked.target.contains("top-tracks")));
}

#[tokio::test]
async fn releases_that_do_not_come_cost_no_other_figure() {
    let server =
        Server::start(
            |asked| {
                if asked.target.contains("/albums") { Answer::status(500, "") } else { answer(asked) }
            },
        )
        .await;
    let seen = Under::test(SETTING, &server).fetch(&[LUZ]).await.unwrap();
    assert_eq!(seen[0][0].metrics[&Metric::FOLLOWERS], RawValue::Integer(340));
    assert_eq!(seen[0][0].absent, [(Metric::RELEASES, Absence::Failed)].into());
}

#[tokio::test]
async fn models_are_not_trained_with_what_the_api_gives() {
    let server = Server::start(answer).await;
    assert!(!is_trainable(&Platform::SPOTIFY, Under::test(SETTING, &server).source()));
    assert!(is_trainable(&Platform::SPOTIFY, "Luz-timeline.csv"));
}

#[tokio::test]
async fn a_merged_id_gives_no_figures() {
    let server = Server::start(answer).await;
    let seen = Under::test(SETTING, &server).fetch(&[MERGED]).await.unwrap();
    assert_eq!((seen[0][0].metrics.len(), seen[0][0].absent[&Metric::FOLLOWERS]), (0, Absence::Refused));
}

#[tokio::test]
async fn a_token_that_has_ended_is_renewed_once() {
    let num = AtomicU32::new(0);
    let server = Server::start(move |asked| {
        let is_first = asked.target.starts_with("/artists") && num.fetch_add(1, Ordering::Relaxed) == 0;
        if is_first { Answer::status(401, r#"{"error": {"status": 401}}"#) } else { answer(asked) }
    })
    .await;
    assert_eq!(Under::test(SETTING, &server).fetch(&[LUZ]).await.unwrap()[0][0].metrics.len(), 3);
    let targets: Vec<String> = server.asked().into_iter().map(|asked| asked.target).collect();
    assert_eq!(targets.iter().filter(|target| *target == "/api/token").count(), 2, "{targets:?}");

    let server = Server::start(|asked| match asked.target.as_str() {
        "/api/token" => token(),
        _ => Answer::status(401, ""),
    })
    .await;
    let fault = Under::test(SETTING, &server).fetch(&[LUZ]).await.unwrap_err();
    assert!(matches!(fault, Fault::Stopped { until: None, .. }), "{fault}");
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn refusals_are_told_without_secrets() {
    for (is_token, status, body, said) in [
        (true, 400, r#"{"error": "invalid_client"}"#, "SPOTIFY_CLIENT_SECRET"),
        (
            false,
            403,
            "Active premium subscription required for the owner of the app.",
            "premium subscription",
        ),
    ] {
        let server = Server::start(move |asked| match (asked.target.as_str(), is_token) {
            ("/api/token", false) => token(),
            _ => Answer::status(status, body),
        })
        .await;
        let fault = Under::test(SETTING, &server).fetch(&[LUZ]).await.unwrap_err();
        assert!(matches!(&fault, Fault::Stopped { what, .. } if what.contains(said)), "{fault}");
        assert!(!format!("{fault:?}").contains(KEY) && !format!("{fault:?}").contains("t0ken"));
    }
}

fn page(total: usize, asked: &Asked) -> Answer {
    let offset = asked.target.split("offset=").nth(1).map_or(0, |offset| offset.parse().unwrap());
    let item = |number: usize| {
        // By kind, as they come; the third is on the page before too.
        let number = if number == 12 { 2 } else { number };
        serde_json::json!({
            "id": format!("r{number}"), "name": if number == 5 { String::new() } else { format!("Release {number}") },
            "album_type": if number < 10 { "album" } else { "single" },
            "release_date": format!("20{:02}-03-01", (number * 7) % 26), "release_date_precision": "month",
        })
    };
    let items: Vec<_> = (offset..total.min(offset + 10)).map(item).collect();
    Answer::ok(serde_json::json!({ "items": items, "limit": 10, "total": total }).to_string())
}

#[tokio::test]
async fn releases_come_ten_a_page_and_newest_first() {
    let server = Server::start(|asked| match asked.target.as_str() {
        "/api/token" => token(),
        _ => page(23, asked),
    })
    .await;
    let releases = Under::test(SETTING, &server).releases(LUZ).await.unwrap();
    // Without the one that was taken down, and with each once.
    assert_eq!(releases.len(), 21);
    assert!(releases.iter().is_sorted_by(|a, b| a.released >= b.released), "{releases:?}");
    let newest = (releases[0].name.as_str(), releases[0].kind.as_deref(), releases[0].released.as_deref());
    assert_eq!(newest, ("Release 11", Some("single"), Some("2025-03")));
    let targets: Vec<String> = server.asked().into_iter().map(|asked| asked.target).collect();
    let query = "albums?include_groups=album%2Csingle%2Ccompilation&limit=10&offset=";
    for (target, offset) in targets[1..].iter().zip([0, 10, 20]) {
        assert!(target.ends_with(&format!("{query}{offset}")), "{target}");
    }
    assert_eq!(targets.len(), 4);
}

#[tokio::test]
async fn a_part_of_the_releases_is_none() {
    let server = Server::start(|asked| match asked.target.as_str() {
        "/api/token" => token(),
        target if target.ends_with("offset=10") => Answer::status(500, ""),
        _ => page(23, asked),
    })
    .await;
    let fault = Under::test(SETTING, &server).releases(LUZ).await.unwrap_err();
    assert!(matches!(fault, Fault::Failed { .. }), "{fault}");
}
