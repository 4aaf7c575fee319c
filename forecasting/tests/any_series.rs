//! Whatever the series: a sound forecast by each method or a reason, never a panic and never a number that is none.

use casa24_forecasting::{
    Bounds, ForecastError, Forecasted, Knowledge, Memory, Method, Observation, Request, Sequence, Step,
    forecast,
};
use proptest::prelude::*;

fn request(values: &[f64], season_length: usize, horizon: usize) -> Request {
    let bounds = Bounds::of_values(values.iter().copied().filter(|value| value.is_finite()));
    Request {
        bounds,
        season_length,
        horizon,
        levels: vec![0.80, 0.95],
        whole_ends: false,
        group: None,
        window_length: None,
        with_track_record: true,
    }
}

fn observations(values: &[f64]) -> Vec<Observation> {
    (0..).zip(values).map(|(step, value)| Observation { step, value: *value, new_level: false }).collect()
}

/// All methods' forecasts of values; `None` where none is finite.
fn forecasts(
    values: &[f64],
    season_length: usize,
    horizon: usize,
    memory: &mut Memory,
) -> Option<Forecasted> {
    let methods: Vec<Method> = Method::all().collect();
    let sequence = Sequence::new(&observations(values), season_length)?;
    Some(forecast(
        &sequence,
        &methods,
        &request(values, season_length, horizon),
        Knowledge::built_in(),
        memory,
    ))
}

/// What holds for every forecast.
fn check(steps: &[Step], horizon: usize, nonnegative: bool) -> Result<(), TestCaseError> {
    prop_assert_eq!(steps.len(), horizon);
    let mut widths = [0.0; 2];
    for step in steps {
        prop_assert!(step.predicted.is_finite());
        let (of_80, of_95) = (step.intervals[0], step.intervals[1]);
        let bounds = [of_95.0, of_80.0, step.predicted, of_80.1, of_95.1];
        prop_assert!(bounds.iter().all(|bound| bound.is_finite()), "{:?}", bounds);
        prop_assert!(bounds.is_sorted(), "{:?}", bounds);
        prop_assert!(of_80.0 < of_80.1, "no width: {:?}", bounds);
        prop_assert!(!nonnegative || bounds[0] >= 0.0, "{:?}", bounds);
        for (before, (lower, upper)) in widths.iter_mut().zip([of_80, of_95]) {
            let width = upper - lower;
            // Cut off at zero an interval may be narrower than one nearer.
            prop_assert!(lower == 0.0 || width >= *before * (1.0 - 1e-9), "{} after {}", width, before);
            *before = width;
        }
        if let Some(record) = &step.track_record {
            prop_assert!(record.num_checked > 0);
            prop_assert!(record.off_by.is_finite() && record.naive_off_by.is_finite());
            prop_assert!(record.num_within.iter().all(|within| *within <= record.num_checked));
        }
    }
    Ok(())
}

fn check_all(values: &[f64], season_length: usize, horizon: usize) -> Result<usize, TestCaseError> {
    let nonnegative = values.iter().all(|value| !value.is_finite() || *value >= 0.0);
    let mut num_forecasts = 0;
    if let Some(Ok(forecasts)) = forecasts(values, season_length, horizon, &mut Memory::new()) {
        for forecast in forecasts.into_iter().flatten() {
            check(&forecast.steps, horizon, nonnegative)?;
            num_forecasts += 1;
        }
    }
    Ok(num_forecasts)
}

fn num_methods() -> usize {
    Method::all().count()
}

#[test]
fn named_cases_have_a_forecast() {
    let stairs: Vec<f64> = (0..200).map(|day| f64::from(day / 40 * 7)).collect();
    let cases: Vec<(&str, Vec<f64>)> = vec![
        ("constant", vec![5.0; 100]),
        ("zeros", vec![0.0; 100]),
        ("stairs", stairs),
        ("huge", (0..100).map(|day| 1e15 + f64::from(day)).collect()),
        ("tiny", (0..100).map(|day| 1e-12 * f64::from(day % 9)).collect()),
        ("negative", (0..100).map(|day| -3.0 * f64::from(day)).collect()),
        ("alternating", (0..100).map(|day| f64::from(day % 2) * 1e6).collect()),
        ("with holes", (0..100).map(|day| if day % 3 == 0 { f64::NAN } else { f64::from(day) }).collect()),
        (
            "infinite here and there",
            (0..100).map(|day| if day % 9 == 0 { f64::INFINITY } else { 7.0 }).collect(),
        ),
    ];
    for (name, values) in cases {
        let num_forecasts = check_all(&values, 7, 90).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(num_forecasts, num_methods(), "{name}");
    }
}

#[test]
fn too_little_has_a_reason() {
    assert!(forecasts(&[], 7, 30, &mut Memory::new()).is_none());
    assert!(forecasts(&[f64::NAN; 20], 7, 30, &mut Memory::new()).is_none());
    for values in [&[1.0][..], &[1.0, 2.0]] {
        let why = forecasts(values, 7, 30, &mut Memory::new()).unwrap().unwrap_err();
        assert_eq!(why, ForecastError::TooFewValues { found: values.len(), needed: 3 });
    }
    let beyond: Vec<f64> = (0..40).map(|day| if day % 2 == 0 { f64::MAX } else { f64::MIN }).collect();
    assert_eq!(forecasts(&beyond, 7, 30, &mut Memory::new()).unwrap().unwrap_err(), ForecastError::TooLarge);
}

#[test]
fn a_longer_season_than_the_series_is_no_fault() {
    assert!(check_all(&(0..40).map(f64::from).collect::<Vec<_>>(), 365, 400).unwrap() > 0);
}

#[test]
fn what_was_learnt_before_changes_nothing_but_the_time() {
    let values: Vec<f64> = (0..430_u32).map(|day| f64::from((day * day) % 91 + day / 30 * 50)).collect();
    let mut memory = Memory::new();
    for length in (380..430).step_by(7) {
        let with_memory = forecasts(&values[..length], 7, 30, &mut memory).unwrap().unwrap();
        let without = forecasts(&values[..length], 7, 30, &mut Memory::new()).unwrap().unwrap();
        assert_eq!(with_memory, without, "{length} values");
    }
}

#[test]
fn long_walks_have_sound_forecasts() {
    for seed in 0..8_u64 {
        let mut state = seed;
        let mut value = 5_000.0_f64;
        let mut day = |_| {
            // Knuth's MMIX generator; its high bits are good enough here.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            value += ((state >> 40) as f64 / (1_u64 << 24) as f64 - 0.5) * 2.0 * 70.0;
            value.round()
        };
        let values: Vec<f64> = (0..400).map(&mut day).collect();
        assert_eq!(check_all(&values, 7, 90).unwrap(), num_methods(), "{seed}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_values_have_sound_forecasts_or_a_reason(
        values in proptest::collection::vec(
            prop_oneof![
                6 => (-50_i32..200).prop_map(f64::from),
                2 => -1e3..1e3_f64,
                1 => Just(f64::NAN),
                1 => any::<f64>(),
            ],
            0..90,
        ),
        season_length in prop_oneof![Just(1_usize), Just(7), Just(12), Just(24)],
        horizon in 1_usize..120,
    ) {
        check_all(&values, season_length, horizon)?;
    }

    #[test]
    fn any_counts_have_sound_forecasts(
        steps in proptest::collection::vec((0_u8..12, 0_u32..50), 3..150),
        scale in prop_oneof![Just(1.0), Just(0.37), Just(1e3), Just(1e12)],
    ) {
        let mut value = 40.0 * scale;
        let mut step = |(chance, size): &(u8, u32)| {
            value += match chance { 0 => -0.3 * value, 1..=6 => 0.0, _ => f64::from(*size) * scale };
            if scale == 0.37 { value } else { value.round() }
        };
        let values: Vec<f64> = steps.iter().map(&mut step).collect();
        prop_assert!(check_all(&values, 7, 30)? > 0);
    }
}
