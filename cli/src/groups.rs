//! Series of several distances: tasks in, for each distance what its series have in common, and forecasts out.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use casa24_forecasting::{Forecasted, Knowledge, Memory, Method, Pool, Task, forecast_batch};
use indicatif::ProgressBar;

use crate::long_format::{Frequency, LaidSeries};

/// Tasks by the distance of their series, each in the order of the file.
#[derive(Debug, Default)]
pub(crate) struct Groups(Vec<(Frequency, Vec<Task>)>);

/// Tasks, and what was learnt from those of one distance: series of another move in another way.
pub(crate) struct LearntGroups(Vec<Arc<Group>>, Vec<usize>);

struct Group {
    frequency: Frequency,
    tasks: Vec<Task>,
    /// What was learnt of each series, until it is forecast.
    memories: Mutex<Vec<Memory>>,
    knowledge: Knowledge,
}

impl Groups {
    /// Takes in the next series.
    pub(crate) fn add(&mut self, frequency: Frequency, task: Task) {
        match self.0.iter_mut().find(|(known, _)| *known == frequency) {
            Some((_, tasks)) => tasks.push(task),
            None => self.0.push((frequency, vec![task])),
        }
    }

    /// Learns from each group how its series move.
    ///
    /// # Errors
    /// When the thread that learns fails.
    pub(crate) async fn learn(self, bar: &ProgressBar) -> anyhow::Result<LearntGroups> {
        bar.set_message("learning how such series move");
        let learn = |(frequency, tasks): (Frequency, Vec<Task>)| {
            let before = Knowledge::built_in();
            let mut memories = Memory::of_series(tasks.len());
            // From all of the file, whatever the steps of a series are.
            let knowledge = before.with_pool(Pool::learn(&tasks, before, &mut memories), i64::MAX);
            Arc::new(Group { frequency, tasks, memories: Mutex::new(memories), knowledge })
        };
        // Beside this thread, so that an interrupt is heard.
        let groups: Vec<Arc<Group>> =
            tokio::task::spawn_blocking(move || self.0.into_iter().map(learn).collect()).await?;
        let begun = vec![0; groups.len()];
        Ok(LearntGroups(groups, begun))
    }
}

impl LearntGroups {
    /// Forecasts of the next series of the file, in their order.
    ///
    /// # Errors
    /// When the thread that forecasts fails.
    pub(crate) async fn forecast(
        &mut self,
        series: &[LaidSeries],
        methods: &[Method],
        bar: &ProgressBar,
    ) -> anyhow::Result<Vec<Forecasted>> {
        let Self(groups, begun) = self;
        let mut of_groups = Vec::with_capacity(groups.len());
        for (group, begun) in groups.iter().zip(begun) {
            let num = series.iter().filter(|series| series.grid.frequency() == group.frequency).count();
            let range = *begun..*begun + num;
            *begun = range.end;
            of_groups.push((group.frequency, group.forecast(range, methods, bar).await?.into_iter()));
        }
        let next = |series: &LaidSeries| {
            let mut of_groups = of_groups.iter_mut();
            of_groups.find(|(frequency, _)| *frequency == series.grid.frequency())?.1.next()
        };
        Ok(series.iter().filter_map(next).collect())
    }
}

impl Group {
    async fn forecast(
        self: &Arc<Self>,
        range: Range<usize>,
        methods: &[Method],
        bar: &ProgressBar,
    ) -> anyhow::Result<Vec<Forecasted>> {
        let (group, methods, bar) = (self.clone(), methods.to_vec(), bar.clone());
        let forecasts = tokio::task::spawn_blocking(move || {
            let mut memories = group.memories.lock().unwrap_or_else(PoisonError::into_inner);
            // Each series is forecast once: then its memory can go.
            let mut memories: Vec<Memory> = memories[range.clone()].iter_mut().map(std::mem::take).collect();
            forecast_batch(&group.tasks[range], &methods, &group.knowledge, &mut memories, || bar.inc(1))
        });
        Ok(forecasts.await?)
    }
}
