//! Jumps that come back: the flagged jumps of a sequence in; which of them are still there, and what is likely to
//! leave how soon, out.
//!
//! A sum over a sliding window loses a burst when its days leave the window. Other levels (followers) lose a jump that
//! was not real, such as accounts that a platform removes later: how soon, the series of the pool say by the age of their
//! jumps. The hazard at an age is that of all ages where few jumps were seen at it: (E + 40 h) / (X + 40), with E returns
//! in X steps of exposure, and h the hazard of all ages (a gamma prior worth 40 steps).

use serde::{Deserialize, Serialize};

use crate::sequence::Sequence;

/// First ages of the groups that share a hazard, in steps.
const AGES: [usize; 6] = [0, 7, 14, 28, 45, 90];

/// The hazard of all ages counts as much as this many steps of exposure.
const PRIOR_STEPS: f64 = 40.0;

/// A jump that fell back below this share of itself has come back.
const RETURNED_SHARE: f64 = 0.5;

/// A jump up that was flagged.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Jump {
    /// Position of the first value on the new level.
    at: usize,
    size: f64,
    /// Position of the first value that was back.
    returned_at: Option<usize>,
}

/// The jumps of one sequence.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Jumps {
    jumps: Vec<Jump>,
    num_values: usize,
}

/// How often jumps came back, by age.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Returns {
    /// Returns and steps of exposure, by [`AGES`].
    by_age: [(f64, f64); AGES.len()],
}

/// When jumps are expected to come back.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Leaving<'a> {
    /// The steps that a sliding sum covers: a jump leaves it as many steps after it came.
    Window(usize),
    /// As those of other series did.
    Hazard(&'a Returns),
}

impl Jumps {
    pub(crate) fn of(sequence: &Sequence) -> Self {
        let values = sequence.values();
        let jump = |at: usize| {
            let base = *values.get(at.checked_sub(1)?)?;
            let size = values[at] - base;
            let back = |value: &f64| *value <= base + RETURNED_SHARE * size;
            let returned_at = values[at..].iter().position(back).map(|after| at + after);
            (size > 0.0).then_some(Jump { at, size, returned_at })
        };
        Self { jumps: sequence.level_starts().filter_map(jump).collect(), num_values: values.len() }
    }

    /// Jumps that are still there at a position.
    fn standing(&self, position: usize) -> impl Iterator<Item = &Jump> {
        self.jumps
            .iter()
            .filter(move |jump| jump.at <= position && jump.returned_at.is_none_or(|back| back > position))
    }

    /// How much of what stood at an origin was gone at a later position.
    pub(crate) fn gone(&self, origin: usize, position: usize) -> f64 {
        let gone = |jump: &&Jump| jump.returned_at.is_some_and(|back| back <= position);
        self.standing(origin).filter(gone).map(|jump| jump.size).sum()
    }

    /// All that stands at an origin and may leave.
    pub(crate) fn at(&self, origin: usize, leaving: Leaving<'_>) -> Vec<Standing> {
        let age = |jump: &Jump| Standing { size: jump.size, age: origin - jump.at };
        let mut standing: Vec<Standing> = self.standing(origin).map(age).collect();
        if let Leaving::Window(length) = leaving {
            // What is long out of the window and still there is a level of its own.
            standing.retain(|jump| jump.age < 2 * length);
        }
        standing
    }

    /// What this sequence says of returns.
    pub(crate) fn returns(&self) -> Returns {
        let mut returns = Returns::default();
        for jump in &self.jumps {
            let end = jump.returned_at.unwrap_or(self.num_values - 1) - jump.at;
            for (group, first) in AGES.iter().enumerate() {
                let last = AGES.get(group + 1).map_or(usize::MAX, |next| next - 1);
                // The step to an age is at risk from the age before it.
                let exposed = end.min(last.saturating_add(1)).saturating_sub(*first);
                returns.by_age[group].1 += exposed as f64;
            }
            if jump.returned_at.is_some() {
                returns.by_age[group_of(end.saturating_sub(1))].0 += 1.0;
            }
        }
        returns
    }
}

fn group_of(age: usize) -> usize {
    AGES.partition_point(|first| *first <= age) - 1
}

/// A jump that stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Standing {
    pub(crate) size: f64,
    age: usize,
}

impl Standing {
    /// The chance that it is gone so many steps ahead.
    pub(crate) fn chance(&self, distance: usize, leaving: Leaving<'_>) -> f64 {
        match leaving {
            Leaving::Window(length) => {
                if self.age + distance > length { 0.8 } else { 0.0 }
            }
            Leaving::Hazard(returns) => {
                let stays = (self.age..self.age + distance).map(|age| (1.0 - returns.hazard(age)).ln());
                1.0 - stays.sum::<f64>().exp()
            }
        }
    }
}

impl Returns {
    fn hazard(&self, age: usize) -> f64 {
        let (all, exposure) =
            self.by_age.iter().fold((0.0, 0.0), |(all, sum), (returns, steps)| (all + returns, sum + steps));
        if exposure == 0.0 {
            return 0.0;
        }
        let (returns, steps) = self.by_age[group_of(age)];
        ((returns + PRIOR_STEPS * all / exposure) / (steps + PRIOR_STEPS)).min(0.5)
    }

    /// Both together.
    #[must_use]
    pub(crate) fn and(mut self, other: &Self) -> Self {
        for (own, other) in self.by_age.iter_mut().zip(other.by_age) {
            own.0 += other.0;
            own.1 += other.1;
        }
        self
    }
}
