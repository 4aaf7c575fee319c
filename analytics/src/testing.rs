//! What several tests make up: snapshots, forecasts and points of their paths.

use std::collections::BTreeMap;

use casa24_schemas::{
    Account, Artist, Date, Flag, Forecast, ForecastPoint, Metric, Observed, Platform, Reading, TrainedOn,
    ValidSnapshot, Value,
};

use crate::point::{FlagSet, Point};
use crate::series::Series;

pub(crate) fn value(number: f64) -> Value {
    Value::new(number).unwrap()
}

/// A value on each of these days.
pub(crate) fn series(values: &[(Date, f64)]) -> Series {
    let mut series = Series::new();
    for (date, value) in values {
        series.insert(Point { observed_at: Observed::day(*date), value: *value, flags: FlagSet::default() });
    }
    series
}

/// A snapshot of an artist's Spotify followers; without them, one without any metric.
pub(crate) fn snapshot(
    artist: &str,
    observed_at: Observed,
    followers: Option<f64>,
    flags: &[Flag],
) -> ValidSnapshot {
    let reading = |number| Reading { value: value(number), flags: flags.to_vec() };
    ValidSnapshot {
        platform: Platform::SPOTIFY,
        artist: Artist::new(artist).unwrap(),
        observed_at,
        source: "test".to_owned(),
        account: Account::Unknown,
        metrics: followers.map(|number| (Metric::FOLLOWERS, reading(number))).into_iter().collect(),
        withheld: BTreeMap::new(),
        absent: [].into(),
        content: None,
        revision: 0,
        amended_at: None,
        correction: None,
        sample: false,
    }
}

/// A forecast of the Spotify followers of Luz Polar.
pub(crate) fn forecast(
    model: &str,
    generated_at: Observed,
    current: f64,
    path: Vec<ForecastPoint>,
) -> Forecast {
    let date = generated_at.date();
    Forecast {
        model: model.to_owned(),
        artist: Artist::new("Luz Polar").unwrap(),
        platform: Platform::SPOTIFY,
        metric: Metric::FOLLOWERS,
        generated_at,
        current: value(current),
        current_date: date,
        trained_on: TrainedOn { from: date, to: date, num_values: 1 },
        path,
        flags: Vec::new(),
        missing: None,
        sample: false,
    }
}

/// A point of a path: the 80 % interval reaches `width` from the expected value, the 95 % interval twice as far.
pub(crate) fn path_point(days_ahead: u32, predicted: f64, width: f64) -> ForecastPoint {
    ForecastPoint {
        days_ahead,
        predicted: value(predicted),
        lower_80: value(predicted - width),
        upper_80: value(predicted + width),
        lower_95: value(predicted - 2.0 * width),
        upper_95: value(predicted + 2.0 * width),
        median_abs_pct_error: None,
        num_checked: 0,
        off_by: None,
        naive_off_by: None,
        num_in_80: None,
        num_in_95: None,
    }
}
