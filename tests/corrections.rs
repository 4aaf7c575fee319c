//! What was stored wrong is corrected: the correction is stored behind it, and everything that was made from the wrong
//! figure follows.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use std::collections::BTreeMap;

use async_nats::jetstream::{self, consumer::DeliverPolicy, consumer::pull::OrderedConfig};
use futures::TryStreamExt;
use serde_json::{Value, json};
use support::{House, connect};
use time::macros::date;
use time::{Date, Duration, OffsetDateTime};

const NAME: &str = "Élan Brisvert";
/// The day that is stored wrong, among days 0 to 39.
const WRONG: usize = 30;

fn day(number: usize) -> String {
    (date!(2025 - 03 - 01) + Duration::days(number as i64)).to_string()
}

fn right(number: usize) -> Value {
    json!(500 + 2 * number + (number * 37) % 5)
}

fn write_day(house: &House, folder: &str, number: usize, followers: &Value) {
    let artists = json!([{ "name": NAME, "spotify": { "followers": followers, "popularity_score": 30 } }]);
    let text = json!({ "date": day(number), "artists": artists }).to_string();
    house.write(&format!("{folder}/historical/{}.json", day(number)), text);
}

/// A house with a history of 40 days, one of which is this.
fn house(folder: &str, of_wrong: &Value) -> House {
    let house = House::new();
    for number in 0..40 {
        let followers = if number == WRONG { of_wrong.clone() } else { right(number) };
        write_day(&house, folder, number, &followers);
    }
    house
}

/// Every stored event under a filter, oldest first, with its subject.
async fn events(house: &House, stream: &str, filter: &str) -> Vec<(String, Value)> {
    let (url, _) = house.server().unwrap();
    let jetstream = jetstream::new(connect(&url).await);
    let config = OrderedConfig {
        filter_subject: filter.to_owned(),
        deliver_policy: DeliverPolicy::All,
        ..OrderedConfig::default()
    };
    let consumer = jetstream.get_stream(stream).await.unwrap().create_consumer(config).await.unwrap();
    let num = consumer.cached_info().num_pending;
    let mut messages = consumer.messages().await.unwrap();
    let mut events = Vec::new();
    for _ in 0..num {
        let message = messages.try_next().await.unwrap().unwrap();
        events.push((message.subject.to_string(), rmp_serde::from_slice(&message.payload).unwrap()));
    }
    events
}

/// The newest event of every subject of views, findings and forecasts.
async fn newest(house: &House) -> BTreeMap<String, Value> {
    let mut newest = BTreeMap::new();
    for (stream, filter) in [("VIEWS", ">"), ("TRENDS", "trend.>")] {
        newest.extend(events(house, stream, filter).await);
    }
    // A subject of which every finding was undone has an empty list; where there never was one, there is no subject.
    newest.retain(|_, event: &mut Value| event["findings"] != json!([]));
    newest
}

fn current(house: &House, arguments: &[&str]) -> Value {
    let question = format!("growth artist:{NAME} period:7");
    let answer = house.json(&[&["ask", &question, "--json"], arguments].concat());
    let rows = answer["data"]["figures"].as_array().unwrap().clone();
    rows.into_iter().find(|row| row["metric"] == "followers").unwrap()
}

#[tokio::test]
async fn what_was_stored_wrong_is_corrected_and_everything_follows() {
    let (wrong, never_wrong) = (house("history", &json!(9_999)), house("history", &right(WRONG)));
    let (_up, _up_too) = (wrong.up(), never_wrong.up());
    for house in [&wrong, &never_wrong] {
        house.text(&["import", "history"]);
    }
    let on_wrong_day = ["--as-of", &day(WRONG)];
    assert_ne!(newest(&wrong).await, newest(&never_wrong).await);
    assert_eq!(current(&wrong, &on_wrong_day)["current"], 9_999);

    // Without being told to, an import corrects nothing.
    write_day(&wrong, "right", WRONG, &right(WRONG));
    let counts = wrong.json(&["import", "right", "--json"]);
    assert_eq!((&counts["read"]["num_conflicting"], &counts["read"]["num_new"]), (&json!(1), &json!(0)));

    let reason = "the figures of another artist";
    let counts = wrong.json(&["import", "right", "--replace", "--reason", reason, "--json"]);
    let read = &counts["read"];
    assert_eq!(
        (&read["num_corrected"], &read["num_new"], &read["num_conflicting"]),
        (&json!(1), &json!(1), &json!(0))
    );
    assert_eq!(
        (&counts["num_valid"], &counts["num_rejected"], &counts["num_dead"]),
        (&json!(2), &json!(0), &json!(0))
    );
    assert_eq!(newest(&wrong).await, newest(&never_wrong).await);
    assert_eq!(current(&wrong, &on_wrong_day), current(&never_wrong, &on_wrong_day));

    // The record has both, and says why.
    let of_wrong_day = |stream: &'static str, filter: &'static str| {
        let events = events(&wrong, stream, filter);
        async {
            events
                .await
                .into_iter()
                .map(|(_, it)| it)
                .filter(|it| it["observed_at"] == day(WRONG))
                .collect::<Vec<_>>()
        }
    };
    let valid = of_wrong_day("VALID", "snapshot.valid.>").await;
    let followers = |event: &Value| event["metrics"]["followers"]["value"].clone();
    assert_eq!([followers(&valid[0]), followers(&valid[1])], [json!(9_999), right(WRONG)]);
    assert_eq!((&valid[1]["revision"], &valid[1]["correction"]["reason"]), (&json!(1), &json!(reason)));
    let raw = of_wrong_day("RAW", "snapshot.raw.>").await;
    assert_eq!(raw.len(), 2);
    assert_eq!(raw[1]["correction"], valid[1]["correction"]);

    // The same file again changes nothing.
    let num_events = async |stream| events(&wrong, stream, ">").await.len();
    let before = [num_events("RAW").await, num_events("VALID").await, num_events("VIEWS").await];
    let counts = wrong.json(&["import", "right", "--replace", "--json"]);
    assert_eq!((&counts["read"]["num_known"], &counts["read"]["num_new"]), (&json!(1), &json!(0)));
    assert_eq!([num_events("RAW").await, num_events("VALID").await, num_events("VIEWS").await], before);

    // Before and after the correction.
    let corrected_at = valid[1]["correction"]["corrected_at"].as_str().unwrap();
    assert_eq!(current(&wrong, &["--as-of", &day(WRONG), "--known-by", "2025-04-30"])["current"], 9_999);
    let known = current(&wrong, &["--as-of", &day(WRONG), "--known-by", corrected_at]);
    assert_eq!(known["current"], right(WRONG));

    // Both figures lead to their events.
    let explained = explained_trends(&wrong);
    let place = place_of_revised(&explained, WRONG);
    let event_of = |field: &str| {
        let figures = explained["explanation"]["figures"].as_array().unwrap();
        let figure = figures.iter().find(|of| of["figure"] == format!("{place}/{field}")).unwrap();
        let index = figure["inputs"][0]["index"].as_u64().unwrap() as usize;
        (figure["value"].clone(), explained["explanation"]["observed"][index]["event"].clone())
    };
    let [(before, before_event), (now, now_event)] = ["before", "now"].map(event_of);
    assert_eq!((before, now), (json!(9_999), right(WRONG)));
    assert_eq!((&before_event["revision"], &now_event["revision"]), (&json!(0), &json!(1)));
    assert_eq!((&before_event["stream"], &now_event["stream"]), (&json!("VALID"), &json!("VALID")));
    assert!(before_event["sequence"].as_u64() < now_event["sequence"].as_u64());
}

fn explained_trends(house: &House) -> Value {
    house.json(&["ask", "trends", "--explain", "--json"])
}

/// Where an answer tells that the followers of a day do not stand as they came.
fn place_of_revised(answer: &Value, number: usize) -> String {
    let mut revised = answer["data"]["corrections"]["revised"].as_array().unwrap().iter();
    let is_it = |of: &Value| of["date"] == day(number) && of["metric"] == "followers";
    let at = revised.position(is_it).unwrap_or_else(|| panic!("{answer}"));
    format!("/corrections/revised/{at}")
}

#[tokio::test]
async fn a_figure_that_is_taken_back_is_missing_everywhere() {
    let (wrong, never_said) = (house("history", &json!(9_999)), house("history", &Value::Null));
    let (_up, _up_too) = (wrong.up(), never_said.up());
    for house in [&wrong, &never_said] {
        house.text(&["import", "history"]);
    }
    // Of the day, the score still counts; of the day before, nothing does.
    write_day(&wrong, "right", WRONG, &Value::Null);
    let nothing = json!([{ "name": NAME, "spotify": { "followers": "N/A", "popularity_score": null } }]);
    let text = json!({ "date": day(WRONG - 1), "artists": nothing }).to_string();
    for house in [&wrong, &never_said] {
        house.write(&format!("right/historical/{}.json", day(WRONG - 1)), &text);
        let counts = house.json(&["import", "right", "--replace", "--json"]);
        assert_eq!(counts["num_rejected"], 1, "{counts}");
    }
    assert_eq!(newest(&wrong).await, newest(&never_said).await);
    let answer = current(&wrong, &["--as-of", &day(WRONG)]);
    assert_eq!((&answer["current"], &answer["current_date"]), (&right(WRONG - 2), &json!(day(WRONG - 2))));

    // What is missing leads to the events without it, and what was said of it before to its own.
    let explained = explained_trends(&wrong);
    for (number, was) in [(WRONG, json!(9_999)), (WRONG - 1, right(WRONG - 1))] {
        let place = place_of_revised(&explained, number);
        let withheld = explained["explanation"]["withheld"].as_array().unwrap();
        let withheld = withheld.iter().find(|of| of["figure"] == place).unwrap();
        assert_eq!(
            (&withheld["event"]["stream"], &withheld["event"]["revision"]),
            (&json!("VALID"), &json!(1))
        );
        let figures = explained["explanation"]["figures"].as_array().unwrap();
        let before = figures.iter().find(|of| of["figure"] == format!("{place}/before")).unwrap();
        assert_eq!(before["value"], was);
    }
    let open = explained["explanation"]["unexplained"].as_array().unwrap();
    assert!(open.iter().all(|of| of["figure"] == "/corrections/taken_back"), "{open:?}");

    // The export has what stands.
    wrong.text(&["export", "out"]);
    let exported = std::fs::read(wrong.path(&format!("out/historical/{}.json", day(WRONG)))).unwrap();
    let exported: Value = serde_json::from_slice(&exported).unwrap();
    assert_eq!(exported["artists"][0]["spotify"], json!({ "popularity_score": 30, "followers": null }));
}

#[test]
fn status_has_the_newest_figure_of_each_artist_whatever_was_stored_last() {
    let house = House::new();
    let write = |folder: &str, on: Date, artist: &str, followers: i64| {
        let artists = json!([{ "name": artist, "spotify": { "followers": followers } }]);
        let text = json!({ "date": on.to_string(), "artists": artists }).to_string();
        house.write(&format!("{folder}/historical/{on}.json"), text);
    };
    let yesterday = OffsetDateTime::now_utc().date() - Duration::DAY;
    // One is collected until now, the other was until long ago; of both, the first of five days is corrected.
    let artists = [("Bruma", date!(2025 - 09 - 30)), ("Luz", yesterday)];
    for (artist, newest) in artists {
        (0..5).for_each(|ago| write("history", newest - Duration::days(ago), artist, 500 - 3 * ago));
        write("right", newest - Duration::days(4), artist, 487);
    }
    house.text(&["import", "history"]);
    let counts = house.json(&["import", "right", "--replace", "--json"]);
    assert_eq!((&counts["read"]["num_corrected"], &counts["num_valid"]), (&json!(2), &json!(4)), "{counts}");
    let status = house.json(&["status", "--json"]);
    let spotify = &status["platforms"][0];
    let newest = artists.map(|(artist, newest)| json!({ "artist": artist, "newest": newest.to_string() }));
    assert_eq!((&spotify["newest"], &spotify["num_artists"]), (&newest[1]["newest"], &json!(2)));
    assert_eq!(spotify["artists"], json!(newest));
}

#[test]
fn a_correction_needs_a_reason_that_says_something_or_none() {
    let house = house("history", &json!(9_999));
    for arguments in [&["--reason", "typing error"][..], &["--replace", "--reason", " "]] {
        let output = house.run(&[&["import", "history"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
    let output = house.run(&["ask", "stats", "--known-by", "yesterday"]);
    assert_eq!(output.status.code(), Some(2));
}
