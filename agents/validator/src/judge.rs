//! Judges raw snapshots: each figure is accepted, accepted with flags, or withheld with a reason; and each collection
//! as a whole, whose snapshots come one by one.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use casa24_schemas::{ArtistId, Date, Platform, RawSnapshot, Reason};

use crate::artist_judge::ArtistJudge;
use crate::collection::Collections;
use crate::group::Group;
use crate::judgement::{Judged, Judgement, rejected};
use crate::moments::Seen;
use crate::parse;
use crate::platform_judge::Figures;

/// Judges snapshots by what was accepted before; the same snapshots in the same order get the same judgements.
#[derive(Debug, Default)]
pub struct Judge {
    pub(crate) artists: BTreeMap<ArtistId, ArtistJudge>,
    /// All figures of a platform as a group.
    pub(crate) platforms: BTreeMap<Platform, Group>,
    /// All figures of a collection as a group.
    pub(crate) all: Group,
    pub(crate) collections: Collections,
}

impl Judge {
    /// Knows nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Judges a snapshot that was stored on the bus on a day (UTC). A snapshot that arrives after later ones is
    /// judged by the values dated before it. Earlier judgements stand, except that figures of the same collection,
    /// and of the ones before it, are found to be copies, or part of a purge: those snapshots are amended. A correction
    /// is judged in the place of what was stored for its moment.
    pub fn judge(&mut self, raw: &RawSnapshot, arrived_on: Date) -> Judged {
        // One day off may be a time zone. Others must not be judged by what is dated even later.
        if arrived_on.next_day().is_some_and(|latest| raw.observed_at.date() > latest) {
            return rejected(raw, raw.metrics.keys().map(|metric| (metric, Reason::FutureDate))).into();
        }
        let figures: Figures<'_> = raw
            .metrics
            .iter()
            .map(|(metric, value)| (metric, parse::figure(&raw.platform, metric, value)))
            .collect();
        let digest = digest(raw);
        if raw.correction.is_some() {
            return self.correct(raw, figures, digest);
        }
        let artist = match self.artists.get_mut(&raw.artist.id) {
            Some(artist) => artist,
            None => self.artists.entry(raw.artist.id.clone()).or_default(),
        };
        let platform_judge = artist.platforms.entry(raw.platform.clone()).or_default();
        let judgement = match platform_judge.moments.seen(raw.observed_at, digest) {
            Seen::Repeated => return Judgement::Repeated.into(),
            Seen::Conflict => Err(rejected(raw, raw.metrics.keys().map(|metric| (metric, Reason::Conflict)))),
            Seen::New => platform_judge.judge(raw, figures),
        };
        platform_judge.moments.insert(raw.observed_at, digest, judgement.is_ok());
        match judgement {
            Ok(accepted) => {
                let (snapshot, amended) = self.judge_collection(raw, accepted);
                Judged { amended, judgement: Judgement::Valid(snapshot) }
            }
            Err(judgement) => judgement.into(),
        }
    }
}

/// A digest of a snapshot's figures, however they were written: "1,200" and 1200 are the same figure. Those that are
/// withheld count too: other ones are no repetition. It lives in memory only, so that it may differ between versions of
/// the standard library.
fn digest(raw: &RawSnapshot) -> u64 {
    let mut hasher = DefaultHasher::new();
    for (metric, value) in &raw.metrics {
        metric.as_str().hash(&mut hasher);
        parse::given(value).hash(&mut hasher);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Account, Artist, Content, Metric, RawValue, Rejection, Track};
    use proptest::prelude::*;
    use time::Duration;

    use super::*;
    use crate::fixture::{FIRST, Fixture, flags, raw, spotify};

    #[test]
    fn what_the_collector_saw_beside_figures_is_carried_over() {
        let track = Track { name: "Japon".to_owned(), popularity: Some(4), preview_url: None };
        let mut raw = spotify(0, 9);
        raw.content = Some(Content { tracks: vec![track], ..Content::default() });
        raw.account = Account::Present { id: "2Qp".to_owned() };
        raw.sample = true;
        let valid = Fixture::default().valid(&raw);
        assert_eq!((&valid.content, &valid.account), (&raw.content, &raw.account));
        assert_eq!((&valid.source, valid.sample, &valid.artist), (&raw.source, true, &raw.artist));
        assert_eq!((&valid.platform, valid.observed_at), (&raw.platform, raw.observed_at));
    }

    #[test]
    fn nothing_accepted_is_rejected_with_a_reason_for_each_metric() {
        let metrics =
            [(Metric::FOLLOWERS, RawValue::Null), (Metric::POPULARITY_SCORE, RawValue::Float(f64::NAN))];
        let Judgement::Rejected(rejected) = Fixture::default().judge(&raw(Platform::SPOTIFY, 0, metrics))
        else {
            panic!("accepted");
        };
        let expected = [(Metric::FOLLOWERS, Reason::Missing), (Metric::POPULARITY_SCORE, Reason::NotANumber)];
        let expected = expected.map(|(metric, reason)| Rejection { metric: Some(metric), reason });
        assert_eq!(rejected.reasons, expected);
        assert_eq!(Fixture::default().reasons(&raw(Platform::SPOTIFY, 0, [])), [Reason::NoMetrics]);
    }

    #[test]
    fn what_is_dated_after_tomorrow_is_rejected_and_leaves_no_trace() {
        let mut judge = Judge::new();
        let future = spotify(2, 9_999);
        assert!(matches!(judge.judge(&spotify(1, 340), FIRST).judgement, Judgement::Valid(_)));
        let Judgement::Rejected(rejected) = judge.judge(&future, FIRST).judgement else { panic!("accepted") };
        assert_eq!(rejected.reasons[0].reason, Reason::FutureDate);
        assert!(matches!(
            judge.judge(&spotify(2, 341), FIRST + Duration::DAY).judgement,
            Judgement::Valid(_)
        ));
        assert_eq!(Fixture(judge).flags(3, 342), []);
        assert!(matches!(Judge::new().judge(&spotify(0, 1), Date::MAX).judgement, Judgement::Valid(_)));
    }

    #[test]
    fn the_same_figures_of_the_same_moment_are_repeated_however_they_are_written() {
        let mut fixture = Fixture::moving(0..10);
        assert_eq!(fixture.judge(&spotify(9, 340)), Judgement::Repeated);
        let text = [(Metric::FOLLOWERS, RawValue::Text("340".to_owned()))];
        assert_eq!(fixture.judge(&raw(Platform::SPOTIFY, 9, text)), Judgement::Repeated);
        let nothing = raw(Platform::SPOTIFY, 10, [(Metric::FOLLOWERS, RawValue::Null)]);
        assert_eq!(fixture.reasons(&nothing), [Reason::Missing]);
        assert_eq!(fixture.judge(&nothing), Judgement::Repeated);
    }

    #[test]
    fn other_figures_of_the_same_moment_are_a_conflict_and_the_first_stand() {
        let mut fixture = Fixture::moving(0..10);
        assert_eq!(fixture.reasons(&spotify(9, 9_999)), [Reason::Conflict]);
        assert_eq!(fixture.judge(&spotify(9, 9_999)), Judgement::Repeated);
        assert_eq!(fixture.flags(10, 341), []);
    }

    /// What no version accepts beside what it does: nobody may read from its absence that it was never said.
    #[test]
    fn figures_that_would_be_withheld_are_no_repetition_of_others_either() {
        let of = |metric: &str, value: RawValue| {
            let metrics = [(Metric::FOLLOWERS, RawValue::Integer(88)), (Metric::new(metric).unwrap(), value)];
            raw(Platform::SPOTIFY, 0, metrics)
        };
        let text = |text: &str| RawValue::Text(text.to_owned());
        for (metric, first, other) in [
            ("saves", RawValue::Integer(3), RawValue::Integer(4)),
            ("popularity_score", RawValue::Integer(101), RawValue::Integer(250)),
            ("monthly_listeners", RawValue::Integer(-5), RawValue::Integer(-1)),
            ("monthly_listeners", RawValue::Float(7.5), RawValue::Float(7.25)),
            ("monthly_listeners", text("soon"), text("later")),
            ("monthly_listeners", RawValue::Float(f64::INFINITY), RawValue::Float(f64::NEG_INFINITY)),
            ("monthly_listeners", text("N/A"), RawValue::Integer(311)),
        ] {
            let mut fixture = Fixture::default();
            fixture.valid(&of(metric, first.clone()));
            assert_eq!(fixture.judge(&of(metric, first.clone())), Judgement::Repeated, "{metric} {first}");
            let reasons = fixture.reasons(&of(metric, other.clone()));
            assert_eq!(reasons, [Reason::Conflict; 2], "{metric} {first}, then {other}");
            assert_eq!(fixture.judge(&of(metric, other)), Judgement::Repeated, "{metric}");
        }
        let mut fixture = Fixture::default();
        let alone = |value| raw(Platform::SPOTIFY, 0, [(Metric::FOLLOWERS, RawValue::Integer(value))]);
        assert_eq!(fixture.reasons(&alone(-2)), [Reason::Negative]);
        assert_eq!(fixture.reasons(&alone(-4)), [Reason::Negative]);
        assert_eq!(fixture.judge(&alone(-2)), Judgement::Repeated);
    }

    #[test]
    fn a_figure_that_is_missing_is_the_same_in_every_word_for_it() {
        let listeners = |value| raw(Platform::SPOTIFY, 0, [(Metric::MONTHLY_LISTENERS, value)]);
        let mut fixture = Fixture::default();
        assert_eq!(fixture.reasons(&listeners(RawValue::Null)), [Reason::Missing]);
        for word in ["", "N/A", " - "] {
            assert_eq!(fixture.judge(&listeners(RawValue::Text(word.to_owned()))), Judgement::Repeated);
        }
        let not_a_number = || listeners(RawValue::Float(f64::NAN));
        assert_eq!(fixture.reasons(&not_a_number()), [Reason::NotANumber]);
        assert_eq!(fixture.judge(&not_a_number()), Judgement::Repeated);
    }

    #[test]
    fn a_moment_of_which_nothing_was_accepted_can_still_be_told() {
        let mut fixture = Fixture::moving(0..10);
        let nothing = raw(Platform::SPOTIFY, 10, [(Metric::FOLLOWERS, RawValue::Null)]);
        fixture.reasons(&nothing);
        assert_eq!(fixture.flags(10, 341), []);
    }

    #[test]
    fn artists_and_platforms_do_not_judge_each_other() {
        let mut fixture = Fixture::moving(0..30);
        let mut other = spotify(30, 9_999);
        other.artist = Artist::new("PYRO").unwrap();
        assert_eq!(flags(&fixture.valid(&other), &Metric::FOLLOWERS), []);
        let instagram = raw(Platform::INSTAGRAM, 30, [(Metric::FOLLOWERS, RawValue::Integer(9_999))]);
        assert_eq!(flags(&fixture.valid(&instagram), &Metric::FOLLOWERS), []);
    }

    fn any_value() -> impl Strategy<Value = RawValue> {
        prop_oneof![
            (-3_i64..2_000).prop_map(RawValue::Integer),
            any::<i64>().prop_map(RawValue::Integer),
            any::<f64>().prop_map(RawValue::Float),
            "\\PC{0,12}|[0-9.,KM]{1,6}|N/A".prop_map(RawValue::Text),
            Just(RawValue::Null),
        ]
    }

    fn any_raw() -> impl Strategy<Value = RawSnapshot> {
        let platform =
            prop_oneof!["spotify", "youtube", "vinyl"].prop_map(|name| Platform::new(&name).unwrap());
        let metric = prop_oneof!["followers", "monthly_listeners", "subscribers", "total_views", "saves"]
            .prop_map(|name| Metric::new(&name).unwrap());
        let account = prop_oneof![Just(Account::Unknown), Just(Account::Absent)];
        let metrics = proptest::collection::btree_map(metric, any_value(), 0..5);
        (platform, account, -5_i64..40, metrics).prop_map(|(platform, account, day, metrics)| RawSnapshot {
            account,
            metrics,
            ..raw(platform, day, [])
        })
    }

    proptest! {
        #[test]
        fn every_figure_is_accepted_or_withheld_exactly_once(
            stream in proptest::collection::vec(any_raw(), 0..80)
        ) {
            let mut judge = Judge::new();
            let mut again = Judge::new();
            for raw in &stream {
                let arrived_on = FIRST.saturating_add(Duration::days(30));
                let judgement = judge.judge(raw, arrived_on);
                // Compared as text, for a NaN in the raw event is not equal to itself.
                prop_assert_eq!(format!("{judgement:?}"), format!("{:?}", again.judge(raw, arrived_on)));
                let judged: Vec<Metric> = match judgement.judgement {
                    Judgement::Valid(valid) => {
                        prop_assert!(!valid.metrics.is_empty());
                        let judged = valid.metrics.keys().chain(valid.withheld.keys());
                        let mut judged: Vec<Metric> = judged.cloned().collect();
                        judged.sort_unstable();
                        judged
                    }
                    Judgement::Rejected(rejected) => {
                        prop_assert!(!rejected.reasons.is_empty());
                        rejected.reasons.into_iter().filter_map(|rejection| rejection.metric).collect()
                    }
                    Judgement::Repeated => continue,
                };
                prop_assert!(judged.iter().eq(raw.metrics.keys()));
            }
        }

        #[test]
        fn what_was_judged_is_repeated(stream in proptest::collection::vec(any_raw(), 0..40)) {
            let mut judge = Judge::new();
            for raw in stream.iter().chain(&stream).enumerate() {
                let judgement = judge.judge(raw.1, Date::MAX).judgement;
                prop_assert!(raw.0 < stream.len() || judgement == Judgement::Repeated);
            }
        }
    }
}
