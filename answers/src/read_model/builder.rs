//! Builds read models: stored events in, an immutable read model out whenever one is asked for.

use std::collections::BTreeSet;
use std::sync::Arc;

use casa24_analytics::History;
use casa24_analytics::forecast::Forecasts;
use casa24_analytics::trends::TrendRules;
use casa24_forecasting::KnowledgeError;
use casa24_schemas::{
    ArtistId, Date, Forecast, Goals, Metric, ModelWeights, Platform, RejectedSnapshot, RosterEntry,
    ValidBreakdown, ValidSnapshot,
};

use super::absences::Absences;
use super::breakdowns::Breakdowns;
use super::kept::Kept;
use super::model::ReadModel;
use super::revisions::Revisions;
use super::roster::RosterHistory;
use super::totals::TotalForecasts;
use super::trained::Trained;
use crate::time_zone::TimeZone;

/// What is known so far. A read model that was handed out is never changed: it shares with the builder what neither
/// of them changes.
#[derive(Debug, Default)]
pub struct ReadModelBuilder {
    history: History,
    absences: Absences,
    revisions: Revisions,
    breakdowns: Breakdowns,
    forecasts: Forecasts,
    roster: RosterHistory,
    goals: Arc<Goals>,
    trained: Trained,
    totals: Arc<TotalForecasts>,
    /// Metrics whose totals are no longer those of the history.
    changed: BTreeSet<(Platform, Metric)>,
    kept: Kept,
    /// Artists of whom what is kept is no longer that of the history.
    changed_artists: BTreeSet<ArtistId>,
    time_zone: TimeZone,
    /// The read model as it stands, until something changes.
    current: Option<Arc<ReadModel>>,
}

impl ReadModelBuilder {
    /// Nothing is known yet; findings follow these rules.
    pub fn new(rules: TrendRules) -> Self {
        Self { kept: Kept::new(rules), ..Self::default() }
    }

    /// The label's days are those of a time zone.
    #[must_use]
    pub fn in_time_zone(self, time_zone: TimeZone) -> Self {
        Self { time_zone, current: None, ..self }
    }

    /// Takes in accepted figures.
    pub fn apply_snapshot(&mut self, snapshot: &ValidSnapshot) {
        // Dropped first: an artist's history that nobody else holds is changed in place.
        self.current = None;
        self.revisions.insert(snapshot, &self.history);
        // A correction stands for all that was known of its moment.
        let known = self.history.artist(&snapshot.artist.id).filter(|_| snapshot.is_correction());
        let known = known.and_then(|artist| artist.platforms.get(&snapshot.platform));
        let corrected = known.into_iter().flat_map(|platform| platform.series.keys());
        let changed = snapshot.metrics.keys().chain(corrected);
        self.changed.extend(changed.map(|metric| (snapshot.platform.clone(), metric.clone())));
        if !self.changed_artists.contains(&snapshot.artist.id) {
            self.changed_artists.insert(snapshot.artist.id.clone());
        }
        self.history.insert(snapshot);
        self.absences.insert(snapshot);
    }

    /// Takes in a snapshot of which nothing was accepted: why, and why figures of it did not come.
    pub fn apply_rejected(&mut self, rejected: &RejectedSnapshot) {
        self.current = None;
        self.revisions.insert_rejected(rejected);
        self.absences.insert_rejected(rejected);
    }

    /// Takes in figures of a period.
    pub fn apply_breakdown(&mut self, breakdown: &ValidBreakdown) {
        self.current = None;
        self.breakdowns.insert(breakdown);
    }

    /// Takes in a forecast.
    pub fn apply_forecast(&mut self, forecast: &Forecast) {
        self.current = None;
        self.forecasts.insert(forecast);
    }

    /// Takes in an entry of the roster that was stored on a day, after those before.
    pub fn apply_roster_entry(&mut self, stored_on: Date, entry: &RosterEntry) {
        self.current = None;
        self.totals = Arc::default();
        self.roster.insert(stored_on, entry);
    }

    /// Takes in the label's goals, all that were ever set.
    pub fn apply_goals(&mut self, goals: &Goals) {
        self.current = None;
        let all = self.goals.goals.iter().chain(&goals.goals);
        let concerned: BTreeSet<ArtistId> = all.map(|goal| goal.artist.id.clone()).collect();
        self.changed_artists.extend(concerned.into_iter().filter(|id| !self.goals.of(id).eq(goals.of(id))));
        self.goals = Arc::new(goals.clone());
    }

    /// Takes in what a model has learnt.
    ///
    /// # Errors
    /// When it cannot be read: what was learnt before stays in force.
    pub fn apply_weights(&mut self, weights: &ModelWeights) -> Result<(), KnowledgeError> {
        self.trained.insert(weights)?;
        self.current = None;
        self.totals = Arc::default();
        Ok(())
    }

    /// The read model as it stands.
    pub fn read_model(&mut self) -> Arc<ReadModel> {
        if !self.changed.is_empty() {
            self.totals = Arc::new(self.totals.without(&self.changed));
            self.changed.clear();
        }
        if !self.changed_artists.is_empty() {
            self.kept.forget(&self.changed_artists);
            self.changed_artists.clear();
        }
        let Self {
            history,
            absences,
            revisions,
            breakdowns,
            forecasts,
            roster,
            goals,
            trained,
            totals,
            kept,
            time_zone,
            current,
            ..
        } = self;
        Arc::clone(current.get_or_insert_with(|| {
            let model = ReadModel::new(
                history.clone(),
                forecasts.clone(),
                roster.clone(),
                trained.clone(),
                Arc::clone(totals),
                kept.clone(),
                time_zone.clone(),
            );
            Arc::new(
                model
                    .with_absences(absences.clone())
                    .with_revisions(revisions.clone())
                    .with_breakdowns(breakdowns.clone())
                    .with_goals(Arc::clone(goals)),
            )
        }))
    }
}
