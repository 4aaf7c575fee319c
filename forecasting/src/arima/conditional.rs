//! Errors of an ARMA model as if those before the first had been zero: fast, and near the exact ones in long series.
//!
//! Conditional sum of squares: Box, Jenkins & Reinsel, Time Series Analysis, 3rd edition (1994), 7.1.2.

use super::order::Order;
use super::polynomial::Polynomials;
use crate::lanes::{Lanes, NUM_LANES};
use crate::least_squares::Residuals;

/// Room for the polynomials of four parameter sets.
#[derive(Debug, Default)]
pub(super) struct Terms {
    polynomials: Polynomials,
    params: Vec<f64>,
    ar: Vec<(usize, Lanes)>,
    ma: Vec<(usize, Lanes)>,
}

/// Errors of the values that have all the earlier values they need, after one zero for each earlier error.
pub(super) struct Conditional<'a> {
    pub(super) order: Order,
    pub(super) values: &'a [f64],
    pub(super) terms: &'a mut Terms,
}

impl Conditional<'_> {
    /// Errors that are computed, and entries of the output.
    pub(super) fn num_residuals(order: Order, num_values: usize) -> (usize, usize) {
        let num_errors = num_values.saturating_sub(order.longest_ar());
        (num_errors, num_errors + order.longest_ma())
    }

    /// Distances of the terms with a season multiplied in; none of them twice, unless a season is no longer than the
    /// terms within it.
    fn set_lags(&mut self) {
        let Order { p, q, seasonal_p, seasonal_q, season_length, .. } = self.order;
        let lags = |plain: usize, seasonal: usize, terms: &mut Vec<(usize, Lanes)>| {
            terms.clear();
            for season in 0..=seasonal {
                for lag in 0..=plain {
                    let lag = season * season_length + lag;
                    if lag > 0 && terms.iter().all(|(known, _)| *known != lag) {
                        terms.push((lag, Lanes::ZERO));
                    }
                }
            }
        };
        lags(p, seasonal_p, &mut self.terms.ar);
        lags(q, seasonal_q, &mut self.terms.ma);
    }

    /// Terms of one parameter set; returns what a mean is multiplied with.
    fn set_lane(&mut self, source: usize, lane: usize, params: &[Lanes]) -> f64 {
        let Terms { polynomials, params: buffer, ar, ma } = &mut *self.terms;
        buffer.clear();
        buffer.extend(params.iter().map(|param| param.0[source]));
        polynomials.set(self.order, buffer);
        for (lag, factor) in ar.iter_mut() {
            factor.0[lane] = polynomials.ar[*lag - 1];
        }
        for (lag, factor) in ma.iter_mut() {
            factor.0[lane] = polynomials.ma[*lag - 1];
        }
        1.0 - polynomials.ar.iter().sum::<f64>()
    }
}

impl Residuals for Conditional<'_> {
    const NUM_TRIALS: usize = NUM_LANES;

    fn residuals(&mut self, params: &[Lanes], num_used: usize, out: &mut [Lanes]) {
        self.set_lags();
        let mut constant = Lanes::ZERO;
        for lane in 0..NUM_LANES {
            // Lanes that are not looked at repeat the first.
            let source = if lane < num_used { lane } else { 0 };
            let share = self.set_lane(source, lane, params);
            if self.order.has_constant {
                constant.0[lane] = params[self.order.num_terms()].0[source] * share;
            }
        }
        let Terms { ar, ma, .. } = &*self.terms;
        let start = self.order.longest_ar();
        let zeros = self.order.longest_ma();
        out[..zeros].fill(Lanes::ZERO);
        for (at, value) in self.values.iter().enumerate().skip(start) {
            let mut error = Lanes::all(*value) - constant;
            for (lag, factor) in ar {
                error = error - *factor * Lanes::all(self.values[at - lag]);
            }
            let index = zeros + at - start;
            // The nearest error is known last.
            for (lag, factor) in ma.iter().rev() {
                error = error - *factor * out[index - lag];
            }
            out[index] = error;
        }
    }
}
