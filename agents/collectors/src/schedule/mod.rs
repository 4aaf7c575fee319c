//! The agent that collects when a run is due.

mod agent;
mod late;

pub use agent::{Collecting, Scheduled};
