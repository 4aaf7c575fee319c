//! One pass of exponential smoothing over a series: parameters in, one-step errors and the last state out.
//!
//! State equations: Hyndman, Koehler, Ord & Snyder, Forecasting with Exponential Smoothing (2008), tables 2.1 to 2.3.
//! Written with the error as a difference, they are the same for additive and multiplicative errors: what differs is
//! what is minimised.

use super::form::{Component, Form};
use crate::lanes::{Lanes, NUM_LANES};
use crate::least_squares::Residuals;

/// Where the parameters of a form stand in its vector.
///
/// `trend` and `season` are shares of what the usual bounds leave (`beta / alpha`, `gamma / (1 - alpha)`), so that
/// every bound is a constant. A state is held in the unit of the series, or as a factor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    pub(super) form: Form,
    pub(super) season_length: usize,
}

impl Layout {
    pub(super) const ALPHA: usize = 0;
    pub(super) const LEVEL: usize = 1;

    pub(super) fn growth(self) -> usize {
        2
    }

    pub(super) fn beta(self) -> usize {
        3
    }

    pub(super) fn phi(self) -> usize {
        4
    }

    pub(super) fn gamma(self) -> usize {
        match (self.form.trend, self.form.is_damped) {
            (Component::None, _) => 2,
            (_, false) => 4,
            (_, true) => 5,
        }
    }

    /// All of the season's states but the last, which the others decide.
    pub(super) fn season(self) -> std::ops::Range<usize> {
        let start = self.gamma() + 1;
        start..start + self.season_length - 1
    }

    pub(super) fn num_params(self) -> usize {
        if self.form.season == Component::None { self.gamma() } else { self.season().end }
    }
}

/// State of four parameter sets, and the smoothing that moves it.
#[derive(Debug, Default)]
pub(super) struct States {
    pub(super) season: Vec<Lanes>,
}

/// A form with its series, as a sum of squares to make small.
#[derive(Debug)]
pub(super) struct Smoothing<'a> {
    pub(super) layout: Layout,
    pub(super) values: &'a [f64],
    pub(super) states: &'a mut States,
}

/// What a pass leaves.
pub(super) struct End {
    pub(super) level: Lanes,
    pub(super) growth: Lanes,
    /// What relative errors were multiplied with: the geometric mean of the forecasts. 1 for the others.
    pub(super) factor: Lanes,
}

/// Smoothing parameters as the equations take them.
struct Rates {
    alpha: Lanes,
    beta: Lanes,
    gamma: Lanes,
    phi: Lanes,
}

impl Smoothing<'_> {
    fn rates(&self, params: &[Lanes]) -> Rates {
        let layout = self.layout;
        let alpha = params[Layout::ALPHA];
        let has_trend = layout.form.trend != Component::None;
        Rates {
            alpha,
            beta: if has_trend { params[layout.beta()] * alpha } else { Lanes::ZERO },
            phi: match (has_trend, layout.form.is_damped) {
                (true, true) => params[layout.phi()],
                (true, false) => Lanes::all(1.0),
                (false, _) => Lanes::ZERO,
            },
            gamma: match layout.form.season {
                Component::None => Lanes::ZERO,
                _ => params[layout.gamma()] * (Lanes::all(1.0) - alpha),
            },
        }
    }

    /// Season before the first value, oldest first.
    fn start_season(&mut self, params: &[Lanes]) {
        let layout = self.layout;
        let total = match layout.form.season {
            Component::None => return,
            Component::Additive => 0.0,
            Component::Multiplicative => layout.season_length as f64,
        };
        self.states.season.clear();
        self.states.season.extend_from_slice(&params[layout.season()]);
        let rest = self.states.season.iter().fold(Lanes::all(total), |rest, state| rest - *state);
        self.states.season.push(rest);
    }

    fn pass<const SEASON: u8, const RELATIVE: bool>(&mut self, params: &[Lanes], out: &mut [Lanes]) -> End {
        let Rates { alpha, beta, gamma, phi } = self.rates(params);
        self.start_season(params);
        let mut level = params[Layout::LEVEL];
        let has_trend = self.layout.form.trend != Component::None;
        let mut growth = if has_trend { params[self.layout.growth()] } else { Lanes::ZERO };
        let mut at = 0;
        let mut scale = Logarithm::default();
        for (value, out) in self.values.iter().zip(out.iter_mut()) {
            let value = Lanes::all(*value);
            let damped = growth * phi;
            let base = level + damped;
            let (mean, error);
            match SEASON {
                0 => {
                    mean = base;
                    error = value - mean;
                    level = base + alpha * error;
                    growth = damped + beta * error;
                }
                1 => {
                    let season = self.states.season[at];
                    mean = base + season;
                    error = value - mean;
                    level = base + alpha * error;
                    growth = damped + beta * error;
                    self.states.season[at] = season + gamma * error;
                }
                _ => {
                    let season = self.states.season[at];
                    mean = base * season;
                    error = value - mean;
                    let seasonless = error / season;
                    level = base + alpha * seasonless;
                    growth = damped + beta * seasonless;
                    self.states.season[at] = season + gamma * error / base;
                }
            }
            if SEASON != 0 {
                at += 1;
                if at == self.states.season.len() {
                    at = 0;
                }
            }
            if RELATIVE {
                *out = error / mean;
                scale.multiply(mean);
            } else {
                *out = error;
            }
        }
        if SEASON != 0 {
            self.states.season.rotate_left(at);
        }
        let mut factor = Lanes::all(1.0);
        if RELATIVE {
            factor = scale.geometric_mean(self.values.len());
            for out in out {
                *out = *out * factor;
            }
        }
        End { level, growth, factor }
    }

    /// Errors of four parameter sets to `out`, then the state after the last value; the season is in `states`, oldest
    /// first.
    pub(super) fn run(&mut self, params: &[Lanes], out: &mut [Lanes]) -> End {
        match (self.layout.form.season, self.layout.form.error) {
            (Component::None, Component::Multiplicative) => self.pass::<0, true>(params, out),
            (Component::Additive, Component::Multiplicative) => self.pass::<1, true>(params, out),
            (Component::Multiplicative, Component::Multiplicative) => self.pass::<2, true>(params, out),
            (Component::None, _) => self.pass::<0, false>(params, out),
            (Component::Additive, _) => self.pass::<1, false>(params, out),
            (Component::Multiplicative, _) => self.pass::<2, false>(params, out),
        }
    }
}

impl Residuals for Smoothing<'_> {
    const NUM_TRIALS: usize = NUM_LANES;

    fn residuals(&mut self, params: &[Lanes], _: usize, out: &mut [Lanes]) {
        self.run(params, out);
    }
}

/// Sum of logarithms, taken as few times as a product stays within what a float holds.
struct Logarithm {
    product: Lanes,
    num_factors: usize,
    sum: Lanes,
    smallest: Lanes,
}

impl Default for Logarithm {
    fn default() -> Self {
        let one = Lanes::all(1.0);
        Self { product: one, num_factors: 0, sum: Lanes::ZERO, smallest: one }
    }
}

impl Logarithm {
    #[inline(always)]
    fn multiply(&mut self, factor: Lanes) {
        self.product = self.product * factor;
        for lane in 0..NUM_LANES {
            // Not `min`, which passes over what is not a number.
            if factor.0[lane] < self.smallest.0[lane] {
                self.smallest.0[lane] = factor.0[lane];
            }
        }
        self.num_factors += 1;
        if self.num_factors == 8 {
            self.sum = self.sum + self.product.map(f64::ln);
            self.product = Lanes::all(1.0);
            self.num_factors = 0;
        }
    }

    /// Not a number where a factor was not above zero.
    fn geometric_mean(self, num_values: usize) -> Lanes {
        let sum = self.sum + self.product.map(f64::ln);
        let mut mean = sum.map(|sum| (sum / num_values as f64).exp());
        for (mean, smallest) in mean.0.iter_mut().zip(self.smallest.0) {
            if smallest <= 0.0 {
                *mean = f64::NAN;
            }
        }
        mean
    }
}
