//! Reach: everybody who follows an artist on any platform. Somebody who follows on two counts twice.

use casa24_schemas::{Metric, Platform, metric_info};

use super::figure::Figure;

/// Whether reach adds a series.
pub(crate) fn is_reach(platform: &Platform, metric: &Metric) -> bool {
    metric_info(platform, metric).is_some_and(|info| info.reach)
}

/// Whether a figure is a part of reach at both ends of its days.
pub(crate) fn is_reach_at_both_ends(figure: &Figure) -> bool {
    is_reach(&figure.platform, &figure.metric) && figure.missing.is_none() && figure.distortions().is_empty()
}

/// Reach at both ends of the days that an artist's figures compare; without parts that are not known at both, or that
/// jumped to another level. `None` where that leaves none.
pub(crate) fn reach_at_both_ends<'f>(figures: impl IntoIterator<Item = &'f Figure>) -> Option<(f64, f64)> {
    let parts = figures.into_iter().filter(|figure| is_reach_at_both_ends(figure));
    let ends = parts.filter_map(|figure| Some((figure.baseline?.get(), figure.current?.get())));
    ends.reduce(|sum, part| (sum.0 + part.0, sum.1 + part.1))
}
