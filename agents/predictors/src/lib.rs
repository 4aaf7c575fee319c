//! Predictors: valid snapshots in, forecasts out.

mod linear;

pub use linear::LinearPredictor;
