//! Linear predictor: valid snapshots in, the forecast of each of the artist's series out.

use std::collections::BTreeMap;

use actix::{Actor, Context, Handler};
use casa24_bus::{Agent, Batch, Outcome, Refresh};
use casa24_figures::{History, forecast};
use casa24_schemas::{ArtistId, Metric, Observed, Platform, ValidSnapshot};

/// Keeps the series of every artist, and a forecast of each series as the view; a series that did not change keeps
/// its forecast.
#[derive(Default)]
pub struct LinearPredictor {
    history: History,
    forecast_at: BTreeMap<(ArtistId, Platform, Metric), Extent>,
}

/// How much of a series a forecast was made from.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Extent {
    num_values: usize,
    newest: Option<Observed>,
}

impl LinearPredictor {
    /// A predictor that has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Actor for LinearPredictor {
    type Context = Context<Self>;
}

impl Agent for LinearPredictor {
    const NAME: &'static str = "linear";
    const CONSUMES: &'static str = "snapshot.valid.>";
    const PUBLISHES: &'static [&'static str] = &["forecast.linear.>"];
    type Consumes = ValidSnapshot;
}

impl Handler<Batch<ValidSnapshot>> for LinearPredictor {
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

impl Handler<Refresh> for LinearPredictor {
    type Result = Outcome;

    fn handle(&mut self, refresh: Refresh, _: &mut Self::Context) -> Outcome {
        let mut outcome = refresh.outcome();
        for touched in refresh.artists.iter() {
            let Some(artist) = self.history.artist(&touched.artist) else { continue };
            for (platform, metric, series) in artist.all_series() {
                let newest = series.points().last().map(|point| point.observed_at);
                let extent = Extent { num_values: series.points().len(), newest };
                let key = (touched.artist.clone(), platform.clone(), metric.clone());
                let Some(day) = newest.map(Observed::date) else { continue };
                if self.forecast_at.insert(key, extent) == Some(extent) {
                    continue;
                }
                let forecast =
                    forecast::of_series(&artist.artist, platform, metric, series, day, artist.sample);
                if let Some(forecast) = forecast {
                    outcome.follows_from(&touched.cause, &forecast);
                }
            }
        }
        outcome
    }
}
