//! What models learn from a label's history: the set of its series in, weights out.

mod learn;
mod trained_model;
mod training_set;

pub use learn::{Learnt, Progress, learn, starting_network};
pub use trained_model::{TrainedModel, knowledge_of, newest_as_of};
pub use training_set::{TrainingSet, TrainingSetError};
