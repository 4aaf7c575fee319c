//! Figures of a period that were let through, and what was withheld of them.

use serde::{Deserialize, Serialize};

use crate::breakdown::{BreakdownFigure, MAX_BREAKDOWN_DAYS, MAX_ITEM_NAME_CHARS};
use crate::content::check_text;
use crate::{Event, RawBreakdown, Reason, SchemaId};

/// A judged breakdown: at least one of its figures is accepted.
///
/// Subject: `breakdown.valid.{platform}.{artist}`. Identity: that of the raw breakdown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidBreakdown {
    /// What was accepted: figures that were not are missing in it.
    pub accepted: RawBreakdown,
    /// Figures that were not accepted, with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<WithheldFigure>,
}

/// A figure of a breakdown that was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithheldFigure {
    /// The song, the playlist or the day.
    pub of: String,
    /// Which of its figures.
    pub figure: BreakdownFigure,
    /// Why not.
    pub reason: Reason,
    /// What the source gave.
    pub raw: i64,
}

impl Event for ValidBreakdown {
    const SCHEMA: SchemaId = SchemaId { name: "breakdown.valid", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = include_str!("../events/breakdown.valid.json");

    fn subject(&self) -> String {
        format!("breakdown.valid.{}.{}", self.accepted.platform, self.accepted.artist.id)
    }

    fn identity(&self) -> String {
        self.accepted.identity()
    }

    fn use_current_name(&mut self) {
        self.accepted.use_current_name();
    }

    fn check(&self) -> Result<(), String> {
        self.accepted.check()?;
        let len = self.withheld.len();
        if len > MAX_BREAKDOWN_DAYS {
            return Err(format!("withheld has {len} items, at most {MAX_BREAKDOWN_DAYS} are accepted"));
        }
        self.withheld.iter().try_for_each(|it| check_text("withheld.of", &it.of, MAX_ITEM_NAME_CHARS))
    }
}
