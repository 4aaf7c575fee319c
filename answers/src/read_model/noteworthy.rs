//! What is noteworthy as of a day, and what is computed of an artist alone.

use std::borrow::Cow;

use casa24_analytics::achievements::{self, Standing};
use casa24_analytics::findings::of_artist_again;
use casa24_analytics::trends::{self, Found, Odds, Pace, tell_apart};
use casa24_analytics::{ArtistHistory, Series};
use casa24_schemas::Date;

use super::artist_view::ArtistView;
use super::as_of::{AsOf, SeriesOf};
use super::kept::KeptOfArtist;
use super::model::ReadModel;

impl ReadModel {
    /// What is kept of an artist whose history this is; `None` of one with the flags of an earlier day.
    pub(super) fn kept_of(&self, history: &ArtistHistory) -> Option<&KeptOfArtist> {
        self.kept.of(&history.artist.id).filter(|_| self.is_current(history))
    }

    /// All findings about an artist, oldest first, by the flags that this history has.
    fn findings(&self, history: &ArtistHistory, day: Date) -> &[Found] {
        let rules = &self.kept.rules;
        if let Some(kept) = self.kept_of(history) {
            return kept.found(history, rules, &self.goals);
        }
        // With the flags of an earlier day.
        let key = (history.artist.id.clone(), day);
        self.earlier_findings
            .get(&key)
            .unwrap_or_else(|| self.earlier_findings.insert(key, self.findings_of(history).into()))
    }

    /// All findings about an artist, oldest first, by other values or flags than the history as it stands.
    pub(super) fn findings_of(&self, history: &ArtistHistory) -> Vec<Found> {
        let kept = self.kept.of(&history.artist.id);
        let mut scan = kept.map(|kept| kept.scan().clone()).unwrap_or_default();
        of_artist_again(&mut scan, history, &self.kept.rules, &self.goals)
    }
}

impl<'a> AsOf<'a> {
    /// What was noteworthy about an artist from a day on, oldest first, by what was observed by the day in question; of jumps
    /// it is not told who moved.
    pub(crate) fn found(&self, view: &ArtistView<'a>, since: Date) -> &'a [Found] {
        let Some(history) = view.history else { return &[] };
        let all = self.model.findings(history, self.day);
        let start = all.partition_point(|found| found.date() < since);
        let end = all.partition_point(|found| found.date() <= self.day);
        all.get(start..end).unwrap_or_default()
    }

    /// The same of those that are wanted, with who moved.
    pub(crate) fn findings(
        &self,
        view: &ArtistView<'a>,
        since: Date,
        is_wanted: impl Fn(&Found) -> bool,
    ) -> Vec<Found> {
        let found = self.found(view, since).iter().filter(|found| is_wanted(found));
        let mut found: Vec<Found> = found.cloned().collect();
        tell_apart(self.histories(), &view.artist.id, &mut found);
        found
    }

    /// Where an artist stands with the achievements as of the day; nowhere without figures.
    pub(crate) fn standings(&self, view: &ArtistView<'a>) -> Cow<'a, [Standing]> {
        let Some(history) = view.history else { return Cow::default() };
        let compute = || achievements::of_artist(history, self.found(view, Date::MIN), self.day);
        match self.model.kept_of(history) {
            Some(kept) => Cow::Borrowed(kept.standings(self.day, compute)),
            None => Cow::Owned(compute()),
        }
    }

    /// The pace of a series up to a day, over its last whole weeks.
    pub(crate) fn pace(
        &self,
        SeriesOf { view, platform, metric }: &SeriesOf<'a>,
        points: &Series,
        until: Date,
        num_weeks: u32,
    ) -> Option<Pace> {
        let compute = || trends::pace(platform, metric, points, until, num_weeks);
        match view.history.and_then(|history| self.model.kept_of(history)) {
            Some(kept) => kept.pace((platform.clone(), metric.clone(), until, num_weeks), compute),
            None => compute(),
        }
    }

    /// The odds by which the findings of a day about an artist were judged.
    pub(crate) fn odds_on(&self, view: &ArtistView<'a>, day: Date) -> Option<Odds> {
        Some(trends::odds_on(view.history?, &self.model.kept.rules, day))
    }

    /// The histories of all artists of whom anything was known, with the flags of the day in question.
    fn histories(&self) -> impl Iterator<Item = &'a ArtistHistory> + Clone {
        self.known.iter().filter_map(|view| view.history)
    }

    /// How many findings chance alone may bring an artist in a month, as the label has decided.
    pub(crate) fn by_chance(&self) -> f64 {
        self.model.kept.rules.by_chance
    }
}
