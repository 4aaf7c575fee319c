//! One artist as a question sees it.

use casa24_analytics::{ArtistHistory, Series};
use casa24_schemas::{Account, Artist, Metric, Platform, RosterEntry};

use crate::figures::Owner;

/// What is known of one artist, or of the label itself.
#[derive(Debug, Clone, Copy)]
pub struct ArtistView<'a> {
    /// The artist.
    pub artist: &'a Artist,
    /// Series, where there are any.
    pub history: Option<&'a ArtistHistory>,
    /// The roster's entry, where there is one.
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
                .map_or(Account::Unknown, |history| history.account.clone()),
        }
    }

    /// One series of the artist.
    pub fn series(&self, platform: &Platform, metric: &Metric) -> Option<&'a Series> {
        self.history?.series(platform, metric)
    }

    /// Whether any of the artist's figures are made up for a demonstration.
    pub fn sample(&self) -> bool {
        self.history.is_some_and(|history| history.sample)
    }

    /// Whether this is an artist or the label itself.
    pub fn owner(&self) -> Owner {
        if self.artist.is_label() { Owner::Label } else { Owner::Artist }
    }
}
