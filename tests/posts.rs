//! What is posted in Discord unasked: each finding and each week once, whatever is killed between, and nothing of what was
//! imported.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "support/discord/mod.rs"]
mod stand_in;
mod support;

use std::collections::BTreeMap;

use casa24_bus::{Bus, Outgoing, Patience, Settings};
use casa24_schemas::{
    Account, AlertSettings, Artist, Day, Facts, Finding, Method, Observed, Platform, Post, PostState,
    RawSnapshot, RawValue, ReportSettings, ServerSettings, Trend, TrendKind,
};
use futures::StreamExt;
use serde_json::{Value, json};
use stand_in::StandIn;
use support::{House, PATIENCE, Running};
use time::{Duration, OffsetDateTime};
use tokio::sync::watch;

const SERVER: &str = "5";
const CHANNEL: &str = "24";

struct Scene {
    discord: StandIn,
    bus: Bus,
    url: String,
    house: House,
    _up: Running,
}

impl Scene {
    /// A bus, and agents beside the one that keeps it.
    async fn open(agents: &[&str]) -> Self {
        let house = House::new();
        let mut up = Running::start(&house, "bus", house.casa24([&["run", "validator"], agents].concat()));
        up.until_says("ready");
        let (url, _) = house.server().unwrap();
        let bus = Bus::connect(&Settings::new(url.clone(), "operator")).await.unwrap();
        Self { discord: StandIn::start().await, bus, url, house, _up: up }
    }

    /// Starts the agent that posts.
    fn post(&self) -> Running {
        let mut agent = self.house.casa24(["run", "posts"]);
        agent.env("DISCORD_API_URL", &self.discord.url).env("DISCORD_BOT_TOKEN", "token-that-nobody-may-see");
        let mut agent = Running::start(&self.house, "posts", agent);
        agent.until_says("ready");
        agent
    }

    async fn store<E: casa24_schemas::Event>(&self, event: &E) {
        self.bus.publish(&[Outgoing::root(event)], Patience::BRIEF).await.unwrap();
    }

    /// What became of the posts, once as many have ended as this.
    async fn ended(&self, num: usize) -> Vec<Post> {
        self.posts_of(|posts| posts.iter().filter(|post| post.state != PostState::Intended).count() >= num)
            .await
    }

    /// What became of the posts, once it is this.
    async fn posts_of(&self, is_so: impl Fn(&[Post]) -> bool) -> Vec<Post> {
        let client = support::connect(&self.url).await;
        let mut stored = client.subscribe("stored.POSTS").await.unwrap();
        client.flush().await.unwrap();
        loop {
            let posts = self.bus.newest::<Post>("post.>").await.unwrap();
            let posts: Vec<Post> = posts.into_iter().map(|stored| stored.event).collect();
            if is_so(&posts) {
                return posts;
            }
            let more = tokio::time::timeout(PATIENCE, stored.next()).await;
            assert!(more.is_ok_and(|more| more.is_some()), "{posts:?}");
        }
    }

    fn num_posted(&self) -> usize {
        self.discord.world().posted.len()
    }

    /// A milestone of today, and the snapshot that shows it.
    async fn milestone(&self, name: &str, observed_at: Observed, threshold: f64) {
        let (platform, metric) = followers();
        let artist = Artist::new(name).unwrap();
        self.store(&RawSnapshot {
            platform: platform.clone(),
            artist: artist.clone(),
            observed_at,
            source: "test".to_owned(),
            collection: None,
            account: Account::Unknown,
            metrics: [(metric.clone(), RawValue::Text("1".to_owned()))].into(),
            absent: BTreeMap::new(),
            content: None,
            correction: None,
            sample: false,
        })
        .await;
        let value = |number: f64| casa24_schemas::Value::new(number).unwrap();
        let date = observed_at.date();
        let facts = Facts::Milestone {
            threshold: value(threshold),
            value: value(threshold + 1.0),
            from: Day(date.previous_day().unwrap()),
            before: value(1.0),
            is_goal: false,
            is_jump: false,
        };
        self.store(&Trend {
            kind: TrendKind::MILESTONE,
            artist,
            platform,
            metric,
            method: Method { name: "milestone".to_owned(), parameters: BTreeMap::new() },
            findings: vec![Finding { date: Day(date), facts, by_chance: None }],
            taken_back: Vec::new(),
            sample: false,
        })
        .await;
    }
}

/// The figure that reaches milestones.
fn followers() -> (Platform, casa24_schemas::Metric) {
    let platform: Platform = serde_json::from_value(json!("spotify")).unwrap();
    (platform, serde_json::from_value(json!("followers")).unwrap())
}

fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

fn ago(duration: Duration) -> Observed {
    Observed::instant(now() - duration)
}

fn alerts(since: Observed) -> ServerSettings {
    let channel = CHANNEL.to_owned();
    let alerts = Some(AlertSettings { channel, kinds: Vec::new(), since });
    ServerSettings { alerts, language: Some("es".to_owned()), ..ServerSettings::none(SERVER, since) }
}

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
    /// Two weeks of a label, up to a week ago.
    fn import_days(&self) {
        for back in 7..21_i32 {
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

/// The reply to a question for the week: of so many days, with a picture or without one.
fn week(num_days_observed: u32, has_picture: bool) -> Value {
    let file = json!({ "name": "week.png", "content_type": "image/png", "alt": "Up", "bytes": [137, 80] });
    let corrections = json!({ "num_revised": 0, "revised": [], "num_taken_back": 0, "taken_back": [] });
    json!({
        "command_id": "report", "name": "weekly", "as_of": "2026-03-08",
        "answer": {
            "command": "weekly", "as_of": "2026-03-08", "generated_at": "2026-03-08", "sample": false,
            "week_offset": 1, "first": "2026-03-02", "last": "2026-03-08", "time_zone": "UTC", "num_days": 7,
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
    scene.import_days();
    scene.discord.world().is_silent = true;
    let settings = report();
    scene.store(&settings).await;
    let agent = scene.post();
    support::until("it is posted", || scene.num_posted() == 1);
    drop(agent);
    scene.discord.world().is_silent = false;
    let _agent = scene.post();
    let posts = scene.ended(1).await;
    assert_eq!((posts.len(), posts[0].state, scene.num_posted()), (1, PostState::Posted, 1));
    let posted = scene.discord.world().posted[0].clone();
    let back = if settings.report.unwrap().weekday <= 3 { 1 } else { 0 };
    let line = format!("weekly week_offset:{back}");
    let image = scene.house.path("week.png");
    let asked =
        scene.house.json(&["ask", &line, "--locale", "es", "--image", image.to_str().unwrap(), "--json"]);
    let alternative = pictures(&posted.body)[0].1;
    assert!(alternative.starts_with("Gráficos de líneas:"), "{alternative}");
    assert_eq!(pictures(&posted.body), pictures(&asked["message"]));
    assert_eq!(posted.files, ["chart.png"]);
    assert_eq!(posted.body["attachments"], json!([{ "id": 0, "filename": "chart.png" }]));
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
    assert!(posted.body.to_string().contains("2 mar"), "{}", posted.body);
    assert!(posted.files.is_empty() && pictures(&posted.body).is_empty());
    assert_eq!(posted.body["attachments"], Value::Null);
}
