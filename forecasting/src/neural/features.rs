//! What the network sees of a series: the newest values in, numbers without a unit out.
//!
//! Everything is measured in the size of the series' usual move, so that three listeners and thirty million look
//! alike, and compressed by asinh, so that a jump does not dominate the rest.

/// Values that are kept: the longest window of differences, and the value before it.
pub(super) const NUM_KEPT: usize = WINDOWS[3] + 1;
/// Fewest values that the network forecasts from.
pub(super) const FEWEST_VALUES: usize = 14;
/// Numbers that the network sees.
pub(super) const NUM_INPUTS: usize = NUM_LAGS + 4 * PER_WINDOW + NUM_SINGLE + PERIOD;
/// Slopes and returns to a mean of which the median path is mixed.
pub(super) const NUM_SHAPES: usize = 8;
/// Days of the week.
pub(super) const PERIOD: usize = 7;

const WINDOWS: [usize; 4] = [7, 28, 84, 182];
const NUM_LAGS: usize = 28;
const PER_WINDOW: usize = 7;
const NUM_SINGLE: usize = 12;

/// The newest values of a series, and what is remembered of the older ones.
#[derive(Debug, Clone)]
pub(super) struct Window {
    /// Oldest first, at most [`NUM_KEPT`].
    values: std::collections::VecDeque<f64>,
    num_values: usize,
    since_move: usize,
    since_fall: usize,
}

/// What the network works with at one origin.
#[derive(Debug, Clone)]
pub(super) struct Features {
    pub(super) inputs: [f32; NUM_INPUTS],
    /// In units of `scale`: five slopes per step, one that is damped, and the distances to two recent means.
    pub(super) shapes: [f32; NUM_SHAPES],
    /// How far each of the next days lies from the line, by the day of the week, in units of `scale`.
    pub(super) weekly: [f32; PERIOD],
    pub(super) newest: f64,
    /// Size of a usual move, at least one unit of a series of whole numbers.
    pub(super) scale: f64,
}

impl Window {
    pub(super) fn new(values: &[f64]) -> Self {
        let mut window = Self {
            values: std::collections::VecDeque::with_capacity(NUM_KEPT),
            num_values: 0,
            since_move: 0,
            since_fall: 0,
        };
        values.iter().for_each(|value| window.push(*value));
        window
    }

    pub(super) fn push(&mut self, value: f64) {
        if let Some(newest) = self.values.back() {
            self.since_move = if value == *newest { self.since_move + 1 } else { 0 };
            self.since_fall = if value < *newest { 0 } else { self.since_fall + 1 };
        }
        if self.values.len() == NUM_KEPT {
            self.values.pop_front();
        }
        self.values.push_back(value);
        self.num_values += 1;
    }

    pub(super) fn num_values(&self) -> usize {
        self.num_values
    }

    /// Whether the kept values are whole numbers.
    pub(super) fn is_whole(&self) -> bool {
        self.values.iter().all(|value| value.fract() == 0.0)
    }

    /// None where the values are none, or too large to compute with.
    pub(super) fn features(&self) -> Option<Features> {
        let newest = *self.values.back()?;
        // Newest first.
        let moves: Vec<f64> = self
            .values
            .iter()
            .rev()
            .zip(self.values.iter().rev().skip(1))
            .map(|(new, old)| new - old)
            .collect();
        let (scale, smallest) = scale(&moves, self.is_whole(), newest);
        if !(moves.iter().all(|step| step.is_finite()) && scale.is_finite() && (newest / scale).is_finite()) {
            return None;
        }
        let moves: Vec<f64> = moves.into_iter().map(|step| step / scale).collect();
        let weekly_steps = weekly_steps(&moves);
        let weekly = weekly_path(weekly_steps);
        let means = WINDOWS.map(|window| mean(&moves[..window.min(moves.len())]));
        let middle = median(&mut moves[..moves.len().min(28)].to_vec());
        let return_to = |window: usize| {
            let num_values = window.min(self.values.len());
            mean(
                &self
                    .values
                    .iter()
                    .rev()
                    .take(num_values)
                    .map(|value| (value - newest) / scale)
                    .collect::<Vec<_>>(),
            )
        };
        let (week, month) = (return_to(7), return_to(28));

        let mut inputs = Inputs::default();
        for lag in 0..NUM_LAGS {
            inputs.push(moves.get(lag).map_or(0.0, |step| step.asinh()));
        }
        for window in WINDOWS {
            let moves = &moves[..window.min(moves.len())];
            let share = |is: fn(f64) -> bool| share(moves, is);
            inputs.push(share(|step| step == 0.0));
            inputs.push(share(|step| step < 0.0));
            inputs.push(mean(moves).asinh());
            inputs.push(moves.iter().sum::<f64>().asinh() / 3.0);
            inputs.push(moves.iter().map(|step| step.abs()).sum::<f64>().asinh() / 3.0);
            inputs.push(moves.iter().fold(0.0, |most: f64, step| most.max(step.abs())).asinh() / 3.0);
            inputs.push(moves.len() as f64 / window as f64);
        }
        for single in [
            middle.asinh(),
            week.asinh() / 2.0,
            month.asinh() / 2.0,
            return_to(84).asinh() / 3.0,
            ((self.since_move + 1) as f64).ln() / 3.0,
            ((self.since_fall + 1) as f64).ln() / 3.0,
            (self.num_values as f64).ln() / 5.0,
            (newest / scale).asinh() / 5.0,
            (scale / smallest).asinh() / 3.0,
            correlation(&moves[..moves.len().min(56)], 1),
            correlation(&moves[..moves.len().min(56)], PERIOD),
            share_explained(&moves, &weekly_steps),
        ] {
            inputs.push(single);
        }
        weekly.iter().for_each(|deviation| inputs.push(deviation.asinh() / 2.0));

        let shapes = [means[0], means[1], means[2], means[3], middle, means[1], week, month];
        let (shapes, weekly) = (shapes.map(|shape| shape as f32), weekly.map(|deviation| deviation as f32));
        let finite = shapes.iter().chain(&weekly).all(|number| number.is_finite());
        finite.then_some(Features { inputs: inputs.numbers, shapes, weekly, newest, scale })
    }
}

/// Filled one after the other; a number that is none is left at zero, which is what a missing one is.
struct Inputs {
    numbers: [f32; NUM_INPUTS],
    len: usize,
}

impl Default for Inputs {
    fn default() -> Self {
        Self { numbers: [0.0; NUM_INPUTS], len: 0 }
    }
}

impl Inputs {
    fn push(&mut self, number: f64) {
        // Within what the network has seen: a series far outside is treated as one at the edge.
        if let Some(place) = self.numbers.get_mut(self.len).filter(|_| number.is_finite()) {
            *place = number.clamp(-8.0, 8.0) as f32;
        }
        self.len += 1;
    }
}

/// Median of the moves that were not zero, and the smallest of them. A series that never moved has no usual move:
/// one unit of whole numbers, else a thousandth of its level.
fn scale(moves: &[f64], whole: bool, newest: f64) -> (f64, f64) {
    let sizes = |window: usize| -> Vec<f64> {
        moves.iter().take(window).filter(|step| **step != 0.0).map(|step| step.abs()).collect()
    };
    let mut sizes =
        Some(sizes(WINDOWS[2])).filter(|sizes| !sizes.is_empty()).unwrap_or_else(|| sizes(moves.len()));
    // Below this a float of this size does not tell values apart.
    let floor = if whole { 1.0 } else { (newest.abs() * 1e-9).max(f64::MIN_POSITIVE.sqrt()) };
    if sizes.is_empty() {
        let still = if whole { 1.0 } else { (newest.abs() * 1e-3).max(floor) };
        return (still, still);
    }
    let smallest = sizes.iter().copied().fold(f64::INFINITY, f64::min);
    let scale = median(&mut sizes).max(floor);
    (scale, smallest.clamp(floor, scale))
}

/// What moves on each of the next days, by its day of the week, apart from the slope: means of at most eight weeks,
/// drawn to zero by two weeks of nothing.
fn weekly_steps(moves: &[f64]) -> [f64; PERIOD] {
    let num_weeks = (moves.len() / PERIOD).min(8);
    if num_weeks < 2 {
        return [0.0; PERIOD];
    }
    let recent = &moves[..num_weeks * PERIOD];
    let slope = mean(recent);
    std::array::from_fn(|ahead| {
        // `moves[6]` is the move to the same day of the week as the next one.
        let sum: f64 = recent.iter().skip(PERIOD - 1 - ahead).step_by(PERIOD).map(|step| step - slope).sum();
        sum / (num_weeks + 2) as f64
    })
}

/// The steps summed up: where each day of the week lies against the newest value.
fn weekly_path(steps: [f64; PERIOD]) -> [f64; PERIOD] {
    let mut level = 0.0;
    steps.map(|step| {
        level += step;
        level
    })
}

/// How much of the squared deviations the days of the week account for.
fn share_explained(moves: &[f64], weekly_steps: &[f64; PERIOD]) -> f64 {
    let recent = &moves[..moves.len().min(8 * PERIOD)];
    let slope = mean(recent);
    let total: f64 = recent.iter().map(|step| (step - slope).powi(2)).sum();
    let left: f64 = recent
        .iter()
        .enumerate()
        .map(|(age, step)| (step - slope - weekly_steps[PERIOD - 1 - age % PERIOD]).powi(2))
        .sum();
    if total > 0.0 { 1.0 - left / total } else { 0.0 }
}

fn correlation(moves: &[f64], lag: usize) -> f64 {
    let slope = mean(moves);
    let total: f64 = moves.iter().map(|step| (step - slope).powi(2)).sum();
    let pairs = moves.iter().zip(moves.iter().skip(lag));
    let joint: f64 = pairs.map(|(new, old)| (new - slope) * (old - slope)).sum();
    if total > 0.0 { joint / total } else { 0.0 }
}

fn share(moves: &[f64], is: impl Fn(f64) -> bool) -> f64 {
    if moves.is_empty() {
        0.0
    } else {
        moves.iter().filter(|step| is(**step)).count() as f64 / moves.len() as f64
    }
}

fn mean(numbers: &[f64]) -> f64 {
    if numbers.is_empty() { 0.0 } else { numbers.iter().sum::<f64>() / numbers.len() as f64 }
}

/// Orders the numbers; of two middle ones the upper.
fn median(numbers: &mut [f64]) -> f64 {
    let middle = numbers.len() / 2;
    if numbers.is_empty() { 0.0 } else { *numbers.select_nth_unstable_by(middle, f64::total_cmp).1 }
}
