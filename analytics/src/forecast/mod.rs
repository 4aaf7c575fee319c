//! Forecasts of one series, and what is read from them.

mod eta;
mod forecast_series;
mod forecasts;

pub use eta::{Eta, eta};
pub use forecast_series::{
    HORIZON_DAYS, MIN_VALUES, RECORD_DAYS, Subject, bounds, forecasts_of, observations, request,
};
pub use forecasts::Forecasts;
