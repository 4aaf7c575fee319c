//! Forecasts of one series: models, their record on that series, and the intervals that follow from it.

mod forecast_series;
mod forecasts;
mod intervals;
mod limits;
mod linear;
mod median;
mod model;
mod record;

pub use forecast_series::{HORIZON_DAYS, MIN_VALUES, RECORD_DAYS, of_series, of_series_by};
pub use forecasts::Forecasts;
pub use linear::{FittedLinear, Linear};
pub use model::{DailyValue, FittedModel, ForecastError, Model};
