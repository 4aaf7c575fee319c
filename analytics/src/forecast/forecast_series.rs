//! The forecast of one series: accepted values in, a path with intervals and its track record out, for each method asked.

use casa24_forecasting::{ForecastError, Knowledge, Memory, Method, ModelForecast, Request, Sequence, Step};
use casa24_schemas::{
    Artist, DatedFlag, Forecast, ForecastMissing, ForecastPoint, Metric, Observed, Platform, TrainedOn, Value,
};
use time::Date;

use super::model_input::ModelInput;
use crate::series::{Series, days_before};

/// A forecast needs this many daily values, fewer say little of how far it may be off.
pub const MIN_VALUES: usize = 14;

/// Flags this close to the current day are given even if the method learnt from later values only, in days.
const FLAGS_DAYS: u32 = 90;

/// A series to be forecast, and the day as of which that is done.
#[derive(Debug, Clone, Copy)]
pub struct ForecastInput<'a> {
    /// Whose series it is.
    pub artist: &'a Artist,
    /// Platform of the series.
    pub platform: &'a Platform,
    /// Metric of the series.
    pub metric: &'a Metric,
    /// The accepted values.
    pub series: &'a Series,
    /// What was observed later is not seen.
    pub as_of: Date,
    /// Whether the figures are made up for a demonstration.
    pub sample: bool,
}

/// The forecast of a series by each method, in their order; none where no value that counts is known by the
/// day. A series that
/// cannot be forecast gives events without a path that say why.
pub fn forecasts_of(
    input: &ForecastInput<'_>,
    methods: &[Method],
    knowledge: &Knowledge,
    memory: &mut Memory,
) -> Vec<Forecast> {
    let Some(newest) = input.series.counting_at(input.as_of) else { return Vec::new() };
    let Some(current) = Value::new(newest.value) else { return Vec::new() };
    let seen = ModelInput::of(input.platform, input.metric, input.series, input.as_of);
    let sequence = seen.sequence();
    let paths = paths(sequence.as_ref(), methods, &seen.request, knowledge, memory);
    let trained_on = trained_on(sequence.as_ref(), newest.date());
    let flags = flags_to_show(input.series, trained_on.from, newest.observed_at);
    let forecast = |(method, path): (&Method, Result<Vec<ForecastPoint>, ForecastMissing>)| {
        let (path, missing) = path.map_or_else(|why| (Vec::new(), Some(why)), |path| (path, None));
        Forecast {
            model: method.name().to_owned(),
            artist: input.artist.clone(),
            platform: input.platform.clone(),
            metric: input.metric.clone(),
            generated_at: newest.observed_at,
            current,
            current_date: newest.date(),
            trained_on,
            path,
            flags: flags.clone(),
            missing,
            sample: input.sample,
        }
    };
    methods.iter().zip(paths).map(forecast).collect()
}

/// The path of each method, or why there is none.
fn paths(
    sequence: Option<&Sequence>,
    methods: &[Method],
    request: &Request,
    knowledge: &Knowledge,
    memory: &mut Memory,
) -> Vec<Result<Vec<ForecastPoint>, ForecastMissing>> {
    let found = sequence.map_or(0, |sequence| sequence.num_observed_from(0));
    let Some(sequence) = sequence.filter(|_| found >= MIN_VALUES) else {
        let too_few = ForecastError::TooFewValues { found, needed: MIN_VALUES };
        return vec![Err(reason(too_few)); methods.len()];
    };
    match casa24_forecasting::forecast(sequence, methods, request, knowledge, memory) {
        Ok(forecasts) => {
            let path = |forecast: ModelForecast| points(&forecast.steps);
            forecasts.into_iter().map(|forecast| forecast.map_err(reason).and_then(path)).collect()
        }
        Err(why) => vec![Err(reason(why)); methods.len()],
    }
}

/// Why there is no forecast, as events say it.
fn reason(error: ForecastError) -> ForecastMissing {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    match error {
        ForecastError::TooFewValues { found, needed } => {
            ForecastMissing::TooFewValues { have: count(found), need: count(needed) }
        }
        // Days are no other season; the pattern is for whoever changes that.
        ForecastError::NoSolution(_) | ForecastError::OtherSeason { .. } => ForecastMissing::NoSolution,
        ForecastError::TooLarge => ForecastMissing::TooLarge,
    }
}

fn points(steps: &[Step]) -> Result<Vec<ForecastPoint>, ForecastMissing> {
    let point = |(days_ahead, step): (u32, &Step)| {
        let [(lower_80, upper_80), (lower_95, upper_95)] = step.intervals[..] else { return None };
        let record = step.track_record.as_ref();
        let count = |level: usize| record.and_then(|record| Some(*record.num_within.get(level)? as u32));
        Some(ForecastPoint {
            days_ahead,
            predicted: Value::new(step.predicted)?,
            lower_80: Value::new(lower_80)?,
            upper_80: Value::new(upper_80)?,
            lower_95: Value::new(lower_95)?,
            upper_95: Value::new(upper_95)?,
            median_abs_pct_error: record.and_then(|record| Value::new(record.off_by_percent?)),
            num_checked: record.map_or(0, |record| record.num_checked as u32),
            off_by: record.and_then(|record| Value::new(record.off_by)),
            naive_off_by: record.and_then(|record| Value::new(record.naive_off_by)),
            num_in_80: count(0),
            num_in_95: count(1),
        })
    };
    let points: Option<Vec<ForecastPoint>> = (1..).zip(steps).map(point).collect();
    points.ok_or(ForecastMissing::TooLarge)
}

/// What a forecast learns from: the present level, for what came before another one says nothing of its trend. While it
/// is young, what came before counts too: its steps are those that are known.
fn trained_on(sequence: Option<&Sequence>, newest: Date) -> TrainedOn {
    let level = |sequence: &Sequence| {
        let start = sequence.level_start(sequence.values().len() - 1);
        let start = if sequence.num_observed_from(start) < MIN_VALUES { 0 } else { start };
        let from =
            i32::try_from(sequence.step(start)).ok().and_then(|day| Date::from_julian_day(day).ok())?;
        Some(TrainedOn { from, to: newest, num_values: sequence.num_observed_from(start) as u32 })
    };
    sequence.and_then(level).unwrap_or(TrainedOn { from: newest, to: newest, num_values: 0 })
}

/// Every change of level, and the newest day of each other flag, in the training days and the last
/// [`FLAGS_DAYS`].
fn flags_to_show(series: &Series, trained_from: Date, until: Observed) -> Vec<DatedFlag> {
    let first = trained_from.min(days_before(until.date(), FLAGS_DAYS));
    let all = series.flags_of_change(Observed::day(days_before(first, 1)), until);
    let is_newest =
        |at: usize, dated: &DatedFlag| !all[at + 1..].iter().any(|later| later.flag == dated.flag);
    let given = all.iter().enumerate();
    given
        .filter(|(at, dated)| dated.flag.changes_level() || is_newest(*at, dated))
        .map(|(_, dated)| *dated)
        .collect()
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Flag, Nature, metric_info};
    use proptest::prelude::*;
    use time::Duration;
    use time::macros::date;

    use super::*;
    use crate::forecast::HORIZON_DAYS;
    use crate::point::{FlagSet, Point};

    const TODAY: Date = date!(2025 - 09 - 30);

    fn point(days_ago: i64, value: f64, flags: &[Flag]) -> Point {
        let observed_at = Observed::day(TODAY - Duration::days(days_ago));
        Point { observed_at, value, flags: FlagSet::of(flags) }
    }

    /// One value a day up to today.
    fn series(values: impl IntoIterator<Item = f64>) -> Series {
        let values: Vec<f64> = values.into_iter().collect();
        let mut series = Series::new();
        for (days_ago, value) in (0..).zip(values.iter().rev()) {
            series.insert(point(days_ago, *value, &[]));
        }
        series
    }

    fn try_of(platform: &Platform, metric: &Metric, series: &Series) -> Option<Forecast> {
        let artist = Artist::new("Luz Polar").unwrap();
        let input = ForecastInput { artist: &artist, platform, metric, series, as_of: TODAY, sample: false };
        forecasts_of(&input, &[Method::Ensemble], Knowledge::built_in(), &mut Memory::new()).pop()
    }

    fn of(platform: &Platform, metric: &Metric, series: &Series) -> Forecast {
        try_of(platform, metric, series).unwrap()
    }

    fn followers(series: &Series) -> Forecast {
        of(&Platform::SPOTIFY, &Metric::FOLLOWERS, series)
    }

    /// A seeded random walk whose steps are nearly normal (sums of uniform numbers), with deviation 10.
    fn walk(seed: u64, num_days: usize) -> Vec<f64> {
        let mut state = seed;
        let mut uniform = move || {
            // Knuth's MMIX generator; its high bits are good enough here.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / (1 << 24) as f64
        };
        let mut value = 5000.0_f64;
        let mut next = || {
            value += 10.0 * ((0..12).map(|_| uniform()).sum::<f64>() - 6.0);
            value.round()
        };
        (0..num_days).map(|_| next()).collect()
    }

    /// What holds for every forecast of whatever series.
    fn check(forecast: &Forecast, nature: Option<Nature>) -> Result<(), TestCaseError> {
        prop_assert_eq!(forecast.path.is_empty(), forecast.missing.is_some());
        let current = forecast.current.get();
        let mut before: Option<ForecastPoint> = None;
        for (at, days_ahead) in forecast.path.iter().zip(1..) {
            prop_assert_eq!(at.days_ahead, days_ahead);
            let bounds = [at.lower_95, at.lower_80, at.predicted, at.upper_80, at.upper_95].map(|v| v.get());
            prop_assert!(bounds.is_sorted(), "{:?}", bounds);
            prop_assert!(bounds[0] < bounds[4], "no width: {:?}", bounds);
            prop_assert_eq!(at.off_by.is_some(), at.num_checked > 0);
            prop_assert!(at.num_in_80 <= at.num_in_95 && at.num_in_95.unwrap_or(0) <= at.num_checked);
            match nature {
                Some(Nature::Counter) => prop_assert!(bounds[0] >= current),
                Some(Nature::Score) => prop_assert!(bounds[0] >= 0.0 && bounds[4] <= 100.0),
                _ => prop_assert!(bounds[0] >= 0.0),
            }
            if let Some(before) = before {
                let ends = [(before.lower_80, at.lower_80), (before.lower_95, at.lower_95)];
                let tops = [(before.upper_80, at.upper_80), (before.upper_95, at.upper_95)];
                for ((low_before, low), (top_before, top)) in ends.into_iter().zip(tops) {
                    let cut = low.get() == 0.0 || (nature == Some(Nature::Score) && top.get() == 100.0);
                    let grown = (top.get() - low.get()) - (top_before.get() - low_before.get());
                    prop_assert!(cut || grown >= -1e-9 * top.get(), "narrower at {}: {}", days_ahead, grown);
                    let falls = low < low_before || top < top_before || at.predicted < before.predicted;
                    prop_assert!(nature != Some(Nature::Counter) || !falls);
                }
            }
            before = Some(*at);
        }
        prop_assert!(forecast.path.is_empty() || forecast.path.len() == HORIZON_DAYS as usize);
        Ok(())
    }

    #[test]
    fn intervals_hold_as_many_outcomes_as_they_promise() {
        // 40 random walks; the interval for 7 and 30 days ahead is compared with what came. Overlapping errors
        // make the intervals for 30 days cautious, never too narrow.
        for (distance, lowest_80, highest_80) in [(7, 0.70, 0.95), (30, 0.75, 1.0)] {
            let (mut num_in_80, mut num_in_95) = (0, 0);
            for seed in 0..40 {
                let values = walk(seed, 300 + distance);
                let forecast = followers(&series(values[..300].iter().copied()));
                let (at, actual) = (forecast.path[distance - 1], values[299 + distance]);
                num_in_80 += u32::from((at.lower_80.get()..=at.upper_80.get()).contains(&actual));
                num_in_95 += u32::from((at.lower_95.get()..=at.upper_95.get()).contains(&actual));
            }
            let (share_80, share_95) = (f64::from(num_in_80) / 40.0, f64::from(num_in_95) / 40.0);
            assert!((lowest_80..=highest_80).contains(&share_80), "{distance} days: {share_80}");
            assert!(share_95 >= 0.875, "{distance} days: {share_95}");
        }
    }

    #[test]
    fn a_steady_rise_goes_on_with_a_perfect_record() {
        let forecast = followers(&series((0..200).map(|day| f64::from(1000 + 10 * day))));
        let first = forecast.path[0];
        assert!((2995.0..=3000.0).contains(&first.predicted.get()), "{first:?}");
        assert!(first.median_abs_pct_error.unwrap().get() < 0.2, "{first:?}");
        assert_eq!(first.num_checked, 47); // every fourth day, after two weeks
        assert_eq!((forecast.trained_on.num_values, forecast.trained_on.from), (200, date!(2025 - 03 - 15)));
        assert_eq!((forecast.current.get(), forecast.current_date), (2990.0, TODAY));
    }

    #[test]
    fn a_level_change_is_flagged_and_not_extrapolated() {
        let mut series = series([580.0; 150]);
        for days_ago in 0..20 {
            series.insert(point(days_ago, 350.0, if days_ago == 19 { &[Flag::LevelChange] } else { &[] }));
        }
        let forecast = followers(&series);
        assert!(forecast.path.iter().all(|at| at.predicted.get() == 350.0));
        let changed_at = date!(2025 - 09 - 11);
        assert_eq!(forecast.flags, [DatedFlag { date: changed_at, flag: Flag::LevelChange }]);
        assert_eq!((forecast.trained_on.from, forecast.trained_on.num_values), (changed_at, 20));
        // It happened once and may happen again: the long intervals know of it.
        assert!(forecast.path[29].lower_95.get() <= 120.0);
    }

    #[test]
    fn a_flag_that_every_day_has_is_given_once() {
        let mut series = Series::new();
        for days_ago in 0..30 {
            series.insert(point(days_ago, 1400.0, &[Flag::Rounded]));
        }
        assert_eq!(followers(&series).flags, [DatedFlag { date: TODAY, flag: Flag::Rounded }]);
    }

    #[test]
    fn a_change_of_level_early_in_a_day_is_not_lost() {
        let mut series = series([500.0; 40]);
        let morning = Observed::parse("2025-09-21T08:00:00Z").unwrap();
        let flags = FlagSet::of(&[Flag::LevelChange]);
        series.insert(Point { observed_at: morning, value: 510.0, flags });
        // Ten days are too few: what was before counts too.
        let forecast = followers(&series);
        assert_eq!((forecast.trained_on.from, forecast.trained_on.num_values), (date!(2025 - 08 - 22), 40));
        for days_ago in 0..30 {
            let day = TODAY + Duration::days(10) - Duration::days(days_ago);
            let observed_at = Observed::day(day);
            series.insert(Point { observed_at, value: 500.0, flags: FlagSet::default() });
        }
        let artist = Artist::new("Luz Polar").unwrap();
        let input = ForecastInput {
            artist: &artist,
            platform: &Platform::SPOTIFY,
            metric: &Metric::FOLLOWERS,
            series: &series,
            as_of: TODAY + Duration::days(10),
            sample: false,
        };
        let later = forecasts_of(&input, &[Method::Ensemble], Knowledge::built_in(), &mut Memory::new());
        assert_eq!(later[0].trained_on.from, date!(2025 - 09 - 21));
    }

    #[test]
    fn a_short_series_has_a_reason_in_place_of_a_path() {
        let forecast = followers(&series([5.0; 13]));
        assert_eq!(forecast.missing, Some(ForecastMissing::TooFewValues { have: 13, need: 14 }));
        assert!(forecast.path.is_empty());
        assert!(followers(&series([5.0; 14])).missing.is_none());
        let empty = try_of(&Platform::SPOTIFY, &Metric::FOLLOWERS, &Series::new());
        assert_eq!(empty, None);
    }

    #[test]
    fn a_series_with_ever_longer_gaps_is_checked_only_where_it_was_observed() {
        let mut series = Series::new();
        for root in 0..14 {
            series.insert(point(root * root, 50.0, &[]));
        }
        let forecast = followers(&series);
        assert_eq!(forecast.path.len(), 90);
        // Squares lie 1, 3, 5 ... days apart: one pair is a day apart, none two.
        assert_eq!((forecast.path[0].num_checked, forecast.path[1].num_checked), (1, 0));
        assert_eq!(forecast.path[1].off_by, None);
    }

    #[test]
    fn what_came_later_and_what_is_long_past_change_nothing() {
        let recent = walk(3, 500);
        let mut with_future = series(recent.iter().copied());
        with_future.insert(point(-1, 9.0, &[]));
        let with_past = series((0..400).map(f64::from).chain(recent.iter().copied()));
        let forecast = followers(&series(recent.iter().copied()));
        assert_eq!(followers(&with_future), forecast);
        assert_eq!(followers(&with_past), forecast);
    }

    #[test]
    fn values_beyond_computing_have_a_reason() {
        let forecast = followers(&series((0..30).map(|day| if day % 2 == 0 { f64::MAX } else { 0.0 })));
        assert_eq!(forecast.missing, Some(ForecastMissing::TooLarge));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_series_has_a_sound_forecast_or_a_reason(
            steps in proptest::collection::vec((1_i64..5, -40_i32..60, 0_u8..20), 1..120),
            scale in prop_oneof![Just(0.0), Just(1.0), Just(0.37), Just(1e3), Just(1e13)],
            platform in prop_oneof![Just(Platform::SPOTIFY), Just(Platform::YOUTUBE)],
            metric in prop_oneof![
                Just(Metric::FOLLOWERS), Just(Metric::TOTAL_VIEWS), Just(Metric::POPULARITY_SCORE)
            ],
        ) {
            let nature = metric_info(&platform, &metric).map(|info| info.nature);
            let counter = nature == Some(Nature::Counter);
            let score = nature == Some(Nature::Score);
            let mut series = Series::new();
            let (mut days_ago, mut value) = (0, 50.0_f64 * scale);
            for (days, _, _) in &steps {
                days_ago += days;
            }
            for (days, step, flag) in steps {
                days_ago -= days;
                let step = f64::from(step) * scale;
                value = if counter { value + step.abs() } else { (value + step).max(0.0) };
                value = if score { value.min(100.0) } else { value };
                let flags: &[Flag] = if flag == 0 { &[Flag::LevelChange] } else { &[] };
                series.insert(point(days_ago, value, flags));
            }
            match try_of(&platform, &metric, &series) {
                Some(forecast) => check(&forecast, nature)?,
                None => prop_assert!(series.points().iter().all(|point| point.value == 0.0)),
            }
        }
    }
}
