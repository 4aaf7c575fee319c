//! The harness: everything that agents have in common, once. An agent answers events with the events that follow
//! from them; consuming, order, back-pressure, publishing, acknowledging, retrying, dead letters, restarts and
//! counters are here.

mod agent;
mod counters;
mod dead_letters;
mod followed;
mod host;
mod lease;
mod ledger;
mod lesson;
mod mailbox;
mod outcome;
mod program;
mod rebuild;
mod received;
mod row;
mod runner;
mod service;
mod signals;
mod stateful;
mod stateless;
mod views;

pub use agent::{Agent, Follow, Touched, View};
pub use counters::{Counters, CountersSnapshot};
pub(crate) use followed::following_agent;
pub use host::{Ask, Asked, Batch};
pub(crate) use lease::leased_agent;
pub use outcome::Outcome;
pub use program::run;
pub use received::Received;
pub use runner::{Declaration, Runner, stage, stateless, view, view_following};
pub use service::{ServiceBuilder, service};
pub use signals::{Shutdown, interrupted};
