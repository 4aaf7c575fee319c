//! What was learnt from many series: stored weights in, the knowledge that a forecast as of a day may use out.

use std::sync::Arc;

use casa24_analytics::training::knowledge_of;
use casa24_forecasting::{Knowledge, KnowledgeError};
use casa24_schemas::{Date, ModelWeights};

/// As many are stored of a model at most.
const MAX_KEPT: usize = 32;

/// Weights in the order in which they were stored. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Trained {
    /// The last day that each has learnt from.
    stored: Vec<(Date, Arc<Knowledge>)>,
}

impl Trained {
    /// Takes in weights that were stored after those before.
    ///
    /// # Errors
    /// When they cannot be read: those before stay in force.
    pub fn insert(&mut self, weights: &ModelWeights) -> Result<(), KnowledgeError> {
        let knowledge = knowledge_of(weights)?;
        if self.stored.len() >= MAX_KEPT {
            self.stored.remove(0);
        }
        self.stored.push((weights.trained_at.date(), Arc::new(knowledge)));
        Ok(())
    }

    /// Whether none has learnt from later than a day, so that what agents forecast with the newest may answer for it.
    pub(super) fn knows_nothing_after(&self, day: Date) -> bool {
        self.stored.iter().all(|(until, _)| *until <= day)
    }

    /// The newest that have learnt nothing from later than a day; without any, what the program comes with.
    pub(super) fn as_of(&self, day: Date) -> &Knowledge {
        let known = self.stored.iter().rev().find(|(until, _)| *until <= day);
        known.map_or(Knowledge::built_in(), |(_, knowledge)| knowledge)
    }
}

#[cfg(test)]
mod tests {
    use casa24_forecasting::{KNOWLEDGE_FORMAT, Pool};
    use casa24_schemas::{Forecast, ForecastMissing, Observed, TrainingData};

    use super::*;
    use crate::commands::fixture::{Fixture, LISTENERS};
    use crate::read_model::{ENSEMBLE, SeriesOf};

    const TODAY: &str = "2025-09-30";

    fn day(text: &str) -> Date {
        Observed::parse(text).unwrap().date()
    }

    fn weights(trained_at: &str, bytes: Vec<u8>) -> ModelWeights {
        let (from, to) = (day("2025-01-01"), day(trained_at));
        ModelWeights {
            model: "neural".to_owned(),
            trained_at: Observed::parse(trained_at).unwrap(),
            seed: 24,
            trained_on: TrainingData { num_series: 1, num_values: 100, from, to },
            format: KNOWLEDGE_FORMAT,
            sha256: ModelWeights::sha256(&bytes),
            bytes,
            report: serde_json::Value::Null,
            sample: false,
        }
    }

    #[test]
    fn an_earlier_day_is_answered_from_what_had_been_learnt_until_then() {
        let learnt = Knowledge::built_in().clone().with_pool(Pool::default(), 0);
        let bytes = learnt.to_bytes();
        let mut trained = Trained::default();
        assert!(std::ptr::eq(trained.as_of(day(TODAY)), Knowledge::built_in()));
        trained.insert(&weights("2025-08-31", bytes)).unwrap();
        assert!(!std::ptr::eq(trained.as_of(day(TODAY)), Knowledge::built_in()));
        assert!(!std::ptr::eq(trained.as_of(day("2025-08-31")), Knowledge::built_in()));
        assert!(std::ptr::eq(trained.as_of(day("2025-08-30")), Knowledge::built_in()));
    }

    #[test]
    fn a_stored_forecast_answers_for_no_day_before_what_it_was_learnt_from() {
        let mut label = Fixture::default();
        label.put_all("Luz", LISTENERS, &[("2025-08-31", 1_000.0)]);
        let stored =
            Forecast { missing: Some(ForecastMissing::NoSolution), ..label.forecast("Luz", LISTENERS) };
        label.builder.apply_forecast(&stored);
        let missing = |label: &mut Fixture, at: &str| {
            let model = label.read_model();
            let as_of = model.as_of(Some(day(at))).unwrap();
            let (platform, metric) = LISTENERS;
            let series = SeriesOf { view: as_of.find("Luz").unwrap(), platform, metric };
            as_of.forecasts(&[series], ENSEMBLE).remove(0).unwrap().missing
        };
        assert_eq!(missing(&mut label, "2025-09-01"), stored.missing);
        label.builder.apply_weights(&weights("2025-09-15", Knowledge::built_in().to_bytes())).unwrap();
        let computed = Some(ForecastMissing::TooFewValues { have: 1, need: 14 });
        assert_eq!(missing(&mut label, "2025-09-01"), computed);
        assert_eq!(missing(&mut label, "2025-09-15"), stored.missing);
    }

    #[test]
    fn weights_that_cannot_be_read_leave_those_before_in_force() {
        let mut trained = Trained::default();
        trained.insert(&weights("2025-08-31", Knowledge::built_in().to_bytes())).unwrap();
        let before: *const Knowledge = trained.as_of(day(TODAY));
        assert!(trained.insert(&weights(TODAY, b"weights".to_vec())).is_err());
        assert!(std::ptr::eq(trained.as_of(day(TODAY)), before));
    }
}
