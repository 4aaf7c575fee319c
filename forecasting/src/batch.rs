//! Many series at once: tasks in, the pool they make together and their forecasts out, in the order of the tasks.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::forecast::{ForecastError, Method, ModelForecast, Request, contribution, forecast, outcomes};
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
    /// The pool of these series: 256 of them, evenly over each group, where there are more. `before` gives the
    /// accuracy on kinds while theirs is worked out. Each task has its memory: a forecast with it does not learn again.
    pub fn learn(tasks: &[Task], before: &Knowledge, memories: &mut [Memory]) -> Self {
        let num_pooled = tasks.len().min(MAX_POOLED);
        let mut by_group: Vec<usize> = (0..tasks.len()).collect();
        by_group.sort_by_key(|place| &tasks[*place].request.group);
        let picks: BTreeSet<usize> =
            (0..num_pooled).map(|at| by_group[at * tasks.len() / num_pooled]).collect();
        let all = tasks.iter().zip(memories).enumerate();
        let picked = all.filter_map(|(at, task)| picks.contains(&at).then_some(task)).collect();
        Self::learn_all(picked, before)
    }

    /// The pool of all of these series.
    pub(crate) fn learn_all(mut tasks: Vec<(&Task, &mut Memory)>, before: &Knowledge) -> Self {
        let of_task = |(task, memory): &mut (&Task, &mut Memory)| {
            contribution(task.sequence.as_ref()?, &task.request, before, memory)
        };
        let contributions: Vec<_> = tasks.par_iter_mut().filter_map(of_task).collect();
        if contributions.is_empty() {
            return before.pool.clone();
        }
        let mut pool = Self::of(&contributions, &before.pool);
        // Once more: widths are learnt of the intervals that this pool makes.
        let knowledge = Knowledge { pool: pool.clone(), ..before.clone() };
        let outcomes_of = |(task, memory): &mut (&Task, &mut Memory)| {
            Some((
                task.request.group.clone()?,
                outcomes(task.sequence.as_ref()?, &task.request, &knowledge, memory)?,
            ))
        };
        pool.learn_widths(tasks.par_iter_mut().filter_map(outcomes_of).collect());
        pool
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
