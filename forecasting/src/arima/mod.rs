//! Seasonal ARIMA, its orders chosen by itself.

mod conditional;
mod differences;
mod estimate;
mod innovations;
mod model;
mod order;
mod polynomial;
mod search;

pub use model::{Arima, FittedArima};
pub use order::Order;
