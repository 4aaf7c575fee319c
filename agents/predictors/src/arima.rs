//! ARIMA predictor: valid snapshots in, forecasts by ARIMA of automatic order out.

use casa24_forecasting::{Member, Method};

use crate::predictor::Predicts;

/// Forecasts by ARIMA of automatic order.
#[derive(Debug)]
pub struct Arima;

impl Predicts for Arima {
    const METHOD: Method = Method::Member(Member::Arima);
    const PUBLISHES: &'static [&'static str] = &["forecast.arima.>", "published.arima.*"];
}
