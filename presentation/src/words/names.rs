//! Names of platforms and metrics.

use casa24_schemas::{Metric, Platform};

use super::Said;
use super::catalogue::Catalogue;

/// A platform: a proper noun, the same in every language.
pub(super) fn platform(platform: &Platform) -> Said {
    Said::new(match platform.as_str() {
        "spotify" => "Spotify".to_owned(),
        "youtube" => "YouTube".to_owned(),
        "instagram" => "Instagram".to_owned(),
        "discord" => "Discord".to_owned(),
        token => {
            let mut name = token.replace('_', " ");
            if let Some(first) = name.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            name
        }
    })
}

/// A metric without its platform: `followers`; its token where the catalogue does not know it.
pub(super) fn metric(catalogue: &Catalogue, platform: &Platform, metric: &Metric) -> Said {
    let id = format!("metric-{platform}-{metric}");
    if catalogue.has(&id) { catalogue.said(&id, &[]) } else { Said::new(metric.as_str().replace('_', " ")) }
}
