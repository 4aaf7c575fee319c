//! What every predictor does: valid snapshots and what was learnt from all series in, the forecast of each of the
//! artist's series out.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use casa24_analytics::training::knowledge_of;
use casa24_analytics::{Extent, History};
use casa24_bus::{Agent, DirtyView, Follow, Outcome, Received, View};
use casa24_forecasting::{Knowledge, Method};
use casa24_schemas::{ArtistId, ForecastRecord, Metric, ModelWeights, Platform, ValidSnapshot};

use crate::shared_forecasts::{SharedForecasts, Using, Weights};

/// A way of forecasting that has an agent of its own.
pub trait Predicts: Unpin + 'static {
    /// The method.
    const METHOD: Method;
    /// Name of the agent: the token of the method.
    const NAME: &'static str = Self::METHOD.name();
    /// Where its forecasts go.
    const PUBLISHES: &'static [&'static str];
}

/// Keeps the series of every artist, and a forecast of each series as the view; a series that did not change keeps
/// its forecast, and of one that did only what is new is learnt. With each artist's new forecasts goes a record of them.
#[derive(Debug)]
pub struct Predictor<P> {
    history: History,
    knowledge: Knowledge,
    weights: Weights,
    /// How much of each series its newest forecast was made from.
    made: BTreeMap<(ArtistId, Platform, Metric), Extent>,
    forecasts: SharedForecasts,
    method: PhantomData<P>,
}

impl<P> Predictor<P> {
    /// A predictor that has seen nothing yet, with what the program comes with, and with what it shares with the others
    /// of its process.
    pub fn new(forecasts: SharedForecasts) -> Self {
        Self {
            history: History::of_figures(),
            knowledge: Knowledge::built_in().clone(),
            weights: None,
            made: BTreeMap::new(),
            forecasts,
            method: PhantomData,
        }
    }
}

impl<P: Predicts> Agent for Predictor<P> {
    const NAME: &'static str = P::NAME;
    const CONSUMES: &'static str = "snapshot.valid.>";
    const PUBLISHES: &'static [&'static str] = P::PUBLISHES;
    type Consumes = ValidSnapshot;

    fn handle(&mut self, snapshot: &Received<ValidSnapshot>, outcome: &mut Outcome) {
        self.history.insert(&snapshot.event);
        outcome.marks_dirty(snapshot, &snapshot.event.artist.id);
    }
}

impl<P: Predicts> View for Predictor<P> {
    fn view(&mut self, dirty: &DirtyView, outcome: &mut Outcome) {
        let Some(history) = self.history.artist(&dirty.artist) else { return };
        let mut changed = Vec::new();
        for (platform, metric, series) in history.all_series() {
            let key = (dirty.artist.clone(), platform.clone(), metric.clone());
            if self.made.insert(key, series.extent()) != Some(series.extent()) {
                changed.push((platform, metric));
            }
        }
        let using = Using { method: P::METHOD, knowledge: &self.knowledge, weights: &self.weights };
        let forecasts = self.forecasts.take(history, &changed, using);
        for forecast in &forecasts {
            outcome.follows_from(&dirty.cause, forecast);
        }
        if let Some(record) = ForecastRecord::of(&forecasts) {
            outcome.follows_from(&dirty.cause, &record);
        }
    }
}

impl<P: Predicts> Follow for Predictor<P> {
    /// All methods use it: the accuracy on each kind of series is part of every interval.
    const FOLLOWS: &'static str = "model.neural";
    type Follows = ModelWeights;

    fn follow(&mut self, newest: &Received<ModelWeights>) -> Result<(), String> {
        self.knowledge = knowledge_of(&newest.event).map_err(|why| why.to_string())?;
        self.weights = Some(newest.event.sha256.clone());
        self.made.clear();
        Ok(())
    }
}
