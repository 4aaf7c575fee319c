//! Goals that the label sets: stored, found when they are reached, answered as of any day, kept by a backup.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use serde_json::{Value, json};
use support::House;
use time::Duration;
use time::macros::date;

const ARTIST: &str = "Élan Brisvert";

fn day(number: i64) -> String {
    (date!(2025 - 03 - 01) + Duration::days(number)).to_string()
}

/// Writes followers of some days: 100 on the first, three more on each.
fn write_days(house: &House, numbers: std::ops::Range<i64>) {
    for number in numbers {
        let artists = json!([{ "name": ARTIST, "spotify": { "followers": 100 + 3 * number } }]);
        let text = json!({ "date": day(number), "artists": artists }).to_string();
        house.write(&format!("history/historical/{}.json", day(number)), text);
    }
}

/// Day and number of every goal that was reached, as the trend agent stored it.
fn reached(house: &House) -> Vec<(String, i64)> {
    let findings = house.json(&["findings", "--json"]);
    let goals = findings.as_array().unwrap().iter().filter(|found| found["facts"]["is_goal"] == true);
    goals
        .map(|found| {
            let number = found["facts"]["threshold"].as_i64().unwrap();
            (found["date"].as_str().unwrap().to_owned(), number)
        })
        .collect()
}

fn standing(house: &House, as_of: &str) -> Vec<Value> {
    let answer = house.json(&["ask", "milestones", "--as-of", as_of, "--json"]);
    answer["data"]["goals"].as_array().unwrap().clone()
}

#[test]
fn a_goal_is_found_when_it_is_reached_whether_it_was_set_before_or_after_the_figures_came() {
    let house = House::new();
    let up = house.up();
    write_days(&house, 0..20);
    house.text(&["import", "history"]);
    let since = ["--since", &day(5)];
    let set = |value: &str, more: &[&str]| {
        let words = ["goal", "set", "elan", "spotify-followers", value];
        house.text(&[&words[..], &since, more].concat());
    };
    set("130", &["--by", &day(9)]);
    set("181", &["--by", &day(40)]);
    support::until("the goal that was reached is found", || reached(&house) == [(day(10), 130)]);
    write_days(&house, 20..30);
    house.text(&["import", "history"]);
    support::until("the other one is", || reached(&house) == [(day(10), 130), (day(27), 181)]);

    // Any day again: what stood, and how.
    assert_eq!(standing(&house, &day(4)), [Value::Null; 0]);
    let of = |as_of: &str, value: i64| {
        let goals = standing(&house, as_of);
        let goal = goals.iter().find(|goal| goal["value"] == value).unwrap();
        (goal["reached_on"].clone(), goal["outlook"].clone())
    };
    assert_eq!(of(&day(8), 130).0, json!(null));
    assert_eq!(of(&day(12), 130), (json!(day(10)), json!("missed")));
    assert_eq!(of(&day(20), 181), (json!(null), json!("expected")));
    assert_eq!(of(&day(29), 181), (json!(day(27)), json!("kept")));
    assert!(up.terminate().success());

    // A goal that was reached is what a replay finds too.
    let renewed = house.json(&["replay", "trends", "--json"]);
    assert_eq!(renewed[0]["num_changed"], 0, "{renewed}");
    // What is set while nothing runs is found by the next who looks, and is in a backup.
    set("150", &[]);
    assert_eq!(reached(&house), [(day(10), 130), (day(17), 150), (day(27), 181)]);
    house.text(&["goal", "remove", ARTIST, "spotify-followers", "150"]);
    house.text(&["backup", "label.casa24"]);
    let other = House::new();
    let file = house.path("label.casa24").display().to_string();
    other.text(&["restore", &file]);
    assert_eq!(
        other.json(&["goal", "list", "--all", "--json"]),
        house.json(&["goal", "list", "--all", "--json"])
    );
    assert_eq!(other.json(&["goal", "list", "--json"]).as_array().unwrap().len(), 2);
    assert_eq!(reached(&other), reached(&house));
    assert_eq!(standing(&other, &day(29)), standing(&house, &day(29)));
}

#[test]
fn a_goal_that_cannot_be_set_or_removed_is_refused_with_the_reason() {
    let house = House::new();
    house.text(&["roster", "add", ARTIST, "spotify=4vYC"]);
    for (words, why) in [
        (&["set", "Nobody", "spotify-followers", "10"][..], "Nobody"),
        (&["set", ARTIST, "myspace-friends", "10"], "spotify-followers"),
        (&["set", ARTIST, "spotify-followers", "10,000"], "10000"),
        (&["set", ARTIST, "spotify-followers", "10", "--since", "2999-01-01"], "not come yet"),
        (&["set", ARTIST, "spotify-followers", "10", "--by", "2020-01-01"], "--by"),
        (&["remove", ARTIST, "spotify-followers"], "goal list"),
    ] {
        let output = house.run(&[&["goal"], words].concat());
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{words:?}: {said}");
        assert!(said.contains(why), "{words:?}: {said}");
    }
    assert_eq!(house.json(&["goal", "list", "--json"]), json!([]));
}
