//! An instant of the schedule's time library (jiff) in the type that events have, and back.

use casa24_bus::SourceError;
use casa24_schemas::Observed;
use jiff::Timestamp;
use time::OffsetDateTime;

/// The instant, to the second.
pub(super) fn moment(at: Timestamp) -> Result<OffsetDateTime, SourceError> {
    let at = OffsetDateTime::from_unix_timestamp(at.as_second());
    at.map_err(|error| SourceError::permanent(error.to_string()))
}

/// The instant as events have it, to the second.
pub(super) fn observed(at: Timestamp) -> Result<Observed, SourceError> {
    moment(at).map(Observed::instant)
}

/// The instant, to the second; `None` beyond what a schedule knows.
pub(super) fn timestamp(at: OffsetDateTime) -> Option<Timestamp> {
    Timestamp::from_second(at.unix_timestamp()).ok()
}
