//! Streams that run out of room.

use casa24_bus::{Bus, Settings, StreamName};

use crate::agents::{Diary, teller};
use crate::events::{Told, notes};
use crate::support::{Running, Site, publish, until};

/// Room of which what the agent answers to the notes of these tests takes more than its share.
const TOO_SMALL: u64 = 400_000;

async fn connect(site: &Site, room: u64) -> Bus {
    let settings = Settings { prefix: "small".to_owned(), room: Some(room), ..site.settings() };
    Bus::connect(&settings).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn where_answers_have_no_room_what_was_collected_has_and_they_go_on_when_there_is_some() {
    let site = Site::new().await;
    let bus = connect(&site, TOO_SMALL).await;
    let agent = Running::start(&bus, teller(&Diary::default()));
    let collected = notes(&["a", "b", "c"], 500);
    for day in collected.chunks(100) {
        assert_eq!(publish(&bus, day).await, day.len() as u64);
        if bus.num_events(StreamName::Raw).await.unwrap() == 100 {
            until("the first are answered", async || bus.num_events(StreamName::Valid).await.unwrap() == 100)
                .await;
        }
    }
    // The day after, it takes what is collected just the same.
    let more = notes(&["d"], 1_000);
    for day in more.chunks(100) {
        assert_eq!(publish(&bus, day).await, day.len() as u64);
    }
    assert_eq!(bus.num_events(StreamName::Raw).await.unwrap(), 2_500);
    let limit = TOO_SMALL / 100 * 25;
    let valid = bus.status().await.unwrap().streams.into_iter().find(|stream| stream.name == "small-VALID");
    let valid = valid.unwrap();
    assert!(valid.num_events < 2_500 && valid.num_bytes <= limit, "{valid:?}");
    assert!(agent.is_running());

    // An operator gives it more: what waits is answered, all of it and in order.
    connect(&site, 100 * TOO_SMALL).await;
    until("everything is answered", async || bus.num_events(StreamName::Valid).await.unwrap() == 2_500).await;
    let newest = bus.newest::<Told>("snapshot.valid.>").await.unwrap();
    let sums: Vec<u64> = newest.iter().map(|told| told.event.sum).collect();
    assert_eq!(sums, [125_250, 125_250, 125_250, 500_500]);
    agent.stop().await;
}
