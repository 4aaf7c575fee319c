//! Importing what an artist's team downloads from the platforms: every form, beside what is stored already, and what
//! becomes of files that are not as they should be.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use serde_json::{Value, json};
use support::House;
use time::macros::date;
use time::{Date, Duration};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const NAME: &str = "Élan Brisvert";
const FIRST: Date = date!(2025 - 03 - 01);

fn day(number: i64) -> Date {
    FIRST + Duration::days(number)
}

/// Days of Spotify's audience, with more streams on Saturdays and a tenth more each week.
fn audience(days: std::ops::Range<i64>) -> String {
    let mut text = "\u{feff}date,listeners,streams,followers\n".to_owned();
    for number in days {
        let streams = (100 + 10 * (number / 7)) * if number % 7 == 0 { 2 } else { 1 };
        writeln!(text, "{},{},{streams},{}", day(number), 40 + number, 500 + number).unwrap();
    }
    text
}

/// A house whose roster has the artist, without an account on Instagram.
fn house() -> House {
    let house = House::new();
    house.text(&["roster", "add", NAME, "spotify=2Qp", "youtube=UCx", "instagram=none"]);
    house
}

fn import(house: &House, arguments: &[&str]) -> Value {
    house.json(&[&["import", "--artist", NAME, "--json"], arguments].concat())
}

/// What a refused import says, and the code with which it ends.
fn refused(house: &House, arguments: &[&str]) -> (String, Option<i32>) {
    let output = house.run(&[&["import"], arguments].concat());
    (String::from_utf8(output.stderr).unwrap(), output.status.code())
}

fn figure(house: &House, metric: &str) -> Value {
    let answer = house.ask(&format!("growth artist:{NAME} period:7"));
    let figures = answer["data"]["figures"].as_array().unwrap().clone();
    figures.into_iter().find(|figure| figure["metric"] == metric).unwrap_or_default()
}

fn num_stored(house: &House, stream: &str) -> u64 {
    let status = house.json(&["status", "--json"]);
    let streams = status["streams"].as_array().unwrap().clone();
    let found = streams.into_iter().find(|it| it["name"].as_str().is_some_and(|name| name.ends_with(stream)));
    found.unwrap()["num_events"].as_u64().unwrap()
}

#[test]
fn streams_of_a_file_become_growth_over_whole_weeks() {
    let house = house();
    house.write("audience.csv", audience(0..28));
    let counts = import(&house, &["audience.csv"]);
    assert_eq!((&counts["read"]["num_new"], &counts["num_valid"]), (&json!(28), &json!(28)));
    let streams = figure(&house, "daily_streams");
    // Weeks of 8 times 130 and 8 times 120 streams.
    assert_eq!(streams["mean_of_days"], json!(7), "{streams}");
    assert_eq!(streams["change_pct"].as_f64().unwrap().round(), 8.0);
    assert_eq!(streams["current_date"], json!("2025-03-28"));
    let followers = figure(&house, "followers");
    assert_eq!((&followers["current"], &followers["change"]), (&json!(527), &json!(7)));
    let text = house.text(&["ask", &format!("growth artist:{NAME} period:7"), "--locale", "en"]);
    assert!(text.contains("streams a day") && text.contains("(mean of 7 days)"), "{text}");
}

#[test]
fn the_same_file_again_stores_nothing_and_another_adds_what_a_day_lacks() {
    let house = house();
    house.write("audience.csv", audience(0..20));
    import(&house, &["audience.csv"]);
    let again = import(&house, &["audience.csv"]);
    assert_eq!((&again["read"]["num_new"], &again["read"]["num_known"]), (&json!(0), &json!(20)));
    assert_eq!(num_stored(&house, "RAW"), 20);
    let mut newer =
        "date,listeners,monthly listeners,monthly active listeners,streams,playlist adds,saves,followers\n"
            .to_owned();
    for number in 10..22 {
        let streams = (100 + 10 * (number / 7)) * if number % 7 == 0 { 2 } else { 1 };
        writeln!(
            newer,
            "{},{},{},{},{streams},1,2,{}",
            day(number),
            40 + number,
            900 + number,
            700 + number,
            500 + number
        )
        .unwrap();
    }
    house.write("timeline.csv", &newer);
    let added = import(&house, &["timeline.csv"]);
    let read = &added["read"];
    assert_eq!(
        (&read["num_new"], &read["num_added_to"], &read["num_conflicting"]),
        (&json!(12), &json!(10), &json!(0))
    );
    assert_eq!(figure(&house, "monthly_listeners")["current"], json!(921));
    assert_eq!(figure(&house, "daily_streams")["mean_of_days"], json!(7));
    assert_eq!(import(&house, &["timeline.csv"])["read"]["num_new"], json!(0));
    assert_eq!(import(&house, &["audience.csv"])["read"]["num_new"], json!(0));
}

#[test]
fn a_file_and_the_daily_history_stand_side_by_side_and_contradictions_are_on_record() {
    let house = house();
    for number in 0..20 {
        let followers = if number == 15 { 499 } else { 500 + number };
        let artists =
            json!([{ "name": NAME, "spotify": { "followers": followers, "popularity_score": 30 } }]);
        let text = json!({ "date": day(number).to_string(), "artists": artists }).to_string();
        house.write(&format!("history/historical/{}.json", day(number)), text);
    }
    house.text(&["import", "history"]);
    house.write("audience.csv", audience(0..20));
    let output = house.run(&["import", "--artist", NAME, "audience.csv"]);
    let (counts, told) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success() && counts.contains(" valid, 1 rejected"), "{counts}{told}");
    let expected = "conflict: audience.csv: followers of spotify on 2025-03-16 is 515, stored is 499";
    assert!(told.contains(expected), "{told}");
    // Both are on record: the file's one is rejected, and the day has the streams that it lacked.
    assert_eq!(num_stored(&house, "REJECTED"), 1);
    assert_eq!(num_stored(&house, "RAW"), 20 + 20 + 1);
    assert_eq!(figure(&house, "daily_streams")["mean_of_days"], json!(7));
    assert_eq!(figure(&house, "popularity_score")["current"], json!(30));
    let again = import(&house, &["audience.csv"]);
    assert_eq!((&again["read"]["num_new"], &again["read"]["num_conflicting"]), (&json!(0), &json!(1)));
    // The daily files still say what is stored.
    let history = house.json(&["import", "history", "--json"]);
    assert_eq!((&history["read"]["num_new"], &history["read"]["num_conflicting"]), (&json!(0), &json!(0)));
    let replaced = import(&house, &["audience.csv", "--replace", "--reason", "the file is right"]);
    assert_eq!((&replaced["read"]["num_corrected"], &replaced["read"]["num_new"]), (&json!(1), &json!(1)));
    assert_eq!(import(&house, &["audience.csv", "--replace"])["read"]["num_new"], json!(0));
}

#[test]
fn reports_of_youtube_and_instagram_are_read_as_they_are_downloaded() {
    let house = house();
    house.text(&["roster", "add", NAME, "instagram=brisvert"]);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [
        ("Chart data.csv", "Date,Content,Views\n2025-03-01,x,1\n"),
        ("Table data.csv", "Date,Views\nTotal,33\n2025-03-02,12\n2025-03-03,11\n2025-03-01,10\n"),
        ("Totals.csv", "Date,Views\n2025-03-01,10\n"),
    ] {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    house.write("Date 2025-03-01_2025-03-04 Brisvert.zip", writer.finish().unwrap().into_inner());
    let part = |title: &str, value: u32| {
        let text = format!(
            "\u{feff}sep=,\r\n\"{title}\"\r\n\"Date\",\"Primary\"\r\n\"2025-03-01T00:00:00\",\"{value}\"\r\n"
        );
        text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
    };
    house.write("Reach.csv", part("Instagram reach", 120));
    house.write("Follows.csv", part("Follows", 4));
    let zip = import(&house, &["Date 2025-03-01_2025-03-04 Brisvert.zip"]);
    assert_eq!((&zip["read"]["num_new"], &zip["read"]["notes"]), (&json!(3), &json!([])));
    let both = import(&house, &["Reach.csv", "Follows.csv", "--platform", "instagram"]);
    assert_eq!(both["read"]["num_new"], json!(1), "two metrics of one day are one snapshot");
    let of = |metric: &str| figure(&house, metric)["current"].clone();
    assert_eq!(
        (of("daily_views"), of("daily_reach"), of("daily_follows")),
        (json!(11), json!(120), json!(4))
    );
}

#[test]
fn what_cannot_be_imported_is_refused_as_a_whole_with_what_to_do() {
    let house = house();
    house.write("audience.csv", audience(0..3));
    house.write("bad.csv", "date,listeners,streams,followers\n2025-03-01,1,2,3\n2025-03-02,1,many,3\n");
    house.write("day.json", "{}");
    house.write("songs-all-time.csv", "song,listeners,streams,saves,release_date\nx,1,2,3,2025-01-01\n");
    house.write("songs.csv", "song,listeners,streams,saves,release_date\nx,1,2,3,2025-01-01\n");
    house.write("other-songs.csv", "song,streams\nx,4\n");
    house.write("song-timeline.csv", "date,streams\n2025-03-01,2\n");
    house.write("other-timeline.csv", "date,streams\n2025-03-01,2\n");
    house.write(
        "reach.csv",
        "sep=,\n\"Instagram reach\"\n\"Date\",\"Primary\"\n\"2025-03-01T00:00:00\",\"7\"\n",
    );
    house.write("folder/audience.csv", audience(0..3));
    for (arguments, code, expected) in [
        (&["audience.csv"][..], 2, "--artist NAME"),
        (&["day.json", "audience.csv"], 2, "import daily files separately"),
        (&["folder", "--artist", NAME], 2, "name the files"),
        (&["audience.csv", "bad.csv", "--artist", NAME], 1, "bad.csv, line 3, column streams: \"many\""),
        (&["audience.csv", "day.json", "--artist", NAME], 1, "without --artist"),
        (&["songs-all-time.csv", "--artist", NAME], 1, "since each song's release"),
        (&["audience.csv", "--song", "Japon"], 2, "--artist"),
        (&["audience.csv", "--artist", NAME, "--song", "Japon"], 2, "none of these is one"),
        (
            &["audience.csv", "--artist", NAME, "--period", "2025-03-01..2025-03-28"],
            2,
            "none of these is one",
        ),
        (&["songs.csv", "--artist", NAME, "--period", "2025-03-28..2025-03-01"], 2, "before it begins"),
        (&["songs.csv", "--artist", NAME, "--period", "March"], 2, "2026-08-01..2026-08-28"),
        (&["songs.csv", "--artist", NAME], 1, "--period FIRST..LAST"),
        (&["song-timeline.csv", "--artist", NAME], 1, "--song \"song\""),
        (&["song-timeline.csv", "other-timeline.csv", "--artist", NAME, "--song", "x"], 2, "one at a time"),
        (
            &["songs.csv", "other-songs.csv", "--artist", NAME, "--period", "2025-03-01..2025-03-28"],
            2,
            "songs.csv and other-songs.csv have songs of one period each: import one at a time",
        ),
        (
            &["songs.csv", "bad.csv", "--artist", NAME, "--period", "2025-03-01..2025-03-28"],
            1,
            "bad.csv, line 3",
        ),
        (&["audience.csv", "--artist", "Nadie"], 1, "casa24 roster add \"Nadie\""),
        (&["audience.csv", "--artist", NAME, "--platform", "youtube"], 1, "of spotify, not of youtube"),
        (&["reach.csv", "--artist", NAME], 1, "has no account by the roster"),
        (&["nowhere.csv", "--artist", NAME], 1, "nowhere.csv"),
    ] {
        let (told, found) = refused(&house, arguments);
        assert!(told.contains(expected) && found == Some(code), "{arguments:?}: {found:?} {told}");
    }
    assert_eq!((num_stored(&house, "RAW"), num_stored(&house, "BREAKDOWNS")), (0, 0));
}
