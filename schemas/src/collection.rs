//! A collector's run on one platform: when it was due, and what came of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::content::check_text;
use crate::{Absence, Event, Observed, Platform, SchemaId};

/// Most problems in an event.
const MAX_PROBLEMS: usize = 50;
/// Longest problem, in characters.
const MAX_PROBLEM_CHARS: usize = 1_000;

/// A run that has begun, or ended.
///
/// Subject: `collection.{platform}`; the newest event of the subject counts. Identity: platform, and when it was due, began
/// and ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// The platform.
    pub platform: Platform,
    /// When it was due, by which the run is named: there is one for each time.
    pub due_at: Observed,
    /// When it was begun, or begun again after an interruption.
    pub started_at: Observed,
    /// When it ended; missing while it is on its way, or where it is to go on later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Observed>,
    /// Artists with an account there.
    pub num_artists: u64,
    /// Those of whom at least one figure came.
    pub num_with_figures: u64,
    /// Figures that came.
    pub num_figures: u64,
    /// Figures that did not come, by reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub absent: BTreeMap<Absence, u64>,
    /// What was wrong with single artists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
    /// Why it ended before everybody was asked, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<CollectionStop>,
}

/// Why a run ended early.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionStop {
    /// What the platform said, or did.
    pub what: String,
    /// When it may be asked again, where it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Observed>,
}

impl Event for Collection {
    const SCHEMA: SchemaId = SchemaId { name: "collection", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = include_str!("../events/collection.json");

    fn subject(&self) -> String {
        format!("collection.{}", self.platform)
    }

    fn identity(&self) -> String {
        let ended = self.ended_at.map_or_else(String::new, |ended| ended.to_string());
        format!("{}/{}/{}/{ended}", self.platform, self.due_at, self.started_at)
    }

    fn check(&self) -> Result<(), String> {
        if self.problems.len() > MAX_PROBLEMS {
            return Err(format!(
                "problems has {} entries, at most {MAX_PROBLEMS} are accepted",
                self.problems.len()
            ));
        }
        for problem in &self.problems {
            check_text("problems", problem, MAX_PROBLEM_CHARS)?;
        }
        let what = self.stopped.as_ref().map_or("", |stopped| &stopped.what);
        check_text("stopped.what", what, MAX_PROBLEM_CHARS)
    }
}
