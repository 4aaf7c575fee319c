//! Names of platforms and metrics.

use casa24_schemas::{Metric, Platform, Value, metric_info, platform_info};

use super::Said;
use super::catalogue::Catalogue;

/// A platform: a proper noun, the same in every language; its token where the program does not know it.
pub(super) fn platform(platform: &Platform) -> Said {
    if let Some(info) = platform_info(platform) {
        return Said::new(info.name.to_owned());
    }
    Said::new(platform.as_str().replace('_', " ")).capitalised()
}

/// A metric without its platform: `followers`, and beside a value of 1 `follower`; its token where the catalogue does not
/// know it. One that the platform calls approximate is called so wherever it is shown.
pub(super) fn metric(
    catalogue: &Catalogue,
    platform: &Platform,
    metric: &Metric,
    value: Option<Value>,
) -> Said {
    let id = format!("metric-{platform}-{metric}");
    let name = if catalogue.has(&id) {
        catalogue.beside(&id, value)
    } else {
        Said::new(metric.as_str().replace('_', " "))
    };
    if metric_info(platform, metric).is_some_and(|info| info.approximate) {
        return catalogue.said("approximate-metric", &[("metric", name.as_str())]);
    }
    name
}
