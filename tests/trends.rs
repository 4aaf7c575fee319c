//! Findings on the bus: published as figures come, taken back where late figures undo them, which answers tell, and the same for
//! whoever reads all figures at once.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use std::collections::BTreeMap;

use async_nats::jetstream::{self, consumer::DeliverPolicy, consumer::pull::OrderedConfig};
use futures::TryStreamExt;
use serde_json::{Value, json};
use support::{House, connect};
use time::Duration;
use time::macros::date;

const ARTIST: &str = "Élan Brisvert";
const STREAK: &str = "trend.streak.Elan-Brisvert_d75d2408f57c.spotify.followers";
/// A day without a file at first.
const LATE: usize = 6;

fn day(number: usize) -> String {
    (date!(2025 - 03 - 01) + Duration::days(number as i64)).to_string()
}

/// Writes the followers of one day.
fn write_day(house: &House, folder: &str, number: usize, followers: usize) {
    let artists = json!([{ "name": ARTIST, "spotify": { "followers": followers } }]);
    let text = json!({ "date": day(number), "artists": artists }).to_string();
    house.write(&format!("{folder}/historical/{}.json", day(number)), text);
}

/// The events of a subject, oldest first.
async fn events(jetstream: &jetstream::Context, subject: &str) -> Vec<Value> {
    let stream = jetstream.get_stream("TRENDS").await.unwrap();
    let config = OrderedConfig {
        filter_subject: subject.to_owned(),
        deliver_policy: DeliverPolicy::All,
        ..OrderedConfig::default()
    };
    let consumer = stream.create_consumer(config).await.unwrap();
    let num = consumer.cached_info().num_pending;
    let mut messages = consumer.messages().await.unwrap();
    let mut bodies = Vec::new();
    for _ in 0..num {
        let message = messages.try_next().await.unwrap().unwrap();
        bodies.push(rmp_serde::from_slice(&message.payload).unwrap());
    }
    bodies
}

/// The newest event of every subject, as stored.
async fn newest(jetstream: &jetstream::Context) -> BTreeMap<String, Value> {
    let stream = jetstream.get_stream("TRENDS").await.unwrap();
    let subjects: Vec<String> = {
        let mut info = stream.info_with_subjects("trend.>").await.unwrap();
        let mut subjects = Vec::new();
        while let Some((subject, _)) = info.try_next().await.unwrap() {
            subjects.push(subject);
        }
        subjects
    };
    let mut newest = BTreeMap::new();
    for subject in subjects {
        let body = events(jetstream, &subject).await.pop().unwrap();
        newest.insert(subject, body);
    }
    newest
}

#[tokio::test]
async fn a_finding_that_late_figures_undo_is_taken_back() {
    let house = House::new();
    let _up = house.up();
    let (url, _) = house.server().unwrap();
    let jetstream = jetstream::new(connect(&url).await);
    for number in (0..=10).filter(|number| *number != LATE) {
        write_day(&house, "history", number, 100 + 3 * number);
    }
    house.text(&["import", "history"]);
    let told = events(&jetstream, STREAK).await;
    let findings = &told.last().unwrap()["findings"];
    assert_eq!(findings[0]["date"], day(8), "the seventh rise, over the day that is missing: {findings}");
    assert_eq!(findings[0]["facts"]["num_rises"], 7);

    // What was observed on the missing day ends the streak before it.
    write_day(&house, "late", LATE, 90);
    house.text(&["import", "late"]);
    let told = events(&jetstream, STREAK).await;
    let [.., taken_back, holds] = &told[..] else { panic!("{told:?}") };
    assert_eq!(taken_back["taken_back"], *findings);
    assert_eq!((&taken_back["findings"], &holds["findings"]), (&json!([]), &json!([])));
    assert_eq!(holds["taken_back"], Value::Null);

    // Whoever asks is told, from the day on which the late figures came; and where that is stored.
    for question in ["trends", "weekly"] {
        let answer = house.json(&["ask", question, "--explain", "--json"]);
        let corrections = &answer["data"]["corrections"];
        let (place, undone) = undone_streak(corrections).unwrap_or_else(|| panic!("{question}: {answer}"));
        assert_eq!((&undone["taken_back_on"], &undone["because"]), (&json!(day(10)), &json!("late")));
        assert_eq!(undone["facts"], findings[0]["facts"]);
        let explained = answer["explanation"]["undone"].as_array().unwrap();
        let explained =
            explained.iter().find(|of| of["figure"] == format!("/corrections/taken_back/{place}")).unwrap();
        let [index] = &explained["values"].as_array().unwrap()[..] else { panic!("{explained}") };
        let value = &answer["explanation"]["observed"][index.as_u64().unwrap() as usize];
        assert_eq!((&value["observed_at"], &value["value"]), (&json!(day(LATE)), &json!(90)));
        assert_eq!(value["event"]["stream"], "VALID");
        assert_eq!(explained["event"]["stream"], "TRENDS");
        let before = house.json(&["ask", question, "--as-of", &day(9), "--json"]);
        assert_eq!(before["data"]["corrections"]["num_taken_back"], 0, "{question}");
    }
    let text = house.text(&["ask", "trends"]);
    assert!(text.contains("taken back on Mar 11, 2025, as figures came late"), "{text}");
    let text = house.text(&["ask", "trends", "--locale", "es"]);
    assert!(text.contains("porque llegaron cifras con retraso"), "{text}");
}

/// The streak among the findings that an answer tells were taken back, and its place among them.
fn undone_streak(corrections: &Value) -> Option<(usize, &Value)> {
    let mut told = corrections["taken_back"].as_array()?.iter().enumerate();
    told.find(|(_, of)| of["kind"] == "streak" && of["date"] == day(8))
}

#[tokio::test]
async fn figures_that_come_one_by_one_and_all_at_once_end_in_the_same_findings() {
    let (one_by_one, at_once) = (House::new(), House::new());
    let followers = |number: usize| 80 + 2 * number + if number > 30 { 400 } else { 0 } + (number * 37) % 5;
    let mut all = Vec::new();
    for (house, is_one_by_one) in [(&one_by_one, true), (&at_once, false)] {
        let _up = house.up();
        let (url, _) = house.server().unwrap();
        for number in 0..45 {
            write_day(house, "history", number, followers(number));
            if is_one_by_one && number % 9 == 4 {
                house.text(&["import", "history"]);
            }
        }
        house.text(&["import", "history"]);
        all.push(newest(&jetstream::new(connect(&url).await)).await);
    }
    assert!(all[0].keys().any(|subject| subject.starts_with("trend.milestone.")), "{:?}", all[0].keys());
    assert_eq!(all[0], all[1]);

    // The document has what the stream has.
    let findings = one_by_one.json(&["findings", "--json"]);
    let num: usize = all[0].values().map(|event| event["findings"].as_array().unwrap().len()).sum();
    assert_eq!(findings.as_array().unwrap().len(), num);
    let text = one_by_one.text(&["findings", "--artist", ARTIST, "--since", &day(31)]);
    assert!(
        text.contains(&format!("## {ARTIST}")) && text.contains(&day(31)) && !text.contains(&day(20)),
        "{text}"
    );
    let unknown = one_by_one.run(&["findings", "--artist", "Nobody"]);
    assert_eq!(unknown.status.code(), Some(2));
}
