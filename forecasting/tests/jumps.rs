//! Series with flagged jumps: what comes after a jump, whether it comes back, and what the record knows of it.

#![allow(clippy::unwrap_used, reason = "a test")]

use casa24_forecasting::{
    Bounds, Knowledge, Member, Memory, Method, ModelForecast, Observation, Pool, Request, Sequence, Task,
    forecast,
};

fn request() -> Request {
    Request {
        bounds: Bounds { lowest: 0.0, ..Bounds::NONE },
        season_length: 7,
        horizon: 60,
        levels: vec![0.80, 0.95],
        whole_ends: true,
        group: Some("spotify/followers".to_owned()),
        window_length: None,
        with_track_record: true,
    }
}

/// Values a step apart, and the positions at which a level begins.
fn observations(values: &[f64], levels: &[usize]) -> Vec<Observation> {
    let of = |step: usize| Observation {
        step: step as i64,
        value: values[step],
        new_level: levels.contains(&step),
    };
    (0..values.len()).map(of).collect()
}

fn task(values: &[f64], levels: &[usize], request: &Request) -> Task {
    let sequence = Sequence::new(&observations(values, levels), request.season_length);
    Task { sequence, request: request.clone() }
}

fn forecasts(task: &Task, methods: &[Method], knowledge: &Knowledge) -> Vec<ModelForecast> {
    let sequence = task.sequence.as_ref().unwrap();
    let found = forecast(sequence, methods, &task.request, knowledge, &mut Memory::new()).unwrap();
    found.into_iter().map(Result::unwrap).collect()
}

fn ensemble(task: &Task, knowledge: &Knowledge) -> ModelForecast {
    forecasts(task, &[Method::Ensemble], knowledge).remove(0)
}

/// A walk of small steps of its own for each seed, upwards.
fn walk(seed: u64, from: f64, num: usize) -> Vec<f64> {
    let mut state = seed;
    let mut value = from;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        value += ((state >> 33) % 7) as f64 - 2.0;
        value
    };
    (0..num).map(|_| next()).collect()
}

#[test]
fn a_level_of_two_values_goes_on_as_the_one_before_and_not_as_the_line_through_them() {
    let old: Vec<f64> = (0..60).map(|day| 4_000.0 + 10.0 * f64::from(day)).collect();
    let values = [old, vec![6_000.0, 6_300.0]].concat();
    let task = task(&values, &[60], &request());
    for forecast in forecasts(&task, &Method::all().collect::<Vec<_>>(), Knowledge::built_in()) {
        let in_30_days = forecast.steps[29].predicted;
        assert!((5_900.0..7_500.0).contains(&in_30_days), "{}: {in_30_days}", forecast.method);
    }
}

#[test]
fn what_a_sliding_sum_gained_in_a_day_leaves_it() {
    let calm = |from: f64, num: usize| (0..num).map(move |day| from + (day % 3) as f64);
    let values: Vec<f64> = calm(600.0, 70).chain(calm(1_500.0, 15)).collect();
    let request = Request { window_length: Some(28), ..request() };
    let at = |forecast: &ModelForecast, days: usize| {
        let step = &forecast.steps[days - 1];
        (step.predicted, step.intervals[0])
    };
    let task = task(&values, &[70], &request);
    let found = ensemble(&task, Knowledge::built_in());
    // It came 14 days ago, so that it is gone from the 15th day on.
    assert!((1_450.0..1_550.0).contains(&at(&found, 14).0), "{:?}", at(&found, 14));
    let (predicted, (lower, upper)) = at(&found, 15);
    assert!((550.0..650.0).contains(&predicted), "{predicted}");
    assert!(lower < 650.0 && upper > 1_450.0, "both outcomes are in the interval: {lower} to {upper}");
    // The naive method stays what others are compared with.
    let naive = forecasts(&task, &[Method::Member(Member::Naive)], Knowledge::built_in()).remove(0);
    assert_eq!(naive.steps[29].predicted, values[84]);
}

/// Followers that gained 400 in a day and lost them 20 days later.
fn came_back(seed: u64) -> (Vec<f64>, [usize; 2]) {
    let (before, after) = (walk(seed, 1_000.0, 60), walk(seed + 100, 1_030.0, 60));
    let risen = walk(seed + 200, 1_430.0, 20);
    ([before, risen, after].concat(), [60, 80])
}

#[test]
fn followers_lose_a_jump_as_those_of_others_did() {
    let others: Vec<Task> = (0..8)
        .map(|seed| {
            let (values, levels) = came_back(seed);
            task(&values, &levels, &request())
        })
        .collect();
    let before = Knowledge::built_in();
    let knowledge = before.with_pool(Pool::learn(&others, before, &mut Memory::of_series(8)), 139);
    let values = [walk(40, 2_000.0, 60), walk(41, 2_600.0, 8)].concat();
    let jumped = task(&values, &[60], &request());
    let last = values[67];
    let untaught = ensemble(&jumped, before);
    assert!(untaught.steps[29].predicted > last - 100.0, "nothing is known of jumps");
    let taught = ensemble(&jumped, &knowledge);
    assert!(taught.steps[0].predicted > last - 100.0, "{}", taught.steps[0].predicted);
    assert!(taught.steps[29].predicted < last - 400.0, "{}", taught.steps[29].predicted);
    let (lower, upper) = taught.steps[29].intervals[1];
    assert!(lower < 2_200.0 && upper > last, "both outcomes are in the interval: {lower} to {upper}");
}

#[test]
fn the_record_is_of_forecasts_that_knew_nothing_of_what_they_are_judged_by() {
    let tasks: Vec<Task> = (0..8)
        .map(|seed| {
            let (values, levels) = came_back(seed);
            task(&values, &levels, &request())
        })
        .collect();
    let before = Knowledge::built_in();
    let pool = Pool::learn(&tasks, before, &mut Memory::of_series(8));
    let methods: Vec<Method> = Method::all().collect();
    let records = |knowledge: &Knowledge| {
        let of = |forecast: ModelForecast| forecast.steps.into_iter().map(|step| step.track_record);
        forecasts(&tasks[0], &methods, knowledge).into_iter().flat_map(of).collect::<Vec<_>>()
    };
    let blind = records(before);
    assert_eq!(records(&before.with_pool(pool.clone(), 139)), blind);
    assert!(blind[0].as_ref().is_some_and(|record| record.num_checked > 40));
    // Of what was learnt from the first days alone, the record shows what it was worth since.
    assert_ne!(records(&before.with_pool(pool, 30)), blind);
}

#[test]
fn a_rise_that_never_was_may_as_well_not_come() {
    // Slow for long, and then ever faster.
    let values: Vec<f64> = (0..120)
        .map(|day: i32| f64::from(500 + day + if day > 100 { (day - 100).pow(2) } else { 0 }))
        .collect();
    let task = task(&values, &[], &request());
    let mut num_passed = 0;
    for forecast in forecasts(&task, &Method::all().collect::<Vec<_>>(), Knowledge::built_in()) {
        let last = values[119];
        let fastest = |days: usize| values[119] - values[119 - days];
        for days in [7, 30, 60] {
            let step = &forecast.steps[days - 1];
            if step.predicted - last > fastest(days) + 1.0 {
                num_passed += 1;
                assert!(step.intervals.iter().all(|(lower, _)| *lower <= last), "{} {days}", forecast.method);
            }
        }
    }
    assert!(num_passed > 0, "no method forecasts more than there ever was");
}
