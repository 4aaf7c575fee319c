//! `train`: weights from the stored history onto the bus, once, the same from the same data; and what is made anew
//! by them.

mod support;

use async_nats::jetstream::{self, consumer::DeliverPolicy, consumer::pull::OrderedConfig};
use casa24_bus::{Bus, FOLLOWED, Settings};
use casa24_predictors::stored_history;
use casa24_schemas::{
    Account, Artist, Event, Metric, Observed, Platform, RawSnapshot, RawValue, ValidSnapshot, encode,
};
use futures::TryStreamExt;
use serde_json::{Value, json};
use support::{House, connect};

/// Few steps: whether the network becomes better is not the question here.
const TRAIN: [&str; 4] = ["train", "neural", "--steps", "2"];
/// Agents whose forecasts use the weights.
const MODELS: [&str; 4] = ["linear", "arima", "neural", "ensemble"];

/// Day of spring 2025, from 1 for the first of March.
fn date(day: u32) -> String {
    if day <= 31 { format!("2025-03-{day:02}") } else { format!("2025-04-{:02}", day - 31) }
}

/// Imports these days of two artists: one with a weekly rhythm, one that stands still for weeks.
fn import(house: &House, days: std::ops::RangeInclusive<u32>) {
    let folder = format!("history-{}", days.start());
    for day in days {
        let artists = json!([
            { "name": "Luz Norte", "spotify": { "followers": 500 + 3 * day + 4 * (day % 7) } },
            { "name": "Río Bravo", "spotify": { "followers": 80 + day / 20, "monthly_listeners": 900 + day % 5 } },
        ]);
        let text = json!({ "date": date(day), "artists": artists }).to_string();
        house.write(&format!("{folder}/{}.json", date(day)), text);
    }
    house.text(&["import", &folder]);
}

fn trained(house: &House, arguments: &[&str]) -> Value {
    house.json(&[&TRAIN[..], arguments, &["--json"]].concat())
}

fn num_stored(house: &House, stream: &str) -> u64 {
    let status = house.json(&["status", "--json"]);
    let streams = status["streams"].as_array().expect("streams");
    let found = streams.iter().find(|found| found["name"] == stream).expect("the stream");
    found["num_events"].as_u64().expect("a number")
}

/// Of every forecast's newest event: its model, and the sequence of the weights that it was made by.
async fn followed(jetstream: &jetstream::Context) -> Vec<(String, Option<u64>)> {
    let stream = jetstream.get_stream("VIEWS").await.expect("the stream");
    let config = OrderedConfig {
        filter_subject: "forecast.>".to_owned(),
        deliver_policy: DeliverPolicy::LastPerSubject,
        headers_only: true,
        ..OrderedConfig::default()
    };
    let consumer = stream.create_consumer(config).await.expect("a reader");
    let num = consumer.cached_info().num_pending;
    let mut messages = consumer.messages().await.expect("messages");
    let mut found = Vec::new();
    for _ in 0..num {
        let message = messages.try_next().await.expect("a message").expect("no end");
        let model = message.subject.split('.').nth(1).expect("a model").to_owned();
        let header = message.headers.as_ref().and_then(|headers| headers.get(FOLLOWED));
        found.push((model, header.map(|header| header.as_str().parse().expect("a sequence"))));
    }
    found
}

#[tokio::test]
async fn what_is_learnt_from_has_no_tracks_and_names_which_take_most_of_the_memory() {
    let house = House::new();
    let _up = house.up();
    let seen =
        json!({ "followers": 500, "top_tracks": [{ "name": "Rain", "popularity": 9, "preview_url": null }] });
    let text = json!({ "date": date(1), "artists": [{ "name": "Luz Norte", "spotify": seen }] }).to_string();
    house.write(&format!("history/{}.json", date(1)), text);
    house.text(&["import", "history"]);
    let (url, _) = house.server().expect("a server");
    let bus = Bus::connect(&Settings::new(url, "training")).await.expect("the bus");
    let mut had_tracks = false;
    let history = stored_history(&bus, |snapshot: &ValidSnapshot| {
        had_tracks |= snapshot.content.as_ref().is_some_and(|content| !content.tracks.is_empty());
        true
    });
    let history = history.await.expect("the history");
    let day = history.newest().expect("a figure").date();
    let spotify = &history.artists().next().expect("an artist").platforms[&Platform::SPOTIFY];
    assert!(had_tracks);
    assert_eq!((spotify.series.len(), spotify.content.at(day).is_some()), (1, false));
}

#[test]
fn too_little_history_is_refused_with_what_is_needed() {
    let house = House::new();
    let refused = |words: &[&str]| {
        let output = house.run(&TRAIN);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{said}");
        assert!(words.iter().all(|word| said.contains(word)), "{said}");
    };
    refused(&["casa24 import"]);
    import(&house, 1..=39);
    refused(&["too little history", "39 days", "40 days or more"]);
    assert_eq!(num_stored(&house, "MODELS"), 0);
    import(&house, 40..=40);
    assert_eq!(trained(&house, &[])["outcome"], "stored");
}

#[test]
fn the_same_history_and_seed_give_the_same_weights_which_are_stored_once() {
    let house = House::new();
    import(&house, 1..=50);
    let tried = trained(&house, &["--dry-run"]);
    assert_eq!((&tried["outcome"], num_stored(&house, "MODELS")), (&json!("dry_run"), 0));

    let first = trained(&house, &["--card", "card.md"]);
    assert_eq!((&first["outcome"], &first["sha256"]), (&json!("stored"), &tried["sha256"]));
    assert_eq!((&first["trained_at"], &first["sample"]), (&json!(date(50)), &json!(false)));
    let (from, to) = (date(1), date(50));
    assert_eq!(first["trained_on"], json!({ "num_series": 3, "num_values": 150, "from": from, "to": to }));
    let training = &first["report"]["training"];
    assert_eq!((&training["num_held_out_values"], &training["num_held_out_series"]), (&json!(30), &json!(3)));
    let card = std::fs::read_to_string(house.path("card.md")).expect("the card");
    for words in [
        training["network"].as_str().expect("a fingerprint"),
        "casa24 train neural --seed 24 --steps 2",
        "3 series with 150 accepted values",
    ] {
        assert!(card.contains(words), "{words:?} is not in {card}");
    }

    // It does not go on from what it has learnt from the same data, and stores nothing twice.
    let again = trained(&house, &[]);
    assert_eq!((&again["outcome"], &again["report"]), (&json!("known"), &first["report"]));
    assert_eq!(num_stored(&house, "MODELS"), 1);
    let told = house.text(&TRAIN);
    assert!(told.contains("nothing was stored") && told.contains("3 series, 150 values"), "{told}");

    let other = House::new();
    import(&other, 1..=50);
    assert_eq!(trained(&other, &[])["sha256"], first["sha256"]);

    // One more day is other data: it goes on from the newest weights.
    import(&house, 51..=51);
    let next = trained(&house, &[]);
    assert_eq!(
        (&next["outcome"], &next["report"]["training"]["started_from"]),
        (&json!("stored"), &training["network"])
    );
    assert_ne!(next["sha256"], first["sha256"]);
}

#[tokio::test]
async fn what_spotifys_api_gave_is_not_learnt_from() {
    let house = House::new();
    let up = house.up();
    let (url, _) = house.server().expect("a server");
    let jetstream = jetstream::new(connect(&url).await);
    let refused = |house: &House| {
        let output = house.run(&TRAIN);
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    for day in 1..=50 {
        let snapshot = RawSnapshot {
            platform: Platform::SPOTIFY,
            artist: Artist::new("Mar").expect("a name"),
            observed_at: Observed::parse(&format!("{}T02:30:00Z", date(day))).expect("a moment"),
            source: "Spotify Web API".to_owned(),
            collection: None,
            account: Account::Unknown,
            metrics: [(Metric::FOLLOWERS, RawValue::Integer(700 + i64::from(3 * day)))].into(),
            absent: [].into(),
            content: None,
            correction: None,
            sample: false,
        };
        let stored = jetstream.publish(snapshot.subject(), encode(&snapshot).into());
        stored.await.expect("it is sent").await.expect("it is stored");
    }
    let told = refused(&house);
    assert!(told.contains("the terms of Spotify Web API forbid to train models"), "{told}");
    import(&house, 1..=50);
    let trained = trained(&house, &["--card", "card.md"]);
    assert_eq!(trained["num_kept_out"], json!({ "Spotify Web API": 50 }));
    assert_eq!(trained["trained_on"]["num_series"], 3);
    let told = house.text(&TRAIN);
    let words = "50 values of Spotify Web API are left out, because its terms forbid training";
    assert!(told.contains(words), "{told}");
    assert!(std::fs::read_to_string(house.path("card.md")).expect("the card").contains(words));
    drop(up);
    // The network is that of the files alone.
    let other = House::new();
    import(&other, 1..=50);
    assert_eq!(house.json(&[&TRAIN[..], &["--json"]].concat())["sha256"], trained["sha256"]);
    let alone = other.json(&[&TRAIN[..], &["--json"]].concat());
    assert_eq!((&alone["sha256"], &alone["num_kept_out"]), (&trained["sha256"], &json!({})));
}

#[tokio::test]
async fn every_forecast_is_made_anew_by_new_weights() {
    let house = House::new();
    let _up = house.up();
    let (url, _) = house.server().expect("a server");
    let jetstream = jetstream::new(connect(&url).await);
    import(&house, 1..=45);
    let until_made_by = async |sequence: Option<u64>| {
        let all: Vec<_> = MODELS.iter().flat_map(|model| vec![((*model).to_owned(), sequence); 3]).collect();
        let deadline = std::time::Instant::now() + support::PATIENCE;
        loop {
            let mut found = followed(&jetstream).await;
            found.sort_by_key(|(model, _)| MODELS.iter().position(|known| known == model));
            if found == all {
                break;
            }
            assert!(std::time::Instant::now() < deadline, "{found:?} are not {all:?}");
        }
    };
    until_made_by(None).await;
    assert_eq!(trained(&house, &[])["outcome"], "stored");
    until_made_by(Some(1)).await;
    // A question about a day that no view is of uses them too, without a failure.
    let answer = house.ask("predict artist:Luz Norte days:7 metric:spotify-followers");
    assert!(answer["data"]["forecasts"][0]["predicted"].is_number(), "{answer}");
}

#[test]
fn a_backtest_goes_by_weights_only_where_they_know_nothing_of_what_comes() {
    let house = House::new();
    import(&house, 1..=45);
    trained(&house, &[]);
    import(&house, 46..=60);
    let weights = |from: &str| {
        let arguments = ["backtest", "--horizons", "7", "--model", "ensemble", "--json", "--from", from];
        house.json(&arguments)["plan"]["weights_trained_at"].clone()
    };
    assert_eq!(weights(&date(45)), date(45));
    assert_eq!(weights(&date(44)), Value::Null);
    let told = house.text(&["backtest", "--horizons", "7", "--from", &date(44)]);
    assert!(told.contains("weights: built in"), "{told}");
}

#[test]
fn a_card_that_cannot_be_written_is_told_before_anything_is_learnt() {
    let house = House::new();
    import(&house, 1..=45);
    let output = house.run(&[&TRAIN[..], &["--card", "no/such/card.md"]].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("card.md"));
    assert_eq!(num_stored(&house, "MODELS"), 0);
}
