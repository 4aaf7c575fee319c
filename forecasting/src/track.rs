//! One model's track on one series: its paths from earlier origins in, its intervals and its track record out.

use crate::distances::DISTANCES;
use crate::interval::{ErrorsAt, ErrorsOfKind, Outcomes};
use crate::jumps::{Jumps, middle};
use crate::learnt_widths::{LEVELS, Outcome};
use crate::lessons::LessonsAlong;
use crate::limits::Limits;
use crate::sequence::Sequence;
use crate::sorted::median;

/// A series moves where it did so in as many steps.
pub(crate) const MOVING_STEPS: usize = 28;

/// Where a jump is gone more often than that, an outcome says nothing of the widths of a model.
const RARELY_GONE: f64 = 0.05;

/// Quantile of the normal distribution for a two-sided 95 %.
const NORMAL_95: f64 = 1.959_963_984_540_054;

/// What a model said from each origin, and what is needed to check it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Track<'a> {
    pub(crate) sequence: &'a Sequence,
    pub(crate) limits: Limits,
    /// What was learnt from other series.
    pub(crate) lessons: LessonsAlong<'a>,
    /// Jumps that may be gone later; `None` where a model is shown as it is.
    pub(crate) jumps: Option<&'a Jumps>,
    /// Positions of the origins, oldest first.
    pub(crate) origins: &'a [usize],
    /// Steps from one origin to the next.
    pub(crate) spacing: usize,
    /// Mean step of the series at each origin, and now.
    pub(crate) mean_steps: &'a [f64],
    /// The least by which the series can move.
    pub(crate) unit: f64,
    /// Whether ends of intervals are whole numbers.
    pub(crate) whole_ends: bool,
    /// The model's path from each origin, as if all jumps stood.
    pub(crate) paths: &'a [Option<Vec<f64>>],
}

/// Lower and upper end of an interval, from the forecast.
type Offsets = (f64, f64);

/// Intervals by level, then by distance from 1 on, in the unit of the series from the forecast.
pub(crate) type Widths = Vec<Vec<Offsets>>;

/// How far a model was off at one distance.
#[derive(Debug, Clone, PartialEq)]
pub struct TrackRecord {
    /// Forecasts that could be checked.
    pub num_checked: usize,
    /// Median absolute error.
    pub off_by: f64,
    /// Median absolute error in percent of what came, of those that came other than zero.
    pub off_by_percent: Option<f64>,
    /// Outcomes within the interval that would have been given, by level.
    pub num_within: Vec<usize>,
    /// Median absolute error of forecasting that nothing changes, from the same origins.
    pub naive_off_by: f64,
}

impl<'a> Track<'a> {
    /// Signed errors at a distance by origin, in mean steps; for the pool.
    pub(crate) fn scaled_errors(&self, distance: usize) -> Vec<f64> {
        (0..self.origins.len())
            .filter_map(|at| Some(self.error(at, distance)? / self.mean_steps[at]))
            .collect()
    }

    /// What came less what was forecast from an origin. Whether a jump is gone by then is not the model's to foresee: what
    /// is gone counts as if it were there.
    fn error(&self, at: usize, distance: usize) -> Option<f64> {
        let position = self.origins[at] + distance;
        let forecast = self.paths[at].as_ref()?.get(distance - 1)?;
        let gone = self.jumps.map_or(0.0, |jumps| jumps.gone(self.origins[at], position));
        self.sequence.is_observed(position).then(|| self.sequence.values()[position] + gone - forecast)
    }

    /// How much of the value at an origin may be gone so many steps later.
    fn may_be_gone(&self, origin: usize, distance: usize) -> Option<Vec<(f64, f64)>> {
        self.jumps?.may_be_gone(origin, distance, self.lessons.at(origin).leaving)
    }

    /// Whether it is likelier than [`RARELY_GONE`] that something is gone.
    fn is_likely_gone(&self, origin: usize, distance: usize) -> bool {
        let sizes = self.may_be_gone(origin, distance);
        sizes.is_some_and(|sizes| sizes.first().is_some_and(|(_, nothing)| *nothing < 1.0 - RARELY_GONE))
    }

    /// The forecast that is shown: the model's, less what is probably gone.
    pub(crate) fn shown(&self, limits: &Limits, origin: usize, forecast: f64, distance: usize) -> f64 {
        let gone = middle(self.may_be_gone(origin, distance).as_deref());
        if gone == 0.0 { forecast } else { limits.nearest(forecast - gone) }
    }

    /// Whether the series moved lately, at a position.
    fn is_moving(&self, position: usize) -> bool {
        let values = &self.sequence.values()[position.saturating_sub(MOVING_STEPS)..=position];
        values.windows(2).any(|pair| pair[0] != pair[1])
    }

    /// What became of the intervals that would have been given, before learning, by [`DISTANCES`].
    pub(crate) fn outcomes(&self, model: &str, horizon: usize) -> Vec<Vec<Outcome>> {
        let widths = self.widths(&LEVELS, horizon, model, false);
        let outcome = |at: usize, distance: usize| {
            let (origin, position) = (self.origins[at], self.origins[at] + distance);
            let forecast = self.paths[at].as_ref()?.get(distance - 1)?;
            let counts = self.sequence.is_observed(position) && self.is_moving(origin);
            // Whether a jump leaves is no question of width.
            if distance > horizon || !counts || self.is_likely_gone(origin, distance) {
                return None;
            }
            let limits = self.limits.after(self.sequence.values()[origin]);
            let actual = self.sequence.values()[position];
            let error = actual - self.shown(&limits, origin, *forecast, distance);
            let needed = |offsets: &Vec<Offsets>| {
                let (lower, upper) = offsets[distance - 1];
                // No interval ends beyond what is possible.
                let is_below = error < 0.0 && !limits.is_lowest(actual);
                let is_above = error > 0.0 && !limits.is_highest(actual);
                let factor =
                    |counts: bool, end: f64| if counts { (error / end).ln() } else { f64::NEG_INFINITY };
                [factor(is_below, lower), factor(is_above, upper)]
            };
            Some(Outcome {
                origin: self.sequence.step(origin),
                step: self.sequence.step(position),
                needed: std::array::from_fn(|level| needed(&widths[at][level])),
            })
        };
        let at_distance = |distance| (0..self.origins.len()).filter_map(|at| outcome(at, distance)).collect();
        DISTANCES.map(at_distance).to_vec()
    }

    /// Intervals of these levels as known at each origin, and last as known now; with what was learnt of widths or before
    /// that.
    pub(crate) fn widths(
        &self,
        levels: &[f64],
        horizon: usize,
        model: &str,
        with_learnt: bool,
    ) -> Vec<Widths> {
        let now = self.sequence.values().len() - 1;
        let moments: Vec<usize> = self.origins.iter().copied().chain([now]).collect();
        let mut widening: Vec<usize> = (0..levels.len()).collect();
        widening.sort_by(|one, other| levels[*one].total_cmp(&levels[*other]));
        // What other series tell at each moment.
        let of_moment = |position: &usize| {
            let lessons = self.lessons.at(*position);
            let learnt = lessons.widths(model).filter(|_| with_learnt && self.is_moving(*position));
            (lessons.kind.errors_of(model), learnt)
        };
        let told: Vec<_> = moments.iter().map(of_moment).collect();
        // By moment, level and kept distance.
        let mut kept: Vec<Vec<Vec<Offsets>>> = vec![vec![Vec::new(); levels.len()]; moments.len()];
        for (index, distance) in
            DISTANCES.into_iter().enumerate().take_while(|(_, distance)| *distance <= horizon.max(1))
        {
            let mut errors = ErrorsAt::default();
            let mut known = 0;
            for (moment, position) in moments.iter().enumerate() {
                while known < self.origins.len() && self.origins[known] + distance <= *position {
                    if let Some(error) = self.error(known, distance) {
                        errors.insert(error);
                    }
                    known += 1;
                }
                let (errors_of_kind, learnt) = told[moment];
                let may_be_gone = self.may_be_gone(*position, distance);
                let shown = middle(may_be_gone.as_deref());
                let shifts: Option<Vec<(f64, f64)>> = may_be_gone
                    .map(|sizes| sizes.into_iter().map(|(gone, chance)| (shown - gone, chance)).collect());
                // A series that never moved may yet move: after n values without, once in n + 1 steps by one unit
                // (Laplace's rule of succession), which is a random walk of this deviation.
                let deviation = self.unit * (distance as f64 / (*position as f64 + 2.0)).sqrt();
                let of_kind = ErrorsOfKind {
                    errors: errors_of_kind.get(index).map_or(&[], Vec::as_slice),
                    scale: self.mean_steps[moment],
                };
                for (level, offsets) in levels.iter().zip(&mut kept[moment]) {
                    let factors = learnt.map_or((1.0, 1.0), |learnt| learnt.factors(index, *level));
                    let outcomes = Outcomes { factors, shifts: shifts.as_deref() };
                    let found = errors.interval(*level, distance, self.spacing, of_kind, outcomes);
                    let (lower, upper) = found.unwrap_or((0.0, 0.0));
                    let least = deviation * level / 0.95 * NORMAL_95;
                    let (mut lower, mut upper) = (lower.min(-least), upper.max(least));
                    // Never narrower than for a shorter distance.
                    if let Some(before) = offsets.last() {
                        (lower, upper) = (before.0.min(lower), before.1.max(upper));
                    }
                    offsets.push((lower, upper));
                }
                // The ends of each level learn by themselves: never narrower than that of a lower level.
                for pair in widening.windows(2) {
                    let Some(narrow) = kept[moment][pair[0]].last().copied() else { continue };
                    if let Some(wide) = kept[moment][pair[1]].last_mut() {
                        *wide = (wide.0.min(narrow.0), wide.1.max(narrow.1));
                    }
                }
            }
        }
        kept.iter().map(|levels| levels.iter().map(|offsets| spread(offsets, horizon)).collect()).collect()
    }

    /// The ends of an interval around a forecast, within the limits; wider rather than narrower where whole numbers
    /// are asked for.
    pub(crate) fn ends(&self, limits: &Limits, forecast: f64, (lower, upper): Offsets) -> (f64, f64) {
        let (lower, upper) = if self.whole_ends { (lower.floor(), upper.ceil()) } else { (lower, upper) };
        (limits.nearest(forecast + lower), limits.nearest(forecast + upper))
    }

    /// The track record at a distance, with the intervals that would have been given at each origin, and beside what `naive`
    /// forecast from the same origins; `None` where none could be checked.
    pub(crate) fn track_record(
        &self,
        distance: usize,
        widths: &[Widths],
        num_levels: usize,
        naive: &Track<'_>,
    ) -> Option<TrackRecord> {
        let num_within = vec![0; num_levels];
        let mut record =
            TrackRecord { num_checked: 0, off_by: 0.0, off_by_percent: None, num_within, naive_off_by: 0.0 };
        let (mut absolute, mut naive_absolute, mut percent) = (Vec::new(), Vec::new(), Vec::new());
        for (at, origin) in self.origins.iter().enumerate() {
            let forecast = self.paths[at].as_ref().and_then(|path| path.get(distance - 1));
            let Some(forecast) = forecast.filter(|_| self.sequence.is_observed(origin + distance)) else {
                continue;
            };
            naive_absolute.extend(naive.error(at, distance).map(f64::abs));
            let actual = self.sequence.values()[origin + distance];
            let limits = self.limits.after(self.sequence.values()[*origin]);
            let shown = self.shown(&limits, *origin, *forecast, distance);
            let error = actual - shown;
            absolute.push(error.abs());
            if actual != 0.0 {
                percent.push(error.abs() / actual.abs() * 100.0);
            }
            for (within, offsets) in record.num_within.iter_mut().zip(&widths[at]) {
                let (lower, upper) = self.ends(&limits, shown, offsets[distance - 1]);
                *within += usize::from((lower..=upper).contains(&actual));
            }
        }
        absolute.sort_unstable_by(f64::total_cmp);
        percent.sort_unstable_by(f64::total_cmp);
        record.num_checked = absolute.len();
        record.off_by = median(&absolute)?;
        naive_absolute.sort_unstable_by(f64::total_cmp);
        record.naive_off_by = median(&naive_absolute)?;
        record.off_by_percent = median(&percent);
        Some(record)
    }
}

/// Offsets at [`DISTANCES`], at every distance: between two of them linearly, beyond the last in proportion to the
/// distance, as the error of a missed trend grows.
fn spread(kept: &[Offsets], horizon: usize) -> Vec<Offsets> {
    let at = |distance: usize| {
        let above = DISTANCES[..kept.len()].partition_point(|known| *known < distance);
        if above == kept.len() {
            let (lower, upper) = kept.last().copied().unwrap_or((0.0, 0.0));
            let share = distance as f64 / DISTANCES[above.saturating_sub(1)] as f64;
            return (lower * share, upper * share);
        }
        if DISTANCES[above] == distance || above == 0 {
            return kept[above];
        }
        let (from, to) = (DISTANCES[above - 1], DISTANCES[above]);
        let share = (distance - from) as f64 / (to - from) as f64;
        let between = |low: f64, high: f64| low + (high - low) * share;
        (between(kept[above - 1].0, kept[above].0), between(kept[above - 1].1, kept[above].1))
    };
    (1..=horizon).map(at).collect()
}
