//! The exact filter of an ARMA process: values in, the forecast of each from those before it and its variance out.
//!
//! Innovations algorithm: Brockwell & Davis, Time Series: Theory and Methods, 2nd edition (1991), 5.2 and 5.3. It gives
//! the likelihood that a Kalman filter gives, without a state covariance.

use super::order::Order;
use super::polynomial::{Autocovariance, Polynomials};
use crate::lanes::Lanes;
use crate::least_squares::Residuals;

/// When the variance is this near its limit, the filter has arrived there.
const STEADY: f64 = 1e-12;

/// The filter of a process with mean zero, after the values seen so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Innovations {
    pub(super) polynomials: Polynomials,
    covariance: Autocovariance,
    /// Newest values and their errors, oldest first.
    values: Vec<f64>,
    errors: Vec<f64>,
    num_seen: usize,
    /// `num_seen` modulo `width`: the row of the next value.
    slot: usize,
    /// Last rows of the factor, `width` entries each, in turn; and the variances they belong to.
    rows: Vec<f64>,
    variances: Vec<f64>,
    weighted: Vec<f64>,
    width: usize,
    is_steady: bool,
}

impl Innovations {
    /// Starts again with other parameters; `false` where they make no stationary process.
    pub(super) fn reset(&mut self, order: Order, partial: &[f64]) -> bool {
        self.polynomials.set(order, partial);
        if !self.covariance.set(&self.polynomials) {
            return false;
        }
        self.values.clear();
        self.errors.clear();
        self.num_seen = 0;
        self.slot = 0;
        self.width = self.longest() + 1;
        self.rows.resize(self.width * self.width, 0.0);
        self.variances.resize(self.width, 0.0);
        self.weighted.resize(self.width, 0.0);
        self.is_steady = false;
        true
    }

    fn longest(&self) -> usize {
        self.polynomials.ar.len().max(self.polynomials.ma.len())
    }

    /// Forecast of the next value and its variance, in units of the error's.
    pub(super) fn next(&mut self) -> (f64, f64) {
        let variance = if self.is_steady { 1.0 } else { self.factorise() };
        let Polynomials { ar, ma, .. } = &self.polynomials;
        let row = self.slot * self.width;
        let (ar, weights) = match (self.num_seen < self.longest(), self.is_steady) {
            (true, _) => (&[][..], &self.rows[row..row + self.num_seen]),
            (false, false) => (ar.as_slice(), &self.rows[row..row + ma.len()]),
            (false, true) => (ar.as_slice(), ma.as_slice()),
        };
        let past: f64 = ar.iter().zip(self.values.iter().rev()).map(|(factor, value)| factor * value).sum();
        let errors: f64 =
            weights.iter().zip(self.errors.iter().rev()).map(|(factor, error)| factor * error).sum();
        (past + errors, variance)
    }

    /// Takes in the value that [`next`](Self::next) has forecast.
    pub(super) fn push(&mut self, value: f64, forecast: f64) {
        self.values.push(value);
        self.errors.push(value - forecast);
        self.num_seen += 1;
        self.slot = if self.slot + 1 == self.width { 0 } else { self.slot + 1 };
    }

    /// Forgets what no later forecast looks back at.
    pub(super) fn trim(&mut self) {
        let surplus = self.values.len().saturating_sub(self.width);
        if surplus > self.width {
            self.values.drain(..surplus);
            self.errors.drain(..surplus);
        }
    }

    /// The next row of the factor, weights of the errors from the newest back; returns the variance.
    fn factorise(&mut self) -> f64 {
        let (seen, slot, longest, width) = (self.num_seen, self.slot, self.longest(), self.width);
        let band = if seen < longest { seen } else { self.polynomials.ma.len() };
        let start = slot * width;
        for lag in (1..=band).rev() {
            let other = seen - lag;
            let other_slot = if lag <= slot { slot - lag } else { slot + width - lag };
            let row = other_slot * width;
            // Weights that both rows have: of errors before `other`, no older than the band of either.
            let reach = if other < longest { other } else { self.polynomials.ma.len() };
            let reach = reach.min(band - lag);
            let shared = self.rows[row..row + reach].iter().zip(&self.weighted[lag..lag + reach]);
            let known: f64 = shared.map(|(left, right)| left * right).sum();
            let sum = self.covariance_of(other, seen) - known;
            self.weighted[lag - 1] = sum;
            self.rows[start + lag - 1] = sum / self.variances[other_slot];
        }
        let mut variance = self.covariance_of(seen, seen);
        for lag in 0..band {
            variance -= self.rows[start + lag] * self.weighted[lag];
        }
        self.variances[slot] = variance;
        self.is_steady = seen > longest && (variance - 1.0).abs() < STEADY;
        variance
    }

    /// Covariance of the transformed process between two of its values, counted from zero.
    fn covariance_of(&self, early: usize, late: usize) -> f64 {
        let (lag, longest) = (late - early, self.longest());
        let part = if late < longest {
            &self.covariance.values
        } else if early < longest {
            &self.covariance.cross
        } else {
            &self.covariance.errors
        };
        part.get(lag).copied().unwrap_or(0.0)
    }
}

/// Standardised innovations of a model, as a sum of squares whose minimum is the likelihood's maximum.
pub(super) struct Exact<'a> {
    pub(super) order: Order,
    pub(super) values: &'a [f64],
    pub(super) filter: &'a mut Innovations,
    pub(super) params: &'a mut Vec<f64>,
}

impl Exact<'_> {
    fn run(&mut self, lane: usize, params: &[Lanes], out: &mut [Lanes]) -> Option<()> {
        self.params.clear();
        self.params.extend(params.iter().map(|param| param.0[lane]));
        let mean = if self.order.has_constant { self.params.pop()? } else { 0.0 };
        if !self.filter.reset(self.order, self.params) {
            return None;
        }
        let (mut product, mut logarithm) = (1.0, 0.0);
        for (index, (value, out)) in self.values.iter().zip(out.iter_mut()).enumerate() {
            let (forecast, variance) = self.filter.next();
            let value = value - mean;
            self.filter.push(value, forecast);
            out.0[lane] = value - forecast;
            if variance != 1.0 {
                out.0[lane] /= variance.sqrt();
                product *= variance;
                if index % 8 == 7 {
                    logarithm += f64::ln(product);
                    product = 1.0;
                }
            }
        }
        logarithm += product.ln();
        let factor = (logarithm / (2.0 * self.values.len() as f64)).exp();
        out.iter_mut().for_each(|out| out.0[lane] *= factor);
        Some(())
    }
}

impl Residuals for Exact<'_> {
    const NUM_TRIALS: usize = 1;

    fn residuals(&mut self, params: &[Lanes], num_used: usize, out: &mut [Lanes]) {
        for lane in 0..num_used {
            if self.run(lane, params, out).is_none() {
                out.iter_mut().for_each(|out| out.0[lane] = f64::NAN);
            }
        }
    }
}
