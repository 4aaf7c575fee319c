//! Rolling origins: what each model would have said at earlier steps, and says now.
//!
//! At each origin a model knows nothing later (Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd
//! edition, 5.10). Models whose learning is expensive learn again when a level has 8, 12, 18, 27 ... values and at the
//! newest one, and when a level begins or settles; between these their state moves on with each value. All of it depends on the series
//! alone, so that a longer series gives the same track record for the origins that both have.

use crate::lessons::Course;
use crate::levels::Joined;
use crate::limits::Limits;
use crate::member::{Advancing, Member};
use crate::memory::Memory;
use crate::neural::Neural;
use crate::sequence::Sequence;

/// About this many origins are tried; they lie evenly over the steps.
const NUM_ORIGINS: usize = 52;

/// Seasons that a model must have seen.
const SEASONS_TO_KNOW: usize = 2;

/// A level with fewer values than this is learnt from together with those before it.
const SETTLED_VALUES: usize = 14;

/// Numbers of values at which expensive learning is repeated, each about half as many again as the one before.
const FIT_VALUES: [usize; 14] = [8, 12, 18, 27, 40, 60, 90, 135, 200, 300, 450, 675, 1_000, 1_500];

/// Paths of some models from some origins of one series.
#[derive(Debug)]
pub(crate) struct Rolled {
    /// The models.
    pub(crate) members: Vec<Member>,
    /// Positions of the origins in the sequence, oldest first; the newest value is not among them.
    pub(crate) origins: Vec<usize>,
    /// Steps from one origin to the next, where values were observed.
    pub(crate) spacing: usize,
    /// Paths by member and origin, within the limits; `None` where a model had not learnt yet or overflowed.
    pub(crate) paths: Vec<Vec<Option<Vec<f64>>>>,
    /// Path of each member from the newest value.
    pub(crate) newest: Vec<Option<Vec<f64>>>,
}

/// Rolls models over a sequence. Paths from an origin reach as far as there are values to check them, the newest
/// ones `horizon` steps.
pub(crate) fn roll(
    members: &[Member],
    sequence: &Sequence,
    limits: Limits,
    season_length: usize,
    horizon: usize,
    course: &Course<'_>,
    memory: &mut Memory,
) -> Rolled {
    let last = sequence.values().len() - 1;
    let spacing = spacing(sequence.values().len(), season_length);
    let first = first_origin(sequence.values().len(), season_length);
    let is_origin =
        |position: &usize| sequence.is_observed(*position) && sequence.step(*position) % spacing as i64 == 0;
    let origins: Vec<usize> = (first..last).filter(is_origin).collect();
    let mut rolled =
        Rolled { members: members.to_vec(), origins, spacing, paths: Vec::new(), newest: Vec::new() };
    for member in members {
        let mut paths = Vec::with_capacity(rolled.origins.len());
        let mut newest = None;
        let mut origins = rolled.origins.iter().copied().peekable();
        let mut show = |position: usize, fitted: Option<&dyn Advancing>| {
            let path = |num_steps: usize| {
                let mut path = fitted?.predict(num_steps);
                let finite = limits.after(sequence.values()[position]).apply(&mut path);
                (finite && path.len() == num_steps).then_some(path)
            };
            if origins.next_if_eq(&position).is_some() {
                paths.push(path(horizon.min(last - position)));
            }
            if position == last {
                newest = path(horizon);
            }
        };
        let num_earlier = if *member == Member::Neural { course.num_learnt } else { 0 };
        if num_earlier > 0 {
            walk(*member, sequence, season_length, &course.earlier.neural, memory, |position, fitted| {
                if position < num_earlier {
                    show(position, fitted);
                }
            });
        }
        walk(*member, sequence, season_length, &course.now.neural, memory, |position, fitted| {
            if position >= num_earlier {
                show(position, fitted);
            }
        });
        rolled.paths.push(paths);
        rolled.newest.push(newest);
    }
    rolled
}

/// Position of the first origin: a model must have seen a season twice to know it, and what it says without is no
/// measure of what it says now. At most half of a series is spent on that.
fn first_origin(num_values: usize, season_length: usize) -> usize {
    let seasons = if season_length > 1 { season_length.saturating_mul(SEASONS_TO_KNOW) } else { 0 };
    seasons.min(num_values / 2)
}

/// Steps between origins: no multiple of the season, so that origins fall on every part of it.
const fn spacing(num_values: usize, season_length: usize) -> usize {
    let spacing = num_values.div_ceil(NUM_ORIGINS);
    if season_length > 1 && spacing.is_multiple_of(season_length) { spacing + 1 } else { spacing }
}

/// Leads one model along a sequence and shows it after each value.
fn walk(
    member: Member,
    sequence: &Sequence,
    season_length: usize,
    neural: &Neural,
    memory: &mut Memory,
    mut show: impl FnMut(usize, Option<&dyn Advancing>),
) {
    let values = sequence.values();
    let newest_level = sequence.level_start(values.len() - 1);
    let mut fitted: Option<Box<dyn Advancing>> = None;
    let mut joined = Joined::default();
    for (position, value) in values.iter().enumerate() {
        let start = sequence.level_start(position);
        let num_values = position - start + 1;
        joined.push(*value, start == position);
        let begins = num_values == 1 || (start > 0 && num_values == SETTLED_VALUES);
        if begins {
            fitted = None;
        }
        let is_due = if member.is_expensive() {
            let num_newest = if start == newest_level { values.len() - start } else { 0 };
            begins || is_fit_due(num_values, num_newest)
        } else {
            fitted.is_none()
        };
        let is_young = start > 0 && num_values < SETTLED_VALUES;
        let known = if is_young { joined.values() } else { &values[start..=position] };
        let learnt = if is_due { memory.fit(member, known, season_length, neural) } else { None };
        match (learnt, &mut fitted) {
            (Some(learnt), _) => fitted = Some(learnt),
            (None, Some(fitted)) => fitted.observe(*value),
            (None, None) => {}
        }
        show(position, fitted.as_deref());
    }
}

/// Whether a level with this many values is learnt from, of a level that has `num_newest` by now.
fn is_fit_due(num_values: usize, num_newest: usize) -> bool {
    FIT_VALUES.contains(&num_values) || (num_values == num_newest && num_newest >= FIT_VALUES[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;
    use crate::limits::Bounds;
    use crate::sequence::Observation;

    fn rolled(values: &[f64]) -> Rolled {
        let observation = |(step, value): (i64, &f64)| Observation { step, value: *value, new_level: false };
        let observations: Vec<Observation> = (0..).zip(values).map(observation).collect();
        let sequence = Sequence::new(&observations, 7).unwrap();
        let limits = Limits::of(Bounds::NONE, sequence.observed_values());
        let course = Course::of(Knowledge::built_in(), &sequence);
        roll(&Member::ALL, &sequence, limits, 7, 30, &course, &mut Memory::new())
    }

    #[test]
    fn no_model_knows_what_came_after_an_origin() {
        let values: Vec<f64> = (0..104_u32).map(|day| f64::from(day * 2 + (day * day) % 17)).collect();
        let mut other = values.clone();
        other[80..].iter_mut().for_each(|value| *value = 5_000.0 - *value);
        let (rolled, other) = (rolled(&values), rolled(&other));
        assert_eq!(rolled.origins, (7..52).map(|origin| origin * 2).collect::<Vec<_>>());
        let before = rolled.origins.partition_point(|origin| *origin < 80);
        for (paths, others) in rolled.paths.iter().zip(&other.paths) {
            assert_eq!(paths[..before], others[..before]);
        }
        assert_ne!(rolled.newest, other.newest);
    }

    #[test]
    fn origins_fall_on_every_part_of_a_season() {
        assert_eq!([52, 53, 104, 364, 365, 392].map(|num_values| spacing(num_values, 7)), [1, 2, 2, 8, 8, 8]);
        assert_eq!(spacing(364, 1), 7);
    }

    #[test]
    fn what_is_said_now_was_learnt_from_the_newest_value() {
        let due: Vec<usize> = (1..=100).filter(|num_values| is_fit_due(*num_values, 100)).collect();
        assert_eq!(due, [8, 12, 18, 27, 40, 60, 90, 100]);
    }
}
