//! Stores of secrets: a setting may say where its value is kept; what a store answers instead is said without it.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "../agents/collectors/tests/platforms/server.rs"]
#[expect(dead_code, reason = "each test target uses a part")]
mod server;
mod support;

use std::process::{Command, Output};

use futures::future::join_all;
use serde_json::{Value, json};
use server::{Answer, Asked, Server};
use support::{House, finish};

/// What the stores keep, and what opens them: nothing of it is ever repeated.
const KEY: &str = "pl4nted-youtube-key";
const TOKEN: &str = "hvs.pl4nted-vault-token";
const ACCESS: &str = "pl4nted/aws+secret+access+key";
const IN_VAULT: &str = "vault://secret/label/casa24#youtube";
const IN_AWS: &str = "aws-sm://prod/casa24#youtube";
const USAGE: i32 = 2;
const FAILURE: i32 = 1;

/// What Vault answers (<https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#sample-response-1>).
fn vault(fields: &Value) -> Answer {
    let metadata =
        json!({ "created_time": "2026-03-22T02:24:06.945319214Z", "deletion_time": "", "version": 2 });
    Answer::ok(json!({ "data": { "data": fields, "metadata": metadata } }).to_string())
}

/// What AWS answers
/// (<https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html#API_GetSecretValue_Examples>).
fn aws(text: &str) -> Answer {
    Answer::ok(
        json!({ "Name": "prod/casa24", "SecretString": text, "VersionStages": ["AWSCURRENT"] }).to_string(),
    )
}

fn aws_error(kind: &str) -> Answer {
    Answer::status(400, json!({ "__type": kind, "message": format!("{KEY} {ACCESS}") }).to_string())
}

/// A command that finds both stores at a stand-in, and nothing else of them.
fn casa24(house: &House, server: &Server, setting: (&str, &str), arguments: &[&str]) -> Command {
    let mut command = house.casa24(arguments);
    command.env("HOME", house.path("")).env("LOG_LEVEL", "trace").env(setting.0, setting.1);
    command.env("VAULT_ADDR", &server.address).env("VAULT_TOKEN", TOKEN);
    command.env("AWS_ENDPOINT_URL_SECRETS_MANAGER", &server.address).env("AWS_REGION", "eu-west-1");
    command.env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE").env("AWS_SECRET_ACCESS_KEY", ACCESS);
    for name in ["YOUTUBE_API_URL", "DEEZER_API_URL", "LISTENBRAINZ_API_URL", "WIKIMEDIA_API_URL"] {
        command.env(name, &server.address);
    }
    command
}

/// What a command says, and its exit code, without holding up the stand-in meanwhile.
async fn said(command: Command) -> (String, Option<i32>) {
    let output: Output = tokio::task::spawn_blocking(move || finish(command)).await.unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    for planted in [KEY, TOKEN, ACCESS] {
        assert!(!said.contains(planted), "{planted} in {said}");
    }
    (said, output.status.code())
}

/// What `check` says where a store answers so.
async fn refused(reference: &'static str, answer: Answer) -> (String, Option<i32>) {
    let (house, server) = (House::new(), Server::start(move |_| answer.clone()).await);
    let told = said(casa24(&house, &server, ("YOUTUBE_API_KEY", reference), &["check"])).await;
    let num_asked_outside =
        server.asked().iter().filter(|asked| asked.header("x-goog-api-key").is_some()).count();
    assert_eq!(num_asked_outside, 0, "a reference is no key");
    told
}

/// Both stores, and YouTube, which knows nobody.
async fn world() -> Server {
    Server::start(|asked: &Asked| match asked.target.split('?').next().unwrap_or_default() {
        "/v1/secret/data/label/casa24" => vault(&json!({ "youtube": KEY, "other": "x" })),
        "/channels" => Answer::ok(r#"{"kind": "youtube#channelListResponse", "items": []}"#),
        "/" if asked.header("x-amz-target") == Some("secretsmanager.GetSecretValue") => {
            let wanted: Value = serde_json::from_str(&asked.body).unwrap();
            match wanted["SecretId"].as_str().unwrap() {
                "prod/casa24" => aws(&json!({ "youtube": KEY }).to_string()),
                "plain" => aws(KEY),
                _ => aws_error("ResourceNotFoundException"),
            }
        }
        // Whom the other platforms do not know, they do not ask for again.
        path if path.starts_with("/artist/") => {
            Answer::ok(r#"{"error": {"code": 800, "message": "no data"}}"#)
        }
        _ => Answer::status(400, "{}"),
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_is_asked_with_the_key_that_a_store_keeps() {
    for reference in [IN_VAULT, IN_AWS, "aws-sm://plain"] {
        let (house, server) = (House::new(), world().await);
        said(casa24(&house, &server, ("YOUTUBE_API_KEY", reference), &["check"])).await;
        let asked = server.asked();
        let keys: Vec<&str> = asked.iter().filter_map(|asked| asked.header("x-goog-api-key")).collect();
        assert!(!keys.is_empty() && keys.iter().all(|key| *key == KEY), "{reference}: {keys:?}");
        let stores: Vec<&Asked> = asked
            .iter()
            .filter(|asked| asked.header("x-goog-api-key").is_none() && has_access(asked))
            .collect();
        assert_eq!(stores.len(), 1, "{reference}");
        assert!(!stores[0].target.contains(TOKEN));
    }
}

fn has_access(asked: &Asked) -> bool {
    let is_signed =
        asked.header("authorization").is_some_and(|of| of.starts_with("AWS4-HMAC-SHA256 Credential=AKIA"));
    asked.header("x-vault-token") == Some(TOKEN) || is_signed
}

#[tokio::test(flavor = "multi_thread")]
async fn vault_has_a_token_of_a_file_and_a_namespace() {
    let (house, server) = (House::new(), world().await);
    let file = house.write("token", format!("{TOKEN}\n"));
    house.write(".vault-token", TOKEN);
    house.write("reference", format!("{IN_VAULT}\n"));
    let file = file.to_str().unwrap();
    for set in [Some(file), None] {
        let mut command = casa24(&house, &server, ("YOUTUBE_API_KEY_FILE", "reference"), &["check"]);
        command.env_remove("VAULT_TOKEN").env("VAULT_NAMESPACE", "label/team");
        command.envs(set.map(|file| ("VAULT_TOKEN_FILE", file)));
        said(command).await;
    }
    let namespaces = server
        .asked()
        .into_iter()
        .filter(has_access)
        .map(|asked| asked.header("x-vault-namespace").map(str::to_owned));
    assert_eq!(namespaces.collect::<Vec<_>>(), vec![Some("label/team".to_owned()); 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_command_that_needs_keys_asks_for_them() {
    let (house, server) = (House::new(), world().await);
    let command = casa24(&house, &server, ("YOUTUBE_API_KEY", "vault://secret/none#key"), &["agents"]);
    let (said, code) = said(command).await;
    assert_eq!((code, server.asked().len()), (Some(0), 0), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_vault_answers_instead_is_said() {
    let error = |status| Answer::status(status, json!({ "errors": [format!("{KEY} {TOKEN}")] }).to_string());
    let elsewhere = vec![("location", "http://localhost:1/v1/secret/data/label/casa24".to_owned())];
    let cases: [(Answer, i32, &str); 12] = [
        (vault(&json!({ "spotify": KEY })), FAILURE, "the secret has no field \"youtube\" with text in it"),
        (vault(&json!({ "youtube": "" })), FAILURE, "the secret has no field \"youtube\" with text in it"),
        (vault(&json!({ "youtube": [KEY] })), FAILURE, "the secret has no field \"youtube\" with text in it"),
        (
            error(403),
            FAILURE,
            "Vault refuses: the token has ended, or its policy does not allow to read secret/data/label/casa24",
        ),
        (error(404), FAILURE, "Vault has no such secret"),
        (error(503), FAILURE, "Vault is sealed, or down for maintenance"),
        (error(500), FAILURE, "Vault answers 500"),
        (
            Answer::Http(307, elsewhere, KEY.to_owned()),
            USAGE,
            "set VAULT_ADDR to the address that it redirects to",
        ),
        (Answer::ok(format!("<html>{KEY}")), FAILURE, "the secret is not in the JSON that Vault answers"),
        (
            Answer::ok(json!({ "data": { "youtube": KEY } }).to_string()),
            FAILURE,
            "the secret is not of the key-value engine, version 2",
        ),
        (Answer::Close, FAILURE, "Vault broke the connection off"),
        (Answer::Silence, FAILURE, "Vault does not answer in time"),
    ];
    let told = cases.map(|(answer, code, expected)| async move {
        let (said, found) = refused(IN_VAULT, answer).await;
        assert_eq!(found, Some(code), "{said}");
        assert!(said.contains("YOUTUBE_API_KEY: ") && said.contains(expected), "{expected}: {said}");
    });
    join_all(told).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_aws_answers_instead_is_said() {
    let cases: [(Answer, &str); 10] = [
        (aws(&json!({ "spotify": KEY }).to_string()), "the secret has no field \"youtube\" with text in it"),
        (aws(KEY), "the secret is no JSON object"),
        (Answer::ok(json!({ "SecretBinary": "AAEC" }).to_string()), "the secret is binary"),
        (
            aws_error("AccessDeniedException"),
            "AWS Secrets Manager refuses: allow secretsmanager:GetSecretValue",
        ),
        (
            aws_error("UnrecognizedClientException"),
            "AWS Secrets Manager refuses: the credentials do not hold",
        ),
        (aws_error("ResourceNotFoundException"), "AWS Secrets Manager has no such secret"),
        (aws_error("DecryptionFailure"), "AWS Secrets Manager answers DecryptionFailure"),
        (Answer::status(503, KEY), "AWS Secrets Manager answers 503"),
        (Answer::ok(format!("<html>{KEY}")), "AWS Secrets Manager answers what cannot be read"),
        (Answer::Silence, "AWS Secrets Manager does not answer in time"),
    ];
    let told = cases.map(|(answer, expected)| async move {
        let (said, found) = refused(IN_AWS, answer).await;
        assert_eq!(found, Some(FAILURE), "{said}");
        assert!(said.contains("YOUTUBE_API_KEY: ") && said.contains(expected), "{expected}: {said}");
    });
    join_all(told).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_to_be_set_is_said() {
    let (house, server) = (House::new(), world().await);
    let cases = [
        (IN_VAULT, "VAULT_ADDR", "set VAULT_ADDR to its address"),
        (IN_VAULT, "VAULT_TOKEN", "set VAULT_TOKEN or VAULT_TOKEN_FILE, or run `vault login`"),
        (IN_AWS, "AWS_REGION", "set AWS_REGION"),
        ("vault://secret#youtube", "", "not the address of a secret: write vault://MOUNT/PATH#FIELD"),
    ];
    for (reference, removed, expected) in cases {
        let mut command = casa24(&house, &server, ("YOUTUBE_API_KEY", reference), &["check"]);
        if !removed.is_empty() {
            command.env_remove(removed);
        }
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        let (said, code) = said(command).await;
        assert_eq!(code, Some(USAGE), "{said}");
        assert!(said.contains("YOUTUBE_API_KEY: ") && said.contains(expected), "{expected}: {said}");
    }
    assert_eq!(server.asked().len(), 0);
}
