//! What is usual: each step of a series against the weeks before it.
//!
//! Usual is the median of the steps of the last eight weeks and an effect of the weekday: the weekday's own median less that of
//! all, drawn towards zero by as much as chance alone would move it (positive-part James and Stein 1961). The spread is the
//! median distance of the last steps from what was usual for each (Hampel 1974), and never below what counting gives by chance (Poisson), below a whole
//! unit, or below the step to which the source rounds. Nothing that came later goes in.

use std::collections::VecDeque;

use casa24_schemas::{Date, MetricInfo, Nature};
use time::Duration;

use super::sorted::{self, Sorted};
use super::steps::{Step, WEEK};
use super::tail::Tail;

/// Most steps that say what is usual: eight weeks of days.
pub(super) const MOST_STEPS: usize = 56;
/// Fewest steps that do.
pub(super) const FEWEST_STEPS: usize = 21;
/// Steps older than this do not.
pub(super) const MOST_DAYS: i64 = 84;
/// Fewest steps of a weekday that tell its effect.
pub(super) const FEWEST_OF_WEEKDAY: usize = 5;
/// Beyond so many spreads a change is expected to come back when it leaves a sliding window.
const ECHO_FROM: f64 = 3.0;
/// Scores are computed exactly from here on; below it nothing is unlikely.
const LIKELY: f64 = 1.5;

/// What was usual for a step, and how unusual it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Usual {
    /// The usual change a day.
    pub(super) per_day: f64,
    /// The spread around it.
    pub(super) spread: f64,
    /// Spreads above it; of a step over several days, of their sum.
    pub(super) above: f64,
    /// Spreads below it, and below what leaves a sliding window.
    pub(super) below: f64,
    /// Probability of a step at least so far above, by the steps before.
    pub(super) likely_above: f64,
    /// Probability of a step at least so far below, by the steps before.
    pub(super) likely_below: f64,
    /// What leaves the sliding window on the day: zero or less.
    pub(super) leaving: f64,
}

/// A series that is read step by step.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    nature: Nature,
    /// First step that says what is usual.
    start: usize,
    /// The steps that do, the jumps left out.
    steps: Sorted,
    /// Those over one day, by weekday.
    of_weekday: [Sorted; WEEK],
    /// How far the last steps lay from what was usual for them, and the same in order of time.
    distances: Sorted,
    newest_distances: VecDeque<f64>,
    above: Tail,
    below: Tail,
    /// Rises far above the usual, with their days: in a window they leave it again.
    entered: Vec<(Date, f64)>,
}

impl Reader {
    pub(super) fn new(nature: Nature) -> Self {
        Self {
            nature,
            start: 0,
            steps: Sorted::new(),
            of_weekday: Default::default(),
            distances: Sorted::new(),
            newest_distances: VecDeque::with_capacity(MOST_STEPS),
            above: Tail::new(),
            below: Tail::new(),
            entered: Vec::new(),
        }
    }

    /// What was usual for a step, where enough steps before it tell. Steps are read in their order, each once; behind each one
    /// that has an answer the reader has to [go on](Self::go_on).
    pub(super) fn read(&mut self, steps: &[Step], index: usize, info: Option<&MetricInfo>) -> Option<Usual> {
        let step = steps.get(index)?;
        let oldest = step.date.checked_sub(Duration::days(MOST_DAYS))?;
        while self.start < index && (self.start + MOST_STEPS < index || steps[self.start].date < oldest) {
            self.forget(&steps[self.start]);
            self.start += 1;
        }
        if step.is_jump() {
            self.enter(step, 0.0);
            // Another size has another pace.
            if step.value > 2.0 * step.before || step.value < 0.5 * step.before {
                self.begin_anew(index + 1);
            }
            return None;
        }
        let usual = self.of(step, info);
        self.remember(step);
        usual
    }

    /// Goes on behind a step that was read: from now on its scores are among those that tell what is unlikely.
    pub(super) fn go_on(&mut self, step: &Step, usual: &Usual) {
        self.above.push(usual.above.max(0.0));
        self.below.push(usual.below.max(0.0));
        if usual.above > ECHO_FROM {
            self.enter(step, usual.per_day);
        }
    }

    /// Remembers a rise that leaves a sliding window again.
    fn enter(&mut self, step: &Step, usual: f64) {
        if matches!(self.nature, Nature::Window { .. }) && step.per_day > usual {
            self.entered.push((step.date, step.per_day - usual));
        }
    }

    /// The first of the steps that say what is usual for the next one.
    pub(super) const fn usual_from(&self) -> usize {
        self.start
    }

    /// The scores by the steps before, below and above.
    pub(super) const fn tails(&self) -> [&Tail; 2] {
        [&self.below, &self.above]
    }

    /// The change a day that is passed with this probability, below and above, by the steps before.
    pub(super) fn range(&self, usual: &Usual, step: &Step, probability: f64) -> (f64, f64) {
        let spread = usual.spread / f64::from(step.num_days).sqrt();
        let [below, above] = self.tails().map(|tail| tail.score(probability));
        (usual.per_day + usual.leaving - spread * below, usual.per_day + spread * above)
    }

    fn remember(&mut self, step: &Step) {
        self.steps.insert(step.per_day);
        if step.num_days == 1 {
            self.of_weekday[step.weekday()].insert(step.per_day);
        }
    }

    fn forget(&mut self, step: &Step) {
        if !step.is_jump() {
            self.steps.remove(step.per_day);
            if step.num_days == 1 {
                self.of_weekday[step.weekday()].remove(step.per_day);
            }
        }
    }

    fn begin_anew(&mut self, start: usize) {
        self.start = start;
        self.steps.clear();
        self.of_weekday.iter_mut().for_each(Sorted::clear);
        self.distances.clear();
        self.newest_distances.clear();
    }

    fn of(&mut self, step: &Step, info: Option<&MetricInfo>) -> Option<Usual> {
        if self.steps.numbers().len() < FEWEST_STEPS {
            return None;
        }
        let middle = self.steps.median()?;
        let mut spread = if self.newest_distances.len() < FEWEST_STEPS {
            let mut distances = Sorted::new();
            self.steps.numbers().iter().for_each(|known| distances.insert((known - middle).abs()));
            sorted::spread(&distances)
        } else {
            sorted::spread(&self.distances)
        };
        let grain = info.map_or(0.0, |info| info.grain(step.value));
        spread = spread.max(middle.abs().sqrt()).max(grain).max(1.0);
        let per_day = middle + if step.num_days == 1 { self.effect(step, middle, spread) } else { 0.0 };
        self.keep_distance((step.per_day - per_day).abs());
        let leaving = self.leaving(step);
        let root = f64::from(step.num_days).sqrt();
        let above = (step.per_day - per_day) / spread * root;
        let below = (per_day + leaving - step.per_day) / spread * root;
        let likely = |tail: &Tail, score: f64| if score < LIKELY { 1.0 } else { tail.probability(score) };
        Some(Usual {
            per_day,
            spread,
            above,
            below,
            likely_above: likely(&self.above, above),
            likely_below: likely(&self.below, below),
            leaving,
        })
    }

    /// What a weekday adds to the median of all.
    fn effect(&self, step: &Step, middle: f64, spread: f64) -> f64 {
        let known = &self.of_weekday[step.weekday()];
        let num = known.numbers().len();
        let Some(own) = known.median().filter(|_| num >= FEWEST_OF_WEEKDAY) else { return 0.0 };
        weekday_effect(own, middle, spread, num)
    }

    fn keep_distance(&mut self, distance: f64) {
        if self.newest_distances.len() == MOST_STEPS
            && let Some(oldest) = self.newest_distances.pop_front()
        {
            self.distances.remove(oldest);
        }
        self.newest_distances.push_back(distance);
        self.distances.insert(distance);
    }

    /// What leaves a sliding window on the day of a step: what came in far above the usual one window before, a day more or
    /// less. It may have been other people, who do not all leave, so it widens what is usual downwards only.
    fn leaving(&self, step: &Step) -> f64 {
        let Nature::Window { days } = self.nature else { return 0.0 };
        let near = |(date, _): &&(Date, f64)| {
            let ago = (step.date - *date).whole_days() - i64::from(days);
            (-1..=1).contains(&ago)
        };
        let greatest = self.entered.iter().rev().take(60).filter(near).map(|(_, excess)| *excess);
        -greatest.fold(0.0, f64::max)
    }
}

/// What a weekday adds, by the median of its own steps, the median of all, their spread, and the number of its steps.
pub fn weekday_effect(own: f64, middle: f64, spread: f64, num: usize) -> f64 {
    // Variance of a median of normally distributed values: pi / 2 times that of their mean.
    let by_chance = spread * spread * std::f64::consts::FRAC_PI_2 / num as f64;
    let square = (own - middle) * (own - middle);
    if square > by_chance { (own - middle) * (1.0 - by_chance / square) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Flag, Observed};
    use time::macros::date;

    use super::super::steps::steps;
    use super::*;
    use crate::point::{FlagSet, Point};
    use crate::series::Series;

    const START: Date = date!(2025 - 01 - 06); // a Monday

    fn series(values: impl IntoIterator<Item = f64>) -> Series {
        let mut series = Series::new();
        for (day, value) in values.into_iter().enumerate() {
            let observed_at = Observed::day(START + Duration::days(day as i64));
            series.insert(Point { observed_at, value, flags: FlagSet::default() });
        }
        series
    }

    fn summed(changes: impl IntoIterator<Item = f64>) -> Series {
        let mut total = 1_000.0;
        series(std::iter::once(total).chain(changes).map(|change| {
            total += if change == 1_000.0 { 0.0 } else { change };
            total
        }))
    }

    fn read(series: &Series, nature: Nature) -> Vec<(Step, Option<Usual>)> {
        let steps = steps(series, nature);
        let mut reader = Reader::new(nature);
        let read = |index: usize| {
            let usual = reader.read(&steps, index, None);
            usual.iter().for_each(|usual| reader.go_on(&steps[index], usual));
            (steps[index], usual)
        };
        (0..steps.len()).map(read).collect()
    }

    #[test]
    fn nothing_is_usual_before_three_weeks_and_then_the_median_is() {
        let found = read(&summed((0..40).map(|day| f64::from(day % 3) + 5.0)), Nature::Level);
        assert!(found[..FEWEST_STEPS].iter().all(|(_, usual)| usual.is_none()));
        assert_eq!(found[30].1.unwrap().per_day, 6.0);
    }

    #[test]
    fn a_weekday_that_always_differs_is_usual_on_its_day() {
        let weekly = |day: i32| if day % 7 == 5 { 60.0 } else { 20.0 + f64::from(day % 2) };
        let found = read(&summed((0..120).map(weekly)), Nature::Counter);
        let saturdays = found[70..].iter().filter(|(step, _)| step.per_day == 60.0);
        for (_, usual) in saturdays {
            let usual = usual.unwrap();
            assert!((usual.per_day - 60.0).abs() < 4.0 && usual.likely_above > 0.05, "{usual:?}");
        }
        // The same number on another day is far off.
        let other =
            read(&summed((0..120).map(|day| if day == 115 { 60.0 } else { weekly(day) })), Nature::Counter);
        assert!(other[115].1.unwrap().likely_above < 0.001, "{:?}", other[115]);
    }

    #[test]
    fn twelve_and_twelve_million_are_judged_by_their_own_spread() {
        let noisy = |size: f64| {
            let found = read(
                &series((0..90).map(|day| {
                    size + size * 0.01 * f64::from((day * 37) % 11) + if day == 89 { size } else { 0.0 }
                })),
                Nature::Level,
            );
            found[88].1.unwrap().likely_above
        };
        assert!(
            noisy(12.0) < 0.003 && noisy(12_000_000.0) < 0.003,
            "{} {}",
            noisy(12.0),
            noisy(12_000_000.0)
        );
    }

    #[test]
    fn what_entered_a_window_leaves_it_unsurprisingly() {
        let wave = |day: i32| f64::from((day * 31) % 7) - 3.0;
        let found = read(
            &summed((0..120).map(|day| {
                wave(day)
                    + if day == 60 {
                        400.0
                    } else if day == 88 {
                        -380.0
                    } else {
                        0.0
                    }
            })),
            Nature::Window { days: 28 },
        );
        assert!(found[60].1.unwrap().likely_above < 0.001);
        assert!(found[88].1.unwrap().likely_below > 0.1, "{:?}", found[88]);
        let level = read(
            &summed((0..120).map(|day| wave(day) + if day == 88 { -380.0 } else { 0.0 })),
            Nature::Window { days: 28 },
        );
        assert!(level[88].1.unwrap().likely_below < 0.001);
    }

    #[test]
    fn a_jump_to_another_size_begins_anew() {
        let mut jumping = summed((0..60).map(|day| f64::from(day % 3)));
        for day in 40..60 {
            let observed_at = Observed::day(START + Duration::days(day));
            let flags = FlagSet::of(if day == 40 { &[Flag::LevelChange] } else { &[] });
            jumping.insert(Point { observed_at, value: 9_000.0 + day as f64, flags });
        }
        let found = read(&jumping, Nature::Level);
        assert!(found[30].1.is_some());
        assert!(found[39..].iter().take(15).all(|(_, usual)| usual.is_none()));
    }
}
