//! Validator: raw snapshots in, valid and rejected snapshots out.

use actix::{Actor, Context, Handler};
use casa24_bus::{Agent, Batch, Outcome};
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

impl Actor for Validator {
    type Context = Context<Self>;
}

impl Agent for Validator {
    const NAME: &'static str = "validator";
    const CONSUMES: &'static str = "snapshot.raw.>";
    const PUBLISHES: &'static [&'static str] = &["snapshot.valid.>", "snapshot.rejected.>"];
    type Consumes = RawSnapshot;
}

impl Handler<Batch<RawSnapshot>> for Validator {
    type Result = Outcome;

    fn handle(&mut self, batch: Batch<RawSnapshot>, _: &mut Self::Context) -> Outcome {
        let mut outcome = batch.outcome();
        for raw in &batch {
            match self.judge.judge(&raw.event, raw.stored.stored_at.date()) {
                Judgement::Valid(snapshot) => outcome.follows(raw, &snapshot),
                Judgement::Rejected(snapshot) => outcome.follows(raw, &snapshot),
                Judgement::Repeated => {}
            }
        }
        outcome
    }
}
