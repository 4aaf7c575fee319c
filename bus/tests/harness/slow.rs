//! Agents that take long.

use std::time::Duration;

use async_nats::jetstream::consumer::pull;
use casa24_bus::StreamName;

use crate::agents::summer;
use crate::events::{note, notes};
use crate::support::{Gate, Running, Site, newest, until};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_delivered_again_meanwhile_is_taken_in_once() {
    let site = Site::new().await;
    let gate = Gate::shut();
    let agent = Running::start(&site.bus, summer(&gate));
    site.publish(&[note("slow", 1)]).await;
    gate.until_reached().await;
    let jetstream = async_nats::jetstream::new(site.client().await);
    let stream = jetstream.get_stream("RAW").await.unwrap();
    // One by one into what is read ahead of the agent; the others wait together behind them.
    let notes = notes(&["a"], 302);
    for (part, num_delivered) in [(&notes[..1], 2), (&notes[1..2], 3), (&notes[2..], 303)] {
        site.publish(part).await;
        until("it is delivered", async || {
            stream.consumer_info("summer").await.unwrap().num_ack_pending == num_delivered
        })
        .await;
    }
    // The server's patience is at an end after a moment, not after many minutes.
    let config = stream.consumer_info("summer").await.unwrap().config;
    let config = pull::Config {
        durable_name: config.durable_name,
        description: config.description,
        ack_policy: config.ack_policy,
        ack_wait: Duration::from_secs(1),
        max_ack_pending: config.max_ack_pending,
        ..pull::Config::default()
    };
    stream.update_consumer(config).await.unwrap();
    until("everything was delivered again", async || {
        stream.consumer_info("summer").await.unwrap().num_redelivered == 303
    })
    .await;
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
    // The lease goes with the server.
    let second = Running::start(&site.connect().await, summer(&Gate::default()));
    site.kill_server().await;
    site.publish(&[note("slow", 2)]).await;
    site.until_stored(StreamName::Views, 1).await;
    site.until_done("summer").await;
    let stored = site.num_events(StreamName::Views).await;
    gate.open();
    first.stop().await;
    assert_eq!(site.num_events(StreamName::Views).await, stored);
    assert_eq!(newest(&site).await, [("slow".to_owned(), 3)]);
    second.stop().await;
}
