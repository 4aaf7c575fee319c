//! Agents with state that answer every event.

use std::collections::BTreeMap;

use casa24_bus::StreamName;
use casa24_schemas::DeadLetterReason;

use crate::agents::{Diary, teller};
use crate::events::{Note, Order, Told, note, notes};
use crate::support::{Running, Site, publish, until};

/// What follows from these notes, when those of these numbers (of any artist) are left out.
fn expected(notes: &[Note], left_out: &[u64]) -> Vec<(String, u64, u64)> {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    let handled = notes.iter().filter(|note| !left_out.contains(&note.number));
    handled
        .map(|note| {
            let sum = sums.entry(&note.artist).or_default();
            *sum += note.number;
            (note.artist.clone(), note.number, *sum)
        })
        .collect()
}

async fn told(site: &Site) -> Vec<(String, u64, u64)> {
    let told: Vec<Told> = site.stored("snapshot.valid.>").await;
    told.into_iter().map(|told| (told.artist, told.number, told.sum)).collect()
}

/// Sequence and reason of each dead letter.
async fn dead(site: &Site) -> Vec<(u64, DeadLetterReason)> {
    site.letters().await.into_iter().map(|letter| (letter.sequence, letter.reason)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_follows_is_stored_once_in_order_with_its_cause() {
    let site = Site::new().await;
    let notes = notes(&["a", "b", "c"], 900);
    assert_eq!(site.publish(&notes).await, 2_700);
    let agent = Running::start(&site.bus, teller(&Diary::default()));
    site.until_stored(StreamName::Valid, 2_700).await;
    assert_eq!(told(&site).await, expected(&notes, &[]));
    assert_eq!(site.causes("VALID").await, (1..=2_700).collect::<Vec<u64>>());
    let counters = agent.counters.clone();
    agent.stop().await;
    assert_eq!(counters.snapshot().num_handled, 2_700);
    assert_eq!(counters.snapshot().num_published, 2_700);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_refused_goes_to_the_dead_letters_and_the_next_goes_through() {
    let site = Site::new().await;
    let mut notes = notes(&["a"], 10);
    notes[3] = note("a", 4).with(Order::Refuse);
    let agent = Running::start(&site.bus, teller(&Diary::default()));
    site.publish(&notes).await;
    site.until_stored(StreamName::Valid, 9).await;
    assert_eq!(told(&site).await, expected(&notes, &[4]));
    let letters = site.letters().await;
    assert_eq!(dead(&site).await, [(4, DeadLetterReason::Refused)]);
    assert_eq!(letters[0].explanation, "told to");
    assert_eq!(letters[0].subject, "snapshot.raw.test.a");
    assert_eq!(letters[0].payload, casa24_schemas::encode(&notes[3]));
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_no_event_goes_to_the_dead_letters_and_the_next_goes_through() {
    let site = Site::new().await;
    let jetstream = async_nats::jetstream::new(site.client().await);
    for body in ["{\"artist\":\"a\"", "\u{1}"] {
        jetstream.publish("snapshot.raw.test.a", body.into()).await.unwrap().await.unwrap();
    }
    // It belongs on another subject.
    let elsewhere = serde_json::to_vec(&note("b", 1)).unwrap();
    jetstream.publish("snapshot.raw.test.a", elsewhere.into()).await.unwrap().await.unwrap();
    // A shell user's JSON is as good as ours.
    let json = serde_json::to_vec(&note("a", 2)).unwrap();
    jetstream.publish("snapshot.raw.test.a", json.into()).await.unwrap().await.unwrap();
    let agent = Running::start(&site.bus, teller(&Diary::default()));
    site.until_stored(StreamName::Valid, 1).await;
    let undecodable = DeadLetterReason::Undecodable;
    let expected = [(1, undecodable), (2, undecodable), (3, DeadLetterReason::SubjectMismatch)];
    assert_eq!(dead(&site).await, expected);
    assert_eq!(told(&site).await, [("a".to_owned(), 2, 2)]);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_postponed_is_not_overtaken() {
    let site = Site::new().await;
    let mut notes = notes(&["a", "b"], 20);
    notes[10] = note("a", 6).with(Order::Postpone(2));
    site.publish(&notes).await;
    let diary = Diary::default();
    let agent = Running::start(&site.bus, teller(&diary));
    site.until_stored(StreamName::Valid, 40).await;
    assert_eq!(told(&site).await, expected(&notes, &[]));
    assert_eq!(diary.num_times("a", 6), 3);
    assert_eq!(dead(&site).await, []);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_postponed_for_ever_ends_in_the_dead_letters() {
    let site = Site::new().await;
    let mut notes = notes(&["a"], 3);
    notes[1] = note("a", 2).with(Order::Postpone(u32::MAX));
    site.publish(&notes).await;
    let agent = Running::start(&site.bus, teller(&Diary::default()));
    site.until_stored(StreamName::Valid, 2).await;
    assert_eq!(told(&site).await, expected(&notes, &[2]));
    assert_eq!(dead(&site).await, [(2, DeadLetterReason::OutOfTries)]);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_over_which_it_panics_in_a_large_batch_ends_in_the_dead_letters() {
    let site = Site::new().await;
    let mut notes = notes(&["a"], 1_000);
    notes[699] = note("a", 700).with(Order::Panic(u32::MAX));
    site.publish(&notes).await;
    let agent = Running::start(&site.bus, teller(&Diary::default()));
    site.until_stored(StreamName::Valid, 999).await;
    assert_eq!(told(&site).await, expected(&notes, &[700]));
    assert_eq!(dead(&site).await, [(700, DeadLetterReason::Panicked)]);
    let more = [note("a", 1_001)];
    site.publish(&more).await;
    site.until_stored(StreamName::Valid, 1_000).await;
    let counters = agent.counters.clone();
    agent.stop().await;
    assert!(counters.snapshot().num_restarts > 0);

    // The next start rebuilds its state without that event.
    let agent = Running::start(&site.bus, teller(&Diary::default()));
    site.publish(&[note("a", 1_002)]).await;
    site.until_stored(StreamName::Valid, 1_001).await;
    notes.extend(more.into_iter().chain([note("a", 1_002)]));
    assert_eq!(told(&site).await, expected(&notes, &[700]));
    assert_eq!(agent.counters.snapshot().num_restarts, 0);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_that_does_not_come_again_costs_nothing() {
    let site = Site::new().await;
    let mut notes = notes(&["a", "b"], 200);
    notes[250] = Note { order: Order::Panic(1), ..notes[250].clone() };
    site.publish(&notes).await;
    let agent = Running::start(&site.bus, teller(&Diary::default()));
    site.until_stored(StreamName::Valid, 400).await;
    assert_eq!(told(&site).await, expected(&notes, &[]));
    assert_eq!(dead(&site).await, []);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_too_large_costs_only_its_event() {
    let site = Site::new().await;
    let mut notes = notes(&["a"], 5);
    notes[2] = note("a", 3).with(Order::Exaggerate);
    site.publish(&notes).await;
    let agent = Running::start(&site.bus, teller(&Diary::default()));
    site.until_stored(StreamName::Valid, 4).await;
    assert_eq!(told(&site).await, expected(&notes, &[3]));
    assert_eq!(dead(&site).await, [(3, DeadLetterReason::Refused)]);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_mid_stream_nothing_is_lost_or_doubled() {
    let site = Site::new().await;
    let notes = notes(&["a", "b", "c"], 1_500);
    let mut agent = Running::start(&site.connect().await, teller(&Diary::default()));
    for (index, part) in notes.chunks(500).enumerate() {
        site.publish(part).await;
        site.until_stored(StreamName::Valid, index as u64 * 500 + 1).await;
        agent.kill().await;
        agent = Running::start(&site.connect().await, teller(&Diary::default()));
    }
    site.until_stored(StreamName::Valid, 4_500).await;
    site.until_done("teller").await;
    assert_eq!(told(&site).await, expected(&notes, &[]));
    assert_eq!(site.causes("VALID").await, (1..=4_500).collect::<Vec<u64>>());
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_that_is_lost_doubles_neither_answers_nor_letters() {
    let site = Site::new().await;
    let mut notes = notes(&["a", "b"], 100);
    notes[20] = Note { order: Order::Refuse, ..notes[20].clone() };
    notes[50] = Note { order: Order::Panic(u32::MAX), ..notes[50].clone() };
    site.publish(&notes).await;
    let agent = Running::start(&site.bus, teller(&Diary::default()));
    site.until_stored(StreamName::Valid, 198).await;
    agent.stop().await;
    let (before, letters) = (told(&site).await, dead(&site).await);
    assert_eq!(letters, [(21, DeadLetterReason::Refused), (51, DeadLetterReason::Panicked)]);

    let jetstream = async_nats::jetstream::new(site.client().await);
    jetstream.get_stream("RAW").await.unwrap().delete_consumer("teller").await.unwrap();
    let agent = Running::start(&site.bus, teller(&Diary::default()));
    site.publish(&[note("a", 101)]).await;
    site.until_stored(StreamName::Valid, 199).await;
    site.until_done("teller").await;
    assert_eq!(told(&site).await[..198], before);
    assert_eq!(dead(&site).await, letters);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_that_follow_from_one_are_each_stored_once_in_order() {
    let site = Site::new().await;
    site.publish(&[note("a", 1), note("a", 2).with(Order::TellThrice), note("b", 3)]).await;
    let agent = Running::start(&site.bus, teller(&Diary::default()));
    site.until_stored(StreamName::Valid, 5).await;
    agent.stop().await;
    let numbers = |told: Vec<(String, u64, u64)>| told.into_iter().map(|it| it.1).collect::<Vec<_>>();
    let before = [1, 1_000_002, 2_000_002, 2, 3];
    assert_eq!(numbers(told(&site).await), before);

    let jetstream = async_nats::jetstream::new(site.client().await);
    jetstream.get_stream("RAW").await.unwrap().delete_consumer("teller").await.unwrap();
    let agent = Running::start(&site.bus, teller(&Diary::default()));
    site.publish(&[note("a", 4)]).await;
    site.until_stored(StreamName::Valid, 6).await;
    site.until_done("teller").await;
    assert_eq!(numbers(told(&site).await)[..5], before);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_that_run_the_same_agent_one_works_and_the_other_takes_over() {
    let site = Site::new().await;
    let notes = notes(&["a", "b"], 1_000);
    let first = Running::start(&site.connect().await, teller(&Diary::default()));
    until("the first has begun", async || {
        site.bus.consumers().await.unwrap().iter().any(|consumer| consumer.running)
    })
    .await;
    let second = Running::start(&site.connect().await, teller(&Diary::default()));
    site.publish(&notes[..1_000]).await;
    site.until_stored(StreamName::Valid, 1_000).await;
    site.until_done("teller").await;
    assert_eq!(second.counters.snapshot().num_handled, 0);
    first.kill().await;
    site.publish(&notes[1_000..]).await;
    site.until_stored(StreamName::Valid, 2_000).await;
    assert_eq!(told(&site).await, expected(&notes, &[]));
    assert_eq!(second.counters.snapshot().num_handled, 1_000);
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_while_agents_work_costs_nothing() {
    let site = Site::new().await;
    let notes = notes(&["a", "b", "c"], 2_000);
    let agent = Running::start(&site.connect().await, teller(&Diary::default()));
    let collector = tokio::spawn({
        let (bus, notes) = (site.connect().await, notes.clone());
        async move {
            for part in notes.chunks(300) {
                publish(&bus, part).await;
            }
        }
    });
    for moment in [900, 3_000, 4_500] {
        site.until_stored(StreamName::Valid, moment).await;
        site.kill_server().await;
    }
    collector.await.unwrap();
    site.until_stored(StreamName::Valid, 6_000).await;
    site.until_done("teller").await;
    assert!(agent.is_running());
    assert_eq!(site.stored::<Note>("snapshot.raw.>").await, notes);
    assert_eq!(told(&site).await, expected(&notes, &[]));
    assert_eq!(site.causes("VALID").await, (1..=6_000).collect::<Vec<u64>>());
    agent.stop().await;
}
