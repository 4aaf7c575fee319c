//! Variables of the environment; each also as `NAME_FILE`, a path, as Docker and Kubernetes give secrets, and each as
//! the address of a secret in a store.

use anyhow::Context;
use casa24_secrets::{Reference, SecretError, fetch};
use secrecy::{ExposeSecret, SecretString};

use crate::terminal::UsageError;

/// The same of a value that is not shown.
pub(crate) async fn secret(name: &str) -> anyhow::Result<Option<SecretString>> {
    let Some(value) = given(name)? else { return Ok(None) };
    let Some(reference) = Reference::of_value(&value).map_err(|error| told(name, error))? else {
        return Ok(Some(value.into()));
    };
    fetch(reference).await.map(Some).map_err(|error| told(name, error))
}

/// The value of `NAME`, of the file that `NAME_FILE` names, or of the secret whose address either holds; an empty one
/// counts as none.
pub(crate) async fn variable(name: &str) -> anyhow::Result<Option<String>> {
    Ok(secret(name).await?.map(|value| value.expose_secret().to_owned()))
}

/// What is set, as it stands there.
fn given(name: &str) -> anyhow::Result<Option<String>> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let file_name = format!("{name}_FILE");
    match (set(name), set(&file_name)) {
        (Some(_), Some(_)) => anyhow::bail!("both {name} and {file_name} are set: keep one"),
        (Some(value), None) => Ok(Some(value)),
        (None, Some(path)) => {
            let value =
                std::fs::read_to_string(&path).with_context(|| format!("{file_name}: cannot read {path}"))?;
            Ok(Some(value.trim_end().to_owned()).filter(|value| !value.is_empty()))
        }
        (None, None) => Ok(None),
    }
}

/// The error of a setting: one that has to be set otherwise is of usage.
fn told(name: &str, error: SecretError) -> anyhow::Error {
    let text = format!("{name}: {error}");
    match error {
        SecretError::Malformed(_) | SecretError::NotBuiltIn { .. } | SecretError::NotConfigured { .. } => {
            UsageError(text).into()
        }
        _ => anyhow::anyhow!(text),
    }
}
