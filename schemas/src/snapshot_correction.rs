//! The mark of what was stored wrong at first, on the snapshot that takes its place.

use serde::{Deserialize, Serialize};

use crate::Observed;
use crate::content::check_text;

/// Longest reason, in characters.
pub const MAX_REASON_CHARS: usize = 500;

/// Says that a snapshot takes the place of one that was stored before for the same moment. The earlier one stays stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotCorrection {
    /// Why, in the words of whoever corrected it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it was corrected. An answer that is to know nothing of later corrections leaves the snapshot out.
    pub corrected_at: Observed,
    /// The earlier moment of the same artist and platform that was corrected, where these figures are the ones that were
    /// stored before: they are judged again, because they were judged by what was wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<Observed>,
}

impl SnapshotCorrection {
    pub(crate) fn check(&self) -> Result<(), String> {
        check_text("correction.reason", self.reason.as_deref().unwrap_or_default(), MAX_REASON_CHARS)
    }
}
