//! Discord: what interactions finally show, by HTTP and over the gateway, whatever fails between.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "support/discord/mod.rs"]
mod stand_in;
mod support;

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_json::{Value, json};
use stand_in::{Fault, Message, Order, Sender, StandIn};
use support::{House, PATIENCE, Running, connect, until};

/// Discord's numbers of kinds of interactions.
const COMMAND: u8 = 2;
const COMPLETION: u8 = 4;

/// Ways in.
const HTTP: &str = "http";
const GATEWAY: &str = "gateway";

/// A label with its agents, each in a process of its own, and Discord.
struct Scene {
    discord: StandIn,
    sender: Sender,
    mode: &'static str,
    /// Where the agent serves its metrics.
    metrics: String,
    agent: Option<Running>,
    responder: Option<Running>,
    url: String,
    _up: Running,
    house: House,
}

impl Scene {
    /// A sample label, whose responder runs.
    async fn open(mode: &'static str) -> Self {
        let mut scene = Self::without_responder(mode).await;
        scene.answer();
        scene
    }

    async fn without_responder(mode: &'static str) -> Self {
        let mut scene = Self::without_agent(mode).await;
        scene.listen();
        scene
    }

    async fn without_agent(mode: &'static str) -> Self {
        let house = House::new();
        house.text(&["sample", "sample", "--artists", "8", "--days", "60", "--seed", "1"]);
        house.text(&["import", "sample"]);
        // Whoever keeps the bus answers nothing.
        let mut up = Running::start(&house, "bus", house.casa24(["run", "validator"]));
        up.until_says("ready");
        let (url, _) = house.server().unwrap();
        let discord = StandIn::start().await;
        let sender = Sender::to(String::new());
        Self {
            discord,
            sender,
            mode,
            metrics: free_address(),
            agent: None,
            responder: None,
            url,
            _up: up,
            house,
        }
    }

    /// Starts the agent, anew.
    fn listen(&mut self) {
        let num_sessions = self.discord.gateway.num_sessions();
        let agent = self.door("discord", &self.metrics);
        if self.mode == "gateway" {
            let gateway = self.discord.gateway.clone();
            until("it has a session", || gateway.num_sessions() > num_sessions);
        } else {
            let mut address = None;
            until("it listens", || {
                let log = std::fs::read_to_string(&agent.stderr).unwrap();
                let line = log.lines().find(|line| line.contains("listening for interactions"));
                address = line.and_then(|line| Some(line.split_once("address=")?.1.trim().to_owned()));
                address.is_some()
            });
            self.sender.endpoint = format!("http://{}/interactions", address.unwrap());
        }
        self.agent = Some(agent);
    }

    /// One more process of the agent.
    fn door(&self, name: &str, metrics: &str) -> Running {
        let mut agent = self.house.casa24(["run", "discord"]);
        agent.env("DISCORD_API_URL", &self.discord.url);
        agent.env("DISCORD_PUBLIC_KEY", Sender::public_key());
        agent.env("CASA24_DISCORD_MODE", self.mode);
        agent.env("CASA24_DISCORD_LISTEN", "127.0.0.1:0");
        agent.env("DISCORD_BOT_TOKEN", "bot-token-that-nobody-may-see");
        agent.env("CASA24_METRICS", metrics);
        agent.env("LOG_LEVEL", "trace");
        Running::start(&self.house, name, agent)
    }

    /// Starts the responder.
    fn answer(&mut self) {
        let mut responder = Running::start(&self.house, "responder", self.house.casa24(["run", "responder"]));
        responder.until_says("ready");
        self.responder = Some(responder);
    }

    async fn ask(&self, name: &str, options: &Value) -> String {
        self.sender.ask(&self.discord, COMMAND, name, options).await
    }

    /// What an interaction shows, once it shows something.
    async fn shown(&self, token: &str) -> Vec<Message> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let shown = self.discord.shown(token);
            if !shown.is_empty() {
                return shown;
            }
            assert!(Instant::now() < deadline, "{token} shows nothing");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What the agent has counted, a line for each.
    async fn counted(&self) -> String {
        reqwest::get(format!("http://{}/metrics", self.metrics)).await.unwrap().text().await.unwrap()
    }

    /// Ends the agent; what it has logged.
    fn log(self) -> String {
        let agent = self.agent.unwrap();
        let log = agent.stderr.clone();
        assert!(agent.terminate().success());
        std::fs::read_to_string(log).unwrap()
    }
}

/// An address that nobody listened at a moment ago.
fn free_address() -> String {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

fn none() -> Value {
    json!([])
}

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
    let picture = scene.ask("predict", &none()).await;
    assert_eq!(scene.shown(&picture).await[0].files, ["chart.png"]);
    scene.ask("no_such_command", &none()).await;
    let counted = scene.counted().await;
    // A picture and a name that is no command beside each command.
    let first_answers =
        format!("discord_first_response_seconds_count {}", casa24_answers::COMMANDS.len() + 2);
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
        (&body, now + 301, None, StatusCode::UNAUTHORIZED),
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
    let deadline = Instant::now() + PATIENCE;
    // Each is shown, or dropped where the machine is so slow that its time is over.
    loop {
        let counted = scene.counted().await;
        let of_stats =
            counted.lines().filter(|line| line.starts_with("discord_commands_total{command=\"stats\""));
        let num: u64 = of_stats.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum();
        if num == NUM {
            break;
        }
        assert!(Instant::now() < deadline, "{counted}");
        tokio::time::sleep(Duration::from_millis(50)).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn over_the_gateway_each_command_is_answered_once_whatever_fails() {
    let scene = Scene::open(GATEWAY).await;
    let identify = scene.discord.gateway.look(|record| record.identify.clone());
    assert_eq!(identify["intents"], 0);
    for fault in [
        None,
        Some(Fault::Fails(500)),
        Some(Fault::DoneButFails(503)),
        Some(Fault::Limited("shared", Duration::from_millis(200))),
        Some(Fault::Slow(Duration::from_millis(1_500))),
    ] {
        scene.discord.meet(fault.as_slice());
        let token = scene.sender.dispatch(&scene.discord, "stats", &none());
        let shown = scene.shown(&token).await;
        assert_eq!((shown.len(), shown[0].is_private), (1, false), "{fault:?}");
    }
    let refusal =
        scene.sender.dispatch(&scene.discord, "artist", &json!([{ "name": "name", "value": "zzzz" }]));
    assert!(scene.shown(&refusal).await[0].is_private);
    let log = scene.log();
    assert!(log.contains("TRACE") && !log.contains("nobody-may-see"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_process_resumes_where_the_oldest_question_is_open() {
    let mut scene = Scene::without_responder(GATEWAY).await;
    let token = scene.sender.dispatch(&scene.discord, "stats", &none());
    until("a message is promised", || scene.discord.world().is_promised(&token));
    assert!(scene.agent.take().unwrap().terminate().success());
    assert_eq!(scene.discord.gateway.look(|record| record.closed_with.clone()), [4000]);
    scene.answer();
    scene.listen();
    let shown = scene.shown(&token).await;
    assert_eq!((shown.len(), shown[0].is_private), (1, false));
    // READY was the first event, the question the second.
    let (num_identified, resumed) =
        scene.discord.gateway.look(|record| (record.num_identified, record.resumed.clone()));
    assert_eq!((num_identified, resumed), (1, vec![1]));
    // What Discord closes in passing is opened again, and goes on.
    scene.discord.gateway.close(4000);
    let token = scene.sender.dispatch(&scene.discord, "stats", &none());
    assert_eq!(scene.shown(&token).await.len(), 1);
    assert_eq!(scene.discord.gateway.look(|record| record.num_identified), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fatal_close_ends_the_program_and_says_what_to_do() {
    let scene = Scene::open(GATEWAY).await;
    scene.discord.gateway.look(|record| record.end_sessions());
    scene.discord.gateway.look(|record| record.refuse_with = Some(4004));
    scene.discord.gateway.close(4000);
    let agent = scene.agent.unwrap();
    until("it says what to do", || {
        std::fs::read_to_string(&agent.stderr).unwrap().contains("set DISCORD_BOT_TOKEN")
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_becomes_of_the_connection_each_question_is_answered_once() {
    let scene = Scene::without_agent(GATEWAY).await;
    // A heartbeat that is not acknowledged is seen soon.
    scene.discord.gateway.look(|record| record.heartbeat = Duration::from_millis(500));
    let mut scene = scene;
    scene.listen();
    scene.answer();
    let gateway = scene.discord.gateway.clone();
    for order in [
        Order::Reconnect,
        Order::Close(1_001),
        Order::Close(4_000),
        Order::Invalid(true),
        Order::Silence,
        Order::Invalid(false),
    ] {
        let (num_sessions, num_identified) =
            (gateway.num_sessions(), gateway.look(|record| record.num_identified));
        gateway.order(0, order);
        let is_lost = matches!(order, Order::Invalid(false));
        // What is sent while nobody listens comes when the session is resumed.
        let before = (!is_lost).then(|| scene.sender.dispatch(&scene.discord, "stats", &none()));
        until("there is a session again", || gateway.num_sessions() > num_sessions);
        let after = scene.sender.dispatch(&scene.discord, "stats", &none());
        for token in before.iter().chain([&after]) {
            assert_eq!(scene.shown(token).await.len(), 1, "{order:?}");
        }
        let num_new = gateway.look(|record| record.num_identified) - num_identified;
        assert_eq!(num_new, usize::from(is_lost), "{order:?}");
    }
    assert_eq!(gateway.look(|record| record.num_out_of_turn), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn doors_share_shards_and_those_of_a_killed_one_are_resumed_by_the_other() {
    const SHARDS: u64 = 4;
    let mut scene = Scene::without_agent(GATEWAY).await;
    let gateway = scene.discord.gateway.clone();
    gateway.look(|record| (record.num_shards, record.max_concurrency) = (SHARDS, 4));
    scene.listen();
    scene.answer();
    until("each shard has a session", || gateway.look(|record| record.num_identified) == 4);
    let other = scene.door("other", &free_address());
    until("the other has its share", || gateway.look(|record| record.resumed_shards.len()) == 2);
    assert_eq!(gateway.look(|record| record.closed_with.clone()), [4_000, 4_000]);
    // Killed, with no chance to say anything.
    drop(scene.agent.take());
    let asked: Vec<String> =
        (0..SHARDS).map(|shard| scene.sender.dispatch_to(&scene.discord, shard, "stats", &none())).collect();
    until("the other has all", || gateway.look(|record| record.resumed_shards.len()) == 4);
    // The first answer of a killed one's may come too late for Discord: it is asked again, and counted.
    let asked_again =
        (0..SHARDS).map(|shard| scene.sender.dispatch_to(&scene.discord, shard, "stats", &none()));
    for token in asked_again.collect::<Vec<_>>() {
        assert_eq!(scene.shown(&token).await.len(), 1);
    }
    for token in asked {
        assert!(scene.discord.shown(&token).len() <= 1);
    }
    // Stopped, it hands over at once what a new one resumes.
    let next = scene.door("next", &free_address());
    assert!(other.terminate().success());
    until("the next has all", || gateway.look(|record| record.resumed_shards.len()) >= 8);
    let (num_identified, num_out_of_turn) =
        gateway.look(|record| (record.num_identified, record.num_out_of_turn));
    assert_eq!((num_identified, num_out_of_turn), (4, 0));
    drop(next);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_loop_leaves_the_last_sessions_of_a_day() {
    let mut scene = Scene::without_agent(GATEWAY).await;
    let gateway = scene.discord.gateway.clone();
    gateway.look(|record| record.sessions_left = 51);
    scene.listen();
    for _ in 0..3 {
        drop(scene.agent.take());
        gateway.look(|record| record.end_sessions());
        let agent = scene.door("discord", &scene.metrics);
        until("it waits", || {
            std::fs::read_to_string(&agent.stderr).unwrap().contains("few sessions are left")
        });
        scene.agent = Some(agent);
    }
    let (num_identified, is_token_reset) =
        gateway.look(|record| (record.num_identified, record.is_token_reset));
    assert_eq!((num_identified, is_token_reset), (1, false));
}
