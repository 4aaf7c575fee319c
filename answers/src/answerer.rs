//! Answers questions from one read model; equal questions are computed once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use casa24_schemas::Date;

use crate::commands::{Answer, Query};
use crate::read_model::ReadModel;
use crate::refusal::Refusal;
use crate::time_zone::TimeZone;

/// Most answers that are kept.
const MAX_KEPT: usize = 500;

type Answered = Result<Arc<Answer>, Refusal>;

/// A question, its day, and the name of its time zone where that is another one than the label's and part of the answer.
type Key = (Query, Option<Date>, Option<String>);

/// A read model and the answers that were computed from it. Any number of threads may ask it at once.
#[derive(Debug)]
pub struct Answerer {
    model: Arc<ReadModel>,
    kept: Mutex<HashMap<Key, Answered>>,
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
        self.answer_in(query, day, None)
    }

    /// The same in the days of a time zone, where the answer has those of one; without one, in the label's.
    ///
    /// # Errors
    /// When the question cannot be answered.
    pub fn answer_in(
        &self,
        query: &Query,
        day: Option<Date>,
        time_zone: Option<&TimeZone>,
    ) -> Result<Arc<Answer>, Refusal> {
        let is_another = |zone: &&TimeZone| query.has_time_zone() && *zone != self.model.time_zone();
        let time_zone = time_zone.filter(is_another);
        let key = (query.clone(), day, time_zone.map(|zone| zone.name().to_owned()));
        if let Some(answered) = self.kept().get(&key) {
            return answered.clone();
        }
        // Computed without the lock: others go on, and two who ask the same at once only compute it twice.
        let as_of = self.model.as_of(day).map(|as_of| as_of.in_time_zone(time_zone));
        let answered = as_of.and_then(|as_of| query.answer(&as_of)).map(Arc::new);
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

    fn kept(&self) -> MutexGuard<'_, HashMap<Key, Answered>> {
        // What a panic left behind is a map of whole answers all the same.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
