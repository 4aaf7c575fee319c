//! Growth analyst: valid snapshots in, the artist's growth out.

use actix::{Actor, Context, Handler};
use casa24_bus::{Agent, Batch, Outcome, Refresh};
use casa24_figures::{History, growth};
use casa24_schemas::ValidSnapshot;

/// Keeps the series of every artist, and the artist's growth over the usual periods as the view.
#[derive(Default)]
pub struct GrowthAnalyst {
    history: History,
}

impl GrowthAnalyst {
    /// An analyst that has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Actor for GrowthAnalyst {
    type Context = Context<Self>;
}

impl Agent for GrowthAnalyst {
    const NAME: &'static str = "growth";
    const CONSUMES: &'static str = "snapshot.valid.>";
    const PUBLISHES: &'static [&'static str] = &["growth.*"];
    type Consumes = ValidSnapshot;
}

impl Handler<Batch<ValidSnapshot>> for GrowthAnalyst {
    type Result = Outcome;

    fn handle(&mut self, batch: Batch<ValidSnapshot>, _: &mut Self::Context) -> Outcome {
        let mut outcome = batch.outcome();
        for snapshot in &batch {
            self.history.insert(&snapshot.event);
            outcome.touches(snapshot, &snapshot.event.artist.id);
        }
        outcome
    }
}

impl Handler<Refresh> for GrowthAnalyst {
    type Result = Outcome;

    fn handle(&mut self, refresh: Refresh, _: &mut Self::Context) -> Outcome {
        let mut outcome = refresh.outcome();
        for touched in refresh.artists.iter() {
            let Some(artist) = self.history.artist(&touched.artist) else { continue };
            let Some(newest) = artist.newest() else { continue };
            if let Some(figures) = growth::of_artist(artist, &growth::PERIODS_DAYS, newest.date()) {
                outcome.follows_from(&touched.cause, &figures);
            }
        }
        outcome
    }
}
