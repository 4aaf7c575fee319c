//! Rolling-origin evaluation of methods over many series: observations in, scores of each method out.
//!
//! At each origin every method sees nothing later, the pool included, and its path is compared with what came.
//! Measures as in the M4 competition (Makridakis, Spiliotis & Assimakopoulos, International Journal of Forecasting
//! 36 (2020)): sMAPE, MASE and MSIS with the naive method's mean absolute step of the training values as the scale;
//! OWA, the mean of sMAPE and MASE relative to the naive method's.

use rayon::prelude::*;
use serde::Serialize;

use crate::batch::{Task, forecast_batch};
use crate::forecast::{ForecastError, Method, ModelForecast, Request};
use crate::knowledge::Knowledge;
use crate::learnt_widths::LEVELS;
use crate::member::Member;
use crate::memory::Memory;
use crate::pool::Pool;
use crate::sequence::{Observation, Sequence};
use crate::track::MOVING_STEPS;

/// What others are compared with.
const NAIVE: Method = Method::Member(Member::Naive);

/// At most so many series are remembered from origin to origin.
const MAX_REMEMBERED: usize = 512;

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

/// Scores of one method at one horizon, over series and origins.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// Token of the method.
    pub model: &'static str,
    /// The group of the series, as in their requests; `None` for all series together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Steps ahead.
    pub horizon: usize,
    /// Forecasts that were compared with what came.
    pub num_forecasts: usize,
    /// Forecasts among them that the method could not make: the naive one stands in for it, so that every method is
    /// scored on the same series and origins.
    pub num_failed: usize,
    /// Series among them.
    pub num_series: usize,
    /// Mean of sMAPE and MASE relative to the naive method's.
    pub owa: Option<f64>,
    /// Symmetric mean absolute percentage error.
    pub smape: f64,
    /// Mean absolute scaled error; forecasts whose training values never moved have none.
    pub mase: Option<f64>,
    /// Mean scaled interval score of the 80 % interval.
    pub msis_80: Option<f64>,
    /// Mean scaled interval score of the 95 % interval.
    pub msis_95: Option<f64>,
    /// Share of outcomes in the 80 % interval, in percent. One on an end of it counts half: in whole numbers many lie
    /// there, and no interval of whole numbers holds exactly 80 %.
    pub coverage_80: f64,
    /// Share of outcomes in the 95 % interval, in the same way.
    pub coverage_95: f64,
    /// The same of series that moved in the 28 steps before the origin.
    pub coverage_80_moving: Option<f64>,
    /// The same of series that moved in the 28 steps before the origin.
    pub coverage_95_moving: Option<f64>,
    /// The same of those whose level did not change between the origin and the horizon.
    pub coverage_80_moving_same_level: Option<f64>,
    /// The same of those whose level did not change between the origin and the horizon.
    pub coverage_95_moving_same_level: Option<f64>,
}

/// One forecast compared with what came.
#[derive(Debug, Clone, Copy)]
struct Check {
    series: usize,
    method: usize,
    horizon: usize,
    failed: bool,
    moving: bool,
    same_level: bool,
    smape: f64,
    mase: Option<f64>,
    /// Outcomes within, those on an end by half.
    within: [f64; 2],
    msis: Option<[f64; 2]>,
    num_outcomes: f64,
}

/// Evaluates; `done` is called for each series that was forecast from an origin, from several threads.
///
/// Horizons that no series reaches are left out, and methods that made none of the forecasts. Scores of all series come
/// first, then those of each group, where there are any.
pub fn evaluate(
    series: &[BacktestSeries],
    plan: &Plan,
    before: &Knowledge,
    done: impl Fn() + Sync,
) -> Vec<Score> {
    let mut methods = plan.methods.clone();
    if !methods.contains(&NAIVE) {
        methods.push(NAIVE);
    }
    let longest = plan.horizons.iter().copied().max().unwrap_or(1);
    let mut checks: Vec<Check> = Vec::new();
    // What was learnt of a series at one origin is not learnt again at the next; of many series that is too much to keep.
    let mut remembered = Memory::of_series(series.len());
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
        let mut memories: Vec<Memory> =
            known.iter().map(|(place, _)| std::mem::take(&mut remembered[*place])).collect();
        let knowledge = before.with_pool(Pool::learn(&tasks, before, &mut memories), *origin);
        let forecasts = forecast_batch(&tasks, &methods, &knowledge, &mut memories, &done);
        if known.len() <= MAX_REMEMBERED {
            known.iter().zip(memories).for_each(|((place, _), memory)| remembered[*place] = memory);
        }
        for ((place, num_known), forecasts) in known.into_iter().zip(forecasts) {
            let Ok(forecasts) = forecasts else { continue };
            let (train, later) = series[place].observations.split_at(num_known);
            // The naive method is missing only where nothing can be computed with the values.
            let naive = methods.iter().position(|method| *method == NAIVE);
            let Some(Ok(naive)) = naive.and_then(|naive| forecasts.get(naive)) else { continue };
            for horizon in &plan.horizons {
                let end = later.partition_point(|seen| seen.step <= origin + *horizon as i64);
                let reached = later.last().is_some_and(|newest| newest.step >= origin + *horizon as i64);
                if reached && end > 0 {
                    let of_method =
                        |(method, forecast): (usize, &Result<ModelForecast, ForecastError>)| Check {
                            series: place,
                            method,
                            horizon: *horizon,
                            failed: forecast.is_err(),
                            ..check(forecast.as_ref().unwrap_or(naive), train, &later[..end], *origin)
                        };
                    checks.extend(forecasts.iter().enumerate().map(of_method));
                }
            }
        }
    }
    let mut groups: Vec<&String> = series.iter().filter_map(|one| one.request.group.as_ref()).collect();
    groups.sort_unstable();
    groups.dedup();
    let mut all = scores(&checks, &methods, &plan.horizons);
    for group in groups {
        let is_of_group = |check: &&Check| series[check.series].request.group.as_ref() == Some(group);
        let of_group: Vec<Check> = checks.iter().filter(is_of_group).copied().collect();
        let named = |score| Score { group: Some(group.clone()), ..score };
        all.extend(scores(&of_group, &methods, &plan.horizons).into_iter().map(named));
    }
    all
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
            LEVELS.into_iter().zip(&step.intervals).zip(within.iter_mut().zip(&mut msis))
        {
            let inside = |is_inside: bool| f64::from(u8::from(is_inside)) / 2.0;
            *within += inside((*lower..=*upper).contains(&seen.value))
                + inside(*lower < seen.value && seen.value < *upper);
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
        failed: false,
        moving,
        same_level: !later.iter().any(|seen| seen.new_level),
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
        let naive = methods.iter().position(|method| *method == NAIVE).map(of).unwrap_or_default();
        let (naive_smape, naive_mase) =
            (mean(naive.iter().map(|check| Some(check.smape))), mean(naive.iter().map(|check| check.mase)));
        for (at, method) in methods.iter().enumerate() {
            let checks = of(at);
            let num_failed = checks.iter().filter(|check| check.failed).count();
            if num_failed == checks.len() {
                continue;
            }
            let Some(smape) = mean(checks.iter().map(|check| Some(check.smape))) else { continue };
            let mase = mean(checks.iter().map(|check| check.mase));
            let owa = || {
                Some(f64::midpoint(smape / naive_smape?, mase? / naive_mase?)).filter(|owa| owa.is_finite())
            };
            let Some([coverage_80, coverage_95]) = coverage(checks.iter().copied()) else { continue };
            let moving = || checks.iter().copied().filter(|check| check.moving);
            let of_moving = coverage(moving());
            let of_same_level = coverage(moving().filter(|check| check.same_level));
            let mut series: Vec<usize> = checks.iter().map(|check| check.series).collect();
            series.sort_unstable();
            series.dedup();
            scores.push(Score {
                model: method.name(),
                group: None,
                horizon: *horizon,
                num_forecasts: checks.len(),
                num_failed,
                num_series: series.len(),
                owa: owa(),
                smape,
                mase,
                msis_80: mean(checks.iter().map(|check| Some(check.msis?[0]))),
                msis_95: mean(checks.iter().map(|check| Some(check.msis?[1]))),
                coverage_80,
                coverage_95,
                coverage_80_moving: of_moving.map(|coverage| coverage[0]),
                coverage_95_moving: of_moving.map(|coverage| coverage[1]),
                coverage_80_moving_same_level: of_same_level.map(|coverage| coverage[0]),
                coverage_95_moving_same_level: of_same_level.map(|coverage| coverage[1]),
            });
        }
    }
    scores
}

/// Shares of the outcomes of some forecasts that lie in their intervals, in percent; `None` of none.
fn coverage<'a>(checks: impl Iterator<Item = &'a Check>) -> Option<[f64; 2]> {
    let (within, num) = checks.fold(([0.0; 2], 0.0), |([within_80, within_95], num), check| {
        ([within_80 + check.within[0], within_95 + check.within[1]], num + check.num_outcomes)
    });
    (num > 0.0).then(|| within.map(|within| within / num * 100.0))
}

/// Mean of those that there are.
fn mean(figures: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let (sum, num) = figures.flatten().fold((0.0, 0.0), |(sum, num), figure| (sum + figure, num + 1.0));
    (num > 0.0).then(|| sum / num)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::Step;
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
    fn what_lies_on_an_end_is_half_inside() {
        let step = |intervals| Step { predicted: 5.0, intervals, track_record: None };
        let ends = vec![(5.0, 7.0), (4.0, 7.0)];
        let forecast = ModelForecast { method: NAIVE, steps: vec![step(ends); 4] };
        let seen = |step, value| Observation { step, value, new_level: step == 13 };
        let train: Vec<Observation> = (0..10).map(|at| seen(at, at as f64)).collect();
        let later = [seen(10, 5.0), seen(11, 6.0), seen(12, 7.0), seen(13, 3.0)];
        let check = check(&forecast, &train, &later, 9);
        assert_eq!((check.within, check.same_level), ([2.0, 2.5], false));
    }

    #[test]
    fn every_model_is_scored_on_the_same_forecasts_and_one_that_made_none_is_left_out() {
        // 18 values by the first origin: the rhythm of a week needs 15, one of 12 months 25.
        let of = |season_length: usize| {
            let mut one = series((0..60).map(|at| f64::from(at % 5 + at)));
            one.request.season_length = season_length;
            let methods = [Member::Rhythm, Member::Neural, Member::Drift].map(Method::Member).to_vec();
            let plan = Plan { methods, ..plan(vec![17, 40], vec![7]) };
            let scores = evaluate(&[one], &plan, Knowledge::built_in(), || {});
            let of = |score: &Score| (score.model, score.num_forecasts, score.num_failed);
            scores.iter().map(of).collect::<Vec<_>>()
        };
        assert_eq!(of(7), [("rhythm", 2, 0), ("neural", 2, 0), ("drift", 2, 0), ("naive", 2, 0)]);
        assert_eq!(of(12), [("rhythm", 2, 1), ("drift", 2, 0), ("naive", 2, 0)]);
    }

    #[test]
    fn groups_are_scored_alone_too() {
        let of_group = |group: &str, slope: f64| {
            let mut one = series((0..40).map(|day| 100.0 + slope * f64::from(day)));
            one.request.group = Some(group.to_owned());
            one
        };
        let all = [of_group("views", 2.0), of_group("followers", 0.0)];
        let scores = evaluate(&all, &plan(vec![20], vec![7]), Knowledge::built_in(), || {});
        let found: Vec<_> =
            scores.iter().map(|score| (score.group.as_deref(), score.model, score.num_series)).collect();
        let of = |group, num| [(group, "median_step", num), (group, "naive", num)];
        assert_eq!(found, [of(None, 2), of(Some("followers"), 1), of(Some("views"), 1)].concat());
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
