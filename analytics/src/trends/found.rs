//! A finding with the series that shows it.

use std::cmp::Ordering;

use casa24_schemas::{
    Date, Facts, Finding, Metric, MetricInfo, Nature, Platform, TrendKind, Value, metric_info,
};

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
    /// The order of findings: by day, those of a day by kind and series.
    pub fn in_order(&self, other: &Self) -> Ordering {
        (self.date(), &self.kind, &self.platform, &self.metric).cmp(&(
            other.date(),
            &other.kind,
            &other.platform,
            &other.metric,
        ))
    }

    /// Whether it is good news that needed a test: viral, an unusually good day, or a pace that rises and has become faster.
    pub fn is_good(&self) -> bool {
        is_good(&self.kind, &self.finding)
    }

    /// Day of the finding.
    pub const fn date(&self) -> Date {
        self.finding.date.0
    }
}

/// Whether a finding of this kind is good news that needed a test.
pub fn is_good(kind: &TrendKind, finding: &Finding) -> bool {
    match &finding.facts {
        Facts::Together { .. } => *kind == TrendKind::VIRAL,
        Facts::DailyChange { .. } => *kind == TrendKind::SPIKE,
        Facts::Pace { per_day, .. } => *kind != TrendKind::SLOWING && per_day.get() > 0.0,
        _ => false,
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

    /// The nature of the metric: of an unknown one nothing is known but that it may stand, rise and fall.
    pub(super) fn nature(&self) -> Nature {
        self.info.map_or(Nature::Level, |info| info.nature)
    }

    pub(super) fn found(&self, kind: TrendKind, finding: Finding) -> Found {
        Found { kind, platform: self.platform.clone(), metric: self.metric.clone(), finding }
    }
}

/// A number as findings show it: four digits behind the point are enough for any rate, unless nothing would be left of it.
pub fn rounded(number: f64) -> f64 {
    let rounded = (number * 10_000.0).round() / 10_000.0;
    if rounded == 0.0 && number != 0.0 { number } else { rounded }
}

/// A number that is shown.
pub(super) fn value(number: f64) -> Option<Value> {
    Value::new(rounded(number))
}
