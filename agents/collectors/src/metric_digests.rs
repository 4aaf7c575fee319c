//! Digests of figures as their source gave them, by which an import knows what is stored. They live in memory only.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use casa24_schemas::{Metric, RawValue};

/// A digest of a snapshot's figures.
pub(crate) fn digest(metrics: &BTreeMap<Metric, RawValue>) -> u64 {
    let mut hasher = DefaultHasher::new();
    for (metric, value) in metrics {
        metric.as_str().hash(&mut hasher);
        value.to_string().hash(&mut hasher);
    }
    hasher.finish()
}

/// A digest of each figure for itself.
pub(crate) fn digests(metrics: &BTreeMap<Metric, RawValue>) -> HashSet<u64> {
    let of = |(metric, value): (&Metric, &RawValue)| {
        let mut hasher = DefaultHasher::new();
        metric.as_str().hash(&mut hasher);
        value.to_string().hash(&mut hasher);
        hasher.finish()
    };
    metrics.iter().map(of).collect()
}
