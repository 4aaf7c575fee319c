//! Findings of a day rest on what was observed by then, whatever came later and in whatever order it came.

use std::collections::BTreeMap;

use casa24_analytics::History;
use casa24_analytics::findings::of_artist;
use casa24_analytics::trends::{Found, TrendRules};
use casa24_schemas::{
    Account, Artist, ArtistId, Content, Date, Flag, Goals, Metric, Observed, Platform, Reading, Track,
    ValidSnapshot, Value, Video,
};
use proptest::prelude::*;
use time::Duration;
use time::macros::date;

const START: Date = date!(2024 - 01 - 01);
const DAYS: i64 = 220;

/// What happens on a day: the gains of three series, and what else.
#[derive(Debug, Clone)]
struct Made {
    gains: [f64; 3],
    kind: u8,
}

fn made() -> impl Strategy<Value = Vec<Made>> {
    let gains = [-3.0..9.0, -20.0..60.0, -200.0..260.0_f64];
    let day = (gains, prop_oneof![60 => Just(0_u8), 40 => 0..12_u8]);
    prop::collection::vec(day.prop_map(|(gains, kind)| Made { gains, kind }), DAYS as usize)
}

fn day(number: usize) -> Observed {
    Observed::day(START + Duration::days(number as i64))
}

/// The snapshots of an artist: gaps, copies, jumps up and down, spikes, single days of fame.
fn snapshots(made: &[Made]) -> Vec<ValidSnapshot> {
    let mut values = [900.0, 40_000.0, 5_000.0_f64];
    let mut views = 1_000_u64;
    let mut snapshots = Vec::new();
    for (number, Made { gains, kind }) in made.iter().enumerate() {
        let factor = if *kind == 1 { 40.0 } else { 1.0 };
        for (value, gain) in values.iter_mut().zip(gains) {
            *value = (*value + (gain * factor).round()).max(1.0);
        }
        let mut flags = Vec::new();
        match kind {
            2 => continue,
            3 => flags.push(Flag::CopiedForward),
            4 => {
                values[0] *= 3.0;
                flags.push(Flag::LevelChange);
            }
            5 => {
                values[0] = (values[0] / 3.0).max(1.0);
                flags.push(Flag::LevelChange);
            }
            _ => {}
        }
        views += if *kind == 1 { 9_000 } else { 20 + u64::from(*kind) };
        let reading = |value: f64, flags: &[Flag]| Reading {
            value: Value::new(value.round()).expect("a number"),
            flags: flags.to_vec(),
        };
        let snapshot = |platform: Platform, metrics: BTreeMap<Metric, Reading>| ValidSnapshot {
            platform,
            artist: Artist::new("PYRO").expect("a name"),
            observed_at: day(number),
            source: "generated".to_owned(),
            account: Account::Unknown,
            metrics,
            withheld: BTreeMap::new(),
            absent: BTreeMap::new(),
            content: Some(Content {
                tracks: vec![Track {
                    name: "Song".to_owned(),
                    popularity: Some(20 + kind % 3),
                    preview_url: None,
                }],
                videos: vec![Video {
                    id: "v".to_owned(),
                    title: "Video".to_owned(),
                    views: Some(views),
                    published_at: None,
                }],
                ..Content::default()
            }),
            revision: 0,
            amended_at: None,
            correction: None,
            sample: false,
        };
        let spotify = [
            (Metric::FOLLOWERS, reading(values[0], &flags)),
            (Metric::MONTHLY_LISTENERS, reading(values[2], &[])),
        ];
        snapshots.push(snapshot(Platform::SPOTIFY, BTreeMap::from(spotify)));
        let youtube = [(Metric::TOTAL_VIEWS, reading(values[1], &[]))];
        snapshots.push(snapshot(Platform::YOUTUBE, BTreeMap::from(youtube)));
    }
    snapshots
}

fn findings<'s>(snapshots: impl IntoIterator<Item = &'s ValidSnapshot>) -> Vec<Found> {
    let mut history = History::default();
    snapshots.into_iter().for_each(|snapshot| history.insert(snapshot));
    let id: ArtistId = Artist::new("PYRO").expect("a name").id;
    history
        .artist(&id)
        .map(|artist| of_artist(artist, &TrendRules { by_chance: 2.0 }, &Goals::default()))
        .unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_comes_later_changes_no_finding_of_earlier_days(made in made(), cut in 30..DAYS) {
        let snapshots = snapshots(&made);
        let last = START + Duration::days(cut);
        let by_then = findings(snapshots.iter().filter(|snapshot| snapshot.observed_at.date() <= last));
        let mut earlier = findings(&snapshots);
        earlier.retain(|found| found.date() <= last);
        prop_assert_eq!(by_then, earlier);
    }

    #[test]
    fn the_order_in_which_figures_come_does_not_matter(
        made in made(),
        keys in prop::collection::vec(any::<u32>(), 2 * DAYS as usize),
    ) {
        let snapshots = snapshots(&made);
        let mut shuffled: Vec<(u32, &ValidSnapshot)> = keys.into_iter().zip(&snapshots).collect();
        shuffled.sort_by_key(|(key, _)| *key);
        prop_assert_eq!(findings(shuffled.into_iter().map(|(_, snapshot)| snapshot)), findings(&snapshots));
    }
}

#[test]
fn the_generated_figures_have_findings_of_most_kinds() {
    let made: Vec<Made> = (0..DAYS)
        .map(|number| {
            let wave = ((number * 37) % 11) as f64 - 3.0;
            let kind = match number {
                120 | 171 => 1,
                60..=62 => 2,
                90 => 3,
                200 => 4,
                _ => 0,
            };
            let pace = if number > 140 { 30.0 } else { 0.0 };
            Made { gains: [wave + pace, 10.0 * wave, 20.0 * wave], kind }
        })
        .collect();
    let mut kinds: Vec<String> =
        findings(&snapshots(&made)).into_iter().map(|found| found.kind.to_string()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in ["accelerating", "cooling", "level_change", "milestone", "spike", "viral"] {
        assert!(kinds.iter().any(|known| known == kind), "{kind} is not among {kinds:?}");
    }
}
