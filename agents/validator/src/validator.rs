//! Validator: raw snapshots in, valid and rejected snapshots out.

use casa24_bus::{Agent, Outcome, Received};
use casa24_schemas::RawSnapshot;

use crate::judge::Judge;
use crate::judgement::Judgement;

/// Judges every raw snapshot against what it has seen of the same artist and platform before.
#[derive(Default)]
pub struct Validator {
    judge: Judge,
}

impl Validator {
    /// A validator that has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Agent for Validator {
    const NAME: &'static str = "validator";
    const CONSUMES: &'static str = "snapshot.raw.>";
    const PUBLISHES: &'static [&'static str] = &["snapshot.valid.>", "snapshot.rejected.>"];
    type Consumes = RawSnapshot;

    fn handle(&mut self, raw: &Received<RawSnapshot>, outcome: &mut Outcome) {
        let judged = self.judge.judge(&raw.event, raw.stored.stored_at.date());
        for amended in &judged.amended {
            outcome.follows(raw, amended.as_ref());
        }
        match judged.judgement {
            Judgement::Valid(snapshot) => outcome.follows(raw, snapshot.as_ref()),
            Judgement::Rejected(snapshot) => outcome.follows(raw, snapshot.as_ref()),
            Judgement::Repeated => {}
        }
    }
}
