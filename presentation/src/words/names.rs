//! Names of platforms and metrics.

use casa24_schemas::{Metric, Platform, platform_info};

use super::Said;
use super::catalogue::Catalogue;

/// A platform: a proper noun, the same in every language; its token where the program does not know it.
pub(super) fn platform(platform: &Platform) -> Said {
    if let Some(info) = platform_info(platform) {
        return Said::new(info.name.to_owned());
    }
    Said::new(platform.as_str().replace('_', " ")).capitalised()
}

/// A metric without its platform: `followers`; its token where the catalogue does not know it.
pub(super) fn metric(catalogue: &Catalogue, platform: &Platform, metric: &Metric) -> Said {
    let id = format!("metric-{platform}-{metric}");
    if catalogue.has(&id) { catalogue.said(&id, &[]) } else { Said::new(metric.as_str().replace('_', " ")) }
}
