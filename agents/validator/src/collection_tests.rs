use std::collections::BTreeMap;

use casa24_schemas::{Artist, Flag, Metric, Observed, Platform, RawSnapshot, RawValue, ValidSnapshot};
use proptest::prelude::*;
use time::Duration;

use crate::fixture::{FIRST, flags, raw, spotify};
use crate::{Judge, Judged, Judgement};

/// Figures of several artists on two platforms, as they were published last.
#[derive(Default)]
struct Label {
    judge: Judge,
    newest: BTreeMap<(String, Platform, Observed), ValidSnapshot>,
    num_amended: usize,
}

const ARTISTS: [&str; 6] = ["Uno", "Dos", "Tres", "Cuatro", "Cinco", "Seis"];

impl Label {
    fn judge(&mut self, raw: &RawSnapshot) -> Judged {
        let judged = self.judge.judge(raw, raw.observed_at.date());
        let own = match &judged.judgement {
            Judgement::Valid(valid) => Some(valid),
            _ => None,
        };
        for snapshot in judged.amended.iter().chain(own) {
            let key = (snapshot.artist.name.clone(), snapshot.platform.clone(), snapshot.observed_at);
            let before = self.newest.insert(key, snapshot.as_ref().clone());
            assert_eq!(snapshot.revision, before.map_or(0, |before| before.revision + 1));
        }
        self.num_amended += judged.amended.len();
        judged
    }

    /// A day of the label; each figure is that of the day that `seen` gives for its artist and platform.
    fn day(&mut self, day: i64, seen: impl Fn(usize, &Platform) -> i64) {
        for (index, name) in ARTISTS.iter().enumerate() {
            for platform in [Platform::SPOTIFY, Platform::YOUTUBE] {
                self.judge(&snapshot(name, index, &platform, day, seen(index, &platform)));
            }
        }
    }

    fn normal(&mut self, days: std::ops::Range<i64>) {
        days.for_each(|day| self.day(day, |_, _| day));
    }

    /// Days, artists and platforms with a copy among them.
    fn copies(&self) -> Vec<(i64, String, Platform)> {
        let is_copy =
            |it: &ValidSnapshot| it.metrics.values().any(|it| it.flags.contains(&Flag::CopiedForward));
        let copies = self.newest.iter().filter(|(_, it)| is_copy(it));
        let mut copies: Vec<_> = copies
            .map(|((artist, platform, at), _)| {
                ((at.date() - FIRST).whole_days(), artist.clone(), platform.clone())
            })
            .collect();
        copies.sort();
        copies
    }

    fn flags(&self, artist: &str, day: i64) -> Vec<Flag> {
        let at = Observed::day(FIRST + Duration::days(day));
        flags(&self.newest[&(artist.to_owned(), Platform::SPOTIFY, at)], &Metric::FOLLOWERS)
    }
}

/// What an artist's platform showed on a day, given as that of another: two figures that move, one that never does.
fn snapshot(name: &str, index: usize, platform: &Platform, day: i64, shown: i64) -> RawSnapshot {
    let index = index as i64;
    let moving = 700 + 90 * index + 3 * shown + (shown * (index + 2)) % 5;
    let metrics = if *platform == Platform::SPOTIFY {
        [(Metric::FOLLOWERS, moving), (Metric::POPULARITY_SCORE, 9), (Metric::MONTHLY_LISTENERS, 4 * moving)]
    } else {
        [(Metric::SUBSCRIBERS, 40), (Metric::VIDEO_COUNT, 7), (Metric::TOTAL_VIEWS, 90 * moving)]
    };
    let metrics = metrics.map(|(metric, value)| (metric, RawValue::Integer(value)));
    let collection = Some(format!("run {day}"));
    RawSnapshot { artist: Artist::new(name).unwrap(), collection, ..raw(platform.clone(), day, metrics) }
}

#[test]
fn a_copied_collection_is_marked_whole_on_its_first_day() {
    let mut label = Label::default();
    label.normal(0..20);
    label.day(20, |_, _| 19);
    label.normal(21..30);
    let copies = label.copies();
    assert_eq!(copies.len(), 12);
    assert!(copies.iter().all(|(day, ..)| *day == 20));
    assert!(label.num_amended > 0);
    // What never moves is not marked by standing still.
    let at = Observed::day(FIRST + Duration::days(20));
    let first = &label.newest[&("Uno".to_owned(), Platform::SPOTIFY, at)];
    assert_eq!(flags(first, &Metric::FOLLOWERS), [Flag::CopiedForward]);
    assert_eq!(flags(first, &Metric::POPULARITY_SCORE), []);
}

#[test]
fn a_copied_platform_is_marked_and_the_other_is_not() {
    let mut label = Label::default();
    label.normal(0..20);
    label.day(20, |_, platform| if *platform == Platform::YOUTUBE { 19 } else { 20 });
    label.normal(21..25);
    let copies = label.copies();
    assert_eq!(copies.len(), ARTISTS.len());
    assert!(copies.iter().all(|(day, _, platform)| *day == 20 && *platform == Platform::YOUTUBE));
}

#[test]
fn a_copied_platform_makes_no_quiet_figure_of_another_a_copy() {
    let mut label = Label::default();
    for day in 0..50 {
        // On Spotify each artist rests every fourth day; YouTube is copied for three days.
        label.day(day, |index, platform| match *platform == Platform::YOUTUBE {
            true => {
                if (40..43).contains(&day) {
                    39
                } else {
                    day
                }
            }
            false => {
                if (day + index as i64) % 4 == 0 {
                    day - 1
                } else {
                    day
                }
            }
        });
    }
    let copies = label.copies();
    assert_eq!(copies.len(), 3 * ARTISTS.len());
    assert!(copies.iter().all(|(_, _, platform)| *platform == Platform::YOUTUBE), "{copies:?}");
}

#[test]
fn a_copied_artist_is_marked_and_the_others_are_not() {
    let mut label = Label::default();
    label.normal(0..40);
    label.day(40, |index, _| if index == 3 { 39 } else { 40 });
    label.normal(41..45);
    assert_eq!(
        label.copies(),
        [(40, "Cuatro".to_owned(), Platform::SPOTIFY), (40, "Cuatro".to_owned(), Platform::YOUTUBE)]
    );
}

#[test]
fn copies_of_days_confirm_nothing_and_end_with_the_first_movement() {
    let mut label = Label::default();
    label.normal(0..20);
    (20..25).for_each(|day| label.day(day, |_, _| 19));
    label.normal(25..40);
    let days: std::collections::BTreeSet<i64> = label.copies().iter().map(|(day, ..)| *day).collect();
    assert!(days.into_iter().eq(20..25));
    assert_eq!(label.flags("Dos", 25), []); // six days' growth is no jump
}

#[test]
fn a_collection_in_which_some_stand_still_is_no_copy() {
    let mut label = Label::default();
    // Each artist rests every fourth day, on a day of its own.
    for day in 0..80 {
        label.day(day, |index, _| if (day + index as i64) % 4 == 0 { day - 1 } else { day });
    }
    assert_eq!(label.copies(), []);
}

#[test]
fn a_purge_is_one_finding_of_the_platform() {
    let mut label = Label::default();
    label.normal(0..30);
    // Five of six lose 3 to 12 %: some of that would be no finding of one artist.
    for (index, name) in ARTISTS.iter().enumerate() {
        let mut it = snapshot(name, index, &Platform::SPOTIFY, 30, 30);
        let lost = [0, 3, 6, 8, 10, 12][index];
        let Some(RawValue::Integer(followers)) = it.metrics.get_mut(&Metric::FOLLOWERS) else { panic!() };
        *followers -= *followers * lost / 100;
        label.judge(&it);
    }
    assert_eq!(label.flags("Uno", 30), []);
    for name in &ARTISTS[1..] {
        assert!(label.flags(name, 30).contains(&Flag::PlatformPurge), "{name}");
    }
    // Some fell by little: alone that would be nothing.
    assert!(!label.flags("Dos", 30).contains(&Flag::LevelChange));
    assert!(Flag::PlatformPurge.changes_level());
}

#[test]
fn one_artists_fall_is_no_purge() {
    let mut label = Label::default();
    label.normal(0..30);
    for (index, name) in ARTISTS.iter().enumerate() {
        let mut it = snapshot(name, index, &Platform::SPOTIFY, 30, 30);
        if index == 2 {
            it.metrics.insert(Metric::FOLLOWERS, RawValue::Integer(500));
        }
        label.judge(&it);
    }
    assert_eq!(label.flags("Tres", 30), [Flag::LevelChange]);
    assert_eq!(label.flags("Cuatro", 30), []);
}

#[test]
fn without_a_collections_id_the_day_is_the_collection() {
    let mut label = Label::default();
    for day in 0..25 {
        let shown = if day == 20 { 19 } else { day };
        for (index, name) in ARTISTS.iter().enumerate() {
            let it = snapshot(name, index, &Platform::SPOTIFY, day, shown);
            label.judge(&RawSnapshot { collection: None, ..it });
        }
    }
    assert!(label.copies().iter().map(|(day, ..)| *day).eq([20; 6]));
}

proptest! {
    /// Whatever comes: revisions count up, and amended snapshots keep their figures.
    #[test]
    fn amending_changes_flags_only(
        stands in proptest::collection::vec(proptest::collection::vec(any::<bool>(), 12), 10..40)
    ) {
        let mut label = Label::default();
        let mut again = Label::default();
        let mut shown = [0_i64; 12];
        label.normal(0..12);
        again.normal(0..12);
        for (day, stands) in (12_i64..).zip(&stands) {
            for (place, stands) in stands.iter().enumerate() {
                shown[place] = if *stands { shown[place] } else { day };
            }
            let seen = |index: usize, platform: &Platform| shown[2 * index + usize::from(*platform == Platform::YOUTUBE)];
            label.day(day, seen);
            again.day(day, seen);
        }
        prop_assert_eq!(&label.newest, &again.newest);
        for ((name, platform, at), snapshot) in &label.newest {
            prop_assert_eq!((name, platform, at), (&snapshot.artist.name, &snapshot.platform, &snapshot.observed_at));
            prop_assert_eq!(snapshot.metrics.len(), 3);
        }
    }
}

#[test]
fn a_repeated_snapshot_amends_nothing() {
    let mut label = Label::default();
    label.normal(0..30);
    label.day(30, |_, _| 29);
    let judged = label.judge(&snapshot("Uno", 0, &Platform::SPOTIFY, 30, 29));
    assert_eq!((judged.amended.len(), judged.judgement), (0, Judgement::Repeated));
    assert!(matches!(Judge::new().judge(&spotify(0, 1), FIRST).judgement, Judgement::Valid(_)));
}

#[path = "runs_tests.rs"]
mod runs;
