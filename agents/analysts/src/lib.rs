//! Analysts: valid snapshots in, what they mean out.

mod growth;

pub use growth::GrowthAnalyst;
