//! The command line: exit codes, what errors say, help, completions, settings, and what is never shown.

mod support;

use std::net::TcpListener;
use std::process::{Command, Output};

use support::{House, finish};

/// Bad usage.
const USAGE: i32 = 2;
/// A failure.
const FAILURE: i32 = 1;

const COMMANDS: [&str; 17] = [
    "up",
    "run",
    "agents",
    "import",
    "ask",
    "forecast",
    "backtest",
    "train",
    "export",
    "backup",
    "restore",
    "forget",
    "roster",
    "register",
    "status",
    "sample",
    "completions",
];

/// The error of a run that ends with this exit code and says nothing but the error.
fn error_of(command: Command, exit_code: i32) -> String {
    let what = format!("{command:?}");
    let output = finish(command);
    assert_eq!(output.status.code(), Some(exit_code), "{what}: {}", text(&output));
    assert_eq!(output.stdout, b"", "{what}");
    text(&output)
}

fn assert_says(complaint: &str, words: &[&str]) {
    for word in words {
        assert!(complaint.contains(word), "{word:?} is not in {complaint:?}");
    }
}

/// A house with one artist's figures.
fn small_label() -> House {
    let house = House::new();
    for day in ["2025-03-01", "2025-03-02"] {
        let artist = r#"{"name": "Luz Norte", "spotify": {"followers": 120}}"#;
        house.write(&format!("history/{day}.json"), format!(r#"{{"date": "{day}", "artists": [{artist}]}}"#));
    }
    house.text(&["import", "history"]);
    house
}

/// A house with a forecast.
fn longer_label() -> House {
    let house = House::new();
    for day in 1..=20 {
        let artist = format!(r#"{{"name": "Luz Norte", "spotify": {{"followers": {}}}}}"#, 100 + 2 * day);
        let text = format!(r#"{{"date": "2025-03-{day:02}", "artists": [{artist}]}}"#);
        house.write(&format!("history/2025-03-{day:02}.json"), text);
    }
    house.text(&["import", "history"]);
    house
}

/// A loopback address at which nobody listens.
fn closed_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").to_string()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn bad_usage_ends_with_two_and_names_what_is_wrong() {
    let house = House::new();
    let wrong: [(&[&str], &[&str]); 21] = [
        (&[], &["Usage: casa24"]),
        (&["frobnicate"], &["frobnicate", "--help"]),
        (&["status", "--jason"], &["--jason", "--json"]),
        (&["import"], &["<PATH>"]),
        (&["ask"], &["<COMMAND>"]),
        (&["ask", "stats", "--as-of", "2025-02-30"], &["2025-02-30", "YYYY-MM-DD"]),
        (&["ask", "stats", "--as-of", "yesterday"], &["yesterday", "YYYY-MM-DD"]),
        (&["ask", "stats", "--as-of", "0000-01-01"], &["0000-01-01", "before 1990-01-01"]),
        (&["ask", "stats", "--as-of", "1970-01-01"], &["1970-01-01", "before 1990-01-01"]),
        (
            &["run", "fortune_teller"],
            &[
                "fortune_teller",
                "validator, breakdowns, growth, trends, linear, arima, neural, ensemble, trainer, responder, discord",
            ],
        ),
        (&["ask", "growht"], &["growht", "did you mean growth?"]),
        (&["ask", "growth since:3"], &["since", "artist: period:"]),
        (&["status", "--prefix", "two words"], &["two words", "prefix"]),
        (&["roster", "add", " "], &["name is empty"]),
        (&["roster", "add", "Luz", "spotify"], &["PLATFORM=ID"]),
        (&["roster", "add", "Luz", "Spotify!=1"], &["Spotify!", "lower-case"]),
        (&["roster", "remove", "Nobody"], &["Nobody", "casa24 roster list"]),
        (&["sample", "label", "--artists", "0"], &["--artists", "1..=5000"]),
        (&["train", "crystal"], &["crystal", "Usage: casa24 train"]),
        (&["train", "neural", "--steps", "0"], &["--steps", "1..=1000000"]),
        (&["completions", "cobol"], &["cobol", "bash"]),
    ];
    for (arguments, words) in wrong {
        assert_says(&error_of(house.casa24(arguments), USAGE), words);
    }
}

#[test]
fn questions_that_cannot_be_answered_end_with_two() {
    let house = small_label();
    let wrong: [(&[&str], &[&str]); 6] = [
        (&["artist name:Luz Sur"], &["Luz Sur", "did you mean Luz Norte?"]),
        (&["artist"], &["artist name:"]),
        (&["growth period:0"], &["period", "from 1 to 3650"]),
        (&["predict days:91"], &["days", "from 7 to 90"]),
        (&["leaderboard metric:fame"], &["fame", "spotify-listeners"]),
        (&["stats", "--as-of", "2025-02-01"], &["Feb 1, 2025", "Mar 1, 2025"]),
    ];
    for (question, words) in wrong {
        let arguments = ["ask"].iter().chain(question);
        assert_says(&error_of(house.casa24(arguments), USAGE), words);
    }
}

#[test]
fn failures_end_with_one_and_name_what_failed() {
    let house = House::new();
    house.write("empty/readme.txt", "no history");
    house.write("broken/2025-03-01.json", r#"{"date": "2025-0"#);
    house.write("not-a-folder", "");
    house.write("list.json", r#"[{"name": 24}]"#);
    let wrong: [(&[&str], &[&str]); 7] = [
        (&["import", "nowhere"], &["nowhere", "No such file"]),
        (&["import", "empty"], &["empty", "holds no history", "historical/YYYY-MM-DD.json"]),
        (&["import", "broken", "--roster", "nowhere.json"], &["nowhere.json", "No such file"]),
        (&["import", "broken", "--roster", "list.json"], &["list.json", "entry 1", "name: expected a text"]),
        (&["roster", "import", "nowhere.json"], &["nowhere.json", "No such file"]),
        (&["--data", "not-a-folder", "status"], &["not-a-folder"]),
        (&["sample", "not-a-folder"], &["not-a-folder"]),
    ];
    for (arguments, words) in wrong {
        assert_says(&error_of(house.casa24(arguments), FAILURE), words);
    }
    let broken = house.run(&["import", "broken", "--json"]);
    assert_eq!(broken.status.code(), Some(FAILURE));
    assert_says(&text(&broken), &["2025-03-01.json is not JSON from line 1", "nothing could be read"]);
}

#[test]
fn without_a_server_it_says_where_one_is_looked_for() {
    let house = House::new();
    // The program also looks in the tool folder beside it, so it is put elsewhere.
    let alone = house.path("casa24");
    if std::fs::hard_link(env!("CARGO_BIN_EXE_casa24"), &alone).is_err() {
        std::fs::copy(env!("CARGO_BIN_EXE_casa24"), &alone).expect("a copy");
    }
    let mut command = Command::new(alone);
    command
        .current_dir(house.path(""))
        .env_clear()
        .env("PATH", "")
        .env("CASA24_DATA", house.data())
        .arg("status");
    assert_says(
        &error_of(command, FAILURE),
        &["nats-server", "none was found", "make nats-server", "PATH", "NATS_SERVER", "NATS_URL"],
    );
}

#[test]
fn a_bus_that_is_not_there_is_named_without_its_password() {
    let house = House::new();
    let address = closed_address();
    house.write("secret", format!("nats://label:s3cr3t@{address}\n"));
    for (name, value) in
        [("NATS_URL", format!("nats://label:s3cr3t@{address}")), ("NATS_URL_FILE", "secret".to_owned())]
    {
        for level in ["info", "trace"] {
            let mut command = house.casa24(["status"]);
            command.env(name, &value).env("LOG_LEVEL", level);
            let complaint = error_of(command, FAILURE);
            assert_says(&complaint, &["cannot connect", &address]);
            assert!(!complaint.contains("s3cr3t"), "{complaint}");
        }
    }
    for (url, secret) in
        [("nats://label:s3cr3t@", "s3cr3t"), ("nats://s3cr3t@:x:y", "s3cr3t"), ("label:s3cr3t@[:", "s3cr3t")]
    {
        let mut command = house.casa24(["status"]);
        command.env("NATS_URL", url);
        assert!(!error_of(command, FAILURE).contains(secret));
    }
}

#[test]
fn a_line_of_the_settings_file_that_cannot_be_read_is_not_quoted() {
    let house = House::new();
    house.write(".env", "NATS_URL=nats://label:s3cr3t with blanks@host\n");
    let complaint = error_of(house.casa24(["status"]), FAILURE);
    assert_says(&complaint, &[".env", "quote"]);
    assert!(!complaint.contains("s3cr3t"), "{complaint}");
}

#[test]
fn a_setting_that_is_given_twice_or_in_a_missing_file_is_an_error() {
    let house = House::new();
    house.write("prefix", "label\n");
    let mut twice = house.casa24(["status"]);
    twice.env("CASA24_PREFIX", "label").env("CASA24_PREFIX_FILE", "prefix");
    assert_says(&error_of(twice, FAILURE), &["CASA24_PREFIX", "CASA24_PREFIX_FILE", "keep one"]);
    let mut missing = house.casa24(["status"]);
    missing.env("CASA24_PREFIX_FILE", "nowhere");
    assert_says(&error_of(missing, FAILURE), &["CASA24_PREFIX_FILE", "nowhere"]);
    let mut replicas = house.casa24(["status"]);
    replicas.env("CASA24_REPLICAS", "many");
    assert_says(&error_of(replicas, FAILURE), &["CASA24_REPLICAS", "many", "1 to 5"]);
}

#[test]
fn a_setting_may_stand_in_a_file() {
    let house = House::new();
    house.write("prefix", "label\n");
    let output =
        house.casa24(["status", "--json"]).env("CASA24_PREFIX_FILE", "prefix").output().expect("it runs");
    let status: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let names: Vec<_> =
        status["streams"].as_array().expect("streams").iter().map(|stream| &stream["name"]).collect();
    assert!(
        !names.is_empty()
            && names.iter().all(|name| name.as_str().is_some_and(|name| name.starts_with("label"))),
        "{names:?}"
    );
}

#[test]
fn every_command_explains_itself() {
    let house = House::new();
    let overview = house.text(&["--help"]);
    for command in COMMANDS {
        assert!(overview.lines().any(|line| line.trim_start().starts_with(command)), "{command}");
        let help = house.text(&[command, "--help"]);
        assert_says(&help, &[&format!("Usage: casa24 {command}"), "--data <DIR>", "--prefix <PREFIX>"]);
    }
    for command in ["list", "add", "remove", "import"] {
        assert_says(
            &house.text(&["roster", command, "--help"]),
            &[&format!("Usage: casa24 roster {command}")],
        );
    }
    let help = house.text(&["train", "neural", "--help"]);
    assert_says(&help, &["Usage: casa24 train neural", "--from-scratch", "--card <FILE.md>"]);
    assert!(house.text(&["--version"]).starts_with("casa24 "));
}

#[test]
fn a_picture_is_written_where_the_answer_has_one() {
    let house = longer_label();
    let question = "predict artist:Luz Norte metric:spotify-followers";
    let output = house.run(&["ask", question, "--image", "chart.png"]);
    assert!(output.status.success(), "{}", text(&output));
    assert_says(&String::from_utf8_lossy(&output.stderr), &["wrote chart.png"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), house.text(&["ask", question]));
    let picture = std::fs::read(house.path("chart.png")).expect("the picture");
    assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n") && picture.ends_with(b"IEND\xaeB`\x82"));

    let output = house.run(&["ask", "stats", "--image", "none.png"]);
    assert_eq!(output.status.code(), Some(FAILURE), "{}", text(&output));
    assert_says(&text(&output), &["Luz Norte", "this answer has no picture", "none.png"]);
    assert!(!house.path("none.png").exists());
}

#[test]
fn each_shell_gets_completions_of_every_command() {
    let house = House::new();
    for shell in ["bash", "zsh", "fish"] {
        assert_says(&house.text(&["completions", shell]), &COMMANDS);
    }
}

#[test]
fn pipes_get_no_escape_codes() {
    let house = small_label();
    let asked: [&[&str]; 5] =
        [&["ask", "growth"], &["ask", "nothing"], &["status"], &["agents"], &["--help"]];
    for arguments in asked {
        let said = text(&house.run(arguments));
        assert!(!said.is_empty() && !said.contains('\u{1b}'), "{arguments:?}: {said:?}");
    }
}

#[test]
fn colours_obey_no_color() {
    let house = small_label();
    let said = |variables: &[(&str, &str)]| {
        let mut command = house.casa24(["ask", "growth"]);
        command.envs(variables.iter().copied());
        text(&finish(command))
    };
    // Forced where there is no terminal, to see that NO_COLOR overrides a terminal's colours.
    assert!(said(&[("CLICOLOR_FORCE", "1")]).contains('\u{1b}'));
    assert!(!said(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).contains('\u{1b}'));
}

#[test]
fn the_agents_are_listed_with_what_they_read_and_say() {
    let house = House::new();
    let agents = house.json(&["agents", "--json"]);
    let agents = agents.as_array().expect("a list");
    let names: Vec<_> = agents.iter().filter_map(|agent| agent["name"].as_str()).collect();
    assert_eq!(
        names,
        [
            "collector",
            "validator",
            "breakdowns",
            "growth",
            "trends",
            "linear",
            "arima",
            "neural",
            "ensemble",
            "trainer",
            "responder",
            "discord",
            "posts",
            "files"
        ]
    );
    for agent in agents {
        assert!(agent["kind"].is_string(), "{agent}");
        for list in ["consumes", "publishes"] {
            let subjects = agent[list].as_array().expect("a list");
            // A source with a schedule reads nothing, and what writes files says nothing.
            let may_be_empty = agent["kind"] == "source" && (list == "consumes" || agent["name"] == "files");
            assert!(may_be_empty || !subjects.is_empty(), "{agent}");
            assert!(subjects.iter().all(serde_json::Value::is_string), "{agent}");
        }
    }
    assert_eq!(agents[1]["consumes"], serde_json::json!(["snapshot.raw.>"]));
    let table = house.text(&["agents"]);
    assert!(names.iter().all(|name| table.contains(name)), "{table}");
    assert!(!house.data().exists(), "listing agents needs no bus");
}
