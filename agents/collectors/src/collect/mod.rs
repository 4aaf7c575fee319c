//! Collecting: a platform's artists in, raw snapshots out.

mod collector;
mod days;
mod report;
mod run;

pub use collector::{Collector, Seen};
pub use report::{Report, Stop};
pub use run::Run;
