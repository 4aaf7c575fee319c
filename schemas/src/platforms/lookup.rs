//! Tables found by token.

use crate::{Metric, MetricInfo, Platform, PlatformInfo};

/// What is known of a platform, or `None` for one that this version does not know.
pub fn platform_info(platform: &Platform) -> Option<&'static PlatformInfo> {
    PlatformInfo::ALL.iter().find(|info| info.token == *platform).copied()
}

/// What is known of a metric, or `None` for one that this version does not know.
pub fn metric_info(platform: &Platform, metric: &Metric) -> Option<&'static MetricInfo> {
    platform_info(platform)?.metrics.iter().find(|info| info.metric == *metric)
}

/// Whether a metric is shown without being asked for.
pub fn is_headline(platform: &Platform, metric: &Metric) -> bool {
    metric_info(platform, metric).is_some_and(|info| info.headline)
}

/// Whether figures of a metric may be added up over artists: scores and unknown metrics may not.
pub fn is_summable(platform: &Platform, metric: &Metric) -> bool {
    metric_info(platform, metric).is_some_and(MetricInfo::is_summable)
}

/// Whether models may be trained with what a source of a platform gave.
pub fn is_trainable(platform: &Platform, source: &str) -> bool {
    platform_info(platform).and_then(|info| info.untrainable_source) != Some(source)
}

impl MetricInfo {
    /// All known metrics, platform by platform, in the order in which they are shown.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        PlatformInfo::ALL.iter().flat_map(|platform| platform.metrics)
    }

    /// The metric that rankings and forecasts offer under a token such as `spotify-followers`.
    pub fn of_choice(token: &str) -> Option<&'static Self> {
        Self::all().find(|info| info.choice == Some(token))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Nature, Unit};

    #[test]
    fn metrics_are_found_by_platform_and_token() {
        let views = metric_info(&Platform::YOUTUBE, &Metric::TOTAL_VIEWS).unwrap();
        assert_eq!((views.nature, views.unit), (Nature::Counter, Unit::Views));
        assert_eq!(metric_info(&Platform::YOUTUBE, &Metric::FOLLOWERS), None);
        assert_eq!(platform_info(&Platform::new("vinyl").unwrap()), None);
    }

    #[test]
    fn tables_agree_with_themselves() {
        for platform in PlatformInfo::ALL {
            assert_eq!(Platform::new(platform.token.as_str()).as_ref(), Ok(&platform.token));
            assert!(!platform.name.is_empty() && !platform.metrics.is_empty());
            for info in platform.metrics {
                assert_eq!(info.platform, platform.token);
                assert_eq!(Metric::new(info.metric.as_str()).as_ref(), Ok(&info.metric));
                assert_eq!(info.nature == Nature::Score, info.unit == Unit::Points, "{}", info.metric);
                assert!(info.nature != Nature::Score || info.highest.is_some(), "{} has an end", info.metric);
            }
        }
    }

    #[test]
    fn every_platform_metric_and_choice_is_there_once() {
        let platforms: BTreeSet<_> = PlatformInfo::ALL.iter().map(|info| &info.token).collect();
        assert_eq!(platforms.len(), PlatformInfo::ALL.len());
        let metrics: BTreeSet<_> = MetricInfo::all().map(|info| (&info.platform, &info.metric)).collect();
        assert_eq!(metrics.len(), MetricInfo::all().count());
        let choices: Vec<_> = MetricInfo::all().filter_map(|info| info.choice).collect();
        assert_eq!(choices.iter().collect::<BTreeSet<_>>().len(), choices.len());
        for choice in choices {
            assert_eq!(MetricInfo::of_choice(choice).unwrap().choice, Some(choice));
        }
    }

    #[test]
    fn total_reach_adds_those_who_follow_an_artist() {
        let reach: Vec<_> = MetricInfo::all().filter(|info| info.reach).collect();
        assert_eq!(reach.len(), 4);
        for info in reach {
            assert!(info.unit == Unit::People && info.nature == Nature::Level, "{}", info.metric);
            assert!(platform_info(&info.platform).unwrap().of_artists);
        }
    }
}
