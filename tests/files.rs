//! Files after each run: a folder that is kept as `export` would write it.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use serde_json::{Value, json};
use support::{House, Running, until};

/// Writes a day of the earlier bot.
fn write_day(house: &House, folder: &str, day: u32, artists: &Value) {
    let date = format!("2025-03-{day:02}");
    let text = json!({ "date": date, "artists": artists }).to_string();
    house.write(&format!("{folder}/historical/{date}.json"), text);
}

fn followers(day: u32) -> Value {
    json!([
        { "name": "Élan Brisvert", "spotify": { "followers": 500 + 2 * day } },
        { "name": "bo.wlie", "youtube": { "subscribers": 9_000 + 3 * day, "total_views": 70_000 + 40 * day } },
    ])
}

fn history(house: &House, days: std::ops::RangeInclusive<u32>) {
    days.for_each(|day| write_day(house, "history", day, &followers(day)));
}

/// `casa24 up` with a folder for files.
fn up(house: &House) -> Running {
    let mut command = house.casa24(["up"]);
    command.env("CASA24_FILES", house.path("files"));
    let mut up = Running::start(house, "up", command);
    up.until_says("ready:");
    up
}

/// Every file of a folder, by its path there.
fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for part in ["", "historical"] {
        let Ok(entries) = std::fs::read_dir(folder.join(part)) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            // One that is unfinished may be gone by now.
            found.extend(std::fs::read(&path).ok().map(|bytes| (name, bytes)));
        }
    }
    found
}

/// What `export` writes now.
fn exported(house: &House, name: &str) -> BTreeMap<String, Vec<u8>> {
    house.text(&["export", name]);
    content(&house.path(name))
}

/// The files as the system knows them: one that was written again is another.
fn inodes(house: &House) -> BTreeMap<String, u64> {
    let files = house.path("files");
    let inode = |name: &String| std::fs::metadata(files.join(name)).unwrap().ino();
    content(&files).keys().map(|name| (name.clone(), inode(name))).collect()
}

/// Names of the files that are not those of before.
fn written_since(house: &House, before: &BTreeMap<String, u64>) -> Vec<String> {
    let now = inodes(house);
    now.into_iter().filter(|(name, inode)| before.get(name) != Some(inode)).map(|(name, _)| name).collect()
}

fn until_as(house: &House, expected: &BTreeMap<String, Vec<u8>>) {
    until("the files are those of the export", || content(&house.path("files")) == *expected);
}

#[test]
fn the_folder_is_what_export_writes_and_a_change_writes_exactly_its_day() {
    let house = House::new();
    let _up = up(&house);
    history(&house, 1..=20);
    house.text(&["import", "history"]);
    house.text(&["roster", "add", "bo.wlie", "--no-search"]);
    let first = exported(&house, "first");
    assert_eq!(first.len(), 20 + 2, "{:?}", first.keys());
    until_as(&house, &first);

    // A late figure of another platform.
    let before = inodes(&house);
    write_day(&house, "late", 7, &json!([{ "name": "Élan Brisvert", "deezer": { "followers": 41 } }]));
    house.text(&["import", "late"]);
    let second = exported(&house, "second");
    assert_ne!(first["historical/2025-03-07.json"], second["historical/2025-03-07.json"]);
    until_as(&house, &second);
    assert_eq!(written_since(&house, &before), ["historical/2025-03-07.json"]);

    // A correction of the newest day, of which `latest.json` is a copy.
    let before = inodes(&house);
    write_day(&house, "right", 20, &json!([{ "name": "Élan Brisvert", "spotify": { "followers": 543 } }]));
    house.text(&["import", "right", "--replace", "--reason", "a digit was wrong"]);
    let third = exported(&house, "third");
    assert_ne!(second["latest.json"], third["latest.json"]);
    until_as(&house, &third);
    assert_eq!(written_since(&house, &before), ["historical/2025-03-20.json", "latest.json"]);
}

#[test]
fn killed_at_any_moment_the_next_start_writes_what_is_missing() {
    let house = House::new();
    house.text(&["sample", "label", "--artists", "4", "--days", "500", "--seed", "12"]);
    house.text(&["import", "label"]);
    let expected = exported(&house, "expected");
    // Killed after the first file, and again where there are more.
    for num_there in [1, expected.len() / 2] {
        let killed = up(&house);
        until("files are there", || content(&house.path("files")).len() >= num_there);
        drop(killed);
        for (name, bytes) in content(&house.path("files")) {
            // A file is whole, or has the name of one that is not finished.
            assert!(name.ends_with(".part") || expected[&name] == bytes, "{name}");
        }
    }
    let _up = up(&house);
    until_as(&house, &expected);
}

#[test]
fn a_folder_that_cannot_be_written_is_told_once_and_caught_up() {
    let house = House::new();
    // Where the folder should be is a file.
    let in_the_way = house.write("files", "");
    let up = up(&house);
    let complaints = || {
        let said = std::fs::read_to_string(&up.stderr).unwrap();
        said.matches("files wait until the folder can be written").count()
    };
    history(&house, 1..=3);
    house.text(&["import", "history"]);
    until("it is told", || complaints() == 1);
    // Everything else goes on.
    history(&house, 4..=5);
    assert_eq!(house.json(&["import", "history", "--json"])["num_valid"], 4);
    let expected = exported(&house, "expected");
    std::fs::remove_file(in_the_way).unwrap();
    until_as(&house, &expected);
    assert_eq!(complaints(), 1);
}

#[test]
fn without_a_folder_the_agent_cannot_be_run() {
    let house = House::new();
    let output = house.run(&["run", "files"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("set CASA24_FILES"));
}
