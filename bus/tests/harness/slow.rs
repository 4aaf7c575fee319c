//! Agents that take long.

use std::time::Duration;

use casa24_bus::{CAUSE, SCHEMA, StreamName};
use casa24_schemas::{Event, encode};

use crate::agents::summer;
use crate::events::{Sum, note, notes};
use crate::support::{Gate, Running, Site, newest, until};

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_meanwhile_is_taken_in_once() {
    let site = Site::new().await;
    let gate = Gate::shut();
    let agent = Running::start(&site.bus, summer(&gate));
    site.publish(&[note("slow", 1)]).await;
    gate.until_reached().await;
    // One by one into what is read ahead of the agent; the others wait together behind them.
    let notes = notes(&["a"], 302);
    for part in [&notes[..1], &notes[1..2], &notes[2..]] {
        site.publish(part).await;
    }
    gate.open();
    site.until_done("summer").await;
    assert_eq!(newest(&site).await, [("a".to_owned(), 45_753), ("slow".to_owned(), 1)]);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_leaves_a_view_that_takes_too_long_to_the_next_start() {
    let site = Site::new().await;
    site.publish(&[note("slow", 1)]).await;
    let gate = Gate::shut();
    let agent = Running::start(&site.connect().await, summer(&gate));
    gate.until_reached().await;
    let left = tokio::time::timeout(Duration::from_secs(30), agent.stop()).await;
    assert!(left.is_ok(), "the agent does not leave");
    gate.open();
    let agent = Running::start(&site.connect().await, summer(&Gate::default()));
    site.until_done("summer").await;
    agent.stop().await;
    assert_eq!(newest(&site).await, [("slow".to_owned(), 1)]);
    assert_eq!(site.causes("VIEWS").await, [1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_does_not_wait_for_a_server_that_is_gone() {
    let site = Site::new().await;
    site.publish(&[note("a", 1)]).await;
    let agent = Running::start(&site.connect().await, summer(&Gate::default()));
    site.until_done("summer").await;
    site.stop_server().await;
    let left = tokio::time::timeout(Duration::from_secs(30), agent.stop()).await;
    assert!(left.is_ok(), "the agent does not leave");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_is_not_stored_over_that_of_whoever_took_over_meanwhile() {
    let site = Site::new().await;
    site.publish(&[note("slow", 1)]).await;
    let gate = Gate::shut();
    let first = Running::start(&site.connect().await, summer(&gate));
    gate.until_reached().await;
    let second = Running::start(&site.connect().await, summer(&Gate::default()));
    let jetstream = async_nats::jetstream::new(site.client().await);
    jetstream.get_stream("LEASES").await.unwrap().purge().await.unwrap();
    site.publish(&[note("slow", 2)]).await;
    site.until_stored(StreamName::Views, 1).await;
    site.until_done("summer").await;
    let stored = site.num_ever_stored(StreamName::Views).await;
    gate.open();
    first.stop().await;
    assert_eq!(site.num_ever_stored(StreamName::Views).await, stored);
    assert_eq!(newest(&site).await, [("slow".to_owned(), 3)]);
    second.stop().await;
}

/// As by a process that took over, while this one does not know that it lost its lease.
#[tokio::test(flavor = "multi_thread")]
async fn the_server_refuses_a_view_behind_one_that_its_agent_does_not_know() {
    let site = Site::new().await;
    site.publish(&[note("slow", 1)]).await;
    let gate = Gate::shut();
    let agent = Running::start(&site.connect().await, summer(&gate));
    gate.until_reached().await;
    let newer = Sum { artist: "slow".to_owned(), sum: 1_000 };
    let mut headers = async_nats::HeaderMap::new();
    headers.insert(CAUSE, "99");
    headers.insert(SCHEMA, Sum::SCHEMA.to_string());
    headers.insert("Content-Type", "application/msgpack");
    let jetstream = async_nats::jetstream::new(site.client().await);
    let stored =
        jetstream.publish_with_headers(newer.subject(), headers, encode(&newer).into()).await.unwrap();
    assert_eq!(stored.await.unwrap().sequence, 1);
    gate.open();
    site.until_done("summer").await;
    assert_eq!(newest(&site).await, [("slow".to_owned(), 1_000)]);
    assert_eq!(site.num_ever_stored(StreamName::Views).await, 1);
    // It knows it now, and goes on behind it.
    site.publish(&notes(&["slow"], 120)).await;
    until("a view with a newer cause is stored", async || {
        newest(&site).await != [("slow".to_owned(), 1_000)]
    })
    .await;
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_that_is_given_back_is_taken_at_once() {
    let site = Site::new().await;
    for number in 1..=4 {
        let agent = Running::start(&site.connect().await, summer(&Gate::default()));
        site.publish(&[note("a", number)]).await;
        site.until_done("summer").await;
        agent.stop().await;
        assert!(!site.bus.consumers().await.unwrap()[0].running);
    }
    assert_eq!(newest(&site).await, [("a".to_owned(), 10)]);
}
