//! Why there is no secret. No message repeats what a store answered: it may hold one.

use crate::Store;

/// Why a secret could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The value begins as a reference does, and is none.
    #[error("not the address of a secret: write {}", .0.form())]
    Malformed(Store),
    /// This program was built without the store.
    #[error(
        "this casa24 cannot ask {store}: build it with `--features {}`, or set the value itself",
        store.feature()
    )]
    NotBuiltIn {
        /// The store.
        store: Store,
    },
    /// What the store needs is not set.
    #[error("{store} cannot be asked: {what}")]
    NotConfigured {
        /// The store.
        store: Store,
        /// What to set.
        what: String,
    },
    /// The store refuses this access.
    #[error("{store} refuses: {what}")]
    Refused {
        /// The store.
        store: Store,
        /// What it refuses, and what to do.
        what: String,
    },
    /// The store has no such secret.
    #[error("{store} has no such secret")]
    NotFound {
        /// The store.
        store: Store,
    },
    /// The secret has no such field.
    #[error("the secret has no field {field:?} with text in it")]
    NoField {
        /// The field.
        field: String,
    },
    /// The secret is not what was expected.
    #[error("the secret is {what}")]
    Unreadable {
        /// What it is, and what it should be.
        what: &'static str,
    },
    /// The store does not answer, or not now.
    #[error("{store} {what}")]
    Unavailable {
        /// The store.
        store: Store,
        /// What it does instead.
        what: String,
    },
}
