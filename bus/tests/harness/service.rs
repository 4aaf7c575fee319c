//! Services: questions answered from what is stored.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_nats::client::RequestErrorKind;
use casa24_bus::{
    AgentKind, AnswerTag, Answers, Asked, Bus, BusError, Projection, Projects, Received, Runner, StreamName,
    service,
};
use casa24_schemas::{DeadLetterReason, Event, SchemaId};
use serde::{Deserialize, Serialize};

use crate::events::{Note, Sum, note, notes};
use crate::support::{Gate, Running, Site, until};

const SOON: Duration = Duration::from_secs(20);

/// A question by its name.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Question {
    name: String,
}

/// What the service knows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Answer {
    num_notes: u64,
    sums: BTreeMap<String, u64>,
    #[serde(default)]
    padding: String,
}

impl Event for Question {
    const SCHEMA: SchemaId = SchemaId { name: "test.question", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = "{}";

    fn subject(&self) -> String {
        format!("command.{}", self.name)
    }

    fn identity(&self) -> String {
        self.name.clone()
    }
}

impl Event for Answer {
    const SCHEMA: SchemaId = SchemaId { name: "test.answer", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = "{}";

    fn subject(&self) -> String {
        "reply.test".to_owned()
    }

    fn identity(&self) -> String {
        self.num_notes.to_string()
    }
}

/// Counts notes and keeps the newest sums; panics at the question `boom`, waits for the gate at `slow`, says too much at
/// `giant`, and nothing of the sums at `without-sums`.
struct Librarian {
    num_notes: u64,
    sums: BTreeMap<String, u64>,
    shared: Shared,
    made: Option<Arc<Known>>,
}

/// What the lives of a librarian share with the test.
#[derive(Clone, Default)]
struct Shared {
    gate: Gate,
    num_models: Arc<AtomicU64>,
    num_warm: Arc<AtomicU64>,
    panics_at_model: Arc<AtomicBool>,
    num_answered: Arc<AtomicU64>,
}

struct Known {
    answer: Answer,
    shared: Shared,
    /// By name of the question.
    tags: Mutex<BTreeMap<String, AnswerTag>>,
}

impl Projection for Librarian {
    type ReadModel = Known;

    fn read_model(&mut self) -> Arc<Known> {
        let made = self.made.get_or_insert_with(|| {
            assert!(!self.shared.panics_at_model.swap(false, Ordering::SeqCst), "told to panic");
            self.shared.num_models.fetch_add(1, Ordering::SeqCst);
            let (num_notes, sums) = (self.num_notes, self.sums.clone());
            let answer = Answer { num_notes, sums, padding: String::new() };
            Arc::new(Known { answer, shared: self.shared.clone(), tags: Mutex::default() })
        });
        made.clone()
    }

    fn warm(model: &Known) {
        model.shared.num_warm.store(model.answer.num_notes, Ordering::SeqCst);
    }
}

impl Projects<Note> for Librarian {
    fn apply(&mut self, received: &Received<Note>) {
        assert_ne!(received.event.artist, "deadly", "told to panic");
        self.num_notes += 1;
        self.made = None;
    }
}

impl Projects<Sum> for Librarian {
    fn apply(&mut self, received: &Received<Sum>) {
        self.sums.insert(received.event.artist.clone(), received.event.sum);
        self.made = None;
    }
}

impl Answers<Question, Answer> for Librarian {
    fn answer(question: &Question, model: &Known) -> Answer {
        assert_ne!(question.name, "boom", "told to panic");
        if question.name == "slow" {
            model.shared.gate.pass();
        }
        model.shared.num_answered.fetch_add(1, Ordering::SeqCst);
        let giant = question.name == "giant";
        if question.name == "without-sums" {
            return Answer { sums: BTreeMap::new(), ..model.answer.clone() };
        }
        Answer { padding: "x".repeat(if giant { 2 << 20 } else { 0 }), ..model.answer.clone() }
    }

    fn is_expensive(question: &Question) -> bool {
        question.name == "slow"
    }

    fn tag(question: &Question, answer: &Answer, model: &Known) -> Option<AnswerTag> {
        let tag = AnswerTag::of(&casa24_schemas::encode(answer));
        model.tags.lock().unwrap().insert(question.name.clone(), tag.clone());
        Some(tag)
    }

    fn known_tag(question: &Question, model: &Known) -> Option<AnswerTag> {
        model.tags.lock().unwrap().get(&question.name).cloned()
    }
}

fn librarian(shared: &Shared) -> Runner {
    let shared = shared.clone();
    let make = move || Librarian { num_notes: 0, sums: BTreeMap::new(), shared: shared.clone(), made: None };
    service("librarian", make)
        .projects::<Note>("snapshot.raw.>")
        .projects_newest::<Sum>("growth.*")
        .answers::<Question, Answer>("command.*", "reply.*")
}

fn sum(artist: &str, sum: u64) -> Sum {
    Sum { artist: artist.to_owned(), sum }
}

async fn ask(bus: &Bus, name: &str) -> casa24_bus::Result<Answer> {
    bus.ask(&Question { name: name.to_owned() }, SOON).await
}

/// Waits until the service knows so many notes, and these sums.
async fn until_known(bus: &Bus, num_notes: u64, sums: &[(&str, u64)]) {
    let sums: BTreeMap<String, u64> = sums.iter().map(|(artist, sum)| ((*artist).to_owned(), *sum)).collect();
    until(&format!("{num_notes} notes and {sums:?} are known"), async || {
        ask(bus, "count").await.is_ok_and(|answer| answer.num_notes == num_notes && answer.sums == sums)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_answers_from_what_was_stored_before_and_since() {
    let site = Site::new().await;
    assert!(matches!(ask(&site.bus, "count").await, Err(BusError::NobodyListens { .. })));
    site.publish(&notes(&["a"], 2_500)).await;
    site.publish(&[sum("a", 1), sum("a", 2)]).await;
    let runner = librarian(&Shared::default());
    assert_eq!(runner.declaration().kind, AgentKind::Service);
    assert_eq!(runner.declaration().consumes, ["snapshot.raw.>", "growth.*", "command.*"]);
    let agent = Running::start(&site.bus, runner);
    until_known(&site.bus, 2_500, &[("a", 2)]).await;
    site.publish(&[note("b", 1)]).await;
    site.publish(&[sum("a", 3)]).await;
    until_known(&site.bus, 2_501, &[("a", 3)]).await;
    agent.stop().await;
    assert!(matches!(ask(&site.bus, "count").await, Err(BusError::NobodyListens { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_asker_who_has_the_answer_is_not_sent_it_again() {
    let site = Site::new().await;
    site.publish(&[sum("a", 1)]).await;
    let shared = Shared::default();
    let agent = Running::start(&site.bus, librarian(&shared));
    until_known(&site.bus, 0, &[("a", 1)]).await;
    let question = Question { name: "without-sums".to_owned() };
    let ask = async |known: Option<&AnswerTag>| {
        let before = shared.num_answered.load(Ordering::SeqCst);
        let asked = site.bus.ask_unless::<_, Answer>(&question, known, SOON).await.unwrap();
        (asked, shared.num_answered.load(Ordering::SeqCst) - before)
    };
    let (Asked::New(answer, Some(tag)), 1) = ask(None).await else { panic!("no answer with a tag") };
    assert_eq!(ask(Some(&tag)).await, (Asked::Unchanged, 0));
    // The same answer from another read model: it is computed, and not sent.
    site.publish(&[sum("a", 2)]).await;
    until_known(&site.bus, 0, &[("a", 2)]).await;
    assert_eq!(ask(Some(&tag)).await, (Asked::Unchanged, 1));
    site.publish(&[note("b", 1)]).await;
    until_known(&site.bus, 1, &[("a", 2)]).await;
    let (Asked::New(changed, Some(other)), _) = ask(Some(&tag)).await else { panic!("not sent") };
    assert_eq!((answer.num_notes, changed.num_notes), (0, 1));
    assert_ne!(other, tag);
    // Who does not ask so is sent the answer each time.
    assert_eq!(site.bus.ask::<_, Answer>(&question, SOON).await.unwrap(), changed);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_model_is_made_once_for_many_questions_and_prepared_when_events_stop_coming() {
    let site = Site::new().await;
    site.publish(&notes(&["a"], 500)).await;
    let shared = Shared::default();
    let agent = Running::start(&site.bus, librarian(&shared));
    until_known(&site.bus, 500, &[]).await;
    let num_models = shared.num_models.load(Ordering::SeqCst);
    for answer in futures::future::join_all((0..300).map(|_| ask(&site.bus, "count"))).await {
        assert_eq!(answer.unwrap().num_notes, 500);
    }
    assert_eq!(shared.num_models.load(Ordering::SeqCst), num_models);
    until("its figures are prepared", async || shared.num_warm.load(Ordering::SeqCst) == 500).await;
    site.publish(&[note("a", 501)]).await;
    // Nobody asks.
    until("its figures are prepared", async || shared.num_warm.load(Ordering::SeqCst) == 501).await;
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_are_answered_while_others_take_long() {
    let site = Site::new().await;
    let shared = Shared { gate: Gate::shut(), ..Shared::default() };
    let agent = Running::start(&site.bus, librarian(&shared));
    until_known(&site.bus, 0, &[]).await;
    let slow: Vec<_> = (0..20)
        .map(|_| {
            let bus = site.bus.clone();
            tokio::spawn(async move { ask(&bus, "slow").await })
        })
        .collect();
    shared.gate.until_reached().await;
    for _ in 0..50 {
        assert_eq!(ask(&site.bus, "count").await.unwrap().num_notes, 0);
    }
    // Events are applied meanwhile too; the slow ones hold the read model that they began with.
    site.publish(&[note("a", 1)]).await;
    until_known(&site.bus, 1, &[]).await;
    assert!(slow.iter().all(|answer| !answer.is_finished()));
    shared.gate.open();
    let mut known = BTreeSet::new();
    for answer in slow {
        known.insert(answer.await.unwrap().unwrap().num_notes);
    }
    assert!(known.contains(&0), "none of them answers from before the event: {known:?}");
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_over_which_it_panics_costs_neither_the_others_nor_the_read_model() {
    let site = Site::new().await;
    site.publish(&notes(&["a"], 10)).await;
    let agent = Running::start(&site.bus, librarian(&Shared::default()));
    until_known(&site.bus, 10, &[]).await;
    let rebuilt = agent.counters.snapshot().num_rebuilt;
    let error = ask(&site.bus, "boom").await.unwrap_err();
    assert!(matches!(&error, BusError::Service { code: 500, .. }), "{error}");
    assert_eq!(error.to_string(), "command.boom: this question could not be answered");
    assert_eq!(ask(&site.bus, "count").await.unwrap().num_notes, 10);
    site.until_stored(StreamName::Dead, 1).await;
    let letters = site.letters().await;
    assert_eq!(letters[0].reason, DeadLetterReason::Panicked);
    assert_eq!(letters[0].subject, "command.boom");
    assert!(letters[0].explanation.contains("told to panic"), "{}", letters[0].explanation);
    assert_eq!(agent.counters.snapshot().num_restarts, 0);
    assert_eq!(agent.counters.snapshot().num_rebuilt, rebuilt);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_too_large_is_an_error_for_the_asker() {
    let site = Site::new().await;
    let agent = Running::start(&site.bus, librarian(&Shared::default()));
    until_known(&site.bus, 0, &[]).await;
    let error = ask(&site.bus, "giant").await.unwrap_err();
    assert!(
        matches!(&error, BusError::Service { code: 500, fault, .. } if fault.contains("bytes")),
        "{error}"
    );
    assert_eq!(ask(&site.bus, "count").await.unwrap().num_notes, 0);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_over_which_it_panics_is_left_out() {
    let site = Site::new().await;
    let mut notes = notes(&["a"], 300);
    notes.insert(200, note("deadly", 1));
    site.publish(&notes).await;
    let agent = Running::start(&site.bus, librarian(&Shared::default()));
    until_known(&site.bus, 300, &[]).await;
    let letters = site.letters().await;
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].sequence, letters[0].reason), (201, DeadLetterReason::Panicked));
    site.publish(&[note("a", 301)]).await;
    until_known(&site.bus, 301, &[]).await;
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_its_projection_is_built_again_it_answers_from_the_one_before() {
    let site = Site::new().await;
    site.publish(&notes(&["a"], 100)).await;
    let shared = Shared::default();
    let agent = Running::start(&site.bus, librarian(&shared));
    until_known(&site.bus, 100, &[]).await;
    shared.panics_at_model.store(true, Ordering::SeqCst);
    site.publish(&[note("a", 101), note("deadly", 1)]).await;
    // No question goes without an answer in between.
    until("everything is known", async || ask(&site.bus, "count").await.unwrap().num_notes == 101).await;
    assert!(agent.counters.snapshot().num_restarts > 0);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_cannot_be_read_gets_the_error_headers_of_nats_services() {
    let site = Site::new().await;
    let agent = Running::start(&site.bus, librarian(&Shared::default()));
    until_known(&site.bus, 0, &[]).await;
    let client = site.client().await;
    for body in ["{\"name\":", "{\"name\":\"another\"}"] {
        let answer = client.request("command.count", body.into()).await.unwrap();
        assert!(answer.payload.is_empty());
        let headers = answer.headers.unwrap();
        assert_eq!(headers.get("Nats-Service-Error-Code").unwrap().as_str(), "400");
        assert!(!headers.get("Nats-Service-Error").unwrap().as_str().is_empty());
    }
    site.until_stored(StreamName::Dead, 2).await;
    let reasons: Vec<_> = site.letters().await.into_iter().map(|letter| letter.reason).collect();
    assert!(reasons.contains(&DeadLetterReason::Undecodable), "{reasons:?}");
    assert!(reasons.contains(&DeadLetterReason::SubjectMismatch), "{reasons:?}");
    assert_eq!(ask(&site.bus, "count").await.unwrap().num_notes, 0);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_handed_over_before_shutdown_is_answered() {
    let site = Site::new().await;
    let shared = Shared { gate: Gate::shut(), ..Shared::default() };
    let agent = Running::start(&site.connect().await, librarian(&shared));
    until_known(&site.bus, 0, &[]).await;
    let asker = tokio::spawn({
        let bus = site.connect().await;
        async move { ask(&bus, "slow").await }
    });
    shared.gate.until_reached().await;
    let stopping = tokio::spawn(agent.stop());
    let client = site.client().await;
    until("it takes no more questions", async || {
        let answer = client.request("command.count", "{\"name\":\"count\"}".into()).await;
        answer.is_err_and(|error| error.kind() == RequestErrorKind::NoResponders)
    })
    .await;
    shared.gate.open();
    assert_eq!(asker.await.unwrap().unwrap().num_notes, 0);
    stopping.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_hangs_does_not_keep_it_from_leaving() {
    let site = Site::new().await;
    let shared = Shared { gate: Gate::shut(), ..Shared::default() };
    let agent = Running::start(&site.connect().await, librarian(&shared));
    until_known(&site.bus, 0, &[]).await;
    let bus = site.bus.clone();
    let asker = tokio::spawn(async move { ask(&bus, "slow").await });
    shared.gate.until_reached().await;
    let left = tokio::time::timeout(Duration::from_secs(30), agent.stop()).await;
    assert!(left.is_ok(), "the agent does not leave");
    shared.gate.open();
    asker.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_server_was_killed_it_answers_and_projects() {
    let site = Site::new().await;
    site.publish(&notes(&["a"], 100)).await;
    let agent = Running::start(&site.connect().await, librarian(&Shared::default()));
    until_known(&site.bus, 100, &[]).await;
    site.kill_server().await;
    site.publish(&[note("a", 101)]).await;
    until_known(&site.bus, 101, &[]).await;
    assert_eq!(agent.counters.snapshot().num_restarts, 0);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_projects_nothing_answers_too() {
    let site = Site::new().await;
    let make = || Librarian { num_notes: 7, sums: BTreeMap::new(), shared: Shared::default(), made: None };
    let mute = service("mute", make).answers::<Question, Answer>("command.*", "reply.*");
    let agent = Running::start(&site.bus, mute);
    until_known(&site.bus, 7, &[]).await;
    assert_eq!(agent.counters.snapshot().num_restarts, 0);
    agent.stop().await;
}
