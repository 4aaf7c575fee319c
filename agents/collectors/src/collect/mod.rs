//! Collecting: a platform's artists in, raw snapshots out.

mod collector;
mod days;
mod names;
mod releases;
mod report;
mod run;
mod store;

pub use collector::{AskedDays, Collector, Seen};
pub use releases::ReleaseLister;
pub use report::{Report, Stop};
pub use run::Run;
pub use store::{RunError, Store};
