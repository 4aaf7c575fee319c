//! The word catalogue is complete, used, and the only place with texts for people.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod catalogue;
mod outside;
mod sources;
