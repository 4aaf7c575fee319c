use casa24_schemas::{Metric, RawValue};
use proptest::prelude::*;

use super::*;

/// A document of one day around these artists.
fn document(artists: &str) -> String {
    format!(r#"{{"date": "2025-07-06", "artists": [{artists}]}}"#)
}

fn read(json: &str) -> Day {
    read_day(json.as_bytes(), "2025-07-06.json", &Roster::default()).unwrap()
}

/// Platform and artist of each snapshot.
fn places(day: &Day) -> Vec<String> {
    day.snapshots.iter().map(|raw| format!("{} {}", raw.platform, raw.artist.name)).collect()
}

fn fault(json: &str) -> Error {
    read_day(json.as_bytes(), "bad.json", &Roster::default()).unwrap_err()
}

#[test]
fn each_platform_of_each_artist_is_a_snapshot_of_that_day() {
    let roster = r#"[{"name": "mo.ss", "spotify_id": "4vYC", "youtube_id": null}]"#;
    let roster = Roster::read(roster.as_bytes(), "roster.json").unwrap();
    let json = document(
        r#"{"name": "mo.ss", "spotify": {"followers": 3}, "youtube": {"subscribers": 0}, "tiktok": {"likes": 1}},
           {"name": "Somebody", "spotify": {"followers": "N/A"}, "genre": "dub"}"#,
    );
    let day = read_day(json.as_bytes(), "historical/2025-07-06.json", &roster).unwrap();
    assert_eq!(places(&day), ["spotify mo.ss", "youtube mo.ss", "tiktok mo.ss", "spotify Somebody"]);
    let accounts: Vec<&Account> = day.snapshots.iter().map(|raw| &raw.account).collect();
    let present = Account::Present { id: "4vYC".to_owned() };
    assert_eq!(accounts, [&present, &Account::Absent, &Account::Unknown, &Account::Unknown]);
    assert_eq!(day.snapshots[0].source, "historical/2025-07-06.json");
    assert_eq!(day.snapshots[0].observed_at.to_string(), "2025-07-06");
    assert_eq!(day.snapshots[3].metrics[&Metric::FOLLOWERS], RawValue::Text("N/A".to_owned()));
    assert!(day.problems.is_empty(), "{:?}", day.problems);
    assert!(!day.snapshots[0].sample);
}

#[test]
fn the_discord_server_is_the_labels() {
    let day = read(
        r#"{"date": "2025-07-06", "sample": true, "artists": [],
            "discord": {"member_count": 61, "server_name": "Marisma", "server_id": "1000"}}"#,
    );
    let server = &day.snapshots[0];
    assert!(server.artist.is_label() && server.sample);
    assert_eq!(server.artist.name, "Marisma");
    assert_eq!(server.account, Account::Present { id: "1000".to_owned() });
    let unnamed = read(r#"{"date": "2025-07-06", "artists": [], "discord": {"member_count": 61}}"#);
    assert_eq!(unnamed.snapshots[0].artist, Artist::label(Artist::LABEL_NAME));
    assert_eq!(unnamed.snapshots[0].account, Account::Unknown);
}

#[test]
fn one_bad_artist_does_not_lose_the_others() {
    let day = read(&document(&format!(
        r#"7, {{"spotify": {{"followers": 1}}}}, {{"name": "{}", "spotify": {{"followers": 1}}}},
           {{"name": "Bad", "spotify": [1], "youtube": {{}}, "instagram": null, "Apple Music": {{"plays": 1}}}},
           {{"name": "Good", "spotify": {{"followers": 1}}, "spotify": {{"followers": 2}}}},
           {{"name": " Good ", "youtube": {{"subscribers": 1}}}}, {{"name": "Fine", "youtube": {{"subscribers": 2}}}}"#,
        "x".repeat(201)
    )));
    assert_eq!(places(&day), ["spotify Good", "youtube Fine"]);
    assert_eq!(day.snapshots[0].metrics[&Metric::FOLLOWERS], RawValue::Integer(1));
    let expected = [
        "artist 1: a number, expected an object",
        "artist 2: name: expected a text",
        "artist 3: an artist's name has 201 characters, at most 200 are accepted",
        "\"Bad\", \"spotify\": a list, expected an object",
        "\"Bad\", \"youtube\": holds no figure",
        "\"Bad\", \"Apple Music\": a platform's name: \"Apple Music\" is not 1 to 40 lower-case letters, digits and underscores",
        "\"Good\", \"spotify\": occurs twice, the first counts",
        "artist 6: \" Good \" occurs twice, the first counts",
    ];
    assert_eq!(day.problems, expected);
}

#[test]
fn content_beyond_the_limits_is_left_out_and_the_figures_stay() {
    let day = read(&document(&format!(
        r#"{{"name": "A", "spotify": {{"followers": 1, "genres": ["{}"]}}}}"#,
        "x".repeat(1_001)
    )));
    assert_eq!(day.snapshots.len(), 1);
    assert_eq!(day.snapshots[0].content, None);
    assert_eq!(day.problems.len(), 1);
}

#[test]
fn a_block_of_too_many_metrics_is_told() {
    let metrics: Vec<String> = (0..101).map(|index| format!(r#""m{index}": 1"#)).collect();
    let day = read(&document(&format!(r#"{{"name": "A", "spotify": {{{}}}}}"#, metrics.join(","))));
    assert!(day.snapshots.is_empty());
    assert!(day.problems[0].contains("101"), "{:?}", day.problems);
}

#[test]
fn a_name_of_ten_megabytes_is_told_in_few_words() {
    let name = "x".repeat(10 << 20);
    let day = read(&document(&format!(r#"{{"name": "{name}"}}, {{"name": "A", "{name}": {{"a": 1}}}}"#)));
    assert_eq!(day.problems.len(), 2);
    assert!(day.problems.iter().all(|problem| problem.len() < 300));
}

#[test]
fn broken_documents_are_errors_with_file_and_position() {
    let deep = format!(r#"{{"date": {}"#, "[".repeat(10_000));
    for broken in ["{\"date\":\n \"2025-", "[] x", "{\"date\" 1}", &deep] {
        let error = fault(broken);
        assert!(matches!(&error, Error::NotJson { file, .. } if file == "bad.json"), "{error}");
    }
    assert!(matches!(fault("{\"date\":\n \"2025-"), Error::NotJson { line: 2, .. }));
    let latin = read_day(b"{\"date\": \"\xe9\"}", "bad.json", &Roster::default());
    assert!(matches!(latin, Err(Error::NotJson { line: 1, .. })), "{latin:?}");
}

#[test]
fn json_that_is_no_day_is_an_error() {
    let cases = [
        "[]",
        "{}",
        "{\"date\": NaN}",
        "{\"date\": 1e999}",
        r#"{"date": "0000-07-06", "artists": []}"#,
        r#"{"date": "2025-02-30", "artists": []}"#,
        r#"{"date": "2025-07-06T00:00:00Z", "artists": []}"#,
    ]
    .into_iter()
    .chain([r#"{"date": "2025-07-06"}"#, r#"{"date": "2025-07-06", "artists": {}}"#]);
    for json in cases {
        assert!(matches!(fault(json), Error::NotADay { .. }), "{json}");
    }
}

#[test]
fn a_day_before_there_were_platforms_is_told_as_such() {
    for date in ["0000-07-06", "1899-12-30", "1970-01-01"] {
        let error = fault(&format!(r#"{{"date": "{date}", "artists": []}}"#));
        assert!(
            matches!(&error, Error::NotADay { fault, .. } if fault.contains("is before 1990-01-01")),
            "{error}"
        );
    }
}

#[test]
fn a_file_named_after_another_day_is_told_and_its_own_date_counts() {
    let day = read_day(document("").as_bytes(), "historical/2025-07-07.json", &Roster::default()).unwrap();
    assert_eq!(day.date.to_string(), "2025-07-06");
    assert_eq!(day.problems.len(), 1);
}

#[test]
fn a_value_that_is_not_json_loses_only_itself() {
    for (bad, text) in [("NaN", "NaN"), ("-Infinity", "-Infinity"), ("1E412", "1E412"), ("nil", "nil")] {
        let day = read(&document(&format!(
            r#"{{"name": "Ana", "spotify": {{"followers": {bad}, "monthly_listeners": 7}}}},
               {{"name": "Eva", "spotify": {{"followers": 8}}}}"#
        )));
        assert_eq!(places(&day), ["spotify Ana", "spotify Eva"]);
        assert_eq!(day.snapshots[0].metrics[&Metric::FOLLOWERS], RawValue::Text(text.to_owned()));
        assert_eq!(day.snapshots[0].metrics[&Metric::MONTHLY_LISTENERS], RawValue::Integer(7));
        assert!(day.problems.is_empty(), "{:?}", day.problems);
    }
}

#[test]
fn an_artist_whose_block_is_not_json_loses_only_itself() {
    let day = read(&document(
        r#"{"name": "Ana", "spotify": {"followers": 7}}, {"name": "Bea", "spotify": {"followers" 8}},
           {"name": "Eva", "spotify": {"followers": 9}}"#,
    ));
    assert_eq!(places(&day), ["spotify Ana", "spotify Eva"]);
    assert_eq!(day.problems.len(), 1);
    assert!(day.problems[0].starts_with("artist 2: not JSON from line 1, column"), "{:?}", day.problems);
}

#[test]
fn fields_that_occur_twice_are_told() {
    let day = read(
        r#"{"date": "2025-07-06", "date": "2025-07-07", "artists": [
            {"name": "Ana", "name": "Bea", "spotify": {"followers": 7}}], "artists": []}"#,
    );
    assert_eq!(places(&day), ["spotify Ana"]);
    assert_eq!(day.problems.len(), 3, "{:?}", day.problems);
}

#[test]
fn names_of_one_look_in_a_day_are_one_artist() {
    let day = read(&document(
        "{\"name\": \"Ana Sol\", \"spotify\": {\"followers\": 7}}, \
         {\"name\": \"Ana\u{a0}Sol\u{200b}\", \"spotify\": {\"followers\": 8}}, \
         {\"name\": \"\u{200b}\u{2060}\", \"spotify\": {\"followers\": 9}}",
    ));
    assert_eq!(places(&day), ["spotify Ana Sol"]);
    assert!(day.problems[0].contains("occurs twice"), "{:?}", day.problems);
    assert_eq!(day.problems[1], "artist 3: an artist's name holds nothing that can be seen");
}

#[test]
fn a_byte_order_mark_is_no_fault() {
    let json = format!("\u{feff}{}", document(""));
    assert!(read_day(json.as_bytes(), "day", &Roster::default()).is_ok());
}

/// Any JSON value, with the names of the format likely among its fields.
fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let names = "name|spotify|youtube|tiktok|followers|monthly_listeners|top_tracks|top_videos|popularity|video_id|title|genres|username|[a-z ]{0,3}";
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        "\\PC{0,9}".prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 60, 8, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            proptest::collection::btree_map(names, inner, 0..8)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        if let Ok(day) = read_day(&bytes, "bytes", &Roster::default()) {
            prop_assert!(day.snapshots.iter().all(|raw| raw.check().is_ok()));
        }
    }

    #[test]
    fn a_day_with_some_bytes_changed_is_read_or_refused(
        changes in proptest::collection::vec((any::<usize>(), proptest::sample::select(b"{}[],:\"\\N0- \n\xff".to_vec())), 1..4)
    ) {
        let mut day = include_bytes!("../export/day_fixture.json").to_vec();
        for (place, byte) in changes {
            let place = place % day.len();
            day[place] = byte;
        }
        if let Ok(day) = read_day(&day, "changed", &Roster::default()) {
            prop_assert!(day.snapshots.iter().all(|raw| raw.check().is_ok()));
        }
    }

    #[test]
    fn a_day_cut_anywhere_is_an_error(cut in 0usize..2_000) {
        let whole = include_bytes!("../export/day_fixture.json").trim_ascii();
        let part = &whole[..cut.min(whole.len() - 1)];
        prop_assert!(read_day(part, "part", &Roster::default()).is_err(), "cut at {cut}");
    }

    #[test]
    fn what_comes_out_of_any_document_passes_its_check(
        discord in any_json(), artists in proptest::collection::vec(any_json(), 0..6), named in any_json()
    ) {
        let artist = match named {
            serde_json::Value::Object(mut fields) => {
                fields.insert("name".to_owned(), "A".into());
                serde_json::Value::Object(fields)
            }
            other => serde_json::json!({"name": "A", "spotify": other}),
        };
        let artists: Vec<_> = artists.into_iter().chain([artist]).collect();
        let json = serde_json::json!({"date": "2025-07-06", "discord": discord, "artists": artists});
        let day = read_day(json.to_string().as_bytes(), "any", &Roster::default());
        let day = day.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let mut identities = BTreeSet::new();
        for raw in &day.snapshots {
            prop_assert_eq!(raw.check(), Ok(()));
            prop_assert!(identities.insert(raw.identity()), "{} occurs twice", raw.identity());
        }
    }
}
