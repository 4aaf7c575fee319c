//! Durable publishing.

use async_nats::HeaderMap;
use casa24_bus::{BATCH_LIMIT, BusError, Outgoing, Patience, StreamName};

use crate::events::{Note, Told, note, notes};
use crate::support::{Site, publish};

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_holds_what_is_stored_stores_the_rest_once_in_order() {
    let site = Site::new().await;
    let notes = notes(&["a", "b"], 600);
    assert_eq!(site.publish(&notes[500..502]).await, 2);
    assert_eq!(site.publish(&notes).await, 1_198);
    assert_eq!(site.publish(&notes).await, 0);
    let stored: Vec<Note> = site.stored("snapshot.raw.>").await;
    assert_eq!(stored.len(), 1_200);
    let numbers: Vec<u64> = stored.iter().filter(|note| note.artist == "b").map(|note| note.number).collect();
    assert!(numbers[2..].is_sorted());
}

/// The number by which `publish` knows such a batch.
#[tokio::test(flavor = "multi_thread")]
async fn the_server_refuses_a_batch_with_a_repeated_id_under_the_number_that_we_know() {
    let site = Site::new().await;
    let client = site.client().await;
    let headers = |index: u8, commits: bool| {
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Msg-Id", "the same");
        headers.insert("Nats-Batch-Id", "batch");
        headers.insert("Nats-Batch-Sequence", index.to_string());
        if commits {
            headers.insert("Nats-Batch-Commit", "1");
        }
        headers
    };
    let subject = "snapshot.raw.test.a";
    client.publish_with_headers(subject, headers(1, false), "{}".into()).await.unwrap();
    let answer = client.request_with_headers(subject, headers(2, true), "{}".into()).await.unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&answer.payload).unwrap();
    assert_eq!(answer["error"]["err_code"], 10_201, "{answer}");
    assert_eq!(site.num_events(StreamName::Raw).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_for_several_streams_and_more_than_a_batch_are_stored_in_order() {
    let site = Site::new().await;
    let notes = notes(&["a"], 2 * BATCH_LIMIT as u64 + 1);
    let told = Told { artist: "a".to_owned(), number: 1, sum: 1, padding: String::new() };
    let mut events: Vec<Outgoing> = notes.iter().map(Outgoing::root).collect();
    events.insert(1, Outgoing::root(&told));
    assert_eq!(site.bus.publish(&events, Patience::BRIEF).await.unwrap(), 2_002);
    assert_eq!(site.stored::<Note>("snapshot.raw.>").await, notes);
    assert_eq!(site.stored::<Told>("snapshot.valid.>").await, [told]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_beyond_the_servers_limit_is_a_lasting_error() {
    let site = Site::new().await;
    let giant = Told { artist: "a".to_owned(), number: 1, sum: 1, padding: "x".repeat(2 << 20) };
    let fitting = Told { number: 2, padding: String::new(), ..giant.clone() };
    for events in [vec![Outgoing::root(&giant)], vec![Outgoing::root(&fitting), Outgoing::root(&giant)]] {
        let error = site.bus.publish(&events, Patience::AGENT).await.unwrap_err();
        assert!(!error.is_passing(), "{error}");
        assert!(matches!(&error, BusError::Publish { subject, .. } if subject == "snapshot.valid.test.a"));
    }
    assert_eq!(site.publish(&[note("a", 1)]).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_meanwhile_gets_each_event_once() {
    let site = Site::new().await;
    let notes = notes(&["a", "b"], 4_000);
    let publishing = tokio::spawn({
        let (bus, notes) = (site.connect().await, notes.clone());
        async move { publish(&bus, &notes).await }
    });
    for moment in [1, 4_000] {
        site.until_stored(StreamName::Raw, moment).await;
        site.kill_server().await;
    }
    publishing.await.unwrap();
    assert_eq!(site.stored::<Note>("snapshot.raw.>").await, notes);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_no_stream_stores_is_a_lasting_error() {
    let site = Site::new().await;
    let question = casa24_schemas::Command::new("1", "growth", Default::default());
    let error = site.bus.publish(&[Outgoing::root(&question)], Patience::AGENT).await.unwrap_err();
    assert!(matches!(&error, BusError::NotStored { subject } if subject == "command.growth"));
    assert!(!error.is_passing());
}
