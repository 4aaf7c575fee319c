//! Backup and restore: what comes back is what was stored, and every answer is the same, byte for byte.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use std::collections::BTreeMap;

use async_nats::jetstream::consumer::DeliverPolicy;
use async_nats::jetstream::consumer::pull::OrderedConfig;
use async_nats::jetstream::{self, context};
use futures::TryStreamExt;
use serde_json::{Value, json};
use support::{House, connect};

/// Questions whose answers are compared.
const QUESTIONS: [&str; 8] = [
    "growth period:30",
    "growth artist:Brasa Nueva period:7",
    "artist name:Brasa Nueva",
    "predict artist:Brasa Nueva days:14",
    "leaderboard metric:spotify-listeners",
    "trends",
    "achievements",
    "accuracy",
];

/// A message as it is stored: subject, headers without those that tell where and when, body.
type Stored = (String, BTreeMap<String, Vec<String>>, Vec<u8>);

async fn messages(url: &str, stream: &str) -> Vec<Stored> {
    let jetstream: context::Context = jetstream::new(connect(url).await);
    let config = OrderedConfig { deliver_policy: DeliverPolicy::All, ..OrderedConfig::default() };
    let consumer = jetstream.get_stream(stream).await.unwrap().create_consumer(config).await.unwrap();
    let num = consumer.cached_info().num_pending;
    let mut messages = consumer.messages().await.unwrap();
    let mut found = Vec::new();
    for _ in 0..num {
        let message = messages.try_next().await.unwrap().unwrap();
        let of_place =
            |name: &str| name == "Casa24-Stored-At" || (name.starts_with("Nats-") && name != "Nats-Msg-Id");
        let headers = message.headers.iter().flat_map(|headers| headers.iter());
        let headers = headers
            .filter(|(name, _)| !of_place(name.as_ref()))
            .map(|(name, values)| (name.to_string(), values.iter().map(ToString::to_string).collect()))
            .collect();
        found.push((message.subject.to_string(), headers, message.payload.to_vec()));
    }
    found
}

/// All streams that a backup has.
fn stored(house: &House) -> BTreeMap<&'static str, Vec<Stored>> {
    let _up = house.up();
    let (url, _) = house.server().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut all = BTreeMap::new();
        for stream in ["RAW", "ROSTER", "PUBLISHED", "MODELS"] {
            all.insert(stream, messages(&url, stream).await);
        }
        all
    })
}

/// A label with an artist who has left, a correction, and figures that contradict what is stored.
fn label() -> House {
    let house = House::new();
    house.text(&["sample", "history", "--artists", "4", "--days", "60", "--seed", "7"]);
    house.text(&["import", "history"]);
    house
}

fn first_artist(house: &House) -> String {
    house.json(&["roster", "list", "--json"])[0]["artist"]["name"].as_str().unwrap().to_owned()
}

fn answers(house: &House, artist: &str) -> Vec<String> {
    let _up = house.up();
    let ask = |question: &str| {
        let question = question.replace("Brasa Nueva", artist);
        let mut texts = house.text(&["ask", &question, "--json"]);
        for as_of in ["2025-09-10", "2025-09-25"] {
            texts.push_str(&house.text(&["ask", &question, "--json", "--as-of", as_of]));
        }
        texts
    };
    QUESTIONS.iter().map(|question| ask(question)).collect()
}

#[test]
fn after_a_restore_every_answer_is_the_same_byte_for_byte() {
    let house = label();
    let artist = first_artist(&house);
    // One more export beside the history: added figures, and a contradiction that is stored beside the first.
    house.write(
        "audience.csv",
        "date,listeners,streams,followers\n2025-09-10,5,9,1\n2025-09-11,6,11,2\n2025-09-12,7,12,3\n",
    );
    house.text(&["import", "audience.csv", "--artist", &artist]);
    house.text(&["roster", "add", "Quien Se Fue", "--no-search"]);
    house.text(&["roster", "remove", "Quien Se Fue"]);
    let before = stored(&house);
    let expected = answers(&house, &artist);

    let counts = house.json(&["backup", "label.casa24", "--json"]);
    for (stream, messages) in &before {
        assert_eq!(counts["streams"][stream], json!(messages.len()), "{stream}");
    }

    let other = House::new();
    std::fs::copy(house.path("label.casa24"), other.path("label.casa24")).unwrap();
    let restored = other.json(&["restore", "label.casa24", "--json"]);
    assert_eq!(restored["streams"], counts["streams"]);
    let after = stored(&other);
    for stream in ["RAW", "ROSTER", "MODELS"] {
        assert_eq!(after[stream].len(), before[stream].len(), "{stream}");
        assert!(after[stream] == before[stream], "{stream}");
    }
    // Predictors may have published the newest forecasts once more, behind all that came back.
    assert!(after["PUBLISHED"].starts_with(&before["PUBLISHED"]));
    for (question, (after, before)) in QUESTIONS.iter().zip(answers(&other, &artist).iter().zip(&expected)) {
        assert!(after == before, "{question}: {after}\n{before}");
    }
    // A backup of what was restored has the same messages, with the times at which they were first stored.
    other.text(&["backup", "again.casa24"]);
    let third = House::new();
    std::fs::copy(other.path("again.casa24"), third.path("again.casa24")).unwrap();
    third.text(&["restore", "again.casa24"]);
    assert_eq!(answers(&third, &artist), expected);
    // Another installation on the same server takes it too.
    let prefixed = |arguments: &[&str]| third.text(&[&["--prefix", "sello"], arguments].concat());
    prefixed(&["restore", "again.casa24"]);
    assert_eq!(prefixed(&["ask", QUESTIONS[0], "--json"]), house.text(&["ask", QUESTIONS[0], "--json"]));
}

#[test]
fn two_messages_of_one_id_both_come_back_in_their_order() {
    let house = House::new();
    house.text(&["roster", "add", "Bruma", "--no-search"]);
    let message = |followers: u32| {
        json!({
            "platform": "spotify", "artist": { "id": "Bruma", "name": "Bruma" }, "observed_at": "2025-05-01",
            "source": "shell", "metrics": { "followers": followers },
        })
    };
    {
        let _up = house.up();
        let (url, _) = house.server().unwrap();
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let jetstream = jetstream::new(connect(&url).await);
            let raw = jetstream.get_stream("RAW").await.unwrap();
            let mut config = raw.cached_info().config.clone();
            config.duplicate_window = std::time::Duration::from_millis(100);
            jetstream.update_stream(config).await.unwrap();
            for followers in [88, 99] {
                let mut headers = async_nats::HeaderMap::new();
                headers.insert("Content-Type", "application/json");
                headers.insert("Casa24-Schema", "snapshot.raw/1.0");
                headers.insert("Nats-Msg-Id", "the same");
                headers.insert("Twice", "1");
                headers.append("Twice", "2");
                let body = serde_json::to_vec(&message(followers)).unwrap();
                // Until the server has forgotten the id of the first one.
                loop {
                    let subject = "snapshot.raw.spotify.Bruma";
                    let sent = jetstream.publish_with_headers(subject, headers.clone(), body.clone().into());
                    if !sent.await.unwrap().await.unwrap().duplicate {
                        break;
                    }
                }
            }
        });
    }
    let before = stored(&house);
    assert_eq!(before["RAW"].len(), 2);
    house.text(&["backup", "b.casa24"]);
    let other = House::new();
    std::fs::copy(house.path("b.casa24"), other.path("b.casa24")).unwrap();
    other.text(&["restore", "b.casa24"]);
    assert!(stored(&other)["RAW"] == before["RAW"]);
    assert_eq!(other.ask("artist name:Bruma"), house.ask("artist name:Bruma"));
}

#[test]
fn a_bus_that_is_not_empty_and_a_file_that_is_not_whole_are_refused() {
    let house = House::new();
    let nothing = house.run(&["backup", "b.casa24"]);
    assert!(nothing.status.code() == Some(1) && !house.path("b.casa24").exists());
    house.text(&["roster", "add", "Bruma", "--no-search"]);
    house.text(&["backup", "b.casa24"]);
    let refused = |house: &House, file: &str| {
        let output = house.run(&["restore", file]);
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    let told = refused(&house, "b.casa24");
    assert!(
        told.contains("the bus is not empty (1 event in ROSTER)") && told.contains("--data DIR"),
        "{told}"
    );
    let bytes = std::fs::read(house.path("b.casa24")).unwrap();
    let other = House::new();
    let mut altered = bytes.clone();
    altered[bytes.len() / 2] ^= 4;
    for (name, content) in [
        ("cut", &bytes[..bytes.len() - 1]),
        ("altered", &altered[..]),
        ("other", &b"casa24 was here, but this is no backup at all"[..]),
    ] {
        other.write(name, content);
        let told = refused(&other, name);
        assert!(told.contains(&format!("the backup {name} ")), "{told}");
    }
    assert!(refused(&other, "nowhere").contains("the backup nowhere cannot be read"));
    assert!(other.server().is_none() && !other.data().exists(), "nothing was started");
    let status: Value = other.json(&["status", "--json"]);
    let streams = status["streams"].as_array().unwrap();
    assert!(streams.iter().all(|stream| stream["num_events"] == json!(0)));
}
