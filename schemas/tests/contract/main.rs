//! The contract: schemas, examples, types and the README say the same, and whatever arrives is an event or an error.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod answers;
mod decoding;
mod events;
mod generate;
mod mutants;
mod readme;
