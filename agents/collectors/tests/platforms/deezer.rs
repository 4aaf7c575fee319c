//! Deezer.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use casa24_collectors::Fault;
use casa24_schemas::{Absence, Metric, RawValue};

use crate::Under;
use crate::server::{Answer, Asked, Server};

const SETTING: &str = "DEEZER_API_URL";

/// As the documentation shows it, cut to what is of use.
fn artist(asked: &Asked) -> Answer {
    match asked.target.as_str() {
        "/artist/27" => Answer::ok(
            r#"{"id": 27, "name": "Luz", "nb_album": 35, "nb_fan": 4751, "radio": true, "type": "artist"}"#,
        ),
        "/artist/27/top?limit=10" => Answer::ok(
            r#"{"data": [{"id": 1, "title": "Mar", "rank": 900, "preview": "https://x.example/a.mp3"},
                         {"id": 2, "title": "Sal", "rank": 800, "preview": ""}], "total": 2}"#,
        ),
        "/artist/5" => Answer::ok(r#"{"id": 5, "name": "Null", "nb_fan": null}"#),
        "/artist/6" => Answer::ok(r#"{"id": 7, "name": "Somebody Else", "nb_fan": 900, "nb_album": 1}"#),
        _ => Answer::ok(r#"{"error": {"type": "DataException", "message": "no data", "code": 800}}"#),
    }
}

#[tokio::test]
async fn fans_albums_and_tracks_are_read() {
    let server = Server::start(artist).await;
    let seen = Under::test(SETTING, &server).fetch(&["27"]).await.unwrap();
    let [[seen]] = &seen.iter().map(Vec::as_slice).collect::<Vec<_>>()[..] else { panic!("{seen:?}") };
    let expected = [(Metric::ALBUMS, RawValue::Integer(35)), (Metric::FANS, RawValue::Integer(4_751))];
    assert_eq!(seen.metrics, expected.into());
    assert_eq!((seen.absent.len(), seen.day), (0, None));
    let tracks = &seen.content.as_ref().unwrap().tracks;
    let tracks: Vec<_> =
        tracks.iter().map(|track| (track.name.as_str(), track.preview_url.as_deref())).collect();
    assert_eq!(tracks, [("Mar", Some("https://x.example/a.mp3")), ("Sal", None)]);
    let agent = server.asked()[0].header("user-agent").unwrap().to_owned();
    assert!(agent.starts_with("Casa24/") && agent.ends_with("(ops@label.example)"), "{agent}");
}

#[tokio::test]
async fn who_is_not_known_is_nobody_and_null_is_absent() {
    let server = Server::start(artist).await;
    let deezer = Under::test(SETTING, &server);
    assert_eq!(deezer.fetch(&["999"]).await.unwrap(), [vec![]]);
    let seen = deezer.fetch(&["5"]).await.unwrap();
    assert_eq!(seen[0][0].metrics, [].into());
    let absent = [(Metric::ALBUMS, Absence::NotOffered), (Metric::FANS, Absence::NotOffered)];
    assert_eq!(seen[0][0].absent, absent.into());
}

#[tokio::test]
async fn an_id_that_answers_as_another_one_gives_no_figures() {
    let server = Server::start(artist).await;
    let seen = Under::test(SETTING, &server).fetch(&["6"]).await.unwrap();
    assert_eq!((seen[0][0].metrics.len(), seen[0][0].absent[&Metric::FANS]), (0, Absence::Refused));
}

#[tokio::test]
async fn a_refusal_with_status_200_is_no_answer() {
    let wrong = r#"{"error": {"type": "ParameterException", "message": "Wrong parameter", "code": 500}}"#;
    let server = Server::start(move |_| Answer::ok(wrong)).await;
    let deezer = Under::test(SETTING, &server);
    let refused = deezer.fetch(&["27"]).await.unwrap_err();
    assert!(
        matches!(&refused, Fault::Refused { what } if what.contains("500") && what.contains("Wrong")),
        "{refused}"
    );
    assert_eq!(server.asked().len(), 1);
}

/// <https://github.com/navidrome/navidrome/pull/6068>: taken for an artist whom nobody knows.
#[tokio::test]
async fn an_exhausted_quota_with_status_200_is_waited_for_and_nobody_is_missing() {
    let num = AtomicU32::new(0);
    let server = Server::start(move |asked| match num.fetch_add(1, Ordering::Relaxed) {
        0 => Answer::ok(r#"{"error": {"type": "Exception", "message": "Quota limit exceeded", "code": 4}}"#),
        _ => artist(asked),
    })
    .await;
    let seen = Under::test(SETTING, &server).fetch(&["27"]).await.unwrap();
    assert_eq!(seen[0][0].metrics[&Metric::FANS], RawValue::Integer(4_751));
    let asked = server.asked();
    let wait = asked[1].at - asked[0].at;
    assert!(wait >= Duration::from_secs(5), "{wait:?}: no less than the span of its window");
}

#[tokio::test]
async fn tracks_that_do_not_come_cost_no_figures() {
    let server =
        Server::start(
            |asked| {
                if asked.target.contains("top") { Answer::status(500, "") } else { artist(asked) }
            },
        )
        .await;
    let seen = Under::test(SETTING, &server).fetch(&["27"]).await.unwrap();
    assert_eq!((seen[0][0].metrics.len(), seen[0][0].content.as_ref().unwrap().tracks.len()), (2, 0));
}

#[tokio::test]
async fn ids_that_are_no_numbers_are_not_asked_for() {
    let server = Server::start(artist).await;
    let deezer = Under::test(SETTING, &server);
    for id in
        ["", "27/top", "27?x=1", "../27", "https://www.deezer.com/artist/27", "٢٧", "9999999999999999999"]
    {
        assert!(deezer.check(id).is_err(), "{id}");
    }
    assert_eq!(deezer.check("27"), Ok(()));
}
