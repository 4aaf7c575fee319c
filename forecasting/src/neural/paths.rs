//! From what the network gives out to the paths of the quantiles: a mixture of shapes for the median, and distances
//! from it that only grow, with the number of steps ahead and from quantile to quantile.

use super::features::{NUM_SHAPES, PERIOD};

/// Probabilities of the quantiles, lowest first.
pub const QUANTILES: [f64; 5] = [0.025, 0.1, 0.5, 0.9, 0.975];
/// Steps ahead that the network forecasts.
pub const HORIZON: usize = 90;

/// Of the median: shapes that every series may have, without a slope or mean of its own.
pub(super) const NUM_FREE: usize = 3;
/// Rows of the basis of the median: of the shapes, the days of the week, the free ones.
pub(super) const NUM_MEDIAN_ROWS: usize = NUM_SHAPES + PERIOD + NUM_FREE;
/// Ways in which a distance from the median grows with the steps ahead.
pub(super) const NUM_GROWTHS: usize = 4;
/// Numbers that the network gives out: a weight for each shape and one for the week, the free shapes, and the
/// growths of the four distances (lower outer, lower inner, upper inner, upper outer).
pub(super) const NUM_OUTPUTS: usize = NUM_SHAPES + 1 + NUM_FREE + (QUANTILES.len() - 1) * NUM_GROWTHS;
/// Logarithms of growths stay within it, so that no float overflows.
pub(super) const LOG_GROWTH_LIMITS: (f32, f32) = (-9.0, 12.0);

const DAMPING: f32 = 0.95;

/// What each row of the median contributes `ahead` steps ahead (1 is the next one).
pub(super) fn median_basis(ahead: usize) -> [f32; NUM_MEDIAN_ROWS] {
    let steps = ahead as f32;
    let mut rows = [0.0; NUM_MEDIAN_ROWS];
    rows[..5].fill(steps);
    rows[5] = DAMPING * (1.0 - DAMPING.powf(steps)) / (1.0 - DAMPING);
    rows[6] = 1.0 - (-steps / 2.0).exp();
    rows[7] = 1.0 - (-steps / 14.0).exp();
    rows[NUM_SHAPES + (ahead - 1) % PERIOD] = 1.0;
    let free = NUM_SHAPES + PERIOD;
    rows[free] = 1.0 - (-steps / 7.0).exp();
    rows[free + 1] = steps.sqrt() / 3.0;
    rows[free + 2] = steps / 10.0;
    rows
}

/// How far each growth has come `ahead` steps ahead.
pub(super) fn growth_basis(ahead: usize) -> [f32; NUM_GROWTHS] {
    let steps = ahead as f32;
    [1.0, 1.0 - (-steps / 10.0).exp(), steps.sqrt() / 3.0, steps / 10.0]
}

/// Both bases for all steps ahead, computed once.
#[derive(Debug)]
pub(super) struct Bases {
    pub(super) median: [[f32; NUM_MEDIAN_ROWS]; HORIZON],
    pub(super) growth: [[f32; NUM_GROWTHS]; HORIZON],
}

impl Bases {
    pub(super) fn new() -> Self {
        Self {
            median: std::array::from_fn(|step| median_basis(step + 1)),
            growth: std::array::from_fn(|step| growth_basis(step + 1)),
        }
    }

    /// Quantiles at each of the first `num_steps`, as moves from the newest value in units of the scale. Beyond the
    /// horizon they stay where they are at its end.
    pub(super) fn paths(
        &self,
        outputs: &[f32; NUM_OUTPUTS],
        shapes: &[f32; NUM_SHAPES],
        weekly: &[f32; PERIOD],
        num_steps: usize,
    ) -> Vec<[f32; QUANTILES.len()]> {
        let (weights, rest) = outputs.split_at(NUM_SHAPES + 1);
        let (free, growths) = rest.split_at(NUM_FREE);
        let mut rows = [0.0; NUM_MEDIAN_ROWS];
        for ((row, shape), weight) in rows.iter_mut().zip(shapes).zip(weights) {
            *row = shape * sigmoid(*weight);
        }
        let week_weight = sigmoid(weights[NUM_SHAPES]);
        for (row, deviation) in rows[NUM_SHAPES..].iter_mut().zip(weekly) {
            *row = deviation * week_weight;
        }
        rows[NUM_SHAPES + PERIOD..].copy_from_slice(free);
        let (lowest, highest) = LOG_GROWTH_LIMITS;
        let mut sizes = [0.0; (QUANTILES.len() - 1) * NUM_GROWTHS];
        for (size, growth) in sizes.iter_mut().zip(growths) {
            *size = growth.clamp(lowest, highest).exp();
        }
        let mut paths = Vec::with_capacity(num_steps);
        for (median_basis, growth_basis) in self.median.iter().zip(&self.growth).take(num_steps) {
            let median = dot(&rows, median_basis);
            let distance = |nth: usize| dot(&sizes[nth * NUM_GROWTHS..(nth + 1) * NUM_GROWTHS], growth_basis);
            let (lower, upper) = (median - distance(1), median + distance(2));
            paths.push([lower - distance(0), lower, median, upper, upper + distance(3)]);
        }
        let end = paths.last().copied().unwrap_or_default();
        paths.resize(num_steps, end);
        paths
    }
}

fn dot(numbers: &[f32], basis: &[f32]) -> f32 {
    numbers.iter().zip(basis).map(|(number, basis)| number * basis).sum()
}

fn sigmoid(number: f32) -> f32 {
    1.0 / (1.0 + (-number).exp())
}
