//! `roster add`: who is found by name or link, what is taken unasked, and what somebody has to decide.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "../agents/collectors/tests/platforms/server.rs"]
#[expect(dead_code, reason = "each test target uses a part")]
mod server;
mod support;

use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use serde_json::{Value, json};
use server::{Answer, Asked, Server};
use support::{House, finish};

const LUZ: &str = "8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11";
const SPOTIFY: &str = "4vYClJG7K1FGWMMalEW5Hg";

/// What differs from a world in which everybody agrees on Luz.
#[derive(Clone, Copy, Default)]
struct World {
    /// A second artist of the name on Deezer.
    namesake: Option<&'static str>,
    /// What Wikidata says that Luz is on Spotify.
    spotify_of_wikidata: Option<&'static str>,
    /// Deezer answers 6 with the artist 27.
    nobody: bool,
}

impl World {
    async fn start(self) -> Server {
        Server::start(move |asked| self.answer(asked)).await
    }

    fn answer(self, asked: &Asked) -> Answer {
        let target = asked.target.as_str();
        let on_deezer =
            |id: u64, name: &str| json!({ "id": id, "name": name, "nb_fan": 4_751, "nb_album": 3 });
        let answer = if target.starts_with("/mb/artist?") {
            let artists = if self.nobody { json!([]) } else { json!([{ "id": LUZ, "name": "Luz" }]) };
            json!({ "artists": artists })
        } else if target.starts_with(&format!("/mb/artist/{LUZ}?")) {
            let relation = |url: &str| json!({ "type": "x", "ended": false, "url": { "resource": url } });
            json!({ "id": LUZ, "name": "Luz", "disambiguation": "singer\u{1b}[2J", "country": "ES", "relations": [
                relation("https://www.deezer.com/artist/27"),
                relation(&format!("https://open.spotify.com/artist/{SPOTIFY}")),
                relation("https://www.wikidata.org/wiki/Q1"),
                relation("https://www.instagram.com/luz/"),
            ]})
        } else if target.starts_with("/mb/url?") && target.contains("deezer.com%2Fartist%2F27&") {
            json!({ "relations": [{ "type": "x", "artist": { "id": LUZ, "name": "Luz" } }] })
        } else if target.starts_with("/mb/") {
            return Answer::status(404, "{}");
        } else if target.starts_with("/wd") && target.contains("wbgetentities") {
            let claim =
                |id: &str| json!([{ "rank": "normal", "mainsnak": { "datavalue": { "value": id } } }]);
            json!({ "entities": { "Q1": { "id": "Q1", "sitelinks": { "enwiki": { "title": "Luz" } }, "claims": {
                "P434": claim(LUZ), "P2722": claim("6"), "P1902": claim(self.spotify_of_wikidata.unwrap_or(SPOTIFY)),
            }}}})
        } else if target.starts_with("/wd") {
            json!({ "query": { "search": [] } })
        } else if target.starts_with("/dz/search/") {
            let mut data = if self.nobody { vec![] } else { vec![on_deezer(27, "LUZ")] };
            data.extend(self.namesake.map(|name| on_deezer(99, name)));
            json!({ "data": data })
        } else if target.contains("/albums") {
            json!({ "data": [{ "title": "Mar", "release_date": "2024-03-01" }], "total": 1 })
        } else {
            match target {
                "/dz/artist/27" | "/dz/artist/6" => on_deezer(27, "Luz"),
                "/dz/artist/99" => on_deezer(99, "Luz"),
                _ => json!({ "error": { "code": 800, "message": "no data" } }),
            }
        };
        Answer::ok(answer.to_string())
    }
}

fn casa24(house: &House, server: &Server, arguments: &[&str]) -> Command {
    let mut command = house.casa24(arguments);
    for (name, path) in [("MUSICBRAINZ_API_URL", "mb"), ("WIKIDATA_API_URL", "wd"), ("DEEZER_API_URL", "dz")]
    {
        command.env(name, format!("{}/{path}", server.address));
    }
    command.env("CASA24_CONTACT", "ops@label.example");
    command
}

/// A run in which nobody can be asked, without holding up the stand-in meanwhile.
async fn run(house: &Arc<House>, server: &Server, arguments: &[&str]) -> Output {
    let command = casa24(house, server, arguments);
    tokio::task::spawn_blocking(move || finish(command)).await.unwrap()
}

/// A run at a terminal, with what is typed there; what the terminal shows.
async fn run_at_terminal(house: &Arc<House>, server: &Server, arguments: &[&str], typed: &str) -> String {
    let program = casa24(house, server, arguments);
    let mut command = Command::new("python3");
    command.args(["-c", "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"]);
    command.arg(program.get_program()).args(program.get_args()).env_clear();
    command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.current_dir(program.get_current_dir().unwrap());
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let typed = typed.to_owned();
    let output = tokio::task::spawn_blocking(move || {
        let mut child = command.spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(typed.as_bytes()).unwrap();
        // Its end would end the terminal before the program has written.
        let output = child.wait_with_output().unwrap();
        drop(input);
        output
    });
    String::from_utf8(output.await.unwrap().stdout).unwrap()
}

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

fn accounts(house: &House, name: &str) -> Value {
    let roster = house.json(&["roster", "list", "--json"]);
    let entries = roster.as_array().unwrap();
    entries
        .iter()
        .find(|entry| entry["artist"]["name"] == name)
        .map_or(Value::Null, |of| of["accounts"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_brings_the_accounts_on_which_two_sources_agree_and_tells_the_others() {
    let (house, server) = (Arc::new(House::new()), World::default().start().await);
    let output = run(&house, &server, &["roster", "add", "Luz"]).await;
    let (out, err) = said(&output);
    assert!(output.status.success(), "{out}{err}");
    let expected = json!({ "deezer": "27", "listenbrainz": LUZ, "spotify": SPOTIFY, "wikipedia": "en/Luz" });
    assert_eq!(accounts(&house, "Luz"), expected);
    assert!(
        out.contains("Luz · singer[2J · ES · 4,751 fans on Deezer · newest release Mar of 2024-03-01"),
        "{out}"
    );
    assert!(out.contains("Deezer 27 (MusicBrainz, Wikidata and Deezer)"), "{out}");
    assert!(out.contains("Deezer: 6 was merged into 27"), "{out}");
    assert!(err.contains("Instagram: luz is not taken, because only MusicBrainz names it"), "{err}");
    let listed = house.text(&["roster", "list"]);
    assert!(listed.contains("DEEZER") && listed.contains(LUZ) && listed.contains("en/Luz"), "{listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_wins_and_a_link_names_the_artist() {
    let (house, server) = (Arc::new(House::new()), World::default().start().await);
    let link = "https://www.deezer.com/en/artist/6";
    let output = run(&house, &server, &["roster", "add", link, "spotify=mine", "instagram=none"]).await;
    let (out, err) = said(&output);
    assert!(output.status.success(), "{out}{err}");
    let expected = json!({ "deezer": "27", "instagram": null, "listenbrainz": LUZ, "spotify": "mine", "wikipedia": "en/Luz" });
    assert_eq!(accounts(&house, "Luz"), expected);
    assert!(err.contains("Spotify: what was given stays, though MusicBrainz and Wikidata agree on"), "{err}");
    // The same account is the same artist, whatever the artist is called here.
    house.text(&["roster", "add", "Luz Norte", "deezer=27"]);
    house.text(&["roster", "remove", "Luz"]);
    let output = run(&house, &server, &["roster", "add", "https://www.deezer.com/artist/27"]).await;
    assert!(said(&output).0.starts_with("Luz Norte is on the roster"), "{:?}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_can_be_asked_the_candidates_are_json_and_nobody_is_added() {
    let hostile = World { namesake: Some("Luz"), ..World::default() };
    let other = World { spotify_of_wikidata: Some("1111ClJG7K1FGWMMalEW5H"), ..World::default() };
    for (world, reason, num_candidates) in [
        (hostile, "several", 2),
        (other, "disputed", 1),
        (World { nobody: true, ..World::default() }, "not_found", 0),
        (World { nobody: true, namesake: Some("Luz\u{9b}31m Norte"), ..World::default() }, "similar", 1),
        (World { nobody: true, namesake: Some("luz"), ..World::default() }, "unconfirmed", 1),
    ] {
        let (house, server) = (Arc::new(House::new()), world.start().await);
        let output = run(&house, &server, &["roster", "add", "Luz"]).await;
        let (out, err) = said(&output);
        assert_eq!(output.status.code(), Some(1), "{out}{err}");
        assert!(!out.contains('\u{9b}') && !out.contains('\u{1b}'), "{out:?}");
        let found: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(found["reason"], reason, "{out}");
        assert_eq!(found["candidates"].as_array().unwrap().len(), num_candidates, "{out}");
        assert_eq!(accounts(&house, "Luz"), Value::Null);
        if reason == "disputed" {
            assert_eq!(found["candidates"][0]["link"], format!("https://musicbrainz.org/artist/{LUZ}"));
            let account = format!("spotify={SPOTIFY}");
            let output = run(&house, &server, &["roster", "add", LUZ, &account]).await;
            assert!(output.status.success(), "{:?}", said(&output));
            assert_eq!(accounts(&house, "Luz")["spotify"], SPOTIFY);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_a_terminal_somebody_chooses_the_artist_and_the_accounts() {
    let world = World { namesake: Some("Luz"), ..World::default() };
    let (house, server) = (Arc::new(House::new()), world.start().await);
    let shown = run_at_terminal(&house, &server, &["roster", "add", "Luz"], "7\n0\n").await;
    assert!(shown.contains("nobody was chosen for Luz") && !shown.contains("\u{1b}[2J"), "{shown:?}");
    assert_eq!(accounts(&house, "Luz"), Value::Null);
    let shown = run_at_terminal(&house, &server, &["roster", "add", "Luz"], "1\ny\n").await;
    assert!(shown.contains("Instagram: only MusicBrainz names luz. Is it the artist's? [y/N]"), "{shown:?}");
    let expected = json!({ "deezer": "27", "instagram": "luz", "listenbrainz": LUZ, "spotify": SPOTIFY, "wikipedia": "en/Luz" });
    assert_eq!(accounts(&house, "Luz"), expected, "{shown}");
    house.text(&["roster", "remove", "Luz"]);
    let house = Arc::new(House::new());
    run_at_terminal(&house, &server, &["roster", "add", "Luz"], "2\n").await;
    assert_eq!(accounts(&house, "Luz"), json!({ "deezer": "99" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_that_are_given_need_nobody() {
    let (house, server) = (Arc::new(House::new()), Server::start(|_| Answer::Close).await);
    for (arguments, name, expected) in [
        (&["Luz", "deezer=27", "spotify=none"][..], "Luz", json!({ "deezer": "27", "spotify": null })),
        (&["Mar", "https://www.deezer.com/artist/28"], "Mar", json!({ "deezer": "28" })),
        (&["Sal", "--no-search"], "Sal", json!({})),
        (&["27", "--no-search"], "27", json!({})),
    ] {
        let output = run(&house, &server, &[&["roster", "add"], arguments].concat()).await;
        assert!(output.status.success(), "{:?}", said(&output));
        assert_eq!(accounts(&house, name), expected);
    }
    for (arguments, part) in [
        (&["https://www.youtube.com/@luz"][..], "copy channel ID"),
        (&["https://example.com/luz"], "accounts are known by links to"),
        (&["deezer=27", "--no-search"], "a name is needed"),
        (&["Luz", "--no-search", "--search"], "cannot be used with"),
        (&["Luz", "spotify=https://www.deezer.com/artist/27"], "this is a link to deezer, not to spotify"),
        (&[" "], "name is empty"),
    ] {
        let output = run(&house, &server, &[&["roster", "add"], arguments].concat()).await;
        let (_, err) = said(&output);
        assert_eq!(output.status.code(), Some(2), "{err}");
        assert!(err.to_lowercase().contains(&part.to_lowercase()), "{err}");
    }
    assert_eq!(server.asked().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_fails_is_named_and_nobody_is_guessed() {
    let world = World::default();
    let server = Server::start(move |asked| {
        if asked.target.starts_with("/mb/artist?") {
            Answer::Http(429, vec![("retry-after", "3600".to_owned())], String::new())
        } else {
            world.answer(asked)
        }
    })
    .await;
    let house = Arc::new(House::new());
    let output = run(&house, &server, &["roster", "add", "Luz"]).await;
    let (out, err) = said(&output);
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(
        err.contains("MusicBrainz: it has had too many requests; it may be asked again from 20"),
        "{err}"
    );
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&found["reason"], &found["problems"][0]["source"]),
        (&json!("unconfirmed"), &json!("musicbrainz"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn from_nothing_a_name_becomes_figures_and_an_answer() {
    let (house, server) = (Arc::new(House::new()), World::default().start().await);
    let started = std::time::Instant::now();
    for arguments in [&["roster", "add", "Luz"][..], &["collect", "deezer"]] {
        let output = run(&house, &server, arguments).await;
        assert!(output.status.success(), "{:?}", said(&output));
    }
    let answer = house.ask("artist name:Luz");
    let figures = answer["data"]["figures"].as_array().unwrap();
    let fans = figures.iter().find(|figure| figure["metric"] == "fans").unwrap();
    assert_eq!(fans["current"], 4_751, "{answer}");
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}
