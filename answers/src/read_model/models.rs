//! The models whose forecasts can be asked for.

/// Token of the model that combines the others.
pub const ENSEMBLE: &str = "ensemble";

/// Tokens of the models whose forecasts can be asked for, the one that answers without being named first.
pub const MODELS: [&str; 4] = [ENSEMBLE, "linear", "arima", "neural"];

/// Token of the forecast that nothing changes, which is shown where no model has been nearer.
pub const STANDING_STILL: &str = "naive";
