//! Judges figures of periods: what can be, and what contradicts what is known of the period.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use casa24_schemas::{
    Breakdown, BreakdownFigure as Figure, Date, Day, Period, RawBreakdown, Reason, RejectedBreakdown,
    ValidBreakdown, WithheldFigure,
};

use crate::parse::LARGEST;

/// What becomes of a raw breakdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BreakdownJudgement {
    /// At least one figure is accepted.
    Valid(Box<ValidBreakdown>),
    /// No figure is accepted.
    Rejected(Box<RejectedBreakdown>),
    /// These very figures of this period were judged before: nothing follows.
    Repeated,
}

/// Judges breakdowns, each against what was stored before of the same period.
#[derive(Debug, Default)]
pub struct BreakdownJudge {
    /// What stands of each period.
    known: HashMap<String, Known>,
}

/// Digests of the figures of a period, which may be many.
#[derive(Debug)]
struct Known {
    /// Of what stands.
    current: u64,
    /// Of what was rejected because it contradicts that.
    conflicting: HashSet<u64>,
}

impl BreakdownJudge {
    /// A judge that has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What becomes of a breakdown that arrived on a day. What was accepted first of a period stands until a correction
    /// takes its place.
    pub fn judge(&mut self, raw: &RawBreakdown, arrived_on: Date) -> BreakdownJudgement {
        // One day off may be a time zone.
        let latest = arrived_on.next_day().unwrap_or(arrived_on);
        if raw.period.last.0 > latest {
            return rejected(raw, [Reason::FutureDate].into());
        }
        if raw.period.num_days() < 1 {
            return rejected(raw, [Reason::OutOfRange].into());
        }
        let digest = BuildHasherDefault::<DefaultHasher>::default().hash_one(&raw.breakdown);
        if let Some(known) = self.known.get_mut(&raw.key()) {
            if known.current == digest {
                return BreakdownJudgement::Repeated;
            }
            if raw.correction.is_none() {
                let is_new = known.conflicting.insert(digest);
                return if is_new {
                    rejected(raw, [Reason::Conflict].into())
                } else {
                    BreakdownJudgement::Repeated
                };
            }
        }
        let mut judged = Judged::default();
        let breakdown = judged.of(&raw.breakdown, raw.period);
        if judged.num_accepted == 0 {
            let reasons: BTreeSet<Reason> = judged.withheld.iter().map(|it| it.reason).collect();
            return rejected(raw, if reasons.is_empty() { [Reason::NoMetrics].into() } else { reasons });
        }
        let known = Known { current: digest, conflicting: HashSet::new() };
        self.known.insert(raw.key(), known);
        let accepted = RawBreakdown { breakdown, ..raw.clone() };
        BreakdownJudgement::Valid(Box::new(ValidBreakdown { accepted, withheld: judged.withheld }))
    }
}

fn rejected(raw: &RawBreakdown, reasons: BTreeSet<Reason>) -> BreakdownJudgement {
    let reasons = reasons.into_iter().collect();
    BreakdownJudgement::Rejected(Box::new(RejectedBreakdown { raw: raw.clone(), reasons }))
}

/// What is found of the figures of a breakdown.
#[derive(Debug, Default)]
struct Judged {
    num_accepted: u64,
    withheld: Vec<WithheldFigure>,
}

impl Judged {
    /// The breakdown without the figures that are withheld.
    fn of(&mut self, raw: &Breakdown, period: Period) -> Breakdown {
        let mut breakdown = raw.clone();
        match &mut breakdown {
            Breakdown::Song { songs, .. } => {
                for song in songs {
                    self.audience(&song.name, &mut song.listeners, &mut song.streams);
                    self.figure(&song.name, Figure::Saves, &mut song.saves);
                }
            }
            Breakdown::Playlist { playlists, .. } => {
                for playlist in playlists {
                    self.audience(&playlist.name, &mut playlist.listeners, &mut playlist.streams);
                }
            }
            Breakdown::Day { days, .. } => self.days(days, period),
        }
        breakdown
    }

    /// Who listens has streamed at least once: where there are fewer streams than listeners, nobody knows which of the
    /// two is wrong.
    fn audience(&mut self, of: &str, listeners: &mut Option<i64>, streams: &mut Option<i64>) {
        let both = [(Figure::Listeners, listeners), (Figure::Streams, streams)];
        let are_possible = both.iter().all(|(_, figure)| figure.is_none_or(|it| fault(it).is_none()));
        let [(_, listeners), (_, streams)] = &both;
        let is_contradiction =
            are_possible && listeners.zip(**streams).is_some_and(|(listeners, streams)| streams < listeners);
        for (name, figure) in both {
            match *figure {
                Some(raw) if is_contradiction => {
                    self.withhold(of, name, Reason::OutOfRange, raw);
                    *figure = None;
                }
                _ => self.figure(of, name, figure),
            }
        }
    }

    fn days(&mut self, days: &mut BTreeMap<Day, Option<i64>>, period: Period) {
        for (day, streams) in days {
            let name = day.to_string();
            let is_of_period = (period.first..=period.last).contains(day);
            match *streams {
                Some(raw) if !is_of_period => {
                    self.withhold(&name, Figure::Streams, Reason::OutOfRange, raw);
                    *streams = None;
                }
                _ => self.figure(&name, Figure::Streams, streams),
            }
        }
    }

    fn figure(&mut self, of: &str, name: Figure, figure: &mut Option<i64>) {
        let Some(raw) = *figure else { return };
        match fault(raw) {
            None => self.num_accepted += 1,
            Some(reason) => {
                self.withhold(of, name, reason, raw);
                *figure = None;
            }
        }
    }

    fn withhold(&mut self, of: &str, figure: Figure, reason: Reason, raw: i64) {
        self.withheld.push(WithheldFigure { of: of.to_owned(), figure, reason, raw });
    }
}

/// What is wrong with a count by itself.
fn fault(raw: i64) -> Option<Reason> {
    match raw {
        ..0 => Some(Reason::Negative),
        _ if raw > LARGEST as i64 => Some(Reason::OutOfRange),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Artist, Observed, Platform, PlaylistFigures, SnapshotCorrection, SongFigures};
    use time::macros::date;

    use super::*;

    const ARRIVED: Date = date!(2026 - 08 - 30);

    fn raw(last: Date, breakdown: Breakdown) -> RawBreakdown {
        RawBreakdown {
            platform: Platform::SPOTIFY,
            artist: Artist::new("Luz").unwrap(),
            period: Period { first: Day(date!(2026 - 08 - 01)), last: Day(last) },
            source: "songs-28day.csv".to_owned(),
            breakdown,
            correction: None,
        }
    }

    fn song(name: &str, listeners: Option<i64>, streams: Option<i64>) -> SongFigures {
        SongFigures { name: name.to_owned(), listeners, streams, saves: None, released: None }
    }

    fn songs(songs: Vec<SongFigures>) -> RawBreakdown {
        raw(date!(2026 - 08 - 28), Breakdown::Song { songs, num_left_out: 0 })
    }

    fn valid(judge: &mut BreakdownJudge, raw: &RawBreakdown) -> ValidBreakdown {
        match judge.judge(raw, ARRIVED) {
            BreakdownJudgement::Valid(valid) => *valid,
            other => panic!("{other:?}"),
        }
    }

    fn reasons(judge: &mut BreakdownJudge, raw: &RawBreakdown) -> Vec<Reason> {
        match judge.judge(raw, ARRIVED) {
            BreakdownJudgement::Rejected(rejected) => rejected.reasons,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_cannot_be_is_withheld_and_the_rest_is_accepted() {
        let raw = songs(vec![
            song("Japon", Some(10), Some(30)),
            song("Norte", Some(31), Some(30)),
            song("Sur", Some(-1), Some(5)),
            song("Este", None, Some(i64::MAX)),
        ]);
        let valid = valid(&mut BreakdownJudge::new(), &raw);
        let Breakdown::Song { songs, .. } = &valid.accepted.breakdown else { panic!("{valid:?}") };
        assert_eq!(songs[0], song("Japon", Some(10), Some(30)));
        assert_eq!(songs[1], song("Norte", None, None));
        assert_eq!(songs[2], song("Sur", None, Some(5)));
        assert_eq!(songs[3], song("Este", None, None));
        let withheld: Vec<_> =
            valid.withheld.iter().map(|it| (it.of.as_str(), it.figure, it.reason)).collect();
        assert_eq!(
            withheld,
            [
                ("Norte", Figure::Listeners, Reason::OutOfRange),
                ("Norte", Figure::Streams, Reason::OutOfRange),
                ("Sur", Figure::Listeners, Reason::Negative),
                ("Este", Figure::Streams, Reason::OutOfRange),
            ]
        );
    }

    #[test]
    fn periods_that_cannot_be_are_rejected_and_leave_no_trace() {
        let mut judge = BreakdownJudge::new();
        let of = |last| raw(last, songs(vec![song("Japon", None, Some(3))]).breakdown);
        assert_eq!(reasons(&mut judge, &of(date!(2026 - 09 - 01))), [Reason::FutureDate]);
        assert_eq!(reasons(&mut judge, &of(date!(2026 - 07 - 31))), [Reason::OutOfRange]);
        assert_eq!(valid(&mut judge, &of(date!(2026 - 08 - 31))).withheld, []);
    }

    #[test]
    fn a_breakdown_without_any_figure_is_rejected() {
        let mut judge = BreakdownJudge::new();
        assert_eq!(reasons(&mut judge, &songs(vec![song("Japon", None, None)])), [Reason::NoMetrics]);
        assert_eq!(reasons(&mut judge, &songs(vec![song("Japon", Some(-2), None)])), [Reason::Negative]);
        // Neither keeps a right one out.
        assert_eq!(valid(&mut judge, &songs(vec![song("Japon", Some(2), None)])).withheld, []);
    }

    #[test]
    fn the_first_of_a_period_stands_until_it_is_corrected() {
        let mut judge = BreakdownJudge::new();
        let first = songs(vec![song("Japon", Some(2), Some(3))]);
        let other = songs(vec![song("Japon", Some(2), Some(4))]);
        valid(&mut judge, &first);
        assert_eq!(judge.judge(&first, ARRIVED), BreakdownJudgement::Repeated);
        assert_eq!(reasons(&mut judge, &other), [Reason::Conflict]);
        assert_eq!(judge.judge(&other, ARRIVED), BreakdownJudgement::Repeated);
        let corrected_at = Observed::parse("2026-08-30T09:00:00Z").unwrap();
        let correction = Some(SnapshotCorrection { reason: None, corrected_at, follows: None });
        let corrected = RawBreakdown { correction, ..other.clone() };
        assert_eq!(valid(&mut judge, &corrected).accepted, corrected);
        assert_eq!(judge.judge(&other, ARRIVED), BreakdownJudgement::Repeated);
        assert_eq!(reasons(&mut judge, &first), [Reason::Conflict]);
        // Playlists of the same period are another breakdown.
        let playlist = PlaylistFigures {
            name: "Focus".to_owned(),
            author: None,
            listeners: None,
            streams: Some(9),
            added: None,
        };
        let playlists = Breakdown::Playlist { playlists: vec![playlist], num_left_out: 0 };
        assert_eq!(valid(&mut judge, &raw(date!(2026 - 08 - 28), playlists)).withheld, []);
    }

    #[test]
    fn days_outside_the_period_are_withheld() {
        let days = BTreeMap::from([
            (Day(date!(2026 - 07 - 31)), Some(4)),
            (Day(date!(2026 - 08 - 01)), Some(5)),
            (Day(date!(2026 - 08 - 02)), None),
            (Day(date!(2026 - 08 - 04)), Some(6)),
        ]);
        let breakdown = Breakdown::Day { song: "Japon".to_owned(), days };
        let valid = valid(&mut BreakdownJudge::new(), &raw(date!(2026 - 08 - 03), breakdown));
        let Breakdown::Day { days, .. } = valid.accepted.breakdown else { panic!("days") };
        assert_eq!(days.into_values().collect::<Vec<_>>(), [None, Some(5), None, None]);
        let withheld: Vec<_> = valid.withheld.iter().map(|it| (it.of.as_str(), it.reason, it.raw)).collect();
        assert_eq!(withheld, [("2026-07-31", Reason::OutOfRange, 4), ("2026-08-04", Reason::OutOfRange, 6)]);
    }
}
