//! What is posted unasked, as tests and measurements see it: a bus, Discord, and what is stored on the one and shown on the
//! other.

#![allow(dead_code, missing_docs, unreachable_pub, reason = "each target uses a part")]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::collections::BTreeMap;
use std::process::Stdio;

use casa24_bus::{Bus, Outgoing, Patience, Settings};
use casa24_collectors::sample::SampleLabel;
use casa24_schemas::{
    Account, AlertSettings, Artist, Day, Facts, Finding, Method, Observed, Platform, Post, PostState,
    RawSnapshot, RawValue, ServerSettings, Trend, TrendKind, Value,
};
use futures::StreamExt;
use serde_json::{Value as Json, json};
use time::{Duration, OffsetDateTime};

use crate::stand_in::StandIn;
use crate::support::{self, House, PATIENCE, Running};

pub const SERVER: &str = "5";
pub const CHANNEL: &str = "24";

pub struct Scene {
    pub discord: StandIn,
    pub bus: Bus,
    pub url: String,
    pub house: House,
    _up: Running,
}

impl Scene {
    /// A bus, and agents beside the one that keeps it.
    pub async fn open(agents: &[&str]) -> Self {
        let house = House::new();
        let mut up = Running::start(&house, "bus", house.casa24([&["run", "validator"], agents].concat()));
        up.until_says("ready");
        let (url, _) = house.server().unwrap();
        let bus = Bus::connect(&Settings::new(url.clone(), "operator")).await.unwrap();
        Self { discord: StandIn::start().await, bus, url, house, _up: up }
    }

    /// Starts the agent that posts.
    pub fn post(&self) -> Running {
        let mut agent = self.house.casa24(["run", "posts"]);
        agent.env("DISCORD_API_URL", &self.discord.url).env("DISCORD_BOT_TOKEN", "token-that-nobody-may-see");
        let mut agent = Running::start(&self.house, "posts", agent);
        agent.until_says("ready");
        agent
    }

    pub async fn store<E: casa24_schemas::Event>(&self, event: &E) {
        self.bus.publish(&[Outgoing::root(event)], Patience::BRIEF).await.unwrap();
    }

    /// Writes a history of so many artists and days into a folder: made up, but not marked as such, and up to today.
    pub fn write_history(&self, folder: &str, num_artists: u32, num_days: u32) {
        let folder = self.house.path(folder);
        let label = SampleLabel { num_artists, num_days, end: now().date(), ..SampleLabel::default() };
        label.write(&folder, || {}).unwrap();
        let days = std::fs::read_dir(folder.join("historical")).unwrap().map(|day| day.unwrap().path());
        for file in days.chain([folder.join("latest.json")]) {
            let mut document: Json = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
            document.as_object_mut().unwrap().remove("sample").unwrap();
            std::fs::write(&file, document.to_string()).unwrap();
        }
    }

    /// Imports a folder, however long that takes.
    pub fn import(&self, folder: &str) {
        let mut import = self.house.casa24(["import", folder]);
        let ended = import.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
        assert!(ended.success(), "the import failed");
    }

    /// How many findings of the last 48 hours are stored, once there are some.
    pub async fn fresh_findings(&self) -> usize {
        let client = support::connect(&self.url).await;
        let mut stored = client.subscribe("stored.TRENDS").await.unwrap();
        client.flush().await.unwrap();
        let first = (now() - Duration::hours(48)).date();
        loop {
            let trends = self.bus.newest::<Trend>("trend.>").await.unwrap();
            let findings = trends.iter().flat_map(|stored| &stored.event.findings);
            match findings.filter(|finding| finding.date.0 >= first).count() {
                0 => {
                    let more = tokio::time::timeout(PATIENCE, stored.next()).await;
                    assert!(more.is_ok_and(|more| more.is_some()), "nothing is found");
                }
                num => return num,
            }
        }
    }

    /// What became of the posts, once as many have ended as this.
    pub async fn ended(&self, num: usize) -> Vec<Post> {
        self.posts_of(|posts| posts.iter().filter(|post| post.state != PostState::Intended).count() >= num)
            .await
    }

    /// What became of the posts, once it is this.
    pub async fn posts_of(&self, is_so: impl Fn(&[Post]) -> bool) -> Vec<Post> {
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

    pub fn num_posted(&self) -> usize {
        self.discord.world().posted.len()
    }

    /// A milestone of today, and the snapshot that shows it.
    pub async fn milestone(&self, name: &str, observed_at: Observed, threshold: f64) {
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
pub fn followers() -> (Platform, casa24_schemas::Metric) {
    let platform: Platform = serde_json::from_value(json!("spotify")).unwrap();
    (platform, serde_json::from_value(json!("followers")).unwrap())
}

pub fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

pub fn ago(duration: Duration) -> Observed {
    Observed::instant(now() - duration)
}

pub fn alerts(since: Observed) -> ServerSettings {
    let channel = CHANNEL.to_owned();
    let alerts = Some(AlertSettings { channel, kinds: Vec::new(), since });
    ServerSettings { alerts, language: Some("es".to_owned()), ..ServerSettings::none(SERVER, since) }
}
