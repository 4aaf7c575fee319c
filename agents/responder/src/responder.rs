//! Responder: commands in, answers out, from a read model of valid snapshots, forecasts, the roster and
//! what the models have learnt.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use casa24_analytics::{History, forecast::Forecasts};
use casa24_bus::{Answers, Projection, Projects, Received, Runner, service};
use casa24_schemas::{ArtistId, Command, Forecast, ModelWeights, Reply, RosterEntry, ValidSnapshot};

use crate::answer::{Library, TotalForecasts, Trained, answer};

/// Answers commands; projects everything from the bus when it starts.
#[derive(Default)]
pub struct Responder {
    model: Arc<Mutex<Model>>,
}

/// What is known; not yet immutable, so questions take turns.
#[derive(Default)]
pub struct Model {
    history: History,
    forecasts: Forecasts,
    roster: BTreeMap<ArtistId, RosterEntry>,
    trained: Trained,
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

    fn change(&self, change: impl FnOnce(&mut Model)) {
        change(&mut self.model.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Projection for Responder {
    type ReadModel = Mutex<Model>;

    fn read_model(&mut self) -> Arc<Mutex<Model>> {
        self.model.clone()
    }
}

impl Projects<RosterEntry> for Responder {
    fn apply(&mut self, entry: &Received<RosterEntry>) {
        self.change(|model| {
            model.roster.insert(entry.event.artist.id.clone(), entry.event.clone());
        });
    }
}

impl Projects<Forecast> for Responder {
    fn apply(&mut self, forecast: &Received<Forecast>) {
        self.change(|model| model.forecasts.insert(&forecast.event));
    }
}

impl Projects<ModelWeights> for Responder {
    fn apply(&mut self, weights: &Received<ModelWeights>) {
        self.change(|model| {
            if let Err(error) = model.trained.insert(&weights.event) {
                let sequence = weights.stored.sequence;
                tracing::warn!(sequence, %error, "weights are passed over");
            }
        });
    }
}

impl Projects<ValidSnapshot> for Responder {
    fn apply(&mut self, snapshot: &Received<ValidSnapshot>) {
        self.change(|model| model.history.insert(&snapshot.event));
    }
}

impl Answers<Command, Reply> for Responder {
    fn answer(question: &Command, model: &Mutex<Model>) -> Reply {
        let model = model.lock().unwrap_or_else(PoisonError::into_inner);
        let Model { history, forecasts, roster, trained } = &*model;
        let totals = &TotalForecasts::default();
        answer(question, &Library { history, forecasts, roster, totals, trained })
    }
}
