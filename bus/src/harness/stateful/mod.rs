//! Agents with state: stages and views.

mod agent_actor;
mod agent_loop;
mod agent_state;
mod checkpoint;
mod duties;
mod followed;
mod handling;
mod outbox;
mod position;
mod renewal;
mod runners;
mod views;

pub use renewal::Renewed;
pub use runners::{stage, view, view_following};
