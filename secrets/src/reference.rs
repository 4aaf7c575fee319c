//! Where a secret is kept, as a setting says it.

use std::fmt;

use crate::SecretError;

/// A store of secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// HashiCorp Vault, key-value engine of version 2.
    Vault,
    /// AWS Secrets Manager.
    AwsSecretsManager,
}

impl Store {
    /// Every store.
    pub const ALL: [Self; 2] = [Self::Vault, Self::AwsSecretsManager];

    /// The stores that this program was built with.
    pub const BUILT_IN: &'static [Self] = &[
        #[cfg(feature = "vault")]
        Self::Vault,
        #[cfg(feature = "aws-secrets")]
        Self::AwsSecretsManager,
    ];

    const fn scheme(self) -> &'static str {
        match self {
            Self::Vault => "vault://",
            Self::AwsSecretsManager => "aws-sm://",
        }
    }

    /// How the address of a secret is written.
    pub(crate) const fn form(self) -> &'static str {
        match self {
            Self::Vault => "vault://MOUNT/PATH#FIELD",
            Self::AwsSecretsManager => "aws-sm://NAME#FIELD, or aws-sm://NAME for one that is no JSON",
        }
    }

    /// Name of the feature that builds it in.
    pub(crate) const fn feature(self) -> &'static str {
        match self {
            Self::Vault => "vault",
            Self::AwsSecretsManager => "aws-secrets",
        }
    }
}

impl fmt::Display for Store {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Vault => "Vault",
            Self::AwsSecretsManager => "AWS Secrets Manager",
        })
    }
}

/// The address of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// In Vault.
    Vault {
        /// Where the engine is mounted.
        mount: String,
        /// The secret's path below it.
        path: String,
        /// The field of the secret.
        field: String,
    },
    /// In AWS Secrets Manager.
    AwsSecretsManager {
        /// Name or ARN of the secret.
        name: String,
        /// The field of its JSON; without one, all of its text.
        field: Option<String>,
    },
}

impl Reference {
    /// The reference that a setting's value is; `None` where it is the value itself.
    ///
    /// # Errors
    /// When it begins as a reference does, and is none.
    pub fn of_value(value: &str) -> Result<Option<Self>, SecretError> {
        let value = value.trim();
        let found = Store::ALL.into_iter().find_map(|store| {
            let scheme = value.get(..store.scheme().len())?;
            let rest = &value[store.scheme().len()..];
            scheme.eq_ignore_ascii_case(store.scheme()).then_some((store, rest))
        });
        let Some((store, rest)) = found else { return Ok(None) };
        let (place, field) = match rest.rsplit_once('#') {
            Some((place, field)) => (place, Some(field.to_owned())),
            None => (rest, None),
        };
        let is_plain = |part: &str| !matches!(part, "" | "." | "..");
        let is_whole =
            place.split('/').all(is_plain) && field.as_deref().is_none_or(|field| !field.is_empty());
        let reference = match (store, place.split_once('/'), field) {
            (Store::Vault, Some((mount, path)), Some(field)) => {
                Self::Vault { mount: mount.to_owned(), path: path.to_owned(), field }
            }
            (Store::Vault, _, _) => return Err(SecretError::Malformed(store)),
            (Store::AwsSecretsManager, _, field) => Self::AwsSecretsManager { name: place.to_owned(), field },
        };
        if is_whole { Ok(Some(reference)) } else { Err(SecretError::Malformed(store)) }
    }

    /// The store that it names.
    pub const fn store(&self) -> Store {
        match self {
            Self::Vault { .. } => Store::Vault,
            Self::AwsSecretsManager { .. } => Store::AwsSecretsManager,
        }
    }

    /// The same, where its store is one of these.
    ///
    /// # Errors
    /// Where it is not.
    pub fn within(self, stores: &[Store]) -> Result<Self, SecretError> {
        let store = self.store();
        if stores.contains(&store) { Ok(self) } else { Err(SecretError::NotBuiltIn { store }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aws(name: &str, field: Option<&str>) -> Reference {
        Reference::AwsSecretsManager { name: name.to_owned(), field: field.map(str::to_owned) }
    }

    #[test]
    fn a_value_is_the_address_of_a_secret_or_the_value_itself() {
        let vault = |mount: &str, path: &str, field: &str| {
            let [mount, path, field] = [mount, path, field].map(str::to_owned);
            Reference::Vault { mount, path, field }
        };
        let read = |value: &str| Reference::of_value(value).unwrap();
        assert_eq!(read("vault://secret/casa24#youtube"), Some(vault("secret", "casa24", "youtube")));
        assert_eq!(read("VAULT://kv/label/keys#a b"), Some(vault("kv", "label/keys", "a b")));
        assert_eq!(read("aws-sm://prod/casa24#key"), Some(aws("prod/casa24", Some("key"))));
        assert_eq!(read("aws-sm://casa24"), Some(aws("casa24", None)));
        let arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:casa24-a1b2c3";
        assert_eq!(read(&format!("aws-sm://{arn}#key")), Some(aws(arn, Some("key"))));
        for itself in
            ["", "AIzaSyD", "https://api.example.com/a#b", "vault", "vault:/a/b#c", "ключ://é", "日本語"]
        {
            assert_eq!(read(itself), None, "{itself}");
        }
    }

    #[test]
    fn what_begins_as_an_address_and_is_none_is_refused() {
        for value in [
            "vault://",
            "vault://secret",
            "vault://secret/casa24",
            "vault://secret/casa24#",
            "vault:///casa24#key",
            "vault://secret/#key",
            "vault://secret/../../sys/raw#key",
            "vault://secret//casa24#key",
        ] {
            assert_eq!(Reference::of_value(value), Err(SecretError::Malformed(Store::Vault)), "{value}");
        }
        for value in ["aws-sm://", "aws-sm://#key", "aws-sm://casa24#"] {
            let malformed = Err(SecretError::Malformed(Store::AwsSecretsManager));
            assert_eq!(Reference::of_value(value), malformed, "{value}");
        }
    }

    #[test]
    fn a_store_that_is_not_built_in_is_refused_with_the_feature_that_builds_it() {
        let refused = aws("casa24", None).within(&[Store::Vault]);
        assert_eq!(refused, Err(SecretError::NotBuiltIn { store: Store::AwsSecretsManager }));
        assert!(refused.unwrap_err().to_string().contains("--features aws-secrets"));
        assert_eq!(aws("casa24", None).within(&Store::ALL), Ok(aws("casa24", None)));
    }
}
