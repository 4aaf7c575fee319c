//! The agent that collects when a run is due.

mod agent;

pub use agent::{Collecting, Scheduled};
