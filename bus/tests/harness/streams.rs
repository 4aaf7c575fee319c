//! Streams, and several installations on one server.

use std::time::Duration;

use async_nats::jetstream::stream::{Config, StorageType};
use casa24_bus::{Bus, Settings, StreamName};

use crate::agents::{Diary, teller};
use crate::events::{Note, Told, notes};
use crate::support::{Running, Site, publish, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_prefix_keeps_two_installations_on_one_server_apart() {
    let site = Site::new().await;
    let mut buses = Vec::new();
    for prefix in ["one", "two"] {
        let settings = Settings { prefix: prefix.to_owned(), ..site.settings() };
        buses.push(Bus::connect(&settings).await.unwrap());
    }
    let agents: Vec<Running> =
        buses.iter().map(|bus| Running::start(bus, teller(&Diary::default()))).collect();
    publish(&buses[0], &notes(&["a"], 10)).await;
    publish(&buses[1], &notes(&["a"], 20)).await;
    for (bus, num_events) in buses.iter().zip([10, 20]) {
        until("its own events are answered", async || {
            bus.num_events(StreamName::Valid).await.unwrap() == num_events
        })
        .await;
        let newest = bus.newest::<Told>("snapshot.valid.>").await.unwrap();
        assert_eq!(newest.len(), 1);
        assert_eq!(newest[0].event.sum, num_events * (num_events + 1) / 2);
        assert_eq!(bus.newest::<Note>("snapshot.raw.>").await.unwrap()[0].event.number, num_events);
    }
    assert_eq!(site.num_events(StreamName::Raw).await, 0);
    for agent in agents {
        agent.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_was_made_otherwise_is_updated_and_keeps_the_operators_settings() {
    let site = Site::new().await;
    let jetstream = async_nats::jetstream::new(site.client().await);
    jetstream
        .create_stream(Config {
            name: "old-RAW".to_owned(),
            subjects: vec!["old.snapshot.>".to_owned()],
            max_bytes: 64 << 20,
            max_age: Duration::from_secs(3_600),
            storage: StorageType::File,
            ..Config::default()
        })
        .await
        .unwrap();
    let settings = Settings { prefix: "old".to_owned(), ..site.settings() };
    let bus = Bus::connect(&settings).await.unwrap();
    let config = jetstream.get_stream("old-RAW").await.unwrap().cached_info().config.clone();
    assert_eq!(config.subjects, ["old.snapshot.raw.>"]);
    assert!(config.allow_atomic_publish);
    assert_eq!(config.max_bytes, 64 << 20);
    assert_eq!(config.max_age, Duration::ZERO);
    assert_eq!(publish(&bus, &notes(&["a"], 3)).await, 3);
    // A second connection changes nothing.
    Bus::connect(&settings).await.unwrap();
    let again = jetstream.get_stream("old-RAW").await.unwrap().cached_info().config.clone();
    assert_eq!(again, config);
}
