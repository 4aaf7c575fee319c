//! Forgetting what a platform gave: it and what was made of it are gone, and nothing else is.

mod support;

use serde_json::{Value, json};
use support::House;

const NAME: &str = "Élan Brisvert";

fn write_day(house: &House, folder: &str, day: u32, with_youtube: bool) {
    let mut artist =
        json!({ "name": NAME, "spotify": { "followers": 500 + day * 2, "monthly_listeners": 900 + day } });
    if with_youtube {
        artist["youtube"] = json!({ "subscribers": 100 + day, "total_views": 9_000 + 31 * day });
    }
    let date = format!("2025-05-{day:02}");
    let text = json!({ "date": date, "artists": [artist] }).to_string();
    house.write(&format!("{folder}/historical/{date}.json"), text);
}

/// Figures of a growth over 7 days, without the sentence about what was left out.
fn growth(house: &House, as_of: &str) -> Value {
    let answer = house.json(&["ask", &format!("growth artist:{NAME} period:7"), "--json", "--as-of", as_of]);
    answer["data"]["figures"].clone()
}

#[test]
fn what_a_platform_gave_before_a_day_is_gone_with_all_that_was_made_of_it() {
    let house = House::new();
    let other = House::new(); // where it never was
    for day in 1..=30 {
        write_day(&house, "history", day, true);
        write_day(&other, "history", day, day >= 20);
    }
    house.text(&["import", "history"]);
    other.text(&["import", "history"]);

    let asked = house.run(&["forget", "youtube", "--before", "2025-05-20"]);
    let told = String::from_utf8(asked.stderr).unwrap();
    assert!(
        asked.status.code() == Some(2)
            && told.contains(
                "what youtube gave before 2025-05-20 (snapshots 19, valid 19, rejected 0; artists 1)"
            ),
        "{told}"
    );
    assert_ne!(growth(&house, "2025-05-19"), growth(&other, "2025-05-19"), "nothing was deleted yet");

    {
        let _up = house.up();
        let running = house.run(&["forget", "youtube", "--before", "2025-05-20", "--yes"]);
        let told = String::from_utf8(running.stderr).unwrap();
        assert!(running.status.code() == Some(1) && told.contains("stop every agent"), "{told}");
    }
    let done = house.text(&["forget", "youtube", "--before", "2025-05-20", "--yes"]);
    assert!(done.contains("deleted what youtube gave before 2025-05-20 (snapshots 19,"), "{done}");
    let again = house.text(&["forget", "youtube", "--before", "2025-05-20", "--yes"]);
    assert!(again.contains("nothing from youtube is stored of a day before 2025-05-20"), "{again}");

    for as_of in ["2025-05-19", "2025-05-24", "2025-05-30"] {
        assert_eq!(growth(&house, as_of), growth(&other, as_of), "{as_of}");
    }
    for question in [format!("predict artist:{NAME} days:7"), format!("trends artist:{NAME}")] {
        assert_eq!(house.ask(&question)["data"], other.ask(&question)["data"], "{question}");
    }
    let count = |house: &House, name: &str| {
        let status = house.json(&["status", "--json"]);
        let streams = status["streams"].as_array().unwrap().clone();
        streams.iter().find(|it| it["name"] == name).unwrap()["num_events"].as_u64().unwrap()
    };
    assert_eq!((count(&house, "RAW"), count(&house, "VALID")), (30 + 11, 30 + 11));
    assert_eq!(count(&house, "VIEWS"), count(&other, "VIEWS"));
    // What comes next is judged by what is left.
    write_day(&house, "more", 31, true);
    assert_eq!(house.json(&["import", "more", "--json"])["num_valid"], json!(2));
}
