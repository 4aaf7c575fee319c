//! What a model is: an unfitted one learns from values, a fitted one takes in later values and predicts the ones to
//! come.

/// A model that has not seen a series yet.
pub trait Model {
    /// What it becomes by learning.
    type Fitted: Fitted;

    /// Token of the model in subjects, events and column names.
    const NAME: &'static str;

    /// Learns from values at equal distances in time, oldest first, all of them finite. `season_length` is the
    /// number of values after which a pattern may repeat (7 for days of the week); 1 where none does.
    ///
    /// # Errors
    /// When the values are too few for this model, or it finds no solution.
    fn fit(&self, values: &[f64], season_length: usize) -> Result<Self::Fitted, ModelError>;
}

/// A model that has learnt from a series.
pub trait Fitted {
    /// Takes in the next value: the state moves on, what was learnt stays. A forecast after it is that of a model
    /// with the same parameters on the longer series.
    fn observe(&mut self, value: f64);

    /// Expected values of the next `horizon` steps. Not finite where the values were too large to compute with.
    fn predict(&self, horizon: usize) -> Vec<f64>;
}

/// Why a model has not learnt.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The series is young, or was hardly observed.
    #[error("{found} value{}, the {model} model needs {needed}", if *.found == 1 { "" } else { "s" })]
    TooFewValues {
        /// Token of the model.
        model: &'static str,
        /// Values that there are.
        found: usize,
        /// Values that are needed.
        needed: usize,
    },
    /// The model knows seasons of another length only.
    #[error("the {model} model knows no season of {season_length} values")]
    OtherSeason {
        /// Token of the model.
        model: &'static str,
        /// The season that there is.
        season_length: usize,
    },
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
