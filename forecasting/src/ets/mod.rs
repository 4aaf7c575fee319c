//! Exponential smoothing, its form chosen by the corrected information criterion.

mod filter;
mod fit;
mod fitted;
mod form;
mod model;

pub use fitted::FittedEts;
pub use form::{Component, Form};
pub use model::Ets;
