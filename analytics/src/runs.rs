//! A word that is said of every observation, kept as the runs in which it stays the same.

use casa24_schemas::Observed;
use time::Date;

/// What was said, oldest first.
#[derive(Debug, Clone)]
pub(crate) struct Runs<T> {
    runs: Vec<Run<T>>,
}

/// What was said, and when it was without anything else in between.
#[derive(Debug, Clone)]
struct Run<T> {
    from: Observed,
    until: Observed,
    said: T,
}

impl<T> Default for Runs<T> {
    fn default() -> Self {
        Self { runs: Vec::new() }
    }
}

impl<T: Clone + PartialEq> Runs<T> {
    /// What the newest observation by the end of a day said.
    pub(crate) fn at(&self, day: Date) -> Option<&T> {
        let end = self.runs.partition_point(|run| run.from.date() <= day);
        self.runs.get(end.checked_sub(1)?).map(|run| &run.said)
    }

    /// Takes in what an observation said. What comes late, between two that said something else, counts until the second
    /// of them.
    pub(crate) fn insert(&mut self, at: Observed, said: &T) {
        let place = self.runs.partition_point(|run| run.from <= at);
        let (before, after) = self.runs.split_at_mut(place);
        match (before.last_mut(), after.first_mut()) {
            (Some(run), _) if run.said == *said => run.until = run.until.max(at),
            (Some(run), _) if run.from == at => run.said = said.clone(),
            (Some(run), _) if run.until > at => {
                let rest = Run { from: run.until, ..run.clone() };
                self.runs.splice(place..place, [Run::new(at, said), rest]);
            }
            (_, Some(run)) if run.said == *said => run.from = at,
            _ => self.runs.insert(place, Run::new(at, said)),
        }
    }
}

impl<T: Clone> Run<T> {
    fn new(at: Observed, said: &T) -> Self {
        Self { from: at, until: at, said: said.clone() }
    }
}
