//! Agents with state: stages and views.

mod agent_actor;
mod agent_loop;
mod agent_state;
mod checkpoint;
mod delivery_reader;
mod durable_consumer;
mod duties;
mod followed;
mod handling;
mod outbox;
mod runners;
mod views;

pub(crate) use followed::following_agent;
pub use runners::{stage, view, view_following};
