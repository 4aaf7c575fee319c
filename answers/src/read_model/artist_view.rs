//! One artist as a question about a day sees it.

use casa24_analytics::totals::is_stale;
use casa24_analytics::{ArtistHistory, Series};
use casa24_schemas::{Account, Artist, Date, Metric, Platform, RosterEntry};

use crate::figures::Owner;

/// What is known of one artist, or of the label itself, as of a day.
#[derive(Debug, Clone, Copy)]
pub struct ArtistView<'a> {
    /// The artist.
    pub artist: &'a Artist,
    /// The day.
    pub day: Date,
    /// Series, where there are any by the day.
    pub history: Option<&'a ArtistHistory>,
    /// What the roster said by the day, where it said anything.
    pub roster: Option<&'a RosterEntry>,
}

impl<'a> ArtistView<'a> {
    /// The artist's account on a platform: what the roster says, otherwise what the newest snapshot knew.
    pub fn account(&self, platform: &Platform) -> Account {
        match self.roster.map(|entry| entry.account(platform)) {
            Some(account) if account != Account::Unknown => account,
            _ => self
                .history
                .and_then(|history| history.platforms.get(platform))
                .map_or(Account::Unknown, |history| history.account(self.day).clone()),
        }
    }

    /// One series of the artist.
    pub fn series(&self, platform: &Platform, metric: &Metric) -> Option<&'a Series> {
        self.history?.series(platform, metric)
    }

    /// Whether any of the artist's figures by the day are made up for a demonstration.
    pub fn sample(&self) -> bool {
        self.history.is_some_and(|history| history.is_sample(self.day))
    }

    /// Whether this is an artist or the label itself.
    pub fn owner(&self) -> Owner {
        if self.artist.is_label() { Owner::Label } else { Owner::Artist }
    }

    /// Whether the roster had said by the day that the artist has left.
    pub fn has_left(&self) -> bool {
        self.roster.is_some_and(|entry| !entry.active)
    }

    /// Whether the artist is one of the label's on the day: by the roster, and where that says nothing of the artist,
    /// by figures that are not too old.
    pub fn is_of_label(&self) -> bool {
        match self.roster {
            Some(entry) => entry.active,
            None => {
                let newest = self.history.and_then(|history| history.newest_until(self.day));
                newest.is_some_and(|newest| !is_stale(newest.date(), self.day))
            }
        }
    }
}
