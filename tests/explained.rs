//! `casa24 ask --explain` of findings, paces, goals and achievements: everything that is listed is stored where it says.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use serde_json::{Value, json};
use support::{House, checkout, stored};
use time::Duration;
use time::macros::date;

const ARTIST: &str = "Luz Norte";
const NUM_DAYS: i64 = 150;

fn day(number: i64) -> String {
    (date!(2025 - 03 - 01) + Duration::days(number)).to_string()
}

/// A label with a goal, 150 days of uneven growth, and a day on which two figures leap, not so far that it is another level.
fn label() -> House {
    let house = House::new();
    let mut followers = 4_000;
    for number in 0..NUM_DAYS {
        followers += number * 37 % 11 + if number == 120 { 60 } else { 0 };
        let spotify = json!({ "followers": followers, "monthly_listeners": 3 * followers });
        let artists = json!([{ "name": ARTIST, "spotify": spotify }]);
        let text = json!({ "date": day(number), "artists": artists }).to_string();
        house.write(&format!("history/historical/{}.json", day(number)), text);
    }
    house.text(&["import", "history"]);
    let set = ["goal", "set", "luz", "spotify-followers", "4600", "--since", &day(10)];
    house.text(&set);
    house
}

/// The explanation of an answer, which is by its schema.
fn explanation(house: &House, question: &str) -> Value {
    let mut answer = house.json(&["ask", question, "--explain", "--json"]);
    let explanation = answer["explanation"].take();
    let file = checkout().join("schemas/answers/explanation.json");
    let schema: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let schema = jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap();
    if let Err(fault) = schema.validate(&explanation) {
        panic!("{question}: {fault}");
    }
    explanation
}

fn list<'e>(explanation: &'e Value, name: &str) -> &'e Vec<Value> {
    explanation[name].as_array().unwrap()
}

/// The stored event that an entry names.
fn event_of(url: &str, entry: &Value) -> Value {
    let event = &entry["event"];
    stored(url, event["stream"].as_str().unwrap(), event["sequence"].as_u64().unwrap())
}

#[test]
fn what_findings_goals_and_achievements_rest_on_is_stored_where_the_explanation_says() {
    let house = label();
    let _up = house.up();
    let (url, _) = house.server().unwrap();

    let trends = explanation(&house, "trends period:365");
    assert_eq!(trends["unexplained"], json!([]));
    assert!(!list(&trends, "observed").is_empty());
    for value in list(&trends, "observed") {
        let event = event_of(&url, value);
        assert_eq!(event["observed_at"], value["observed_at"]);
        let metric = value["metric"].as_str().unwrap();
        assert_eq!(event["metrics"][metric]["value"], value["value"]);
        assert!(value["event"]["source"].as_str().unwrap().ends_with(".json"));
    }
    for series in list(&trends, "series") {
        let events = &series["events"];
        let num = events["num_events"].as_u64().unwrap();
        let ends = ["first_sequence", "last_sequence"].map(|end| events[end].as_u64().unwrap());
        assert!(num >= series["num_used"].as_u64().unwrap() && ends[1] - ends[0] + 1 >= num, "{series}");
        for sequence in ends {
            let event = stored(&url, events["stream"].as_str().unwrap(), sequence);
            let observed = event["observed_at"].as_str().unwrap().to_owned();
            let days = ["first", "last"].map(|end| series[end].as_str().unwrap());
            assert!(days[0] <= &observed[..10] && &observed[..10] <= days[1], "{series}");
        }
    }

    let milestones = explanation(&house, "milestones");
    let [goal] = &list(&milestones, "goals")[..] else { panic!("{milestones}") };
    assert_eq!(goal["event"]["stream"], "ROSTER");
    assert_eq!(event_of(&url, goal)["goals"][0]["value"], goal["value"]);
    support::until("the forecasts are stored", || {
        let milestones = explanation(&house, "milestones");
        let forecasts = list(&milestones, "forecasts");
        !forecasts.is_empty() && forecasts.iter().all(|forecast| forecast["event"]["stream"] == "VIEWS")
    });

    let achievements = explanation(&house, "achievements artist:luz");
    let viral = list(&achievements, "findings").iter().find(|finding| finding["kind"] == "viral").unwrap();
    assert_eq!((&viral["date"], &viral["event"]["stream"]), (&json!(day(120)), &json!("TRENDS")));
    assert_eq!(event_of(&url, viral)["findings"][0]["date"], viral["date"]);

    let momentum = explanation(&house, "momentum artist:luz");
    assert_eq!(list(&momentum, "series")[0]["weeks"].as_array().unwrap().len(), 12);
    assert_eq!(momentum["unexplained"], json!([]));
}
