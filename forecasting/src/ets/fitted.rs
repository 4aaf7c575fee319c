//! Fitted exponential smoothing: later values in, their continuation out.

use super::form::{Component, Form};
use crate::model::Fitted;

/// Token of the model.
pub(super) const NAME: &str = "ets";

/// Exponential smoothing with its parameters, after the newest value.
#[derive(Debug, Clone)]
pub struct FittedEts {
    pub(super) form: Form,
    pub(super) alpha: f64,
    pub(super) beta: f64,
    pub(super) gamma: f64,
    pub(super) phi: f64,
    pub(super) level: f64,
    pub(super) growth: f64,
    /// Oldest first, that of the next value at `at`.
    pub(super) season: Vec<f64>,
    pub(super) at: usize,
    pub(super) sigma2: f64,
    pub(super) log_likelihood: f64,
    pub(super) aicc: f64,
}

impl FittedEts {
    /// The form that was chosen, or kept to.
    pub fn form(&self) -> Form {
        self.form
    }

    /// Smoothing parameters with their names in the literature, those of the form alone.
    pub fn coefficients(&self) -> Vec<(&'static str, f64)> {
        let has_trend = self.form.trend != Component::None;
        [
            (true, "alpha", self.alpha),
            (has_trend, "beta", self.beta),
            (self.form.season != Component::None, "gamma", self.gamma),
            (has_trend && self.form.is_damped, "phi", self.phi),
        ]
        .into_iter()
        .filter_map(|(is_there, name, value)| is_there.then_some((name, value)))
        .collect()
    }

    /// Variance of the one-step errors; of relative ones where the error is multiplicative.
    pub fn sigma2(&self) -> f64 {
        self.sigma2
    }

    /// Logarithm of the likelihood without its constant, as in the R package forecast.
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }

    /// Corrected Akaike information criterion, from [`log_likelihood`](Self::log_likelihood).
    pub fn aicc(&self) -> f64 {
        self.aicc
    }
}

impl Fitted for FittedEts {
    fn observe(&mut self, value: f64) {
        let damped = self.growth * self.phi;
        let base = self.level + damped;
        let season = self.season.get(self.at).copied();
        let (error, seasonal_change) = match (self.form.season, season) {
            (Component::Additive, Some(season)) => {
                let error = value - base - season;
                (error, error)
            }
            (Component::Multiplicative, Some(season)) => {
                let error = value - base * season;
                (error / season, error / base)
            }
            _ => (value - base, 0.0),
        };
        self.level = base + self.alpha * error;
        self.growth = damped + self.beta * error;
        if let Some(season) = self.season.get_mut(self.at) {
            *season += self.gamma * seasonal_change;
            self.at = (self.at + 1) % self.season.len();
        }
    }

    fn predict(&self, horizon: usize) -> Vec<f64> {
        let mut seasons = self.season.iter().cycle().skip(self.at);
        let (mut base, mut growth) = (self.level, self.growth);
        (0..horizon)
            .map(|_| {
                growth *= self.phi;
                base += growth;
                match (self.form.season, seasons.next()) {
                    (Component::Additive, Some(season)) => base + season,
                    (Component::Multiplicative, Some(season)) => base * season,
                    _ => base,
                }
            })
            .collect()
    }
}
