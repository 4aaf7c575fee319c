//! What `docs/commands.md` shows of each command is what the agent sends today.

use std::path::{Path, PathBuf};

use casa24_presentation::discord::{Scope, registration};
use serde_json::{Value, json};

use crate::scene::*;
use crate::stand_in::Message;
use crate::support::checkout;

/// A folder into which the messages are written, with their files, instead of being compared: `make pictures` draws them.
const WRITE: &str = "CASA24_WRITE_MESSAGES";

const CHANNEL: (&str, &str) = ("24", "label-news");

/// Asks a command as somebody who speaks English and manages the server; what was typed, and what is shown.
async fn ask(scene: &Scene, name: &str, options: &[(&str, Value)]) -> (String, Message) {
    let (id, channel) = CHANNEL;
    let given: Value = options.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    let (mut interaction, token) = scene.sender.interaction(COMMAND, name, &given);
    interaction["locale"] = json!("en-US");
    interaction["member"]["permissions"] = json!("32");
    let may_post = json!({ "id": id, "name": channel, "permissions": "3072", "app_permissions": "3072" });
    interaction["data"]["resolved"] = json!({ "channels": { id: may_post } });
    let token = scene.sender.deliver(&scene.discord, &interaction, token).await;
    let mut shown = scene.shown(&token).await;
    assert_eq!(shown.len(), 1, "/{name}: {shown:?}");
    let typed = |(name, value): &(&str, Value)| match value.as_str() {
        Some(text) if *name == "channel" && text == id => format!(" {name}:#{channel}"),
        Some(text) => format!(" {name}:{text}"),
        None => format!(" {name}:{value}"),
    };
    (format!("/{name}{}", options.iter().map(typed).collect::<String>()), shown.remove(0))
}

/// The record of a message, as it is kept beside its picture.
fn record(asked: &str, message: &Message) -> Value {
    let mut record = json!({ "asked": asked, "private": message.is_private, "message": message.body });
    let (id, channel) = CHANNEL;
    if message.body.to_string().contains(&format!("<#{id}>")) {
        record["channels"] = json!({ id: channel });
    }
    record
}

fn write(folder: &Path, name: &str, record: &Value, message: &Message) {
    let attached = folder.join(name);
    std::fs::create_dir_all(&attached).unwrap();
    std::fs::write(folder.join(format!("{name}.json")), format!("{record:#}\n")).unwrap();
    for file in &message.files {
        std::fs::write(attached.join(&file.name), &file.bytes).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_commands_shows_what_is_sent_today() {
    let mut scene = Scene::of_sample(HTTP, &["--days", "150"]).await;
    scene.discord.world().registered = casa24_answers::COMMANDS.iter().map(|command| command.name).collect();
    scene.answer();
    scene.listen();
    let text = |text: &str| json!(text);
    let (one, other) = (text("Casa Marisma"), text("mo.ssgarden"));
    let both = text("Casa Marisma, mo.ssgarden");
    let asked: [(&str, &[(&str, Value)]); 21] = [
        ("stats", &[]),
        ("artist", &[("name", one.clone())]),
        ("growth", &[("artist", one.clone()), ("period", text("30"))]),
        ("predict", &[("artist", one.clone()), ("days", json!(30))]),
        ("accuracy", &[("artist", one.clone())]),
        ("battle", &[("artist1", one.clone()), ("artist2", other)]),
        ("compare", &[("artists", both.clone()), ("metric", text("spotify-listeners"))]),
        ("leaderboard", &[("metric", text("spotify-listeners"))]),
        ("chart", &[("artists", both), ("metric", text("spotify-listeners")), ("period", text("90"))]),
        ("trends", &[("period", text("14"))]),
        ("momentum", &[]),
        ("viral", &[]),
        ("milestones", &[("artist", one.clone())]),
        ("achievements", &[("artist", one)]),
        ("spotlight", &[]),
        ("weekly", &[("week_offset", json!(1))]),
        ("recap", &[("year", json!(2025))]),
        ("help", &[]),
        ("settings", &[("language", text("en")), ("time_zone", text("America/Bogota"))]),
        ("alerts", &[("channel", text(CHANNEL.0)), ("kinds", text("viral, milestone"))]),
        ("report", &[("channel", text(CHANNEL.0)), ("weekday", text("monday")), ("hour", json!(9))]),
    ];
    let registered = registration(Scope::Servers);
    let registered = registered.as_array().unwrap().iter().map(|command| command["name"].as_str().unwrap());
    let names: Vec<&str> = asked.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, registered.collect::<Vec<_>>(), "a command has no question here");
    let folder = std::env::var_os(WRITE).map(PathBuf::from);
    for (name, options) in asked {
        let (asked, message) = ask(&scene, name, options).await;
        let record = record(&asked, &message);
        if let Some(folder) = &folder {
            write(folder, name, &record, &message);
            continue;
        }
        let kept = checkout().join("docs/commands").join(format!("{name}.json"));
        let kept = std::fs::read_to_string(kept).unwrap_or_default();
        let is_same = serde_json::from_str::<Value>(&kept).is_ok_and(|kept| kept == record);
        assert!(is_same, "docs/commands shows another message of {asked}: run `make pictures`\n{record:#}");
    }
}
