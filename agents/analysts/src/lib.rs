//! Analysts: valid snapshots in, what they mean out.

mod growth;
mod trends;

pub use growth::GrowthAnalyst;
pub use trends::TrendAnalyst;
