//! Predictors: valid snapshots in, forecasts out.

mod arima;
mod ensemble;
mod linear;
mod neural;
mod predictor;
mod shared_forecasts;

pub use arima::Arima;
pub use ensemble::Ensemble;
pub use linear::Linear;
pub use neural::Neural;
pub use predictor::{Predictor, Predicts};
pub use shared_forecasts::SharedForecasts;
