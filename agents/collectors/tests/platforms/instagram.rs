//! Instagram.

use casa24_collectors::Fault;
use casa24_schemas::{Absence, Metric, RawValue};
use time::OffsetDateTime;

use crate::server::{Answer, Server};
use crate::{KEY, Under};

const SETTING: &str = "INSTAGRAM_API_URL";

fn error(code: i64, subcode: i64, message: &str) -> Answer {
    let body = format!(
        r#"{{"error": {{"message": "{message}", "type": "OAuthException", "code": {code}, "error_subcode": {subcode}}}}}"#
    );
    Answer::status(400, body)
}

async fn fault(answer: Answer) -> (Fault, usize) {
    let server = Server::start(move |_| answer.clone()).await;
    let fault = Under::test(SETTING, &server).fetch(&["luz.music"]).await.unwrap_err();
    assert!(!format!("{fault:?}").contains(KEY));
    (fault, server.asked().len())
}

#[tokio::test]
async fn a_professional_account_is_read() {
    let body = r#"{"business_discovery": {"username": "luz.music", "name": "LUZ", "followers_count": 945,
        "media_count": 31, "id": "1"}, "id": "1784"}"#;
    let server = Server::start(move |_| Answer::ok(body)).await;
    let seen = Under::test(SETTING, &server).fetch(&["Luz.Music"]).await.unwrap();
    let expected =
        [(Metric::FOLLOWERS, RawValue::Integer(945)), (Metric::MEDIA_COUNT, RawValue::Integer(31))];
    assert_eq!((&seen[0][0].metrics, seen[0][0].absent.len()), (&expected.into(), 0));
    let asked = server.asked()[0].clone();
    assert!(
        asked.target.starts_with("/1784?fields=business_discovery.username%28Luz.Music%29"),
        "{}",
        asked.target
    );
    assert_eq!(asked.header("authorization"), Some(&*format!("Bearer {KEY}")));
}

#[tokio::test]
async fn personal_and_unknown_accounts_answer_alike() {
    for answer in
        [error(100, 2_207_013, "Invalid user id"), error(110, 0, "Invalid user id"), Answer::ok("{}")]
    {
        let server = Server::start(move |_| answer.clone()).await;
        assert_eq!(Under::test(SETTING, &server).fetch(&["luz.music"]).await.unwrap(), [vec![]]);
    }
}

#[tokio::test]
async fn an_account_that_answers_for_another_gives_no_figures() {
    let body = r#"{"business_discovery": {"username": "somebody", "followers_count": 9}}"#;
    let server = Server::start(move |_| Answer::ok(body)).await;
    let seen = Under::test(SETTING, &server).fetch(&["luz.music"]).await.unwrap();
    assert_eq!((seen[0][0].metrics.len(), seen[0][0].absent[&Metric::FOLLOWERS]), (0, Absence::Refused));
}

#[tokio::test]
async fn a_token_that_has_ended_and_a_limit_end_the_run() {
    let (ended, num_tries) = fault(error(190, 463, "Session has expired")).await;
    assert!(
        matches!(&ended, Fault::Stopped { what, until: None } if what.contains("INSTAGRAM_ACCESS_TOKEN"))
    );
    assert_eq!(num_tries, 1);
    let (limited, num_tries) = fault(error(4, 0, "Application request limit reached")).await;
    let Fault::Stopped { until: Some(until), .. } = limited else { panic!("{limited:?}") };
    assert!(until - OffsetDateTime::now_utc() > time::Duration::minutes(59));
    assert_eq!(num_tries, 1);
    let (passing, num_tries) = fault(error(2, 0, "Service temporarily unavailable")).await;
    assert!(matches!(passing, Fault::Failed { num_tries: 3, .. }) && num_tries == 3, "{passing}");
}

#[tokio::test]
async fn names_that_would_change_the_question_are_not_asked_for() {
    let server = Server::start(|_| Answer::Close).await;
    let instagram = Under::test(SETTING, &server);
    for id in ["", "@luz", "luz)", "luz){id},x(", "luz music", &"l".repeat(31)] {
        assert!(instagram.check(id).is_err(), "{id}");
    }
    assert_eq!(instagram.check("_luz.music24"), Ok(()));
}
