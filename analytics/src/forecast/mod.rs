//! Forecasts of a series and of a total, and what is read from them.

mod eta;
mod forecast_series;
mod forecasts;
mod model_input;
mod total_forecast;

pub use eta::{Eta, eta, reached};
pub use forecast_series::{ForecastInput, MIN_VALUES, forecasts_of};
pub use forecasts::Forecasts;
pub use model_input::{HORIZON_DAYS, LOOKBACK_DAYS, ModelInput, bounds, group_of, window_length};
pub use total_forecast::{TotalForecast, TotalInput, total_forecast};
