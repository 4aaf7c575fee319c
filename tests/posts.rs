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
    RawSnapshot, RawValue, ReportSettings, ServerSettings, Trend, TrendKind, Value,
};
use futures::StreamExt;
use serde_json::json;
use stand_in::StandIn;
use support::{House, PATIENCE, Running};
use time::{Duration, OffsetDateTime};

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
        let value = |number: f64| Value::new(number).unwrap();
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

#[tokio::test(flavor = "multi_thread")]
async fn the_week_is_posted_once_at_its_hour() {
    let scene = Scene::open(&["trends", "responder"]).await;
    let day = (now().date() - Duration::days(7)).to_string();
    let artists = json!([{ "name": "Luz", "spotify": { "followers": 100 } }]);
    scene
        .house
        .write(&format!("h/historical/{day}.json"), json!({ "date": day, "artists": artists }).to_string());
    scene.house.text(&["import", "h"]);
    let due = now();
    let report = ReportSettings {
        channel: CHANNEL.to_owned(),
        weekday: due.weekday().number_from_monday(),
        hour: due.hour(),
        since: Observed::instant(due - Duration::hours(2)),
    };
    scene.discord.world().is_silent = true;
    let settings = ServerSettings::none(SERVER, Observed::instant(due));
    scene.store(&ServerSettings { report: Some(report), ..settings }).await;
    let agent = scene.post();
    support::until("it is posted", || scene.num_posted() == 1);
    drop(agent);
    scene.discord.world().is_silent = false;
    let _agent = scene.post();
    let posts = scene.ended(1).await;
    assert_eq!((posts.len(), posts[0].state, scene.num_posted()), (1, PostState::Posted, 1));
}
