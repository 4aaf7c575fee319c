//! Wikipedia.

use casa24_collectors::Fault;
use casa24_collectors::platforms::Access;
use casa24_schemas::{Absence, Metric, RawValue};
use time::macros::date;
use time::{Duration, OffsetDateTime};

use crate::Under;
use crate::server::{Answer, Server};

const SETTING: &str = "WIKIMEDIA_API_URL";

fn of_day(timestamp: &str, views: &str) -> String {
    format!(
        r#"{{"project": "en.wikipedia", "article": "A", "granularity": "daily", "timestamp": "{timestamp}",
             "access": "all-access", "agent": "user", "views": {views}}}"#
    )
}

/// <https://github.com/Commonists/pageview-api/issues/5>: days that are left out of an answer.
#[tokio::test]
async fn each_day_is_a_snapshot_of_that_day_and_an_omitted_one_is_none() {
    // The first was not asked for.
    let days = [
        of_day("2026111900", "7"),
        of_day("2026112000", "12"),
        of_day("2026112200", "0"),
        of_day("2026112300", "null"),
    ];
    let server = Server::start(move |_| Answer::ok(format!(r#"{{"items": [{}]}}"#, days.join(",")))).await;
    let since = |access: Access| Access { since: Some(date!(2026 - 11 - 20)), ..access };
    let seen = Under::with(SETTING, &server, since).fetch(&["en/Nina Simone"]).await.unwrap();
    let of: Vec<_> = seen[0]
        .iter()
        .map(|seen| (seen.day.unwrap().to_string(), seen.metrics.get(&Metric::PAGE_VIEWS).cloned()))
        .collect();
    let day = |day: &str, views| (day.to_owned(), views);
    let expected = [
        day("2026-11-20", Some(RawValue::Integer(12))),
        // A zero that the platform gives is one.
        day("2026-11-22", Some(RawValue::Integer(0))),
        day("2026-11-23", None),
    ];
    assert_eq!(of, expected);
    assert_eq!(seen[0][2].absent, [(Metric::PAGE_VIEWS, Absence::NotYet)].into());
}

/// <https://github.com/Commonists/pageview-api/issues/6>: titles with `/` and `?`.
#[tokio::test]
async fn the_last_whole_days_are_asked_for_or_all_since_a_day() {
    let server = Server::start(|_| Answer::status(404, r#"{"title": "Not found"}"#)).await;
    let path = "/metrics/pageviews/per-article/es.wikipedia/all-access/user";
    let today = OffsetDateTime::now_utc().date();
    let stamp = |day: time::Date| day.to_string().replace('-', "");
    assert_eq!(Under::test(SETTING, &server).fetch(&["es/AC/DC: ¿Qué?"]).await.unwrap(), [vec![]]);
    let (since, until) = (stamp(today - Duration::days(7)), stamp(today - Duration::days(1)));
    let article = "AC%2FDC:_%C2%BFQu%C3%A9%3F";
    // The day may have changed since it was looked at.
    let is_asked = |target: &str, since: &str| {
        [until.clone(), stamp(today)]
            .iter()
            .any(|until| target == format!("{path}/{article}/daily/{since}/{until}"))
    };
    let target = server.asked()[0].target.clone();
    let next_day = stamp(today - Duration::days(6));
    assert!(is_asked(&target, &since) || is_asked(&target, &next_day), "{target}");
    let since = |since| move |access: Access| Access { since: Some(since), ..access };
    let early = Under::with(SETTING, &server, since(date!(2001 - 01 - 01)));
    early.fetch(&["es/AC/DC: ¿Qué?"]).await.unwrap();
    let target = server.asked()[1].target.clone();
    assert!(is_asked(&target, "20150701"), "{target}");
}

/// <https://github.com/lehinevych/MediaWikiAPI/issues/92>: all who used a program shared the limit of its own page.
#[tokio::test]
async fn wikimedia_is_told_how_to_reach_the_operator() {
    let server = Server::start(|_| Answer::ok(r#"{"items": []}"#)).await;
    Under::test(SETTING, &server).fetch(&["en/A"]).await.unwrap();
    let asked = server.asked();
    let agent = asked[0].header("user-agent").unwrap();
    assert!(agent.starts_with("Casa24/") && agent.ends_with("(ops@label.example)"), "{agent}");
}

#[tokio::test]
async fn a_refusal_for_want_of_a_contact_ends_the_run() {
    let server = Server::start(|_| Answer::status(403, "Please set a user-agent")).await;
    let fault = Under::test(SETTING, &server).fetch(&["en/A"]).await.unwrap_err();
    assert!(
        matches!(&fault, Fault::Stopped { what, until: None } if what.contains("CASA24_CONTACT")),
        "{fault}"
    );
}

#[tokio::test]
async fn accounts_are_an_edition_and_a_title() {
    let server = Server::start(|_| Answer::Close).await;
    let wikipedia = Under::test(SETTING, &server);
    for id in ["", "Nina Simone", "en/", "en/ ", "EN/A", "en.evil.example/A", "/A"] {
        assert!(wikipedia.check(id).is_err(), "{id}");
    }
    assert_eq!((wikipedia.check("zh-yue/A"), wikipedia.check("simple/AC/DC")), (Ok(()), Ok(())));
}
