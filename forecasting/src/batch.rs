//! Many series at once: tasks in, the pool they make together and their forecasts out, in the order of the tasks.

use rayon::prelude::*;

use crate::forecast::{ForecastError, Method, ModelForecast, Request, contribution, forecast};
use crate::knowledge::Knowledge;
use crate::memory::Memory;
use crate::pool::Pool;
use crate::sequence::Sequence;

/// A pool of more series than this is no better, and takes longer.
const MAX_POOLED: usize = 256;

/// One series and what is asked of it.
#[derive(Debug, Clone)]
pub struct Task {
    /// The series; `None` where it has no value.
    pub sequence: Option<Sequence>,
    /// What is asked.
    pub request: Request,
}

/// Forecasts of one series, by method as asked, or why there are none.
pub type Forecasted = Result<Vec<Result<ModelForecast, ForecastError>>, ForecastError>;

impl Pool {
    /// The pool of these series: 256 of them, evenly over their order, where there are more. `before` gives the
    /// accuracy on kinds while theirs is worked out. Each task has its memory: a forecast with it does not learn again.
    pub fn learn(tasks: &[Task], before: &Knowledge, memories: &mut [Memory]) -> Self {
        let num_pooled = tasks.len().min(MAX_POOLED);
        let mut picks = (0..num_pooled).map(|at| at * tasks.len() / num_pooled).peekable();
        let all = tasks.iter().zip(memories).enumerate();
        let picked = all.filter_map(|(at, task)| picks.next_if_eq(&at).map(|_| task)).collect();
        Self::learn_all(picked, before)
    }

    /// The pool of all of these series.
    pub(crate) fn learn_all(tasks: Vec<(&Task, &mut Memory)>, before: &Knowledge) -> Self {
        let of_task = |(task, memory): (&Task, &mut Memory)| {
            contribution(task.sequence.as_ref()?, &task.request, before, memory)
        };
        let contributions: Vec<_> = tasks.into_par_iter().filter_map(of_task).collect();
        if contributions.is_empty() { before.pool.clone() } else { Self::of(&contributions, &before.pool) }
    }
}

/// Forecasts each task, with the memory of its series; `done` is called for each one that is ready, from several threads.
pub fn forecast_batch(
    tasks: &[Task],
    methods: &[Method],
    knowledge: &Knowledge,
    memories: &mut [Memory],
    done: impl Fn() + Sync,
) -> Vec<Forecasted> {
    let of_task = |(task, memory): (&Task, &mut Memory)| {
        let none = ForecastError::TooFewValues { found: 0, needed: crate::forecast::MIN_VALUES };
        let sequence = task.sequence.as_ref().ok_or(none);
        let forecasts =
            sequence.and_then(|sequence| forecast(sequence, methods, &task.request, knowledge, memory));
        done();
        forecasts
    };
    tasks.par_iter().zip(memories).map(of_task).collect()
}
