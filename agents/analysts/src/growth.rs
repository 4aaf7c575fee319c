//! Growth analyst: valid snapshots in, the artist's growth out.

use casa24_analytics::{History, growth};
use casa24_bus::{Agent, DirtyView, Outcome, Received, View};
use casa24_schemas::ValidSnapshot;

/// Keeps the series of every artist, and the artist's growth over the usual periods as the view.
pub struct GrowthAnalyst {
    history: History,
}

impl GrowthAnalyst {
    /// An analyst that has seen nothing yet.
    pub fn new() -> Self {
        Self { history: History::of_figures() }
    }
}

impl Default for GrowthAnalyst {
    fn default() -> Self {
        Self::new()
    }
}

impl Agent for GrowthAnalyst {
    const NAME: &'static str = "growth";
    const CONSUMES: &'static str = "snapshot.valid.>";
    const PUBLISHES: &'static [&'static str] = &["growth.*"];
    type Consumes = ValidSnapshot;

    fn handle(&mut self, snapshot: &Received<ValidSnapshot>, outcome: &mut Outcome) {
        self.history.insert(&snapshot.event);
        outcome.marks_dirty(snapshot, &snapshot.event.artist.id);
    }
}

impl View for GrowthAnalyst {
    fn view(&mut self, dirty: &DirtyView, outcome: &mut Outcome) {
        let Some(artist) = self.history.artist(&dirty.artist) else { return };
        let Some(newest) = artist.newest() else { return };
        if let Some(figures) = growth::of_artist(artist, &growth::PERIODS_DAYS, newest.date()) {
            outcome.follows_from(&dirty.cause, &figures);
        }
    }
}
