//! What is posted without being asked: new findings, and the week.

mod agent;
mod board;
mod compose;
mod findings;
mod live;
mod plan;
mod schedule;
mod sending;
mod weeks;

pub use agent::Posts;
pub(crate) use board::is_of;
