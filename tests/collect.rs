//! `collect`: what platforms say becomes answers; what does not come is stored as absent, with its reason.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "../agents/collectors/tests/platforms/server.rs"]
#[expect(dead_code, reason = "each test target uses a part")]
mod server;
mod support;

use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_nats::jetstream;
use casa24_schemas::{
    Absence, ContentType, Metric, Observed, RawSnapshot, RawValue, Reason, RejectedSnapshot, decode,
};
use serde_json::{Value, json};
use server::{Answer, Asked, Server};
use support::{House, connect, finish};
use time::OffsetDateTime;

const MBID: &str = "8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11";

/// A command that finds every platform at one stand-in.
fn casa24(house: &House, server: &Server, arguments: &[&str]) -> Command {
    let mut command = house.casa24(arguments);
    for name in ["DEEZER_API_URL", "LISTENBRAINZ_API_URL", "WIKIMEDIA_API_URL"] {
        command.env(name, &server.address);
    }
    command.env("CASA24_CONTACT", "ops@label.example");
    command
}

/// A command, without holding up the stand-in meanwhile.
async fn run(house: &Arc<House>, server: &Server, arguments: &[&str]) -> Output {
    let command = casa24(house, server, arguments);
    tokio::task::spawn_blocking(move || finish(command)).await.unwrap()
}

async fn collect(house: &Arc<House>, server: &Server, arguments: &[&str]) -> Value {
    let arguments = [&["collect"], arguments, &["--json"]].concat();
    let output = run(house, server, &arguments).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What a run says of a platform.
fn of<'a>(report: &'a Value, platform: &str) -> &'a Value {
    let platforms = report["platforms"].as_array().unwrap();
    platforms.iter().find(|of| of["platform"] == platform).unwrap()
}

fn days(asked: &Asked, newest_views: i64) -> Answer {
    let until: Vec<&str> = asked.target.rsplit('/').take(2).collect();
    let day = |stamp: &str, views: i64| json!({ "timestamp": format!("{stamp}00"), "views": views });
    Answer::ok(json!({ "items": [day(until[1], 40), day(until[0], newest_views)] }).to_string())
}

/// A world in which Luz is known everywhere, and the views of her newest day are counted again later.
async fn world(newest_views: &Arc<AtomicI64>) -> Server {
    let newest_views = Arc::clone(newest_views);
    Server::start(move |asked| match asked.target.split('/').nth(1) {
        Some("artist") if asked.target.starts_with("/artist/27") => {
            Answer::ok(r#"{"id": 27, "name": "Luz", "nb_fan": 4751, "nb_album": 3, "data": []}"#)
        }
        Some("artist") => Answer::ok(r#"{"error": {"code": 800, "message": "no data"}}"#),
        Some("1") => Answer::ok(format!(
            r#"[{{"artist_mbid": "{MBID}", "total_listen_count": 34012, "total_user_count": null}}]"#
        )),
        _ => days(asked, newest_views.load(Ordering::Relaxed)),
    })
    .await
}

fn roster(house: &House) {
    let deezer = "deezer=27";
    let (listenbrainz, wikipedia) = (format!("listenbrainz={MBID}"), "wikipedia=en/Luz");
    house.text(&["roster", "add", "Luz", deezer, &listenbrainz, wikipedia, "spotify=none"]);
    house.text(&["roster", "add", "Mar", "deezer=404"]);
    house.text(&["roster", "add", "Sal", "deezer=none"]);
}

/// The stored events of a filter.
async fn stored<E: casa24_schemas::Event>(house: &House, filter: &str) -> Vec<E> {
    let (url, _) = house.server().unwrap();
    let jetstream = jetstream::new(connect(&url).await);
    let name = if filter.contains("rejected") { "REJECTED" } else { "RAW" };
    let mut stream = jetstream.get_stream(name).await.unwrap();
    let last = stream.info().await.unwrap().state.last_sequence;
    let mut events = Vec::new();
    for sequence in 1..=last {
        let message = stream.get_raw_message(sequence).await.unwrap();
        if message.subject.as_str().starts_with(filter) {
            events.push(decode::<E>(ContentType::MessagePack, &message.payload).unwrap());
        }
    }
    events
}

#[tokio::test(flavor = "multi_thread")]
async fn from_nothing_figures_come_and_what_does_not_come_has_its_reason() {
    let (house, views) = (Arc::new(House::new()), Arc::new(AtomicI64::new(77)));
    let server = world(&views).await;
    roster(&house);
    let _up = house.up();
    let report = collect(&house, &server, &[]).await;
    let deezer = of(&report, "deezer");
    let counts = ["num_artists", "num_without_account", "num_unknown", "num_with_figures", "num_figures"];
    assert_eq!(counts.map(|count| deezer[count].as_u64().unwrap()), [2, 1, 0, 1, 2], "{report}");
    assert_eq!(deezer["absent"], json!({ "not_found": 2 }));
    assert_eq!(of(&report, "listenbrainz")["absent"], json!({ "not_found": 1 }));
    assert_eq!(of(&report, "wikipedia")["num_figures"], 2);

    let raw = stored::<RawSnapshot>(&house, "snapshot.raw.listenbrainz").await;
    assert_eq!(raw[0].metrics, [(Metric::LISTENS, RawValue::Integer(34_012))].into());
    assert_eq!(raw[0].absent, [(Metric::LISTENERS, Absence::NotFound)].into());
    assert!(raw[0].collection.as_ref().unwrap().starts_with("collect 20"));
    // Somebody of whom nothing came is recorded too.
    let rejected = stored::<RejectedSnapshot>(&house, "snapshot.rejected.deezer.Mar").await;
    assert_eq!(rejected[0].reasons[0].reason, Reason::NoMetrics);
    assert_eq!(rejected[0].raw.absent.values().collect::<Vec<_>>(), [&Absence::NotFound; 2]);

    let answer = house.ask("artist name:Luz");
    let figures = answer["data"]["figures"].as_array().unwrap();
    let current = |metric: &str| {
        let figure = figures.iter().find(|figure| figure["metric"] == metric).unwrap();
        figure["current"].clone()
    };
    assert_eq!([current("fans"), current("albums"), current("listens")], [4_751, 3, 34_012]);
    assert_eq!(current("page_views"), 77);
    // And is told as what it is.
    let answer = house.ask("artist name:Mar");
    let figures = answer["data"]["figures"].as_array().unwrap();
    let fans = figures.iter().find(|figure| figure["metric"] == "fans").unwrap();
    assert_eq!(fans["missing"], json!({ "reason": "not_given", "why": "not_found" }));
    assert!(!figures.iter().any(|figure| figure["metric"] == "listeners" && !figure["current"].is_null()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_stored_once_and_counted_again_it_takes_the_place_of_what_was_stored() {
    let (house, views) = (Arc::new(House::new()), Arc::new(AtomicI64::new(77)));
    let server = world(&views).await;
    roster(&house);
    let _up = house.up();
    let first = collect(&house, &server, &["wikipedia"]).await;
    let again = collect(&house, &server, &["wikipedia", "--artist", "LUZ"]).await;
    let counts = |report: &Value| {
        ["num_stored", "num_known", "num_corrected"]
            .map(|count| of(report, "wikipedia")[count].as_u64().unwrap())
    };
    assert_eq!((counts(&first), counts(&again)), ([2, 0, 0], [0, 2, 0]));
    views.store(90, Ordering::Relaxed);
    let corrected = collect(&house, &server, &["wikipedia"]).await;
    assert_eq!(counts(&corrected), [1, 1, 1], "{corrected}");
    let answer = house.ask("artist name:Luz");
    let figures = answer["data"]["figures"].as_array().unwrap();
    let figure = figures.iter().find(|figure| figure["metric"] == "page_views").unwrap();
    assert_eq!(figure["current"], 90, "{figure}");
    let raw = stored::<RawSnapshot>(&house, "snapshot.raw.wikipedia").await;
    assert!(raw[2].correction.as_ref().unwrap().reason.as_ref().unwrap().contains("counted"), "{raw:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_goes_by_another_name_gives_no_figures_until_it_is_said_to_be_the_artists() {
    let (house, name) = (Arc::new(House::new()), Arc::new(AtomicI64::new(0)));
    let names = Arc::clone(&name);
    let server = Server::start(move |_| {
        let name = ["Luz Oficial", "LUZ (oficial)", "Crypto Deals"][names.load(Ordering::Relaxed) as usize];
        Answer::ok(json!({ "id": 27, "name": name, "nb_fan": 100, "nb_album": 1, "data": [] }).to_string())
    })
    .await;
    house.text(&["roster", "add", "Luz", "deezer=27"]);
    let _up = house.up();
    for (place, figures) in [(0, 2), (1, 2)] {
        name.store(place, Ordering::Relaxed);
        let report = collect(&house, &server, &["deezer"]).await;
        assert_eq!(of(&report, "deezer")["num_figures"], figures, "{report}");
    }
    name.store(2, Ordering::Relaxed);
    let output = run(&house, &server, &["collect", "deezer", "--json"]).await;
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &of(&report, "deezer")["absent"]), (Some(1), &json!({ "refused": 2 })));
    let problem = of(&report, "deezer")["problems"][0].as_str().unwrap();
    assert!(problem.contains("\"Crypto Deals\" now, before by \"LUZ (oficial)\""), "{problem}");
    let report = collect(&house, &server, &["deezer", "--renamed"]).await;
    assert_eq!(of(&report, "deezer")["num_figures"], 2);
    // From now on that is its name.
    let report = collect(&house, &server, &["deezer"]).await;
    assert_eq!(of(&report, "deezer")["num_figures"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_that_stops_is_asked_no_more_and_the_others_go_on() {
    let house = Arc::new(House::new());
    for number in 0..4 {
        let account = format!("deezer={}", 1_000 + number);
        house.text(&["roster", "add", &format!("Artist {number}"), &account, "wikipedia=en/A"]);
    }
    let server = Server::start(|asked| {
        if asked.target.starts_with("/artist") {
            Answer::Http(429, vec![("retry-after", "86400".to_owned())], String::new())
        } else {
            days(asked, 5)
        }
    })
    .await;
    let output = run(&house, &server, &["collect"]).await;
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("deezer: ended early: it has had too many requests; it may be asked again from 20"),
        "{said}"
    );
    assert!(said.contains("nothing came from deezer"), "{said}");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("deezer: 0 of 4 artists, 0 new figures; absent: refused 8"), "{said}");
    assert!(said.contains("wikipedia: 4 of 4 artists, 8 new figures"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_that_does_not_answer_is_left_alone_for_a_while() {
    let house = Arc::new(House::new());
    for name in ["Luz", "Mar"] {
        house.text(&["roster", "add", name, "deezer=27"]);
    }
    let server = Server::start(|_| Answer::Close).await;
    let output = run(&house, &server, &["collect", "--json"]).await;
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let deezer = of(&report, "deezer");
    assert_eq!(deezer["absent"], json!({ "failed": 4 }));
    let stopped = &deezer["stopped"];
    assert!(stopped["what"].as_str().unwrap().starts_with("no answer to 2 calls in a row: "), "{stopped}");
    let until = Observed::parse(stopped["until"].as_str().unwrap()).unwrap().moment().unwrap();
    let minutes = (until - OffsetDateTime::now_utc()).whole_minutes();
    assert!((25..=30).contains(&minutes), "{minutes}");
    assert_eq!(server.asked().len(), 6, "three tries each");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_tells_what_works_what_refuses_and_what_is_not_set() {
    let house = Arc::new(House::new());
    let server = Server::start(|asked| match asked.target.split('/').nth(1) {
        Some("artist") => Answer::ok(r#"{"id": 27, "name": "A", "nb_fan": 5, "nb_album": 1, "data": []}"#),
        Some("1") => Answer::status(403, "no"),
        _ => Answer::status(404, ""),
    })
    .await;
    let output = run(&house, &server, &["check", "--json"]).await;
    assert_eq!(output.status.code(), Some(1));
    let checked: Value = serde_json::from_slice(&output.stdout).unwrap();
    let states: Vec<(&str, &str)> = checked
        .as_array()
        .unwrap()
        .iter()
        .map(|of| (of["platform"].as_str().unwrap(), of["state"].as_str().unwrap()))
        .collect();
    let expected = [
        ("spotify", "not_set"),
        ("youtube", "not_set"),
        ("instagram", "not_set"),
        ("deezer", "works"),
        ("listenbrainz", "fails"),
        ("wikipedia", "no_figures"),
        ("discord", "not_set"),
    ];
    assert_eq!(states, expected);
    assert!(String::from_utf8(output.stderr).unwrap().contains("listenbrainz cannot be asked"));
    assert!(!house.data().join("bus.json").exists(), "it needs no bus");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_labels_server_goes_on_where_its_files_end_and_another_one_does_not() {
    let house = Arc::new(House::new());
    let server =
        Server::start(|_| Answer::ok(include_str!("../agents/collectors/tests/platforms/guild.json"))).await;
    let norte = "1000000000000000077";
    let yesterday = OffsetDateTime::now_utc().date().previous_day().unwrap();
    let file = json!({
        "date": yesterday.to_string(), "artists": [],
        "discord": { "member_count": 60, "online_count": 9, "server_name": "El Norte", "server_id": norte },
    });
    house.write("history.json", file.to_string());
    house.text(&["import", "history.json"]);
    let _up = house.up();
    let collect = async |id: &'static str, arguments: &[&str]| {
        let mut command = casa24(&house, &server, &[&["collect", "discord"], arguments].concat());
        command
            .env("DISCORD_API_URL", &server.address)
            .env("DISCORD_BOT_TOKEN", "token")
            .env("DISCORD_GUILD_ID", id);
        tokio::task::spawn_blocking(move || finish(command)).await.unwrap()
    };
    let label = |answer: &Value| {
        let figures = answer["data"]["label"].as_array().unwrap().clone();
        figures
            .into_iter()
            .map(|figure| (figure["metric"].clone(), figure["current"].clone()))
            .collect::<Vec<_>>()
    };
    let other = collect("78", &[]).await;
    let complaint = String::from_utf8(other.stderr).unwrap();
    assert!(!other.status.success() && complaint.contains(norte) && complaint.contains("78"), "{complaint}");
    assert_eq!(label(&house.ask("stats"))[0].1, 60);

    let own = collect(norte, &[]).await;
    assert!(own.status.success(), "{}", String::from_utf8_lossy(&own.stderr));
    assert!(String::from_utf8(own.stdout).unwrap().contains("discord: the label's own, 2 new figures"));
    let stats = house.ask("stats");
    assert_eq!(label(&stats), [(json!("member_count"), json!(61)), (json!("online_count"), json!(18))]);
    assert!(stats["message"].to_string().contains("**61** members (approximate)"), "{}", stats["message"]);
    // The label is no artist.
    let luz = collect(norte, &["--artist", "Luz"]).await;
    assert_eq!(luz.status.code(), Some(2));
}

/// Spotify in Development Mode: an artist with two releases.
fn spotify(asked: &Asked) -> Answer {
    let release = |id: &str, released: &str| json!({ "id": id, "name": id, "album_type": "single", "release_date": released, "release_date_precision": "day" });
    Answer::ok(match asked.target.as_str() {
        "/api/token" => {
            json!({ "access_token": "t", "token_type": "Bearer", "expires_in": 3600 }).to_string()
        }
        target if target.contains("/albums") => {
            let items = [release("Mar", "2024-05-06"), release("Sal", "2025-02-03")];
            json!({ "items": items, "total": 2 }).to_string()
        }
        target => json!({ "id": target.rsplit('/').next(), "name": "Luz" }).to_string(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn releases_are_asked_for_once_a_week_and_figures_each_time() {
    let house = Arc::new(House::new());
    let server = Server::start(spotify).await;
    house.text(&["roster", "add", "Luz", "spotify=2QpRYjtwNg9z6KwD4fhC5h"]);
    let _up = house.up();
    for _ in 0..2 {
        let mut command = casa24(&house, &server, &["collect", "spotify"]);
        command.env("SPOTIFY_API_URL", &server.address).env("SPOTIFY_ACCOUNTS_URL", &server.address);
        command.env("SPOTIFY_CLIENT_ID", "app").env("SPOTIFY_CLIENT_SECRET", "secret");
        let output = tokio::task::spawn_blocking(move || finish(command)).await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let targets: Vec<String> = server.asked().into_iter().map(|asked| asked.target).collect();
    let num = |part: &str| targets.iter().filter(|target| target.contains(part)).count();
    let num_counts = targets.iter().filter(|target| target.ends_with("limit=1")).count();
    assert_eq!((num("limit=10&"), num_counts), (1, 2), "{targets:?}");
    // The second snapshot has none, and hides none.
    let answer = house.ask("artist name:Luz");
    let newest = &answer["data"]["newest_releases"][0];
    assert_eq!(
        newest["release"],
        json!({ "id": "Sal", "name": "Sal", "kind": "single", "released": "2025-02-03" })
    );
    assert!(
        answer["message"].to_string().contains("**Sal** · single · Feb 3, 2025"),
        "{}",
        answer["message"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_is_told_before_anything_is_started() {
    let house = Arc::new(House::new());
    let server = Server::start(|_| Answer::Close).await;
    for (arguments, code, said) in [
        (
            &["collect", "myspace"][..],
            2,
            "there are spotify, youtube, instagram, deezer, listenbrainz, wikipedia, discord",
        ),
        (&["collect", "--since", "yesterday"], 2, "yesterday"),
        (&["collect", "--artist", "Nobody"], 2, "\"Nobody\" is not on the roster"),
        (&["collect"], 1, "casa24 roster add"),
    ] {
        let output = run(&house, &server, arguments).await;
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {complaint}");
        assert!(complaint.contains(said), "{arguments:?}: {complaint}");
    }
    for (name, value, said) in [
        ("DEEZER_API_URL", "deezer", "DEEZER_API_URL is \"deezer\""),
        ("CASA24_CONTACT", "", "set CASA24_CONTACT"),
        ("CASA24_CONTACT", "línea", "CASA24_CONTACT is"),
    ] {
        let mut command = casa24(&house, &server, &["collect", "wikipedia"]);
        command.env(name, value);
        let output = tokio::task::spawn_blocking(move || finish(command)).await.unwrap();
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{complaint}");
        assert!(complaint.contains(said), "{complaint}");
    }
    assert_eq!(server.asked().len(), 0);
}
