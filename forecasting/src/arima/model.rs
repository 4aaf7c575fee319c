//! Seasonal ARIMA, its orders chosen by itself: values in, their continuation out.
//!
//! Own code. anofox-forecast 0.19 chooses orders in the same way, but took 30 to 2100 ms for 240 daily values where a
//! forecast with all models may take 20, and cannot take in a value without a new fit; augurs has no ARIMA.

use super::differences::{difference, is_constant, num_plain, num_seasonal};
use super::estimate::{Estimate, Estimator};
use super::innovations::Innovations;
use super::order::Order;
use crate::model::{Fitted, Model, ModelError};
use crate::scale::{newest, scale_of};

const FEWEST_VALUES: usize = 5;
/// Models of the search whose likelihood is maximised to choose among them.
const NUM_FINALISTS: usize = 3;
/// Spread below this share of the values is rounding.
const ROUNDING: f64 = 1e-13;

/// Autoregressive integrated moving average, with a season where there is one.
///
/// Differences by the KPSS test and the strength of the season, orders by stepwise search for the smallest corrected
/// information criterion, parameters by maximum likelihood of the differenced series: Hyndman & Khandakar, J. Stat.
/// Softw. 27 (2008). Learns from the newest 730 values.
#[derive(Debug, Clone, Default)]
pub struct Arima {
    order: Option<Order>,
    /// Where the search for the parameters of the order starts; empty where nothing is known.
    partial: Vec<f64>,
}

impl Arima {
    /// Keeps to orders that were chosen before, which saves the search: the parameters alone are learnt. The season
    /// length is the order's.
    pub fn with_order(order: Order) -> Self {
        Self { order: Some(order), partial: Vec::new() }
    }

    /// Keeps to the orders of a model that was fitted before, and starts at its parameters: the quickest way to learn
    /// again when some values have come.
    pub fn like(fitted: &FittedArima) -> Self {
        Self { order: Some(fitted.order), partial: fitted.partial.clone() }
    }
}

impl Model for Arima {
    type Fitted = FittedArima;

    const NAME: &'static str = "arima";

    fn fit(&self, values: &[f64], season_length: usize) -> Result<FittedArima, ModelError> {
        let values = newest(values);
        let num_differenced = self.order.map_or(0, Order::num_differenced);
        let needed = FEWEST_VALUES.saturating_add(num_differenced);
        if values.len() < needed {
            return Err(ModelError::TooFewValues { model: Self::NAME, found: values.len(), needed });
        }
        scale_of(values)?;
        let differenced = self.order.unwrap_or_else(|| choose_differences(values, season_length));
        let series = Differenced::new(values, differenced).ok_or(ModelError::TooLarge)?;
        let fitted = match self.order {
            _ if series.is_flat => series.flat(values),
            Some(order) => series.of_order(values, order, &self.partial),
            None => series.search(values),
        };
        let is_finite = |fitted: &FittedArima| fitted.predict(1).iter().all(|value| value.is_finite());
        fitted.filter(is_finite).ok_or(ModelError::TooLarge)
    }
}

/// Differences that the series needs, and whether its differences may have a mean.
fn choose_differences(values: &[f64], season_length: usize) -> Order {
    let season_length = season_length.max(1);
    let has_season = season_length > 1 && !is_constant(values);
    let seasonal_d = if has_season { num_seasonal(values, season_length) } else { 0 };
    let d = if seasonal_d == 0 { num_plain(values) } else { num_plain(&difference(values, season_length)) };
    let (p, q, seasonal_p, seasonal_q) = (0, 0, 0, 0);
    Order { p, d, q, seasonal_p, seasonal_d, seasonal_q, season_length, has_constant: d + seasonal_d <= 1 }
}

/// A series ready for estimation: differenced, and in units of its spread.
struct Differenced {
    order: Order,
    values: Vec<f64>,
    mean: f64,
    scale: f64,
    /// The differences do not differ.
    is_flat: bool,
}

impl Differenced {
    /// `None` where the values are too large to compute with.
    fn new(values: &[f64], order: Order) -> Option<Self> {
        let mut differences = values.to_vec();
        for _ in 0..order.seasonal_d {
            differences = difference(&differences, order.season_length);
        }
        for _ in 0..order.d {
            differences = difference(&differences, 1);
        }
        let num_values = differences.len() as f64;
        let mean = differences.iter().map(|value| value / num_values).sum::<f64>();
        let largest =
            |values: &[f64]| values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
        let spread = differences.iter().fold(0.0, |spread: f64, value| spread.max((value - mean).abs()));
        if !spread.is_finite() {
            return None;
        }
        let is_flat = spread <= ROUNDING * largest(values) || spread < f64::MIN_POSITIVE / ROUNDING;
        let squares = differences.iter().map(|value| ((value - mean) / spread).powi(2)).sum::<f64>();
        let scale = match is_flat {
            false => spread * (squares / num_values).sqrt(),
            true if mean != 0.0 => mean.abs(),
            true => 1.0,
        };
        differences.iter_mut().for_each(|value| *value /= scale);
        Some(Self { order, values: differences, mean: mean / scale, scale, is_flat })
    }

    fn search(self, values: &[f64]) -> Option<FittedArima> {
        let mut estimator = Estimator::new(&self.values, self.mean);
        let estimates = super::search::stepwise(&mut estimator, self.order);
        let (finalists, others) = estimates.split_at(estimates.len().min(NUM_FINALISTS));
        let found = finalists.iter().filter_map(|estimate| estimator.finish(estimate));
        let found = found.reduce(|best, next| if next.aicc < best.aicc { next } else { best });
        let found = found.or_else(|| others.iter().find_map(|estimate| estimator.finish(estimate)));
        let found = found.or_else(|| estimator.of_order(self.order))?;
        self.fitted(values, found, estimator)
    }

    fn of_order(self, values: &[f64], order: Order, partial: &[f64]) -> Option<FittedArima> {
        let mut estimator = Estimator::new(&self.values, self.mean);
        let found = if partial.is_empty() { None } else { estimator.near(order, partial) };
        let found = found.or_else(|| estimator.of_order(order))?;
        self.fitted(values, found, estimator)
    }

    /// Nothing is left to learn: the differences stay what they are.
    fn flat(self, values: &[f64]) -> Option<FittedArima> {
        let order = Order { p: 0, q: 0, seasonal_p: 0, seasonal_q: 0, ..self.order };
        let has_constant = order.has_constant && self.mean != 0.0;
        let order = Order { has_constant, ..order };
        let mut estimator = Estimator::new(&self.values, self.mean);
        let found = estimator.of_order(order)?;
        self.fitted(values, found, estimator)
    }

    fn fitted(&self, values: &[f64], found: Estimate, estimator: Estimator<'_>) -> Option<FittedArima> {
        let (mut filter, sigma2) = estimator.run(&found)?;
        filter.trim();
        let Estimate { order, params, log_likelihood, aicc } = found;
        let mean = params.get(order.num_terms()).copied().unwrap_or(0.0);
        let logarithm = self.values.len() as f64 * self.scale.ln();
        let integration = order.integration();
        Some(FittedArima {
            order,
            filter,
            mean: mean * self.scale,
            scale: self.scale,
            newest: values[values.len() - integration.len()..].to_vec(),
            integration,
            partial: params[..order.num_terms()].to_vec(),
            sigma2: sigma2 * self.scale * self.scale,
            log_likelihood: log_likelihood - logarithm,
            aicc: aicc + 2.0 * logarithm,
        })
    }
}

/// ARIMA with its orders and parameters, after the newest value.
#[derive(Debug, Clone)]
pub struct FittedArima {
    order: Order,
    /// Of the differenced series in units of `scale`.
    filter: Innovations,
    mean: f64,
    scale: f64,
    /// Coefficients of earlier values in an undifferenced value, nearest first.
    integration: Vec<f64>,
    /// As many values, oldest first.
    newest: Vec<f64>,
    /// Parameters as partial autocorrelations.
    partial: Vec<f64>,
    sigma2: f64,
    log_likelihood: f64,
    aicc: f64,
}

impl FittedArima {
    /// The orders that were chosen, or kept to.
    pub fn order(&self) -> Order {
        self.order
    }

    /// Coefficients named as in statsforecast: `ar1`, `ma1`, `sar1`, `sma1`, and `mean` or `drift`: the mean of the
    /// series or of its differences, in units of the series.
    pub fn coefficients(&self) -> Vec<(String, f64)> {
        let factors = self.filter.polynomials.factors(self.order);
        let named = self.order.parts().into_iter().zip(["ar", "ma", "sar", "sma"]);
        let mut coefficients: Vec<(String, f64)> = named
            .flat_map(|(part, name)| {
                part.zip(1..).map(move |(index, number)| (index, format!("{name}{number}")))
            })
            .map(|(index, name)| (name, factors[index]))
            .collect();
        if self.order.has_constant {
            let is_drift = self.order.d + self.order.seasonal_d > 0;
            coefficients.push((if is_drift { "drift" } else { "mean" }.to_owned(), self.mean));
        }
        coefficients
    }

    /// Variance of the one-step errors: the maximum likelihood estimate, not corrected for the parameters.
    pub fn sigma2(&self) -> f64 {
        self.sigma2
    }

    /// Logarithm of the likelihood of the differenced series.
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }

    /// Corrected Akaike information criterion.
    pub fn aicc(&self) -> f64 {
        self.aicc
    }

    /// What earlier values say about the next, before the difference is added.
    fn carried(integration: &[f64], newest: &[f64]) -> f64 {
        integration.iter().zip(newest.iter().rev()).map(|(factor, value)| factor * value).sum()
    }
}

impl Fitted for FittedArima {
    fn observe(&mut self, value: f64) {
        let difference = value - Self::carried(&self.integration, &self.newest);
        let (forecast, _) = self.filter.next();
        self.filter.push((difference - self.mean) / self.scale, forecast);
        self.filter.trim();
        if !self.newest.is_empty() {
            self.newest.remove(0);
            self.newest.push(value);
        }
    }

    fn predict(&self, horizon: usize) -> Vec<f64> {
        let (mut filter, mut newest) = (self.filter.clone(), self.newest.clone());
        (0..horizon)
            .map(|_| {
                let (forecast, _) = filter.next();
                filter.push(forecast, forecast);
                let carried = Self::carried(&self.integration, &newest[newest.len() - self.newest.len()..]);
                let value = carried + self.mean + forecast * self.scale;
                newest.push(value);
                value
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{AIR_PASSENGERS, assert_near, assert_survives_edges, counter, stair};

    fn order(plain: [usize; 3], seasonal: [usize; 3], season_length: usize, has_constant: bool) -> Order {
        let ([p, d, q], [seasonal_p, seasonal_d, seasonal_q]) = (plain, seasonal);
        Order { p, d, q, seasonal_p, seasonal_d, seasonal_q, season_length, has_constant }
    }

    fn fit(order: Order, values: &[f64]) -> FittedArima {
        Arima::with_order(order).fit(values, 1).unwrap()
    }

    fn factors(fitted: &FittedArima) -> Vec<f64> {
        fitted.coefficients().into_iter().map(|(_, factor)| factor).collect()
    }

    // Golden values: statsmodels 0.15.0, SARIMAX of the differenced series.

    #[test]
    fn the_airline_model() {
        let logarithms = AIR_PASSENGERS.map(f64::ln);
        let fitted = fit(order([0, 1, 1], [0, 1, 1], 12, false), &logarithms);
        assert_near(&factors(&fitted), &[-0.401_82, -0.556_94], 1e-3);
        assert_near(&[fitted.log_likelihood(), fitted.sigma2()], &[244.696_486_8, 0.001_348_10], 1e-4);
    }

    #[test]
    fn a_stair_with_mean() {
        let fitted = fit(order([2, 0, 1], [0, 0, 0], 1, true), &stair());
        // The reference's intercept is the mean times what the autoregression leaves.
        let mean = 1.408_687_5 / (1.0 - 0.690_315_8 - 0.305_137_8);
        assert!(fitted.log_likelihood() > -141.816_785 - 1e-3, "{}", fitted.log_likelihood());
        assert_near(&factors(&fitted)[3..], &[mean], 1e-2);
        assert_near(&factors(&fitted)[..2], &[0.690, 0.305], 1e-1);
    }

    #[test]
    fn a_counter_with_a_week_at_the_bound() {
        // The reference ends at a seasonal moving average of -1, the bound here is -0.9999.
        let fitted = fit(order([1, 1, 1], [0, 1, 1], 7, false), &counter());
        assert_near(&[fitted.log_likelihood()], &[-365.934_77], 1e-3);
        assert_near(&factors(&fitted), &[0.491_7, -0.116_8, -1.0], 2e-2);
    }

    #[test]
    fn orders_are_chosen() {
        // statsforecast 2.1.1, AutoARIMA(season_length=12): ARIMA(1,1,0)(0,1,0)[12], criterion 1020.488.
        let fitted = Arima::default().fit(&AIR_PASSENGERS, 12).unwrap();
        assert_eq!(fitted.order().to_string(), "ARIMA(1,1,0)(0,1,0)[12]");
        assert_near(&[fitted.aicc()], &[1020.488], 1e-6);
        assert_near(&fitted.predict(4), &[444.31, 418.214, 446.243, 488.234], 1e-4);
        assert_eq!(Arima::default().fit(&counter(), 7).unwrap().order().seasonal_d, 1);
        assert_eq!(Arima::default().fit(&[5.0; 40], 7).unwrap().predict(2), [5.0, 5.0]);
    }

    #[test]
    fn values_taken_in_count_like_values_learnt_from() {
        // A model without parameters to learn has the same ones on the longer series.
        let values = counter();
        let order = order([0, 1, 0], [0, 1, 0], 7, false);
        let mut fitted = fit(order, &values[..100]);
        values[100..].iter().for_each(|value| fitted.observe(*value));
        assert_near(&fitted.predict(9), &fit(order, &values).predict(9), 1e-12);
    }

    #[test]
    fn a_model_like_another_ends_where_it_stood() {
        let values = counter();
        let fitted = Arima::default().fit(&values, 7).unwrap();
        let again = Arima::like(&fitted).fit(&values, 7).unwrap();
        assert_eq!(again.order(), fitted.order());
        assert!(again.log_likelihood() >= fitted.log_likelihood() - 1e-6);
        assert_near(&again.predict(7), &fitted.predict(7), 1e-4);
    }

    #[test]
    fn the_filter_goes_on_where_it_stood() {
        let fitted = Arima::default().fit(&counter(), 7).unwrap();
        let mut onwards = fitted.clone();
        // Forecasts that come true change nothing.
        fitted.predict(20).into_iter().for_each(|value| onwards.observe(value));
        assert_near(&onwards.predict(5), &fitted.predict(25)[20..], 1e-9);
    }

    #[test]
    fn no_edge_makes_it_panic_or_forecast_what_is_not_finite() {
        assert_survives_edges(&Arima::default());
    }
}
