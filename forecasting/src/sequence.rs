//! A series as models see it: observations in any order in, one value for each step out, gaps filled and marked.

/// A value at its step on a regular grid (the day number of a daily series).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// Where on the grid.
    pub step: i64,
    /// The value. One that is not finite counts as missing.
    pub value: f64,
    /// Whether the series jumped to this value from another level, so that what came before says nothing of its
    /// trend.
    pub new_level: bool,
}

/// Values at equal distances, oldest first: what models learn from.
///
/// A gap is filled by a straight line between its ends (flat where another level begins after it), for models that need every step; errors are only ever
/// counted where a value was observed.
#[derive(Debug, Clone, PartialEq)]
pub struct Sequence {
    first_step: i64,
    values: Vec<f64>,
    observed: Vec<bool>,
    /// Positions at which a new level begins; the first is 0.
    levels: Vec<usize>,
}

/// Windows begin at steps that this divides, so that a window, and what was learnt from its beginning, stands for
/// as many steps before it moves on.
const WINDOW_GRID: i64 = 28;

/// How many steps models and their track record look back at least, where the series is that long.
const WINDOW: i64 = 365;

/// A season must be seen this often.
const WINDOW_SEASONS: i64 = 10;

impl Sequence {
    /// The newest steps of a series: 365 to 392, more where ten seasons need more. Of several values of one step
    /// the last one counts. `None` where no value is finite.
    pub fn new(observations: &[Observation], season_length: usize) -> Option<Self> {
        let mut known: Vec<Observation> =
            observations.iter().filter(|observation| observation.value.is_finite()).copied().collect();
        if !known.is_sorted_by_key(|observation| observation.step) {
            known.sort_by_key(|observation| observation.step);
        }
        let newest = known.last()?.step;
        let length = WINDOW.max(WINDOW_SEASONS.saturating_mul(i64::try_from(season_length).ok()?));
        let start = newest.saturating_sub(length).div_euclid(WINDOW_GRID).saturating_mul(WINDOW_GRID);
        let known = &known[known.partition_point(|observation| observation.step < start)..];
        let first = known.first()?;
        let mut sequence =
            Self { first_step: first.step, values: Vec::new(), observed: Vec::new(), levels: vec![0] };
        for observation in known {
            sequence.push(*observation);
        }
        Some(sequence)
    }

    /// Takes in an observation that is not older than the newest.
    fn push(&mut self, observation: Observation) {
        let position = (observation.step - self.first_step) as usize;
        if let Some((last, before)) = self.values.len().checked_sub(1).zip(self.values.last().copied()) {
            if position == last {
                self.values[last] = observation.value;
            }
            let num_steps = (position - last) as f64;
            for filled in last + 1..position {
                let share = (filled - last) as f64 / num_steps;
                // Of equal ends the sum below is another number by a hair, and the series would seem to move.
                let between = before * (1.0 - share) + observation.value * share;
                // A jump is no ramp: until it was seen, the old level stood.
                let stands = before == observation.value || observation.new_level;
                self.values.push(if stands { before } else { between });
                self.observed.push(false);
            }
        }
        if position == self.values.len() {
            self.values.push(observation.value);
            self.observed.push(true);
        }
        if observation.new_level && self.levels.last() != Some(&position) {
            self.levels.push(position);
        }
    }

    /// One value for each step, oldest first.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Whether the value at a position was observed, not filled in.
    pub fn is_observed(&self, position: usize) -> bool {
        self.observed.get(position) == Some(&true)
    }

    /// The values that were observed, oldest first.
    pub fn observed_values(&self) -> impl Iterator<Item = f64> + '_ {
        self.values.iter().zip(&self.observed).filter(|(_, observed)| **observed).map(|(value, _)| *value)
    }

    /// Step of the value at a position.
    pub const fn step(&self, position: usize) -> i64 {
        self.first_step + position as i64
    }

    /// Number of observed values from a position on.
    pub fn num_observed_from(&self, position: usize) -> usize {
        self.observed.get(position..).map_or(0, |rest| rest.iter().filter(|observed| **observed).count())
    }

    /// Positions at which another level begins.
    pub(crate) fn level_changes(&self) -> impl Iterator<Item = usize> + '_ {
        self.levels.iter().copied().filter(|position| *position > 0)
    }

    /// Number of positions up to a step.
    pub(crate) fn num_until(&self, step: i64) -> usize {
        step.saturating_sub(self.first_step).saturating_add(1).clamp(0, self.values.len() as i64) as usize
    }

    /// Position at which the level of the value at a position begins.
    pub fn level_start(&self, position: usize) -> usize {
        let begun = self.levels.partition_point(|start| *start <= position);
        self.levels[..begun].last().copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn observation(step: i64, value: f64) -> Observation {
        Observation { step, value, new_level: false }
    }

    #[test]
    fn a_gap_between_equal_values_holds_no_move() {
        let sequence = Sequence::new(&[observation(0, 22.0), observation(12, 22.0)], 7).unwrap();
        assert!(sequence.values().iter().all(|value| *value == 22.0), "{:?}", sequence.values());
    }

    #[test]
    fn a_gap_before_another_level_holds_none_of_the_jump() {
        let jump = Observation { new_level: true, ..observation(4, 900.0) };
        let sequence = Sequence::new(&[observation(0, 22.0), observation(1, 23.0), jump], 7).unwrap();
        assert_eq!(sequence.values(), [22.0, 23.0, 23.0, 23.0, 900.0]);
    }

    #[test]
    fn gaps_are_filled_and_marked_in_whatever_order_values_come() {
        let observations =
            [observation(13, 8.0), observation(10, 1.0), observation(10, 2.0), observation(12, f64::NAN)];
        let sequence = Sequence::new(&observations, 7).unwrap();
        assert_eq!(sequence.values(), [2.0, 4.0, 6.0, 8.0]);
        assert_eq!([0, 1, 2, 3, 4].map(|at| sequence.is_observed(at)), [true, false, false, true, false]);
        assert_eq!((sequence.step(3), sequence.num_observed_from(1)), (13, 1));
        assert_eq!(Sequence::new(&[observation(1, f64::INFINITY)], 7), None);
        assert_eq!(Sequence::new(&[], 7), None);
    }

    #[test]
    fn a_level_begins_where_it_was_flagged() {
        let mut observations: Vec<_> = (0..10).map(|step| observation(step, 1.0)).collect();
        observations[4].new_level = true;
        observations[8].new_level = true;
        let sequence = Sequence::new(&observations, 7).unwrap();
        assert_eq!([0, 3, 4, 7, 8, 9].map(|at| sequence.level_start(at)), [0, 0, 4, 4, 8, 8]);
    }

    #[test]
    fn the_window_stands_until_the_grid_moves_it() {
        let long: Vec<_> = (0..2_000).map(|step| observation(step, step as f64)).collect();
        let first_step = |newest: usize, season| Sequence::new(&long[..=newest], season).unwrap().step(0);
        assert_eq!(first_step(1_000, 7), 616); // 1000 - 365 = 635, down to 22 * 28
        assert_eq!((first_step(1_008, 7), first_step(1_009, 7)), (616, 644));
        assert_eq!(first_step(1_999, 168), 308); // ten seasons of 168
        assert_eq!(first_step(300, 7), 0);
    }

    #[test]
    fn far_apart_values_do_not_fill_the_memory() {
        let sequence = Sequence::new(&[observation(i64::MIN, 1.0), observation(i64::MAX, 2.0)], 7).unwrap();
        assert_eq!(sequence.values(), [2.0]);
    }
}
