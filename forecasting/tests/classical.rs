//! What ETS, theta and ARIMA keep to on any series.

use casa24_forecasting::{Arima, Ets, Fitted, Model, Theta};
use proptest::prelude::*;

/// A forecast or a reason, the same one every time, and no forecast that is not finite, however it goes on.
fn keeps_its_word<M: Model>(model: &M, values: &[f64], later: &[f64], season_length: usize) {
    let (first, again) = (model.fit(values, season_length), model.fit(values, season_length));
    assert_eq!(first.is_ok(), again.is_ok());
    let (Ok(mut fitted), Ok(again)) = (first, again) else { return };
    let forecast = fitted.predict(28);
    assert!(forecast.iter().all(|value| value.is_finite()), "{}: {forecast:?}", M::NAME);
    assert_eq!(forecast, again.predict(28));
    assert_eq!(forecast[..7], fitted.predict(7), "a nearer horizon changes what is near");
    later.iter().for_each(|value| fitted.observe(*value));
    assert!(fitted.predict(28).iter().all(|value| value.is_finite()));
}

fn values() -> impl Strategy<Value = Vec<f64>> {
    let length = 0..70_usize;
    prop_oneof![
        prop::collection::vec(-1e3..1e3, length.clone()),
        prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::ZERO, length.clone()),
        // Counters and stairs, of any size.
        (prop::collection::vec(0..5_u8, length), -12..16_i32).prop_map(|(steps, size)| {
            let unit = 10_f64.powi(size);
            steps
                .iter()
                .scan(0.0, |total, step| (*total += f64::from(*step / 3) * unit, Some(*total)).1)
                .collect()
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn ets_keeps_its_word(values in values(), later in prop::collection::vec(-1e6..1e6, 0..9), season in 0..15_usize) {
        keeps_its_word(&Ets::default(), &values, &later, season);
    }

    #[test]
    fn theta_keeps_its_word(values in values(), later in prop::collection::vec(-1e6..1e6, 0..9), season in 0..15_usize) {
        keeps_its_word(&Theta, &values, &later, season);
    }

    #[test]
    fn arima_keeps_its_word(values in values(), later in prop::collection::vec(-1e6..1e6, 0..9), season in 0..15_usize) {
        keeps_its_word(&Arima::default(), &values, &later, season);
    }
}

/// A unit is not part of a forecast: thousands of followers go on as followers do.
#[test]
fn forecasts_scale_with_the_values() {
    let values: Vec<f64> =
        (0..90).map(|day| f64::from(500 + 3 * day + [9, 4, 0, -3, -6, -5, 1][day as usize % 7])).collect();
    let thousands: Vec<f64> = values.iter().map(|value| value * 1000.0).collect();
    fn check<M: Model>(model: &M, values: &[f64], thousands: &[f64]) {
        let (small, large) = (model.fit(values, 7).unwrap(), model.fit(thousands, 7).unwrap());
        for (small, large) in small.predict(14).into_iter().zip(large.predict(14)) {
            assert!((small * 1000.0 - large).abs() < 1e-4 * large, "{}: {small} and {large}", M::NAME);
        }
    }
    check(&Ets::default(), &values, &thousands);
    check(&Theta, &values, &thousands);
    check(&Arima::default(), &values, &thousands);
}
