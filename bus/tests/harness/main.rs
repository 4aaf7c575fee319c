//! The bus and its harness against a real `nats-server`, with little agents of the tests' own.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

mod agents;
mod events;
mod follow;
mod publish;
mod replay;
mod room;
mod server;
mod service;
mod slow;
mod source;
mod stage;
mod streams;
mod support;
mod view;
