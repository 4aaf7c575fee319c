//! Why no figure was accepted where a source was asked for one, because it gave none or what it gave was withheld: of
//! every artist, as of a day.

use std::collections::BTreeMap;
use std::sync::Arc;

use casa24_schemas::{ArtistId, Date, Day, Metric, Observed, Platform, RejectedSnapshot, ValidSnapshot};

use crate::figures::{NoNewer, NotAccepted};

/// The reasons of all artists. A clone costs one reference count for each of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Absences {
    artists: BTreeMap<ArtistId, Arc<ArtistAbsences>>,
}

/// The reasons of one artist, each with the days on which it was given.
#[derive(Debug, Clone, Default)]
pub struct ArtistAbsences {
    platforms: BTreeMap<Platform, BTreeMap<Metric, BTreeMap<NotAccepted, Days>>>,
}

impl Absences {
    /// Takes in what an observation did not give, and what of it was withheld, in any order of the observations.
    pub(super) fn insert(&mut self, snapshot: &ValidSnapshot) {
        let absent = snapshot.absent.iter().map(|(metric, why)| (metric, NotAccepted::NotGiven(*why)));
        let withheld = snapshot.withheld.iter();
        let withheld = withheld.map(|(metric, of)| (metric, NotAccepted::Withheld { withheld: of.reason }));
        let series = (&snapshot.artist.id, &snapshot.platform);
        self.insert_all(series, snapshot.observed_at, absent.chain(withheld));
    }

    /// Takes in an observation of which nothing was accepted.
    pub(super) fn insert_rejected(&mut self, rejected: &RejectedSnapshot) {
        let raw = &rejected.raw;
        let absent = raw.absent.iter().map(|(metric, why)| (metric, NotAccepted::NotGiven(*why)));
        let of_all = rejected.reasons.iter().find(|rejection| rejection.metric.is_none());
        let withheld = raw.metrics.keys().filter_map(|metric| {
            let of_metric = rejected.reasons.iter().find(|it| it.metric.as_ref() == Some(metric));
            let withheld = of_metric.or(of_all)?.reason;
            Some((metric, NotAccepted::Withheld { withheld }))
        });
        self.insert_all((&raw.artist.id, &raw.platform), raw.observed_at, absent.chain(withheld));
    }

    fn insert_all<'a>(
        &mut self,
        (artist, platform): (&ArtistId, &Platform),
        observed_at: Observed,
        reasons: impl Iterator<Item = (&'a Metric, NotAccepted)>,
    ) {
        let mut reasons = reasons.peekable();
        if reasons.peek().is_none() {
            return;
        }
        let artist = Arc::make_mut(self.artists.entry(artist.clone()).or_default());
        let metrics = artist.platforms.entry(platform.clone()).or_default();
        for (metric, why) in reasons {
            let of_metric = metrics.entry(metric.clone()).or_default();
            of_metric.entry(why).or_default().insert(observed_at.date());
        }
    }

    /// Those of an artist.
    pub(super) fn of(&self, artist: &ArtistId) -> Option<&ArtistAbsences> {
        self.artists.get(artist).map(Arc::as_ref)
    }
}

impl ArtistAbsences {
    /// Why no figure was accepted when it was last asked for by the end of a day, and since when that has been the reason;
    /// only what came after its newest value, where there is one. Of several reasons of one day the first of the list
    /// counts: what may pass stands at its end.
    pub fn at(
        &self,
        platform: &Platform,
        metric: &Metric,
        newest: Option<Date>,
        day: Date,
    ) -> Option<NoNewer> {
        let reasons = self.platforms.get(platform)?.get(metric)?;
        let last = |days: &Days| days.last_by(day).filter(|last| newest.is_none_or(|newest| *last > newest));
        let given = || reasons.iter().filter_map(|(why, days)| Some((*why, days, last(days)?)));
        let newest_day = given().map(|(.., last)| last).max()?;
        let (why, days, _) = given().find(|(.., last)| *last == newest_day)?;
        // The newest day before it on which only another reason was given.
        let only_other = |others: &Days| {
            let mut before = newest_day.previous_day()?;
            loop {
                let other = others.last_by(before)?;
                if days.last_by(other) != Some(other) {
                    return Some(other);
                }
                before = other.previous_day()?;
            }
        };
        let others = reasons.iter().filter(|(other, _)| **other != why);
        let after = others.filter_map(|(_, others)| only_other(others)).chain(newest).max();
        Some(NoNewer { why, since: Day(days.first_after(after)?) })
    }
}

/// A set of days, kept as its stretches without a gap, oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
struct Days(Vec<(Date, Date)>);

impl Days {
    fn insert(&mut self, day: Date) {
        let place = self.0.partition_point(|(first, _)| *first <= day);
        let (before, after) = self.0.split_at_mut(place);
        let joins_before =
            before.last_mut().filter(|(_, last)| last.next_day().is_none_or(|next| next >= day));
        let joins_after = after.first_mut().filter(|(first, _)| day.next_day() == Some(*first));
        match (joins_before, joins_after) {
            (Some((_, last)), Some((_, end))) if *last < day => {
                *last = *end;
                self.0.remove(place);
            }
            (Some((_, last)), _) => *last = day.max(*last),
            (None, Some((first, _))) => *first = day,
            (None, None) => self.0.insert(place, (day, day)),
        }
    }

    /// The last of them that is no later than a day.
    fn last_by(&self, day: Date) -> Option<Date> {
        let end = self.0.partition_point(|(first, _)| *first <= day);
        self.0.get(end.checked_sub(1)?).map(|(_, last)| (*last).min(day))
    }

    /// The first of them that is later than a day.
    fn first_after(&self, day: Option<Date>) -> Option<Date> {
        let Some(day) = day else { return self.0.first().map(|(first, _)| *first) };
        let (first, _) = self.0.iter().find(|(_, last)| *last > day)?;
        Some((*first).max(day.next_day()?))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use casa24_schemas::Absence;
    use proptest::prelude::*;
    use time::Duration;
    use time::macros::date;

    use super::*;

    fn day(number: u8) -> Date {
        date!(2026 - 05 - 01) + Duration::days(number.into())
    }

    /// What is said of a figure, where observations of these days gave these reasons.
    fn said(given: &[(u8, Absence)], newest: Option<u8>, by: u8) -> Option<(Absence, Date)> {
        let mut absences = Absences::default();
        let artist = casa24_schemas::Artist::new("Luz").unwrap().id;
        for (number, why) in given {
            let at = Observed::day(day(*number));
            let reason = (&Metric::FANS, NotAccepted::NotGiven(*why));
            absences.insert_all((&artist, &Platform::DEEZER), at, std::iter::once(reason));
        }
        let artist = absences.of(&artist)?;
        let found = artist.at(&Platform::DEEZER, &Metric::FANS, newest.map(day), day(by))?;
        let NotAccepted::NotGiven(why) = found.why else { panic!("withheld: {found:?}") };
        Some((why, found.since.0))
    }

    #[test]
    fn a_reason_holds_since_the_first_day_after_the_newest_value_and_after_other_reasons() {
        use Absence::{Failed, Hidden, Refused};
        let given = [(1, Refused), (4, Refused), (5, Refused), (8, Failed), (9, Hidden), (10, Hidden)];
        for (newest, by, expected) in [
            (None, 0, None),
            (None, 3, Some((Refused, day(1)))),
            (Some(3), 3, None),
            (Some(3), 6, Some((Refused, day(4)))),
            (Some(4), 6, Some((Refused, day(5)))),
            (Some(3), 8, Some((Failed, day(8)))),
            (Some(3), 30, Some((Hidden, day(9)))),
            (Some(9), 30, Some((Hidden, day(10)))),
            (Some(10), 30, None),
        ] {
            assert_eq!(said(&given, newest, by), expected, "{newest:?} by {by}");
        }
    }

    #[test]
    fn of_two_reasons_of_one_day_the_lasting_one_counts() {
        use Absence::{Failed, Hidden, Refused};
        assert_eq!(said(&[(7, Failed), (7, Hidden)], None, 9), Some((Hidden, day(7))));
        // A try that failed on the same day does not interrupt the reason.
        let given = [(6, Hidden), (7, Failed), (7, Hidden), (8, Hidden)];
        assert_eq!(said(&given, None, 9), Some((Hidden, day(6))));
        assert_eq!(
            said(&[(6, Refused), (7, Refused), (8, Refused), (8, Failed)], None, 9),
            Some((Refused, day(6)))
        );
    }

    proptest! {
        #[test]
        fn days_are_a_set_in_whatever_order_they_come(numbers in prop::collection::vec(0..40_u8, 0..60), by in 0..40_u8) {
            let mut days = Days::default();
            numbers.iter().for_each(|number| days.insert(day(*number)));
            let set: BTreeSet<Date> = numbers.iter().map(|number| day(*number)).collect();
            prop_assert!(days.0.windows(2).all(|pair| pair[0].1.next_day().unwrap() < pair[1].0), "{days:?}");
            prop_assert_eq!(days.last_by(day(by)), set.range(..=day(by)).next_back().copied());
            prop_assert_eq!(days.first_after(Some(day(by))), set.range(day(by).next_day().unwrap()..).next().copied());
            prop_assert_eq!(days.first_after(None), set.first().copied());
        }
    }
}
