//! Jumps that come back: the flagged jumps of a sequence in; which of them stand, and how likely they are to be gone how
//! soon, out.
//!
//! A sum over a sliding window loses a burst when its days leave the window. Other levels (followers) lose a jump that was
//! not real, such as accounts that a platform removes later. How soon, the series tell by the age of their jumps, as a
//! hazard that is estimated by groups of ages (E returns in X steps of exposure) and shrunk twice, with the weight of
//! [`PRIOR_STEPS`] steps: that of an age towards that of all ages, (E + 40 h) / (X + 40), and that of a group of series
//! towards that of all series.

use serde::{Deserialize, Serialize};

use crate::sequence::Sequence;

/// First ages of the groups of ages that share a hazard, in steps.
const AGES: [usize; 6] = [0, 7, 14, 28, 45, 90];

/// What a hazard is shrunk towards counts as much as this many steps of exposure.
const PRIOR_STEPS: f64 = 40.0;

/// No step is likelier to end a jump than this.
const HIGHEST_HAZARD: f64 = 0.5;

/// A jump that fell back to this share of itself is gone.
const GONE_SHARE: f64 = 0.5;

/// Of jumps in a sliding sum, four in five leave it in time before any was seen: one in five is a lasting rise.
const PRIOR_LEFT: (f64, f64) = (4.0, 5.0);

/// A burst takes some days, so that a jump may leave a window this many steps late.
const LATE_STEPS: usize = 3;

/// One jump up that was flagged.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Jump {
    /// Position of the first value after it.
    at: usize,
    size: f64,
    /// Position of the first value at which it was gone.
    gone_at: Option<usize>,
}

/// The jumps of one sequence.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Jumps {
    jumps: Vec<Jump>,
    num_values: usize,
}

/// Number of cases in which something happened, and of all cases.
type Cases = (f64, f64);

/// How jumps came back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Returns {
    /// Returns and steps of exposure, by [`AGES`].
    by_age: [Cases; AGES.len()],
    /// Jumps in sliding sums: those that left in time, and all that were watched for so long.
    left_window: Cases,
}

/// What is known of how the jumps of a series leave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Leaving {
    /// As many steps after they came as the sliding sum covers, with this chance.
    Window { length: usize, chance: f64 },
    /// With these chances in each step, by [`AGES`].
    Hazard([f64; AGES.len()]),
}

impl Jumps {
    /// The jumps up among the level changes of a sequence.
    pub(crate) fn of(sequence: &Sequence) -> Self {
        let values = sequence.values();
        let jump = |at: usize| {
            let base = values[at - 1];
            let size = values[at] - base;
            let is_gone = |value: &f64| *value <= base + GONE_SHARE * size;
            let gone_at = values[at..].iter().position(is_gone).map(|after| at + after);
            (size > 0.0).then_some(Jump { at, size, gone_at })
        };
        Self { jumps: sequence.level_changes().filter_map(jump).collect(), num_values: values.len() }
    }

    /// Jumps that are not gone at a position.
    fn standing(&self, position: usize) -> impl Iterator<Item = &Jump> {
        let stands =
            move |jump: &&Jump| jump.at <= position && jump.gone_at.is_none_or(|gone| gone > position);
        self.jumps.iter().filter(stands)
    }

    /// How much of what stood at an origin was gone at a later position.
    pub(crate) fn gone(&self, origin: usize, position: usize) -> f64 {
        let is_gone = |jump: &&Jump| jump.gone_at.is_some_and(|gone| gone <= position);
        self.standing(origin).filter(is_gone).map(|jump| jump.size).sum()
    }

    /// How much of the value at an origin may be gone so many steps later: sizes and their chances, which add up to one,
    /// the least first; `None` where nothing can be. The likeliest jump is gone in every case in which another one is, as
    /// when a platform removes accounts.
    pub(crate) fn may_be_gone(
        &self,
        origin: usize,
        distance: usize,
        leaving: Leaving,
    ) -> Option<Vec<(f64, f64)>> {
        let chance = |jump: &Jump| (jump.size, leaving.chance(origin - jump.at, distance));
        let mut standing: Vec<(f64, f64)> = self.standing(origin).map(chance).collect();
        standing.retain(|(_, chance)| *chance > 0.0);
        if standing.is_empty() {
            return None;
        }
        standing.sort_unstable_by(|one, other| other.1.total_cmp(&one.1));
        let mut sizes = Vec::with_capacity(standing.len() + 1);
        let (mut size, mut chance) = (0.0, 1.0);
        for (more, of_jump) in standing {
            sizes.push((size, chance - of_jump));
            size += more;
            chance = of_jump;
        }
        sizes.push((size, chance));
        Some(sizes)
    }

    /// What this sequence tells of returns.
    pub(crate) fn returns(&self, window_length: Option<usize>) -> Returns {
        let mut returns = Returns::default();
        for jump in &self.jumps {
            let num_steps = jump.gone_at.unwrap_or(self.num_values - 1) - jump.at;
            // What leaves a window says nothing of what leaves a level.
            if let Some(in_time) = window_length.map(|length| length + LATE_STEPS) {
                if jump.at + in_time < self.num_values {
                    let left = jump.gone_at.is_some() && num_steps <= in_time;
                    returns.left_window.0 += f64::from(u8::from(left));
                    returns.left_window.1 += 1.0;
                }
                continue;
            }
            for (group, first) in AGES.iter().enumerate() {
                returns.by_age[group].1 += num_steps.min(end_of(group)).saturating_sub(*first) as f64;
            }
            if jump.gone_at.is_some() {
                returns.by_age[group_of(num_steps.saturating_sub(1))].0 += 1.0;
            }
        }
        returns
    }
}

/// First age after a group of ages.
fn end_of(group: usize) -> usize {
    AGES.get(group + 1).copied().unwrap_or(usize::MAX)
}

fn group_of(age: usize) -> usize {
    AGES.partition_point(|first| *first <= age) - 1
}

/// The middle of what may be gone: the forecast is a median.
pub(crate) fn middle(may_be_gone: Option<&[(f64, f64)]>) -> f64 {
    let mut below = 0.0;
    let is_middle = |(_, chance): &&(f64, f64)| {
        below += chance;
        below >= 0.5
    };
    may_be_gone.and_then(|sizes| sizes.iter().find(is_middle)).map_or(0.0, |(size, _)| *size)
}

impl Leaving {
    /// What is known of a series of a sliding sum or of another level.
    pub(crate) fn of(window_length: Option<usize>, of_group: Returns, of_all: Returns) -> Self {
        let (left, all) = of_group.left_window;
        match window_length {
            Some(length) => Self::Window { length, chance: (left + PRIOR_LEFT.0) / (all + PRIOR_LEFT.1) },
            None => Self::Hazard(of_group.hazards(&of_all)),
        }
    }

    /// The chance that a jump of an age is gone so many steps later.
    fn chance(self, age: usize, distance: usize) -> f64 {
        match self {
            // What stands for twice as long is a level of its own.
            Self::Window { length, chance } if age < 2 * length && age + distance > length => chance,
            Self::Window { .. } => 0.0,
            Self::Hazard(hazards) => {
                let until = age + distance;
                let stays = |group: usize| {
                    let num_steps = until.min(end_of(group)).saturating_sub(age.max(AGES[group]));
                    (1.0 - hazards[group]).powi(num_steps as i32)
                };
                1.0 - (0..AGES.len()).map(stays).product::<f64>()
            }
        }
    }
}

impl Returns {
    /// The chances that a jump of a group of series is gone one step later, by [`AGES`].
    fn hazards(&self, of_all: &Self) -> [f64; AGES.len()] {
        let (returns, steps) = of_all
            .by_age
            .iter()
            .fold((0.0, 0.0), |(returns, steps), cases| (returns + cases.0, steps + cases.1));
        if steps == 0.0 {
            return [0.0; AGES.len()];
        }
        let shrunk = |cases: Cases, towards: f64| (cases.0 + PRIOR_STEPS * towards) / (cases.1 + PRIOR_STEPS);
        std::array::from_fn(|group| {
            let at_age = shrunk(of_all.by_age[group], returns / steps);
            shrunk(self.by_age[group], at_age).min(HIGHEST_HAZARD)
        })
    }

    /// Those of both.
    #[must_use]
    pub(crate) fn and(mut self, other: &Self) -> Self {
        let more = other.by_age.iter().chain([&other.left_window]);
        for (own, more) in self.by_age.iter_mut().chain([&mut self.left_window]).zip(more) {
            own.0 += more.0;
            own.1 += more.1;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sequence::Observation;

    /// A value for each step; the level changes where the step from value to value is large.
    fn jumps(values: &[f64]) -> Jumps {
        let observation = |step: usize| Observation {
            step: step as i64,
            value: values[step],
            new_level: step > 0 && (values[step] - values[step - 1]).abs() > 50.0,
        };
        let observations: Vec<Observation> = (0..values.len()).map(observation).collect();
        Jumps::of(&Sequence::new(&observations, 7).unwrap())
    }

    /// 40 days at 100, then 30 at 300, then 20 at 110.
    fn burst() -> Jumps {
        jumps(&[vec![100.0; 40], vec![300.0; 30], vec![110.0; 20]].concat())
    }

    #[test]
    fn a_jump_stands_until_half_of_it_is_gone() {
        let burst = burst();
        assert_eq!([39, 40, 69, 70].map(|at| burst.standing(at).count()), [0, 1, 1, 0]);
        assert_eq!((burst.gone(50, 69), burst.gone(50, 70), burst.gone(70, 80)), (0.0, 200.0, 0.0));
        let faded = jumps(&[vec![100.0; 10], vec![200.0, 180.0, 160.0, 150.0, 140.0]].concat());
        assert_eq!((faded.standing(12).count(), faded.standing(13).count()), (1, 0));
    }

    #[test]
    fn a_jump_leaves_a_window_on_the_day_after_it() {
        let leaving = Leaving::of(Some(28), Returns::default(), Returns::default());
        let jumps = jumps(&[vec![100.0; 40], vec![300.0; 21]].concat());
        // It came 20 days before the newest value.
        assert_eq!(jumps.may_be_gone(60, 8, leaving), None);
        let may_be_gone = jumps.may_be_gone(60, 9, leaving).unwrap();
        assert_eq!(may_be_gone, [(0.0, 1.0 - 0.8), (200.0, 0.8)]);
        assert_eq!((middle(Some(&may_be_gone)), middle(None)), (200.0, 0.0));
    }

    #[test]
    fn one_that_stays_in_a_window_for_twice_as_long_is_a_level() {
        let leaving = Leaving::of(Some(28), Returns::default(), Returns::default());
        let jumps = jumps(&[vec![100.0; 40], vec![300.0; 100]].concat());
        assert!(jumps.may_be_gone(40 + 40, 1, leaving).is_some());
        assert_eq!(jumps.may_be_gone(40 + 56, 1, leaving), None);
    }

    #[test]
    fn hazards_are_those_of_ages_and_groups_shrunk() {
        // One return after 30 steps, so at an age from 28 on.
        let seen = burst().returns(None);
        assert_eq!(seen.by_age[3], (1.0, 2.0));
        assert_eq!(seen.by_age.iter().map(|cases| cases.1).sum::<f64>(), 30.0);
        let at_age = (1.0 + 40.0 / 30.0) / 42.0;
        assert_eq!(Returns::default().hazards(&seen)[3], at_age);
        assert_eq!(seen.hazards(&seen)[3], (1.0 + 40.0 * at_age) / 42.0);
        assert_eq!(Returns::default().hazards(&Returns::default()), [0.0; AGES.len()]);
        let leaving = Leaving::of(None, seen, seen);
        let (soon, late) = (leaving.chance(0, 7), leaving.chance(0, 60));
        assert!(0.0 < soon && soon < late && late < 1.0, "{soon} {late}");
    }

    #[test]
    fn what_left_a_window_in_time_makes_it_likelier() {
        let seen = burst().returns(Some(28));
        assert_eq!(seen.left_window, (1.0, 1.0));
        assert_eq!(seen.and(&seen).left_window, (2.0, 2.0));
        assert_eq!(Leaving::of(Some(28), seen, seen), Leaving::Window { length: 28, chance: 5.0 / 6.0 });
        let stays = jumps(&[vec![100.0; 40], vec![300.0; 60]].concat()).returns(Some(28));
        assert_eq!(stays.left_window, (0.0, 1.0));
        assert_eq!(stays.by_age, Returns::default().by_age);
        let too_new = jumps(&[vec![100.0; 40], vec![300.0; 20]].concat()).returns(Some(28));
        assert_eq!(too_new.left_window, (0.0, 0.0));
    }

    #[test]
    fn jumps_that_leave_together_have_chances_that_add_up() {
        let two = jumps(&[vec![100.0; 40], vec![300.0; 5], vec![600.0; 6]].concat());
        let returns = burst().returns(None);
        let sizes = two.may_be_gone(50, 30, Leaving::of(None, returns, returns)).unwrap();
        assert_eq!(sizes.iter().map(|(size, _)| *size).collect::<Vec<_>>(), [0.0, 200.0, 500.0]);
        assert!((sizes.iter().map(|(_, chance)| chance).sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(sizes.iter().all(|(_, chance)| *chance >= 0.0));
    }
}
