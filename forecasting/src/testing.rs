//! Series that the models are tested on, and what is true of every model.

use crate::model::{Fitted, Model};

/// Passengers of airlines by month, 1949 to 1960, in thousands: Box & Jenkins, Time Series Analysis (1976), series G.
pub(crate) const AIR_PASSENGERS: [f64; 144] = [
    112.0, 118.0, 132.0, 129.0, 121.0, 135.0, 148.0, 148.0, 136.0, 119.0, 104.0, 118.0, 115.0, 126.0, 141.0,
    135.0, 125.0, 149.0, 170.0, 170.0, 158.0, 133.0, 114.0, 140.0, 145.0, 150.0, 178.0, 163.0, 172.0, 178.0,
    199.0, 199.0, 184.0, 162.0, 146.0, 166.0, 171.0, 180.0, 193.0, 181.0, 183.0, 218.0, 230.0, 242.0, 209.0,
    191.0, 172.0, 194.0, 196.0, 196.0, 236.0, 235.0, 229.0, 243.0, 264.0, 272.0, 237.0, 211.0, 180.0, 201.0,
    204.0, 188.0, 235.0, 227.0, 234.0, 264.0, 302.0, 293.0, 259.0, 229.0, 203.0, 229.0, 242.0, 233.0, 267.0,
    269.0, 270.0, 315.0, 364.0, 347.0, 312.0, 274.0, 237.0, 278.0, 284.0, 277.0, 317.0, 313.0, 318.0, 374.0,
    413.0, 405.0, 355.0, 306.0, 271.0, 306.0, 315.0, 301.0, 356.0, 348.0, 355.0, 422.0, 465.0, 467.0, 404.0,
    347.0, 305.0, 336.0, 340.0, 318.0, 362.0, 348.0, 363.0, 435.0, 491.0, 505.0, 404.0, 359.0, 310.0, 337.0,
    360.0, 342.0, 406.0, 396.0, 420.0, 472.0, 548.0, 559.0, 463.0, 407.0, 362.0, 405.0, 417.0, 391.0, 419.0,
    461.0, 472.0, 535.0, 622.0, 606.0, 508.0, 461.0, 390.0, 432.0,
];

/// A counter that rises by more on some days of the week: 120 days.
pub(crate) fn counter() -> Vec<f64> {
    const WEEK: [i32; 7] = [30, 10, -5, -20, -25, -10, 20];
    let steps = (0..120).map(|day: i32| 100 + WEEK[day as usize % 7] + (day * day * 7) % 23);
    steps.scan(0, |total, step| (*total += step, Some(f64::from(*total))).1).collect()
}

/// A count that stands for days, then steps: 90 days.
pub(crate) fn stair() -> Vec<f64> {
    (0..90).map(|day| f64::from(300 + 2 * (day / 9) + (day * day / 50) % 3)).collect()
}

/// Fails unless each found value is as near to the expected one as a share of it says.
pub(crate) fn assert_near(found: &[f64], expected: &[f64], share: f64) {
    assert_eq!(found.len(), expected.len());
    let is_near = |(found, expected): (&f64, &f64)| (found - expected).abs() <= share * expected.abs();
    assert!(found.iter().zip(expected).all(is_near), "{found:?} is not {expected:?}");
}

/// Fails where a model that has learnt, or has taken in more values since, forecasts what is not a number.
pub(crate) fn assert_finite<M: Model>(model: &M, values: &[f64], season_length: usize) {
    if let Ok(mut fitted) = model.fit(values, season_length) {
        assert!(fitted.predict(30).iter().all(|value| value.is_finite()), "{} of {values:?}", M::NAME);
        values.iter().for_each(|value| fitted.observe(*value));
        assert!(fitted.predict(30).iter().all(|value| value.is_finite()), "{} after {values:?}", M::NAME);
    }
}

/// Series at the edges of what a model may be given.
pub(crate) fn assert_survives_edges<M: Model>(model: &M) {
    let of = |length: i32, value: fn(i32) -> f64| (0..length).map(value).collect::<Vec<_>>();
    let edges = [
        of(60, |_| 5.0),
        of(60, |_| 0.0),
        of(60, |at| if at == 30 { 1.0 } else { 0.0 }),
        of(60, |at| f64::from(1 - 2 * (at % 2))),
        of(60, |at| -f64::from(at * at % 17)),
        of(60, |at| 1e15 + f64::from(at * at % 17)),
        of(60, |at| 1e15 * f64::from(at * at % 17)),
        of(60, |at| 1e-12 * f64::from(1 + at * at % 17)),
        of(60, |at| 1e-310 * f64::from(at * at % 17)),
        of(60, |at| 1e307 * f64::from(at * at % 17)),
        of(60, |at| f64::MAX * f64::from(1 - 2 * (at % 2))),
        of(60, f64::from),
        of(60, |at| 2_f64.powi(at)),
        of(60, |at| f64::from(at / 30)),
        of(60, |at| f64::from(at % 7)),
    ];
    for values in edges {
        for length in [0, 1, 2, 3, 4, 5, 6, 9, 15, 16, 22, 60] {
            for season_length in [0, 1, 7, 59] {
                assert_finite(model, &values[..length], season_length);
            }
        }
    }
}
