//! What is posted in Discord unasked: each finding and each week once, whatever is killed between, and nothing of what was
//! imported.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "support/posting.rs"]
mod posting;
#[path = "support/discord/mod.rs"]
mod stand_in;
mod support;

use casa24_schemas::{Observed, Post, PostState, ReportSettings, ServerSettings};
use posting::{CHANNEL, SERVER, Scene, ago, alerts, now};
use serde_json::json;
use time::Duration;

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
