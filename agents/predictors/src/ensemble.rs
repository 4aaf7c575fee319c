//! Ensemble predictor: valid snapshots in, forecasts by all models together out.

use casa24_forecasting::Method;

use crate::predictor::Predicts;

/// Forecasts by all models together.
#[derive(Debug)]
pub struct Ensemble;

impl Predicts for Ensemble {
    const METHOD: Method = Method::Ensemble;
    const PUBLISHES: &'static [&'static str] = &["forecast.ensemble.>", "published.ensemble.*"];
}
