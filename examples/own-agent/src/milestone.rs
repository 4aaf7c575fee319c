//! The event: round numbers that an artist's figures have reached.

use std::collections::BTreeMap;

use casa24_schemas::{Artist, Event, Metric, Observed, Platform, SchemaId, ValidSnapshot, Value};
use serde::{Deserialize, Serialize};

/// Subject: `trend.milestone.{artist}`. Identity: platform, artist and time of the observation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Milestone {
    artist: Artist,
    platform: Platform,
    observed_at: Observed,
    reached: BTreeMap<Metric, u64>,
    sample: bool,
}

impl Milestone {
    pub(crate) fn of(snapshot: &ValidSnapshot, reached: BTreeMap<Metric, u64>) -> Self {
        let ValidSnapshot { artist, platform, observed_at, sample, .. } = snapshot.clone();
        Self { artist, platform, observed_at, reached, sample }
    }
}

impl Event for Milestone {
    const SCHEMA: SchemaId = SchemaId { name: "trend.milestone", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = include_str!("trend.milestone.json");

    fn subject(&self) -> String {
        format!("trend.milestone.{}", self.artist.id)
    }

    fn identity(&self) -> String {
        format!("{}/{}/{}", self.platform, self.artist.id, self.observed_at)
    }
}

/// The figure with all digits but the first at zero: 3,471 is beyond 3,000.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of floats saturates")]
pub(crate) fn round(value: Value) -> u64 {
    let whole = value.get() as u64;
    whole.checked_ilog10().map_or(0, |digits| whole / 10_u64.pow(digits) * 10_u64.pow(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_digits_but_the_first_become_zero() {
        let figures = [-5.0, 0.0, 0.9, 7.0, 10.0, 999.0, 1_000.0, 3_471.0, f64::MAX];
        let rounded = figures.map(|figure| round(Value::new(figure).unwrap()));
        assert_eq!(rounded, [0, 0, 0, 7, 10, 900, 1_000, 3_000, 10_000_000_000_000_000_000]);
    }
}
