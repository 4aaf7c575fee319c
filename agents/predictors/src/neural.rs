//! Neural predictor: valid snapshots in, forecasts by the network trained on all series together out.

use casa24_forecasting::{Member, Method};

use crate::predictor::Predicts;

/// Forecasts by the network trained on all series together.
#[derive(Debug)]
pub struct Neural;

impl Predicts for Neural {
    const METHOD: Method = Method::Member(Member::Neural);
    const PUBLISHES: &'static [&'static str] = &["forecast.neural.>", "published.neural.*"];
}
