//! Responder: commands in, answers out, from a read model of valid snapshots, forecasts, the roster and
//! what the models have learnt.

use std::collections::BTreeMap;

use actix::{Actor, Context, Handler};
use casa24_analytics::{History, forecast::Forecasts};
use casa24_bus::{Ask, Asked, Batch, Outcome, Runner, service};
use casa24_schemas::{ArtistId, Command, Forecast, ModelWeights, RosterEntry, ValidSnapshot};

use crate::answer::{Library, TotalForecasts, Trained, answer};

/// Answers commands; learns everything from the bus when it starts.
#[derive(Default)]
pub struct Responder {
    history: History,
    forecasts: Forecasts,
    roster: BTreeMap<ArtistId, RosterEntry>,
    totals: TotalForecasts,
    trained: Trained,
}

impl Responder {
    /// Name of the agent.
    pub const NAME: &'static str = "responder";

    /// The responder as the program runs it.
    pub fn runner() -> Runner {
        service(Self::NAME, Self::default)
            .learns_newest::<RosterEntry>("roster.*")
            .learns_newest::<Forecast>("forecast.>")
            .learns::<ModelWeights>("model.neural")
            .learns::<ValidSnapshot>("snapshot.valid.>")
            .answers::<Command>("command.*", "reply.*")
    }
}

impl Actor for Responder {
    type Context = Context<Self>;
}

impl Handler<Batch<RosterEntry>> for Responder {
    type Result = Outcome;

    fn handle(&mut self, batch: Batch<RosterEntry>, _: &mut Self::Context) -> Outcome {
        for entry in &batch {
            self.roster.insert(entry.event.artist.id.clone(), entry.event.clone());
        }
        batch.outcome()
    }
}

impl Handler<Batch<Forecast>> for Responder {
    type Result = Outcome;

    fn handle(&mut self, batch: Batch<Forecast>, _: &mut Self::Context) -> Outcome {
        for forecast in &batch {
            self.forecasts.insert(&forecast.event);
        }
        batch.outcome()
    }
}

impl Handler<Batch<ModelWeights>> for Responder {
    type Result = Outcome;

    fn handle(&mut self, batch: Batch<ModelWeights>, _: &mut Self::Context) -> Outcome {
        for weights in &batch {
            if let Err(error) = self.trained.insert(&weights.event) {
                let sequence = weights.stored.sequence;
                tracing::warn!(sequence, %error, "weights are passed over");
            }
        }
        self.totals.clear();
        batch.outcome()
    }
}

impl Handler<Batch<ValidSnapshot>> for Responder {
    type Result = Outcome;

    fn handle(&mut self, batch: Batch<ValidSnapshot>, _: &mut Self::Context) -> Outcome {
        for snapshot in &batch {
            self.history.insert(&snapshot.event);
        }
        self.totals.clear();
        batch.outcome()
    }
}

impl Handler<Ask<Command>> for Responder {
    type Result = actix::MessageResult<Ask<Command>>;

    fn handle(&mut self, ask: Ask<Command>, _: &mut Self::Context) -> Self::Result {
        let Self { history, forecasts, roster, totals, trained } = &*self;
        let library = Library { history, forecasts, roster, totals, trained };
        let reply: Asked = answer(&ask.question, &library).into();
        actix::MessageResult(reply)
    }
}
