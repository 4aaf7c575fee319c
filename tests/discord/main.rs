//! Discord: what interactions finally show, by HTTP and over the gateway, whatever fails between.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod gateway;
mod pictures;
mod scene;
mod servers;
#[path = "../support/discord/mod.rs"]
mod stand_in;
#[path = "../support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::future::join_all;
use reqwest::StatusCode;
use scene::*;
use serde_json::{Value, json};
use stand_in::{Fault, Message, Sender};
use support::{House, PATIENCE, connect, finish, until};

#[tokio::test(flavor = "multi_thread")]
async fn each_command_is_answered_in_the_response_and_no_token_is_logged() {
    let scene = Scene::open(HTTP).await;
    for (name, _) in casa24_answers::COMMANDS.iter().map(|command| (command.name, command.options)) {
        let token = scene.ask(name, &none()).await;
        let shown = scene.shown(&token).await;
        assert_eq!(shown.len(), 1, "{name}");
        let is_refusal = shown[0].is_private;
        let text = shown[0].body.to_string();
        // The server's language for everybody, the asker's for what they alone see.
        assert_eq!(text.contains("No se pudo responder"), is_refusal, "{name}: {text}");
    }
    let help = scene.ask("help", &none()).await;
    let text = scene.shown(&help).await[0].body.to_string();
    assert!(text.contains("</stats:123>"), "{text}");
    let picture = scene.ask("predict", &none()).await;
    assert_eq!(scene.shown(&picture).await[0].files, ["chart.png"]);
    scene.ask("no_such_command", &none()).await;
    let counted = scene.counted().await;
    // Help again, a picture and a name that is no command beside each command.
    let first_answers =
        format!("discord_first_response_seconds_count {}", casa24_answers::COMMANDS.len() + 3);
    for line in [
        r#"discord_commands_total{command="predict",outcome="answered"} 2"#,
        r#"discord_commands_total{command="artist",outcome="refused"} 1"#,
        r#"discord_commands_total{command="other",outcome="refused"} 1"#,
        r#"discord_response_duration_seconds_count{command="stats"} 1"#,
        first_answers.as_str(),
    ] {
        assert!(counted.lines().any(|found| found == line), "{line} is not in {counted}");
    }
    let log = scene.log();
    assert!(log.contains("TRACE") && !log.contains("nobody-may-see"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_again_is_sent_once_and_shown_anew_when_figures_have_changed() {
    let scene = Scene::open(HTTP).await;
    let client = connect(&scene.url).await;
    let mut replies = client.subscribe(">").await.unwrap();
    client.flush().await.unwrap();
    let ask = async || {
        let token = scene.ask("leaderboard", &none()).await;
        scene.shown(&token).await.remove(0)
    };
    let first = ask().await;
    for _ in 0..3 {
        assert_eq!(ask().await, first);
    }
    // A reply without figures says that the door has them.
    let is_empty = |reply: &async_nats::Message| {
        reply.payload.is_empty()
            && reply.headers.as_ref().is_some_and(|headers| headers.get("ETag").is_some())
    };
    let mut num_empty = 0;
    while num_empty < 3 {
        let reply = tokio::time::timeout(PATIENCE, replies.next()).await.unwrap().unwrap();
        num_empty += usize::from(is_empty(&reply));
    }
    let luz = json!([{ "name": "Luz", "spotify": { "followers": 9_000_000 } }]);
    let day = json!({ "date": "2025-09-30", "artists": luz });
    scene.house.write("h/historical/2025-09-30.json", day.to_string());
    scene.house.text(&["import", "h"]);
    let begun = Instant::now();
    while ask().await == first {
        assert!(begun.elapsed() < PATIENCE, "the same is shown for ever");
    }
    assert!(ask().await.body.to_string().contains("Luz"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_may_ask_so_often_and_others_are_not_held_up() {
    let scene = Scene::open(HTTP).await;
    let ask = async |person: &str| {
        let (mut interaction, token) = scene.sender.interaction(COMMAND, "stats", &none());
        interaction["member"]["user"]["id"] = json!(person);
        let token = scene.sender.deliver(&scene.discord, &interaction, token).await;
        let shown = scene.shown(&token).await;
        let is_refused = shown[0].body.to_string().contains("son muchas preguntas a la vez");
        assert_eq!((shown.len(), shown[0].is_private), (1, is_refused));
        is_refused
    };
    // All at once: on a slow machine one after the other may take longer than the ten seconds.
    let refused = join_all(["6"; 11].into_iter().chain(["7"; 10]).map(&ask)).await;
    assert_eq!(refused.iter().filter(|is_refused| **is_refused).count(), 1);
    let line = r#"discord_commands_total{command="stats",outcome="too_fast"} 1"#;
    assert!(scene.counted().await.lines().any(|found| found == line));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_forged_stale_altered_or_too_long_asks_nothing() {
    let scene = Scene::open(HTTP).await;
    let client = connect(&scene.url).await;
    let mut questions = client.subscribe("command.>").await.unwrap();
    client.flush().await.unwrap();
    let (interaction, _) = scene.sender.interaction(COMMAND, "stats", &none());
    let (body, now) = (interaction.to_string(), Sender::now());
    let altered = body.replace("stats", "weekly");
    let huge = format!("{body}{}", " ".repeat((1 << 20) + 1 - body.len()));
    for (body, at, altered, status) in [
        (&body, now - 301, None, StatusCode::UNAUTHORIZED),
        (&body, now + 600, None, StatusCode::UNAUTHORIZED),
        (&body, now, Some(altered.as_str()), StatusCode::UNAUTHORIZED),
        (&huge, now, None, StatusCode::PAYLOAD_TOO_LARGE),
        (&"{".to_owned(), now, None, StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(scene.sender.send(body, at, altered).await.0, status);
    }
    let whole = format!("{body}{}", " ".repeat((1 << 20) - body.len()));
    let unsigned = reqwest::Client::new().post(&scene.sender.endpoint).body(whole).send().await.unwrap();
    assert_eq!(unsigned.status(), StatusCode::UNAUTHORIZED);
    let ping = json!({ "id": "1", "application_id": "77", "type": 1, "token": "x", "version": 1 });
    let (status, _, pong) = scene.sender.send(&ping.to_string(), now, None).await;
    assert_eq!(
        (status, serde_json::from_slice::<Value>(&pong).unwrap()),
        (StatusCode::OK, json!({ "type": 1 }))
    );
    let health = scene.sender.endpoint.replace("interactions", "healthz");
    assert_eq!(reqwest::get(health).await.unwrap().status(), StatusCode::OK);
    // The first question on the bus is the one that Discord signed.
    scene.ask("leaderboard", &none()).await;
    let first =
        tokio::time::timeout(PATIENCE, futures::StreamExt::next(&mut questions)).await.unwrap().unwrap();
    assert_eq!(first.subject.as_str(), "command.leaderboard");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_responder_a_message_is_promised_and_comes_when_there_is_one() {
    let mut scene = Scene::without_responder(HTTP).await;
    let answer = scene.ask("stats", &none()).await;
    let refusal = scene.ask("artist", &json!([{ "name": "name", "type": 3, "value": "zzzz zzzz" }])).await;
    assert!(scene.discord.world().is_promised(&answer) && scene.discord.world().is_promised(&refusal));
    scene.discord.meet(&[
        Fault::Fails(503),
        Fault::DoneButFails(502),
        Fault::Limited("user", Duration::from_millis(300)),
    ]);
    scene.answer();
    let shown = scene.shown(&answer).await;
    assert_eq!((shown.len(), shown[0].is_private), (1, false));
    // What everybody was promised is taken back; the error is for the asker, once.
    let shown = scene.shown(&refusal).await;
    assert!(shown.iter().all(|message| message.is_private), "{shown:?}");
    assert!(!scene.discord.world().is_promised(&refusal));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_for_the_whole_bot_stops_every_request() {
    const NUM: u64 = 12;
    let scene = Scene::open(GATEWAY).await;
    scene.discord.limit_all(Duration::from_secs(2));
    let dispatch = || scene.sender.dispatch(&scene.discord, "stats", &none());
    dispatch();
    until("one is told to wait", || !scene.discord.requests().is_empty());
    for _ in 1..NUM {
        dispatch();
    }
    let (mut handled, deadline) = (scene.discord.handled(), Instant::now() + PATIENCE);
    // Each is shown, or dropped where the machine is so slow that its time is over.
    loop {
        let counted = scene.counted().await;
        let of_stats =
            counted.lines().filter(|line| line.starts_with("discord_commands_total{command=\"stats\""));
        let num: u64 = of_stats.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum();
        if num == NUM {
            break;
        }
        // What is dropped ends without a request, when its three seconds are over.
        let next = tokio::time::timeout(Duration::from_secs(1), handled.changed()).await;
        assert!(next.is_ok() || Instant::now() < deadline, "{counted}");
    }
    let num_limited = scene.discord.requests().iter().filter(|request| request.status == 429).count();
    assert!((1..=3).contains(&num_limited), "{num_limited}");
}

/// The controls of a message, buttons and selects.
fn controls(message: &Message) -> Vec<Value> {
    let parts = message.body["components"][0]["components"].as_array().unwrap();
    parts.iter().filter_map(|part| part["components"].as_array()).flatten().cloned().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_changes_the_askers_message_and_shows_others_one_of_their_own() {
    let scene = Scene::open("http").await;
    let asked = scene.ask("growth", &none()).await;
    let message = scene.shown(&asked).await.remove(0);
    let controls = controls(&message);
    let week = controls.iter().find(|control| control["label"] == "7 days").unwrap();
    let week = week["custom_id"].as_str().unwrap();
    let press = async |custom_id: &str, values: &[&str], by: &str| {
        let token = scene.sender.press(&scene.discord, custom_id, values, ("5", by)).await;
        let shown = scene.shown(&token).await;
        assert_eq!(shown.len(), 1, "{custom_id}");
        (shown[0].is_private, shown[0].body.to_string())
    };
    let (is_private, text) = press(week, &[], "5").await;
    assert!(!is_private && text.contains("growth over 7 days"), "{text}");
    let (is_private, text) = press(week, &[], "6").await;
    assert!(is_private && text.contains("en 7 días"), "{text}");
    let select = controls.iter().find(|control| control["type"] == 3).unwrap();
    let artist = &select["options"][3];
    let value = artist["value"].as_str().unwrap();
    let (is_private, text) = press(select["custom_id"].as_str().unwrap(), &[value], "5").await;
    let title = format!("## {} ", artist["label"].as_str().unwrap().replace('_', r"\\_"));
    assert!(!is_private && text.contains(&title), "{text}");
    for (custom_id, values, told) in [
        ("0.of-before", &[][..], "otra versión"),
        (select["custom_id"].as_str().unwrap(), &["AAAAAA"], "ya no"),
    ] {
        let (is_private, text) = press(custom_id, values, "5").await;
        assert!(is_private && text.contains(told), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_offered_while_they_are_typed() {
    let scene = Scene::open(HTTP).await;
    let typed = |text: &str| json!([{ "name": "artist", "type": 3, "value": text, "focused": true }]);
    let all = scene.sender.ask(&scene.discord, COMPLETION, "growth", &typed("")).await;
    let all = scene.discord.world().choices(&all).unwrap();
    let names: Vec<String> =
        all.as_array().unwrap().iter().map(|choice| choice["value"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names.len(), 8);
    let part: String = names[0].to_uppercase();
    let found = scene.sender.ask(&scene.discord, COMPLETION, "growth", &typed(&part)).await;
    let found = scene.discord.world().choices(&found).unwrap();
    assert_eq!(found[0]["value"], names[0].as_str());
}

#[test]
fn a_wrong_setting_stops_who_reaches_discord_and_nobody_else() {
    let house = House::new();
    let run = |arguments: &[&str]| {
        let mut command = house.casa24(arguments);
        command.env("CASA24_DISCORD_MODE", "pigeon");
        let output = finish(command);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    for arguments in [&["up"][..], &["run", "discord"], &["run", "posts"], &["register"]] {
        let (code, _, complaint) = run(arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {complaint}");
        assert!(complaint.contains(r#"CASA24_DISCORD_MODE is "pigeon""#), "{arguments:?}: {complaint}");
    }
    // What can be asked does not depend on figures, which this label has none of.
    let (code, answer, complaint) = run(&["ask", "help"]);
    assert!(code == Some(0) && answer.contains("leaderboard"), "{answer}{complaint}");
    let (code, answer, _) = run(&["ask", "help", "--json"]);
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert!(code == Some(0) && answer["data"].is_null(), "{answer}");
    assert!(answer["message"].to_string().contains("leaderboard"), "{answer}");
}
