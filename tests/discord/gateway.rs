//! The gateway: whatever becomes of connections and processes, each question is answered once.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::scene::*;
use crate::stand_in::{Fault, Order};
use crate::support::{PATIENCE, signal, until};

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
async fn processes_restarted_in_turn_lose_no_question() {
    const SHARDS: u64 = 2;
    let mut scene = Scene::without_agent(GATEWAY).await;
    scene.answer();
    let gateway = scene.discord.gateway.clone();
    gateway.look(|record| (record.num_shards, record.max_concurrency) = (SHARDS, SHARDS));
    let mut doors: Vec<_> =
        ["first", "second"].map(|name| scene.door(name, &free_address())).into_iter().collect();
    until("each shard has a session", || gateway.look(|record| record.num_identified) == 2);
    let ask = || {
        let shards = (0..5 * SHARDS).map(|number| number % SHARDS);
        shards
            .map(|shard| scene.sender.dispatch_to(&scene.discord, shard, "stats", &none()))
            .collect::<Vec<_>>()
    };
    let mut asked: Vec<String> = Vec::new();
    let mut logs: Vec<PathBuf> = doors.iter().map(|door| door.stderr.clone()).collect();
    for name in ["third", "fourth"] {
        let mut next = scene.door(name, &free_address());
        logs.push(next.stderr.clone());
        next.until_says("ready");
        asked.extend(ask());
        assert!(doors.remove(0).terminate().success());
        asked.extend(ask());
        doors.push(next);
    }
    // Each is shown, or a process says that its time was over, where the machine is so slow.
    let is_told_late = |token: &str| {
        let interaction = format!("interaction=\"{}\"", token.rsplit('-').next().unwrap());
        let told = |line: &str| {
            let is_late = line.contains("no time left") || line.contains("no longer knows the interaction");
            is_late && line.contains("not answered") && line.contains(&interaction)
        };
        logs.iter().any(|log| std::fs::read_to_string(log).unwrap().lines().any(told))
    };
    let mut handled = scene.discord.handled();
    for token in asked {
        let deadline = Instant::now() + PATIENCE;
        let num_shown = loop {
            let num_shown = scene.discord.shown(&token).len();
            if num_shown > 0 || is_told_late(&token) {
                break num_shown;
            }
            // What ends without a request is told when its three seconds are over.
            let next = tokio::time::timeout(Duration::from_secs(1), handled.changed()).await;
            assert!(next.is_ok() || Instant::now() < deadline, "{token} is lost");
        };
        assert!(num_shown <= 1, "{token}");
    }
    assert_eq!(gateway.look(|record| (record.num_identified, record.num_out_of_turn)), (2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_no_request_succeeds_what_is_not_shown_is_counted() {
    let scene = Scene::open(GATEWAY).await;
    scene.discord.world().is_down = true;
    let mut handled = scene.discord.handled();
    let lost = scene.sender.dispatch(&scene.discord, "stats", &none());
    // A request that fails may have been done.
    let line = r#"discord_dropped_total{reason="uncertain"} 1"#;
    let counted = async {
        while !scene.counted().await.lines().any(|found| found == line) {
            // It ends without a request, when its time is over.
            tokio::time::timeout(Duration::from_secs(1), handled.changed()).await.ok();
        }
    };
    tokio::time::timeout(PATIENCE, counted).await.unwrap();
    scene.discord.world().is_down = false;
    let token = scene.sender.dispatch(&scene.discord, "stats", &none());
    assert_eq!(scene.shown(&token).await.len(), 1);
    assert_eq!(scene.discord.shown(&lost), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_over_which_the_responder_is_killed_is_asked_again_and_shown_once() {
    let mut scene = Scene::open(GATEWAY).await;
    let responder = scene.responder.take().unwrap();
    // Held up, it has the question and does not answer it.
    assert!(signal("STOP", responder.pid().into()));
    let token = scene.sender.dispatch(&scene.discord, "stats", &none());
    until("a message is promised", || scene.discord.world().is_promised(&token));
    drop(responder);
    scene.answer();
    let shown = scene.shown(&token).await;
    assert_eq!((shown.len(), shown[0].is_private), (1, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_while_nats_server_is_killed_and_restarted_is_shown_once() {
    let scene = Scene::open(GATEWAY).await;
    let before = scene.sender.dispatch(&scene.discord, "stats", &none());
    assert_eq!(scene.shown(&before).await.len(), 1);
    let (_, pid) = scene.house.server().unwrap();
    assert!(signal("KILL", pid));
    let token = scene.sender.dispatch(&scene.discord, "leaderboard", &none());
    until("another server runs", || scene.house.server().is_some_and(|(_, other)| other != pid));
    let shown = scene.shown(&token).await;
    assert_eq!((shown.len(), shown[0].is_private), (1, false));
    // The shard is answered as before.
    let after = scene.sender.dispatch(&scene.discord, "stats", &none());
    assert_eq!(scene.shown(&after).await.len(), 1);
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
