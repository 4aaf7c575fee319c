//! What the validator decides of a snapshot.

use std::sync::Arc;

use casa24_schemas::{Metric, RawSnapshot, Reason, RejectedSnapshot, Rejection, ValidSnapshot};

/// What follows from a raw snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Snapshots that were published before, and now have another flag: new revisions, oldest first for each artist
    /// and platform.
    pub amended: Vec<Arc<ValidSnapshot>>,
    /// The snapshot itself.
    pub judgement: Judgement,
}

/// What becomes of a raw snapshot.
#[derive(Debug, Clone, PartialEq)]
pub enum Judgement {
    /// At least one figure is accepted.
    Valid(Arc<ValidSnapshot>),
    /// No figure is accepted.
    Rejected(Box<RejectedSnapshot>),
    /// These very figures of this moment were judged before: nothing follows.
    Repeated,
}

impl From<Judgement> for Judged {
    fn from(judgement: Judgement) -> Self {
        Self { amended: Vec::new(), judgement }
    }
}

/// A snapshot of which nothing is accepted.
pub(crate) fn rejected<'a>(
    raw: &RawSnapshot,
    reasons: impl Iterator<Item = (&'a Metric, Reason)>,
) -> Judgement {
    let mut reasons: Vec<Rejection> =
        reasons.map(|(metric, reason)| Rejection { metric: Some(metric.clone()), reason }).collect();
    if reasons.is_empty() {
        reasons.push(Rejection { metric: None, reason: Reason::NoMetrics });
    }
    Judgement::Rejected(Box::new(RejectedSnapshot { raw: raw.clone(), reasons }))
}
