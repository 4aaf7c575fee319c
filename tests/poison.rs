//! Poison: what no agent can use ends as a dead letter, a rejected snapshot or a flag, and the next event goes
//! through.

#[path = "support/label.rs"]
mod label;
mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use casa24_bus::SCHEMA;
use casa24_presentation::discord::limits;
use casa24_schemas::{
    Account, Artist, Date, DeadLetter, DeadLetterReason, Event, Flag, Metric, Observed, Platform,
    RawSnapshot, RawValue, Reason, ValidSnapshot, encode,
};
use label::{Label, Shown};
use serde_json::{Value, json};
use support::{House, PATIENCE};

const JSON: &str = "application/json";
const MESSAGE_PACK: &str = "application/msgpack";

/// Spotify followers of an artist on a day of March 2025.
fn snapshot(artist: &str, day: u8, followers: RawValue) -> RawSnapshot {
    let date = Date::from_calendar_date(2025, time::Month::March, day).expect("a day");
    RawSnapshot {
        platform: Platform::SPOTIFY,
        artist: Artist::new(artist).expect("a name"),
        observed_at: Observed::day(date),
        source: "test".to_owned(),
        collection: None,
        account: Account::Unknown,
        metrics: BTreeMap::from([(Metric::FOLLOWERS, followers)]),
        absent: [].into(),
        content: None,
        correction: None,
        sample: false,
    }
}

/// A snapshot that any reader takes, as JSON.
fn good() -> Value {
    serde_json::to_value(snapshot("PYRO", 1, RawValue::Integer(5))).expect("JSON")
}

/// [`good`] with a field replaced or added.
fn with(field: &str, value: Value) -> Vec<u8> {
    let mut event = good();
    event[field] = value;
    event.to_string().into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_no_event_end_as_dead_letters() {
    let label = Label::open().await;
    let whole = encode(&snapshot("PYRO", 1, RawValue::Integer(5)));
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let figure = |text: &str| {
        let mut event = good();
        event["metrics"]["followers"] = json!("?");
        event.to_string().replace("\"?\"", text).into_bytes()
    };
    let cut = |bytes: &[u8], by: usize| bytes[..bytes.len() - by].to_vec();
    let cases: Vec<(&str, &str, Vec<u8>)> = vec![
        ("nothing", JSON, Vec::new()),
        ("truncated JSON", JSON, cut(&with("source", json!("x")), 9)),
        ("truncated MessagePack", MESSAGE_PACK, cut(&whole, 9)),
        ("bytes after the event", MESSAGE_PACK, [whole.clone(), vec![0xc0]].concat()),
        ("a byte that MessagePack never uses", MESSAGE_PACK, vec![0x81, 0xa1, b'x', 0xc1]),
        ("a length that is not there", MESSAGE_PACK, vec![0xdf, 0xff, 0xff, 0xff, 0xff]),
        ("no map", MESSAGE_PACK, vec![0x93, 1, 2, 3]),
        ("text", JSON, b"followers: 5".to_vec()),
        ("JSON that is called MessagePack", MESSAGE_PACK, good().to_string().into_bytes()),
        ("MessagePack that is called JSON", JSON, whole.clone()),
        ("not UTF-8", JSON, b"{\"source\": \"\xff\"}".to_vec()),
        ("metrics that are a list", JSON, with("metrics", json!([1, 2]))),
        ("a metric that is an object", JSON, with("metrics", json!({ "followers": { "value": 5 } }))),
        ("a time that is a number", JSON, with("observed_at", json!(20250301))),
        ("a day that is not there", JSON, with("observed_at", json!("2025-02-30"))),
        ("a day of the year 0000", JSON, with("observed_at", json!("0000-03-09"))),
        ("a clock that was never set", JSON, with("observed_at", json!("1970-01-01T00:00:07Z"))),
        ("an artist that is a text", JSON, with("artist", json!("PYRO"))),
        ("a platform that breaks subjects", JSON, with("platform", json!("spotify.>"))),
        ("a number beyond all bounds", JSON, figure("1e999")),
        ("a NaN in JSON", JSON, figure("NaN")),
        ("lists in lists", JSON, figure(&deep("[", "]"))),
        ("maps in maps", JSON, figure(&deep("{\"a\":", "}").replace(":}", ":1}"))),
        ("lists in lists in MessagePack", MESSAGE_PACK, [&[0x81, 0xa1, b'x'][..], &[0x91; 100_000]].concat()),
        ("a text beyond its limit", JSON, with("metrics", json!({ "followers": "9".repeat(101) }))),
        ("a huge text", JSON, with("source", json!("x".repeat(900_000)))),
        (
            "more metrics than are accepted",
            JSON,
            with("metrics", (0..101).map(|n| (format!("m{n}"), json!(n))).collect()),
        ),
        ("a name beyond its limit", JSON, with("artist", json!({ "id": "PYRO", "name": "P".repeat(201) }))),
        ("an id of another name", JSON, with("artist", json!({ "id": "PYRO", "name": "Casa 24" }))),
        ("an unknown encoding", "text/csv", b"PYRO,5".to_vec()),
    ];
    for (what, content_type, body) in cases {
        let sequence =
            label.store("snapshot.raw.spotify.PYRO", &[("Content-Type", content_type)], body.clone()).await;
        let letter = label.letter(sequence).await;
        assert_eq!(
            (letter.reason, letter.agent.as_str()),
            (DeadLetterReason::Undecodable, "validator"),
            "{what}: {letter:?}"
        );
        assert_eq!(letter.subject, "snapshot.raw.spotify.PYRO");
        assert!(
            !letter.explanation.is_empty() && letter.explanation.len() < 2_000,
            "{what}: {}",
            letter.explanation
        );
        assert!(
            body.starts_with(&letter.payload) && letter.payload.len() >= body.len().min(500_000),
            "{what}"
        );
        assert!(letter.headers.contains(&("Content-Type".to_owned(), content_type.to_owned())), "{what}");
        label.assert_goes_on().await;
    }
    let status = label.house.json(&["status", "--json"]);
    let validator =
        status["consumers"].as_array().and_then(|all| all.iter().find(|it| it["agent"] == "validator"));
    assert_eq!(validator.map(|validator| &validator["lag"]), Some(&json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn schemas_and_subjects_that_do_not_match_end_as_dead_letters() {
    let label = Label::open().await;
    let body = good().to_string();
    let cases = [
        (
            "snapshot.raw.spotify.PYRO",
            "snapshot.raw/2.0",
            DeadLetterReason::UnknownSchema,
            "major version 2, this program reads 1",
        ),
        (
            "snapshot.raw.spotify.PYRO",
            "growth/1.0",
            DeadLetterReason::UnknownSchema,
            "\"growth\" where \"snapshot.raw\" is expected",
        ),
        ("snapshot.raw.spotify.PYRO", "newest", DeadLetterReason::UnknownSchema, "name/major.minor"),
        (
            "snapshot.raw.youtube.PYRO",
            "snapshot.raw/1.0",
            DeadLetterReason::SubjectMismatch,
            "snapshot.raw.spotify.PYRO",
        ),
        (
            "snapshot.raw.spotify.ZACKO",
            "snapshot.raw/1.0",
            DeadLetterReason::SubjectMismatch,
            "snapshot.raw.spotify.PYRO",
        ),
        (
            "snapshot.raw.spotify.PYRO.more",
            "snapshot.raw/1.0",
            DeadLetterReason::SubjectMismatch,
            "snapshot.raw.spotify.PYRO.more",
        ),
        (
            "snapshot.raw.spotify",
            "snapshot.raw/1.0",
            DeadLetterReason::SubjectMismatch,
            "snapshot.raw.spotify.PYRO",
        ),
    ];
    for (subject, schema, reason, words) in cases {
        let sequence = label.store(subject, &[(SCHEMA, schema)], body.clone()).await;
        let letter = label.letter(sequence).await;
        assert_eq!((letter.reason, letter.subject.as_str()), (reason, subject), "{letter:?}");
        assert!(letter.explanation.contains(words), "{}", letter.explanation);
        assert_eq!(letter.payload, body.as_bytes());
        label.assert_goes_on().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_that_mean_nothing_are_rejected_with_the_reason() {
    let label = Label::open().await;
    let cases = [
        (RawValue::Float(f64::NAN), Reason::NotANumber),
        (RawValue::Float(f64::INFINITY), Reason::NotANumber),
        (RawValue::Float(f64::NEG_INFINITY), Reason::NotANumber),
        (RawValue::Float(f64::MAX), Reason::OutOfRange),
        (RawValue::Float(0.5), Reason::NotWhole),
        (RawValue::Integer(i64::MIN), Reason::Negative),
        (RawValue::Integer(i64::MAX), Reason::OutOfRange),
        (RawValue::Text("many".to_owned()), Reason::NotANumber),
        (RawValue::Text("N/A".to_owned()), Reason::Missing),
        (RawValue::Null, Reason::Missing),
    ];
    for (index, (value, reason)) in cases.into_iter().enumerate() {
        let raw = snapshot(&format!("Nonsense {index}"), 1, value);
        label.collect(&raw).await;
        let rejected = label.rejected(&raw).await;
        let reasons: Vec<_> =
            rejected.reasons.iter().map(|rejection| (rejection.metric.clone(), rejection.reason)).collect();
        assert_eq!(reasons, [(Some(Metric::FOLLOWERS), reason)]);
        label.assert_goes_on().await;
    }
    let mut empty = snapshot("Nothing", 1, RawValue::Null);
    empty.metrics.clear();
    label.collect(&empty).await;
    assert_eq!(label.rejected(&empty).await.reasons[0].reason, Reason::NoMetrics);
    // Others that are withheld too, of the same artist and day, are no repetition.
    let other = snapshot("Nonsense 5", 1, RawValue::Integer(-7));
    label.collect(&other).await;
    assert_eq!(label.rejected(&other).await.reasons[0].reason, Reason::Negative);
    let mut future = snapshot("Future", 1, RawValue::Integer(5));
    future.observed_at = Observed::parse("9999-12-31").expect("a day");
    label.collect(&future).await;
    assert_eq!(label.rejected(&future).await.reasons[0].reason, Reason::FutureDate);
    assert_eq!(label.stored::<DeadLetter>("dead.>").await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn newer_minor_versions_and_plain_json_are_accepted() {
    let label = Label::open().await;
    let newer = |artist: &str| {
        let mut event = serde_json::to_value(snapshot(artist, 1, RawValue::Integer(7))).expect("JSON");
        event["mood"] = json!({ "of": ["the", "day"] });
        event.to_string()
    };
    let headers = [(SCHEMA, "snapshot.raw/1.9"), ("Content-Type", "application/json; charset=utf-8")];
    label.store("snapshot.raw.spotify.Newer", &headers, newer("Newer")).await;
    // As a shell user publishes it.
    label.store("snapshot.raw.spotify.Shell", &[], format!("\n  {}\n", newer("Shell"))).await;
    // A map of one more entry: "mood" and a list.
    let packed = snapshot("Packed", 1, RawValue::Integer(7));
    let mut body = encode(&packed);
    body[0] += 1;
    body.extend([0xa4, b'm', b'o', b'o', b'd', 0x92, 1, 0xc0]);
    label
        .store(
            &packed.subject(),
            &[(SCHEMA, "snapshot.raw/1.9"), ("Content-Type", MESSAGE_PACK)],
            body.clone(),
        )
        .await;
    label
        .store("snapshot.raw.spotify.Packed-2", &[], encode(&snapshot("Packed 2", 1, RawValue::Integer(7))))
        .await;
    // What is not read is passed over, however deep it is.
    let deep = format!("{{\"more\": {}{}, {}", "[".repeat(100_000), "]".repeat(100_000), &newer("Deep")[1..]);
    label.store("snapshot.raw.spotify.Deep", &[(SCHEMA, "snapshot.raw/1.9")], deep).await;
    for artist in ["Newer", "Shell", "Packed", "Packed 2", "Deep"] {
        let valid = label.valid(&snapshot(artist, 1, RawValue::Null)).await;
        assert_eq!(valid.metrics[&Metric::FOLLOWERS].value.get(), 7.0, "{artist}");
    }
    assert_eq!(label.stored::<DeadLetter>("dead.>").await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn days_may_come_twice_otherwise_and_late() {
    let label = Label::open().await;
    let first = snapshot("PYRO", 5, RawValue::Integer(100));
    for _ in 0..3 {
        label.collect(&first).await;
    }
    let otherwise = snapshot("PYRO", 5, RawValue::Integer(900));
    label.collect(&otherwise).await;
    assert_eq!(label.rejected(&otherwise).await.reasons[0].reason, Reason::Conflict);
    let late = snapshot("PYRO", 3, RawValue::Integer(98));
    label.collect(&late).await;
    assert!(label.valid(&late).await.metrics[&Metric::FOLLOWERS].flags.contains(&Flag::OutOfOrder));
    label.assert_goes_on().await;
    let valid: Vec<ValidSnapshot> = label.stored("snapshot.valid.spotify.PYRO").await;
    let told: Vec<_> =
        valid.iter().map(|it| (it.observed_at, it.metrics[&Metric::FOLLOWERS].value.get())).collect();
    assert_eq!(told, [(first.observed_at, 100.0), (late.observed_at, 98.0)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_any_script_come_through_and_do_nothing_in_a_message() {
    let label = Label::open().await;
    let names = [
        "宇多田ヒカル",
        "ROSALÍA",
        "Би-2",
        "أم كلثوم",
        "하현상",
        "🔥🔥",
        "bo.wlie",
        "a > b * c",
        "👨‍👩‍👧 & co",
        "@everyone",
        "[x](http://y)",
        "**b**",
        "<@123>",
        "`code`",
        "||hidden||",
        "# heading",
        "-1",
        "\u{202e}backwards",
        "Robert\"); DROP TABLE",
        "{\"json\": 1}",
        "..",
        ">",
    ];
    for (index, name) in names.into_iter().enumerate() {
        for day in [1, 8] {
            let raw = snapshot(name, day, RawValue::Integer(1_000 + 3 * index as i64));
            label.collect(&raw).await;
            assert_eq!(label.valid(&raw).await.artist.name, Artist::new(name).expect("a name").name);
        }
    }
    let all = |reply: &Shown| reply.data["rows"].as_array().map_or(0, Vec::len);
    let asked = async {
        loop {
            let reply = label.ask("leaderboard", &[("metric", "spotify-followers")]).await;
            if all(&reply) == names.len() {
                return reply;
            }
        }
    };
    let board = tokio::time::timeout(PATIENCE, asked).await.expect("everybody is on the board");
    assert_harmless(&board);
    let text = board.message.to_string();
    for escaped in [r"\\@everyone", r"\\[x\\](http\\://y)", r"\\*\\*b\\*\\*", r"\\<\\@123\\>", r"\\`code\\`"]
    {
        assert!(text.contains(escaped), "{escaped} is not in {text}");
    }
    for name in names {
        let reply = label.ask("artist", &[("name", name)]).await;
        assert_eq!(reply.error, None, "{name}");
        assert_harmless(&reply);
        assert_harmless(&label.ask("artist", &[("name", &format!("{name} nobody"))]).await);
    }
    assert_eq!(label.stored::<DeadLetter>("dead.>").await, []);
}

/// No text of a message mentions or links, and Discord is told to mention nobody.
fn assert_harmless(reply: &Shown) {
    fn texts(value: &Value, found: &mut String) {
        match value {
            Value::String(text) => writeln!(found, "{text}").expect("memory"),
            Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
            Value::Object(fields) => fields.values().for_each(|field| texts(field, found)),
            _ => {}
        }
    }
    assert_eq!(limits::check(&reply.message), Ok(()));
    let mut text = String::new();
    texts(&reply.message["components"], &mut text);
    let mut chars = text.chars();
    let mut bare = String::new();
    while let Some(c) = chars.next() {
        if c == '\\' {
            chars.next();
        } else {
            bare.push(c);
        }
    }
    assert!(!bare.contains(['@', '<', '[', '|', '\u{202e}']), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_that_cannot_be_read_get_an_error_and_the_next_one_is_answered() {
    let label = Label::open().await;
    label.collect(&snapshot("PYRO", 1, RawValue::Integer(5))).await;
    let knows_pyro = async { while label.ask("stats", &[]).await.error.is_some() {} };
    tokio::time::timeout(PATIENCE, knows_pyro).await.expect("the responder learns of PYRO");
    let ask = |name: &str| json!({ "id": "1", "name": name, "options": {} }).to_string();
    let none: &[(&str, &str)] = &[];
    let packed = [(SCHEMA, "command/1.0"), ("Content-Type", MESSAGE_PACK)];
    let many: BTreeMap<String, i64> = (0..26).map(|index| (format!("o{index}"), 1)).collect();
    let unreadable = [
        ("command.stats", none, b"{\"id\": \"1\", \"na".to_vec(), DeadLetterReason::Undecodable),
        ("command.stats", &packed[..], vec![0xc1; 40], DeadLetterReason::Undecodable),
        (
            "command.stats",
            &[("Content-Type", "text/plain")][..],
            b"stats".to_vec(),
            DeadLetterReason::Undecodable,
        ),
        (
            "command.stats",
            &[(SCHEMA, "command/2.0")][..],
            ask("stats").into_bytes(),
            DeadLetterReason::UnknownSchema,
        ),
        ("command.stats", none, ask("growth").into_bytes(), DeadLetterReason::SubjectMismatch),
        (
            "command.stats",
            none,
            json!({ "id": "1", "name": "stats", "options": many }).to_string().into_bytes(),
            DeadLetterReason::Undecodable,
        ),
        (
            "command.growth",
            none,
            json!({ "id": "1", "name": "growth", "options": { "artist": "x".repeat(7_000) } })
                .to_string()
                .into_bytes(),
            DeadLetterReason::Undecodable,
        ),
    ];
    for (index, (subject, headers, body, reason)) in unreadable.into_iter().enumerate() {
        let reply = label.request(subject, headers, body.clone()).await;
        assert!(reply.error.is_some() && reply.data.is_null(), "{reply:?}");
        let letter = label
            .wait_for::<DeadLetter>("dead.responder", "a dead letter", |letter| letter.payload == body)
            .await;
        assert_eq!((letter.reason, letter.subject.as_str()), (reason, subject), "{letter:?}");
        assert_eq!(label.stored::<DeadLetter>("dead.>").await.len(), index + 1);
        assert_eq!(label.request("command.leaderboard", &[], ask("leaderboard")).await.error, None);
    }
    let told = label.ask("dance", &[]).await.error.expect("an error");
    assert!(told.contains("no command \"dance\""), "{told}");
    for options in [("period", "7 OR 1=1"), ("artist", "\u{0}"), ("colour", "red")] {
        assert!(label.ask("growth", &[options]).await.error.is_some(), "{options:?}");
    }
    // Asked without an inbox: nobody waits for the answer.
    label.client.publish("command.stats", "{".into()).await.expect("it is sent");
    assert_eq!(label.ask("growth", &[]).await.error, None);
}

#[test]
fn a_history_file_with_a_huge_text_is_told_and_the_others_come_through() {
    let house = House::new();
    let huge = "9".repeat(10 << 20);
    let fine = json!({ "name": "Luz Norte", "spotify": { "followers": 120 } });
    let artists = json!([
        { "name": "Huge figure", "spotify": { "followers": huge, "popularity_score": 3 } },
        { "name": huge, "spotify": { "followers": 1 } },
        { "name": "Huge track", "spotify": { "followers": 2, "top_tracks": [{ "name": huge, "popularity": 1 }] } },
        fine,
    ]);
    house.write("history/2025-03-01.json", json!({ "date": "2025-03-01", "artists": artists }).to_string());
    house.write("history/2025-03-02.json", json!({ "date": "2025-03-02", "artists": [fine] }).to_string());
    house.write("history/2025-03-03.json", "[".repeat(1 << 20));
    let counts = house.json(&["import", "history", "--json"]);
    let problems: Vec<String> = serde_json::from_value(counts["read"]["problems"].clone()).expect("problems");
    assert_eq!(problems.len(), 4, "{problems:#?}");
    assert!(
        problems.iter().all(|problem| problem.len() < 500 && problem.starts_with("2025-03-0")),
        "{problems:#?}"
    );
    for (problem, words) in
        problems.iter().zip(["Huge figure", "10485760 characters", "Huge track", "not JSON"])
    {
        assert!(problem.contains(words), "{words}: {problem}");
    }
    assert_eq!((&counts["num_valid"], &counts["num_dead"]), (&json!(4), &json!(0)));
    let figures = house.ask("growth artist:Luz period:1")["data"]["figures"].clone();
    assert_eq!((&figures[0]["current"], &figures[0]["baseline"]), (&json!(120), &json!(120)));
}
