//! Importing what is not as it should be: values and artists that are not JSON, names of one look, files of other
//! names, several imports at once, and what an earlier version stored.

mod support;

use async_nats::jetstream;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use support::{House, connect, until};

/// A day of May 2025 around artists, as text.
fn document(day: u32, artists: &[String]) -> String {
    format!(r#"{{"date": "{}", "discord": null, "artists": [{}]}}"#, date(day), artists.join(", "))
}

fn date(day: u32) -> String {
    format!("2025-05-{day:02}")
}

fn artist(name: &str, followers: impl std::fmt::Display) -> String {
    let name = Value::from(name);
    format!(r#"{{"name": {name}, "spotify": {{"followers": {followers}, "monthly_listeners": 311}}}}"#)
}

fn write_day(house: &House, day: u32, artists: &[String]) {
    house.write(&format!("history/historical/{}.json", date(day)), document(day, artists));
}

/// What `import` says on standard error.
fn complaints(house: &House, path: &str) -> String {
    String::from_utf8(house.run(&["import", path]).stderr).expect("UTF-8")
}

fn followers(house: &House, name: &str) -> Value {
    let answer = house.ask(&format!("artist name:{name}"));
    let figures = answer["data"]["figures"].as_array().expect("figures").clone();
    let found = figures.iter().find(|figure| figure["metric"] == "followers");
    found.expect("followers")["current"].clone()
}

#[test]
fn one_bad_value_or_artist_loses_no_other() {
    let house = House::new();
    for (day, bad) in
        ["NaN", "-Infinity", "1e433", "{\"total\": 5}", "\"many\"", "undefined"].iter().enumerate()
    {
        let day = day as u32 + 1;
        write_day(&house, day, &[artist("Bruma", bad), artist("Salitre", 470 + day)]);
    }
    let broken = r#"{"name": "Bruma", "spotify": {"followers" 12}}"#.to_owned();
    write_day(&house, 7, &[broken, artist("Salitre", 477)]);
    let counts = house.json(&["import", "history", "--json"]);
    assert_eq!((&counts["read"]["num_files"], &counts["read"]["num_new"]), (&json!(7), &json!(13)));
    assert_eq!((&counts["num_valid"], &counts["withheld"]), (&json!(13), &json!({ "not_a_number": 6 })));
    let problems = counts["read"]["problems"].as_array().expect("problems");
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[1].as_str().is_some_and(|problem| problem.contains("05-07.json: artist 1: not JSON")));
    assert_eq!(followers(&house, "Salitre"), json!(477));
}

#[test]
fn files_that_are_no_days_and_rosters_in_other_forms_are_told() {
    let house = House::new();
    write_day(&house, 1, &[artist("Bruma", 81)]);
    for name in [
        "historical/0000-05-01.json",
        "historical/1970-01-01.json",
        "historical/2025-06-31.json",
        "day.json",
        "2025-05-02.json.gz",
    ] {
        house.write(&format!("history/{name}"), "{}");
    }
    house.write("history/roster.json", "\u{feff}[{\"name\": \"Bruma\", \"spotify_id\": \"b1\"}]");
    let told = complaints(&house, "history");
    for expected in [
        "historical/0000-05-01.json: there was no such day",
        "historical/1970-01-01.json: dated before 1990-01-01",
        "historical/2025-06-31.json: there was no such day",
        "day.json: not a name of a day",
        "2025-05-02.json.gz: compressed",
        "5 passed over: of a folder count YYYY-MM-DD.json",
    ] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
    assert!(house.text(&["roster", "list"]).contains("b1"));
    let utf_16: Vec<u8> = "\u{feff}[]".encode_utf16().flat_map(u16::to_le_bytes).collect();
    house.write("history/roster.json", utf_16);
    assert!(complaints(&house, "history").contains("roster.json is in UTF-16 or UTF-32: save it as UTF-8"));
}

#[test]
fn names_of_one_look_are_one_artist_and_names_are_found_as_they_are_typed() {
    let house = House::new();
    let forms =
        ["Mar Nuevo", "Mar\u{a0}Nuevo", "\u{feff}Mar Nuevo\u{200b}", "Mar  Nuevo", "Ma\u{ad}r\tNuevo"];
    for (index, name) in forms.iter().enumerate() {
        let day = index as u32 + 1;
        let artists = [
            artist(name, 600 + day),
            artist("\"Big\" Sur", 50 + day),
            artist("Αχιλλέας", 60 + day),
            artist("Groß", 70 + day),
            artist("عمرو", 80 + day),
        ];
        write_day(&house, day, &artists);
    }
    let counts = house.json(&["import", "history", "--json"]);
    assert_eq!((&counts["read"]["num_new"], &counts["read"]["num_problems"]), (&json!(25), &json!(0)));
    for (name, expected) in
        [("mar nuevo", 605), ("\"Big\" Sur", 55), ("ΑΧΙΛΛΕΑΣ", 65), ("GROSS", 75), ("«big» sur", 55)]
    {
        assert_eq!(followers(&house, name), json!(expected), "{name}");
    }
    let board = house.text(&["ask", "leaderboard metric:spotify-followers"]);
    assert!(board.contains("85 \u{2068}عمرو\u{2069}\n"), "{board}");
    assert_eq!(board.matches("Mar Nuevo").count(), 1, "{board}");
    let refused = house.run(&["ask", "artist name:zzz"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("\u{2068}عمرو\u{2069}"));
}

#[test]
fn imports_at_the_same_time_count_what_each_stored() {
    let house = House::new();
    for day in 1..=31 {
        let artists: Vec<String> =
            (0..40).map(|number| artist(&format!("Voz {number}"), 100 * number + day)).collect();
        write_day(&house, day, &artists);
    }
    let up = house.up();
    let counts: Vec<Value> = std::thread::scope(|scope| {
        let imports: Vec<_> =
            (0..3).map(|_| scope.spawn(|| house.json(&["import", "history", "--json"]))).collect();
        imports.into_iter().map(|import| import.join().expect("an import")).collect()
    });
    let sum = |of: &dyn Fn(&Value) -> &Value| -> u64 {
        counts.iter().map(|counts| of(counts).as_u64().expect("a number")).sum()
    };
    assert_eq!(sum(&|counts| &counts["read"]["num_new"]), 31 * 40, "{counts:#?}");
    assert_eq!(sum(&|counts| &counts["num_valid"]), 31 * 40, "{counts:#?}");
    for counts in &counts {
        let read = &counts["read"];
        assert_eq!(read["num_snapshots"], 31 * 40);
        assert_eq!(read["num_new"].as_u64().unwrap() + read["num_known"].as_u64().unwrap(), 31 * 40);
        assert_eq!(counts["num_valid"], read["num_new"]);
    }
    let stored = house.json(&["status", "--json"]);
    let raw = stored["streams"].as_array().expect("streams").iter().find(|stream| stream["name"] == "RAW");
    assert_eq!(raw.expect("RAW")["num_events"], 31 * 40);
    assert!(up.terminate().success());
}

/// The id of a name by the rule until November 2026, for a name that is not plain.
fn earlier_id(readable: &str, name: &str) -> String {
    let digest = Sha256::digest(name.as_bytes());
    let hash: String = digest[..6].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{readable}_{hash}")
}

#[tokio::test]
async fn what_was_stored_under_an_earlier_rule_of_names_is_read_and_new_figures_join_it() {
    let house = House::new();
    let up = house.up();
    let (url, _) = house.server().expect("a server");
    let client = connect(&url).await;
    let old_name = "Sal\u{200b} y\u{a0}Mar";
    let old_id = earlier_id("Sal-y-Mar", old_name);
    let context = jetstream::new(client);
    for (day, count) in [(1, 210), (2, 212)] {
        let event = json!({
            "platform": "spotify", "artist": { "id": old_id, "name": old_name }, "observed_at": date(day),
            "source": "before", "metrics": { "followers": count, "monthly_listeners": 311 },
        });
        let subject = format!("snapshot.raw.spotify.{old_id}");
        let stored = context.publish(subject, event.to_string().into()).await.expect("it is sent");
        stored.await.expect("it is stored");
    }
    // A judged one, as the validator of that time stored it.
    let event = json!({
        "platform": "youtube", "artist": { "id": old_id, "name": old_name }, "observed_at": date(2),
        "source": "before", "metrics": { "subscribers": { "value": 33 } },
    });
    let subject = format!("snapshot.valid.youtube.{old_id}");
    context.publish(subject, event.to_string().into()).await.expect("sent").await.expect("stored");
    write_day(&house, 1, &[artist(old_name, 210)]);
    write_day(&house, 2, &[artist("Sal y Mar", 212)]);
    write_day(&house, 8, &[artist("Sal y Mar", 240)]);
    let counts = house.json(&["import", "history", "--json"]);
    let read = &counts["read"];
    assert_eq!(
        (&read["num_new"], &read["num_known"], &read["num_conflicting"]),
        (&json!(1), &json!(2), &json!(0))
    );
    until("all of it is known", || {
        let growth = house.ask("growth artist:sal y mar period:7").to_string();
        growth.contains("240") && growth.contains("210")
    });
    assert_eq!(followers(&house, "Sal y Mar"), json!(240));
    let artist = house.ask("artist name:Sal y Mar")["data"].to_string();
    assert!(artist.contains("youtube") && artist.contains("33"), "{artist}");
    assert_eq!(
        house.ask("leaderboard metric:spotify-followers")["data"]["rows"].as_array().map(Vec::len),
        Some(1)
    );
    assert!(up.terminate().success());
}
