//! Vault's key-value engine, version 2: `GET /v1/MOUNT/data/PATH`
//! (<https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#read-secret-version>).
//!
//! One request with the client that is here anyway: vaultrs 0.8 would bring eight crates for it, syn 1 among them.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use crate::field::text_of;
use crate::{SecretError, Store};

/// Longest answer, in bytes: Vault keeps no secret that is longer.
const MAX_BODY_BYTES: usize = 1 << 20;

pub(crate) async fn fetch(
    mount: &str,
    path: &str,
    field: &str,
    patience: Duration,
) -> Result<SecretString, SecretError> {
    let (url, token) = (address(mount, path)?, token()?);
    // Only the first call installs one; rustls then finds it in every client of the process.
    rustls::crypto::ring::default_provider().install_default().ok();
    let http = reqwest::Client::builder()
        .redirect(Policy::none()) // a token goes nowhere else
        .timeout(patience)
        .build()
        .map_err(|_| not_configured("install the system's certificates (ca-certificates)"))?;
    let mut request = http.get(url).header("X-Vault-Request", "true");
    request = request.header("X-Vault-Token", header(token.expose_secret(), "VAULT_TOKEN")?);
    if let Some(namespace) = variable("VAULT_NAMESPACE") {
        request = request.header("X-Vault-Namespace", header(&namespace, "VAULT_NAMESPACE")?);
    }
    let (status, body) = answer(request).await.map_err(unavailable)?;
    match status {
        StatusCode::OK => text_of(&fields(&body)?, field),
        StatusCode::NOT_FOUND => Err(SecretError::NotFound { store: Store::Vault }),
        StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => Err(SecretError::Refused {
            store: Store::Vault,
            what: format!("the token has ended, or its policy does not allow to read {mount}/data/{path}"),
        }),
        StatusCode::SERVICE_UNAVAILABLE => Err(unavailable("is sealed, or down for maintenance")),
        status if status.is_redirection() => Err(not_configured(
            "it redirects, which is not followed: set VAULT_ADDR to the address that it redirects to",
        )),
        status => Err(unavailable(&format!("answers {}", status.as_u16()))),
    }
}

/// The value of a variable that is set.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The address of a secret.
fn address(mount: &str, path: &str) -> Result<Url, SecretError> {
    let wanted = || not_configured("set VAULT_ADDR to its address, such as https://vault.example.com:8200");
    let mut url = variable("VAULT_ADDR").and_then(|base| Url::parse(&base).ok()).ok_or_else(wanted)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wanted());
    }
    url.path_segments_mut()
        .map_err(|()| wanted())?
        .pop_if_empty()
        .extend(["v1", mount, "data"])
        .extend(path.split('/'));
    Ok(url)
}

/// The token, from where Vault's own tool has it too.
fn token() -> Result<SecretString, SecretError> {
    let read = |path: &std::path::Path| {
        let text = std::fs::read_to_string(path).ok()?;
        Some(text.trim().to_owned()).filter(|token| !token.is_empty())
    };
    if let Some(token) = variable("VAULT_TOKEN") {
        return Ok(token.into());
    }
    if let Some(path) = variable("VAULT_TOKEN_FILE") {
        let unread = || not_configured(&format!("VAULT_TOKEN_FILE: there is no token in {path}"));
        return read(path.as_ref()).map(SecretString::from).ok_or_else(unread);
    }
    let kept = std::env::home_dir().and_then(|home| read(&home.join(".vault-token")));
    kept.map(SecretString::from)
        .ok_or_else(|| not_configured("set VAULT_TOKEN or VAULT_TOKEN_FILE, or run `vault login`"))
}

fn header(value: &str, name: &str) -> Result<reqwest::header::HeaderValue, SecretError> {
    let mut header = reqwest::header::HeaderValue::from_str(value)
        .map_err(|_| not_configured(&format!("{name} has characters that cannot be sent: copy it again")))?;
    header.set_sensitive(true);
    Ok(header)
}

async fn answer(request: reqwest::RequestBuilder) -> Result<(StatusCode, Vec<u8>), &'static str> {
    let told = |error: reqwest::Error| {
        if error.is_timeout() {
            "does not answer in time"
        } else if error.is_connect() {
            "cannot be reached: look at VAULT_ADDR, and at the certificate that it has"
        } else {
            "broke the connection off"
        }
    };
    let mut response = request.send().await.map_err(told)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(told)? {
        if body.len() + chunk.len() > MAX_BODY_BYTES {
            return Err("answers more than a secret can be");
        }
        body.extend_from_slice(&chunk);
    }
    Ok((response.status(), body))
}

/// The fields of the newest version.
fn fields(body: &[u8]) -> Result<Map<String, Value>, SecretError> {
    let not_json = SecretError::Unreadable { what: "not in the JSON that Vault answers: look at VAULT_ADDR" };
    let mut answer: Value = serde_json::from_slice(body).map_err(|_| not_json)?;
    match answer["data"]["data"].take() {
        Value::Object(fields) => Ok(fields),
        _ => Err(SecretError::Unreadable { what: "not of the key-value engine, version 2" }),
    }
}

fn not_configured(what: &str) -> SecretError {
    SecretError::NotConfigured { store: Store::Vault, what: what.to_owned() }
}

fn unavailable(what: &str) -> SecretError {
    SecretError::Unavailable { store: Store::Vault, what: what.to_owned() }
}
