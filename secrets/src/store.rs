//! Fetches a secret from the store that it is kept in.

use secrecy::SecretString;

use crate::{Reference, SecretError, Store};

/// How long a store may take to answer.
#[cfg(any(feature = "vault", feature = "aws-secrets"))]
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// The secret at a reference. The access to its store is that of the environment: `VAULT_ADDR`, `VAULT_TOKEN` or
/// `VAULT_TOKEN_FILE` or `~/.vault-token`, and `VAULT_NAMESPACE`; for AWS all that its own tools read.
///
/// # Errors
/// When the store is not built in, cannot be asked, refuses, or does not have it.
pub async fn fetch(reference: Reference) -> Result<SecretString, SecretError> {
    match reference.within(Store::BUILT_IN)? {
        #[cfg(feature = "vault")]
        Reference::Vault { mount, path, field } => crate::vault::fetch(&mount, &path, &field, PATIENCE).await,
        #[cfg(feature = "aws-secrets")]
        Reference::AwsSecretsManager { name, field } => {
            crate::aws::fetch(&name, field.as_deref(), PATIENCE).await
        }
        #[cfg(not(all(feature = "vault", feature = "aws-secrets")))]
        other => Err(SecretError::NotBuiltIn { store: other.store() }),
    }
}
