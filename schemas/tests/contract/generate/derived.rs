//! Growth, trends, forecasts and what models have learnt.

use casa24_schemas::{
    Forecast, ForecastMissing, ForecastPoint, ForecastRecord, ForecastV1, Growth, GrowthFigure,
    MissingReason, ModelWeights, RecordedPoint, RecordedSeries, TrainedOn, TrainingData, TrainingOutcome,
    TrainingRun,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::Generate;
use super::parts::{artist, date, dated_flag, json, metric, observed, platform, text, token, value};

impl Generate for Growth {
    const EXAMPLE: &'static str = include_str!("../../../examples/growth.json");

    fn any() -> BoxedStrategy<Self> {
        (artist(), observed(), vec(figure(), 0..4), any::<bool>())
            .prop_map(|(artist, generated_at, figures, sample)| Self {
                artist,
                generated_at,
                figures,
                sample,
            })
            .boxed()
    }
}

pub(crate) fn figure() -> impl Strategy<Value = GrowthFigure> {
    let end = || (option::of(value()), option::of(date()));
    let series = (platform(), metric(), any::<u32>());
    let change = (option::of(value()), option::of(value()), option::of(any::<u32>()));
    let missing = option::of(select(MissingReason::ALL));
    (series, end(), end(), change, vec(dated_flag(), 0..3), missing).prop_map(
        |(series, current, baseline, change, flags, missing)| GrowthFigure {
            platform: series.0,
            metric: series.1,
            period_days: series.2,
            current: current.0,
            current_date: current.1,
            baseline: baseline.0,
            baseline_date: baseline.1,
            change: change.0,
            change_pct: change.1,
            mean_of_days: change.2,
            flags,
            missing,
        },
    )
}

impl Generate for Forecast {
    const EXAMPLE: &'static str = include_str!("../../../examples/forecast.json");

    fn any() -> BoxedStrategy<Self> {
        let series = (token(), artist(), platform(), metric());
        let current = (observed(), value(), date());
        let rest = (vec(dated_flag(), 0..3), option::of(forecast_missing()), any::<bool>());
        (series, current, trained_on(), vec(point(), 0..4), rest)
            .prop_map(|(series, current, trained_on, path, rest)| Self {
                model: series.0,
                artist: series.1,
                platform: series.2,
                metric: series.3,
                generated_at: current.0,
                current: current.1,
                current_date: current.2,
                trained_on,
                path,
                flags: rest.0,
                missing: rest.1,
                sample: rest.2,
            })
            .boxed()
    }
}

impl Generate for ForecastRecord {
    const EXAMPLE: &'static str = include_str!("../../../examples/forecast.record.json");

    fn any() -> BoxedStrategy<Self> {
        let point = (any::<u32>(), [value(), value(), value(), value(), value()]).prop_map(
            |(days_ahead, [predicted, lower_80, upper_80, lower_95, upper_95])| RecordedPoint {
                days_ahead,
                predicted,
                lower_80,
                upper_80,
                lower_95,
                upper_95,
            },
        );
        let series = (platform(), metric(), value(), date(), vec(point, 0..4)).prop_map(
            |(platform, metric, current, current_date, ahead)| RecordedSeries {
                platform,
                metric,
                current,
                current_date,
                ahead,
            },
        );
        (token(), artist(), observed(), vec(series, 0..4), any::<bool>())
            .prop_map(|(model, artist, generated_at, series, sample)| Self {
                model,
                artist,
                generated_at,
                series,
                sample,
            })
            .boxed()
    }
}

impl Generate for ForecastV1 {
    const EXAMPLE: &'static str = include_str!("../../../examples/forecast.v1.json");

    fn any() -> BoxedStrategy<Self> {
        let series = (token(), artist(), platform(), metric());
        let current = (observed(), value(), date());
        let rest = (vec(dated_flag(), 0..3), option::of(text(0..=1_000)), any::<bool>());
        (series, current, trained_on(), vec(point(), 0..4), rest)
            .prop_map(|(series, current, trained_on, path, rest)| Self {
                model: series.0,
                artist: series.1,
                platform: series.2,
                metric: series.3,
                generated_at: current.0,
                current: current.1,
                current_date: current.2,
                trained_on,
                path,
                flags: rest.0,
                missing: rest.1,
                sample: rest.2,
            })
            .boxed()
    }
}

pub(crate) fn forecast_missing() -> impl Strategy<Value = ForecastMissing> {
    prop_oneof![
        (any::<u32>(), any::<u32>()).prop_map(|(have, need)| ForecastMissing::TooFewValues { have, need }),
        select(vec![ForecastMissing::NoSolution, ForecastMissing::TooLarge, ForecastMissing::Unknown]),
    ]
}

pub(crate) fn trained_on() -> impl Strategy<Value = TrainedOn> {
    (date(), date(), any::<u32>()).prop_map(|(from, to, num_values)| TrainedOn { from, to, num_values })
}

pub(crate) fn point() -> impl Strategy<Value = ForecastPoint> {
    let bounds = [value(), value(), value(), value(), value()];
    let off = (option::of(value()), option::of(value()), option::of(value()));
    let within = (option::of(any::<u32>()), option::of(any::<u32>()));
    (any::<u32>(), bounds, off, any::<u32>(), within).prop_map(
        |(days_ahead, [predicted, lower_80, upper_80, lower_95, upper_95], off, num_checked, within)| {
            ForecastPoint {
                days_ahead,
                predicted,
                lower_80,
                upper_80,
                lower_95,
                upper_95,
                median_abs_pct_error: off.0,
                num_checked,
                off_by: off.1,
                naive_off_by: off.2,
                num_in_80: within.0,
                num_in_95: within.1,
            }
        },
    )
}

impl Generate for ModelWeights {
    const EXAMPLE: &'static str = include_str!("../../../examples/model.weights.json");

    fn any() -> BoxedStrategy<Self> {
        let trained_on = (any::<u32>(), any::<u32>(), date(), date())
            .prop_map(|(num_series, num_values, from, to)| TrainingData { num_series, num_values, from, to });
        let training = (token(), observed(), any::<u64>(), trained_on);
        let weights = (any::<u32>(), vec(any::<u8>(), 0..50));
        (training, weights, json(), any::<bool>())
            .prop_map(|(training, (format, bytes), report, sample)| Self {
                model: training.0,
                trained_at: training.1,
                seed: training.2,
                trained_on: training.3,
                format,
                sha256: Self::sha256(&bytes),
                bytes,
                report,
                sample,
            })
            .boxed()
    }
}

impl Generate for TrainingRun {
    const EXAMPLE: &'static str = include_str!("../../../examples/training.json");

    fn any() -> BoxedStrategy<Self> {
        let times = (observed(), observed(), option::of(observed()));
        let came = (
            option::of(select(TrainingOutcome::ALL)),
            option::of(text(0..=1_000)),
            option::of("[0-9a-f]{64}"),
        );
        (token(), times, any::<u32>(), came)
            .prop_map(|(model, (due_at, started_at, ended_at), attempt, (outcome, reason, sha256))| Self {
                model,
                due_at,
                started_at,
                attempt,
                ended_at,
                outcome,
                reason,
                sha256,
            })
            .boxed()
    }
}
