//! `casa24 register` against a stand-in for Discord: it registers what differs, says what it does, and never shows the
//! token.

#[path = "support/discord_commands.rs"]
mod discord_commands;
mod support;

use std::process::Output;

use discord_commands::{APPLICATION, DiscordCommands, Fault, TOKEN};
use serde_json::{Value, json};
use support::{House, finish};

const USAGE: i32 = 2;

/// Runs `register` with these options and settings beside those of the stand-in.
fn register(house: &House, discord: &DiscordCommands, options: &[&str], settings: &[(&str, &str)]) -> Output {
    let mut command = house.casa24(["register"].iter().chain(options));
    command.env("DISCORD_API_URL", &discord.api_url);
    command.env("DISCORD_CLIENT_ID", APPLICATION).env("DISCORD_BOT_TOKEN", TOKEN);
    command.env("LOG_LEVEL", "trace").envs(settings.iter().copied());
    let output = finish(command);
    for text in [&output.stdout, &output.stderr] {
        assert!(!String::from_utf8_lossy(text).contains(TOKEN), "the token is shown");
    }
    output
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// What a run that failed complained of, after its logs.
fn complaint(output: &Output, code: i32) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{text}");
    let error = text.lines().find(|line| line.starts_with("error:"));
    error.unwrap_or_else(|| panic!("no error in {text}")).to_owned()
}

fn methods(discord: &DiscordCommands) -> Vec<String> {
    discord.take_requests().into_iter().map(|request| request.method).collect()
}

#[test]
fn commands_are_registered_once_and_again_only_where_something_differs() {
    let (house, discord) = (House::new(), DiscordCommands::start());
    let first = said(&register(&house, &discord, &[], &[]));
    assert!(first.starts_with("registered ") && first.contains(" in all servers: "), "{first}");
    assert!(first.contains("growth") && !first.contains("removed"), "{first}");
    let requests = discord.take_requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[1].target, format!("/api/v10/applications/{APPLICATION}/commands"));
    let growth = requests[1].body.as_array().and_then(|all| all.iter().find(|of| of["name"] == "growth"));
    let growth = growth.expect("growth");
    assert_eq!((&growth["contexts"], &growth["integration_types"]), (&json!([0]), &json!([0])));
    for region in ["es-ES", "es-419"] {
        assert!(growth["description_localizations"][region].is_string(), "{growth}");
        assert!(growth["options"][1]["choices"][0]["name_localizations"][region].is_string(), "{growth}");
    }

    let second = said(&register(&house, &discord, &[], &[]));
    assert!(second.contains("registered in all servers already: nothing to do"), "{second}");
    assert_eq!(methods(&discord), ["GET"]);

    let both = said(&register(&house, &discord, &["--user-install"], &[]));
    assert!(both.contains(" for people's own accounts: ") && both.contains(" changed ("), "{both}");
    let body = discord.take_requests().remove(1).body;
    assert_eq!(body[0]["integration_types"], json!([0, 1]));
}

#[test]
fn one_server_has_commands_of_its_own() {
    let (house, discord) = (House::new(), DiscordCommands::start());
    let first = said(&register(&house, &discord, &["--guild", "77"], &[]));
    assert!(first.contains(" in server 77: "), "{first}");
    let requests = discord.take_requests();
    assert_eq!(requests[1].target, format!("/api/v10/applications/{APPLICATION}/guilds/77/commands"));
    assert!(requests[1].body[0].get("contexts").is_none(), "commands of one server have none");
    let second = said(&register(&house, &discord, &["--guild", "77"], &[]));
    assert!(second.contains("nothing to do"), "{second}");
}

#[test]
fn a_dry_run_says_what_would_change_and_changes_nothing() {
    let (house, discord) = (House::new(), DiscordCommands::start());
    discord.set("commands", json!([{ "name": "old", "type": 1, "description": "d" }]));
    let told = said(&register(&house, &discord, &["--dry-run"], &[]));
    assert!(told.starts_with("would register ") && told.contains("1 removed (old)"), "{told}");
    assert_eq!(methods(&discord), ["GET"]);
}

#[test]
fn each_refusal_says_what_to_do() {
    let (house, discord) = (House::new(), DiscordCommands::start());
    let fault = |status: u16, body: Value| Fault { status, headers: Vec::new(), body: body.to_string() };
    let token = [("DISCORD_BOT_TOKEN", "another")];
    let unauthorised = complaint(&register(&house, &discord, &[], &token), 1);
    assert!(unauthorised.contains("DISCORD_BOT_TOKEN") && unauthorised.contains("401"), "{unauthorised}");
    for (options, status, expected) in [
        (&["--guild", "77"][..], 403, "invite it there with the scope applications.commands"),
        (&[], 403, "have to be of one application"),
        (&[], 404, "check DISCORD_CLIENT_ID"),
        (&[], 400, "Invalid Form Body"),
        (&[], 302, "302"),
    ] {
        discord.fails_once(fault(status, json!({ "message": "Invalid Form Body" })));
        let told = complaint(&register(&house, &discord, options, &[]), 1);
        assert!(told.contains(expected), "{told}");
    }
    let headers = vec![("retry-after", "3600".to_owned())];
    discord.fails_once(Fault { headers, ..fault(429, json!({ "retry_after": 3600.0 })) });
    discord.take_requests();
    let told = complaint(&register(&house, &discord, &[], &[]), 1);
    assert!(told.contains("429") && told.contains("3600 s"), "{told}");
    assert_eq!(methods(&discord), ["GET"], "nothing is asked again before that");
}

#[test]
fn passing_faults_are_waited_for() {
    let (house, discord) = (House::new(), DiscordCommands::start());
    let busy =
        Fault { status: 429, headers: vec![("retry-after", "0.05".to_owned())], body: "{}".to_owned() };
    let down = Fault { status: 503, headers: Vec::new(), body: "<html>".to_owned() };
    discord.fails_once(busy);
    discord.fails_once(down.clone());
    assert!(said(&register(&house, &discord, &[], &[])).starts_with("registered "));
    assert_eq!(methods(&discord), ["GET", "GET", "GET", "PUT"]);
    (0..3).for_each(|_| discord.fails_once(down.clone()));
    let told = complaint(&register(&house, &discord, &[], &[]), 1);
    assert!(told.contains("503") && told.contains("try again later"), "{told}");
    let nobody = [("DISCORD_API_URL", "http://127.0.0.1:1/api")];
    let told = complaint(&register(&house, &discord, &[], &nobody), 1);
    assert!(told.contains("127.0.0.1 cannot be reached"), "{told}");
    discord.fails_once(Fault { status: 200, headers: Vec::new(), body: "{}".to_owned() });
    let told = complaint(&register(&house, &discord, &[], &[]), 1);
    assert!(told.contains("DISCORD_API_URL"), "{told}");
}

#[test]
fn settings_that_are_missing_or_wrong_are_named() {
    let (house, discord) = (House::new(), DiscordCommands::start());
    for (settings, expected) in [
        ([("DISCORD_BOT_TOKEN", "")], "DISCORD_BOT_TOKEN is not set"),
        ([("DISCORD_CLIENT_ID", "")], "DISCORD_CLIENT_ID is not set"),
        ([("DISCORD_CLIENT_ID", "casa")], "DISCORD_CLIENT_ID is no id"),
        ([("DISCORD_API_URL", "discord")], "DISCORD_API_URL is \"discord\": set an address"),
        ([("DISCORD_BOT_TOKEN", "a\nb")], "DISCORD_BOT_TOKEN is no such token"),
    ] {
        let told = complaint(&register(&house, &discord, &[], &settings), USAGE);
        assert!(told.contains(expected), "{told}");
    }
    for options in [&["--guild", "casa"][..], &["--guild", "77", "--user-install"]] {
        assert_eq!(register(&house, &discord, options, &[]).status.code(), Some(USAGE), "{options:?}");
    }
    assert!(discord.take_requests().is_empty(), "Discord was asked nothing");
    let file = house.write("token", format!("{TOKEN}\n"));
    let file = file.display().to_string();
    let settings = [("DISCORD_BOT_TOKEN", ""), ("DISCORD_BOT_TOKEN_FILE", file.as_str())];
    assert!(said(&register(&house, &discord, &[], &settings)).starts_with("registered "));
}
