//! Why sources that were asked for a figure did not give it: of every artist, as of a day.

use std::collections::BTreeMap;
use std::sync::Arc;

use casa24_analytics::Runs;
use casa24_schemas::{Absence, ArtistId, Date, Metric, Observed, Platform};

/// The reasons of all artists. A clone costs one reference count for each of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Absences {
    artists: BTreeMap<ArtistId, Arc<ArtistAbsences>>,
}

/// The reasons of one artist.
#[derive(Debug, Clone, Default)]
pub struct ArtistAbsences {
    platforms: BTreeMap<Platform, BTreeMap<Metric, Runs<Absence>>>,
}

impl Absences {
    /// Takes in what an observation did not give.
    pub(super) fn insert(
        &mut self,
        artist: &ArtistId,
        platform: &Platform,
        observed_at: Observed,
        absent: &BTreeMap<Metric, Absence>,
    ) {
        if absent.is_empty() {
            return;
        }
        let artist = Arc::make_mut(self.artists.entry(artist.clone()).or_default());
        let metrics = artist.platforms.entry(platform.clone()).or_default();
        for (metric, why) in absent {
            metrics.entry(metric.clone()).or_default().insert(observed_at, why);
        }
    }

    /// Those of an artist.
    pub(super) fn of(&self, artist: &ArtistId) -> Option<&ArtistAbsences> {
        self.artists.get(artist).map(Arc::as_ref)
    }
}

impl ArtistAbsences {
    /// Why a figure did not come when it was last missing by the end of a day.
    pub fn at(&self, platform: &Platform, metric: &Metric, day: Date) -> Option<Absence> {
        self.platforms.get(platform)?.get(metric)?.at(day).copied()
    }
}
