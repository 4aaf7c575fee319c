//! Breakdown validator: raw breakdowns in, valid and rejected breakdowns out.

use casa24_bus::{Agent, Outcome, Received};
use casa24_schemas::RawBreakdown;

use crate::breakdown_judge::{BreakdownJudge, BreakdownJudgement};

/// Judges every raw breakdown against what was stored before of the same period.
#[derive(Default)]
pub struct BreakdownValidator {
    judge: BreakdownJudge,
}

impl BreakdownValidator {
    /// A validator that has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Agent for BreakdownValidator {
    const NAME: &'static str = "breakdowns";
    const CONSUMES: &'static str = "breakdown.raw.>";
    const PUBLISHES: &'static [&'static str] = &["breakdown.valid.>", "breakdown.rejected.>"];
    type Consumes = RawBreakdown;

    fn handle(&mut self, raw: &Received<RawBreakdown>, outcome: &mut Outcome) {
        match self.judge.judge(&raw.event, raw.stored.stored_at.date()) {
            BreakdownJudgement::Valid(valid) => outcome.follows(raw, valid.as_ref()),
            BreakdownJudgement::Rejected(rejected) => outcome.follows(raw, rejected.as_ref()),
            BreakdownJudgement::Repeated => {}
        }
    }
}
