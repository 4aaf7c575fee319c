//! Songs and playlists of periods, from the files of Spotify for Artists to the answer, and wherever else they are kept.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use serde_json::{Value, json};
use support::House;

const NAME: &str = "Élan Brisvert";
const PERIOD: &str = "2025-08-01..2025-08-28";
const SONGS: &str = "\u{feff}song,listeners,streams,saves,release_date\n\
    Norte,40,90,3,2025-07-04\n\"Japon, otra vez\",310,1203,21,2024-01-01\nNada,0,0,0,n/a\n";
const PLAYLISTS: &str = "title,author,listeners,streams,date_added\n\
    Mix,Luz,9,12,2025-08-02\nRelease Radar,Spotify,80,101,n/a\n";

/// A house with a few days of figures, so that there is a day to ask about.
fn house() -> House {
    let house = House::new();
    house.text(&["roster", "add", NAME, "spotify=2Qp", "youtube=none"]);
    house.write(
        "audience.csv",
        "date,listeners,streams,followers\n2025-08-28,5,9,100\n2025-08-29,6,11,101\n2025-08-30,7,12,102\n",
    );
    house.text(&["import", "audience.csv", "--artist", NAME]);
    house.write("1x7-songs-28day.csv", SONGS);
    house.write("playlists.csv", PLAYLISTS);
    house
}

fn import(house: &House, arguments: &[&str]) -> Value {
    house.json(&[&["import", "--artist", NAME, "--json"], arguments].concat())
}

fn artist(house: &House, arguments: &[&str]) -> Value {
    let question = format!("artist name:{NAME}");
    house.json(&[&["ask", &question, "--json"], arguments].concat())
}

fn num_stored(house: &House, stream: &str) -> u64 {
    let status = house.json(&["status", "--json"]);
    let streams = status["streams"].as_array().unwrap().clone();
    streams.iter().find(|it| it["name"] == stream).unwrap()["num_events"].as_u64().unwrap()
}

/// Streams of a song on the days of August from one to another, the number of the day plus something.
fn timeline(days: std::ops::RangeInclusive<u64>, more: u64) -> String {
    let rows = days.map(|day| format!("2025-08-{day:02},{}\n", day + more));
    format!("date,streams\n{}", rows.collect::<String>())
}

#[test]
fn songs_and_playlists_of_a_period_are_answered_with_their_period_and_source() {
    let house = house();
    let counts = import(&house, &["1x7-songs-28day.csv", "playlists.csv", "--period", PERIOD]);
    let read = &counts["read"];
    assert_eq!(
        (&read["num_files"], &read["num_breakdowns"], &read["num_breakdowns_new"]),
        (&json!(2), &json!(2), &json!(2))
    );
    assert_eq!(
        (&counts["num_valid"], &counts["num_rejected"], &read["num_snapshots"]),
        (&json!(2), &json!(0), &json!(0))
    );
    let data = artist(&house, &[])["data"].clone();
    let period = json!({ "first": "2025-08-01", "last": "2025-08-28" });
    let songs = &data["songs"][0];
    assert_eq!((&songs["platform"], &songs["period"]), (&json!("spotify"), &period));
    assert_eq!((&songs["source"], &songs["num_songs"]), (&json!("1x7-songs-28day.csv"), &json!(3)));
    let japon = json!({ "name": "Japon, otra vez", "listeners": 310, "streams": 1203, "saves": 21, "released": "2024-01-01" });
    assert_eq!((&songs["songs"][0], &songs["songs"][1]["name"]), (&japon, &json!("Norte")));
    assert_eq!(data["playlists"][0]["playlists"][0]["name"], "Release Radar");
    assert_eq!(data["playlists"][0]["playlists"][1]["added"], "2025-08-02");
    let text = house.text(&["ask", &format!("artist name:{NAME}"), "--locale", "en"]);
    for part in [
        "Songs · Spotify · Aug 1, 2025 to Aug 28, 2025",
        "Japon, otra vez · 1,203 streams · 310 listeners · 21 saves",
        "from 1x7-songs-28day.csv",
        "Playlists · Spotify",
        "Release Radar by Spotify · 101 streams · 80 listeners",
    ] {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
    // The same again stores nothing, and snapshots are as they were.
    let again = import(&house, &["1x7-songs-28day.csv", "--period", PERIOD]);
    assert_eq!(again["read"]["num_breakdowns_new"], json!(0));
    assert_eq!((num_stored(&house, "BREAKDOWNS"), num_stored(&house, "BREAKDOWNS_JUDGED")), (2, 2));
    assert_eq!(num_stored(&house, "RAW"), 3);
}

#[test]
fn an_earlier_day_has_the_period_that_had_ended_by_then() {
    let house = house();
    import(&house, &["1x7-songs-28day.csv", "--period", PERIOD]);
    house.write("later.csv", "song,streams\nSur,7\n");
    import(&house, &["later.csv", "--period", "2025-08-24..2025-08-30"]);
    let name = |data: &Value| data["data"]["songs"][0]["songs"][0]["name"].clone();
    assert_eq!(name(&artist(&house, &[])), "Sur");
    assert_eq!(name(&artist(&house, &["--as-of", "2025-08-29"])), "Japon, otra vez");
    let explained = artist(&house, &["--explain", "--as-of", "2025-08-29"]);
    let explanation = &explained["explanation"];
    let used = &explanation["breakdowns"][0];
    assert_eq!((&used["by"], &used["event"]["stream"]), (&json!("song"), &json!("BREAKDOWNS_JUDGED")));
    assert_eq!(
        (&used["event"]["sequence"], &used["event"]["source"]),
        (&json!(1), &json!("1x7-songs-28day.csv"))
    );
    let figures = explanation["figures"].as_array().unwrap();
    let streams = figures.iter().find(|it| it["figure"] == "/songs/0/songs/0/streams").unwrap();
    assert_eq!((&streams["value"], &streams["inputs"][0]["of"]), (&json!(1203), &json!("Japon, otra vez")));
    let shown = house.text(&["ask", &format!("artist name:{NAME}"), "--explain", "--locale", "en"]);
    assert!(shown.contains("[P1]") && shown.contains("BREAKDOWNS_JUDGED 2"), "{shown}");
}

#[test]
fn a_song_by_day_becomes_its_newest_week_from_all_its_files() {
    let house = house();
    house.write("Japon-timeline.csv", timeline(10..=23, 0));
    house.write("newer.csv", timeline(22..=29, 100));
    import(&house, &["Japon-timeline.csv", "--song", "Japon"]);
    let week = |data: &Value| data["data"]["song_weeks"][0].clone();
    let first = week(&artist(&house, &["--as-of", "2025-08-28"]));
    assert_eq!((&first["streams"], &first["streams_before"]), (&json!(7 * 20), &json!(7 * 13)));
    assert_eq!((&first["change"], &first["last_day"]), (&json!(49), &json!("2025-08-23")));
    import(&house, &["newer.csv", "--song", "Japon"]);
    let explained = artist(&house, &["--explain"]);
    let newest = week(&explained);
    // From 16 to 21 as the first file has them, then as the newer one.
    assert_eq!(newest["streams"], json!(7 * 126));
    assert_eq!(newest["streams_before"], json!(16 + 17 + 18 + 19 + 20 + 21 + 122));
    assert_eq!(newest["sources"], json!(["newer.csv", "Japon-timeline.csv"]));
    let figures = explained["explanation"]["figures"].as_array().unwrap().clone();
    let before = figures.iter().find(|it| it["figure"] == "/song_weeks/0/streams_before").unwrap();
    assert_eq!((&before["formula"], before["inputs"].as_array().unwrap().len()), (&json!("sum"), 7));
    assert_eq!(explained["explanation"]["unexplained"], json!([]));
    // A week of which a day is missing has no sum.
    house.write("gap.csv", "date,streams\n2025-08-20,4\n2025-08-21,\n2025-08-22,6\n");
    import(&house, &["gap.csv", "--song", "Norte"]);
    let weeks = artist(&house, &[])["data"]["song_weeks"].clone();
    assert_eq!((&weeks[1]["song"], &weeks[1]["streams"]), (&json!("Norte"), &Value::Null));
}

#[test]
fn contradictions_are_on_record_until_they_are_corrected() {
    let house = house();
    import(&house, &["1x7-songs-28day.csv", "--period", PERIOD]);
    house.write("other.csv", SONGS.replace("1203", "1300"));
    let output = house.run(&["import", "other.csv", "--artist", NAME, "--period", PERIOD]);
    let told = String::from_utf8(output.stderr).unwrap();
    let expected =
        "conflict: other.csv: figures of 2025-08-01..2025-08-28 differ from those of 1x7-songs-28day.csv";
    assert!(output.status.success() && told.contains(expected), "{told}");
    let streams = |data: Value| data["data"]["songs"][0]["songs"][0]["streams"].clone();
    assert_eq!(streams(artist(&house, &[])), 1203);
    assert_eq!((num_stored(&house, "BREAKDOWNS"), num_stored(&house, "BREAKDOWNS_JUDGED")), (2, 2));
    assert_eq!(import(&house, &["other.csv", "--period", PERIOD])["read"]["num_breakdowns_new"], json!(0));
    house.write("third.csv", SONGS.replace("1203", "1400"));
    let third = import(&house, &["third.csv", "--period", PERIOD]);
    assert_eq!((&third["num_valid"], &third["num_rejected"]), (&json!(0), &json!(1)));
    assert!(third["rejected_files"][0].as_str().unwrap().starts_with("third.csv: "), "{third}");
    let replaced = import(&house, &["other.csv", "--period", PERIOD, "--replace", "--reason", "it was cut"]);
    assert_eq!((&replaced["read"]["num_corrected"], &replaced["num_valid"]), (&json!(1), &json!(1)));
    assert_eq!(streams(artist(&house, &[])), 1300);
    assert_eq!(streams(artist(&house, &["--known-by", "2025-09-30"])), 1203);
    let csv = house.text(&["export", "--breakdowns", "-"]);
    assert!(
        csv.starts_with(
            "artist,platform,first_day,last_day,by,name,author,day,listeners,streams,saves,since,source\n"
        ),
        "{csv}"
    );
    let row = "Élan Brisvert,spotify,2025-08-01,2025-08-28,song,\"Japon, otra vez\",,,310,1300,21,2024-01-01,other.csv\n";
    assert!(csv.contains(row) && csv.lines().count() == 4, "{csv}");
}

#[test]
fn a_file_of_which_nothing_was_accepted_keeps_no_other_out_and_takes_no_place() {
    let house = house();
    house.write("swapped.csv", "song,listeners,streams\nNorte,90,40\n");
    house.write("right.csv", "song,listeners,streams\nNorte,40,90\n");
    let judged = |arguments: &[&str]| {
        let counts = import(&house, &[arguments, &["--period", PERIOD]].concat());
        let read = &counts["read"];
        let of = [&read["num_breakdowns_new"], &read["num_conflicting"], &read["num_corrected"]];
        let of = [of[0], of[1], of[2], &counts["num_valid"], &counts["num_rejected"]];
        of.map(|count| count.as_u64().unwrap())
    };
    let streams = || artist(&house, &[])["data"]["songs"][0]["songs"][0]["streams"].clone();
    assert_eq!(judged(&["swapped.csv"]), [1, 0, 0, 0, 1]);
    let again = import(&house, &["swapped.csv", "--period", PERIOD]);
    let note = "swapped.csv: it was rejected before: outside what this metric can be";
    assert_eq!((&again["read"]["num_breakdowns_new"], &again["read"]["notes"]), (&json!(0), &json!([note])));
    assert_eq!(judged(&["right.csv"]), [1, 0, 0, 1, 0]);
    assert_eq!(streams(), json!(90));
    assert_eq!(judged(&["swapped.csv"]), [0, 1, 0, 0, 0]);
    // A correction of which nothing is accepted takes no place either.
    assert_eq!(judged(&["swapped.csv", "--replace"]), [1, 0, 1, 0, 1]);
    assert_eq!(streams(), json!(90));
    assert_eq!(judged(&["right.csv"]), [0, 0, 0, 0, 0]);
}

#[test]
fn a_file_that_cannot_be_stored_keeps_the_others_of_its_import_out() {
    let house = House::new();
    house.text(&["roster", "add", NAME, "spotify=none", "youtube=UCx"]);
    house.write("Table data.csv", "Date,Views\n2025-08-01,10\n");
    house.write("songs.csv", SONGS);
    let refused = |song_file: &str, expected: &str| {
        let files = ["import", "Table data.csv", song_file, "--artist", NAME, "--period", PERIOD];
        let output = house.run(&files);
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(1) && told.contains(expected), "{told}");
        assert_eq!((num_stored(&house, "RAW"), num_stored(&house, "BREAKDOWNS")), (0, 0));
    };
    refused("songs.csv", "songs.csv is of spotify, where");
    house.text(&["roster", "add", NAME, "spotify=2Qp"]);
    let name = "宇".repeat(300);
    let rows = (0..1_200).map(|streams| format!("{name},{streams}\n"));
    house.write("large.csv", format!("song,streams\n{}", rows.collect::<String>()));
    refused("large.csv", "large.csv is too large");
}

#[test]
fn what_cannot_be_is_withheld_or_rejected_with_its_reason() {
    let house = house();
    house.write("songs.csv", "song,listeners,streams\nNorte,90,40\nSur,3,9\n");
    let counts = import(&house, &["songs.csv", "--period", PERIOD]);
    assert_eq!((&counts["num_valid"], &counts["withheld"]), (&json!(1), &json!({ "out_of_range": 2 })));
    let songs = artist(&house, &[])["data"]["songs"][0].clone();
    assert_eq!((&songs["num_withheld"], &songs["songs"][1]), (&json!(2), &json!({ "name": "Norte" })));
    let future = import(&house, &["songs.csv", "--period", "2999-08-01..2999-08-28"]);
    assert_eq!(future["num_rejected"], json!(1));
    assert_eq!(future["rejected_files"], json!(["songs.csv: dated after the day on which it arrived"]));
    assert_eq!(artist(&house, &[])["data"]["songs"][0]["period"]["last"], "2025-08-28");
}

#[test]
fn an_export_of_one_breakdown_says_one() {
    let house = House::new();
    house.text(&["roster", "add", NAME, "spotify=2Qp"]);
    house.write("one.csv", "song,streams\nNorte,7\n");
    import(&house, &["one.csv", "--period", PERIOD]);
    let told = house.text(&["export", "--breakdowns", "all.csv"]);
    assert!(told.contains("all.csv: 1 breakdown, 1 row\n"), "{told}");
}

#[test]
fn a_backup_has_them_and_a_platform_that_is_forgotten_takes_them_along() {
    let house = house();
    import(&house, &["1x7-songs-28day.csv", "playlists.csv", "--period", PERIOD]);
    house.write("old.csv", "song,streams\nSur,7\n");
    import(&house, &["old.csv", "--period", "2025-07-01..2025-07-28"]);
    let expected = artist(&house, &["--explain"]);
    let counts = house.json(&["backup", "label.casa24", "--json"]);
    assert_eq!(counts["streams"]["BREAKDOWNS"], json!(3));
    let other = House::new();
    std::fs::copy(house.path("label.casa24"), other.path("label.casa24")).unwrap();
    other.json(&["restore", "label.casa24", "--json"]);
    assert_eq!(artist(&other, &["--explain"]), expected);
    let done = other.text(&["forget", "spotify", "--before", "2025-08-28", "--yes"]);
    assert!(done.contains("(breakdowns 1)"), "{done}");
    assert_eq!((num_stored(&other, "BREAKDOWNS"), num_stored(&other, "BREAKDOWNS_JUDGED")), (2, 2));
    other.text(&["forget", "spotify", "--before", "2025-09-01", "--yes"]);
    assert_eq!((num_stored(&other, "BREAKDOWNS"), num_stored(&other, "BREAKDOWNS_JUDGED")), (0, 0));
}

#[test]
fn songs_can_be_asked_for_before_anything_else_is_known_of_an_artist() {
    let house = House::new();
    house.text(&["roster", "add", NAME, "spotify=2Qp"]);
    house.write("songs.csv", SONGS);
    import(&house, &["songs.csv", "--period", PERIOD]);
    let answer = artist(&house, &[]);
    assert_eq!(
        (&answer["data"]["as_of"], &answer["data"]["songs"][0]["num_songs"]),
        (&json!("2025-08-28"), &json!(3))
    );
}
