//! `replay`: views made anew from the stored events, while the agents are at work.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use async_nats::HeaderMap;
use async_nats::jetstream;
use serde_json::json;
use support::{House, connect, until};
use time::Duration;
use time::macros::date;

const ARTISTS: [&str; 2] = ["Luz", "Mar"];

fn house() -> House {
    let house = House::new();
    for number in 0..20 {
        let day = (date!(2025 - 03 - 01) + Duration::days(number)).to_string();
        let artists: Vec<_> = ARTISTS
            .iter()
            .map(|name| json!({ "name": name, "spotify": { "followers": 95 + number } }))
            .collect();
        let text = json!({ "date": day, "artists": artists }).to_string();
        house.write(&format!("history/historical/{day}.json"), text);
    }
    house
}

/// The newest message of a subject: its sequence, headers and body.
async fn newest(jetstream: &jetstream::Context, stream: &str, subject: &str) -> (u64, HeaderMap, Vec<u8>) {
    let stream = jetstream.get_stream(stream).await.unwrap();
    match stream.direct_get_last_for_subject(subject).await {
        Ok(message) => (message.sequence, message.headers, message.payload.to_vec()),
        Err(error) => panic!("{subject}: {error}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_is_wrong_is_right_again_and_nothing_else_is_touched() {
    let house = house();
    let _up = house.up();
    house.text(&["import", "history"]);
    let (url, _) = house.server().unwrap();
    let jetstream = jetstream::new(connect(&url).await);
    let (_, headers, right) = newest(&jetstream, "VIEWS", "growth.Luz").await;
    let (of_another, ..) = newest(&jetstream, "VIEWS", "growth.Mar").await;
    // As an older version of the code would have made it, of the same cause.
    let mut falsified = HeaderMap::new();
    for (name, values) in headers.iter().filter(|(name, _)| !name.to_string().starts_with("Nats-")) {
        values.iter().for_each(|value| falsified.append(name.clone(), value.clone()));
    }
    let wrong = newest(&jetstream, "VIEWS", "growth.Mar").await.2;
    jetstream.publish_with_headers("growth.Luz", falsified, wrong.into()).await.unwrap().await.unwrap();

    let counts = house.json(&["replay", "growth", "trends", "--json"]);
    assert_eq!((&counts[0]["agent"], &counts[0]["num_changed"]), (&json!("growth"), &json!(1)), "{counts}");
    assert_eq!((&counts[1]["agent"], &counts[1]["num_changed"]), (&json!("trends"), &json!(0)), "{counts}");
    assert!(counts[1]["num_views"].as_u64().unwrap() > 0, "{counts}");
    let (renewed, _, body) = newest(&jetstream, "VIEWS", "growth.Luz").await;
    assert_eq!(body, right, "byte for byte");
    assert_eq!(newest(&jetstream, "VIEWS", "growth.Mar").await.0, of_another);

    // Again there is nothing to do, and the agent goes on behind what was stored for it.
    let counts = house.json(&["replay", "growth", "--json"]);
    assert_eq!(counts[0]["num_changed"], 0, "{counts}");
    let day =
        json!({ "date": "2025-03-21", "artists": [{ "name": "Luz", "spotify": { "followers": 120 } }] });
    house.write("history/historical/2025-03-21.json", day.to_string());
    house.text(&["import", "history"]);
    let runtime = tokio::runtime::Handle::current();
    let goes_on = || {
        let newest =
            tokio::task::block_in_place(|| runtime.block_on(newest(&jetstream, "VIEWS", "growth.Luz")));
        newest.0 > renewed
    };
    tokio::task::block_in_place(|| until("the agent publishes the next view", goes_on));
}

#[test]
fn only_agents_that_keep_views_can_be_replayed() {
    let house = house();
    let refused = |arguments: &[&str]| {
        let output = house.run(arguments);
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, said) = refused(&["replay", "validator"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("validator keeps no views") && said.contains("growth, trends, linear"), "{said}");
    let (code, said) = refused(&["replay", "grwth"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("there is no agent"), "{said}");
    house.text(&["import", "history"]);
    let (code, said) = refused(&["replay", "growth", "--artist", "Nobody"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("growth publishes nothing about Nobody"), "{said}");
    let counts = house.json(&["replay", "growth", "--artist", "Luz", "--json"]);
    assert_eq!((&counts[0]["num_views"], &counts[0]["num_changed"]), (&json!(1), &json!(0)));
}
