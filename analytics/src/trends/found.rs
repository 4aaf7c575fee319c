//! A finding with the series that shows it.

use casa24_schemas::{Date, Finding, Metric, MetricInfo, Platform, TrendKind, Value, metric_info};

/// A finding, its kind and its series.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Its kind.
    pub kind: TrendKind,
    /// Platform of the series; [`Platform::ALL_TOGETHER`] where several show it.
    pub platform: Platform,
    /// Metric of the series; [`Metric::ALL_TOGETHER`] where several show it.
    pub metric: Metric,
    /// The finding.
    pub finding: Finding,
}

impl Found {
    /// Day of the finding.
    pub const fn date(&self) -> Date {
        self.finding.date.0
    }
}

/// A series and what is known of its metric.
#[derive(Debug, Clone, Copy)]
pub(super) struct SeriesId<'a> {
    pub(super) platform: &'a Platform,
    pub(super) metric: &'a Metric,
    pub(super) info: Option<&'static MetricInfo>,
}

impl<'a> SeriesId<'a> {
    pub(super) fn new(platform: &'a Platform, metric: &'a Metric) -> Self {
        Self { platform, metric, info: metric_info(platform, metric) }
    }

    pub(super) fn found(&self, kind: TrendKind, finding: Finding) -> Found {
        Found { kind, platform: self.platform.clone(), metric: self.metric.clone(), finding }
    }
}

/// A number that is shown: four digits behind the point are enough for any rate.
pub(super) fn value(number: f64) -> Option<Value> {
    let rounded = (number * 10_000.0).round() / 10_000.0;
    Value::new(if rounded == 0.0 && number != 0.0 { number } else { rounded })
}
