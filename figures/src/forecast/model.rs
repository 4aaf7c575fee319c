//! What a model is: an unfitted one learns from daily values, a fitted one tells the days ahead.

/// The last value of a day, as models see it. Days without a value are left out, not filled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DailyValue {
    /// Julian day number.
    pub day: i32,
    /// The value.
    pub value: f64,
    /// Whether the series jumped to this value from another level, so that what came before tells nothing of
    /// its trend.
    pub new_level: bool,
}

/// A model that has not seen the series yet.
pub trait Model {
    /// What it becomes by learning.
    type Fitted: FittedModel;

    /// Token of the model in subjects and events.
    const NAME: &'static str;

    /// Learns from daily values, oldest first, one for each day.
    ///
    /// # Errors
    /// When the values are too few for this model, or it finds no solution.
    fn fit(&self, values: &[DailyValue]) -> Result<Self::Fitted, ForecastError>;
}

/// A model that has learnt from a series.
pub trait FittedModel {
    /// Expected values of the days after the newest value, from one day ahead on. Not yet limited to what the
    /// metric can be; not finite where the values were too large to compute with.
    fn predict(&self, num_days: u32) -> Vec<f64>;

    /// How many of the newest values it learnt from.
    fn num_values(&self) -> usize;
}

/// Why a series has no forecast.
#[derive(Debug, thiserror::Error)]
pub enum ForecastError {
    /// The series is young, or was hardly observed.
    #[error("{found} daily values so far, a forecast needs {needed}")]
    TooFewValues {
        /// Daily values that there are.
        found: usize,
        /// Daily values that are needed.
        needed: usize,
    },
    /// The observations are so far and irregularly apart that no distance was forecast often enough.
    #[error("too few earlier forecasts could be checked to tell how far this one may be off")]
    NoRecord,
    /// A result is beyond what a float can hold.
    #[error("the values are too large to compute with")]
    TooLarge,
    /// The model's own solver failed.
    #[error("the {model} model found no solution")]
    NoSolution {
        /// Token of the model.
        model: &'static str,
        /// What its solver said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
