//! A stand-in for Discord: its REST interface and its gateway, on loopback ports of their own, and whoever sends
//! signed interactions.

#![allow(dead_code, missing_docs, unreachable_pub, unused_imports, reason = "each test target uses a part")]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod gateway;
mod rest;
mod sender;
mod world;

pub use gateway::Order;
pub use rest::StandIn;
pub use sender::Sender;
pub use world::{Fault, File, Message, Posted};
