//! AWS Secrets Manager: [`GetSecretValue`](https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html).
//!
//! By the SDK, as it is where credentials come from that is hard: variables, profiles, roles of containers, of Kubernetes
//! and of machines. Without its own default client, which would bring a second cryptography (aws-lc) beside ring.

use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::provider::ProvideCredentials;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::http::HttpResponse;
use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use secrecy::SecretString;
use serde_json::Value;

use crate::field::text_of;
use crate::{SecretError, Store};

const STORE: Store = Store::AwsSecretsManager;

pub(crate) async fn fetch(
    name: &str,
    field: Option<&str>,
    patience: Duration,
) -> Result<SecretString, SecretError> {
    let config = configuration(patience).await?;
    let asked = Client::new(&config).get_secret_value().secret_id(name).send().await;
    let text = asked.map_err(|error| told(&error))?.secret_string;
    let text = text.ok_or(SecretError::Unreadable { what: "binary, where text is needed" })?;
    match field {
        None if text.is_empty() => Err(SecretError::Unreadable { what: "empty" }),
        None => Ok(text.into()),
        Some(field) => match serde_json::from_str(&text) {
            Ok(Value::Object(fields)) => text_of(&fields, field),
            _ => Err(SecretError::Unreadable {
                what: "no JSON object: leave out #FIELD to have all of its text",
            }),
        },
    }
}

/// What the environment, profiles and roles say, with a region and credentials.
async fn configuration(patience: Duration) -> Result<SdkConfig, SecretError> {
    let lacks = |what: &str| SecretError::NotConfigured { store: STORE, what: what.to_owned() };
    let client =
        aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let timeouts = TimeoutConfig::builder().operation_timeout(patience).build();
    let loader = aws_config::defaults(BehaviorVersion::latest()).http_client(client);
    let config = loader.timeout_config(timeouts).load().await;
    if config.region().is_none() {
        return Err(lacks("set AWS_REGION"));
    }
    // Asked for now: in the answer to the request itself, their lack looks like a broken connection.
    let provider = config.credentials_provider();
    let credentials = match &provider {
        Some(provider) => provider.provide_credentials().await.ok(),
        None => None,
    };
    match credentials {
        Some(_) => Ok(config),
        None => Err(lacks(
            "no credentials are found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, or give the machine a role",
        )),
    }
}

/// What went wrong, without what was answered.
fn told<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> SecretError {
    let unavailable = |what: String| SecretError::Unavailable { store: STORE, what };
    let unreadable =
        || unavailable("answers what cannot be read: look at AWS_ENDPOINT_URL, where it is set".to_owned());
    match error {
        SdkError::TimeoutError(_) => unavailable("does not answer in time".to_owned()),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => {
            unavailable("does not answer in time".to_owned())
        }
        SdkError::DispatchFailure(_) => {
            unavailable("cannot be reached: look at AWS_REGION, and at what the network lets out".to_owned())
        }
        SdkError::ServiceError(service) => match service.err().code() {
            Some("ResourceNotFoundException") => SecretError::NotFound { store: STORE },
            Some("AccessDeniedException") => SecretError::Refused {
                store: STORE,
                what: "allow secretsmanager:GetSecretValue (and kms:Decrypt, where the key is your own)"
                    .to_owned(),
            },
            Some(
                code
                @ ("UnrecognizedClientException" | "InvalidSignatureException" | "ExpiredTokenException"),
            ) => SecretError::Refused { store: STORE, what: format!("the credentials do not hold ({code})") },
            Some(code) if code.len() < 80 && code.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                unavailable(format!("answers {code}"))
            }
            _ if service.raw().status().as_u16() >= 300 => {
                unavailable(format!("answers {}", service.raw().status().as_u16()))
            }
            _ => unreadable(),
        },
        _ => unreadable(),
    }
}
