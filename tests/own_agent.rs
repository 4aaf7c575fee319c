//! What the README shows is so: the demo's answer, a forecast, and two example agents, which publish trends beside
//! `casa24 up`.

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use async_nats::jetstream::{self, consumer::DeliverPolicy, consumer::pull::OrderedConfig};
use futures::TryStreamExt;
use serde_json::{Value, json};
use support::{House, Running, checkout, connect, until};

const EXAMPLES: [&str; 2] = ["examples/own-agent/src/main.rs", "examples/trend_agent.py"];
/// Spotify followers day by day.
const FOLLOWERS: [u32; 5] = [950, 990, 1_010, 1_005, 1_040];
const ARTIST: &str = "Élan Brisvert";
const ARTIST_ID: &str = "Elan-Brisvert_d75d2408f57c";

/// The agent in Rust, which cargo builds beside the program whenever it builds all tests.
fn rust_agent(url: &str) -> Command {
    let program = Path::new(env!("CARGO_BIN_EXE_casa24")).with_file_name("own-agent");
    assert!(program.is_file(), "{} is missing: `make test` builds it", program.display());
    let mut command = Command::new(program);
    command.env("NATS_URL", url);
    command
}

fn python_agent(url: &str) -> Command {
    let python = std::env::var_os("CASA24_TEST_PYTHON")
        .map_or_else(|| checkout().join(".tools/venv/bin/python"), PathBuf::from);
    let output = Command::new(&python).args(["-c", "import nats, msgpack"]).output();
    assert!(
        output.is_ok_and(|output| output.status.success()),
        "{} is no Python with nats-py and msgpack: `make test` makes one, or set CASA24_TEST_PYTHON",
        python.display()
    );
    let mut command = Command::new(python);
    command.arg(checkout().join("examples/trend_agent.py")).env("NATS_URL", url);
    command
}

/// Writes the history of one artist, up to this day.
fn write_history(house: &House, num_days: usize) {
    for (day, followers) in FOLLOWERS[..num_days].iter().enumerate() {
        let date = format!("2025-01-{:02}", day + 1);
        let artists = json!([{ "name": ARTIST, "spotify": { "followers": followers } }]);
        let text = json!({ "date": date, "artists": artists, "sample": true }).to_string();
        house.write(&format!("history/historical/{date}.json"), text);
    }
}

/// Waits until this agent has handled everything that is stored.
fn until_done(house: &House, agent: &str) {
    until(&format!("{agent} has handled everything"), || {
        let status = house.json(&["status", "--json"]);
        let consumers = status["consumers"].as_array().expect("consumers");
        let num_valid =
            status["streams"].as_array().expect("streams").iter().find(|stream| stream["name"] == "VALID");
        consumers.iter().any(|consumer| {
            consumer["agent"] == agent
                && consumer["lag"] == 0
                && num_valid.is_some_and(|stream| stream["num_events"] == consumer["handled_until"])
        })
    });
}

/// Every stored trend of the examples in order, by subject: the schema that its header names, and the body.
async fn trends(jetstream: &jetstream::Context) -> BTreeMap<String, Vec<(String, Value)>> {
    let stream = jetstream.get_stream("TRENDS").await.expect("the stream");
    let filter_subject = "trend.>".to_owned();
    let config =
        OrderedConfig { filter_subject, deliver_policy: DeliverPolicy::All, ..OrderedConfig::default() };
    let consumer = stream.create_consumer(config).await.expect("a reader");
    let mut missing = consumer.cached_info().num_pending;
    let mut messages = consumer.messages().await.expect("messages");
    let mut trends: BTreeMap<String, Vec<(String, Value)>> = BTreeMap::new();
    while missing > 0 {
        let message = messages.try_next().await.expect("a message").expect("no end");
        missing -= 1;
        let headers = message.headers.clone().expect("headers");
        let header =
            |name: &str| headers.get(name).map(|value| value.as_str().to_owned()).unwrap_or_default();
        assert_eq!(header("Content-Type"), "application/msgpack");
        let id = header("Nats-Msg-Id");
        assert!(id.len() == 32 && id.chars().all(|c| c.is_ascii_hexdigit()), "{id:?}");
        let body = rmp_serde::from_slice(&message.payload).expect("MessagePack");
        // The program's own agent finds milestones beside them.
        if !["trend.round_number.", "trend.best."].iter().any(|of| message.subject.starts_with(of)) {
            continue;
        }
        trends.entry(message.subject.to_string()).or_default().push((header("Casa24-Schema"), body));
    }
    trends
}

#[test]
fn the_readme_shows_the_examples_as_they_are() {
    let readme = std::fs::read_to_string(checkout().join("README.md")).unwrap();
    for example in EXAMPLES {
        let source = std::fs::read_to_string(checkout().join(example)).unwrap();
        let language = if example.ends_with(".py") { "python" } else { "rust" };
        assert!(
            readme.contains(&format!("```{language}\n{source}```\n")),
            "README.md does not show {example}"
        );
    }
}

#[test]
fn the_readme_shows_the_answer_that_the_demo_gives() {
    let house = House::new();
    house.text(&["sample", "history"]);
    house.text(&["import", "history"]);
    let answer = house.text(&["ask", "leaderboard metric:spotify-listeners"]);
    let readme = std::fs::read_to_string(checkout().join("README.md")).unwrap();
    assert!(
        readme.contains(&format!("```text\n{answer}```\n")),
        "README.md does not show this answer:\n{answer}"
    );
}

#[test]
fn the_readme_shows_the_forecast_that_its_file_gives() {
    let house = House::new();
    let readme = std::fs::read_to_string(checkout().join("README.md")).unwrap();
    let row = |day: u32| {
        let visitors = 300 + 5 * day + if day % 7 < 2 { 120 } else { 0 };
        format!("museum,2025-02-{day:02},{visitors}\n")
    };
    let rows: String = (1..=28).map(row).collect();
    house.write("visitors.csv", format!("unique_id,ds,y\n{rows}"));
    let output = house.run(&["forecast", "visitors.csv", "--horizon", "3"]);
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    assert!(
        readme.contains(&format!("```text\n{said}```\n")),
        "README.md does not show this forecast:\n{said}"
    );
    let scores = house.text(&["backtest", "visitors.csv", "--horizons", "7"]);
    assert!(scores.contains("ensemble"), "{scores}");
}

#[tokio::test]
async fn an_agent_in_rust_and_one_in_python_publish_trends_once() {
    let house = House::new();
    let mut up = Running::start(&house, "up", house.casa24(["up"]));
    up.until_says("ready");
    let address: Value =
        serde_json::from_slice(&std::fs::read(house.data().join("bus.json")).unwrap()).unwrap();
    let url = address["url"].as_str().unwrap();
    let jetstream = jetstream::new(connect(url).await);

    write_history(&house, 4);
    house.text(&["import", "history"]);
    let agents = [("round_numbers", rust_agent(url)), ("records", python_agent(url))];
    let running = agents.map(|(name, command)| Running::start(&house, name, command));
    for agent in ["round_numbers", "records"] {
        until_done(&house, agent);
    }

    let artist = json!({ "id": ARTIST_ID, "name": ARTIST });
    let facts = json!({
        "what": "milestone", "threshold": 1_000, "value": 1_010, "from": "2025-01-02", "before": 990,
        "is_goal": false, "is_jump": false,
    });
    let passed = json!({
        "kind": "round_number", "artist": artist, "platform": "spotify", "metric": "followers",
        "method": { "name": "round_number", "parameters": {} },
        "findings": [{ "date": "2025-01-03", "facts": facts }], "sample": true,
    });
    let record = |followers: u32, date: &str| {
        let record = json!({ "value": followers, "observed_at": date });
        let body = json!({ "artist": artist, "records": { "spotify.followers": record }, "sample": true });
        ("trend.best/1.0".to_owned(), body)
    };
    let mut expected = BTreeMap::from([
        (
            format!("trend.round_number.{ARTIST_ID}.spotify.followers"),
            vec![("trend/2.0".to_owned(), passed.clone())],
        ),
        (
            format!("trend.best.{ARTIST_ID}"),
            vec![record(950, "2025-01-01"), record(990, "2025-01-02"), record(1_010, "2025-01-03")],
        ),
    ]);
    assert_eq!(trends(&jetstream).await, expected);
    let schema = std::fs::read(checkout().join("schemas/events/trend.json")).unwrap();
    let schema: Value = serde_json::from_slice(&schema).unwrap();
    jsonschema::validate(&schema, &passed).unwrap();

    // Killed, their positions lost, and one more day: everything comes again, and only what is new is published.
    drop(running);
    let valid = jetstream.get_stream("VALID").await.unwrap();
    for agent in ["round_numbers", "records"] {
        valid.delete_consumer(agent).await.unwrap();
    }
    write_history(&house, 5);
    house.text(&["import", "history"]);
    let agents = [("round_numbers", rust_agent(url)), ("records", python_agent(url))];
    let _running = agents.map(|(name, command)| Running::start(&house, name, command));
    for agent in ["round_numbers", "records"] {
        until_done(&house, agent);
    }
    expected.entry(format!("trend.best.{ARTIST_ID}")).or_default().push(record(1_040, "2025-01-05"));
    assert_eq!(trends(&jetstream).await, expected);
}
