//! What was learnt from other series, as it holds for one: knowledge, a kind and a group in; the accuracy of models, learnt
//! widths and how jumps leave out.

use crate::jumps::Leaving;
use crate::kind::Kind;
use crate::knowledge::Knowledge;
use crate::learnt_widths::LearntWidths;
use crate::pool::{KindAccuracy, Pool};
use crate::sequence::Sequence;

/// What one series takes from others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lessons<'a> {
    pub(crate) kind: &'a KindAccuracy,
    pub(crate) leaving: Leaving,
    pool: &'a Pool,
    group: Option<&'a str>,
}

impl<'a> Lessons<'a> {
    /// What knowledge holds for a series.
    pub(crate) fn of(
        pool: &'a Pool,
        kind: Kind,
        group: Option<&'a str>,
        window_length: Option<usize>,
    ) -> Self {
        let (of_group, of_all) = pool.returns(group);
        Self { kind: pool.kind(kind), leaving: Leaving::of(window_length, of_group, of_all), pool, group }
    }

    /// The widths that were learnt for a method.
    pub(crate) fn widths(&self, method: &str) -> Option<&'a LearntWidths> {
        self.pool.widths(self.group?, method)
    }
}

/// Knowledge along one series. At an origin that it has learnt from it would know what came later: what the program comes
/// with takes its place there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Course<'a> {
    pub(crate) now: &'a Knowledge,
    pub(crate) earlier: &'a Knowledge,
    /// Positions from the first on that were learnt from; never the newest, from which nothing later is known.
    pub(crate) num_learnt: usize,
}

impl<'a> Course<'a> {
    /// Knowledge along a sequence.
    pub(crate) fn of(knowledge: &'a Knowledge, sequence: &Sequence) -> Self {
        let num_learnt = knowledge.learnt_until.map_or(0, |step| sequence.num_until(step));
        let num_learnt = num_learnt.min(sequence.values().len().saturating_sub(1));
        let earlier = if num_learnt == 0 { knowledge } else { Knowledge::built_in() };
        Self { now: knowledge, earlier, num_learnt }
    }

    /// What is taken from other series along this one.
    pub(crate) fn lessons(
        &self,
        kind: Kind,
        group: Option<&'a str>,
        window_length: Option<usize>,
    ) -> LessonsAlong<'a> {
        let of = |knowledge: &'a Knowledge| Lessons::of(&knowledge.pool, kind, group, window_length);
        LessonsAlong { now: of(self.now), earlier: of(self.earlier), num_learnt: self.num_learnt }
    }
}

/// Lessons at each position of one series.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LessonsAlong<'a> {
    now: Lessons<'a>,
    earlier: Lessons<'a>,
    num_learnt: usize,
}

impl<'a> LessonsAlong<'a> {
    /// The lessons at a position.
    pub(crate) const fn at(&self, position: usize) -> &Lessons<'a> {
        if position < self.num_learnt { &self.earlier } else { &self.now }
    }
}
