//! When collectors run, and the agent that runs them.

mod agent;
mod instants;
mod late;
mod times;

pub use agent::{Collecting, Scheduled};
pub use times::{Schedule, ScheduleError};
