//! `ListenBrainz`.

use casa24_schemas::{Absence, Metric, RawValue};
use serde_json::{Value, json};

use crate::Under;
use crate::server::{Answer, Asked, Server};

const SETTING: &str = "LISTENBRAINZ_API_URL";
const KNOWN: &str = "8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11";
const UNHEARD: &str = "F27EC8DB-AF05-4F36-916E-3D57F91ECF5E";
const UNANSWERED: &str = "a74b1b7f-71a5-4011-9441-d0b5e4122711";

/// Answers each id, one of them with null and one not at all.
fn popularity(asked: &Asked) -> Answer {
    let body: Value = serde_json::from_str(&asked.body).unwrap();
    let ids = body["artist_mbids"].as_array().unwrap().iter();
    let of = |id: &Value| {
        let known = id == KNOWN;
        let (listens, users) = if known { (json!(34_012), json!(411)) } else { (Value::Null, Value::Null) };
        let id = id.as_str().unwrap().to_lowercase();
        json!({ "artist_mbid": id, "total_listen_count": listens, "total_user_count": users })
    };
    let answers: Vec<Value> = ids.filter(|id| *id != UNANSWERED).map(of).collect();
    Answer::ok(Value::from(answers).to_string())
}

#[tokio::test]
async fn a_batch_is_read_by_id_and_null_is_absent() {
    let server = Server::start(popularity).await;
    let seen = Under::test(SETTING, &server).fetch(&[UNANSWERED, UNHEARD, KNOWN]).await.unwrap();
    assert_eq!(seen[0], []);
    let absent = [(Metric::LISTENERS, Absence::NotFound), (Metric::LISTENS, Absence::NotFound)];
    assert_eq!((&seen[1][0].metrics, &seen[1][0].absent), (&[].into(), &absent.into()));
    let expected =
        [(Metric::LISTENERS, RawValue::Integer(411)), (Metric::LISTENS, RawValue::Integer(34_012))];
    assert_eq!((&seen[2][0].metrics, &seen[2][0].absent), (&expected.into(), &[].into()));
    let asked = server.asked();
    assert_eq!((asked.len(), asked[0].method.as_str()), (1, "POST"));
    assert_eq!(asked[0].target, "/1/popularity/artist");
}

#[tokio::test]
async fn what_would_spoil_a_batch_is_found_before() {
    let server = Server::start(popularity).await;
    let listenbrainz = Under::test(SETTING, &server);
    for id in
        ["", "27", &KNOWN[1..], &KNOWN.replace('-', "0"), &KNOWN.replace('8', "g"), &format!("{KNOWN} ")]
    {
        assert!(listenbrainz.check(id).is_err(), "{id}");
    }
    assert_eq!((listenbrainz.check(KNOWN), listenbrainz.check(UNHEARD)), (Ok(()), Ok(())));
}
