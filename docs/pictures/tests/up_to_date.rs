//! The page of commands is that of today's commands, and each picture that of the message beside it. Whether the message
//! is today's is compared where messages are made: `tests/discord/pictures.rs`.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use casa24_pictures::{Record, commands_page, digest_in};
use casa24_presentation::discord::{Scope, registration};

/// Most bytes of all pictures together: they are part of every clone.
const MAX_BYTES: usize = 1_500_000;

fn docs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn commands() -> Vec<String> {
    let commands = registration(Scope::Servers);
    let names =
        commands.as_array().unwrap().iter().map(|command| command["name"].as_str().unwrap().to_owned());
    names.collect()
}

#[test]
fn the_page_has_every_command_as_it_is_registered() {
    let read = |name: String| {
        let path = docs().join("commands").join(format!("{name}.json"));
        let record = Record::read(&path).unwrap_or_else(|error| panic!("{error:#}: run `make pictures`"));
        (name, record.0)
    };
    let records: BTreeMap<String, Record> = commands().into_iter().map(read).collect();
    let page = std::fs::read_to_string(docs().join("commands.md")).unwrap();
    assert!(page == commands_page(&records).unwrap(), "docs/commands.md is out of date: run `make pictures`");
    let files = std::fs::read_dir(docs().join("commands")).unwrap();
    let files: BTreeSet<String> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    let expected = commands().into_iter().flat_map(|name| [format!("{name}.json"), format!("{name}.png")]);
    assert_eq!(files, expected.collect(), "run `make pictures`");
}

#[test]
fn every_picture_shows_the_message_beside_it() {
    let mut num_bytes = 0;
    for name in commands() {
        let file = |extension: &str| docs().join("commands").join(format!("{name}.{extension}"));
        let (_, digest) = Record::read(&file("json")).unwrap();
        let picture = std::fs::read(file("png")).unwrap();
        num_bytes += picture.len();
        let shown = digest_in(&picture).unwrap();
        assert!(shown == Some(digest), "the picture of /{name} shows another message: run `make pictures`");
    }
    assert!(num_bytes < MAX_BYTES, "the pictures have {num_bytes} bytes together");
}
