//! How far off the earlier forecasts of a series were.

use casa24_schemas::{ForecastPoint, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far off the earlier forecasts of a series at one distance were, and how often their intervals held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrackRecord {
    /// How far this model's earlier forecasts at this distance were off on this series, in percent (median).
    pub accuracy: Option<Value>,
    /// Number of earlier forecasts behind `accuracy`.
    pub num_checked: u32,
    /// How far they were off in the metric's own unit (median).
    pub off_by: Option<Value>,
    /// The same for forecasting that nothing changes.
    pub naive_off_by: Option<Value>,
    /// How many of `num_checked` outcomes fell within the 80 % interval that was given for them.
    pub num_in_80: Option<u32>,
    /// How many fell within the 95 % interval.
    pub num_in_95: Option<u32>,
}

impl TrackRecord {
    /// The track record at a point of a forecast; an empty one where there is no point.
    pub(crate) fn of(point: Option<&ForecastPoint>) -> Self {
        point.map_or_else(Self::default, |point| Self {
            accuracy: point.accuracy,
            num_checked: point.num_checked,
            off_by: point.off_by,
            naive_off_by: point.naive_off_by,
            num_in_80: point.num_in_80,
            num_in_95: point.num_in_95,
        })
    }
}
