//! Estimation of the parameters of given orders: a differenced series in, parameters and likelihood out.

use super::conditional::{Conditional, Terms};
use super::innovations::{Exact, Innovations};
use super::order::Order;
use super::polynomial::has_roots_beyond;
use crate::least_squares::{Bound, LeastSquares, Stop};

/// Looks while orders are searched for, and the last estimates of the search and of given orders.
const LOOK: Stop = Stop { max_rounds: 8, decrease: 2e-4 };
const FIRST: Stop = Stop { max_rounds: 30, decrease: 1e-6 };
const FINAL: Stop = Stop { max_rounds: 12, decrease: 1e-6 };
const LAST: Stop = Stop { max_rounds: 40, decrease: 1e-8 };
/// Beyond this many values, and for seasons longer than a year's months, the search looks at conditional sums of
/// squares, as the package forecast does beyond 150: between 75 and 150 exact ones took up to 20 ms a series.
const MANY_VALUES: usize = 75;
const LONG_SEASON: usize = 12;
/// For terms that look back farther than this, whose filter is slow, the search's last estimate has fewer rounds: on hourly
/// series of M4 and weekly ones three found what twelve did.
const FARTHEST_FULL: usize = 16;
const FAR: Stop = Stop { max_rounds: 3, decrease: 1e-6 };
/// Terms that look back farther than this are estimated by conditional sums of squares alone.
const FARTHEST_EXACT: usize = 64;
/// Farthest from zero that a partial autocorrelation may be; and in a search that of a seasonal moving average, which
/// runs to 1 where the pattern never changes: there a slow change is as good, and the model is not lost.
const MOST_PARTIAL: f64 = 0.9999;
const MOST_MA: f64 = 0.95;
/// Models with a root nearer to the unit circle are not chosen: they forecast badly (Hyndman & Khandakar, 3.2).
const NEAREST_ROOT: f64 = 1.01;
/// Errors below this share of the values are rounding.
const ROUNDING: f64 = 1e-14;

/// A model with its parameters.
#[derive(Debug, Clone)]
pub(super) struct Estimate {
    pub(super) order: Order,
    /// Partial autocorrelations as [`Order::parts`] has them, then the mean if there is one.
    pub(super) params: Vec<f64>,
    pub(super) log_likelihood: f64,
    pub(super) aicc: f64,
}

/// A differenced series, and the room in which its models are estimated.
pub(super) struct Estimator<'a> {
    values: &'a [f64],
    mean: f64,
    most_ma: f64,
    filter: Innovations,
    terms: Terms,
    buffer: Vec<f64>,
    least_squares: LeastSquares,
}

impl<'a> Estimator<'a> {
    /// Takes values with a variance near 1, so that bounds and derivatives have their size, and their mean.
    pub(super) fn new(values: &'a [f64], mean: f64) -> Self {
        Self {
            values,
            mean,
            most_ma: MOST_MA,
            filter: Innovations::default(),
            terms: Terms::default(),
            buffer: Vec::new(),
            least_squares: LeastSquares::default(),
        }
    }

    pub(super) fn num_values(&self) -> usize {
        self.values.len()
    }

    /// A quick estimate that starts where a neighbour ended; `None` for a model that must not be chosen.
    pub(super) fn look(&mut self, order: Order, neighbour: Option<&Estimate>) -> Option<Estimate> {
        let mut params = self.start_from(order, neighbour);
        let is_exact = self.values.len() <= MANY_VALUES && order.season_length <= LONG_SEASON;
        let sum = if is_exact {
            self.minimise_exact(order, LOOK, &mut params)?
        } else {
            // Relative to the errors that there are, as if there were one for each value.
            let (num_errors, _) = Conditional::num_residuals(order, self.values.len());
            let share = self.values.len() as f64 / num_errors as f64;
            self.minimise_conditional(order, LOOK, &mut params)? * share
        };
        self.is_acceptable(order, &params).then(|| self.estimate(order, params, sum))
    }

    /// Whether the roots of a model are far enough from the unit circle for it to be chosen.
    fn is_acceptable(&mut self, order: Order, params: &[f64]) -> bool {
        let polynomials = &mut self.filter.polynomials;
        polynomials.set(order, &params[..order.num_terms()]);
        has_roots_beyond(&polynomials.ar, NEAREST_ROOT)
            && has_roots_beyond(polynomials.inverse_of_ma(order), NEAREST_ROOT)
    }

    /// The estimate of the largest likelihood; `None` where none is found, or where it is not to be chosen.
    pub(super) fn finish(&mut self, estimate: &Estimate) -> Option<Estimate> {
        let found = self.maximise(estimate.order, FINAL, estimate.params.clone())?;
        self.is_acceptable(found.order, &found.params).then_some(found)
    }

    /// The estimate of given orders that is found from parameters near it, within the bounds of a search.
    pub(super) fn near(&mut self, order: Order, partial: &[f64]) -> Option<Estimate> {
        let mut params = self.start_from(order, None);
        params[..order.num_terms()].copy_from_slice(partial);
        let is_far = order.longest_ar().max(order.longest_ma()) > FARTHEST_FULL;
        self.maximise(order, if is_far { FAR } else { FINAL }, params)
    }

    /// The estimate of given orders, whatever their roots.
    pub(super) fn of_order(&mut self, order: Order) -> Option<Estimate> {
        self.most_ma = MOST_PARTIAL;
        let start = self.start_from(order, None);
        let mut conditional = start.clone();
        let has_conditional = self.minimise_conditional(order, FIRST, &mut conditional).is_some();
        // The likelihood may have several peaks: one from nothing, and from the quick estimate and half of it.
        let mut half = conditional.clone();
        half[..order.num_terms()].iter_mut().for_each(|partial| *partial *= 0.5);
        let starts = [start, conditional, half];
        let found = starts.into_iter().take(if has_conditional { 3 } else { 1 });
        let found = found.filter_map(|start| self.maximise(order, LAST, start));
        found.reduce(|best, next| if next.log_likelihood > best.log_likelihood { next } else { best })
    }

    fn maximise(&mut self, order: Order, stop: Stop, mut params: Vec<f64>) -> Option<Estimate> {
        let is_near = order.longest_ar().max(order.longest_ma()) <= FARTHEST_EXACT;
        let stop = if is_near { stop } else { Stop { max_rounds: 0, ..stop } };
        if !is_near {
            self.minimise_conditional(order, FIRST, &mut params)?;
        }
        let sum = self.minimise_exact(order, stop, &mut params)?;
        Some(self.estimate(order, params, sum))
    }

    /// What a neighbour has in common with a model, zero for terms that it lacks.
    fn start_from(&self, order: Order, neighbour: Option<&Estimate>) -> Vec<f64> {
        let mut params = vec![0.0; order.num_params()];
        if order.has_constant {
            params[order.num_terms()] = self.mean;
        }
        if let Some(neighbour) = neighbour {
            for (to, from) in order.parts().into_iter().zip(neighbour.order.parts()) {
                for (to, from) in to.zip(from) {
                    params[to] = neighbour.params[from];
                }
            }
            if order.has_constant && neighbour.order.has_constant {
                params[order.num_terms()] = neighbour.params[neighbour.order.num_terms()];
            }
        }
        params
    }

    fn bounds(&self, order: Order) -> Vec<Bound> {
        let bound = |most: f64| Bound { low: -most, high: most, step: 1e-6 };
        let mut bounds = vec![bound(MOST_PARTIAL); order.num_terms()];
        let [_, ma, _, seasonal_ma] = order.parts();
        bounds[ma].fill(bound(self.most_ma));
        bounds[seasonal_ma].fill(bound(self.most_ma));
        if order.has_constant {
            bounds.push(Bound { low: f64::NEG_INFINITY, high: f64::INFINITY, step: 1e-4 });
        }
        bounds
    }

    fn minimise_exact(&mut self, order: Order, stop: Stop, params: &mut [f64]) -> Option<f64> {
        let bounds = self.bounds(order);
        let Self { values, filter, buffer, least_squares, .. } = self;
        let mut problem = Exact { order, values, filter, params: buffer };
        least_squares.minimise(&mut problem, values.len(), &bounds, stop, params)
    }

    fn minimise_conditional(&mut self, order: Order, stop: Stop, params: &mut [f64]) -> Option<f64> {
        let bounds = self.bounds(order);
        let Self { values, terms, least_squares, .. } = self;
        let (num_errors, num_residuals) = Conditional::num_residuals(order, values.len());
        if num_errors <= order.num_params() + 1 {
            return None;
        }
        let mut problem = Conditional { order, values, terms };
        least_squares.minimise(&mut problem, num_residuals, &bounds, stop, params)
    }

    fn estimate(&self, order: Order, params: Vec<f64>, sum: f64) -> Estimate {
        let num_values = self.values.len() as f64;
        let sum = sum.max(num_values * ROUNDING.powi(2));
        let log_likelihood = -0.5 * num_values * ((std::f64::consts::TAU * sum / num_values).ln() + 1.0);
        let num_params = (order.num_params() + 1) as f64;
        let freedom = num_values - num_params - 1.0;
        let correction = 2.0 * num_params * (num_params + 1.0) / freedom;
        let aicc = -2.0 * log_likelihood + 2.0 * num_params + correction;
        let aicc = if freedom > 0.0 { aicc } else { f64::INFINITY };
        Estimate { order, params, log_likelihood, aicc }
    }

    /// The filter with a model's parameters after all values, and the errors' variance by it.
    pub(super) fn run(mut self, estimate: &Estimate) -> Option<(Innovations, f64)> {
        let (partial, mean) = estimate.params.split_at(estimate.order.num_terms());
        if !self.filter.reset(estimate.order, partial) {
            return None;
        }
        let mean = mean.first().copied().unwrap_or(0.0);
        let mut sum = 0.0;
        for value in self.values {
            let (forecast, variance) = self.filter.next();
            self.filter.push(value - mean, forecast);
            sum += (value - mean - forecast).powi(2) / variance;
        }
        Some((self.filter, sum / self.values.len() as f64))
    }
}
