//! The agent `collector`: one run for each time that is due, also after it was killed, whoever runs it.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "../agents/collectors/tests/platforms/server.rs"]
#[expect(dead_code, reason = "each test target uses a part")]
mod server;
mod support;

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use casa24_bus::{Bus, Settings};
use casa24_schemas::{Absence, Collection, LateEndReason, LateSource, Metric, Observed, RawSnapshot, encode};
use futures::{StreamExt, TryStreamExt};
use server::{Answer, Server};
use support::{House, PATIENCE, Running, connect};
use time::{Duration, OffsetDateTime};

const ARTISTS: usize = 30;

/// A house with a roster, whose `up` serves the bus only.
async fn house() -> (House, Running, Bus) {
    house_of(ARTISTS).await
}

/// The same with so many artists.
async fn house_of(num_artists: usize) -> (House, Running, Bus) {
    let house = House::new();
    let roster: Vec<_> = (0..num_artists)
        .map(|number| serde_json::json!({ "name": format!("Artist {number}"), "deezer_id": (1_000 + number).to_string() }))
        .collect();
    let file = house.write("roster.json", serde_json::Value::from(roster).to_string());
    house.text(&["roster", "import", file.to_str().unwrap()]);
    let up = house.up();
    let bus = bus(&house).await;
    (house, up, bus)
}

async fn bus(house: &House) -> Bus {
    let (url, _) = house.server().unwrap();
    Bus::connect(&Settings::new(url, "schedule")).await.unwrap()
}

/// `casa24 run collector` beside the `up` whose bus it uses.
fn collector(house: &House, server: &Server, schedule: &str) -> Command {
    let (url, _) = house.server().unwrap();
    let mut command = house.casa24(["run", "collector"]);
    // A folder of its own: as on another machine.
    command.env("NATS_URL", url).env("CASA24_SCHEDULE", schedule).env("DEEZER_API_URL", &server.address);
    command
}

/// Answers everybody, and lets nobody through while the gate is shut.
async fn deezer(gate: &Arc<AtomicBool>) -> Server {
    let gate = Arc::clone(gate);
    Server::start(move |asked| {
        if !gate.load(Ordering::SeqCst) {
            return Answer::Silence;
        }
        let id: String =
            asked.target.chars().take_while(|c| *c != '?').filter(char::is_ascii_digit).collect();
        Answer::ok(format!(r#"{{"id": {id}, "name": "A", "nb_fan": 5, "nb_album": 1, "data": []}}"#))
    })
    .await
}

async fn raw(bus: &Bus) -> Vec<RawSnapshot> {
    let events = bus.replay::<RawSnapshot>("snapshot.raw.>").await.unwrap();
    events.map_ok(|stored| stored.event).try_collect().await.unwrap()
}

async fn newest(bus: &Bus) -> Option<Collection> {
    let newest = bus.newest::<Collection>("collection.*").await.unwrap();
    newest.into_iter().map(|stored| stored.event).next()
}

/// Waits until the newest collection has ended, and is another than one of before.
async fn ended(house: &House, bus: &Bus, before: Option<Observed>) -> Collection {
    collected(house, bus, |run| run.ended_at.is_some() && Some(run.due_at) != before).await
}

/// Waits until the newest collection is such a one: who stores one says so.
async fn collected(house: &House, bus: &Bus, is_wanted: impl Fn(&Collection) -> bool) -> Collection {
    let (url, _) = house.server().unwrap();
    let client = connect(&url).await;
    let mut stored = client.subscribe("stored.COLLECTIONS").await.unwrap();
    // Once the server answers, it knows of the subscription.
    async_nats::jetstream::new(client.clone()).query_account().await.unwrap();
    loop {
        match newest(bus).await {
            Some(newest) if is_wanted(&newest) => return newest,
            newest => {
                let signal = tokio::time::timeout(PATIENCE, stored.next()).await;
                assert!(signal.is_ok(), "{newest:?}");
            }
        }
    }
}

/// A pattern whose newest time was some minutes ago, and whose next one is far away.
fn due_a_while_ago() -> String {
    let at = OffsetDateTime::now_utc() - Duration::minutes(3);
    format!("{} {} * * *", at.minute(), at.hour())
}

#[tokio::test(flavor = "multi_thread")]
async fn three_collectors_make_one_run_and_a_restart_makes_none() {
    let (house, _up, bus) = house().await;
    let server = deezer(&Arc::new(AtomicBool::new(true))).await;
    let schedule = due_a_while_ago();
    let collectors: Vec<Running> = (0..3)
        .map(|number| {
            Running::start(&house, &format!("collector{number}"), collector(&house, &server, &schedule))
        })
        .collect();
    let run = ended(&house, &bus, None).await;
    assert_eq!((run.num_artists, run.num_with_figures, run.stopped.as_ref()), (30, 30, None));
    let due = OffsetDateTime::now_utc() - run.due_at.moment().unwrap();
    assert!(due < Duration::minutes(6) && due > Duration::minutes(2), "{due}");
    drop(collectors);
    let mut again = Running::start(&house, "again", collector(&house, &server, &schedule));
    again.until_says("ready:");
    // It is done with everything that was due once it answers to a signal.
    assert!(again.terminate().success());
    let raw = raw(&bus).await;
    assert_eq!(raw.len(), ARTISTS);
    let collection = format!("due {}", run.due_at);
    assert!(raw.iter().all(|snapshot| snapshot.collection.as_ref() == Some(&collection)));
    assert_eq!(newest(&bus).await, Some(run));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_goes_on_where_it_was_and_asks_again_only_for_what_was_in_flight() {
    let (house, _up, bus) = house().await;
    let gate = Arc::new(AtomicBool::new(true));
    let num = Arc::new(Mutex::new(0));
    let (shut, counted) = (Arc::clone(&gate), Arc::clone(&num));
    let server = Server::start(move |asked| {
        if !shut.load(Ordering::SeqCst) {
            return Answer::Silence;
        }
        let mut num = counted.lock().unwrap();
        *num += 1;
        if *num == 25 {
            shut.store(false, Ordering::SeqCst);
        }
        let id: String =
            asked.target.chars().take_while(|c| *c != '?').filter(char::is_ascii_digit).collect();
        Answer::ok(format!(r#"{{"id": {id}, "name": "A", "nb_fan": 5, "nb_album": 1, "data": []}}"#))
    })
    .await;
    let schedule = due_a_while_ago();
    let killed = Running::start(&house, "killed", collector(&house, &server, &schedule));
    support::until("it is held up", || !gate.load(Ordering::SeqCst));
    drop(killed);
    let stored_before = raw(&bus).await.len();
    assert!(newest(&bus).await.unwrap().ended_at.is_none());
    let asked_before = server.asked().len();
    gate.store(true, Ordering::SeqCst);
    *num.lock().unwrap() = 1_000;
    let _again = Running::start(&house, "again", collector(&house, &server, &schedule));
    let run = ended(&house, &bus, None).await;
    assert_eq!(run.num_with_figures, 30, "{run:?}");
    let raw = raw(&bus).await;
    let mut of_artist: BTreeMap<String, usize> = BTreeMap::new();
    raw.iter().for_each(|snapshot| *of_artist.entry(snapshot.artist.name.clone()).or_default() += 1);
    assert_eq!(of_artist.len(), ARTISTS, "nobody is missing");
    assert!(of_artist.values().all(|num| *num == 1), "nobody is stored twice: {of_artist:?}");
    // Two requests for each artist who was not stored.
    assert_eq!(server.asked().len() - asked_before, 2 * (ARTISTS - stored_before));
}

/// Kills, each after so many answers: between 3 and 15, by a seed (`KILL_SEED` tries another one).
fn kills(num: usize) -> (u64, Vec<usize>) {
    let seed = std::env::var("KILL_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(24);
    let mut state: u64 = seed;
    let mut next = || {
        // Knuth's generator for 64 bits; its high bits are the random ones.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    (seed, (0..num).map(|_| 3 + next() % 13).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_twenty_random_moments_a_run_loses_and_doubles_nobody() {
    const NUM_ARTISTS: usize = 100;
    let (seed, kills) = kills(20);
    let story = format!("KILL_SEED={seed}, killed after {kills:?} answers");
    assert!(kills.iter().sum::<usize>() < 2 * NUM_ARTISTS, "the run does not end before the last kill");
    let (house, _up, bus) = house_of(NUM_ARTISTS).await;
    // Answers that are left before nobody is let through.
    let left = Arc::new(Mutex::new(0_usize));
    let gate = Arc::clone(&left);
    let server = Server::start(move |asked| {
        let mut left = gate.lock().unwrap();
        if *left == 0 {
            return Answer::Silence;
        }
        *left -= 1;
        let id: String =
            asked.target.chars().take_while(|c| *c != '?').filter(char::is_ascii_digit).collect();
        Answer::ok(format!(r#"{{"id": {id}, "name": "A", "nb_fan": 5, "nb_album": 1, "data": []}}"#))
    })
    .await;
    let schedule = due_a_while_ago();
    for (number, num_answers) in kills.into_iter().enumerate() {
        *left.lock().unwrap() = num_answers;
        let name = format!("killed{number}");
        let killed = Running::start(&house, &name, collector(&house, &server, &schedule));
        support::until(&format!("it is held up ({story})"), || *left.lock().unwrap() == 0);
        drop(killed);
    }
    assert!(newest(&bus).await.is_some_and(|run| run.ended_at.is_none()), "{story}");
    let stored_before = raw(&bus).await.len();
    let asked_before = server.asked().len();
    *left.lock().unwrap() = usize::MAX;
    let _last = Running::start(&house, "last", collector(&house, &server, &schedule));
    let run = ended(&house, &bus, None).await;
    assert_eq!(run.num_with_figures, NUM_ARTISTS as u64, "{run:?}, {story}");
    let raw = raw(&bus).await;
    let names: std::collections::BTreeSet<&str> = raw.iter().map(|raw| raw.artist.name.as_str()).collect();
    assert_eq!((names.len(), raw.len()), (NUM_ARTISTS, NUM_ARTISTS), "{story}");
    // Two requests for each artist who was not stored.
    assert_eq!(server.asked().len() - asked_before, 2 * (NUM_ARTISTS - stored_before), "{story}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_days_away_the_newest_run_is_caught_up_and_no_other() {
    let (house, _up, bus) = house().await;
    let server = deezer(&Arc::new(AtomicBool::new(true))).await;
    let days_ago = OffsetDateTime::now_utc().replace_nanosecond(0).unwrap() - Duration::days(3);
    let old = Collection {
        platform: casa24_schemas::Platform::DEEZER,
        due_at: Observed::instant(days_ago),
        started_at: Observed::instant(days_ago),
        ended_at: Some(Observed::instant(days_ago)),
        num_artists: 30,
        num_with_figures: 30,
        num_figures: 60,
        absent: BTreeMap::new(),
        problems: Vec::new(),
        stopped: None,
    };
    let (url, _) = house.server().unwrap();
    let jetstream = async_nats::jetstream::new(connect(&url).await);
    jetstream.publish("collection.deezer", encode(&old).into()).await.unwrap().await.unwrap();
    let _collector = Running::start(&house, "collector", collector(&house, &server, &due_a_while_ago()));
    ended(&house, &bus, Some(old.due_at)).await;
    let runs: Vec<Collection> = {
        let events = bus.replay::<Collection>("collection.*").await.unwrap();
        events.map_ok(|stored| stored.event).try_collect().await.unwrap()
    };
    let mut due: Vec<Observed> = runs.iter().map(|run| run.due_at).collect();
    due.dedup();
    assert_eq!(due.len(), 2, "{runs:?}");
    assert_eq!(raw(&bus).await.len(), ARTISTS);
}

/// The late sources that were ever told, once there are so many.
async fn late(house: &House, bus: &Bus, num: usize) -> Vec<LateSource> {
    let (url, _) = house.server().unwrap();
    let client = connect(&url).await;
    let mut stored = client.subscribe("stored.COLLECTIONS").await.unwrap();
    async_nats::jetstream::new(client.clone()).query_account().await.unwrap();
    loop {
        let events = bus.replay::<LateSource>("source.late.>").await.unwrap();
        let told: Vec<LateSource> = events.map_ok(|stored| stored.event).try_collect().await.unwrap();
        if told.len() >= num {
            return told;
        }
        let signal = tokio::time::timeout(PATIENCE, stored.next()).await;
        assert!(signal.is_ok(), "{told:?}");
    }
}

/// Stores what Deezer said of the first artists five days ago, and gives when that was.
async fn gave_figures_days_ago(house: &House, num_artists: usize) -> Observed {
    let days_ago =
        Observed::instant(OffsetDateTime::now_utc().replace_nanosecond(0).unwrap() - Duration::days(5));
    let (url, _) = house.server().unwrap();
    let jetstream = async_nats::jetstream::new(connect(&url).await);
    for number in 0..num_artists {
        let raw = serde_json::json!({
            "platform": "deezer",
            "artist": casa24_schemas::Artist::new(&format!("Artist {number}")).unwrap(),
            "observed_at": days_ago,
            "source": "Deezer API",
            "metrics": { "fans": 7 }
        });
        let subject = format!("snapshot.raw.deezer.Artist-{number}");
        jetstream.publish(subject, raw.to_string().into()).await.unwrap().await.unwrap();
    }
    days_ago
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_source_is_told_once_by_three_collectors_and_its_next_figure_ends_it() {
    let (house, _up, bus) = house_of(3).await;
    // Artist 0 and 1 gave figures five days ago; 1 gives them again, 0 is refused, and of 2 nothing was ever stored.
    let days_ago = gave_figures_days_ago(&house, 2).await;
    let gives = Arc::new(AtomicBool::new(false));
    let all_give = Arc::clone(&gives);
    let server = Server::start(move |asked| {
        let id: String =
            asked.target.chars().take_while(|c| *c != '?').filter(char::is_ascii_digit).collect();
        if id == "1000" && !all_give.load(Ordering::SeqCst) {
            return Answer::ok(r#"{"error": {"code": 300, "message": "no"}}"#);
        }
        Answer::ok(format!(r#"{{"id": {id}, "name": "A", "nb_fan": 8, "nb_album": 1, "data": []}}"#))
    })
    .await;
    let schedule = due_a_while_ago();
    let collectors: Vec<Running> = (0..3)
        .map(|number| {
            Running::start(&house, &format!("collector{number}"), collector(&house, &server, &schedule))
        })
        .collect();
    let told = late(&house, &bus, 1).await;
    let due_after = |late: &LateSource| late.expected_at.moment().unwrap() - days_ago.moment().unwrap();
    assert_eq!((told[0].artist.name.as_str(), told[0].newest), ("Artist 0", Some(days_ago)));
    assert!(due_after(&told[0]) > Duration::ZERO && due_after(&told[0]) <= Duration::DAY, "{told:?}");
    assert_eq!(told[0].absent, [(Metric::FANS, Absence::Refused), (Metric::ALBUMS, Absence::Refused)].into());
    let status = house.json(&["status", "--json"]);
    assert_eq!(status["late"].as_array().unwrap().len(), 1, "{status}");
    assert_eq!(status["late"][0]["artist"]["name"], "Artist 0");
    // One takes over from another, and a new one looks again: all know that it was told.
    drop(collectors);
    gives.store(true, Ordering::SeqCst);
    let now = OffsetDateTime::now_utc() - Duration::minutes(1);
    let later = format!("{} {} * * *", now.minute(), now.hour());
    let _again = Running::start(&house, "again", collector(&house, &server, &later));
    let told = late(&house, &bus, 2).await;
    let ended = told[1].ended.unwrap();
    assert_eq!((told.len(), ended.why), (2, LateEndReason::Figures));
    assert_eq!(LateSource { ended: None, ..told[1].clone() }, told[0]);
    let raw = raw(&bus).await;
    let newest = raw.iter().filter(|raw| raw.artist == told[0].artist).map(|raw| raw.observed_at).max();
    assert_eq!(Some(ended.at), newest);
    assert_eq!(house.json(&["status", "--json"])["late"], serde_json::json!([]));
}
