//! Predictors: valid snapshots in, forecasts out; and the training of what they know of all series together.

mod arima;
mod due_training;
mod ensemble;
mod linear;
mod neural;
mod predictor;
mod shared_forecasts;
mod stored_history;
mod trainer;
mod training_job;

pub use arima::Arima;
pub use due_training::next_training;
pub use ensemble::Ensemble;
pub use linear::Linear;
pub use neural::Neural;
pub use predictor::{Predictor, Predicts};
pub use shared_forecasts::SharedForecasts;
pub use stored_history::{stored_history, stored_weights};
pub use trainer::{ScheduledTraining, Trainer};
pub use training_job::{KeptOut, TrainingError, TrainingJob, TrainingPlan};
