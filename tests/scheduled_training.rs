//! The agent `trainer`: one training for each time that is due, whoever makes it, and forecasts by what it has learnt.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use std::process::Command;
use std::time::Instant;

use async_nats::jetstream;
use casa24_bus::{Bus, FOLLOWED, Settings};
use casa24_schemas::{ModelWeights, Observed, TrainingOutcome, TrainingRun, encode};
use futures::{StreamExt, TryStreamExt};
use serde_json::{Value, json};
use support::production::Production;
use support::{House, PATIENCE, Running, connect};
use time::{Duration, OffsetDateTime};

/// Few steps: whether the network becomes better is not the question here.
const STEPS: &str = "2";
/// More of them than are made before the program is told to end.
const MANY_STEPS: &str = "1000000";

/// Day of spring 2025, from 1 for the first of March.
fn date(day: u32) -> String {
    if day <= 31 { format!("2025-03-{day:02}") } else { format!("2025-04-{:02}", day - 31) }
}

/// Writes so many days of an artist with a weekly rhythm, and gives the folder.
fn write_history(house: &House, num_days: u32) -> String {
    let folder = format!("history-{num_days}");
    for day in 1..=num_days {
        let artists =
            json!([{ "name": "Luz Norte", "spotify": { "followers": 500 + 3 * day + 4 * (day % 7) } }]);
        let text = json!({ "date": date(day), "artists": artists }).to_string();
        house.write(&format!("{folder}/{}.json", date(day)), text);
    }
    folder
}

fn import(house: &House, num_days: u32) {
    let folder = write_history(house, num_days);
    house.text(&["import", &folder]);
}

async fn bus(house: &House) -> Bus {
    let (url, _) = house.server().unwrap();
    Bus::connect(&Settings::new(url, "scheduled training")).await.unwrap()
}

/// A pattern whose newest time was so many minutes ago, and whose next one is a day later.
fn due_ago(minutes: i64) -> (String, Observed) {
    let at = OffsetDateTime::now_utc() - Duration::minutes(minutes);
    let at = at.replace_second(0).unwrap().replace_nanosecond(0).unwrap();
    (format!("{} {} * * *", at.minute(), at.hour()), Observed::instant(at))
}

/// `casa24 run trainer` beside the `up` whose bus it uses.
fn trainer(house: &House, name: &str, schedule: &str) -> Running {
    trainer_of(house, name, schedule, STEPS)
}

/// The same with so many steps.
fn trainer_of(house: &House, name: &str, schedule: &str, steps: &str) -> Running {
    let mut command: Command = house.casa24(["run", "trainer"]);
    command
        .env("NATS_URL", house.server().unwrap().0)
        .env("CASA24_TRAIN", schedule)
        .env("CASA24_TRAIN_STEPS", steps);
    Running::start(house, name, command)
}

async fn runs(bus: &Bus) -> Vec<TrainingRun> {
    let events = bus.replay::<TrainingRun>("training.neural").await.unwrap();
    events.map_ok(|stored| stored.event).try_collect().await.unwrap()
}

async fn weights(bus: &Bus) -> Vec<ModelWeights> {
    let events = bus.replay::<ModelWeights>("model.neural").await.unwrap();
    events.map_ok(|stored| stored.event).try_collect().await.unwrap()
}

/// Waits until the training of a time has ended.
async fn ended(address: &str, bus: &Bus, due_at: Observed) -> TrainingRun {
    newest(address, bus, |run| run.due_at == due_at && run.ended_at.is_some()).await
}

/// Waits until the newest training is such a one: who stores it says so.
async fn newest(address: &str, bus: &Bus, is_wanted: impl Fn(&TrainingRun) -> bool) -> TrainingRun {
    let client = connect(address).await;
    let mut stored = client.subscribe("stored.MODELS").await.unwrap();
    // Once the server answers, it knows of the subscription.
    jetstream::new(client.clone()).query_account().await.unwrap();
    loop {
        let newest = runs(bus).await.pop();
        match newest {
            Some(run) if is_wanted(&run) => return run,
            newest => {
                let signal = tokio::time::timeout(PATIENCE, stored.next()).await;
                assert!(signal.is_ok(), "{newest:?}");
            }
        }
    }
}

/// Stores a training as a process leaves it that is killed while it trains.
async fn store_interrupted(house: &House, due_at: Observed, attempt: u32) {
    let run = TrainingRun {
        model: "neural".to_owned(),
        due_at,
        started_at: due_at,
        attempt,
        ended_at: None,
        outcome: None,
        reason: None,
        sha256: None,
    };
    let jetstream = jetstream::new(connect(&house.server().unwrap().0).await);
    jetstream.publish("training.neural", encode(&run).into()).await.unwrap().await.unwrap();
}

/// Waits until the newest forecast of each model is made by the weights that are stored.
async fn until_forecasts_follow(jetstream: &jetstream::Context) {
    let models = jetstream.get_stream("MODELS").await.unwrap();
    let newest = models.get_last_raw_message_by_subject("model.neural").await.unwrap().sequence.to_string();
    let views = jetstream.get_stream("VIEWS").await.unwrap();
    for model in ["linear", "arima", "neural", "ensemble"] {
        let subject = format!("forecast.{model}.Luz-Norte.spotify.followers");
        let deadline = Instant::now() + PATIENCE;
        loop {
            let forecast = views.get_last_raw_message_by_subject(&subject).await.unwrap();
            match forecast.headers.get(FOLLOWED) {
                Some(followed) if followed.as_str() == newest => break,
                followed => assert!(Instant::now() < deadline, "{model} follows {followed:?}"),
            }
        }
    }
}

fn trainings(house: &House) -> Value {
    house.json(&["status", "--json"])["trainings"][0].clone()
}

/// How often a running program has told of a training that failed.
fn num_failures_told(program: &Running) -> usize {
    num_told(program, "the training failed")
}

/// How often a running program has said this in its log.
fn num_told(program: &Running, text: &str) -> usize {
    std::fs::read_to_string(&program.stderr).unwrap().matches(text).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_trainers_make_one_training_and_forecasts_go_by_it_without_a_restart() {
    let house = House::new();
    let _up = house.up();
    import(&house, 50);
    let (bus, (address, _)) = (bus(&house).await, house.server().unwrap());
    let record = |house: &House| {
        let answer = house.ask("predict artist:Luz Norte days:7 metric:spotify-followers");
        let forecast = &answer["data"]["forecasts"][0];
        assert!(forecast["num_checked"].as_u64().unwrap() > 0, "{forecast}");
        ["num_checked", "num_in_80", "num_in_95", "median_abs_error", "naive_median_abs_error"]
            .map(|figure| forecast[figure].clone())
    };
    let before = record(&house);
    let status = trainings(&house);
    assert_eq!((&status["weights"], &status["next_due_at"]), (&Value::Null, &Value::Null));

    let (schedule, due_at) = due_ago(3);
    let trainers = ["trainer0", "trainer1"].map(|name| trainer(&house, name, &schedule));
    let run = ended(&address, &bus, due_at).await;
    assert_eq!((run.outcome, run.attempt), (Some(TrainingOutcome::Stored), 1), "{run:?}");
    let trained = weights(&bus).await;
    assert_eq!(
        trained.iter().map(|weights| Some(&weights.sha256)).collect::<Vec<_>>(),
        [run.sha256.as_ref()]
    );

    // Predictors that were running make every forecast anew, with a record that knows no more than before.
    until_forecasts_follow(&jetstream::new(connect(&address).await)).await;
    assert_eq!(record(&house), before);

    // They are those that the command learns, wherever it is run.
    let other = House::new();
    import(&other, 50);
    let by_hand = other.json(&["train", "neural", "--steps", STEPS, "--json"]);
    assert_eq!(by_hand["sha256"].as_str(), run.sha256.as_deref());

    // At the next time nothing is new to learn.
    drop(trainers);
    let (later, due_later) = due_ago(1);
    let _again = trainer(&house, "again", &later);
    let next = ended(&address, &bus, due_later).await;
    assert_eq!(next.outcome, Some(TrainingOutcome::Unchanged));
    assert_eq!(weights(&bus).await.len(), 1);
    let made: Vec<(Observed, bool)> =
        runs(&bus).await.iter().map(|run| (run.due_at, run.ended_at.is_some())).collect();
    assert_eq!(made, [(due_at, false), (due_at, true), (due_later, false), (due_later, true)]);

    let status = trainings(&house);
    assert_eq!(status["weights"]["trained_at"], date(50));
    assert_eq!(
        (&status["weights"]["sha256"], &status["run"]["outcome"]),
        (&json!(run.sha256), &json!("unchanged"))
    );
    let told = house.text(&["status"]);
    assert!(told.contains(&date(50)) && told.contains("nothing new to learn"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn up_catches_up_the_newest_training_that_was_missed_and_no_other() {
    let house = House::new();
    import(&house, 45);
    let (schedule, due_at) = due_ago(3);
    let up = |house: &House, name: &str| {
        let mut command = house.casa24(["up"]);
        command.env("CASA24_TRAIN", &schedule).env("CASA24_TRAIN_STEPS", STEPS);
        let mut up = Running::start(house, name, command);
        up.until_says("ready:");
        up
    };
    let first = up(&house, "up");
    let (connected, (address, _)) = (bus(&house).await, house.server().unwrap());
    let run = ended(&address, &connected, due_at).await;
    assert_eq!((run.outcome, run.attempt), (Some(TrainingOutcome::Stored), 1), "{run:?}");
    let mut status = house.casa24(["status", "--json"]);
    status.env("CASA24_TRAIN", &schedule);
    let status: Value = serde_json::from_slice(&support::finish(status).stdout).unwrap();
    let next = due_at.moment().unwrap() + Duration::days(1);
    assert_eq!(status["trainings"][0]["next_due_at"], Observed::instant(next).to_string());
    assert_eq!(status["trainings"][0]["is_scheduler_running"], true);
    // Killed, as the process of a test is that nobody wants any more; what was made is not made again.
    drop(first);
    let second = up(&house, "second");
    assert!(second.terminate().success());
    let _third = house.up();
    let connected = bus(&house).await;
    assert_eq!((runs(&connected).await.len(), weights(&connected).await.len()), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_training_is_made_again_and_one_that_always_ends_its_process_is_given_up() {
    let house = House::new();
    let _up = house.up();
    import(&house, 45);
    let (bus, (address, _)) = (bus(&house).await, house.server().unwrap());
    let (schedule, due_at) = due_ago(9);
    store_interrupted(&house, due_at, 1).await;
    let again = trainer(&house, "again", &schedule);
    let run = ended(&address, &bus, due_at).await;
    assert_eq!((run.outcome, run.attempt), (Some(TrainingOutcome::Stored), 2), "{run:?}");
    assert_eq!(num_failures_told(&again), 0);
    drop(again);

    let (schedule, due_at) = due_ago(6);
    store_interrupted(&house, due_at, 3).await;
    let gives_up = trainer(&house, "gives-up", &schedule);
    let run = ended(&address, &bus, due_at).await;
    assert_eq!(run.outcome, Some(TrainingOutcome::Failed), "{run:?}");
    assert!(run.reason.unwrap().contains("begun 3 times"));
    assert_eq!(num_failures_told(&gives_up), 1);
    assert!(house.text(&["status"]).contains("failed: it was begun 3 times"));
    drop(gives_up);

    // It is made when the next one is due; nothing is new then.
    let (schedule, due_at) = due_ago(3);
    let _next = trainer(&house, "next", &schedule);
    assert_eq!(ended(&address, &bus, due_at).await.outcome, Some(TrainingOutcome::Unchanged));
    assert_eq!(weights(&bus).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_told_to_end_while_it_trains_has_made_no_attempt() {
    let house = House::new();
    let _up = house.up();
    import(&house, 45);
    let (bus, (address, _)) = (bus(&house).await, house.server().unwrap());
    let (schedule, due_at) = due_ago(3);
    for number in 0..4 {
        let stopped = trainer_of(&house, &format!("stopped{number}"), &schedule, MANY_STEPS);
        newest(&address, &bus, |run| run.ended_at.is_none()).await;
        assert!(stopped.terminate().success());
        let run = runs(&bus).await.pop().unwrap();
        assert_eq!((run.outcome, run.attempt), (Some(TrainingOutcome::Interrupted), 1), "{run:?}");
    }
    let told = house.text(&["status"]);
    assert!(told.contains("interrupted"), "{told}");
    let mut status = house.casa24(["status", "--json"]);
    status.env("CASA24_TRAIN", &schedule);
    let status: Value = serde_json::from_slice(&support::finish(status).stdout).unwrap();
    assert_eq!(status["trainings"][0]["next_due_at"], due_at.to_string());
    let _goes_on = trainer(&house, "goes-on", &schedule);
    let run = newest(&address, &bus, |run| run.outcome.is_some_and(|it| it != TrainingOutcome::Interrupted));
    let run = run.await;
    assert_eq!((run.outcome, run.attempt), (Some(TrainingOutcome::Stored), 1), "{run:?}");
}

/// Whether the accepted snapshots can be read.
async fn let_valid_be_read(jetstream: &jetstream::Context, allow_direct: bool) {
    let config = jetstream.get_stream("VALID").await.unwrap().cached_info().config.clone();
    jetstream.update_stream(jetstream::stream::Config { allow_direct, ..config }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bus_that_cannot_be_read_for_a_while_costs_no_attempt() {
    let house = House::new();
    let _up = house.up();
    import(&house, 45);
    let (bus, (address, _)) = (bus(&house).await, house.server().unwrap());
    let jetstream = jetstream::new(connect(&address).await);
    let (schedule, due_at) = due_ago(3);
    let_valid_be_read(&jetstream, false).await;
    let trainer = trainer(&house, "trainer", &schedule);
    support::until("it waits", || num_told(&trainer, "the training cannot go on") > 0);
    let_valid_be_read(&jetstream, true).await;
    let run = ended(&address, &bus, due_at).await;
    assert_eq!((run.outcome, run.attempt), (Some(TrainingOutcome::Stored), 1), "{run:?}");
    assert_eq!(runs(&bus).await.len(), 2, "it began once");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_little_history_is_no_failure() {
    let house = House::new();
    let _up = house.up();
    import(&house, 10);
    let (bus, (address, _)) = (bus(&house).await, house.server().unwrap());
    let (schedule, due_at) = due_ago(3);
    let trainer = trainer(&house, "trainer", &schedule);
    let run = ended(&address, &bus, due_at).await;
    assert_eq!(run.outcome, Some(TrainingOutcome::TooLittle));
    assert!(run.reason.unwrap().contains("40 days or more"));
    assert_eq!((num_failures_told(&trainer), weights(&bus).await.len()), (0, 0));
    assert_eq!((num_told(&trainer, "nothing was trained"), num_told(&trainer, " trained: ")), (1, 0));
    let told = house.text(&["status"]);
    assert!(told.contains("never trained") && told.contains("too little history"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trainer_needs_no_more_than_its_own_user_may() {
    let house = House::new();
    let production = Production::start(&house);
    assert!(production.casa24(&house, "operator", &["setup"]).output().unwrap().status.success());
    let folder = write_history(&house, 45);
    production.operator(&house, &["import", "--json", &folder]);
    let (schedule, due_at) = due_ago(3);
    let mut command = production.casa24(&house, "trainer", &["run", "trainer"]);
    command.env("CASA24_TRAIN", schedule).env("CASA24_TRAIN_STEPS", STEPS);
    let _trainer = Running::start(&house, "trainer", command);
    let operator = production.url("operator");
    let bus = Bus::connect(&Settings::new(operator.clone(), "operator")).await.unwrap();
    let run = ended(&operator, &bus, due_at).await;
    assert_eq!(run.outcome, Some(TrainingOutcome::Stored), "{run:?}");
    assert_eq!(production.violations(), Vec::<String>::new());
}

#[test]
fn a_schedule_that_is_none_is_told_and_so_is_a_trainer_without_one() {
    let house = House::new();
    let mut wrong = house.casa24(["run", "trainer"]);
    wrong.env("CASA24_TRAIN", "weekly");
    let output = support::finish(wrong);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("CASA24_TRAIN") && said.contains("30 2 * * *"), "{said}");
    let output = house.run(&["run", "trainer"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("CASA24_TRAIN is off"), "{said}");
}
