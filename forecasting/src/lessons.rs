//! What was learnt from other series, as it holds for one: knowledge, a kind and a group in; the accuracy of models, learnt
//! widths and how jumps leave out.

use crate::jumps::Leaving;
use crate::kind::Kind;
use crate::knowledge::Knowledge;
use crate::learnt_widths::LearntWidths;
use crate::neural::Neural;
use crate::pool::{KindAccuracy, Pool};

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

/// Lessons at the origins of one series. From an origin that they have learnt from, they would know what came after it:
/// what the program comes with takes their place there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Course<'a> {
    pub(crate) now: Lessons<'a>,
    pub(crate) earlier: Lessons<'a>,
    /// Positions from the first on that were learnt from.
    pub(crate) num_learnt: usize,
}

impl<'a> Course<'a> {
    /// The lessons at an origin; those of the newest value are [`Self::now`].
    pub(crate) const fn at(&self, origin: usize) -> &Lessons<'a> {
        if origin < self.num_learnt { &self.earlier } else { &self.now }
    }
}

/// The networks for the origins of one series, in the same way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Networks<'a> {
    pub(crate) now: &'a Neural,
    pub(crate) earlier: &'a Neural,
    pub(crate) num_learnt: usize,
}

impl<'a> Networks<'a> {
    /// Those of knowledge, before a series of which it has learnt from so many values.
    pub(crate) fn of(knowledge: &'a Knowledge, num_learnt: usize) -> Self {
        let earlier = if num_learnt == 0 { knowledge } else { Knowledge::built_in() };
        Self { now: &knowledge.neural, earlier: &earlier.neural, num_learnt }
    }
}
