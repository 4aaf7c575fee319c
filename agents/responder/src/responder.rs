//! Responder: commands in, typed answers out, from a read model of valid snapshots, forecasts, the roster and what the
//! models have learnt.

use std::sync::Arc;

use casa24_answers::{ReadModel, ReadModelBuilder};
use casa24_bus::{Answers, Projection, Projects, Received, Runner, service};
use casa24_schemas::{Command, Forecast, ModelWeights, RosterEntry, ValidSnapshot};

use crate::reply::{Reply, reply};

/// Answers commands; projects everything from the bus when it starts.
#[derive(Default)]
pub struct Responder {
    builder: ReadModelBuilder,
}

impl Responder {
    /// Name of the agent.
    pub const NAME: &'static str = "responder";

    /// The responder as the program runs it.
    pub fn runner() -> Runner {
        service(Self::NAME, Self::default)
            .projects_newest::<RosterEntry>("roster.*")
            .projects_newest::<Forecast>("forecast.>")
            .projects::<ModelWeights>("model.neural")
            .projects::<ValidSnapshot>("snapshot.valid.>")
            .answers::<Command, Reply>("command.*", "reply.*")
    }
}

impl Projection for Responder {
    type ReadModel = ReadModel;

    fn read_model(&mut self) -> Arc<ReadModel> {
        self.builder.read_model()
    }

    fn warm(model: &ReadModel) {
        model.warm();
    }
}

impl Projects<RosterEntry> for Responder {
    fn apply(&mut self, entry: &Received<RosterEntry>) {
        self.builder.apply_roster_entry(&entry.event);
    }
}

impl Projects<Forecast> for Responder {
    fn apply(&mut self, forecast: &Received<Forecast>) {
        self.builder.apply_forecast(&forecast.event);
    }
}

impl Projects<ModelWeights> for Responder {
    fn apply(&mut self, weights: &Received<ModelWeights>) {
        if let Err(error) = self.builder.apply_weights(&weights.event) {
            let sequence = weights.stored.sequence;
            tracing::warn!(sequence, %error, "weights cannot be read and are skipped");
        }
    }
}

impl Projects<ValidSnapshot> for Responder {
    fn apply(&mut self, snapshot: &Received<ValidSnapshot>) {
        self.builder.apply_snapshot(&snapshot.event);
    }
}

impl Answers<Command, Reply> for Responder {
    fn answer(command: &Command, model: &ReadModel) -> Reply {
        reply(command, model)
    }

    fn is_expensive(command: &Command) -> bool {
        command.image
    }
}
