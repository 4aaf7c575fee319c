//! One series read step by step: what it shows by itself, and where to go on when values come at its end.
//!
//! Nothing that is seen of a day depends on what came later. So when a series has grown, reading goes on from a checkpoint a
//! week or more before its end, and finds what reading the whole would find.

use std::sync::Arc;

use casa24_schemas::{Date, LabelGoal, Nature, Unit};
use time::Duration;

use super::found::SeriesId;
use super::marks::Marks;
use super::path::Path;
use super::steps::{Step, steps};
use super::surprise::Surprises;
use super::turns::Turns;
use super::usual::{FEWEST_STEPS, Reader};
use super::viral::Rise;
use super::{Found, Odds};
use crate::series::{Extent, Series};

/// A checkpoint lies so many days before the newest value at least: most values that come late are newer.
const SETTLED_DAYS: Duration = Duration::days(7);
/// Fewest steps from one checkpoint to the next.
const STEPS_BETWEEN: usize = 28;

/// What is seen of one series alone.
#[derive(Debug, Clone)]
pub(super) struct SeriesScan {
    /// What was read.
    extent: Extent,
    /// The label's goals for the series.
    goals: Vec<LabelGoal>,
    /// The first day on which it is tested.
    pub(super) tested_from: Option<Date>,
    pub(super) found: Vec<Found>,
    pub(super) rises: Vec<(Date, Rise)>,
    pub(super) path: Path,
    checkpoint: Option<Checkpoint>,
}

/// Where reading can go on.
#[derive(Debug, Clone)]
struct Checkpoint {
    /// The values that were read by then: those up to a day.
    until: Date,
    extent: Extent,
    num_steps: usize,
    num_found: usize,
    num_rises: usize,
    path_days: usize,
    state: State,
}

/// What is known of a series while it is read.
#[derive(Debug, Clone)]
struct State {
    marks: Marks,
    surprises: Surprises,
    turns: Turns,
    reader: Reader,
}

/// How a series is read.
#[derive(Debug)]
enum Reading {
    /// As it was: nothing has changed.
    Same(Arc<SeriesScan>),
    /// From the checkpoint of an earlier reading on.
    GoOn(Arc<SeriesScan>, Vec<Step>),
    /// From its start on.
    Anew(Vec<Step>),
}

/// A series that is to be read.
#[derive(Debug)]
pub(super) struct ToScan<'a> {
    pub(super) id: SeriesId<'a>,
    series: &'a Series,
    goals: Vec<LabelGoal>,
    nature: Nature,
    reading: Reading,
}

impl<'a> ToScan<'a> {
    /// A series with the goals that the label has set for it, and what was seen of it before.
    pub(super) fn new(
        id: SeriesId<'a>,
        series: &'a Series,
        goals: Vec<LabelGoal>,
        before: Option<Arc<SeriesScan>>,
    ) -> Self {
        let nature = id.nature();
        let before = before.filter(|before| before.goals == goals);
        let reading = match before {
            Some(before) if before.extent == series.extent() => Reading::Same(before),
            Some(before) if before.is_begun_by(series) => Reading::GoOn(before, steps(series, nature)),
            _ => Reading::Anew(steps(series, nature)),
        };
        Self { id, series, goals, nature, reading }
    }

    /// The same, to be read from its start on: what was seen before was judged by other odds.
    pub(super) fn anew(mut self) -> Self {
        self.reading = match self.reading {
            Reading::Same(_) => Reading::Anew(steps(self.series, self.nature)),
            Reading::GoOn(_, steps) | Reading::Anew(steps) => Reading::Anew(steps),
        };
        self
    }

    /// Whether it is read from its start on.
    pub(super) const fn is_anew(&self) -> bool {
        matches!(self.reading, Reading::Anew(_))
    }

    /// The first day on which it is tested.
    pub(super) fn tested_from(&self) -> Option<Date> {
        match &self.reading {
            Reading::Same(before) => before.tested_from,
            Reading::GoOn(_, steps) | Reading::Anew(steps) => {
                Some(steps.get(FEWEST_STEPS)?.date).filter(|_| self.is_tested())
            }
        }
    }

    /// Reads it, by the odds of each day.
    pub(super) fn scan(self, odds: &(dyn Fn(Date) -> Odds + Sync)) -> Arc<SeriesScan> {
        let tested_from = self.tested_from();
        let Self { id, series, goals, nature, reading } = self;
        let of = Scanned { id, series, nature };
        match reading {
            Reading::Same(before) => before,
            Reading::GoOn(before, steps) => {
                let mut scan = Arc::unwrap_or_clone(before);
                let Some(start) = scan.return_to_checkpoint() else { return Arc::new(scan) }; // never: it has one
                scan.extent = series.extent();
                scan.tested_from = tested_from;
                scan.read(&of, &steps, start, odds);
                Arc::new(scan)
            }
            Reading::Anew(steps) => {
                let state = State {
                    marks: Marks::new(&id, nature, goals.clone()),
                    surprises: Surprises::default(),
                    turns: Turns::default(),
                    reader: Reader::new(nature),
                };
                let (found, rises, path) = Default::default();
                let extent = series.extent();
                let mut scan =
                    SeriesScan { extent, goals, tested_from, found, rises, path, checkpoint: None };
                scan.read(&of, &steps, (0, state), odds);
                Arc::new(scan)
            }
        }
    }

    /// Whether days and paces are tested: what an artist publishes (posts, videos) is no figure of an audience.
    fn is_tested(&self) -> bool {
        is_tested(&self.id)
    }
}

fn is_tested(id: &SeriesId<'_>) -> bool {
    id.info.is_none_or(|info| info.unit != Unit::Items)
}

/// A series that is being read.
struct Scanned<'a> {
    id: SeriesId<'a>,
    series: &'a Series,
    nature: Nature,
}

impl SeriesScan {
    /// Whether a series begins with what was read up to the checkpoint.
    fn is_begun_by(&self, series: &Series) -> bool {
        self.checkpoint.as_ref().is_some_and(|known| series.extent_until(known.until) == known.extent)
    }

    /// Forgets what was seen since the checkpoint; the first step to read, and what is known before it.
    fn return_to_checkpoint(&mut self) -> Option<(usize, State)> {
        let known = self.checkpoint.as_ref()?;
        self.found.truncate(known.num_found);
        self.rises.truncate(known.num_rises);
        self.path.truncate(known.path_days);
        Some((known.num_steps, known.state.clone()))
    }

    fn read(
        &mut self,
        of: &Scanned<'_>,
        steps: &[Step],
        (first, mut state): (usize, State),
        odds: &(dyn Fn(Date) -> Odds + Sync),
    ) {
        let settled = steps.last().and_then(|newest| newest.date.checked_sub(SETTLED_DAYS));
        let settled = settled.map_or(0, |day| steps.partition_point(|step| step.date <= day));
        for (index, step) in steps.iter().enumerate().skip(first) {
            if index == settled && settled >= first + STEPS_BETWEEN {
                self.checkpoint = Some(self.checkpoint(of, &steps[..index], &state, step));
            }
            self.look(of, steps, index, &mut state, odds);
        }
    }

    fn checkpoint(&self, of: &Scanned<'_>, read: &[Step], state: &State, next: &Step) -> Checkpoint {
        let until = read.last().map_or(next.from, |newest| newest.date);
        Checkpoint {
            until,
            extent: of.series.extent_until(until),
            num_steps: read.len(),
            num_found: self.found.len(),
            num_rises: self.rises.len(),
            path_days: self.path.num_days(),
            state: state.clone(),
        }
    }

    /// What one step shows.
    fn look(
        &mut self,
        of: &Scanned<'_>,
        steps: &[Step],
        index: usize,
        State { marks, surprises, turns, reader }: &mut State,
        odds: &(dyn Fn(Date) -> Odds + Sync),
    ) {
        let (id, step) = (&of.id, &steps[index]);
        marks.look(id, step, &mut self.found);
        if !is_tested(id) {
            return;
        }
        let usual = reader.read(steps, index, id.info);
        self.path.push(step, usual.as_ref());
        let Some(usual) = usual else { return };
        let odds = odds(step.date);
        self.found.extend(surprises.look(id, step, &usual, reader, &odds));
        self.found.extend(turns.look(id, &self.path, step, &odds));
        // A score is made from other figures: its rise counts for nothing beside theirs.
        if of.nature != Nature::Score && Rise::is_noteworthy(usual.likely_above) {
            let rise = Rise {
                platform: id.platform.clone(),
                metric: id.metric.clone(),
                item: None,
                per_day: step.per_day,
                usual: usual.per_day,
                spread: usual.spread,
                likelihood: usual.likely_above,
            };
            self.rises.push((step.date, rise));
        }
        reader.go_on(step, &usual);
    }
}
