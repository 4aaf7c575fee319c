//! A small network that learns from all series together and forecasts the quantiles of the next 90 steps of each.
//!
//! [`Network::built_in`] has learnt from generated series and serves from the first day; [`Training`] goes on from it
//! with the series that a label has. A fitted [`Neural`] looks at the newest values and is done.
//!
//! The framework is candle, for learning only. Alone and from nothing, in release mode, its tensors took 4.6 minutes
//! of processor time to build and burn 0.22 with the ndarray backend 8.8 (170 crates, a second ndarray); with the parts
//! of candle that we never call built unoptimised (`Cargo.toml`, `profile.release.package`) it is 2.7. Forecasting
//! is plain loops, at a hundredth of a millisecond for each origin.

mod error;
mod evaluate;
mod features;
mod forecaster;
pub(crate) mod generate;
mod learner;
mod model_card;
mod network;
mod paths;
mod samples;
mod train;

pub use error::NeuralError;
pub use evaluate::{HorizonScores, Scores};
pub use forecaster::{FittedNeural, Neural};
pub use model_card::model_card;
pub use network::Network;
pub use paths::{HORIZON, QUANTILES};
pub use train::{Training, TrainingReport};

/// The season that it knows: the days of a week.
pub(crate) const SEASON_LENGTH: usize = 7;
