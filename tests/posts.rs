//! What is posted in Discord unasked: each finding and each week once, whatever is killed between, and nothing of what was
//! imported.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "support/posting.rs"]
mod posting;
#[path = "support/discord/mod.rs"]
mod stand_in;
mod support;

use casa24_schemas::{Date, Observed, Post, PostState, ReportSettings, ServerSettings};
use futures::StreamExt;
use posting::{CHANNEL, SERVER, Scene, ago, alerts, now};
use serde_json::{Value, json};
use support::PATIENCE;
use time::Duration;
use tokio::sync::watch;

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_is_posted_once_however_often_the_agent_is_killed_before_it_knows() {
    let scene = Scene::open(&[]).await;
    scene.store(&alerts(ago(Duration::hours(1)))).await;
    let mut agent = scene.post();
    for number in 1..=3_usize {
        scene.discord.world().is_silent = true;
        scene.milestone(&format!("Luz {number}"), Observed::instant(now()), 100.0).await;
        support::until("it is posted", || scene.num_posted() == number);
        drop(agent);
        scene.discord.world().is_silent = false;
        agent = scene.post();
        let posts = scene.ended(number).await;
        assert!(
            posts.iter().all(|post| post.state == PostState::Posted && post.message.is_some()),
            "{posts:?}"
        );
        assert_eq!((posts.len(), scene.num_posted()), (number, number));
    }
    let posted = scene.discord.world().posted[0].clone();
    assert_eq!(posted.channel, CHANNEL);
    assert!(posted.body.to_string().contains("Hallazgos nuevos"), "{}", posted.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_imported_or_stored_before_is_not_posted() {
    let scene = Scene::open(&[]).await;
    scene.milestone("Before", Observed::instant(now()), 100.0).await;
    scene.store(&alerts(Observed::instant(now()))).await;
    let agent = scene.post();
    scene.milestone("Imported", Observed::day(now().date()), 100.0).await;
    scene.milestone("Long ago", ago(Duration::hours(5)), 100.0).await;
    scene.milestone("Live", Observed::instant(now()), 100.0).await;
    scene.ended(1).await;
    assert!(agent.terminate().success());
    let posted = scene.discord.world().posted.clone();
    assert_eq!(posted.len(), 1);
    assert!(posted[0].body.to_string().contains("Live"), "{}", posted[0].body);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_five_findings_are_one_message() {
    let scene = Scene::open(&[]).await;
    scene.store(&alerts(ago(Duration::hours(1)))).await;
    for number in 1..=6 {
        scene.milestone(&format!("Luz {number}"), Observed::instant(now()), 100.0).await;
    }
    let _agent = scene.post();
    let posts = scene.ended(1).await;
    assert_eq!((posts.len(), posts[0].findings.len(), scene.num_posted()), (1, 6, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_refuses_is_remembered_and_the_post_given_up_after_a_day() {
    let scene = Scene::open(&[]).await;
    scene.discord.world().closed = vec![CHANNEL.to_owned()];
    scene.store(&alerts(ago(Duration::hours(30)))).await;
    let agent = scene.post();
    scene.milestone("Luz", Observed::instant(now()), 100.0).await;
    let refused = scene.ended(1).await.remove(0);
    assert_eq!((refused.state, refused.body.is_some()), (PostState::Refused, true));
    assert!(agent.terminate().success());
    // A day later.
    let day_ago = ago(Duration::hours(25));
    scene.store(&Post { due_at: day_ago, begun_at: day_ago, ..refused }).await;
    let _agent = scene.post();
    scene.posts_of(|posts| posts[0].state == PostState::GivenUp).await;
    assert_eq!(scene.num_posted(), 0);
}

/// A report that is due now, in Spanish.
fn report() -> ServerSettings {
    let due = now();
    let report = ReportSettings {
        channel: CHANNEL.to_owned(),
        weekday: due.weekday().number_from_monday(),
        hour: due.hour(),
        since: Observed::instant(due - Duration::hours(2)),
    };
    let none = ServerSettings::none(SERVER, Observed::instant(due));
    ServerSettings { report: Some(report), language: Some("es".to_owned()), ..none }
}

/// The pictures of a message: address and words.
fn pictures(message: &Value) -> Vec<(&str, &str)> {
    let parts = message["components"][0]["components"].as_array().unwrap();
    let items = parts.iter().filter_map(|part| part["items"].as_array()).flatten();
    items
        .map(|item| (item["media"]["url"].as_str().unwrap(), item["description"].as_str().unwrap()))
        .collect()
}

impl Scene {
    /// Three weeks of a label, up to so many days ago.
    fn import_days(&self, newest_back: i32) {
        for back in newest_back..newest_back + 21 {
            let day = (now().date() - Duration::days(back.into())).to_string();
            let artists = json!([{ "name": "Luz", "spotify": { "followers": 1_000 - back } }]);
            let file = json!({ "date": day, "artists": artists });
            self.house.write(&format!("h/historical/{day}.json"), file.to_string());
        }
        self.house.text(&["import", "h"]);
    }

    /// Kills the agent when it has stored a report, and Discord tells it to wait; the report, as stored.
    async fn kill_before_sending(&self) -> Post {
        self.discord.limit_all(PATIENCE);
        self.store(&report()).await;
        let agent = self.post();
        support::until("it is told to wait", || !self.discord.requests().is_empty());
        drop(agent);
        self.discord.world().limited_until = None;
        let stored = self.posts_of(|posts| posts.len() == 1).await.remove(0);
        assert_eq!((stored.state, self.num_posted()), (PostState::Intended, 0));
        stored
    }

    /// Answers the question for the week as told.
    async fn answer_weeks(&self, replies: watch::Receiver<Value>) {
        let client = support::connect(&self.url).await;
        let mut questions = client.subscribe("command.weekly").await.unwrap();
        client.flush().await.unwrap();
        tokio::spawn(async move {
            while let Some(question) = questions.next().await {
                let reply = replies.borrow().to_string();
                client.publish(question.reply.unwrap(), reply.into()).await.unwrap();
            }
        });
    }
}

/// Monday of the week that a report of today is about, and how many weeks before today's that is.
fn reported_week() -> (Date, i64) {
    let today = now().date();
    let since_monday = i64::from(today.weekday().number_days_from_monday());
    let back = i64::from(since_monday < 3);
    (today - Duration::days(since_monday + 7 * back), back)
}

/// The reply to a question for the week: of so many days, with a picture or without one.
fn week(num_days_observed: u32, has_picture: bool) -> Value {
    let (first, _) = reported_week();
    let (first, last) = (first.to_string(), (first + Duration::days(6)).to_string());
    let file = json!({ "name": "week.png", "content_type": "image/png", "alt": "Up", "bytes": [137, 80] });
    let corrections = json!({ "num_revised": 0, "revised": [], "num_taken_back": 0, "taken_back": [] });
    json!({
        "command_id": "report", "name": "weekly", "as_of": last,
        "answer": {
            "command": "weekly", "as_of": last, "generated_at": last, "sample": false,
            "week_offset": 0, "first": first, "last": last, "time_zone": "UTC", "num_days": 7,
            "num_days_observed": num_days_observed, "totals": [], "artists": [], "gained_most": null, "lost_most": null,
            "own": [], "num_findings": 0, "findings": [], "doubtful": [], "corrections": corrections,
            "expected": [],
        },
        "files": if has_picture { json!([file]) } else { json!([]) },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_week_is_posted_once_at_its_hour_as_somebody_who_asks_sees_it() {
    let scene = Scene::open(&["trends", "responder"]).await;
    scene.import_days(0);
    scene.discord.world().is_silent = true;
    scene.store(&report()).await;
    let agent = scene.post();
    support::until("it is posted", || scene.num_posted() == 1);
    drop(agent);
    scene.discord.world().is_silent = false;
    let _agent = scene.post();
    let posts = scene.ended(1).await;
    assert_eq!((posts.len(), posts[0].state, scene.num_posted()), (1, PostState::Posted, 1));
    let posted = scene.discord.world().posted[0].clone();
    let image = scene.house.path("week.png");
    let question = format!("weekly week_offset:{}", reported_week().1);
    let asked = ["ask", &question, "--locale", "es", "--image", image.to_str().unwrap(), "--json"];
    let asked = scene.house.json(&asked);
    let alternative = pictures(&posted.body)[0].1;
    assert!(alternative.starts_with("Gráficos de líneas:"), "{alternative}");
    assert_eq!(pictures(&posted.body), pictures(&asked["message"]));
    assert_eq!(posted.files, ["chart.png"]);
    assert_eq!(posted.body["attachments"], json!([{ "id": 0, "filename": "chart.png" }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_week_without_any_figure_is_posted_that_there_is_none_and_no_earlier_week() {
    let scene = Scene::open(&["trends", "responder"]).await;
    scene.import_days(14);
    scene.store(&report()).await;
    let _agent = scene.post();
    assert_eq!(scene.ended(1).await[0].state, PostState::Posted);
    let posted = scene.discord.world().posted[0].body.to_string();
    assert!(posted.contains("En esta semana no se observó nada"), "{posted}");
    assert!(!posted.contains("Se espera") && !posted.contains("seguidores"), "{posted}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_that_was_stored_and_not_sent_is_sent_with_its_picture() {
    let scene = Scene::open(&[]).await;
    let (_replies, replies) = watch::channel(week(7, true));
    scene.answer_weeks(replies).await;
    let intended = scene.kill_before_sending().await;
    let stored: Value = serde_json::from_str(intended.body.as_deref().unwrap()).unwrap();
    assert!(pictures(&stored).is_empty(), "what is stored can be sent as it is: {stored}");
    let _agent = scene.post();
    let posts = scene.ended(1).await;
    assert_eq!((posts[0].state, posts[0].key == intended.key), (PostState::Posted, true));
    let posted = scene.discord.world().posted[0].clone();
    assert_eq!(posted.body["nonce"], json!(intended.key));
    assert_eq!(pictures(&posted.body), [("attachment://week.png", "Up")]);
    assert_eq!(posted.files, ["week.png"]);
    assert_eq!(posted.files[0].bytes, [137, 80]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_that_has_changed_since_it_was_stored_is_sent_as_it_was() {
    let scene = Scene::open(&[]).await;
    let (replies, replied) = watch::channel(week(6, true));
    scene.answer_weeks(replied).await;
    let intended = scene.kill_before_sending().await;
    replies.send_replace(week(7, true));
    let _agent = scene.post();
    scene.ended(1).await;
    let posted = scene.discord.world().posted[0].clone();
    assert_eq!(posted.body, serde_json::from_str::<Value>(&intended.body.unwrap()).unwrap());
    assert!(posted.files.is_empty() && pictures(&posted.body).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_is_posted_in_words_where_there_is_no_picture_or_the_bot_may_attach_none() {
    for has_picture in [false, true] {
        is_posted_in_words(has_picture).await;
    }
}

async fn is_posted_in_words(has_picture: bool) {
    let scene = Scene::open(&[]).await;
    scene.discord.world().without_files = vec![CHANNEL.to_owned()];
    let (_replies, replies) = watch::channel(week(7, has_picture));
    scene.answer_weeks(replies).await;
    scene.store(&report()).await;
    let _agent = scene.post();
    assert_eq!(scene.ended(1).await[0].state, PostState::Posted);
    let posted = scene.discord.world().posted[0].clone();
    assert!(posted.body.to_string().contains("La semana del sello"), "{}", posted.body);
    assert!(posted.files.is_empty() && pictures(&posted.body).is_empty());
    assert_eq!(posted.body["attachments"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_that_is_imported_while_alerts_are_on_posts_nothing() {
    let scene = Scene::open(&["trends"]).await;
    scene.store(&alerts(ago(Duration::hours(1)))).await;
    let agent = scene.post();
    scene.write_history("label", 3, 120);
    scene.house.text(&["import", "label"]);
    assert!(scene.fresh_findings().await > 0);
    // What is found live comes behind them.
    scene.milestone("Found live", Observed::instant(now()), 100.0).await;
    let posts = scene.ended(1).await;
    assert!(agent.terminate().success());
    assert_eq!((posts.len(), posts[0].findings.len(), scene.num_posted()), (1, 1, 1));
    let posted = scene.discord.world().posted[0].clone();
    assert!(posted.body.to_string().contains("Found live"), "{}", posted.body);
}
