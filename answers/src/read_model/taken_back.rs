//! A finding that was told and does not hold any more, and what those of an artist are kept by.

use casa24_analytics::trends::Found;
use casa24_schemas::{Date, Observed};

use crate::figures::Undoing;

/// A finding that does not hold any more.
#[derive(Debug, Clone)]
pub(crate) struct Undone {
    pub(crate) found: Found,
    /// The day on which that became known.
    pub(crate) on: Date,
    pub(crate) by: Undoing,
}

/// Changes that became known together: on a day, in the same way.
pub(super) type Step = (Date, Undoing);

/// What findings are looked for by: the day in question, and of each step the moments of its values and of their changes.
/// They tell which steps these are, whatever the days of a time zone.
pub(super) type UndoneKey = (Date, Vec<(Step, Vec<(Observed, Observed)>)>);
