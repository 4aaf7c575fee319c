//! What can go wrong with any platform: at most three tries, no figure, and a fault that says what it was.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use casa24_collectors::Fault;
use casa24_collectors::platforms::Access;
use time::OffsetDateTime;

use crate::server::{Answer, Server};
use crate::{KEY, Under};

/// A platform's setting and one of its ids.
const PLATFORMS: [(&str, &str); 7] = [
    ("SPOTIFY_API_URL", "2QpRYjtwNg9z6KwD4fhC5h"),
    ("YOUTUBE_API_URL", "UCuAXFkgsw1L7xaCfnd5JJOw"),
    ("INSTAGRAM_API_URL", "luz.music"),
    ("DEEZER_API_URL", "27"),
    ("LISTENBRAINZ_API_URL", "8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11"),
    ("WIKIMEDIA_API_URL", "en/Nina Simone"),
    ("DISCORD_API_URL", "1000000000000000077"),
];

/// The fault of each platform where everything is answered alike, with the number of tries.
async fn faults(answer: Answer) -> Vec<(Fault, usize)> {
    let mut faults = Vec::new();
    for (setting, id) in PLATFORMS {
        let given = answer.clone();
        let server = Server::start(move |_| given.clone()).await;
        let fault = Under::test(setting, &server).fetch(&[id]).await.expect_err(setting);
        for asked in server.asked() {
            assert!(
                !asked.target.contains("s3cr") && !fault.to_string().contains("s3cr"),
                "{}",
                asked.target
            );
        }
        faults.push((fault, server.asked().len()));
    }
    faults
}

#[tokio::test]
async fn what_may_pass_is_tried_three_times() {
    let page = "<!doctype html><title>502 Bad Gateway</title>";
    for (answer, said) in [
        (Answer::status(500, ""), "500"),
        (Answer::status(503, page), "Bad Gateway"),
        (Answer::ok(page), "no JSON"),
        (Answer::ok(""), "no JSON"),
        (Answer::ok("[{\"artist_mbid\": \"8f6b"), "its answer"),
        (Answer::ok("7"), "as documented"),
        (Answer::Cut("{".to_owned()), "broke off"),
        (Answer::Close, "broke off"),
        (Answer::Silence, "in time"),
    ] {
        for (fault, num_tries) in faults(answer.clone()).await {
            let is_it = matches!(&fault, Fault::Failed { what, num_tries: 3 } if what.contains(said));
            assert!(is_it && num_tries == 3, "{answer:?}: {fault} after {num_tries} tries");
        }
    }
}

#[tokio::test]
async fn what_passes_is_no_fault() {
    let num = AtomicU32::new(0);
    let server = Server::start(move |_| match num.fetch_add(1, Ordering::Relaxed) {
        0 => Answer::status(502, ""),
        1 => Answer::ok("{"),
        _ => Answer::ok(r#"{"items": []}"#),
    })
    .await;
    assert_eq!(Under::test("WIKIMEDIA_API_URL", &server).fetch(&["en/A"]).await.unwrap(), [vec![]]);
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn a_short_wait_is_waited_for() {
    let num = AtomicU32::new(0);
    let server = Server::start(move |_| match num.fetch_add(1, Ordering::Relaxed) {
        0 => Answer::Http(429, vec![("retry-after", "1".to_owned())], String::new()),
        _ => Answer::ok(r#"{"items": []}"#),
    })
    .await;
    Under::test("WIKIMEDIA_API_URL", &server).fetch(&["en/A"]).await.unwrap();
    let asked = server.asked();
    assert!(asked[1].at - asked[0].at >= Duration::from_secs(1));
    assert_eq!(asked.len(), 2);
}

/// <https://github.com/Mincka/spotcast/issues/68>: what others went on asking made the wait longer each time.
#[tokio::test]
async fn a_wait_that_one_request_was_told_holds_up_the_others_of_the_platform() {
    let num = AtomicU32::new(0);
    let server = Server::start(move |_| match num.fetch_add(1, Ordering::Relaxed) {
        0..3 => Answer::Http(429, vec![("retry-after", "1".to_owned())], String::new()),
        _ => Answer::ok(r#"{"items": []}"#),
    })
    .await;
    let wikipedia = Under::test("WIKIMEDIA_API_URL", &server);
    let stopped = wikipedia.fetch(&["en/A"]).await.unwrap_err();
    assert!(matches!(stopped, Fault::Stopped { until: Some(_), .. }), "{stopped}");
    // It has used up its tries; another artist's is the first that is sent after the wait.
    wikipedia.fetch(&["en/B"]).await.unwrap();
    let asked = server.asked();
    let waits: Vec<Duration> = asked.windows(2).map(|of| of[1].at - of[0].at).collect();
    assert!(waits.len() == 3 && waits.iter().all(|wait| *wait >= Duration::from_secs(1)), "{waits:?}");
}

/// <https://github.com/spotDL/spotify-downloader/issues/2585>: a day that was waited for in silence.
#[tokio::test]
async fn a_long_wait_ends_the_run_until_then() {
    let wait = vec![("retry-after", "86400".to_owned())];
    for (fault, num_tries) in faults(Answer::Http(429, wait, String::new())).await {
        let Fault::Stopped { until: Some(until), .. } = fault else { panic!("{fault:?}") };
        let hours = (until - OffsetDateTime::now_utc()).as_seconds_f64() / 3_600.0;
        assert!((23.9..=24.0).contains(&hours) && num_tries == 1, "{hours} h after {num_tries}");
    }
}

#[tokio::test]
async fn a_redirect_to_another_host_is_not_followed() {
    let other = Server::start(|_| Answer::ok(r#"{"id": 27, "nb_fan": 1, "items": []}"#)).await;
    // The same machine by another name is another host.
    let elsewhere = other.address.replace("127.0.0.1", "localhost");
    for (fault, num_tries) in faults(Answer::Http(302, vec![("location", elsewhere)], String::new())).await {
        let is_it = matches!(&fault, Fault::Refused { what } if what.contains("redirect"));
        assert!(is_it && num_tries == 1, "{fault} after {num_tries} tries");
    }
    assert_eq!(other.asked().len(), 0);
}

#[tokio::test]
async fn a_platform_that_cannot_be_reached_is_told_without_its_address() {
    let server = Server::start(|_| Answer::Close).await;
    let deezer = Under::test("DEEZER_API_URL", &server);
    let port = server.address.rsplit(':').next().unwrap().to_owned();
    drop(server);
    let fault = deezer.fetch(&["27"]).await.unwrap_err().to_string();
    assert!(!fault.contains(&port) && !fault.contains("27"), "{fault}");
}

#[tokio::test]
async fn the_limits_hold_while_two_ask_for_many() {
    let server = Server::start(|asked| {
        let id: String = asked.target.chars().filter(char::is_ascii_digit).collect();
        Answer::ok(format!(r#"{{"id": {id}, "nb_fan": 1, "nb_album": 1, "data": []}}"#))
    })
    .await;
    // As two processes have it: in common is what their data directory remembers.
    let folder = tempfile::tempdir().unwrap();
    let process = || {
        let folder = Some(folder.path().to_owned());
        Under::with("DEEZER_API_URL", &server, |access| Access { folder: folder.clone(), ..access })
    };
    let processes = [process(), process()];
    let ids: Vec<String> = (100..130).map(|id| id.to_string()).collect();
    let all = ids.iter().zip(processes.iter().cycle());
    let all = all.map(|(id, process)| async move { process.fetch(&[id]).await.unwrap() });
    futures::future::join_all(all).await;
    assert_eq!(server.asked().len(), 60);
    assert_eq!(server.breaches(50, Duration::from_secs(5)), 0);
}

/// Every form in which a key could be repeated.
fn forms(key: &str) -> Vec<String> {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    let encoded = "s3cr-et%2F%2Bkey".to_owned();
    assert_eq!(percent_encoding::percent_decode_str(&encoded).decode_utf8_lossy(), key);
    let encoded = [encoded.to_lowercase(), encoded];
    let base64 = [STANDARD.encode(key), URL_SAFE_NO_PAD.encode(key)];
    [vec![key.to_owned()], encoded.to_vec(), base64.to_vec()].concat()
}

#[tokio::test]
async fn a_platform_that_repeats_what_it_was_sent_gives_no_key_away() {
    for (setting, id) in PLATFORMS {
        for status in [400, 401, 403, 404, 418, 500, 503] {
            let server = Server::start(move |asked| {
                let sent: Vec<&str> = ["authorization", "x-goog-api-key"]
                    .into_iter()
                    .filter_map(|name| asked.header(name))
                    .chain([asked.body.as_str()])
                    .collect();
                // In every form, where it was sent a key.
                let has_key = sent.len() > 1 || asked.body.contains("client_secret");
                let known = if has_key { forms(KEY) } else { Vec::new() };
                let told = [sent.join(" "), known.join(" ")].join(" ");
                let message = serde_json::json!({ "error": { "code": 190, "message": told, "errors": [{ "reason": told }] } });
                Answer::status(status, if status % 2 == 0 { told } else { message.to_string() })
            })
            .await;
            let under = Under::with(setting, &server, |access| Access {
                instagram_app: Some(("4711".to_owned(), KEY.into())),
                token_folder: access.folder.clone(),
                ..access
            });
            let answer = under.fetch(&[id]).await;
            let told = format!(
                "{answer:?} {} {:?}",
                answer.as_ref().err().map(ToString::to_string).unwrap_or_default(),
                under.notices()
            );
            for form in forms(KEY) {
                assert!(!told.contains(&form), "{setting} {status}: {form} in {told}");
            }
        }
    }
}
