//! Pipes: every command that prints ends quietly when its reader has left.

mod support;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};

use support::House;

/// The exit code of a program whose output nobody reads any more, and what it says.
fn left(mut child: Child) -> (Option<i32>, String) {
    let mut said = String::new();
    child.stderr.take().expect("its errors").read_to_string(&mut said).expect("text");
    (child.wait().expect("it ends").code(), said)
}

fn start(house: &House, arguments: &[&str]) -> Child {
    let mut command = house.casa24(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("it starts")
}

/// A house with a label's figures and two files of series.
fn house() -> House {
    let house = House::new();
    for day in 1..=20 {
        let artist = format!(r#"{{"name": "Luz Norte", "spotify": {{"followers": {}}}}}"#, 100 + 3 * day);
        let text = format!(r#"{{"date": "2025-03-{day:02}", "artists": [{artist}]}}"#);
        house.write(&format!("history/2025-03-{day:02}.json"), text);
    }
    house.text(&["import", "history"]);
    let rows: String = (0..50).map(|at| format!("a,{},{}\n", at * 4, at * at % 11)).collect();
    house.write("in.csv", format!("unique_id,ds,y\n{rows}"));
    house
}

#[test]
fn a_reader_that_leaves_before_the_first_line_is_no_failure() {
    let house = house();
    let commands: [&[&str]; 10] = [
        &["forecast", "in.csv", "--horizon", "4", "--model", "drift"],
        &["backtest", "in.csv", "--model", "drift,naive"],
        &["backtest", "in.csv", "--model", "drift,naive", "--json"],
        &["ask", "stats"],
        &["ask", "stats", "--json"],
        &["agents", "--json"],
        &["agents"],
        &["export", "--csv", "-"],
        &["sample", "label", "--artists", "1", "--days", "2"],
        &["completions", "bash"],
    ];
    for arguments in commands {
        let mut child = start(&house, arguments);
        drop(child.stdout.take());
        let (code, said) = left(child);
        assert_eq!(code, Some(0), "{arguments:?}: {said}");
        assert!(!said.contains("error") && !said.contains("anic"), "{arguments:?}: {said}");
    }
}

#[test]
fn a_reader_that_leaves_after_the_first_line_ends_the_forecasts() {
    let house = house();
    let mut child = start(&house, &["forecast", "in.csv", "--horizon", "9000", "--model", "drift"]);
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let first = lines.next().expect("a line").expect("text");
    assert!(first.starts_with("unique_id,ds,drift"), "{first}");
    drop(lines);
    let (code, said) = left(child);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(said, "1 series, 50 values, integer steps of 4, no season\n");
}

#[test]
fn a_reader_of_errors_that_leaves_stops_nothing() {
    let house = house();
    let mut child = start(&house, &["forecast", "in.csv", "--horizon", "3", "--model", "drift"]);
    drop(child.stderr.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(
        (output.status.code(), output.stdout.iter().filter(|byte| **byte == b'\n').count()),
        (Some(0), 4)
    );
    let mut refused = start(&house, &["forecast", "in.csv", "--horizon", "3", "--freq", "daily"]);
    drop(refused.stderr.take());
    assert_eq!(refused.wait().expect("it ends").code(), Some(2));
}

#[test]
#[cfg(target_os = "linux")]
fn output_that_cannot_be_written_is_a_failure() {
    let house = house();
    for arguments in [&["agents"][..], &["forecast", "in.csv", "--horizon", "3", "--model", "drift"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").expect("the device");
        let output = house.casa24(arguments).stdout(full).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("cannot write") && said.contains("No space left"), "{said}");
    }
}
