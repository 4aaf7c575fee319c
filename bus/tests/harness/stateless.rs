//! Agents without state.

use casa24_bus::StreamName;
use casa24_schemas::DeadLetterReason;

use crate::agents::{Diary, caller};
use crate::events::{Order, Told, note, notes};
use crate::support::{Gate, Running, Site};

#[tokio::test(flavor = "multi_thread")]
async fn a_passing_fault_holds_up_its_artist_only_and_keeps_the_order() {
    let site = Site::new().await;
    let mut notes = notes(&["a", "b"], 6);
    notes[0] = note("a", 1).with(Order::Postpone(2));
    notes[4] = note("a", 3).with(Order::Postpone(1));
    site.publish(&notes).await;
    let diary = Diary::default();
    let agent = Running::start(&site.bus, caller(&diary, &Gate::default()));
    site.until_stored(StreamName::Valid, 12).await;
    assert_eq!(diary.numbers("a"), [1, 1, 1, 2, 3, 3, 4, 5, 6]);
    assert_eq!(diary.numbers("b"), [1, 2, 3, 4, 5, 6]);
    let told: Vec<Told> = site.stored("snapshot.valid.>").await;
    let place = |artist: &str, number| {
        told.iter().position(|told| told.artist == artist && told.number == number).unwrap()
    };
    assert!(place("b", 6) < place("a", 1), "the other artist waited");
    assert_eq!(site.letters().await, []);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_or_unreadable_goes_to_the_dead_letters_and_a_panic_is_tried_again() {
    let site = Site::new().await;
    let notes = [note("a", 1).with(Order::Refuse), note("a", 2).with(Order::Panic(1)), note("a", 3)];
    let jetstream = async_nats::jetstream::new(site.client().await);
    jetstream.publish("snapshot.raw.test.a", "{".into()).await.unwrap().await.unwrap();
    site.publish(&notes).await;
    let diary = Diary::default();
    let agent = Running::start(&site.bus, caller(&diary, &Gate::default()));
    site.until_stored(StreamName::Valid, 2).await;
    assert_eq!(diary.numbers("a"), [1, 2, 2, 3]);
    let letters = site.letters().await;
    let reasons: Vec<_> = letters.iter().map(|letter| (letter.sequence, letter.reason)).collect();
    assert_eq!(reasons, [(1, DeadLetterReason::Undecodable), (2, DeadLetterReason::Refused)]);
    assert_eq!(agent.counters.snapshot().num_restarts, 1);
    agent.stop().await;
}
