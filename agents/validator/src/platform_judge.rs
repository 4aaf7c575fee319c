//! One artist on one platform: each figure is compared with what was accepted before.

use std::collections::BTreeMap;

use casa24_schemas::{
    Account, Flag, Metric, Nature, Observed, RawSnapshot, Reading, Reason, Unit, ValidSnapshot, Value,
    Withheld, metric_info,
};

use crate::group::Group;
use crate::judgement::{Judgement, rejected};
use crate::level::{is_level_change, least_change};
use crate::moments::Moments;
use crate::parse::Figure;
use crate::past::{DayBefore, Past, PastValues};
use crate::purge::Fall;
use crate::stillness::Stillness;

/// The figures of a raw snapshot, read.
pub(crate) type Figures<'a> = Vec<(&'a Metric, Result<Figure, Reason>)>;

/// What is known of one artist on one platform.
#[derive(Debug, Default)]
pub(crate) struct PlatformJudge {
    pub(crate) moments: Moments,
    /// The figures as a group, which is copied or measured.
    pub(crate) group: Group,
    pub(crate) series: BTreeMap<Metric, PastValues>,
    /// What was published of the moments of which that is more than a first judgement by their own series.
    pub(crate) published: BTreeMap<Observed, Published>,
    /// The newest collection: its falls are measured from what was known before it.
    begun: Option<Begun>,
}

/// What was published last of a moment.
#[derive(Debug, Default)]
pub(crate) struct Published {
    pub(crate) revision: u32,
    pub(crate) marked: Vec<Marked>,
}

/// A figure that was marked as part of its collection.
#[derive(Debug)]
pub(crate) struct Marked {
    pub(crate) metric: Metric,
    pub(crate) value: Value,
    pub(crate) flag: Flag,
}

/// A snapshot of which something is accepted, with what its figures say of its collection.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) snapshot: ValidSnapshot,
    /// By how much they speak for a copy.
    pub(crate) evidence: f64,
    /// Those that stand still although they normally move.
    pub(crate) odd: Vec<Metric>,
    /// What they say of a purge.
    pub(crate) falls: Vec<(Metric, Fall)>,
}

/// What one figure says.
struct Seen {
    reading: Reading,
    stillness: Option<Stillness>,
    fall: Option<Fall>,
}

impl PlatformJudge {
    /// Judges figures of a moment that is new.
    pub(crate) fn judge(&mut self, raw: &RawSnapshot, figures: Figures<'_>) -> Result<Accepted, Judgement> {
        if raw.correction.is_none() {
            self.begin(raw);
        }
        let num_above_zero =
            figures.iter().flat_map(|(_, figure)| figure).filter(|it| it.value > 0.0).count();
        let seen: Vec<(&Metric, Result<Seen, Reason>)> = figures
            .into_iter()
            .map(|(metric, figure)| (metric, figure.and_then(|it| self.see(raw, metric, it, num_above_zero))))
            .collect();
        if seen.iter().all(|(_, seen)| seen.is_err()) {
            return Err(rejected(
                raw,
                seen.into_iter().filter_map(|(metric, seen)| Some((metric, seen.err()?))),
            ));
        }
        let days_missing = self.moments.are_days_missing_before(raw.observed_at);
        let (mut metrics, mut withheld) = (BTreeMap::new(), BTreeMap::new());
        let (mut evidence, mut odd, mut falls) = (0.0, Vec::new(), Vec::new());
        for ((metric, seen), given) in seen.into_iter().zip(raw.metrics.values()) {
            match seen {
                Ok(Seen { mut reading, stillness, fall }) => {
                    reading.flags.extend(days_missing.then_some(Flag::Gap));
                    reading.flags.sort_unstable();
                    evidence += stillness.map_or(0.0, Stillness::evidence);
                    odd.extend(stillness.filter(|it| it.is_odd()).map(|_| metric.clone()));
                    falls.extend(fall.map(|fall| (metric.clone(), fall)));
                    self.take_in(raw, metric, &reading);
                    metrics.insert(metric.clone(), reading);
                }
                Err(reason) => {
                    withheld.insert(metric.clone(), Withheld { reason, raw: given.clone() });
                }
            }
        }
        let snapshot = ValidSnapshot { metrics, withheld, ..ValidSnapshot::without_figures(raw) };
        Ok(Accepted { snapshot, evidence, odd, falls })
    }

    /// Remembers what a snapshot says after some of its figures were marked as part of their collection.
    pub(crate) fn remember(&mut self, snapshot: &ValidSnapshot, metrics: &[Metric], flag: Flag) {
        let published = self.published.entry(snapshot.observed_at).or_default();
        published.revision = snapshot.revision;
        let of = |metric: &Metric| {
            Some(Marked { metric: metric.clone(), value: snapshot.metrics.get(metric)?.value, flag })
        };
        published.marked.extend(metrics.iter().filter_map(of));
    }

    fn begin(&mut self, raw: &RawSnapshot) {
        let at = raw.observed_at;
        match &mut self.begun {
            Some(begun) if begun.id == raw.collection && begun.at.date() == at.date() => {
                begun.at = begun.at.min(at);
            }
            begun => *begun = Some(Begun { id: raw.collection.clone(), at }),
        }
    }

    fn take_in(&mut self, raw: &RawSnapshot, metric: &Metric, reading: &Reading) {
        let past = Past {
            at: raw.observed_at,
            value: reading.value.get(),
            unconfirmed: reading.flags.contains(&Flag::UnconfirmedZero),
            level_change: reading.flags.contains(&Flag::LevelChange),
        };
        match self.series.get_mut(metric) {
            Some(series) => series.insert(past),
            None => self.series.entry(metric.clone()).or_default().insert(past),
        }
    }

    /// One figure with the flags of its own series.
    fn see(
        &self,
        raw: &RawSnapshot,
        metric: &Metric,
        figure: Figure,
        num_above_zero: usize,
    ) -> Result<Seen, Reason> {
        let Figure { value, grain } = figure;
        let at = raw.observed_at;
        let info = metric_info(&raw.platform, metric).ok_or(Reason::UnknownMetric)?;
        let series = self.series.get(metric);
        let before = series.map_or(&[][..], |past| past.before(at));
        let mut flags = Vec::new();
        // An amount of a day stands alone: none on one day is a fact, and no day has the level of another.
        let is_amount = info.nature == Nature::Flow;
        if value == 0.0 && raw.account == Account::Absent {
            return Err(Reason::ZeroWithoutAccount);
        }
        if value == 0.0 && !is_amount {
            let all_zero = num_above_zero == 0;
            let was_positive = |past: &PastValues| past.was_positive_before(at);
            // A score that was low sinks to 0 where the account's other figures live.
            let sinks = info.nature == Nature::Score
                && !all_zero
                && before.last().is_some_and(|last| last.value <= least_change(Unit::Points));
            // Zeros throughout are one failed call, also for the metrics that were zero before it failed.
            let is_failed = (series.is_some_and(was_positive) && !sinks)
                || (all_zero && self.series.values().any(was_positive));
            if is_failed {
                return Err(Reason::ZeroAfterPositive);
            }
            if all_zero {
                flags.push(Flag::UnconfirmedZero);
            }
        }
        if grain > 0.0 {
            flags.push(Flag::Rounded);
        }
        let (mut stillness, mut fall) = (None, None);
        if let Some(last) = before.last() {
            if info.nature == Nature::Counter && value < last.value {
                flags.push(Flag::CounterFell);
            }
            let is_first_known = last.unconfirmed && value > 0.0 && !is_amount;
            let grain = grain.max(info.grain(last.value));
            // What is counted otherwise than before lies on another level, however little that shows.
            let is_redefined = info.redefined_on.is_some_and(|day| last.at.date() < day && at.date() >= day);
            if is_first_known || is_redefined || is_level_change(before, value, at.date(), info, grain) {
                flags.push(Flag::LevelChange);
            }
            if let Some(DayBefore { values, num_days }) = series.and_then(|past| past.day_before(at)) {
                stillness = Stillness::of(&values, value, num_days, grain);
            }
            let earlier = before.partition_point(|past| self.begun.as_ref().is_none_or(|it| past.at < it.at));
            fall = Fall::of(&before[..earlier], value, at.date(), info);
        }
        let is_late = series.and_then(PastValues::newest).is_some_and(|newest| newest > at);
        // A correction comes later than what it takes the place of.
        if is_late && raw.correction.is_none() {
            flags.push(Flag::OutOfOrder);
        }
        let value = Value::new(value).ok_or(Reason::NotANumber)?;
        Ok(Seen { reading: Reading { value, flags }, stillness, fall })
    }
}

/// A collection whose snapshots are coming.
#[derive(Debug)]
struct Begun {
    id: Option<String>,
    /// Its first moment.
    at: Observed,
}

#[cfg(test)]
mod tests {
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
        let day = (metric_info(&Platform::YOUTUBE, &Metric::TOTAL_VIEWS).unwrap().redefined_on.unwrap()
            - FIRST)
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
        let views =
            |day, views| raw(Platform::WIKIPEDIA, day, [(Metric::PAGE_VIEWS, RawValue::Integer(views))]);
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
            flags(
                &fixture.valid(&raw(Platform::SPOTIFY, 1 + day as i64, listeners)),
                &Metric::MONTHLY_LISTENERS,
            )
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
            let metrics =
                [(Metric::FOLLOWERS, RawValue::Integer(89)), (Metric::MONTHLY_LISTENERS, listeners)];
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
}
