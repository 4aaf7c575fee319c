//! The read model: all that is known of all artists, and the answers that were computed from it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use casa24_analytics::forecast::Forecasts;
use casa24_analytics::{ArtistHistory, History};
use casa24_schemas::{ArtistId, Date, Day, RosterEntry};

use super::artist_view::ArtistView;
use super::as_of::AsOf;
use super::totals::TotalForecasts;
use super::trained::Trained;
use crate::commands::{Answer, Query};
use crate::query::FoldedName;
use crate::refusal::Refusal;

/// Token of the model that combines the others.
pub const ENSEMBLE: &str = "ensemble";

/// Tokens of the models whose forecasts can be asked for, the one that answers without being named first.
pub const MODELS: [&str; 4] = [ENSEMBLE, "linear", "arima", "neural"];

/// Most answers that are kept.
const MAX_ANSWERS: usize = 500;

type Answered = Result<Arc<Answer>, Refusal>;

/// All that is known, as it stood at one moment. It never changes, so that any number of questions are answered from
/// it at once; equal questions are answered once.
#[derive(Debug)]
pub struct ReadModel {
    pub(super) history: History,
    pub(super) forecasts: Forecasts,
    pub(super) roster: BTreeMap<ArtistId, Arc<RosterEntry>>,
    pub(super) trained: Trained,
    pub(super) totals: Arc<TotalForecasts>,
    names: std::sync::OnceLock<Vec<FoldedName>>,
    answers: Mutex<HashMap<(Query, Option<Date>), Answered>>,
}

impl ReadModel {
    pub(super) fn new(
        history: History,
        forecasts: Forecasts,
        roster: BTreeMap<ArtistId, Arc<RosterEntry>>,
        trained: Trained,
        totals: Arc<TotalForecasts>,
    ) -> Self {
        let (names, answers) = Default::default();
        Self { history, forecasts, roster, trained, totals, names, answers }
    }

    /// What is known as of a day; without one, as of the newest observation.
    ///
    /// # Errors
    /// When nothing was observed by then.
    pub fn as_of(&self, day: Option<Date>) -> Result<AsOf<'_>, Refusal> {
        let (Some(first), Some(newest)) = (self.history.first(), self.history.newest()) else {
            return Err(Refusal::NoFigures);
        };
        let day = day.unwrap_or(newest.date());
        if first.date() > day {
            return Err(Refusal::NothingBy { as_of: Day(day), first: Day(first.date()) });
        }
        Ok(AsOf::new(self, day))
    }

    /// The answer to a question as of a day; without one, as of the newest observation.
    ///
    /// # Errors
    /// When the question cannot be answered.
    pub fn answer(&self, query: &Query, day: Option<Date>) -> Answered {
        let key = (query.clone(), day);
        if let Some(answered) = self.kept().get(&key) {
            return answered.clone();
        }
        // Computed without the lock: others go on, and two who ask the same at once only compute it twice.
        let answered = self.as_of(day).and_then(|as_of| query.answer(&as_of)).map(Arc::new);
        let mut kept = self.kept();
        if kept.len() >= MAX_ANSWERS {
            kept.clear();
        }
        kept.insert(key, answered.clone());
        answered
    }

    /// Computes the answers that everybody asks for and that need figures of all artists, so that no question waits
    /// for them.
    pub fn warm(&self) {
        for query in Query::about_all() {
            self.answer(&query, None).ok();
        }
    }

    /// Whether any of it is made up for a demonstration.
    pub fn is_sample(&self) -> bool {
        self.history.artists().any(|artist| artist.sample)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<(Query, Option<Date>), Answered>> {
        // What a panic left behind is a map of whole answers all the same.
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every artist, the label itself not included, in the order of their ids.
    pub(super) fn artists(&self) -> Vec<ArtistView<'_>> {
        let mut artists: BTreeMap<&ArtistId, ArtistView<'_>> = BTreeMap::new();
        for history in self.history.artists().filter(|history| !history.artist.is_label()) {
            let artist = &history.artist;
            let roster = self.roster.get(&artist.id).map(|entry| &**entry);
            artists.insert(&artist.id, ArtistView { artist, history: Some(history), roster });
        }
        for (id, entry) in self.roster.iter().filter(|(_, entry)| !entry.artist.is_label()) {
            let view = ArtistView { artist: &entry.artist, history: None, roster: Some(entry) };
            artists.entry(id).or_insert(view);
        }
        artists.into_values().collect()
    }

    /// The names of these artists, which are all of this read model, as they are compared.
    pub(super) fn names(&self, artists: &[ArtistView<'_>]) -> &[FoldedName] {
        self.names.get_or_init(|| artists.iter().map(|view| FoldedName::new(&view.artist.name)).collect())
    }

    /// The label itself, where it has figures of its own.
    pub(super) fn label(&self) -> Option<&ArtistHistory> {
        self.history.artists().find(|history| history.artist.is_label())
    }
}
