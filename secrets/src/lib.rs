//! Secrets: what a setting says of where its value is kept goes in, the value comes out. Each store is a feature of this
//! crate, off by default.

#[cfg(feature = "aws-secrets")]
mod aws;
mod error;
#[cfg(any(feature = "vault", feature = "aws-secrets"))]
mod field;
mod reference;
mod store;
#[cfg(feature = "vault")]
mod vault;

pub use error::SecretError;
pub use reference::{Reference, Store};
pub use store::fetch;
