//! Sources: an outside that is slow, fails or hangs.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use casa24_bus::{
    AgentKind, HandlesRequests, Received, Runner, Source, SourceContext, SourceError, StreamName,
    replicated_source, source, source_handling,
};
use casa24_schemas::DeadLetterReason;
use futures::StreamExt;
use tokio::sync::{Barrier, Semaphore};

use crate::agents::Diary;
use crate::events::{Note, Order, Told, note, notes};
use crate::support::{Running, Site, until};

const CONCURRENCY: usize = 4;
/// Time-outs in milliseconds, which are part of a source's type.
const SHORT: u64 = 3_000;
const LONG: u64 = 600_000;

/// The outside: requests for artists named `slow…` wait until it lets them through.
#[derive(Clone)]
struct Outside {
    diary: Diary,
    passes: Arc<Semaphore>,
    num_calls: Arc<AtomicUsize>,
    most_calls: Arc<AtomicUsize>,
}

impl Outside {
    fn new() -> Self {
        Self {
            diary: Diary::default(),
            passes: Arc::new(Semaphore::new(0)),
            num_calls: Arc::default(),
            most_calls: Arc::default(),
        }
    }

    fn num_calls(&self) -> usize {
        self.num_calls.load(Ordering::SeqCst)
    }

    async fn until_called(&self, num_calls: usize) {
        until(&format!("{num_calls} calls are under way"), async || self.num_calls() == num_calls).await;
    }

    fn begin_call(&self) -> Call<'_> {
        let num_calls = self.num_calls.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_calls.fetch_max(num_calls, Ordering::SeqCst);
        Call(&self.num_calls)
    }
}

/// A call under way, until it is dropped.
struct Call<'c>(&'c AtomicUsize);

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Answers each note with what the outside tells, within so many milliseconds.
struct Caller<const TIMEOUT: u64>(Outside);

fn caller<const TIMEOUT: u64>(outside: &Outside) -> Runner {
    let outside = outside.clone();
    source_handling(move || Caller::<TIMEOUT>(outside))
}

impl<const TIMEOUT: u64> Source for Caller<TIMEOUT> {
    const NAME: &'static str = "caller";
    const PUBLISHES: &'static [&'static str] = &["snapshot.valid.test.*"];
}

impl<const TIMEOUT: u64> HandlesRequests for Caller<TIMEOUT> {
    const CONSUMES: &'static str = "snapshot.raw.>";
    const CONCURRENCY: usize = CONCURRENCY;
    const TIMEOUT: Duration = Duration::from_millis(TIMEOUT);
    type Consumes = Note;

    async fn handle(&self, received: Received<Note>, context: SourceContext) -> Result<(), SourceError> {
        let note = &received.event;
        let num_times = self.0.diary.enter(note);
        let _call = self.0.begin_call();
        match note.order {
            Order::Refuse => return Err(SourceError::permanent("told to")),
            Order::Postpone(times) if num_times <= times => return Err(SourceError::passing("told to")),
            Order::Panic(times) if num_times <= times => panic!("told to panic at {}", note.number),
            Order::Hang(times) if num_times <= times => std::future::pending().await,
            _ => {}
        }
        if note.artist.starts_with("slow") {
            tokio::select! {
                _ = self.0.passes.acquire() => {}
                () = context.cancelled(), if note.artist == "slow-and-polite" => {}
            }
        }
        let padding = if note.order == Order::Exaggerate { "x".repeat(2 << 20) } else { String::new() };
        let told = Told { artist: note.artist.clone(), number: note.number, sum: note.number, padding };
        context.publish(&[told]).await
    }
}

async fn told(site: &Site) -> Vec<(String, u64)> {
    let told: Vec<Told> = site.stored("snapshot.valid.>").await;
    told.into_iter().map(|told| (told.artist, told.number)).collect()
}

/// What was asked, each once.
fn all(notes: &[Note]) -> BTreeSet<(String, u64)> {
    notes.iter().map(|note| (note.artist.clone(), note.number)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passing_fault_holds_up_its_subject_only_and_keeps_the_order() {
    let site = Site::new().await;
    let mut notes = notes(&["a", "b"], 6);
    notes[0] = note("a", 1).with(Order::Postpone(2));
    notes[4] = note("a", 3).with(Order::Postpone(1));
    site.publish(&notes).await;
    let outside = Outside::new();
    let agent = Running::start(&site.bus, caller::<LONG>(&outside));
    site.until_stored(StreamName::Valid, 12).await;
    assert_eq!(outside.diary.numbers("a"), [1, 1, 1, 2, 3, 3, 4, 5, 6]);
    assert_eq!(outside.diary.numbers("b"), [1, 2, 3, 4, 5, 6]);
    let told = told(&site).await;
    let place =
        |artist: &str, number| told.iter().position(|(found, at)| found == artist && *at == number).unwrap();
    assert!(place("b", 6) < place("a", 1), "the other artist waited");
    assert_eq!(site.letters().await, []);
    site.until_done("caller").await;
    assert_eq!(agent.counters.snapshot().num_handled, 12);
    assert_eq!(agent.counters.snapshot().num_postponed, 3);
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_never_be_handled_goes_to_the_dead_letters_and_a_panic_is_tried_again() {
    let site = Site::new().await;
    let notes = [
        note("a", 1).with(Order::Refuse),
        note("a", 2).with(Order::Panic(1)),
        note("a", 3).with(Order::Exaggerate),
        note("a", 4),
    ];
    let jetstream = async_nats::jetstream::new(site.client().await);
    jetstream.publish("snapshot.raw.test.a", "{".into()).await.unwrap().await.unwrap();
    site.publish(&notes).await;
    let outside = Outside::new();
    let runner = caller::<LONG>(&outside);
    assert_eq!(runner.declaration().kind, AgentKind::Source);
    let agent = Running::start(&site.bus, runner);
    site.until_stored(StreamName::Valid, 2).await;
    assert_eq!(outside.diary.numbers("a"), [1, 2, 2, 3, 4]);
    let letters = site.letters().await;
    let reasons: Vec<_> = letters.iter().map(|letter| (letter.sequence, letter.reason)).collect();
    let refused = DeadLetterReason::Refused;
    assert_eq!(reasons, [(1, DeadLetterReason::Undecodable), (2, refused), (4, refused)]);
    assert_eq!(told(&site).await, [("a".to_owned(), 2), ("a".to_owned(), 4)]);
    site.until_done("caller").await;
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_outside_is_called_no_more_often_at_once_than_agreed() {
    let site = Site::new().await;
    let artists: Vec<String> = (0..40).map(|index| format!("slow-{index}")).collect();
    let artists: Vec<&str> = artists.iter().map(String::as_str).collect();
    let notes = notes(&artists, 2);
    site.publish(&notes).await;
    let outside = Outside::new();
    let agent = Running::start(&site.bus, caller::<LONG>(&outside));
    outside.until_called(CONCURRENCY).await;
    // The server hands out no more either.
    until("requests wait at the server", async || {
        let jetstream = async_nats::jetstream::new(site.client().await);
        let stream = jetstream.get_stream("RAW").await.unwrap();
        stream.consumer_info("caller").await.is_ok_and(|info| info.num_ack_pending == 64)
    })
    .await;
    outside.passes.add_permits(notes.len());
    site.until_stored(StreamName::Valid, notes.len() as u64).await;
    assert_eq!(outside.most_calls.load(Ordering::SeqCst), CONCURRENCY);
    assert_eq!(BTreeSet::from_iter(told(&site).await), all(&notes));
    site.until_done("caller").await;
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_hangs_is_dropped_at_its_time_out_and_tried_again() {
    let site = Site::new().await;
    let mut notes = notes(&["a", "b"], 3);
    notes[0] = note("a", 1).with(Order::Hang(1));
    site.publish(&notes).await;
    let outside = Outside::new();
    let agent = Running::start(&site.bus, caller::<SHORT>(&outside));
    site.until_stored(StreamName::Valid, 6).await;
    assert_eq!(outside.diary.numbers("a"), [1, 1, 2, 3]);
    assert_eq!(outside.num_calls(), 0);
    assert_eq!(site.letters().await, []);
    site.until_done("caller").await;
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_hears_that_a_long_call_is_still_under_way() {
    let site = Site::new().await;
    site.publish(&[note("slow", 1), note("slow", 2)]).await;
    let mut signs = site.client().await.subscribe("$JS.ACK.RAW.caller.>").await.unwrap();
    let outside = Outside::new();
    let agent = Running::start(&site.connect().await, caller::<LONG>(&outside));
    // Of the call, and of the request that waits behind it: each is acknowledged on a subject of its own.
    let mut subjects = BTreeSet::new();
    while subjects.len() < 2 {
        let sign = tokio::time::timeout(Duration::from_secs(60), signs.next()).await.unwrap().unwrap();
        assert_eq!(sign.payload, "+WPI");
        subjects.insert(sign.subject);
    }
    outside.passes.add_permits(2);
    site.until_done("caller").await;
    agent.stop().await;
    assert_eq!(outside.diary.numbers("slow"), [1, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_cancels_what_hangs_in_time_and_the_next_start_does_it() {
    let site = Site::new().await;
    let mut notes = notes(&["a", "b"], 3);
    notes[0] = note("a", 1).with(Order::Hang(1));
    site.publish(&notes).await;
    let outside = Outside::new();
    let agent = Running::start(&site.connect().await, caller::<LONG>(&outside));
    site.until_stored(StreamName::Valid, 3).await;
    let left = tokio::time::timeout(Duration::from_secs(30), agent.stop()).await;
    assert!(left.is_ok(), "the agent does not leave");
    assert_eq!(outside.num_calls(), 0);
    let consumers = site.bus.consumers().await.unwrap();
    assert_eq!(consumers.iter().map(|consumer| consumer.lag).collect::<Vec<_>>(), [3]);
    let agent = Running::start(&site.connect().await, caller::<LONG>(&outside));
    site.until_done("caller").await;
    agent.stop().await;
    let told = told(&site).await;
    assert_eq!(told.len(), 6);
    assert_eq!(BTreeSet::from_iter(told), all(&notes));
    assert_eq!(outside.diary.numbers("a"), [1, 1, 2, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_heeds_cancellation_is_finished_before_shutdown() {
    let site = Site::new().await;
    site.publish(&[note("slow-and-polite", 1)]).await;
    let outside = Outside::new();
    let agent = Running::start(&site.connect().await, caller::<LONG>(&outside));
    outside.until_called(1).await;
    agent.stop().await;
    assert_eq!(told(&site).await, [("slow-and-polite".to_owned(), 1)]);
    site.until_done("caller").await;
    assert_eq!(outside.diary.numbers("slow-and-polite"), [1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_while_it_works_costs_nothing() {
    let site = Site::new().await;
    let artists = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let notes = notes(&artists, 40);
    let outside = Outside::new();
    let agent = Running::start(&site.connect().await, caller::<LONG>(&outside));
    for (part, moment) in notes.chunks(notes.len() / 2).zip([40, 200]) {
        site.publish(part).await;
        site.until_stored(StreamName::Valid, moment).await;
        site.kill_server().await;
    }
    site.until_done("caller").await;
    assert_eq!(BTreeSet::from_iter(told(&site).await), all(&notes));
    assert_eq!(site.letters().await, []);
    assert!(agent.is_running());
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_handled_again_stores_nothing_twice() {
    let site = Site::new().await;
    // The first try stores what it sees and is then cut off: its time-out comes before its acknowledgement.
    site.publish(&[note("a", 1)]).await;
    let diary = Diary::default();
    let stutterer = {
        let diary = diary.clone();
        source_handling(move || Stutterer(diary))
    };
    let agent = Running::start(&site.bus, stutterer);
    site.until_done("stutterer").await;
    agent.stop().await;
    assert_eq!(diary.numbers("a"), [1, 1]);
    assert_eq!(told(&site).await, [("a".to_owned(), 1)]);
    assert_eq!(site.causes("VALID").await, [1]);
}

/// Hangs after it has published, the first time.
struct Stutterer(Diary);

impl Source for Stutterer {
    const NAME: &'static str = "stutterer";
    const PUBLISHES: &'static [&'static str] = &["snapshot.valid.test.*"];
}

impl HandlesRequests for Stutterer {
    const CONSUMES: &'static str = "snapshot.raw.>";
    const CONCURRENCY: usize = 1;
    const TIMEOUT: Duration = Duration::from_secs(2);
    type Consumes = Note;

    async fn handle(&self, received: Received<Note>, context: SourceContext) -> Result<(), SourceError> {
        let num_times = self.0.enter(&received.event);
        let Note { artist, number, .. } = received.event;
        let padding = String::new();
        context.publish(&[Told { artist, number, sum: number, padding }]).await?;
        if num_times == 1 {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

/// Publishes notes on its own account: one for each call of `run`, which panics the first time.
struct Clock(Arc<AtomicU64>);

fn clock(num_runs: &Arc<AtomicU64>) -> Runner {
    let num_runs = num_runs.clone();
    source(move || Clock(num_runs))
}

impl Source for Clock {
    const NAME: &'static str = "clock";
    const PUBLISHES: &'static [&'static str] = &["snapshot.raw.test.*"];

    async fn run(&self, context: SourceContext) -> Result<(), SourceError> {
        let run = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        assert!(run > 1, "told to panic");
        context.publish(&[note("clock", run)]).await?;
        context.cancelled().await;
        context.publish(&[note("farewell", run)]).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_at_a_time_does_its_own_work_again_after_a_panic_and_ends_it_at_shutdown() {
    let site = Site::new().await;
    let num_runs = Arc::new(AtomicU64::new(0));
    let first = Running::start(&site.connect().await, clock(&num_runs));
    site.until_stored(StreamName::Raw, 1).await;
    let second = Running::start(&site.connect().await, clock(&num_runs));
    assert_eq!(first.counters.snapshot().num_restarts, 1);
    first.stop().await;
    site.until_stored(StreamName::Raw, 3).await;
    second.stop().await;
    let stored: Vec<Note> = site.stored("snapshot.raw.>").await;
    let expected = [note("clock", 2), note("farewell", 2), note("clock", 3), note("farewell", 3)];
    assert_eq!(stored, expected);
}

/// Says once for each process that it is there.
struct Web(u64);

impl Source for Web {
    const NAME: &'static str = "web";
    const PUBLISHES: &'static [&'static str] = &["snapshot.raw.test.*"];

    async fn run(&self, context: SourceContext) -> Result<(), SourceError> {
        context.publish(&[note("web", self.0)]).await?;
        context.cancelled().await;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_replicated_runs_in_every_process() {
    let site = Site::new().await;
    let mut agents = Vec::new();
    for number in 1..=2 {
        agents.push(Running::start(&site.connect().await, replicated_source(move || Web(number))));
        site.until_stored(StreamName::Raw, number).await;
    }
    for agent in agents {
        agent.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permanent_fault_of_its_own_work_ends_it_and_gives_its_requests_back() {
    let site = Site::new().await;
    site.publish(&[note("a", 1)]).await;
    let agent = source_handling(|| Revoked);
    let error = agent.run(site.bus.clone(), casa24_bus::Shutdown::default(), None).await.unwrap_err();
    assert!(
        std::error::Error::source(&error).is_some_and(|reason| reason.to_string() == "the token is revoked")
    );
    let outside = Outside::new();
    let agent = Running::start(&site.bus, caller::<LONG>(&outside));
    site.until_done("caller").await;
    agent.stop().await;
    assert_eq!(told(&site).await, [("a".to_owned(), 1)]);
}

/// Learns on its own account that it may not work any more.
struct Revoked;

impl Source for Revoked {
    const NAME: &'static str = "caller";
    const PUBLISHES: &'static [&'static str] = &[];

    async fn run(&self, _: SourceContext) -> Result<(), SourceError> {
        Err(SourceError::permanent("the token is revoked"))
    }
}

impl HandlesRequests for Revoked {
    const CONSUMES: &'static str = "snapshot.raw.>";
    const CONCURRENCY: usize = 1;
    const TIMEOUT: Duration = Duration::from_millis(LONG);
    type Consumes = Note;

    async fn handle(&self, _: Received<Note>, _: SourceContext) -> Result<(), SourceError> {
        Err(SourceError::passing("the token is revoked"))
    }
}

/// Reads what is newest, waits until all others have read the same, and stores a number of its own behind it.
struct Follower {
    number: u64,
    all_have_read: Arc<Barrier>,
    num_stored: Arc<AtomicU64>,
}

impl Source for Follower {
    const NAME: &'static str = "follower";
    const PUBLISHES: &'static [&'static str] = &["snapshot.raw.test.*"];

    async fn run(&self, context: SourceContext) -> Result<(), SourceError> {
        let read = context.bus().newest::<Note>("snapshot.raw.test.*").await?;
        self.all_have_read.wait().await;
        let is_stored = context.publish_behind(&read, &[note("a", self.number)]).await?;
        self.num_stored.fetch_add(u64::from(is_stored), Ordering::SeqCst);
        self.all_have_read.wait().await;
        context.cancelled().await;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_that_have_read_the_same_one_stores_behind_it() {
    const NUM: u64 = 4;
    let site = Site::new().await;
    // Once where nothing was stored before, and once where something was.
    for round in 1..=2 {
        let (all_have_read, num_stored) =
            (Arc::new(Barrier::new(NUM as usize + 1)), Arc::<AtomicU64>::default());
        let mut agents = Vec::new();
        for number in 0..NUM {
            let number = 10 * round + number;
            let (all_have_read, num_stored) = (Arc::clone(&all_have_read), Arc::clone(&num_stored));
            let follower = move || Follower {
                number,
                all_have_read: Arc::clone(&all_have_read),
                num_stored: Arc::clone(&num_stored),
            };
            agents.push(Running::start(&site.connect().await, replicated_source(follower)));
        }
        all_have_read.wait().await;
        all_have_read.wait().await;
        assert_eq!(num_stored.load(Ordering::SeqCst), 1);
        assert_eq!(site.stored::<Note>("snapshot.raw.>").await.len(), round as usize);
        for agent in agents {
            agent.stop().await;
        }
    }
}
