//! Services: questions answered from what is stored.

use std::collections::BTreeMap;
use std::time::Duration;

use actix::{Actor, Context, Handler};
use casa24_bus::{Ask, Asked, Batch, Bus, BusError, Runner, StreamName, service};
use casa24_schemas::{Command, DeadLetterReason, OptionValue, Reply};
use serde_json::json;

use crate::events::{Note, Sum, note, notes};
use crate::support::{Running, Site, until};

const SOON: Duration = Duration::from_secs(5);

/// Counts notes, keeps the newest sums, and dies of the question `boom`.
#[derive(Default)]
struct Librarian {
    num_notes: u64,
    sums: BTreeMap<String, u64>,
}

fn librarian() -> Runner {
    service("librarian", Librarian::default)
        .learns::<Note>("snapshot.raw.>")
        .learns_newest::<Sum>("growth.*")
        .answers::<Command>("command.*", "reply.*")
}

impl Actor for Librarian {
    type Context = Context<Self>;
}

impl Handler<Batch<Note>> for Librarian {
    type Result = casa24_bus::Outcome;

    fn handle(&mut self, batch: Batch<Note>, _: &mut Self::Context) -> Self::Result {
        assert!(batch.iter().all(|received| received.event.artist != "deadly"), "told to panic");
        self.num_notes += batch.iter().count() as u64;
        batch.outcome()
    }
}

impl Handler<Batch<Sum>> for Librarian {
    type Result = casa24_bus::Outcome;

    fn handle(&mut self, batch: Batch<Sum>, _: &mut Self::Context) -> Self::Result {
        for received in &batch {
            self.sums.insert(received.event.artist.clone(), received.event.sum);
        }
        batch.outcome()
    }
}

impl Handler<Ask<Command>> for Librarian {
    type Result = actix::MessageResult<Ask<Command>>;

    fn handle(&mut self, ask: Ask<Command>, _: &mut Self::Context) -> Self::Result {
        assert_ne!(ask.question.name, "boom", "told to panic");
        actix::MessageResult(Reply {
            command_id: ask.question.id,
            name: ask.question.name,
            as_of: None,
            generated_at: None,
            sample: false,
            sources: Vec::new(),
            answer: Some(json!({ "notes": self.num_notes, "sums": self.sums })),
            refusal: None,
            files: Vec::new(),
        })
    }
}

async fn ask(bus: &Bus, name: &str) -> casa24_bus::Result<Asked> {
    let options = BTreeMap::from([("artist".to_owned(), OptionValue::Text("a".to_owned()))]);
    bus.ask(
        &Command {
            id: "1".to_owned(),
            name: name.to_owned(),
            options,
            as_of: None,
            image: false,
            locale: None,
        },
        SOON,
    )
    .await
}

/// Waits until the answer is this.
async fn until_answered(bus: &Bus, expected: serde_json::Value) {
    until(&format!("the answer is {expected}"), async || {
        ask(bus, "count").await.is_ok_and(|reply| reply.answer.as_ref() == Some(&expected))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_answers_from_what_was_stored_before_and_since() {
    let site = Site::new().await;
    assert!(matches!(ask(&site.bus, "count").await, Err(BusError::NobodyListens { .. })));
    site.publish(&notes(&["a"], 2_500)).await;
    site.publish(&[Sum { artist: "a".to_owned(), sum: 1 }, Sum { artist: "a".to_owned(), sum: 2 }]).await;
    let agent = Running::start(&site.bus, librarian());
    until_answered(&site.bus, json!({ "notes": 2_500, "sums": { "a": 2 } })).await;
    site.publish(&[note("b", 1)]).await;
    site.publish(&[Sum { artist: "a".to_owned(), sum: 3 }]).await;
    until_answered(&site.bus, json!({ "notes": 2_501, "sums": { "a": 3 } })).await;
    agent.stop().await;
    assert!(matches!(ask(&site.bus, "count").await, Err(BusError::NobodyListens { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_kills_it_is_answered_with_an_error_and_the_next_one_well() {
    let site = Site::new().await;
    site.publish(&notes(&["a"], 10)).await;
    let agent = Running::start(&site.bus, librarian());
    until_answered(&site.bus, json!({ "notes": 10, "sums": {} })).await;
    let reply = ask(&site.bus, "boom").await.unwrap();
    assert_eq!(reply.refusal.unwrap()["error"], "this question could not be answered");
    until_answered(&site.bus, json!({ "notes": 10, "sums": {} })).await;
    site.until_stored(StreamName::Dead, 1).await;
    let letters = site.letters().await;
    assert_eq!(letters[0].reason, DeadLetterReason::Panicked);
    assert_eq!(letters[0].subject, "command.boom");
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_kills_it_while_it_learns_is_left_out() {
    let site = Site::new().await;
    let mut notes = notes(&["a"], 300);
    notes.insert(200, note("deadly", 1));
    site.publish(&notes).await;
    let agent = Running::start(&site.bus, librarian());
    until_answered(&site.bus, json!({ "notes": 300, "sums": {} })).await;
    let letters = site.letters().await;
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].sequence, letters[0].reason), (201, DeadLetterReason::Panicked));
    site.publish(&[note("a", 301)]).await;
    until_answered(&site.bus, json!({ "notes": 301, "sums": {} })).await;
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_cannot_be_read_is_answered_with_an_error() {
    let site = Site::new().await;
    let agent = Running::start(&site.bus, librarian());
    until_answered(&site.bus, json!({ "notes": 0, "sums": {} })).await;
    let client = site.client().await;
    let answer = client.request("command.count", "{\"id\":".into()).await.unwrap();
    let reply: Asked =
        casa24_schemas::decode(casa24_schemas::ContentType::MessagePack, &answer.payload).unwrap();
    assert!(reply.refusal.unwrap()["error"].as_str().is_some_and(|error| !error.is_empty()));
    assert_eq!(reply.name, "count");
    until_answered(&site.bus, json!({ "notes": 0, "sums": {} })).await;
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_server_was_killed_it_answers_and_learns() {
    let site = Site::new().await;
    site.publish(&notes(&["a"], 100)).await;
    let agent = Running::start(&site.connect().await, librarian());
    until_answered(&site.bus, json!({ "notes": 100, "sums": {} })).await;
    site.kill_server().await;
    site.publish(&[note("a", 101)]).await;
    until_answered(&site.bus, json!({ "notes": 101, "sums": {} })).await;
    assert_eq!(agent.counters.snapshot().num_restarts, 0);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_learns_nothing_answers_too() {
    let site = Site::new().await;
    let mute = service("mute", Librarian::default).answers::<Command>("command.*", "reply.*");
    let agent = Running::start(&site.bus, mute);
    until_answered(&site.bus, json!({ "notes": 0, "sums": {} })).await;
    assert_eq!(agent.counters.snapshot().num_restarts, 0);
    agent.stop().await;
}
