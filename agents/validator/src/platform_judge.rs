//! One artist on one platform: each figure is compared with what was accepted before.

use std::collections::BTreeMap;

use casa24_schemas::{
    Account, Flag, Metric, Nature, Observed, RawSnapshot, Reading, Reason, ValidSnapshot, Value, Withheld,
    metric_info,
};

use crate::judgement::{Judgement, rejected};
use crate::level::is_level_change;
use crate::moments::Moments;
use crate::parse::Figure;
use crate::past::{Past, PastValues};
use crate::standstill::{Movement, Standstill};

/// A series without a value for this long has ended: its platform no longer waits for it. In days.
const SERIES_ENDS_AFTER_DAYS: i64 = 30;

/// The figures of a raw snapshot, read.
pub(crate) type Figures<'a> = Vec<(&'a Metric, Result<Figure, Reason>)>;

/// What is known of one artist on one platform.
#[derive(Debug, Default)]
pub(crate) struct PlatformJudge {
    pub(crate) moments: Moments,
    standstill: Standstill,
    series: BTreeMap<Metric, PastValues>,
}

impl PlatformJudge {
    /// Judges figures of a moment that is new.
    pub(crate) fn judge(&mut self, raw: &RawSnapshot, figures: Figures<'_>) -> Judgement {
        let all_zero = figures.iter().flat_map(|(_, figure)| figure).all(|figure| figure.value == 0.0);
        let readings: Vec<(&Metric, Result<Reading, Reason>)> = figures
            .into_iter()
            .map(|(metric, figure)| (metric, figure.and_then(|it| self.reading(raw, metric, it, all_zero))))
            .collect();
        if readings.iter().all(|(_, reading)| reading.is_err()) {
            return rejected(raw, readings.into_iter().filter_map(|(metric, r)| Some((metric, r.err()?))));
        }
        let mut metrics = BTreeMap::new();
        let mut withheld = BTreeMap::new();
        for ((metric, reading), given) in readings.into_iter().zip(raw.metrics.values()) {
            match reading {
                Ok(reading) => drop(metrics.insert(metric.clone(), reading)),
                Err(reason) => {
                    withheld.insert(metric.clone(), Withheld { reason, raw: given.clone() });
                }
            }
        }
        self.flag_platform(raw.observed_at, &mut metrics);
        for (metric, reading) in &metrics {
            self.series.entry(metric.clone()).or_default().insert(Past {
                at: raw.observed_at,
                value: reading.value.get(),
                unconfirmed: reading.flags.contains(&Flag::UnconfirmedZero),
                level_change: reading.flags.contains(&Flag::LevelChange),
            });
        }
        Judgement::Valid(ValidSnapshot {
            platform: raw.platform.clone(),
            artist: raw.artist.clone(),
            observed_at: raw.observed_at,
            source: raw.source.clone(),
            account: raw.account.clone(),
            metrics,
            withheld,
            content: raw.content.clone(),
            sample: raw.sample,
        })
    }

    /// One figure with the flags of its own series.
    fn reading(
        &self,
        raw: &RawSnapshot,
        metric: &Metric,
        figure: Figure,
        all_zero: bool,
    ) -> Result<Reading, Reason> {
        let Figure { value, grain } = figure;
        let at = raw.observed_at;
        let series = self.series.get(metric);
        let mut flags = Vec::new();
        if value == 0.0 {
            if raw.account == Account::Absent {
                return Err(Reason::ZeroWithoutAccount);
            }
            let was_positive = |past: &PastValues| past.was_positive_before(at);
            // Zeros throughout are one failed call, also for the metrics that were zero before it failed.
            if series.is_some_and(was_positive) || (all_zero && self.series.values().any(was_positive)) {
                return Err(Reason::ZeroAfterPositive);
            }
            if all_zero {
                flags.push(Flag::UnconfirmedZero);
            }
        }
        if grain > 0.0 {
            flags.push(Flag::Rounded);
        }
        let info = metric_info(&raw.platform, metric).ok_or(Reason::UnknownMetric)?;
        let before = series.map_or(&[][..], |past| past.before(at));
        if let Some(last) = before.last() {
            if info.nature == Nature::Counter && value < last.value {
                flags.push(Flag::CounterFell);
            }
            let is_first_known = last.unconfirmed && value > 0.0;
            let grain = grain.max(info.grain(last.value));
            if is_first_known || is_level_change(before, value, at.date(), info, grain) {
                flags.push(Flag::LevelChange);
            }
        }
        if series.and_then(PastValues::newest).is_some_and(|newest| newest > at) {
            flags.push(Flag::OutOfOrder);
        }
        let value = Value::new(value).ok_or(Reason::NotANumber)?;
        Ok(Reading { value, flags })
    }

    /// Adds the flags that concern all figures of a snapshot, and puts each figure's flags in order.
    fn flag_platform(&mut self, at: Observed, metrics: &mut BTreeMap<Metric, Reading>) {
        let days_missing = self.moments.are_days_missing_before(at);
        let out_of_order = metrics.values().any(|reading| reading.flags.contains(&Flag::OutOfOrder));
        let copied_forward = !out_of_order && {
            let (movement, num_series) = self.movement(at, metrics);
            self.standstill.observe(at.date(), movement, num_series)
        };
        for reading in metrics.values_mut() {
            reading.flags.extend(days_missing.then_some(Flag::Gap));
            reading.flags.extend(copied_forward.then_some(Flag::CopiedForward));
            reading.flags.sort_unstable();
        }
    }

    /// How accepted figures compare with the ones before them, and how many series the platform has now.
    fn movement(&self, at: Observed, metrics: &BTreeMap<Metric, Reading>) -> (Movement, usize) {
        let stood = |(metric, reading): (&Metric, &Reading)| {
            let before = self.series.get(metric).and_then(|past| past.before(at).last());
            before.is_some_and(|last| last.value == reading.value.get())
        };
        let is_awaited = |(metric, past): &(&Metric, &PastValues)| {
            let newest = past.newest().map(Observed::date);
            !metrics.contains_key(*metric)
                && newest.is_some_and(|newest| (at.date() - newest).whole_days() <= SERIES_ENDS_AFTER_DAYS)
        };
        let num_awaited = self.series.iter().filter(is_awaited).count();
        let movement = match (metrics.iter().all(stood), num_awaited) {
            (false, _) => Movement::Moved,
            (true, 0) => Movement::Stood,
            (true, _) => Movement::Unclear,
        };
        (movement, metrics.len() + num_awaited)
    }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Platform, RawValue};

    use super::*;
    use crate::fixture::{Fixture, flags, raw, spotify, youtube};

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
    fn figures_that_stop_moving_all_together_are_copied_forward() {
        let mut fixture = Fixture::moving(0..30);
        (30..33).for_each(|day| assert_eq!(fixture.flags(day, 341), []));
        (33..40).for_each(|day| {
            let expected: &[Flag] = if day < 34 { &[] } else { &[Flag::CopiedForward] };
            assert_eq!(fixture.flags(day, 341), expected, "{day}");
        });
        assert_eq!(fixture.flags(40, 340), []);
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
        (30..34).for_each(|day| assert_eq!(fixture.flags(day, 341), []));
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
        (30..80).for_each(|day| drop(fixture.valid(&both(day, 89 + day % 2, RawValue::Null))));
        (80..83).for_each(|day| drop(fixture.valid(&both(day, 90, RawValue::Null))));
        assert_eq!(
            flags(&fixture.valid(&both(83, 90, RawValue::Null)), &Metric::FOLLOWERS),
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
