//! What every predictor does: valid snapshots and what was learnt from all series in, the forecast of each of the
//! artist's series out.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use casa24_analytics::forecast::{ForecastInput, forecasts_of};
use casa24_analytics::training::knowledge_of;
use casa24_analytics::{Extent, History};
use casa24_bus::{Agent, DirtyView, Follow, Outcome, Received, View};
use casa24_forecasting::{Knowledge, Memory, Method};
use casa24_schemas::{ArtistId, Metric, ModelWeights, Platform, ValidSnapshot};

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
/// its forecast, and of one that did only what is new is learnt.
#[derive(Debug)]
pub struct Predictor<P> {
    history: History,
    knowledge: Knowledge,
    made: BTreeMap<(ArtistId, Platform, Metric), Made>,
    method: PhantomData<P>,
}

/// The forecast of a series that was made last.
#[derive(Debug, Default)]
struct Made {
    /// How much of the series it was made from.
    extent: Option<Extent>,
    memory: Memory,
}

impl<P> Predictor<P> {
    /// A predictor that has seen nothing yet, with what the program comes with.
    pub fn new() -> Self {
        Self {
            history: History::default(),
            knowledge: Knowledge::built_in().clone(),
            made: BTreeMap::new(),
            method: PhantomData,
        }
    }
}

impl<P> Default for Predictor<P> {
    fn default() -> Self {
        Self::new()
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
        for (platform, metric, series) in history.all_series() {
            let Some(newest) = series.points().last().map(|point| point.observed_at) else { continue };
            let key = (dirty.artist.clone(), platform.clone(), metric.clone());
            let made = self.made.entry(key).or_default();
            let extent = Some(series.extent());
            if made.extent == extent {
                continue;
            }
            made.extent = extent;
            let (artist, sample) = (&history.artist, history.sample);
            let input = ForecastInput { artist, platform, metric, series, as_of: newest.date(), sample };
            for forecast in forecasts_of(&input, &[P::METHOD], &self.knowledge, &mut made.memory) {
                outcome.follows_from(&dirty.cause, &forecast);
            }
        }
    }
}

impl<P: Predicts> Follow for Predictor<P> {
    /// All methods use it: the accuracy on each kind of series is part of every interval.
    const FOLLOWS: &'static str = "model.neural";
    type Follows = ModelWeights;

    fn follow(&mut self, newest: &Received<ModelWeights>) -> Result<(), String> {
        self.knowledge = knowledge_of(&newest.event).map_err(|why| why.to_string())?;
        self.made.values_mut().for_each(|made| made.extent = None);
        Ok(())
    }
}
