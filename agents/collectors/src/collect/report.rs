//! What became of a run on one platform.

use std::collections::BTreeMap;

use casa24_schemas::{Absence, Platform};
use serde::Serialize;
use time::OffsetDateTime;

/// Most problems that are listed one by one.
const MAX_PROBLEMS: usize = 50;

/// What became of a run on one platform.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The platform.
    pub platform: Platform,
    /// Artists of the roster that have an account there.
    pub num_artists: u64,
    /// Those that the roster knows to have none.
    pub num_without_account: u64,
    /// Those whose account the roster does not name.
    pub num_unknown: u64,
    /// Those of which this run had stored something before it was interrupted.
    pub num_done_before: u64,
    /// Those of which at least one figure came.
    pub num_with_figures: u64,
    /// Snapshots that were stored.
    pub num_stored: u64,
    /// Snapshots that were stored before: a day that was asked for again.
    pub num_known: u64,
    /// Among those that were stored, days that the platform has counted again.
    pub num_corrected: u64,
    /// Figures that came, and were new.
    pub num_figures: u64,
    /// Figures that did not come, by reason.
    pub absent: BTreeMap<&'static str, u64>,
    /// What was wrong with single artists; the first fifty.
    pub problems: Vec<String>,
    /// Why the run ended before everybody was asked, where it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Stop>,
}

/// Why a run ended early.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stop {
    /// What the platform said, or did.
    pub what: String,
    /// When it may be asked again, where it said so.
    #[serde(with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub until: Option<OffsetDateTime>,
}

impl Report {
    pub(super) const fn new(platform: Platform) -> Self {
        Self {
            platform,
            num_artists: 0,
            num_without_account: 0,
            num_unknown: 0,
            num_done_before: 0,
            num_with_figures: 0,
            num_stored: 0,
            num_known: 0,
            num_corrected: 0,
            num_figures: 0,
            absent: BTreeMap::new(),
            problems: Vec::new(),
            stopped: None,
        }
    }

    pub(super) fn count_absent(&mut self, reason: Absence, num: usize) {
        *self.absent.entry(reason.as_str()).or_default() += num as u64;
    }

    pub(super) fn problem(&mut self, problem: String) {
        if self.problems.len() < MAX_PROBLEMS && !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// Whether nothing came although somebody was asked for.
    pub const fn is_failed(&self) -> bool {
        self.num_artists > 0 && self.num_with_figures == 0 && self.num_done_before == 0
    }
}
