//! The agent that collects when a run is due.

mod agent;
mod instants;
mod late;

pub use agent::{Collecting, Scheduled};
