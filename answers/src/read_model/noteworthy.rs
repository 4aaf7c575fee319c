//! What is noteworthy as of a day.

use casa24_analytics::ArtistHistory;
use casa24_analytics::findings::of_artist;
use casa24_analytics::trends::{Found, tell_apart};
use casa24_schemas::Date;

use super::artist_view::ArtistView;
use super::as_of::AsOf;
use super::model::ReadModel;

impl ReadModel {
    /// All findings about an artist, oldest first, by the flags that this history has.
    fn findings(&self, history: &ArtistHistory, day: Date) -> &[Found] {
        if self.is_current(history) {
            return self.findings.of(history, &self.goals);
        }
        // With the flags of an earlier day.
        let key = (history.artist.id.clone(), day);
        let rules = &self.findings.rules;
        self.earlier_findings.get(&key).unwrap_or_else(|| {
            self.earlier_findings.insert(key, of_artist(history, rules, &self.goals).into())
        })
    }
}

impl<'a> AsOf<'a> {
    /// What was noteworthy about an artist from a day on, oldest first, by what was observed by the day in question.
    pub(crate) fn findings(&self, view: &ArtistView<'a>, since: Date) -> Vec<Found> {
        let Some(history) = view.history else { return Vec::new() };
        let all = self.model.findings(history, self.day);
        let start = all.partition_point(|found| found.date() < since);
        let end = all.partition_point(|found| found.date() <= self.day);
        let mut found = all.get(start..end).unwrap_or_default().to_vec();
        tell_apart(self.histories(), &view.artist.id, &mut found);
        found
    }

    /// The histories of all artists of whom anything was known, with the flags of the day in question.
    fn histories(&self) -> impl Iterator<Item = &'a ArtistHistory> + Clone {
        self.known.iter().filter_map(|view| view.history)
    }

    /// How many findings chance alone may bring an artist in a month, as the label has decided.
    pub(crate) fn by_chance(&self) -> f64 {
        self.model.findings.rules.by_chance
    }
}
