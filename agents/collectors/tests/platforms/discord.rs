//! Discord: the label's own server.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use casa24_collectors::Fault;
use casa24_collectors::platforms::{Access, Listed};
use casa24_schemas::{Absence, Metric, Platform, RawValue, metric_info};

use crate::server::{Answer, Server};
use crate::{KEY, Under};

const SETTING: &str = "DISCORD_API_URL";
const NORTE: &str = "1000000000000000077";
/// A server as Discord describes it.
const GUILD: &str = include_str!("guild.json");

#[tokio::test]
async fn the_servers_members_come_with_its_name_and_the_token_in_a_header() {
    let server = Server::start(|_| Answer::ok(GUILD)).await;
    let seen = Under::test(SETTING, &server).fetch(&[NORTE]).await.unwrap();
    let counts =
        [(Metric::MEMBER_COUNT, RawValue::Integer(61)), (Metric::ONLINE_COUNT, RawValue::Integer(18))];
    assert_eq!((&seen[0][0].metrics, seen[0][0].absent.len()), (&counts.into(), 0));
    assert_eq!(seen[0][0].content.as_ref().unwrap().display_name.as_deref(), Some("Norte"));
    let asked = &server.asked()[0];
    assert_eq!(asked.target, format!("/guilds/{NORTE}?with_counts=true"));
    assert_eq!(asked.header("authorization"), Some(format!("Bot {KEY}").as_str()));
    assert!(asked.header("user-agent").unwrap().starts_with("DiscordBot ("));
}

#[tokio::test]
async fn counts_are_marked_as_approximate() {
    let server = Server::start(|_| Answer::ok(GUILD)).await;
    assert!(Under::test(SETTING, &server).source().contains("approximate"));
    for metric in [Metric::MEMBER_COUNT, Metric::ONLINE_COUNT] {
        assert!(metric_info(&Platform::DISCORD, &metric).unwrap().approximate);
    }
}

#[tokio::test]
async fn a_count_that_does_not_come_is_absent() {
    let guild = GUILD.replace(": 18", ": null");
    let server = Server::start(move |_| Answer::ok(guild.clone())).await;
    let seen = Under::test(SETTING, &server).fetch(&[NORTE]).await.unwrap();
    assert_eq!(seen[0][0].metrics, [(Metric::MEMBER_COUNT, RawValue::Integer(61))].into());
    assert_eq!(seen[0][0].absent, [(Metric::ONLINE_COUNT, Absence::NotOffered)].into());
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    for (status, body) in [(404, r#"{"message": "Unknown Guild", "code": 10004}"#), (200, GUILD)] {
        let server = Server::start(move |_| Answer::status(status, body)).await;
        let seen = Under::test(SETTING, &server).fetch(&["1000000000000000078"]).await.unwrap();
        assert_eq!(seen, [vec![]], "neither an unknown server nor another one gives figures");
    }
    let server =
        Server::start(|_| Answer::status(401, r#"{"message": "401: Unauthorized", "code": 0}"#)).await;
    let fault = Under::test(SETTING, &server).fetch(&[NORTE]).await.unwrap_err();
    assert!(
        matches!(&fault, Fault::Stopped { what, until: None } if what.contains("DISCORD_BOT_TOKEN")),
        "{fault}"
    );
    let server =
        Server::start(|_| Answer::status(403, r#"{"message": "Missing Access", "code": 50001}"#)).await;
    let fault = Under::test(SETTING, &server).fetch(&[NORTE]).await.unwrap_err();
    assert!(matches!(&fault, Fault::Refused { what } if what.contains("DISCORD_GUILD_ID")), "{fault}");
}

#[tokio::test]
async fn no_request_is_sent_before_more_are_left() {
    let num = AtomicU32::new(0);
    let server = Server::start(move |_| match num.fetch_add(1, Ordering::Relaxed) {
        0 => {
            let headers = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset-after", "0.4")]
                .map(|(name, of)| (name, of.to_owned()));
            Answer::Http(200, headers.to_vec(), GUILD.to_owned())
        }
        _ => Answer::ok(GUILD),
    })
    .await;
    let discord = Under::test(SETTING, &server);
    discord.fetch(&[NORTE]).await.unwrap();
    discord.fetch(&[NORTE]).await.unwrap();
    let asked = server.asked();
    assert!(asked[1].at - asked[0].at >= Duration::from_millis(400));
}

#[tokio::test]
async fn of_several_servers_the_first_is_the_labels() {
    let access = |servers: &str| Access {
        discord_token: Some(KEY.into()),
        discord_server: Some(servers.to_owned()),
        ..Access::default()
    };
    let discord = |access: &Access| {
        access
            .collectors()
            .unwrap()
            .into_iter()
            .find(|listed| listed.platform() == Platform::DISCORD)
            .unwrap()
    };
    let Listed::Ready(collector) = discord(&access(" 77 , 78")) else { panic!("it is set") };
    assert_eq!(collector.label_account(), Some("77"));
    assert!(
        collector.check("77").is_ok() && collector.check("norte").is_err() && collector.check("").is_err()
    );
    assert!(discord(&access("77")).is_needed(&[]), "no artist needs to have an account");
    for lacking in [access(""), Access { discord_token: None, ..access("77") }, Access::default()] {
        let listed = discord(&lacking);
        assert!(matches!(listed, Listed::Lacks { .. }) && !listed.is_needed(&[]));
    }
}
