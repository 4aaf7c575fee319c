//! Predictors: valid snapshots in, forecasts out.

mod arima;
mod ensemble;
mod linear;
mod neural;
mod predictor;

pub use arima::{Arima, ArimaPredictor};
pub use ensemble::{Ensemble, EnsemblePredictor};
pub use linear::{Linear, LinearPredictor};
pub use neural::{Neural, NeuralPredictor};
pub use predictor::{Predictor, Predicts};
