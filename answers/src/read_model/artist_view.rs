//! One artist as a question about a day sees it.

use casa24_analytics::totals::is_stale;
use casa24_analytics::{ArtistHistory, Series};
use casa24_schemas::{Account, Artist, Date, Day, Metric, Platform, RosterEntry};

use super::absences::ArtistAbsences;
use crate::figures::{Missing, NoNewer, Owner};

/// What is known of one artist, or of the label itself, as of a day.
#[derive(Debug, Clone, Copy)]
pub struct ArtistView<'a> {
    /// The artist.
    pub artist: &'a Artist,
    /// The day.
    pub day: Date,
    /// Series, where there are any by the day.
    pub history: Option<&'a ArtistHistory>,
    /// Why figures did not come, where that was said of any.
    pub absences: Option<&'a ArtistAbsences>,
    /// What the roster said by the day, where it said anything.
    pub roster: Option<&'a RosterEntry>,
    /// What the roster said first, whenever that was.
    pub first_roster: Option<&'a RosterEntry>,
}

impl<'a> ArtistView<'a> {
    /// The artist's account on a platform: what the roster says, otherwise what the newest snapshot knew. Before the
    /// roster said anything of the artist, what it said first: it does not tell since when that has been so, and is often
    /// set up after the history.
    pub fn account(&self, platform: &Platform) -> Account {
        let said = |entry: Option<&RosterEntry>| entry.map(|entry| entry.account(platform));
        let seen = || {
            let history = self.history.and_then(|history| history.platforms.get(platform));
            history.map(|history| history.account(self.day).clone())
        };
        let is_known = |account: &Account| *account != Account::Unknown;
        let known = said(self.roster).filter(is_known).or_else(|| seen().filter(is_known));
        let first = || said(self.first_roster).filter(|_| self.roster.is_none());
        known.or_else(first).unwrap_or_default()
    }

    /// Why there is no figure of a series by the day: no account, what the platform was asked and did not give, or nothing
    /// that is known.
    pub(crate) fn why_nothing(&self, platform: &Platform, metric: &Metric) -> Missing {
        if self.account(platform) == Account::Absent {
            return Missing::NoAccount;
        }
        let why = self.absences.and_then(|absences| absences.at(platform, metric, None, self.day));
        why.map_or(Missing::NoFigures, |no_newer| Missing::of_nothing_accepted(no_newer.why))
    }

    /// What came since the newest accepted value of a series, where the platform was asked.
    pub(crate) fn no_newer(&self, platform: &Platform, metric: &Metric) -> Option<NoNewer> {
        let newest = self.series(platform, metric)?.at(self.day)?.date();
        self.absences?.at(platform, metric, Some(newest), self.day)
    }

    /// That a value of a day is too old, and why there is no newer one.
    pub(crate) fn too_old(&self, platform: &Platform, metric: &Metric, of: Date) -> Missing {
        Missing::TooOld { of: Some(Day(of)), no_newer: self.no_newer(platform, metric) }
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
