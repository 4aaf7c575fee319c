//! Least squares within bounds: residuals as a function of a few parameters in, the parameters of the smallest sum of
//! squares out.
//!
//! Levenberg-Marquardt with Marquardt's scaling (SIAM J. Appl. Math. 11, 1963), derivatives by differences, and
//! parameters at a bound held there while the slope points outwards (Bertsekas, SIAM J. Control Optim. 20, 1982).
//! The Gaussian likelihoods of this crate are sums of squares too: with standardised innovations `v_t / sqrt(f_t)`,
//! multiplying each by the geometric mean of `sqrt(f_t)` makes the sum's minimum the likelihood's maximum.

use crate::lanes::{Lanes, NUM_LANES};

const FIRST_DAMPING: f64 = 1e-3;
const LEAST_DAMPING: f64 = 1e-9;
const MOST_DAMPING: f64 = 1e9;

/// Where a parameter may lie, and the distance over which its derivative is taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bound {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) step: f64,
}

/// Residuals of four parameter sets at once.
pub(crate) trait Residuals {
    /// Damping factors that are tried at once: 1 where a lane costs a full pass, else [`NUM_LANES`].
    const NUM_TRIALS: usize;

    /// Fills `out`, one entry for each residual. What a parameter set cannot produce is not finite. Only the first
    /// `num_used` lanes are looked at.
    fn residuals(&mut self, params: &[Lanes], num_used: usize, out: &mut [Lanes]);
}

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stop {
    pub(crate) max_rounds: usize,
    /// Relative decrease of the sum of squares that is not worth another round.
    pub(crate) decrease: f64,
}

/// The room that the search needs; one for all fits of a series.
#[derive(Debug, Default)]
pub(crate) struct LeastSquares {
    lanes: Vec<Lanes>,
    params: Vec<Lanes>,
    residuals: Vec<f64>,
    jacobian: Vec<f64>,
    normal: Vec<f64>,
    factor: Vec<f64>,
    slope: Vec<f64>,
    free: Vec<usize>,
    step: Vec<f64>,
}

impl LeastSquares {
    /// Moves `params` to the smallest sum of squares near them and returns it; `None` if they have no finite one.
    pub(crate) fn minimise<R: Residuals>(
        &mut self,
        problem: &mut R,
        num_residuals: usize,
        bounds: &[Bound],
        stop: Stop,
        params: &mut [f64],
    ) -> Option<f64> {
        let num_params = params.len();
        self.lanes.resize(num_residuals, Lanes::ZERO);
        self.residuals.resize(num_residuals, 0.0);
        self.params.resize(num_params, Lanes::ZERO);
        self.jacobian.resize(num_params * num_residuals, 0.0);
        for ((param, bound), lanes) in params.iter_mut().zip(bounds).zip(&mut self.params) {
            *param = param.clamp(bound.low, bound.high);
            *lanes = Lanes::all(*param);
        }
        problem.residuals(&self.params[..num_params], 1, &mut self.lanes[..num_residuals]);
        let mut smallest = self.keep_lane(0, num_residuals);
        if !smallest.is_finite() {
            return None;
        }
        let mut damping = FIRST_DAMPING;
        for _ in 0..stop.max_rounds {
            self.differentiate(problem, num_residuals, bounds, params);
            self.gather(num_residuals, bounds, params);
            if self.free.is_empty() {
                break;
            }
            let before = smallest;
            while damping < MOST_DAMPING {
                let is_solved = self.solve(damping);
                // The next step promises less than a decrease of the sum.
                if is_solved && dot(&self.slope, &self.step) <= stop.decrease * smallest {
                    break;
                }
                let (sum, lane) = self.try_steps(problem, num_residuals, bounds, params, damping, is_solved);
                if sum < smallest {
                    self.keep_lane(lane, num_residuals);
                    smallest = sum;
                    for (param, lanes) in params.iter_mut().zip(&self.params) {
                        *param = lanes.0[lane];
                    }
                    damping = (damping * DAMPINGS[lane] * 0.1).max(LEAST_DAMPING);
                    break;
                }
                damping *= if R::NUM_TRIALS == 1 { 10.0 } else { 1e5 };
            }
            if before - smallest <= stop.decrease * before {
                break;
            }
        }
        Some(smallest)
    }

    /// Makes one lane the residuals that derivatives are taken from; returns their sum of squares.
    fn keep_lane(&mut self, lane: usize, num_residuals: usize) -> f64 {
        let mut sum = 0.0;
        for (residual, lanes) in self.residuals.iter_mut().zip(&self.lanes[..num_residuals]) {
            *residual = lanes.0[lane];
            sum += *residual * *residual;
        }
        sum
    }

    fn differentiate<R: Residuals>(
        &mut self,
        problem: &mut R,
        num_residuals: usize,
        bounds: &[Bound],
        params: &[f64],
    ) {
        let steps = |index: usize| {
            let Bound { high, step, .. } = bounds[index];
            if params[index] + step > high { -step } else { step }
        };
        for start in (0..params.len()).step_by(NUM_LANES) {
            let end = params.len().min(start + NUM_LANES);
            for (lanes, param) in self.params.iter_mut().zip(params) {
                *lanes = Lanes::all(*param);
            }
            for (lane, index) in (start..end).enumerate() {
                self.params[index].0[lane] += steps(index);
            }
            problem.residuals(&self.params[..params.len()], end - start, &mut self.lanes[..num_residuals]);
            for (lane, index) in (start..end).enumerate() {
                let column = &mut self.jacobian[index * num_residuals..(index + 1) * num_residuals];
                let step = self.params[index].0[lane] - params[index];
                for ((slope, lanes), residual) in column.iter_mut().zip(&self.lanes).zip(&self.residuals) {
                    *slope = (lanes.0[lane] - residual) / step;
                }
            }
        }
    }

    /// Normal equations of the parameters that are free to move.
    fn gather(&mut self, num_residuals: usize, bounds: &[Bound], params: &[f64]) {
        let column = |index: usize| &self.jacobian[index * num_residuals..(index + 1) * num_residuals];
        self.free.clear();
        self.slope.clear();
        for (index, (param, bound)) in params.iter().zip(bounds).enumerate() {
            let slope = dot(column(index), &self.residuals[..num_residuals]);
            let is_held = (*param <= bound.low && slope > 0.0) || (*param >= bound.high && slope < 0.0);
            if slope.is_finite() && slope != 0.0 && !is_held {
                self.free.push(index);
                self.slope.push(slope);
            }
        }
        let num_free = self.free.len();
        self.normal.clear();
        self.normal.resize(num_free * num_free, 0.0);
        for row in 0..num_free {
            let of_row = column(self.free[row]);
            let num_full = (row + 1) / NUM_DOTS * NUM_DOTS;
            for col in (0..num_full).step_by(NUM_DOTS) {
                let found = dots(of_row, std::array::from_fn(|more| column(self.free[col + more])));
                self.normal[row * num_free + col..][..NUM_DOTS].copy_from_slice(&found);
            }
            for col in num_full..=row {
                self.normal[row * num_free + col] = dot(of_row, column(self.free[col]));
            }
        }
    }

    /// Tries one step for each of several damping factors, the first of which is solved already unless it has no
    /// solution; the smallest sum of squares and its lane.
    fn try_steps<R: Residuals>(
        &mut self,
        problem: &mut R,
        num_residuals: usize,
        bounds: &[Bound],
        params: &[f64],
        damping: f64,
        is_solved: bool,
    ) -> (f64, usize) {
        for (lanes, param) in self.params.iter_mut().zip(params) {
            *lanes = Lanes::all(*param);
        }
        for (lane, factor) in DAMPINGS.iter().enumerate().take(R::NUM_TRIALS) {
            let is_solved = if lane == 0 { is_solved } else { self.solve(damping * factor) };
            if is_solved {
                for (index, step) in self.free.iter().zip(&self.step) {
                    let Bound { low, high, .. } = bounds[*index];
                    self.params[*index].0[lane] = (params[*index] - step).clamp(low, high);
                }
            }
        }
        problem.residuals(&self.params[..params.len()], R::NUM_TRIALS, &mut self.lanes[..num_residuals]);
        let sums = self.lanes[..num_residuals].iter().fold(Lanes::ZERO, |sums, lane| sums + *lane * *lane);
        let candidates = sums.0.into_iter().enumerate().take(R::NUM_TRIALS);
        candidates.fold(
            (f64::INFINITY, 0),
            |(smallest, best), (lane, sum)| {
                if sum < smallest { (sum, lane) } else { (smallest, best) }
            },
        )
    }

    /// Solves the damped normal equations by Cholesky's factors; `false` where they are singular.
    fn solve(&mut self, damping: f64) -> bool {
        let num_free = self.free.len();
        self.factor.clear();
        self.factor.extend_from_slice(&self.normal);
        self.step.clear();
        self.step.extend_from_slice(&self.slope);
        for row in 0..num_free {
            for col in 0..=row {
                let (head, tail) = self.factor.split_at_mut(row * num_free);
                let upper = if col < row { &head[col * num_free..col * num_free + col] } else { &[] };
                let sum = if col < row {
                    tail[col] - dot(upper, &tail[..col])
                } else {
                    tail[row] * (1.0 + damping) - dot(&tail[..row], &tail[..row])
                };
                if col < row {
                    tail[col] = sum / head[col * num_free + col];
                } else if sum > 0.0 && sum.is_finite() {
                    tail[row] = sum.sqrt();
                } else {
                    return false;
                }
            }
        }
        for row in 0..num_free {
            let known = dot(&self.factor[row * num_free..row * num_free + row], &self.step[..row]);
            self.step[row] = (self.step[row] - known) / self.factor[row * num_free + row];
        }
        for row in (0..num_free).rev() {
            self.step[row] /= self.factor[row * num_free + row];
            for below in 0..row {
                self.step[below] -= self.factor[row * num_free + below] * self.step[row];
            }
        }
        self.step.iter().all(|step| step.is_finite())
    }
}

/// How the damping of each lane differs, the usual one first.
const DAMPINGS: [f64; NUM_LANES] = [1.0, 0.01, 100.0, 1e4];

/// Inner products of one vector that are computed at once, so that its additions wait for each other less.
const NUM_DOTS: usize = 4;

/// Inner products of one vector with others of its length, each the same as by [`dot`].
fn dots(left: &[f64], right: [&[f64]; NUM_DOTS]) -> [f64; NUM_DOTS] {
    let (left_parts, left_rest) = left.as_chunks::<4>();
    let rights = right.map(|right| right.as_chunks::<4>());
    let mut sums = [Lanes::ZERO; NUM_DOTS];
    for (at, left) in left_parts.iter().enumerate() {
        for (sums, (right, _)) in sums.iter_mut().zip(&rights) {
            *sums = *sums + Lanes(*left) * Lanes(right[at]);
        }
    }
    std::array::from_fn(|of| {
        let rest: f64 = left_rest.iter().zip(rights[of].1).map(|(left, right)| left * right).sum();
        let sums = sums[of].0;
        (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
    })
}

/// Inner product, with four sums so that additions need not wait for each other.
pub(crate) fn dot(left: &[f64], right: &[f64]) -> f64 {
    let (left_parts, left_rest) = left.as_chunks::<4>();
    let (right_parts, right_rest) = right.as_chunks::<4>();
    let sums = left_parts
        .iter()
        .zip(right_parts)
        .fold(Lanes::ZERO, |sums, (left, right)| sums + Lanes(*left) * Lanes(*right));
    let rest: f64 = left_rest.iter().zip(right_rest).map(|(left, right)| left * right).sum();
    (sums.0[0] + sums.0[1]) + (sums.0[2] + sums.0[3]) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rosenbrock's valley as residuals: smallest at (1, 1).
    struct Valley;

    impl Residuals for Valley {
        const NUM_TRIALS: usize = NUM_LANES;

        fn residuals(&mut self, params: &[Lanes], _: usize, out: &mut [Lanes]) {
            out[0] = Lanes::all(10.0) * (params[1] - params[0] * params[0]);
            out[1] = Lanes::all(1.0) - params[0];
        }
    }

    fn search(low: f64, high: f64) -> [f64; 2] {
        let mut params = [-1.2, 1.0];
        let bounds = [Bound { low, high, step: 1e-7 }; 2];
        let stop = Stop { max_rounds: 200, decrease: 0.0 };
        LeastSquares::default().minimise(&mut Valley, 2, &bounds, stop, &mut params).unwrap();
        params
    }

    #[test]
    fn finds_the_end_of_a_curved_valley() {
        let [x, y] = search(-5.0, 5.0);
        assert!((x - 1.0).abs() < 1e-6 && (y - 1.0).abs() < 1e-6, "({x}, {y})");
    }

    #[test]
    fn several_products_at_once_are_those_of_one_after_the_other() {
        for length in [0, 3, 4, 11, 64] {
            let vector = |from: usize| -> Vec<f64> {
                (from..from + length).map(|at| (at as f64 * 0.7).sin() / 3.0).collect()
            };
            let others: [Vec<f64>; NUM_DOTS] = std::array::from_fn(|of| vector(of * 5 + 2));
            let found = dots(&vector(0), others.each_ref().map(Vec::as_slice));
            assert_eq!(found, others.each_ref().map(|other| dot(&vector(0), other)), "{length}");
        }
    }

    #[test]
    fn stays_within_bounds_and_finds_the_best_there() {
        // With x held at 0.5 the valley's floor is y = 0.25.
        let [x, y] = search(-5.0, 0.5);
        assert!((x - 0.5).abs() < 1e-9 && (y - 0.25).abs() < 1e-6, "({x}, {y})");
    }
}
