//! Reading what is stored.

use casa24_bus::StreamName;
use futures::TryStreamExt;
use time::{Duration, OffsetDateTime};

use crate::events::{Note, Told, note, notes};
use crate::support::{Site, publish};

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_stream_is_read_to_its_end() {
    let site = Site::new().await;
    assert_eq!(site.stored::<Note>("snapshot.raw.>").await, []);
    assert!(site.bus.newest::<Note>("snapshot.raw.>").await.unwrap().is_empty());
    site.publish(&[note("a", 1)]).await;
    assert_eq!(site.stored::<Note>("snapshot.raw.test.b").await, []);
    assert!(site.bus.newest::<Note>("snapshot.raw.test.b").await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_ends_at_what_was_newest_when_it_was_asked_for() {
    let site = Site::new().await;
    let notes = notes(&["a", "b"], 1_000);
    site.publish(&notes[..1_500]).await;
    let replay = site.bus.replay::<Note>("snapshot.raw.>").await.unwrap();
    let of_one = site.bus.replay::<Note>("snapshot.raw.test.b").await.unwrap();
    publish(&site.connect().await, &notes[1_500..]).await;
    let replayed: Vec<Note> = replay.map_ok(|stored| stored.event).try_collect().await.unwrap();
    assert_eq!(replayed, notes[..1_500]);
    let of_one: Vec<u64> = of_one.map_ok(|stored| stored.event.number).try_collect().await.unwrap();
    assert_eq!(of_one, (1..=750).collect::<Vec<u64>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_of_each_subject_is_found_with_its_place() {
    let site = Site::new().await;
    site.publish(&notes(&["a", "b", "c"], 40)).await;
    site.publish(&[note("b", 41)]).await;
    let newest = site.bus.newest::<Note>("snapshot.raw.>").await.unwrap();
    let found: Vec<_> = newest
        .iter()
        .map(|stored| (stored.stored.sequence, stored.event.artist.as_str(), stored.event.number))
        .collect();
    assert_eq!(found, [(118, "a", 40), (120, "c", 40), (121, "b", 41)]);
    assert_eq!(site.bus.newest::<Note>("snapshot.raw.test.a").await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_an_event_of_this_type_is_passed_over() {
    let site = Site::new().await;
    let jetstream = async_nats::jetstream::new(site.client().await);
    jetstream.publish("snapshot.raw.test.a", "nonsense".into()).await.unwrap().await.unwrap();
    site.publish(&[note("a", 1)]).await;
    assert_eq!(site.stored::<Note>("snapshot.raw.>").await, [note("a", 1)]);
    assert_eq!(site.stored::<Told>("snapshot.raw.>").await, []);
    assert_eq!(site.num_events(StreamName::Raw).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_no_stream_stores_is_an_error() {
    let site = Site::new().await;
    assert!(site.bus.newest::<Note>("nothing.>").await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newest_one_that_cannot_be_read_does_not_hide_the_one_before_it() {
    let site = Site::new().await;
    site.publish(&[note("a", 1), note("a", 2), note("b", 3)]).await;
    let client = async_nats::jetstream::new(site.client().await);
    for garbage in ["{\"artist\": \"a\"}", "not even a map"] {
        client.publish("snapshot.raw.test.a", garbage.into()).await.unwrap().await.unwrap();
    }
    // Asked again, the letter is not written again.
    for _ in 0..2 {
        let newest = site.bus.newest::<Note>("snapshot.raw.>").await.unwrap();
        let numbers: Vec<u64> = newest.iter().map(|stored| stored.event.number).collect();
        assert_eq!(numbers, [2, 3]);
        let letters = site.letters().await;
        assert_eq!(letters.len(), 1, "{letters:?}");
        assert_eq!((letters[0].agent.as_str(), letters[0].sequence), ("casa24", 5));
        assert_eq!(letters[0].payload, b"not even a map");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_stored_since_an_instant_is_read_of_all_or_of_one_subject() {
    let site = Site::new().await;
    let notes = notes(&["a", "b"], 20);
    for note in &notes {
        site.publish(std::slice::from_ref(note)).await;
    }
    let all: Vec<_> = site.bus.replay::<Note>("snapshot.raw.>").await.unwrap().try_collect().await.unwrap();
    let since = all[7].stored.stored_at;
    assert!(all[6].stored.stored_at < since, "two were stored at one instant");
    let read = async |filter: &str, since: OffsetDateTime| -> Vec<Note> {
        let stored = site.bus.replay_since::<Note>(filter, since).await.unwrap();
        stored.map_ok(|stored| stored.event).try_collect().await.unwrap()
    };
    assert_eq!(read("snapshot.raw.>", since).await, notes[7..]);
    let of_b: Vec<Note> = notes[7..].iter().filter(|note| note.artist == "b").cloned().collect();
    assert_eq!(read("snapshot.raw.test.b", since).await, of_b);
    assert_eq!(read("snapshot.raw.>", OffsetDateTime::UNIX_EPOCH).await, notes);
    assert_eq!(read("snapshot.raw.>", OffsetDateTime::now_utc() + Duration::DAY).await, []);
    assert_eq!(read("snapshot.raw.test.c", since).await, []);
}
