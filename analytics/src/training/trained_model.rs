//! Stored weights that can be read, and which of them an answer as of a day may use.

use casa24_forecasting::{Knowledge, KnowledgeError};
use casa24_schemas::ModelWeights;
use time::Date;

/// Weights as they were stored, and what the models know by them.
#[derive(Debug, Clone)]
pub struct TrainedModel {
    /// The stored event.
    pub weights: ModelWeights,
    /// The same, ready to forecast with.
    pub knowledge: Knowledge,
}

impl TrainedModel {
    /// Reads stored weights.
    ///
    /// # Errors
    /// When they are of another layout, or damaged.
    pub fn read(weights: ModelWeights) -> Result<Self, KnowledgeError> {
        let knowledge = knowledge_of(&weights)?;
        Ok(Self { weights, knowledge })
    }
}

/// What stored weights know, and until which day they have learnt.
///
/// # Errors
/// When they are of another layout, or damaged.
pub fn knowledge_of(weights: &ModelWeights) -> Result<Knowledge, KnowledgeError> {
    let knowledge = Knowledge::from_bytes(&weights.bytes)?;
    let trained_at = i64::from(weights.trained_at.date().to_julian_day());
    Ok(Knowledge { learnt_until: Some(trained_at), ..knowledge })
}

/// The last stored of these that learnt from nothing later than a day: a forecast as of the day must not know what
/// comes after it. `trained` is in the order in which they were stored.
pub fn newest_as_of(trained: &[TrainedModel], day: Date) -> Option<&TrainedModel> {
    trained.iter().rev().find(|trained| trained.weights.trained_at.date() <= day)
}

#[cfg(test)]
mod tests {
    use casa24_forecasting::KNOWLEDGE_FORMAT;
    use casa24_schemas::{Observed, TrainingData};
    use time::macros::date;

    use super::*;

    fn weights(trained_at: Date, bytes: Vec<u8>) -> ModelWeights {
        ModelWeights {
            model: "neural".to_owned(),
            trained_at: Observed::day(trained_at),
            seed: 24,
            trained_on: TrainingData { num_series: 1, num_values: 100, from: trained_at, to: trained_at },
            format: KNOWLEDGE_FORMAT,
            sha256: ModelWeights::sha256(&bytes),
            bytes,
            report: serde_json::Value::Null,
            sample: false,
        }
    }

    #[test]
    fn a_day_is_answered_by_the_last_stored_that_learnt_nothing_later() {
        let bytes = Knowledge::built_in().to_bytes();
        let days = [date!(2025 - 08 - 31), date!(2025 - 09 - 30), date!(2025 - 08 - 15)];
        let trained = days.map(|day| TrainedModel::read(weights(day, bytes.clone())).unwrap());
        let found = |day| newest_as_of(&trained, day).map(|trained| trained.weights.trained_at.date());
        assert_eq!(found(date!(2025 - 08 - 14)), None);
        // Stored last, so it takes the place of both that were stored before it.
        assert_eq!(found(date!(2025 - 10 - 01)), Some(date!(2025 - 08 - 15)));
        assert_eq!(
            newest_as_of(&trained[..2], date!(2025 - 09 - 29))
                .map(|trained| trained.weights.trained_at.date()),
            Some(date!(2025 - 08 - 31))
        );
    }

    #[test]
    fn damaged_weights_are_an_error() {
        assert!(TrainedModel::read(weights(date!(2025 - 08 - 31), b"weights".to_vec())).is_err());
    }
}
