//! `YouTube`.

use casa24_collectors::Fault;
use casa24_collectors::platforms::Access;
use casa24_schemas::{Absence, Metric, RawValue};
use time::OffsetDateTime;

use crate::server::{Answer, Asked, Server};
use crate::{KEY, Under};

const SETTING: &str = "YOUTUBE_API_URL";
const LUZ: &str = "UCuAXFkgsw1L7xaCfnd5JJOw";
const HIDES: &str = "UCuAXFkgsw1L7xaCfnd5JJO_";
const GONE: &str = "UCuAXFkgsw1L7xaCfnd5JJO-";

/// As the documentation shows it, cut to what is of use.
fn answer(asked: &Asked) -> Answer {
    let path = asked.target.split('?').next().unwrap_or_default();
    Answer::ok(match path {
        "/channels" => format!(
            r#"{{"kind": "youtube#channelListResponse", "items": [
                {{"id": "{HIDES}", "snippet": {{"title": "Hides"}},
                  "statistics": {{"viewCount": "7", "hiddenSubscriberCount": true, "videoCount": "1"}},
                  "contentDetails": {{"relatedPlaylists": {{"uploads": ""}}}}}},
                {{"id": "{LUZ}", "snippet": {{"title": "Luz"}},
                  "statistics": {{"viewCount": "119116", "subscriberCount": "1250", "hiddenSubscriberCount": false,
                                 "videoCount": "12"}},
                  "contentDetails": {{"relatedPlaylists": {{"uploads": "UUuA"}}}}}}]}}"#
        ),
        "/playlistItems" => r#"{"kind": "youtube#playlistItemListResponse", "items": [
            {"contentDetails": {"videoId": "a"}}, {"contentDetails": {"videoId": "b"}}, {}]}"#
            .to_owned(),
        "/videos" => r#"{"kind": "youtube#videoListResponse", "items": [
            {"id": "a", "snippet": {"title": "New", "publishedAt": "2026-11-01T00:00:00Z"}, "statistics": {}},
            {"id": "b", "snippet": {"title": "Hit"}, "statistics": {"viewCount": "90000"}}]}"#
            .to_owned(),
        _ => return Answer::status(404, ""),
    })
}

#[tokio::test]
async fn the_units_of_a_day_are_counted_and_no_more_are_used() {
    let server = Server::start(|asked| {
        // A try that fails costs its unit.
        if asked.target.starts_with("/videos") { Answer::status(500, "") } else { answer(asked) }
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let under = |units| {
        let folder = folder.path().to_owned();
        Under::with(SETTING, &server, move |access| Access {
            youtube_units: Some(units),
            folder: Some(folder.clone()),
            ..access
        })
    };
    let youtube = under(7);
    assert_eq!(youtube.fetch(&[LUZ]).await.unwrap().len(), 1);
    assert_eq!((server.asked().len(), youtube.notices().len()), (5, 0));
    // A restart goes on counting: two are left.
    let youtube = under(7);
    let stopped = youtube.fetch(&[LUZ]).await.unwrap_err();
    let Fault::Stopped { what, until: Some(until) } = stopped else { panic!("{stopped:?}") };
    assert!(what.contains("the 7 requests"), "{what}");
    assert!((until - OffsetDateTime::now_utc()).whole_hours() <= 24);
    assert_eq!(server.asked().len(), 7);
    assert!(youtube.notices()[0].starts_with("7 of the 7 requests of 20"), "{:?}", youtube.notices());
}

/// <https://github.com/FreeTubeApp/FreeTube/issues/600>: a hidden count that was shown as 0.
#[tokio::test]
async fn channels_are_read_by_id_with_what_is_hidden_and_what_is_gone() {
    let server = Server::start(answer).await;
    let seen = Under::test(SETTING, &server).fetch(&[LUZ, GONE, HIDES]).await.unwrap();
    let expected = [
        (Metric::SUBSCRIBERS, RawValue::Integer(1_250)),
        (Metric::TOTAL_VIEWS, RawValue::Integer(119_116)),
        (Metric::VIDEO_COUNT, RawValue::Integer(12)),
    ];
    assert_eq!((&seen[0][0].metrics, seen[0][0].absent.len()), (&expected.into(), 0));
    let content = seen[0][0].content.as_ref().unwrap();
    let videos: Vec<_> = content.videos.iter().map(|video| (video.title.as_str(), video.views)).collect();
    assert_eq!(videos, [("Hit", Some(90_000)), ("New", None)]);
    assert_eq!(content.display_name.as_deref(), Some("Luz"));
    assert_eq!(seen[1], []);
    assert_eq!(seen[2][0].absent, [(Metric::SUBSCRIBERS, Absence::Hidden)].into());
    let asked = server.asked();
    // One for the channels, and two for the uploads of the one that has some: three units.
    assert_eq!(asked.len(), 3);
    for asked in asked {
        assert_eq!(asked.header("x-goog-api-key"), Some(KEY));
        assert!(!asked.target.contains("key"), "{}", asked.target);
    }
}

/// <https://github.com/medialab/minet/issues/753>: an answer about a closed channel has no items at all.
#[tokio::test]
async fn no_items_are_nobody() {
    let server =
        Server::start(|_| Answer::ok(r#"{"kind": "youtube#channelListResponse", "pageInfo": {}}"#)).await;
    assert_eq!(Under::test(SETTING, &server).fetch(&[LUZ, GONE]).await.unwrap(), [vec![], vec![]]);
}

#[tokio::test]
async fn a_quota_that_is_used_up_ends_the_run_until_midnight_of_the_pacific() {
    let quota = r#"{"error": {"code": 403, "message": "You have exceeded your <a>quota</a>.", "errors": [{"reason": "quotaExceeded"}]}}"#;
    let server = Server::start(move |_| Answer::status(403, quota)).await;
    let fault = Under::test(SETTING, &server).fetch(&[LUZ]).await.unwrap_err();
    let Fault::Stopped { until: Some(until), .. } = fault else { panic!("{fault:?}") };
    let ahead = until - OffsetDateTime::now_utc();
    assert!(ahead.is_positive() && ahead <= time::Duration::hours(25), "{ahead}");
    // Midnight there is 7 or 8 o'clock in UTC.
    assert!([7, 8].contains(&until.hour()) && until.minute() == 0, "{until}");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_refused_key_is_named_and_not_shown() {
    let refused =
        r#"{"error": {"code": 400, "message": "API key not valid.", "errors": [{"reason": "badRequest"}]}}"#;
    let server = Server::start(move |_| Answer::status(400, refused)).await;
    let fault = Under::test(SETTING, &server).fetch(&[LUZ]).await.unwrap_err();
    assert!(
        matches!(&fault, Fault::Stopped { what, until: None } if what.contains("YOUTUBE_API_KEY")),
        "{fault}"
    );
    assert!(!format!("{fault} {fault:?}").contains(KEY));
}

#[tokio::test]
async fn uploads_that_do_not_come_cost_no_figures() {
    let server = Server::start(|asked| match asked.target.starts_with("/channels") {
        true => answer(asked),
        false => Answer::status(404, r#"{"error": {"errors": [{"reason": "playlistNotFound"}]}}"#),
    })
    .await;
    let seen = Under::test(SETTING, &server).fetch(&[LUZ]).await.unwrap();
    assert_eq!((seen[0][0].metrics.len(), seen[0][0].content.as_ref().unwrap().videos.len()), (3, 0));
}

#[tokio::test]
async fn ids_that_would_join_others_are_not_asked_for() {
    let server = Server::start(answer).await;
    let youtube = Under::test(SETTING, &server);
    for id in ["", "@luz", "UC", &format!("{LUZ},{LUZ}"), &LUZ.replace('u', ","), &LUZ.replace("UC", "PL")] {
        assert!(youtube.check(id).is_err(), "{id}");
    }
    assert_eq!(youtube.check(LUZ), Ok(()));
}
