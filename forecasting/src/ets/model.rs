//! Exponential smoothing, its form chosen by the corrected information criterion: values in, their continuation out.
//!
//! Own code. anofox-forecast 0.19 has the models but cannot take in a value without a new fit, and does not meet
//! the time that a forecast may take here; augurs-ets 0.10 has no seasonal models, and `unimplemented!` where they
//! would be.

use super::fit::fit;
use super::fitted::{FittedEts, NAME};
use super::form::Form;
use crate::model::{Model, ModelError};
use crate::scale::newest;

/// Exponential smoothing (ETS): level, trend and season that follow the errors of the one-step forecasts.
///
/// States, parameters and criterion are those of Hyndman, Koehler, Ord & Snyder, Forecasting with Exponential Smoothing
/// (2008), chapters 2 and 5, within the usual bounds. Seasons longer than 24 values are left to other models. Learns from the newest 730
/// values.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ets {
    form: Option<Form>,
}

impl Ets {
    /// Keeps to a form that was chosen before, which saves the search. Where the values do not allow it (a
    /// multiplicative one with values at or below zero, too few for its parameters) fitting fails.
    pub fn with_form(form: Form) -> Self {
        Self { form: Some(form) }
    }
}

impl Model for Ets {
    type Fitted = FittedEts;

    const NAME: &'static str = NAME;

    fn fit(&self, values: &[f64], season_length: usize) -> Result<FittedEts, ModelError> {
        fit(newest(values), season_length, self.form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ets::Component;
    use crate::model::Fitted;
    use crate::testing::{AIR_PASSENGERS, assert_near, assert_survives_edges, counter, stair};

    fn form(error: Component, trend: Component, is_damped: bool, season: Component) -> Form {
        Form { error, trend, is_damped, season }
    }

    fn fit(form: Form, values: &[f64], season_length: usize) -> FittedEts {
        Ets::with_form(form).fit(values, season_length).unwrap()
    }

    // Golden values: statsmodels 0.15.0, ETSModel with estimated initial states; likelihoods without their constant.

    #[test]
    fn air_passengers_multiplicative() {
        let fitted = fit(
            form(Component::Multiplicative, Component::Additive, false, Component::Multiplicative),
            &AIR_PASSENGERS,
            12,
        );
        let (_, alpha) = fitted.coefficients()[0];
        assert_near(&[alpha, fitted.log_likelihood()], &[0.741_02, -675.989_3], 1e-3);
        assert_near(&fitted.predict(3), &[442.769, 435.899, 498.818], 1e-4);
    }

    #[test]
    fn air_passengers_additive() {
        let fitted = fit(
            form(Component::Additive, Component::Additive, false, Component::Additive),
            &AIR_PASSENGERS,
            12,
        );
        // Not below what the reference found, and near it: the likelihood is flat here.
        assert!(fitted.log_likelihood() > -718.483_2 - 0.01, "{}", fitted.log_likelihood());
        assert_near(&fitted.predict(3), &[451.579, 427.260, 464.704], 5e-3);
        let without =
            fit(form(Component::Additive, Component::None, false, Component::None), &AIR_PASSENGERS, 12);
        assert_near(&[without.log_likelihood()], &[-863.893_37], 1e-6);
        assert_eq!(without.coefficients(), [("alpha", 0.9999)]);
    }

    #[test]
    fn a_counter_with_a_week_and_a_stair() {
        let fitted =
            fit(form(Component::Additive, Component::Additive, false, Component::Additive), &counter(), 7);
        assert_near(&[fitted.log_likelihood()], &[-504.389_4], 1e-5);
        assert_near(&fitted.predict(3), &[13811.94, 13919.88, 14013.29], 1e-5);
        let fitted = fit(form(Component::Additive, Component::None, false, Component::None), &stair(), 7);
        assert_near(&[fitted.coefficients()[0].1, fitted.log_likelihood()], &[0.576_09, -214.469_19], 1e-3);
        assert_near(&fitted.predict(1), &[319.510_45], 1e-5);
    }

    #[test]
    fn the_form_is_chosen_by_the_criterion() {
        let chosen = Ets::default().fit(&AIR_PASSENGERS, 12).unwrap();
        assert_eq!(chosen.form().to_string(), "ETS(M,A,M)");
        for other in Form::candidates(true, true) {
            assert!(fit(other, &AIR_PASSENGERS, 12).aicc() >= chosen.aicc() - 1e-6, "{other}");
        }
        assert_eq!(Ets::default().fit(&counter(), 7).unwrap().form().season(), Component::Additive);
        assert_eq!(Ets::default().fit(&[5.0; 40], 7).unwrap().predict(2), [5.0, 5.0]);
    }

    #[test]
    fn values_taken_in_count_like_values_learnt_from() {
        // Equations of the book's tables, written out.
        let values = counter();
        for (season, length) in
            [(Component::None, 1), (Component::Additive, 7), (Component::Multiplicative, 7)]
        {
            let form = form(Component::Multiplicative, Component::Additive, true, season);
            let mut fitted = fit(form, &values[..100], length);
            let [one_step] = fitted.predict(1)[..] else { panic!("one step was asked for") };
            let error = values[100] - one_step;
            let before = fitted.clone();
            fitted.observe(values[100]);
            let seasonless = match season {
                Component::Multiplicative => error / before.season[before.at],
                _ => error,
            };
            let growth = before.phi * before.growth;
            assert_near(&[fitted.level], &[before.level + growth + fitted.alpha * seasonless], 1e-12);
            assert_near(&[fitted.growth], &[growth + fitted.beta * seasonless], 1e-12);
            assert_eq!(fitted.at, usize::from(season != Component::None));
        }
    }

    #[test]
    fn no_edge_makes_it_panic_or_forecast_what_is_not_finite() {
        assert_survives_edges(&Ets::default());
    }
}
