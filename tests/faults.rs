//! A bus that goes away, or lives and cannot store, while a label is at work: commands wait for it or say why not,
//! and afterwards everything is stored once.

#![cfg(unix)]

mod support;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{House, Running, signal, until};

const NUM_DAYS: usize = 45;
const NUM_ARTISTS: usize = 30;

/// A house with a history long enough to be interrupted.
fn house() -> House {
    let house = House::new();
    for day in 0..NUM_DAYS {
        let date = format!("2025-{:02}-{:02}", 3 + day / 28, 1 + day % 28);
        let artists: Vec<String> = (0..NUM_ARTISTS)
            .map(|artist| {
                let followers = 1_000 * (artist + 1) + 7 * day;
                format!(r#"{{"name": "Faro {artist}", "spotify": {{"followers": {followers}}}}}"#)
            })
            .collect();
        let text = format!(r#"{{"date": "{date}", "artists": [{}]}}"#, artists.join(", "));
        house.write(&format!("history/{date}.json"), text);
    }
    house
}

fn num_events(house: &House, stream: &str) -> u64 {
    let status = house.json(&["status", "--json"]);
    let streams = status["streams"].as_array().expect("streams");
    let found = streams.iter().find(|found| found["name"] == stream).expect("the stream");
    found["num_events"].as_u64().expect("a number")
}

/// `kill -9` of the server as often as that, each time once another one is there; fewer where the import is done.
fn kill_server(house: &House, import: &mut std::process::Child, num_kills: usize) -> usize {
    let mut killed = 0;
    let mut last = None;
    until("the server was killed so often", || {
        let ended = import.try_wait().expect("a child").is_some();
        if let Some((_, pid)) = house.server()
            && last != Some(pid)
            && signal("KILL", pid)
        {
            last = Some(pid);
            killed += 1;
        }
        ended || killed == num_kills
    });
    killed
}

#[test]
fn an_import_outlives_its_server_and_stores_everything_once() {
    for with_up in [true, false] {
        let house = house();
        let up = with_up.then(|| house.up());
        let mut command = house.casa24(["import", "history", "--json"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut import = command.spawn().expect("it starts");
        until("the import has begun", || {
            house.server().is_some() && house.data().join("jetstream/jetstream").exists()
        });
        assert!(kill_server(&house, &mut import, 3) > 0, "the import was too quick to be interrupted");
        let output = import.wait_with_output().expect("it ends");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "with up: {with_up}: {complaint}");
        let counts: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let expected = (NUM_DAYS * NUM_ARTISTS) as u64;
        assert_eq!(counts["read"]["num_snapshots"], expected, "{counts}");
        assert_eq!(num_events(&house, "RAW"), expected);
        assert_eq!(num_events(&house, "VALID") + num_events(&house, "REJECTED"), expected);
        assert_eq!(num_events(&house, "DEAD"), 0);
        if let Some(up) = up {
            assert!(up.terminate().success());
        }
    }
}

#[test]
fn a_server_that_is_held_up_for_a_while_delays_an_import_and_no_more() {
    let house = house();
    let up = house.up();
    let (_, pid) = house.server().expect("a server");
    let mut import = Running::start(&house, "import", house.casa24(["import", "history", "--json"]));
    assert!(signal("STOP", pid));
    // Long enough for requests to be given up, which is what is tried here.
    std::thread::park_timeout(Duration::from_secs(12));
    assert!(signal("CONT", pid));
    import.until_says("until_validated_seconds");
    assert_eq!(num_events(&house, "RAW"), (NUM_DAYS * NUM_ARTISTS) as u64);
    assert!(up.terminate().success());
}

/// The disk, in a namespace where this user may mount one: `up`, an import into the full disk, the same again once
/// there is room.
const FULL_DISK: &str = r#"
    mount -t tmpfs -o size=120m tmpfs "$CASA24_DATA" || exit 77
    "$1" up >up.out 2>up.err & up=$!
    while ! grep -q ready: up.out; do kill -0 $up || exit 1; sleep 0.1; done
    cat /dev/zero >"$CASA24_DATA/filler" 2>/dev/null
    "$1" import history >first.out 2>first.err; echo "first $?"
    "$1" status --json >status.json; echo "status $?"
    rm "$CASA24_DATA/filler"
    "$1" import history >second.out 2>second.err; echo "second $?"
    "$1" status --json >after.json; echo "after $?"
    kill -TERM $up; wait $up; echo "up $?"
"#;

#[test]
#[cfg(target_os = "linux")]
fn a_disk_that_fills_is_told_and_everything_goes_on_once_there_is_room() {
    let house = house();
    std::fs::create_dir_all(house.data()).expect("a folder");
    let mut command = house.casa24(["--version"]);
    let envs: Vec<_> =
        command.get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))).collect();
    command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", FULL_DISK, "sh"]);
    command.arg(env!("CARGO_BIN_EXE_casa24")).env_clear().envs(envs).current_dir(house.path("."));
    let begun = Instant::now();
    let output = match command.stdin(Stdio::null()).output() {
        Ok(output) if output.status.code() != Some(77) && !output.stdout.is_empty() => output,
        refused => {
            eprintln!("SKIPPED: this machine lets nobody mount a disk of their own: {refused:?}");
            return;
        }
    };
    let read = |name: &str| std::fs::read_to_string(house.path(name)).expect("the file");
    let story = format!("{}{}{}", read("first.err"), read("second.err"), read("up.err"));
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said, "first 1\nstatus 0\nsecond 0\nafter 0\nup 0\n", "{story}");
    let first = read("first.err");
    assert!(first.contains("error: the disk of the bus is full: free some space"), "{first}");
    let up = read("up.err");
    assert_eq!(up.matches("the disk of the bus is full").count(), 1, "{up}");
    assert!(up.contains("the bus stores again"), "{up}");
    let status: Value = serde_json::from_str(&read("status.json")).expect("JSON");
    assert_eq!(status["faults"][0]["fault"], "disk_full", "{status}");
    let after: Value = serde_json::from_str(&read("after.json")).expect("JSON");
    assert_eq!(after["faults"], serde_json::json!([]), "{after}");
    let raw = after["streams"].as_array().expect("streams").iter().find(|stream| stream["name"] == "RAW");
    assert_eq!(raw.expect("RAW")["num_events"], (NUM_DAYS * NUM_ARTISTS) as u64);
    // A minute of patience with the full disk, and moments for all else.
    assert!(begun.elapsed() < Duration::from_secs(200), "{:?}", begun.elapsed());
}

/// A server with this limit on what it stores.
fn limited_server(house: &House, port: u16, limit: &str) -> Running {
    let store = house.path("store");
    let config = house.write(
        "nats.conf",
        format!(
            "listen: \"127.0.0.1:{port}\"\njetstream {{ store_dir: {store:?}, max_file_store: {limit} }}\n"
        ),
    );
    let mut command = Command::new(casa24_bus::find_nats_server().expect("nats-server"));
    command.arg("--config").arg(config);
    Running::start(house, "server", command)
}

#[test]
fn a_store_that_is_full_ends_an_import_with_the_reason_and_a_larger_one_takes_the_rest() {
    let house = house();
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).and_then(|socket| socket.local_addr());
    let port = port.expect("a port").port();
    let url = format!("nats://127.0.0.1:{port}");
    let answers = || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
    let import = |what: &str| {
        until(what, answers);
        house.casa24(["import", "history", "--json"]).env("NATS_URL", &url).output().expect("it runs")
    };
    let small = limited_server(&house, port, "300KB");
    let refused = import("the small server answers");
    let complaint = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{complaint}");
    assert!(complaint.contains("error: the bus has reached a limit"), "{complaint}");
    assert_eq!(
        complaint.matches("reached a limit").count(),
        2,
        "once on the way and once at the end: {complaint}"
    );
    assert!(small.terminate().success());
    let large = limited_server(&house, port, "1GB");
    let taken = import("the larger server answers");
    assert!(taken.status.success(), "{}", String::from_utf8_lossy(&taken.stderr));
    let counts: Value = serde_json::from_slice(&taken.stdout).expect("JSON");
    let count = |name: &str| counts["read"][name].as_u64().expect("a number");
    assert_eq!(count("num_new") + count("num_known"), (NUM_DAYS * NUM_ARTISTS) as u64);
    assert!(count("num_known") > 0 && count("num_new") > 0, "{counts}");
    drop(large);
}
