//! Instagram.

use casa24_collectors::Fault;
use casa24_collectors::platforms::Access;
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

/// A token that is kept, got for the one that is set, and how many days are left of it.
fn kept(set: &str, token: &str, days_left: i64) -> String {
    let ends_at = (OffsetDateTime::now_utc() + time::Duration::days(days_left)).unix_timestamp();
    format!(r#"{{"set": "{set}", "token": "{token}", "ends_at": {ends_at}}}"#)
}

/// Asks with an app that renews; what is kept before and after, the requests, and what the operator is told.
struct Renewing {
    folder: tempfile::TempDir,
    server: Server,
}

impl Renewing {
    async fn start(exchange: Answer, kept: Option<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if let Some(kept) = kept {
            std::fs::write(folder.path().join("instagram-token.json"), kept).unwrap();
        }
        let server = Server::start(move |asked| match asked.target.as_str() {
            "/oauth/access_token" => exchange.clone(),
            _ => Answer::ok(r#"{"business_discovery": {"username": "luz", "followers_count": 9}}"#),
        })
        .await;
        Self { folder, server }
    }

    fn instagram(&self) -> Under {
        Under::with(SETTING, &self.server, |access| Access {
            instagram_app: Some(("4711".to_owned(), "app-s3cret".into())),
            token_folder: Some(self.folder.path().to_owned()),
            ..access
        })
    }

    fn asked_with(&self) -> Vec<Option<String>> {
        self.server.asked().iter().map(|asked| asked.header("authorization").map(str::to_owned)).collect()
    }
}

fn bearer(token: &str) -> Option<String> {
    Some(format!("Bearer {token}"))
}

const SIXTY_DAYS: &str = r#"{"access_token": "l0ng", "token_type": "bearer", "expires_in": 5184000}"#;

#[tokio::test]
async fn a_token_is_renewed_once_and_kept_where_only_its_owner_reads_it() {
    let renewing = Renewing::start(Answer::ok(SIXTY_DAYS), None).await;
    let instagram = renewing.instagram();
    instagram.fetch(&["luz"]).await.unwrap();
    instagram.fetch(&["luz"]).await.unwrap();
    // A restart finds it.
    renewing.instagram().fetch(&["luz"]).await.unwrap();
    assert_eq!(renewing.asked_with(), [None, bearer("l0ng"), bearer("l0ng"), bearer("l0ng")]);
    let exchange = renewing.server.asked()[0].clone();
    let expected = "grant_type=fb_exchange_token&client_id=4711&client_secret=app-s3cret&fb_exchange_token=s3cr-et%2F%2Bkey";
    assert_eq!((exchange.target.as_str(), exchange.body.as_str()), ("/oauth/access_token", expected));
    assert_eq!(instagram.notices(), [""; 0]);
    #[cfg(unix)]
    {
        let file = std::fs::metadata(renewing.folder.path().join("instagram-token.json")).unwrap();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&file.permissions()) & 0o777, 0o600);
    }
    assert_eq!(std::fs::read_dir(renewing.folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_token_is_renewed_near_its_end_and_one_that_is_set_anew_takes_its_place() {
    for (kept, exchanged) in [
        (kept(KEY, "0ld", 31), None),
        (kept(KEY, "0ld", 29), Some("fb_exchange_token=0ld")),
        (kept("another", "0ld", 40), Some("fb_exchange_token=s3cr-et%2F%2Bkey")),
        ("{\"set\": ".to_owned(), Some("fb_exchange_token=s3cr-et%2F%2Bkey")),
    ] {
        let renewing = Renewing::start(Answer::ok(SIXTY_DAYS), Some(kept)).await;
        renewing.instagram().fetch(&["luz"]).await.unwrap();
        let asked = renewing.server.asked();
        let exchange = asked.iter().find(|asked| asked.target == "/oauth/access_token");
        match exchanged {
            Some(of) => assert!(exchange.unwrap().body.ends_with(of), "{}", exchange.unwrap().body),
            None => assert!(exchange.is_none()),
        }
        let last = renewing.asked_with().pop().unwrap();
        assert_eq!(last, bearer(if exchanged.is_some() { "l0ng" } else { "0ld" }));
    }
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_is_used_and_told_of_until_it_has_ended() {
    let refused = || error(190, 0, &format!("no {KEY}"));
    let told = async |kept: Option<String>| {
        let renewing = Renewing::start(refused(), kept).await;
        let instagram = renewing.instagram();
        let answer = instagram.fetch(&["luz"]).await;
        let last = renewing.asked_with().pop().unwrap();
        let notices = instagram.notices().join("; ");
        assert!(
            !notices.contains(KEY) && notices.contains("could not be renewed: it answers 400"),
            "{notices}"
        );
        (answer, last, notices)
    };
    let (answer, last, notices) = told(None).await;
    assert!(answer.is_ok() && last == bearer(KEY) && !notices.contains("ends on"), "{notices}");
    let (answer, last, notices) = told(Some(kept(KEY, "0ld", 20))).await;
    assert!(answer.is_ok() && last == bearer("0ld") && !notices.contains("ends on"), "{notices}");
    let (answer, last, notices) = told(Some(kept(KEY, "0ld", 13))).await;
    assert!(answer.is_ok() && last == bearer("0ld") && notices.contains("ends on 20"), "{notices}");
    let (answer, last, _) = told(Some(kept(KEY, "0ld", -1))).await;
    let fault = answer.unwrap_err().to_string();
    assert!(fault.contains("has ended on 20") && fault.contains("make a new token"), "{fault}");
    assert_eq!(last, None, "nothing is asked with it");
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
