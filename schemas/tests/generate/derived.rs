//! Growth, trends and forecasts.

use casa24_schemas::{Forecast, ForecastPoint, Growth, GrowthFigure, MissingReason, TrainedOn, Trend};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::Generate;
use super::parts::{artist, date, dated_flag, metric, observed, platform, text, token, value};

impl Generate for Growth {
    const EXAMPLE: &'static str = include_str!("../../examples/growth.json");

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

fn figure() -> impl Strategy<Value = GrowthFigure> {
    let end = || (option::of(value()), option::of(date()));
    let series = (platform(), metric(), any::<u32>());
    let change = (option::of(value()), option::of(value()));
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
            flags,
            missing,
        },
    )
}

impl Generate for Trend {
    const EXAMPLE: &'static str = include_str!("../../examples/trend.json");

    fn any() -> BoxedStrategy<Self> {
        let series = (artist(), platform(), metric());
        (token(), series, observed(), value(), text(0..=1_000), any::<bool>())
            .prop_map(|(kind, (artist, platform, metric), observed_at, value, what, sample)| Self {
                kind,
                artist,
                platform,
                metric,
                observed_at,
                value,
                what,
                sample,
            })
            .boxed()
    }
}

impl Generate for Forecast {
    const EXAMPLE: &'static str = include_str!("../../examples/forecast.json");

    fn any() -> BoxedStrategy<Self> {
        let series = (token(), artist(), platform(), metric());
        let current = (observed(), value(), date());
        let trained_on = (date(), date(), any::<u32>()).prop_map(|(from, to, num_values)| TrainedOn {
            from,
            to,
            num_values,
        });
        let rest = (vec(dated_flag(), 0..3), option::of(text(0..=1_000)), any::<bool>());
        (series, current, trained_on, vec(point(), 0..4), rest)
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

fn point() -> impl Strategy<Value = ForecastPoint> {
    (any::<u32>(), [value(), value(), value(), value(), value()], option::of(value()), any::<u32>()).prop_map(
        |(days_ahead, [predicted, lower_80, upper_80, lower_95, upper_95], accuracy, num_checked)| {
            ForecastPoint {
                days_ahead,
                predicted,
                lower_80,
                upper_80,
                lower_95,
                upper_95,
                accuracy,
                num_checked,
            }
        },
    )
}
