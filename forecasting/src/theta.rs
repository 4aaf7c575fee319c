//! The theta method, optimised: values in, level and part of the trend continued.
//!
//! Own code, one recursion on the crate's least squares. anofox-forecast 0.19 has the method, but cannot take in a
//! value without a new fit.

use crate::lanes::{Lanes, NUM_LANES};
use crate::least_squares::{Bound, LeastSquares, Residuals, Stop};
use crate::model::{Fitted, Model, ModelError};
use crate::scale::scale_of;
use crate::seasonality::{Pattern, is_seasonal, pattern};

/// Two parameters, a variance, and what the criterion's correction needs.
const FEWEST_VALUES: usize = 5;
const STOP: Stop = Stop { max_rounds: 25, decrease: 1e-7 };
const FIRST_ALPHAS: [f64; NUM_LANES] = [0.15, 0.4, 0.7, 0.95];
/// A factor of the season below this makes the values divided by it mean nothing.
const SMALLEST_FACTOR: f64 = 0.01;

/// Errors below this share of the values are rounding.
const ROUNDING: f64 = 1e-14;

const ALPHA: usize = 0;
const LEVEL: usize = 1;
const WEIGHT: usize = 2;

/// Theta method: simple exponential smoothing and a share of the line through all values, on the series without its
/// season (which is taken out where the autocorrelation test finds one, as factors where all values are above zero).
///
/// The optimised models of Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler, Int. J. Forecasting 32 (2016), with the
/// line through all values (OTM), through those until then (DOTM), or at the paper's bound of theta, 1, where no line is
/// left. Which one, the corrected information criterion says: through a level that once made a step there is a line
/// too, but it does not go on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Theta;

/// Which line the level is joined to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThetaLine {
    /// None: simple exponential smoothing.
    None,
    /// Through all values that were learnt from.
    Fixed,
    /// Through all values so far.
    Moving,
}

/// The theta method with its parameters, after the newest value.
#[derive(Debug, Clone)]
pub struct FittedTheta {
    line: ThetaLine,
    alpha: f64,
    /// `1 - 1 / theta`.
    weight: f64,
    level: f64,
    /// `(1 - alpha)` to the power of the number of values.
    decay: f64,
    trend: Trend,
    season: Vec<f64>,
    kind: Pattern,
    /// Where in the season the next value is.
    at: usize,
}

impl FittedTheta {
    /// Which line the level is joined to.
    pub fn line(&self) -> ThetaLine {
        self.line
    }

    /// Weight of the newest value in the level.
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// How much the curvature of the series was enlarged; infinite where the line counts in full.
    pub fn theta(&self) -> f64 {
        1.0 / (1.0 - self.weight)
    }

    /// Whether a season was found and taken out.
    pub fn has_season(&self) -> bool {
        !self.season.is_empty()
    }

    fn without_season(&self, value: f64) -> f64 {
        match (self.kind, self.season.get(self.at)) {
            (Pattern::Additive, Some(state)) => value - state,
            (Pattern::Multiplicative, Some(state)) => value / state,
            _ => value,
        }
    }
}

impl Fitted for FittedTheta {
    fn observe(&mut self, value: f64) {
        let value = self.without_season(value);
        self.level += self.alpha * (value - self.level);
        self.decay *= 1.0 - self.alpha;
        if self.line == ThetaLine::Moving {
            self.trend.observe(value);
        }
        self.at = (self.at + 1) % self.season.len().max(1);
    }

    fn predict(&self, horizon: usize) -> Vec<f64> {
        let Trend { intercept, slope, .. } = self.trend;
        let first = self.decay * intercept + (1.0 - self.decay * (1.0 - self.alpha)) / self.alpha * slope;
        (0..horizon)
            .map(|ahead| {
                let value = self.level + self.weight * (first + slope * ahead as f64);
                match (self.kind, self.season.get((self.at + ahead) % self.season.len().max(1))) {
                    (Pattern::Additive, Some(state)) => value + state,
                    (Pattern::Multiplicative, Some(state)) => value * state,
                    _ => value,
                }
            })
            .collect()
    }
}

impl Model for Theta {
    type Fitted = FittedTheta;

    const NAME: &'static str = "theta";

    fn fit(&self, values: &[f64], season_length: usize) -> Result<FittedTheta, ModelError> {
        if values.len() < FEWEST_VALUES {
            let (found, needed) = (values.len(), FEWEST_VALUES);
            return Err(ModelError::TooFewValues { model: Self::NAME, found, needed });
        }
        let scale = scale_of(values)?;
        let mut scaled: Vec<f64> = values.iter().map(|value| value / scale).collect();
        let (season, kind) = take_season_out(&mut scaled, season_length);
        let lines = [ThetaLine::None, ThetaLine::Fixed, ThetaLine::Moving];
        let fitted = lines.into_iter().map(|line| fit_line(&scaled, line));
        let best = fitted.reduce(|best, next| if next.1 < best.1 { next } else { best });
        let mut best = best.ok_or(ModelError::TooLarge)?.0;
        best.level *= scale;
        best.trend.scale(scale);
        let unit = if kind == Pattern::Additive { scale } else { 1.0 };
        let best = FittedTheta {
            at: values.len() % season.len().max(1),
            season: season.into_iter().map(|state| state * unit).collect(),
            kind,
            ..best
        };
        let is_finite = best.predict(1).iter().all(|value| value.is_finite());
        if is_finite { Ok(best) } else { Err(ModelError::TooLarge) }
    }
}

/// Takes the season out of the values, in the way that leaves the smaller steps; the pattern is empty where there is
/// none.
fn take_season_out(values: &mut Vec<f64>, season_length: usize) -> (Vec<f64>, Pattern) {
    if !is_seasonal(values, season_length) {
        return (Vec::new(), Pattern::Additive);
    }
    let states = pattern(values, season_length, Pattern::Additive).unwrap_or_default();
    let adjusted: Vec<f64> =
        values.iter().zip(states.iter().cycle()).map(|(value, state)| value - state).collect();
    let is_positive = values.iter().all(|value| *value > 0.0);
    let factors = if is_positive { pattern(values, season_length, Pattern::Multiplicative) } else { None };
    if let Some(factors) = factors.filter(|factors| factors.iter().all(|factor| *factor > SMALLEST_FACTOR)) {
        let divided: Vec<f64> =
            values.iter().zip(factors.iter().cycle()).map(|(value, factor)| value / factor).collect();
        if sum_of_squared_steps(&divided) < sum_of_squared_steps(&adjusted) {
            *values = divided;
            return (factors, Pattern::Multiplicative);
        }
    }
    *values = adjusted;
    (states, Pattern::Additive)
}

fn sum_of_squared_steps(values: &[f64]) -> f64 {
    values.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).sum()
}

/// Line through all values so far: `intercept + slope * t`, where the first value is at `t = 1`.
#[derive(Debug, Clone, Copy, Default)]
struct Trend {
    num_values: f64,
    mean: f64,
    intercept: f64,
    slope: f64,
}

impl Trend {
    /// Recursion of the paper's equations for a moving line.
    fn observe(&mut self, value: f64) {
        let before = self.mean;
        self.num_values += 1.0;
        let num_values = self.num_values;
        self.mean += (value - before) / num_values;
        if num_values > 1.0 {
            self.slope =
                ((num_values - 2.0) * self.slope + 6.0 * (value - before) / num_values) / (num_values + 1.0);
        }
        self.intercept = self.mean - self.slope * (num_values + 1.0) / 2.0;
    }

    fn scale(&mut self, scale: f64) {
        self.mean *= scale;
        self.intercept *= scale;
        self.slope *= scale;
    }
}

/// One kind of line, fitted; and its corrected information criterion.
fn fit_line(values: &[f64], line: ThetaLine) -> (FittedTheta, f64) {
    let mut trend = Trend::default();
    let mut trends = Vec::with_capacity(values.len());
    for value in values {
        trends.push((trend.intercept, trend.slope));
        trend.observe(*value);
    }
    match line {
        ThetaLine::None => trends.fill((0.0, 0.0)),
        ThetaLine::Fixed => trends.fill((trend.intercept, trend.slope)),
        // There is no line before the first value; the level alone is there.
        ThetaLine::Moving => trends[0] = (values[0], 0.0),
    }
    let steps = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum::<f64>();
    let level = Bound {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
        step: (1e-3 * steps / values.len() as f64).max(1e-10),
    };
    let bounds = [
        Bound { low: 0.1, high: 0.99, step: 1e-5 },
        level,
        Bound { low: 0.0, high: if line == ThetaLine::None { 0.0 } else { 1.0 }, step: 1e-5 },
    ];
    let mut problem = Recursion { values, trends: &trends };
    let mut out = vec![Lanes::ZERO; values.len()];
    let first = [Lanes(FIRST_ALPHAS), Lanes::all(values[0] / 2.0), Lanes::all(0.5)];
    problem.residuals(&first, NUM_LANES, &mut out);
    let sums = out.iter().fold(Lanes::ZERO, |sums, lane| sums + *lane * *lane);
    let pairs = FIRST_ALPHAS.into_iter().zip(sums.0);
    let alpha =
        pairs.reduce(|best, next| if next.1 < best.1 { next } else { best }).map_or(0.4, |best| best.0);
    let mut params = [alpha, values[0] / 2.0, 0.5];
    let sum = LeastSquares::default().minimise(&mut problem, values.len(), &bounds, STOP, &mut params);
    let (alpha, weight) = (params[ALPHA], params[WEIGHT]);
    let level = values.iter().fold(params[LEVEL], |level, value| level + alpha * (value - level));
    let decay = (1.0 - alpha).powf(values.len() as f64);
    let (season, kind, at) = (Vec::new(), Pattern::Additive, 0);
    let num_values = values.len() as f64;
    // Of what the recursion takes: level and rate, and with a line its weight, intercept and slope; and the variance.
    let num_params = match line {
        ThetaLine::None => 3.0,
        ThetaLine::Fixed | ThetaLine::Moving => 4.0,
    };
    let correction = 2.0 * num_params * (num_params + 1.0) / (num_values - num_params - 1.0);
    let rounding = num_values * ROUNDING.powi(2);
    let criterion = num_values * sum.map_or(f64::INFINITY, |sum| sum.max(rounding)).ln() + 2.0 * num_params;
    let criterion = if correction > 0.0 { criterion + correction } else { f64::INFINITY };
    (FittedTheta { line, alpha, weight, level, decay, trend, season, kind, at }, criterion)
}

/// One-step errors of the models, equations 11 to 14 and 20 to 25 of the paper.
struct Recursion<'a> {
    values: &'a [f64],
    /// Intercept and slope that each value is forecast with.
    trends: &'a [(f64, f64)],
}

impl Residuals for Recursion<'_> {
    const NUM_TRIALS: usize = NUM_LANES;

    fn residuals(&mut self, params: &[Lanes], _: usize, out: &mut [Lanes]) {
        let one = Lanes::all(1.0);
        let (alpha, weight) = (params[ALPHA], params[WEIGHT]);
        let (rest, share) = (one - alpha, one / alpha);
        let mut level = params[LEVEL];
        let mut decay = one;
        for ((value, (intercept, slope)), out) in self.values.iter().zip(self.trends).zip(out) {
            let next_decay = decay * rest;
            let line = decay * Lanes::all(*intercept) + (one - next_decay) * share * Lanes::all(*slope);
            let value = Lanes::all(*value);
            *out = value - level - weight * line;
            level = level + alpha * (value - level);
            decay = next_decay;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{AIR_PASSENGERS, assert_near, assert_survives_edges, counter, stair};

    #[test]
    fn air_passengers_as_statsforecast_has_them() {
        // statsforecast 2.1.1, AutoTheta(season_length=12), which chose the same model; its search stops early.
        let fitted = Theta.fit(&AIR_PASSENGERS, 12).unwrap();
        assert_eq!((fitted.line(), fitted.has_season()), (ThetaLine::Fixed, true));
        assert_near(&fitted.predict(4), &[442.943, 432.231, 495.308, 482.308], 1e-3);
    }

    #[test]
    fn a_level_that_made_a_step_is_not_continued_as_a_line() {
        let step: Vec<f64> = (0..40).map(|day| if day < 20 { 4.0 } else { 2.0 }).collect();
        let fitted = Theta.fit(&step, 7).unwrap();
        assert_eq!(fitted.line(), ThetaLine::None);
        assert_near(&fitted.predict(2), &[2.0, 2.0], 1e-6);
    }

    #[test]
    fn a_counter_goes_on_rising_in_its_week() {
        let fitted = Theta.fit(&counter(), 7).unwrap();
        assert!(fitted.has_season());
        // The exponential smoothing of statsmodels with a week and a trend.
        assert_near(&fitted.predict(3), &[13811.94, 13919.88, 14013.29], 1e-3);
    }

    #[test]
    fn a_moving_line_is_that_through_all_values_so_far() {
        let mut trend = Trend::default();
        stair().into_iter().for_each(|value| trend.observe(value));
        // numpy.polyfit of degree 1.
        assert_near(&[trend.intercept, trend.slope], &[299.6699126092385, 0.22581388648804274], 1e-9);
    }

    #[test]
    fn a_value_taken_in_moves_the_level_by_its_share() {
        let mut fitted = Theta.fit(&stair(), 7).unwrap();
        let before = fitted.level;
        fitted.observe(330.0);
        assert_near(&[fitted.level], &[before + fitted.alpha() * (330.0 - before)], 1e-12);
    }

    #[test]
    fn no_edge_makes_it_panic_or_forecast_what_is_not_finite() {
        assert_survives_edges(&Theta);
    }
}
