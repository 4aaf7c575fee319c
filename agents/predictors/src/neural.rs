//! Neural predictor: valid snapshots in, forecasts by the network trained on all series together out.

use casa24_forecasting::{Member, Method};

use crate::predictor::{Predictor, Predicts};

/// Forecasts by the network trained on all series together.
#[derive(Debug)]
pub struct Neural;

/// The agent.
pub type NeuralPredictor = Predictor<Neural>;

impl Predicts for Neural {
    const METHOD: Method = Method::Member(Member::Neural);
    const PUBLISHES: &'static [&'static str] = &["forecast.neural.>"];
}
