//! Secrets: planted in every setting, they show up in no log, event, error or process list, whatever the platforms do.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "../agents/collectors/tests/platforms/server.rs"]
#[expect(dead_code, reason = "each test target uses a part")]
mod server;
mod support;

use std::path::Path;
use std::sync::Arc;

use async_nats::jetstream;
use casa24_bus::StreamName;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use server::{Answer, Asked, Server};
use support::{House, Running, connect, finish};

/// Settings that hold secrets, each with one that is found nowhere by chance.
const SECRETS: [(&str, &str); 5] = [
    ("YOUTUBE_API_KEY", "pl4nted/youtube+key"),
    ("SPOTIFY_CLIENT_SECRET", "pl4nted/spotify+secret"),
    ("INSTAGRAM_ACCESS_TOKEN", "pl4nted/instagram+token"),
    ("INSTAGRAM_APP_SECRET", "pl4nted/app+secret"),
    ("DISCORD_BOT_TOKEN", "pl4nted.discord.token"),
];
const OTHERS: [(&str, &str); 6] = [
    ("DISCORD_GUILD_ID", "77"),
    ("DISCORD_CLIENT_ID", "2424"),
    ("SPOTIFY_CLIENT_ID", "app"),
    ("INSTAGRAM_ACCOUNT_ID", "1784"),
    ("INSTAGRAM_APP_ID", "4711"),
    ("CASA24_CONTACT", "ops@label.example"),
];
const ADDRESSES: [&str; 8] = [
    "YOUTUBE_API_URL",
    "SPOTIFY_API_URL",
    "SPOTIFY_ACCOUNTS_URL",
    "INSTAGRAM_API_URL",
    "DEEZER_API_URL",
    "LISTENBRAINZ_API_URL",
    "WIKIMEDIA_API_URL",
    "DISCORD_API_URL",
];

/// A secret as it could be written.
fn forms(secret: &str) -> Vec<String> {
    let encoded = secret.replace('/', "%2F").replace('+', "%2B");
    let app = format!("app:{secret}");
    let of = |text: &str| vec![BASE64.encode(text.as_bytes()), BASE64URL_NOPAD.encode(text.as_bytes())];
    [vec![secret.to_owned(), encoded.to_lowercase(), encoded], of(secret), of(&app)].concat()
}

/// The first secret that a text holds, in any form.
fn found(text: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(text);
    SECRETS.iter().flat_map(|(_, secret)| forms(secret)).find(|form| text.contains(form))
}

/// Everything that a request held that is worth repeating.
fn echo(asked: &Asked) -> String {
    let names = ["authorization", "x-goog-api-key"];
    let headers = names.iter().filter_map(|name| asked.header(name)).collect::<Vec<_>>().join(" ");
    format!("{headers} {}", asked.body)
}

/// What a stand-in does with every request.
fn answer(mode: &str, asked: &Asked) -> Answer {
    let said = echo(asked);
    match mode {
        "cut" => Answer::Cut("{".to_owned()),
        "closed" => Answer::Close,
        "page" => Answer::ok(format!("<!doctype html>{said}")),
        "text" => Answer::ok(said),
        "elsewhere" => Answer::Http(302, vec![("location", "http://localhost:1/".to_owned())], said),
        status => {
            let json = serde_json::json!({ "error": { "code": 190, "message": said, "type": said } });
            Answer::status(status.parse().unwrap(), json.to_string())
        }
    }
}

fn command(house: &House, server: &Server, arguments: &[&str]) -> std::process::Command {
    let mut command = house.casa24(arguments);
    command.envs(SECRETS).envs(OTHERS).env("LOG_LEVEL", "trace");
    command.envs(ADDRESSES.map(|name| (name, &server.address)));
    command
}

/// Every event that is stored, as it is stored.
async fn events(house: &House) -> Vec<(String, Vec<u8>)> {
    let (url, _) = house.server().unwrap();
    let jetstream = jetstream::new(connect(&url).await);
    let mut events = Vec::new();
    for name in StreamName::ALL {
        let Ok(mut stream) = jetstream.get_stream(name.as_str()).await else { continue };
        let state = stream.info().await.unwrap().state.clone();
        for sequence in state.first_sequence..=state.last_sequence {
            if let Ok(message) = stream.get_raw_message(sequence).await {
                let headers = format!("{:?}", message.headers).into_bytes();
                events.push((message.subject.to_string(), [headers, message.payload.to_vec()].concat()));
            }
        }
    }
    events
}

/// Every file below a folder, but the one that keeps a token, and the bus's own.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .filter(|path| path.file_name().is_none_or(|name| name != "instagram-token.json"))
        .collect()
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_repeated_whatever_the_platforms_do() {
    for mode in ["400", "403", "500", "cut", "text"] {
        let house = Arc::new(House::new());
        let server = Server::start(move |asked| answer(mode, asked)).await;
        house.text(&[
            "roster",
            "add",
            "Luz",
            "spotify=2QpRYjtwNg9z6KwD4fhC5h",
            "youtube=UCuAXFkgsw1L7xaCfnd5JJOw",
            "instagram=luz",
            "deezer=27",
        ]);
        // A token that Discord refuses ends its agent; `register` asks there too.
        let mut up = command(&house, &server, &["up"]);
        up.env_remove("DISCORD_BOT_TOKEN");
        let mut up = Running::start(&house, "up", up);
        up.until_says("ready:");
        for arguments in [&["check"][..], &["collect"], &["register"], &["status", "--json"], &["status"]] {
            let command = command(&house, &server, arguments);
            let running = Arc::clone(&house);
            let output = tokio::task::spawn_blocking(move || {
                let _house = running;
                finish(command)
            })
            .await
            .unwrap();
            for text in [&output.stdout, &output.stderr] {
                let found = found(text);
                assert_eq!(found, None, "{mode} {arguments:?}: {}", String::from_utf8_lossy(text));
            }
        }
        for process in std::fs::read_dir("/proc").unwrap() {
            let line = std::fs::read(process.unwrap().path().join("cmdline")).unwrap_or_default();
            assert_eq!(found(&line), None, "{mode}: the process list");
        }
        for (subject, event) in events(&house).await {
            assert_eq!(found(&event), None, "{mode}: {subject}");
        }
        for file in files(&house.path("")) {
            assert_eq!(found(&std::fs::read(&file).unwrap_or_default()), None, "{mode}: {}", file.display());
        }
        for asked in server.asked() {
            assert_eq!(found(asked.target.as_bytes()), None, "{mode}: an address");
        }
    }
}
