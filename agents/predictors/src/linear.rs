//! Linear predictor: valid snapshots in, forecasts by the damped straight line through the newest values out.

use casa24_forecasting::{Member, Method};

use crate::predictor::Predicts;

/// Forecasts by the damped straight line through the newest values.
#[derive(Debug)]
pub struct Linear;

impl Predicts for Linear {
    const METHOD: Method = Method::Member(Member::Linear);
    const PUBLISHES: &'static [&'static str] = &["forecast.linear.>", "published.linear.*"];
}
