//! Forecasts of one series.
