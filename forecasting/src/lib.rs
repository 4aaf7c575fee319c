//! Forecasting models for any regular series, their track record and their intervals: values in, figures out, no I/O.

mod arima;
mod bands;
mod baselines;
mod batch;
mod ensemble;
mod ets;
mod evaluate;
mod forecast;
mod interval;
mod jumps;
mod kind;
mod knowledge;
mod lanes;
mod least_squares;
mod limits;
mod linear;
mod member;
mod memory;
mod model;
pub mod neural;
mod pool;
mod pretraining;
mod rolling;
mod scale;
mod seasonality;
mod sequence;
mod sorted;
mod steps;
#[cfg(test)]
mod testing;
mod theta;
mod track;

pub(crate) fn lab(name: &str, usual: f64) -> f64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(usual)
}

pub use arima::{Arima, FittedArima, Order as ArimaOrder};
pub use baselines::{Drift, FittedDrift, FittedNaive, FittedSeasonalNaive, Naive, SeasonalNaive};
pub use batch::{Forecasted, Task, forecast_batch};
pub use ets::{Component as EtsComponent, Ets, FittedEts, Form as EtsForm};
pub use evaluate::{BacktestSeries, Plan, Score, evaluate};
pub use forecast::{ForecastError, MIN_VALUES, Method, ModelForecast, Request, Step, forecast};
pub use kind::{Kind, Pace};
pub use knowledge::{KNOWLEDGE_FORMAT, Knowledge, KnowledgeError};
pub use limits::Bounds;
pub use linear::{FittedLinear, Linear};
pub use member::Member;
pub use memory::Memory;
pub use model::{Fitted, Model, ModelError};
pub use pool::{KindAccuracy, Pool};
pub use sequence::{Observation, Sequence};
pub use steps::{FittedMedianStep, FittedRhythm, MedianStep, Rhythm};
pub use theta::{FittedTheta, Theta, ThetaLine};
pub use track::TrackRecord;
