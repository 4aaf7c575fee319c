//! Rolling-origin evaluation of methods over many series: observations in, scores of each method out.
//!
//! At each origin every method sees nothing later, the pool included, and its path is compared with what came.
//! Measures as in the M4 competition (Makridakis, Spiliotis & Assimakopoulos, International Journal of Forecasting
//! 36 (2020)): sMAPE, MASE and MSIS with the naive method's mean absolute step of the training values as the scale;
//! OWA, the mean of sMAPE and MASE relative to the naive method's.

use rayon::prelude::*;
use serde::Serialize;

use crate::batch::{Task, forecast_batch};
use crate::forecast::{Method, ModelForecast, Request};
use crate::knowledge::Knowledge;
use crate::member::Member;
use crate::pool::Pool;
use crate::sequence::{Observation, Sequence};

/// One series to evaluate on.
#[derive(Debug, Clone)]
pub struct BacktestSeries {
    /// Its observations, in order of their steps.
    pub observations: Vec<Observation>,
    /// What would be asked of it; intervals of two levels, 0.80 and 0.95.
    pub request: Request,
}

/// What is evaluated.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The methods. The naive one is always evaluated, as the others are compared with it.
    pub methods: Vec<Method>,
    /// Steps of the origins: the last step that methods see.
    pub origins: Vec<i64>,
    /// Horizons in steps; each is scored over all steps up to it.
    pub horizons: Vec<usize>,
    /// A series takes part in an origin if it has at least this many observed values by then.
    pub min_values: usize,
}

/// Scores of one method at one horizon, over all series and origins.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// Token of the method.
    pub model: &'static str,
    /// Steps ahead.
    pub horizon: usize,
    /// Forecasts that were compared with what came.
    pub num_forecasts: usize,
    /// Series among them.
    pub num_series: usize,
    /// Mean of sMAPE and MASE relative to the naive method's.
    pub owa: Option<f64>,
    /// Symmetric mean absolute percentage error.
    pub smape: f64,
    /// Mean absolute scaled error; forecasts whose training values never moved have none.
    pub mase: Option<f64>,
    /// Share of outcomes in the 80 % interval, in percent.
    pub coverage_80: f64,
    /// Share of outcomes in the 95 % interval, in percent.
    pub coverage_95: f64,
    /// Mean scaled interval score of the 80 % interval.
    pub msis_80: Option<f64>,
    /// Mean scaled interval score of the 95 % interval.
    pub msis_95: Option<f64>,
    /// The same coverage, of series that moved in the 28 steps before the origin.
    pub coverage_80_moving: Option<f64>,
    /// The same coverage, of series that moved in the 28 steps before the origin.
    pub coverage_95_moving: Option<f64>,
}

/// One forecast compared with what came.
#[derive(Debug, Clone, Copy)]
struct Check {
    series: usize,
    method: usize,
    horizon: usize,
    moving: bool,
    smape: f64,
    mase: Option<f64>,
    within: [f64; 2],
    msis: Option<[f64; 2]>,
    num_outcomes: f64,
}

/// Steps before the origin in which a moving series moved.
const MOVING_STEPS: usize = 28;

/// Evaluates; `done` is called for each series that was forecast from an origin, from several threads.
///
/// Horizons that no series reaches are left out.
pub fn evaluate(
    series: &[BacktestSeries],
    plan: &Plan,
    before: &Knowledge,
    done: impl Fn() + Sync,
) -> Vec<Score> {
    let mut methods = plan.methods.clone();
    let naive = Method::Member(Member::Naive);
    if !methods.contains(&naive) {
        methods.push(naive);
    }
    let longest = plan.horizons.iter().copied().max().unwrap_or(1);
    let mut checks: Vec<Check> = Vec::new();
    for origin in &plan.origins {
        let (known, tasks): (Vec<(usize, usize)>, Vec<Task>) = series
            .par_iter()
            .enumerate()
            .filter_map(|(place, one)| {
                let num_known = one.observations.partition_point(|seen| seen.step <= *origin);
                let num_later = one.observations.len() - num_known;
                // A series that was not observed lately is not forecast from this origin.
                let newest = one.observations[..num_known].last()?;
                if num_known < plan.min_values || num_later == 0 || newest.step != *origin {
                    return None;
                }
                let request = Request { horizon: longest, with_track_record: false, ..one.request.clone() };
                let sequence = Sequence::new(&one.observations[..num_known], request.season_length);
                Some(((place, num_known), Task { sequence, request }))
            })
            .unzip();
        let knowledge = before.with_pool(Pool::learn(&tasks, before));
        let forecasts = forecast_batch(&tasks, &methods, &knowledge, &done);
        for ((place, num_known), forecasts) in known.into_iter().zip(forecasts) {
            let Ok(forecasts) = forecasts else { continue };
            let (train, later) = series[place].observations.split_at(num_known);
            // What one method could not forecast is left out for all: scores are of the same forecasts.
            let forecasts: Result<Vec<ModelForecast>, _> = forecasts.into_iter().collect();
            let Ok(forecasts) = forecasts else { continue };
            for horizon in &plan.horizons {
                let end = later.partition_point(|seen| seen.step <= origin + *horizon as i64);
                let reached = later.last().is_some_and(|newest| newest.step >= origin + *horizon as i64);
                if reached && end > 0 {
                    checks.extend(forecasts.iter().enumerate().map(|(method, forecast)| Check {
                        series: place,
                        method,
                        horizon: *horizon,
                        ..check(forecast, train, &later[..end], *origin)
                    }));
                }
            }
        }
    }
    scores(&checks, &methods, &plan.horizons)
}

fn check(forecast: &ModelForecast, train: &[Observation], later: &[Observation], origin: i64) -> Check {
    let num_steps =
        train.last().map_or(0, |newest| newest.step) - train.first().map_or(0, |first| first.step);
    let moved: f64 = train.windows(2).map(|pair| (pair[1].value - pair[0].value).abs()).sum();
    let scale = moved / num_steps.max(1) as f64;
    let recent = &train[train.partition_point(|seen| seen.step < origin - MOVING_STEPS as i64)..];
    let moving = recent.windows(2).any(|pair| pair[0].value != pair[1].value);
    let (mut smape, mut error_sum, mut within, mut msis) = (0.0, 0.0, [0.0; 2], [0.0; 2]);
    for seen in later {
        let step = &forecast.steps[(seen.step - origin - 1) as usize];
        let error = (seen.value - step.predicted).abs();
        let size = seen.value.abs() + step.predicted.abs();
        smape += if size > 0.0 { 200.0 * error / size } else { 0.0 };
        error_sum += error;
        for ((level, (lower, upper)), (within, msis)) in
            [0.80, 0.95].into_iter().zip(&step.intervals).zip(within.iter_mut().zip(&mut msis))
        {
            *within += f64::from(u8::from((*lower..=*upper).contains(&seen.value)));
            let missed = (lower - seen.value).max(0.0) + (seen.value - upper).max(0.0);
            *msis += (upper - lower) + 2.0 / (1.0 - level) * missed;
        }
    }
    let num_outcomes = later.len() as f64;
    let scaled = |sum: f64| sum / num_outcomes / scale;
    Check {
        series: 0,
        method: 0,
        horizon: 0,
        moving,
        smape: smape / num_outcomes,
        mase: (scale > 0.0).then(|| scaled(error_sum)),
        within,
        msis: (scale > 0.0).then(|| msis.map(scaled)),
        num_outcomes,
    }
}

fn scores(checks: &[Check], methods: &[Method], horizons: &[usize]) -> Vec<Score> {
    let mut scores = Vec::new();
    for horizon in horizons {
        let of = |method: usize| -> Vec<&Check> {
            checks.iter().filter(|check| check.horizon == *horizon && check.method == method).collect()
        };
        let naive = methods.iter().position(|method| *method == Method::Member(Member::Naive));
        let naive = naive.map(of).unwrap_or_default();
        let (naive_smape, naive_mase) =
            (mean(naive.iter().map(|check| Some(check.smape))), mean(naive.iter().map(|check| check.mase)));
        for (at, method) in methods.iter().enumerate() {
            let checks = of(at);
            let Some(smape) = mean(checks.iter().map(|check| Some(check.smape))) else { continue };
            let mase = mean(checks.iter().map(|check| check.mase));
            let owa = || {
                Some(f64::midpoint(smape / naive_smape?, mase? / naive_mase?)).filter(|owa| owa.is_finite())
            };
            let coverage = |level: usize, moving: bool| {
                let counted = || checks.iter().filter(|check| check.moving || !moving);
                let num: f64 = counted().map(|check| check.num_outcomes).sum();
                let within: f64 = counted().map(|check| check.within[level]).sum();
                (num > 0.0).then(|| within / num * 100.0)
            };
            let (Some(coverage_80), Some(coverage_95)) = (coverage(0, false), coverage(1, false)) else {
                continue;
            };
            let mut series: Vec<usize> = checks.iter().map(|check| check.series).collect();
            series.dedup();
            series.sort_unstable();
            series.dedup();
            scores.push(Score {
                model: method.name(),
                horizon: *horizon,
                num_forecasts: checks.len(),
                num_series: series.len(),
                owa: owa(),
                smape,
                mase,
                coverage_80,
                coverage_95,
                msis_80: mean(checks.iter().map(|check| Some(check.msis?[0]))),
                msis_95: mean(checks.iter().map(|check| Some(check.msis?[1]))),
                coverage_80_moving: coverage(0, true),
                coverage_95_moving: coverage(1, true),
            });
        }
    }
    scores
}

/// Mean of those that there are.
fn mean(figures: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let (sum, num) = figures.flatten().fold((0.0, 0.0), |(sum, num), figure| (sum + figure, num + 1.0));
    (num > 0.0).then(|| sum / num)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Bounds;

    fn series(values: impl IntoIterator<Item = f64>) -> BacktestSeries {
        let observation = |(step, value)| Observation { step, value, new_level: false };
        let request = Request {
            bounds: Bounds::NONE,
            season_length: 7,
            horizon: 1,
            levels: vec![0.80, 0.95],
            whole_ends: false,
            group: None,
            window_length: None,
            with_track_record: false,
        };
        BacktestSeries { observations: (0..).zip(values).map(observation).collect(), request }
    }

    fn plan(origins: Vec<i64>, horizons: Vec<usize>) -> Plan {
        Plan { methods: vec![Method::Member(Member::MedianStep)], origins, horizons, min_values: 14 }
    }

    #[test]
    fn scores_are_those_computed_by_hand() {
        // 2 a day: naive is off by 2, 4 and 6, the median step by nothing.
        let all = [series((0..40).map(|day| 100.0 + 2.0 * f64::from(day)))];
        let scores = evaluate(&all, &plan(vec![20, 30], vec![3, 30]), Knowledge::built_in(), || {});
        assert_eq!(scores.len(), 2); // nothing reaches 30 steps
        let (median_step, naive) = (&scores[0], &scores[1]);
        assert_eq!(
            (median_step.model, median_step.owa, median_step.mase),
            ("median_step", Some(0.0), Some(0.0))
        );
        assert_eq!((naive.model, naive.owa, naive.mase), ("naive", Some(1.0), Some(2.0)));
        assert_eq!((naive.num_forecasts, naive.num_series, naive.horizon), (2, 1, 3));
        let percent = |value: f64, off: f64| 200.0 * off / (2.0 * value + off);
        let of_origin = |value: f64| (percent(value, 2.0) + percent(value, 4.0) + percent(value, 6.0)) / 3.0;
        assert!((naive.smape - f64::midpoint(of_origin(140.0), of_origin(160.0))).abs() < 1e-12);
        assert_eq!((naive.coverage_95_moving, median_step.coverage_80), (Some(naive.coverage_95), 100.0));
    }

    #[test]
    fn a_series_that_stood_still_has_no_scaled_error() {
        let all = [series([5.0; 40])];
        let scores = evaluate(&all, &plan(vec![20], vec![7]), Knowledge::built_in(), || {});
        assert_eq!((scores[0].mase, scores[0].owa, scores[0].smape), (None, None, 0.0));
        assert_eq!((scores[0].coverage_80, scores[0].coverage_80_moving), (100.0, None));
    }

    #[test]
    fn series_that_are_young_or_not_observed_at_an_origin_take_no_part() {
        let mut with_gap = series((0..40).map(f64::from));
        with_gap.observations.retain(|seen| seen.step != 20);
        let all = [with_gap, series((0..12).map(f64::from))];
        assert!(evaluate(&all, &plan(vec![20], vec![7]), Knowledge::built_in(), || {}).is_empty());
    }
}
