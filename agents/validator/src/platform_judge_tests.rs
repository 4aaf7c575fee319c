//! Tests of what becomes of one artist's figures on one platform.

use casa24_schemas::{Observed, Platform, RawValue};

use super::*;
use crate::fixture::{FIRST, Fixture, flags, raw, spotify, youtube};

#[test]
fn each_figure_is_judged_for_itself() {
    let metrics = [
        (Metric::FOLLOWERS, RawValue::Text("1,200".to_owned())),
        (Metric::MONTHLY_LISTENERS, RawValue::Text("N/A".to_owned())),
        (Metric::POPULARITY_SCORE, RawValue::Integer(101)),
        (Metric::new("saves").unwrap(), RawValue::Integer(3)),
    ];
    let valid = Fixture::default().valid(&raw(Platform::SPOTIFY, 0, metrics));
    assert_eq!(valid.metrics.len(), 1);
    assert_eq!(valid.metrics[&Metric::FOLLOWERS].value.get(), 1_200.0);
    let reason = |metric: &str| valid.withheld[&Metric::new(metric).unwrap()].reason;
    assert_eq!(reason("monthly_listeners"), Reason::Missing);
    assert_eq!(reason("popularity_score"), Reason::OutOfRange);
    assert_eq!(reason("saves"), Reason::UnknownMetric);
    let withheld = &valid.withheld[&Metric::MONTHLY_LISTENERS];
    assert_eq!(withheld.raw, RawValue::Text("N/A".to_owned()));
}

#[test]
fn zero_without_an_account_is_no_figure() {
    let mut zero = youtube(0, 0, 0);
    zero.account = Account::Absent;
    assert_eq!(Fixture::default().reasons(&zero), [Reason::ZeroWithoutAccount; 2]);
}

#[test]
fn what_a_platform_counts_otherwise_since_a_day_is_a_new_level_from_then_on() {
    let day = (metric_info(&Platform::YOUTUBE, &Metric::TOTAL_VIEWS).unwrap().redefined_on.unwrap() - FIRST)
        .whole_days();
    let mut fixture = Fixture::default();
    for (back, expected) in [(-3, false), (-1, false), (0, true), (1, false), (5, false)] {
        let valid = fixture.valid(&youtube(day + back, 100, 5_000 + 20 * (back + 3)));
        let is_marked = |metric| flags(&valid, &metric).contains(&Flag::LevelChange);
        assert_eq!(is_marked(Metric::TOTAL_VIEWS), expected, "{back}");
        assert!(!is_marked(Metric::SUBSCRIBERS), "{back}");
    }
}

#[test]
fn a_day_without_any_is_a_fact_and_no_day_has_the_level_of_another() {
    let views = |day, views| raw(Platform::WIKIPEDIA, day, [(Metric::PAGE_VIEWS, RawValue::Integer(views))]);
    let mut fixture = Fixture::default();
    for (day, number) in [120, 3, 0, 140, 9_000, 110, 0, 0, 130].into_iter().enumerate() {
        let valid = fixture.valid(&views(day as i64, number));
        assert_eq!(flags(&valid, &Metric::PAGE_VIEWS), [], "day {day}");
    }
    let none = RawSnapshot { account: Account::Absent, ..views(9, 0) };
    assert_eq!(fixture.reasons(&none), [Reason::ZeroWithoutAccount]);
}

#[test]
fn zero_after_a_value_above_zero_is_a_failed_call() {
    let mut fixture = Fixture::default();
    fixture.valid(&youtube(0, 5, 130));
    assert_eq!(fixture.reasons(&youtube(1, 0, 0)), [Reason::ZeroAfterPositive; 2]);
    let valid = fixture.valid(&youtube(2, 0, 131));
    assert_eq!(valid.withheld[&Metric::SUBSCRIBERS].reason, Reason::ZeroAfterPositive);
    // Judged by dates: before the first value above zero, a late zero contradicts nothing.
    assert!(flags(&fixture.valid(&youtube(-1, 0, 0)), &Metric::SUBSCRIBERS).contains(&Flag::OutOfOrder));
}

#[test]
fn a_failed_call_is_none_of_the_figures_that_were_always_zero_either() {
    let mut fixture = Fixture::default();
    let valid = fixture.valid(&youtube(0, 5, 0));
    assert_eq!(flags(&valid, &Metric::TOTAL_VIEWS), []);
    assert_eq!(fixture.reasons(&youtube(1, 0, 0)), [Reason::ZeroAfterPositive; 2]);
    assert_eq!(fixture.valid(&youtube(2, 5, 0)).metrics[&Metric::TOTAL_VIEWS].value.get(), 0.0);
}

#[test]
fn zeros_throughout_are_unconfirmed_until_a_value_is_known() {
    let mut fixture = Fixture::default();
    assert_eq!(fixture.flags(0, 0), [Flag::UnconfirmedZero]);
    assert_eq!(fixture.flags(1, 0), [Flag::UnconfirmedZero]);
    assert_eq!(fixture.flags(2, 9), [Flag::LevelChange]);
    assert_eq!(fixture.flags(3, 10), []);
}

#[test]
fn a_counter_that_falls_is_told() {
    let mut fixture = Fixture::default();
    fixture.valid(&youtube(0, 620, 28_670));
    let valid = fixture.valid(&youtube(1, 619, 28_669));
    assert_eq!(flags(&valid, &Metric::TOTAL_VIEWS), [Flag::CounterFell]);
    assert_eq!(flags(&valid, &Metric::SUBSCRIBERS), []);
    assert_eq!(flags(&fixture.valid(&youtube(2, 619, 28_669)), &Metric::TOTAL_VIEWS), []);
}

#[test]
fn a_fall_by_40_per_cent_in_a_night_is_a_level_change_once() {
    let mut fixture = Fixture::moving(0..30);
    assert_eq!(fixture.flags(30, 204), [Flag::LevelChange]);
    assert_eq!(fixture.flags(31, 205), []);
}

#[test]
fn figures_that_their_source_rounds_are_told() {
    let mut fixture = Fixture::default();
    assert_eq!(flags(&fixture.valid(&youtube(0, 1_230, 5_000)), &Metric::SUBSCRIBERS), [Flag::Rounded]);
    assert_eq!(flags(&fixture.valid(&youtube(1, 1_240, 5_000)), &Metric::TOTAL_VIEWS), []);
    let text = raw(Platform::SPOTIFY, 0, [(Metric::FOLLOWERS, RawValue::Text("1.2K".to_owned()))]);
    assert_eq!(flags(&fixture.valid(&text), &Metric::FOLLOWERS), [Flag::Rounded]);
    let steps = [1_000, 1_100, 1_200].iter().enumerate().map(|(day, listeners)| {
        let listeners = [(Metric::MONTHLY_LISTENERS, RawValue::Integer(*listeners))];
        flags(&fixture.valid(&raw(Platform::SPOTIFY, 1 + day as i64, listeners)), &Metric::MONTHLY_LISTENERS)
    });
    assert!(steps.eq([[Flag::Rounded]; 3]));
}

#[test]
fn a_figure_that_stops_moving_is_copied_from_the_first_day_on() {
    let mut fixture = Fixture::moving(0..30);
    assert_eq!(fixture.flags(30, 341), []);
    assert_eq!(fixture.flags(31, 341), []); // one day may be chance
    let judged = fixture.judge_all(&spotify(32, 341));
    let amended: Vec<_> = judged.amended.iter().map(|it| (it.observed_at, it.revision)).collect();
    assert_eq!(amended, [(spotify(31, 0).observed_at, 1)]);
    assert_eq!(flags(&judged.amended[0], &Metric::FOLLOWERS), [Flag::CopiedForward]);
    (33..40).for_each(|day| assert_eq!(fixture.flags(day, 341), [Flag::CopiedForward], "{day}"));
    assert_eq!(fixture.flags(40, 340), []);
}

#[test]
fn a_standstill_of_weeks_is_the_new_rhythm_of_one_figure() {
    let mut fixture = Fixture::moving(0..30);
    (30..100).for_each(|day| drop(fixture.valid(&spotify(day, 341))));
    assert_eq!(fixture.flags(100, 341), []);
}

#[test]
fn growth_after_a_gap_or_copies_is_no_level_change() {
    let mut fixture = Fixture::default();
    let views = |day: i64| youtube(day, 5, 40_000 + 300 * day + day % 7);
    (0..40).for_each(|day| drop(fixture.valid(&views(day))));
    let mut copied = views(39);
    for day in 40..45 {
        copied.observed_at = views(day).observed_at;
        fixture.valid(&copied);
    }
    let after = fixture.valid(&views(45));
    assert_eq!(flags(&after, &Metric::TOTAL_VIEWS), []);
    (46..50).for_each(|day| drop(fixture.valid(&views(day))));
    assert_eq!(flags(&fixture.valid(&views(56)), &Metric::TOTAL_VIEWS), [Flag::Gap]);
}

#[test]
fn a_source_that_begins_to_round_does_not_copy() {
    let mut fixture = Fixture::default();
    let listeners =
        |day, count| raw(Platform::SPOTIFY, day, [(Metric::MONTHLY_LISTENERS, RawValue::Integer(count))]);
    (0..30).for_each(|day| drop(fixture.valid(&listeners(day, 961 + 7 * (day % 4)))));
    for day in 30..50 {
        let valid = fixture.valid(&listeners(day, 1_000));
        assert!(!flags(&valid, &Metric::MONTHLY_LISTENERS).contains(&Flag::CopiedForward), "{day}");
    }
}

#[test]
fn a_low_score_sinks_to_zero_while_other_figures_live() {
    let score = |day: i64, points: i64, followers: i64| {
        let metrics = [
            (Metric::POPULARITY_SCORE, RawValue::Integer(points)),
            (Metric::FOLLOWERS, RawValue::Integer(followers)),
        ];
        raw(Platform::SPOTIFY, day, metrics)
    };
    let mut fixture = Fixture::default();
    for (day, points) in [3, 2, 1].into_iter().enumerate() {
        fixture.valid(&score(day as i64, points, 88));
    }
    for day in 3..6 {
        assert_eq!(fixture.valid(&score(day, 0, 88)).metrics[&Metric::POPULARITY_SCORE].value.get(), 0.0);
    }
    // Where the other figures are zeros too, the call failed; and a score of 40 does not sink in a day.
    assert_eq!(fixture.reasons(&score(6, 0, 0)), [Reason::ZeroAfterPositive; 2]);
    fixture.valid(&score(7, 40, 88));
    let fell = fixture.valid(&score(8, 0, 88));
    assert_eq!(fell.withheld[&Metric::POPULARITY_SCORE].reason, Reason::ZeroAfterPositive);
}

#[test]
fn a_counters_correction_is_told_and_no_new_level() {
    let of = |last: i64, value: i64| {
        let mut fixture = Fixture::default();
        (0..30).for_each(|day| drop(fixture.valid(&youtube(day, 5, last - 29 + day))));
        flags(&fixture.valid(&youtube(30, 5, value)), &Metric::TOTAL_VIEWS)
    };
    assert_eq!(of(57_300, 57_300 - 31), [Flag::CounterFell]);
    assert_eq!(of(57_300, 57_300 - 286), [Flag::CounterFell]);
    assert_eq!(of(57_300, 57_300 - 5_000), [Flag::LevelChange, Flag::CounterFell]);
    assert_eq!(of(57_300, 57_300 + 5_000), [Flag::LevelChange]);
    assert_eq!(of(180, 180 - 45), [Flag::CounterFell]); // a few views are few
}

#[test]
fn figures_that_never_moved_are_not_copied_forward() {
    let mut fixture = Fixture::default();
    (0..200).for_each(|day| assert_eq!(fixture.flags(day, 5), []));
}

#[test]
fn one_figure_that_moves_is_enough() {
    let mut fixture = Fixture::default();
    for day in 0..60 {
        let valid = fixture.valid(&youtube(day, 620 + day.min(30) % 3, 28_000 + day));
        assert!(valid.metrics.values().all(|reading| reading.flags.is_empty()), "{day}");
    }
}

#[test]
fn a_figure_that_is_missing_for_days_does_not_make_the_others_copies() {
    let both = |day: i64, listeners: RawValue| {
        let metrics = [(Metric::FOLLOWERS, RawValue::Integer(89)), (Metric::MONTHLY_LISTENERS, listeners)];
        raw(Platform::SPOTIFY, day, metrics)
    };
    let mut fixture = Fixture::default();
    (0..30).for_each(|day| drop(fixture.valid(&both(day, RawValue::Integer(600 + day % 3)))));
    for day in 30..90 {
        assert_eq!(flags(&fixture.valid(&both(day, RawValue::Null)), &Metric::FOLLOWERS), [], "{day}");
    }
}

#[test]
fn missing_days_are_told_on_the_next_observation() {
    let mut fixture = Fixture::moving(0..10);
    assert_eq!(fixture.flags(12, 341), [Flag::Gap]);
    assert_eq!(fixture.flags(13, 342), []);
}

#[test]
fn late_arrivals_are_judged_by_what_is_dated_before_them() {
    let mut fixture = Fixture::moving(0..20);
    assert_eq!(fixture.flags(21, 204), [Flag::LevelChange, Flag::Gap]);
    assert_eq!(fixture.flags(20, 341), [Flag::OutOfOrder]);
    assert_eq!(fixture.flags(22, 204), []);
}

#[test]
fn from_a_rounded_figure_to_an_exact_one_is_no_level_change() {
    let mut fixture = Fixture::default();
    let listeners = |count| (Metric::MONTHLY_LISTENERS, RawValue::Integer(count));
    (0..20).for_each(|day| drop(fixture.valid(&raw(Platform::SPOTIFY, day, [listeners(1_400)]))));
    let exact = fixture.valid(&raw(Platform::SPOTIFY, 20, [listeners(1_311)]));
    assert_eq!(flags(&exact, &Metric::MONTHLY_LISTENERS), []);
}

#[test]
fn late_arrivals_do_not_end_a_standstill() {
    let mut fixture = Fixture::moving(0..30);
    (30..34).for_each(|day| drop(fixture.valid(&spotify(day, 341))));
    let mut late = spotify(5, 344);
    late.observed_at = Observed::instant(late.observed_at.date().midnight().assume_utc());
    assert_eq!(flags(&fixture.valid(&late), &Metric::FOLLOWERS), [Flag::OutOfOrder]);
    assert_eq!(fixture.flags(34, 341), [Flag::CopiedForward]);
}

#[test]
fn a_figure_that_ended_is_not_waited_for() {
    let both = |day: i64, followers: i64, listeners: RawValue| {
        let metrics =
            [(Metric::FOLLOWERS, RawValue::Integer(followers)), (Metric::MONTHLY_LISTENERS, listeners)];
        raw(Platform::SPOTIFY, day, metrics)
    };
    let mut fixture = Fixture::default();
    (0..30).for_each(|day| drop(fixture.valid(&both(day, 89, RawValue::Integer(600 + day % 3)))));
    (30..110).for_each(|day| drop(fixture.valid(&both(day, 89 + day % 2, RawValue::Null))));
    (110..112).for_each(|day| drop(fixture.valid(&both(day, 90, RawValue::Null))));
    assert_eq!(
        flags(&fixture.valid(&both(112, 90, RawValue::Null)), &Metric::FOLLOWERS),
        [Flag::CopiedForward]
    );
}

#[test]
fn flags_stand_in_the_order_of_their_list() {
    let mut fixture = Fixture::moving(0..10);
    assert_eq!(fixture.flags(20, 341), [Flag::Gap]);
    assert_eq!(fixture.flags(15, 341), [Flag::Gap, Flag::OutOfOrder]);
}
