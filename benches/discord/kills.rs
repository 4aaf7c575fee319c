//! The agent that posts, killed between a post and its record: what becomes of the alerts.

use casa24_schemas::{AlertSettings, Observed, Post, PostState, ServerSettings};
use time::Duration;

use crate::Outcome;
use crate::posting::{Scene, ago, now};

/// Kills the agent so often, each time when Discord has taken a post, and prints what became of the alerts.
pub(crate) async fn kills(num: usize) -> Outcome<()> {
    let scene = Scene::open(&[]).await;
    // A server for each: of one server, more than five alerts in ten minutes are one message.
    for number in 0..num {
        scene.store(&settings(number)).await;
    }
    let mut handled = scene.discord.handled();
    let mut num_unrecorded = 0;
    let mut agent = scene.post();
    for number in 0..num {
        // Every other post is not answered at all; the rest are killed while the answer is on its way or being stored.
        scene.discord.world().is_silent = number % 2 == 0;
        scene.milestone(&artist(number), Observed::instant(now()), 100.0).await;
        while scene.num_posted() <= number {
            handled.changed().await?;
        }
        drop(agent);
        scene.discord.world().is_silent = false;
        let posts = scene.bus.newest::<Post>("post.>").await?;
        num_unrecorded += posts.iter().filter(|stored| stored.event.state == PostState::Intended).count();
        agent = scene.post();
        scene.ended(number + 1).await;
    }
    let posts = scene.ended(num).await;
    let num_recorded = posts.iter().filter(|post| post.state == PostState::Posted).count();
    let posted = scene.discord.world().posted.clone();
    let num_in = |number: usize| posted.iter().filter(|posted| posted.channel == channel(number)).count();
    let (mut num_missing, mut num_doubled) = (0, 0);
    for number in 0..num {
        num_missing += usize::from(num_in(number) == 0);
        num_doubled += num_in(number).saturating_sub(1);
    }
    println!("{:60} {num:>8}", "kills after a post");
    println!("{:60} {num_unrecorded:>8}", "of them before it was recorded");
    println!("{:60} {num_recorded:>8}", "alerts recorded as posted");
    println!("{:60} {num_missing:>8}", "alerts missing in Discord");
    println!("{:60} {num_doubled:>8}", "alerts doubled in Discord");
    Ok(())
}

fn artist(number: usize) -> String {
    format!("Luz {number}")
}

fn channel(number: usize) -> String {
    (2_000 + number).to_string()
}

fn settings(number: usize) -> ServerSettings {
    let since = ago(Duration::hours(1));
    let alerts = Some(AlertSettings { channel: channel(number), kinds: Vec::new(), since });
    let server = (1_000 + number).to_string();
    ServerSettings { alerts, artists: vec![artist(number)], ..ServerSettings::none(&server, since) }
}
