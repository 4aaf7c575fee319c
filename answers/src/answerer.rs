//! Answers questions from one read model; equal questions are computed once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use casa24_schemas::Date;

use crate::commands::{Answer, Query};
use crate::read_model::ReadModel;
use crate::refusal::Refusal;

/// Most answers that are kept.
const MAX_KEPT: usize = 500;

type Answered = Result<Arc<Answer>, Refusal>;

/// A read model and the answers that were computed from it. Any number of threads may ask it at once.
#[derive(Debug)]
pub struct Answerer {
    model: Arc<ReadModel>,
    kept: Mutex<HashMap<(Query, Option<Date>), Answered>>,
}

impl Answerer {
    /// One that has answered nothing yet.
    pub fn new(model: Arc<ReadModel>) -> Self {
        Self { model, kept: Mutex::default() }
    }

    /// What it answers from.
    pub const fn read_model(&self) -> &Arc<ReadModel> {
        &self.model
    }

    /// The answer to a question as of a day; without one, as of the newest observation.
    ///
    /// # Errors
    /// When the question cannot be answered.
    pub fn answer(&self, query: &Query, day: Option<Date>) -> Result<Arc<Answer>, Refusal> {
        let key = (query.clone(), day);
        if let Some(answered) = self.kept().get(&key) {
            return answered.clone();
        }
        // Computed without the lock: others go on, and two who ask the same at once only compute it twice.
        let answered = self.model.as_of(day).and_then(|as_of| query.answer(&as_of)).map(Arc::new);
        let mut kept = self.kept();
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        kept.insert(key, answered.clone());
        answered
    }

    /// Computes what questions about all artists need before anybody asks, so that none of them waits for a hundred of
    /// anything.
    pub fn warm(&self) {
        self.model.prepare_totals();
        for query in Query::about_all() {
            self.answer(&query, None).ok();
        }
    }

    #[cfg(test)]
    pub(crate) fn num_kept(&self) -> usize {
        self.kept().len()
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<(Query, Option<Date>), Answered>> {
        // What a panic left behind is a map of whole answers all the same.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
