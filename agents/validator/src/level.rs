//! Jumps and falls far outside a series' own history.
//!
//! A change is measured against the 90 % quantile of the changes in the window, so that one change in ten may be wild
//! without hiding the next one, and series that stand still for weeks are not judged by their zeros. Changes that
//! were flagged themselves do not count. Over a gap, changes over as many days are the measure. A robust z-score
//! (median and MAD) would call every step of such a series an outlier.

use casa24_schemas::{MetricInfo, Nature, Unit};
use time::Date;

use crate::past::{Past, WINDOW};
use crate::stillness::days;

/// Changes that must be known before a series is its own measure.
const MIN_CHANGES: usize = 7;
/// Share of the largest changes that does not count as usual.
const WILD_SHARE: usize = 10; // one in ten
/// A level change is beyond this multiple of the largest usual change; 4.9 standard deviations of a normal one.
const TIMES_USUAL: f64 = 3.0;
/// Without enough history a level change is beyond this part of the value.
const UNKNOWN_SERIES_PART: f64 = 0.25;
/// A count that found a new level fewer than [`MIN_CHANGES`] values ago may wobble there by three per cent to
/// either side, whatever it did on the old level: a change is at most this part of the value then.
const NEW_LEVEL_PART: f64 = 0.06;
/// A sum over the last days moves by one of them at a time: one that is four times as strong as usual (a release)
/// adds three usual days, or takes them away when it leaves.
const STRONG_DAYS_MORE: f64 = 3.0;
/// A source that rounds steps by whole grains: one such step means little.
const MIN_GRAINS: f64 = 1.5;
/// Longest gap for which more change is allowed, in days.
const MAX_GAP_DAYS: f64 = 30.0;
/// This many equal steps before make a pace, of which one more step is no level change.
const PACE_STEPS: usize = 2;
/// Newest steps, by which a series that always jumps is told.
const NEWEST_STEPS: usize = 14;
/// Steps of a pace are at least this part of the new one.
const PACE_PART: f64 = 0.5;

/// Changes of a day that are never a level change, in the metric's own unit: a few people mean little.
pub(crate) const fn least_change(unit: Unit) -> f64 {
    match unit {
        Unit::People | Unit::Items => 10.0,
        Unit::Views | Unit::Plays => 50.0,
        Unit::Points => 5.0,
    }
}

/// One change between two accepted values.
#[derive(Debug, Clone, Copy, Default)]
struct Step {
    from: f64,
    change: f64,
    days: f64,
    is_flagged: bool,
}

impl Step {
    fn new(from: &Past, to: f64, day: Date) -> Self {
        Self { from: from.value, change: to - from.value, days: days(from.at.date(), day), is_flagged: false }
    }

    /// The change in what this kind of metric moves by: counts by parts of themselves, others by units.
    fn relative(self, nature: Nature) -> f64 {
        self.change / scale(self.from, nature)
    }
}

/// Whether such figures move by parts of themselves, and not by units.
const fn moves_by_parts(nature: Nature) -> bool {
    match nature {
        Nature::Level | Nature::Window { .. } | Nature::Flow => true,
        Nature::Counter | Nature::Score => false,
    }
}

fn scale(value: f64, nature: Nature) -> f64 {
    if moves_by_parts(nature) { value.max(1.0) } else { 1.0 }
}

/// Whether a value lies far outside of what the values before it (oldest first) make plausible. `grain` is the
/// step by which the source counts, 0 where it counts by one.
pub(crate) fn is_level_change(before: &[Past], value: f64, day: Date, info: &MetricInfo, grain: f64) -> bool {
    // An amount of a day has no level that the next day would go on from.
    if info.nature == Nature::Flow {
        return false;
    }
    let Some((last, earlier)) = before.split_last() else { return false };
    let step = Step::new(last, value, day);
    let gap = step.days.min(MAX_GAP_DAYS);
    let correction = info.correction.map_or(0.0, |correction| correction.most(last.value));
    if info.nature == Nature::Counter && step.change < 0.0 {
        return -step.change > correction;
    }
    // A number of independent people wobbles by its square root, and a walk spreads by the root of its time.
    let chance = if info.nature == Nature::Score { 0.0 } else { last.value.sqrt() };
    let slide = if let Nature::Window { days } = info.nature {
        last.value * STRONG_DAYS_MORE / f64::from(days)
    } else {
        0.0
    };
    let floor = least_change(info.unit).max(chance).max(slide) * gap.sqrt();
    let floor = floor.max(grain * MIN_GRAINS).max(correction);
    if step.change.abs() <= floor {
        return false;
    }
    let unknown = || step.change.abs() > floor.max(last.value * UNKNOWN_SERIES_PART * gap.sqrt());
    if earlier.len() < MIN_CHANGES {
        return unknown();
    }
    let is_new_level = before[before.len() - MIN_CHANGES..].iter().any(|past| past.level_change);
    let floor = if is_new_level && moves_by_parts(info.nature) {
        floor.max(last.value * NEW_LEVEL_PART)
    } else {
        floor
    };
    let mut steps = [Step::default(); WINDOW];
    let mut num = 0;
    for (pair, place) in before.windows(2).zip(&mut steps) {
        *place = Step {
            is_flagged: pair[1].level_change,
            ..Step::new(&pair[0], pair[1].value, pair[1].at.date())
        };
        num += 1;
    }
    let steps = &steps[..num];
    if is_pace(steps, step) {
        return false;
    }
    let relative = step.relative(info.nature);
    let floor = floor / scale(last.value, info.nature);
    if is_always_jumping(steps) {
        return relative.abs() > floor.max(TIMES_USUAL * usual(steps, info.nature, true, gap));
    }
    if steps.iter().filter(|step| !step.is_flagged).count() < MIN_CHANGES {
        return unknown();
    }
    // More than a day's worth of change, where values of as many days lie apart in the past.
    if gap > 1.0
        && steps.iter().any(|earlier| earlier.days < gap)
        && let Some((middle, spread)) = usual_over(before, gap, info.nature)
    {
        return (relative - middle).abs() > floor.max(TIMES_USUAL * spread).max(middle.abs());
    }
    relative.abs() > floor.max(TIMES_USUAL * usual(steps, info.nature, false, gap))
}

/// The largest usual change over so many days, from changes of single steps.
fn usual(steps: &[Step], nature: Nature, with_flagged: bool, gap: f64) -> f64 {
    let counted = steps.iter().filter(|step| with_flagged || !step.is_flagged);
    let sizes: Vec<f64> = counted.map(|step| step.relative(nature).abs() / step.days.sqrt()).collect();
    let rank = sizes.len() / WILD_SHARE;
    quantile_from_top(sizes, rank) * gap.sqrt()
}

/// The middle one of the past changes over so many days, and the largest usual distance from it; `None` where there
/// are too few. None of them spans a change of level.
fn usual_over(before: &[Past], gap: f64, nature: Nature) -> Option<(f64, f64)> {
    let mut changes = Vec::with_capacity(before.len());
    let mut from = 0;
    for (index, to) in before.iter().enumerate() {
        if to.level_change {
            from = index;
        }
        while from + 1 < index && days(before[from + 1].at.date(), to.at.date()) >= gap {
            from += 1;
        }
        let far = if from < index { days(before[from].at.date(), to.at.date()) } else { 0.0 };
        if far >= gap && far <= 2.0 * gap {
            changes.push(Step::new(&before[from], to.value, to.at.date()).relative(nature) * gap / far);
        }
    }
    if changes.len() < MIN_CHANGES {
        return None;
    }
    let middle = quantile_from_top(changes.clone(), changes.len() / 2);
    let spreads: Vec<f64> = changes.iter().map(|change| (change - middle).abs()).collect();
    let rank = spreads.len() / WILD_SHARE;
    Some((middle, quantile_from_top(spreads, rank)))
}

/// Whether most of the newest steps were flagged: then jumps are what this series does.
fn is_always_jumping(steps: &[Step]) -> bool {
    let newest = &steps[steps.len().saturating_sub(NEWEST_STEPS)..];
    2 * newest.iter().filter(|step| step.is_flagged).count() > newest.len()
}

/// Whether the newest steps went the same way at least half as fast: a new pace, not a new level.
fn is_pace(steps: &[Step], step: Step) -> bool {
    let speed = step.change / step.days;
    let newest = &steps[steps.len().saturating_sub(PACE_STEPS)..];
    newest.len() == PACE_STEPS
        && newest.iter().all(|earlier| earlier.change / earlier.days / speed >= PACE_PART)
}

/// The value that has `rank` larger ones, 0 where there is none.
fn quantile_from_top(mut values: Vec<f64>, rank: usize) -> f64 {
    if rank >= values.len() {
        return 0.0;
    }
    *values.select_nth_unstable_by(rank, |a, b| b.total_cmp(a)).1
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Metric, Observed, Platform, metric_info};
    use time::Duration;
    use time::macros::date;

    use super::*;
    use crate::past::WINDOW;

    const FIRST: Date = date!(2025 - 01 - 01);
    const NONE: [usize; 0] = [];

    fn day(day: usize) -> Date {
        FIRST.saturating_add(Duration::days(i64::try_from(day).unwrap()))
    }

    fn known(on: usize, value: f64) -> Past {
        Past { at: Observed::day(day(on)), value, unconfirmed: false, level_change: false }
    }

    /// Values by index that are level changes, with one value every so many days.
    fn changes_of(metric: &Metric, values: &[f64], every_days: usize) -> Vec<usize> {
        let platform = if *metric == Metric::TOTAL_VIEWS { Platform::YOUTUBE } else { Platform::SPOTIFY };
        let info = metric_info(&platform, metric).unwrap();
        let mut past: Vec<Past> = Vec::new();
        for (index, value) in values.iter().enumerate() {
            let on = day(index * every_days);
            let before = &past[past.len().saturating_sub(WINDOW + 1)..];
            let level_change = is_level_change(before, *value, on, info, 0.0);
            past.push(Past { level_change, ..known(index * every_days, *value) });
        }
        (0..past.len()).filter(|index| past[*index].level_change).collect()
    }

    fn followers(values: &[f64]) -> Vec<usize> {
        changes_of(&Metric::FOLLOWERS, values, 1)
    }

    /// A stair: stands still for three weeks, then steps by 1 to 10.
    fn stair(num_days: usize) -> Vec<f64> {
        (0..num_days).map(|day| 340.0 + [0.0, 1.0, 11.0, 9.0, 10.0][day / 21 % 5]).collect()
    }

    /// A value that wobbles by three per cent.
    fn wobble(level: f64, num_days: usize) -> Vec<f64> {
        (0..num_days).map(|day| (level * (1.0 + 0.03 * (day as f64 * 2.4).sin())).round()).collect()
    }

    #[test]
    fn stairs_and_wobble_are_no_level_changes() {
        assert_eq!(followers(&stair(200)), NONE);
        assert_eq!(followers(&wobble(680.0, 200)), NONE);
        assert_eq!(followers(&wobble(90_000.0, 200)), NONE);
        assert_eq!(followers(&[7.0; 100]), NONE);
    }

    #[test]
    fn a_fall_or_jump_is_one_level_change_and_the_new_level_is_normal() {
        let mut fall = stair(100);
        fall.extend(stair(50).iter().map(|value| value - 230.0));
        assert_eq!(followers(&fall), [100]);
        let jump = [wobble(14.0, 90), wobble(638.0, 60), wobble(90_000.0, 60)].concat();
        assert_eq!(followers(&jump), [90, 150]);
        let back = [wobble(90_000.0, 90), wobble(1_000.0, 20), wobble(1_500.0, 60)].concat();
        assert_eq!(followers(&back), [90, 110]);
    }

    #[test]
    fn a_level_change_does_not_hide_the_next_one() {
        let values =
            [vec![340.0; 60], vec![390.0; 8], vec![464.0; 20], vec![516.0; 4], vec![356.0; 9]].concat();
        assert_eq!(followers(&values), [60, 68, 88, 92]);
    }

    #[test]
    fn flagged_jumps_do_not_widen_the_limit_for_later_ones() {
        // +55 %, then +41 % and -43 % in a day, while the usual change is 1 %.
        let mut values: Vec<f64> = (0..60).map(|day| 800.0 + 8.0 * f64::from(day % 2)).collect();
        for factor in [1.55, 1.41, 0.57] {
            let last = *values.last().unwrap();
            values.extend((0..9).map(|day| (last * factor).round() + 8.0 * f64::from(day % 2)));
        }
        assert_eq!(followers(&values), [60, 69, 78]);
    }

    #[test]
    fn over_a_gap_as_many_days_of_the_past_are_the_measure() {
        let info = metric_info(&Platform::SPOTIFY, &Metric::FOLLOWERS).unwrap();
        let past: Vec<Past> = (0..60).map(|index| known(index, 5_000.0 + 60.0 * index as f64)).collect();
        let last = past[59].value;
        assert!(!is_level_change(&past, last + 6.0 * 60.0, day(65), info, 0.0));
        assert!(!is_level_change(&past, last + 6.0 * 110.0, day(65), info, 0.0));
        assert!(is_level_change(&past, last * 1.2, day(65), info, 0.0));
        assert!(is_level_change(&past, last * 0.8, day(65), info, 0.0));
    }

    #[test]
    fn a_strong_day_of_a_sliding_window_is_no_level_change() {
        let listeners = |last: f64| {
            let values: Vec<f64> = (0..40).map(|day| 7_003.0 + f64::from(day % 3)).chain([last]).collect();
            changes_of(&Metric::MONTHLY_LISTENERS, &values, 1)
        };
        assert_eq!(listeners(7_700.0), NONE); // 10 % of 28 days are three days more
        assert_eq!(listeners(8_600.0), [40]);
    }

    #[test]
    fn a_series_that_always_jumps_is_its_own_measure() {
        let saw: Vec<f64> = (0..100).map(|day| if day % 2 == 0 { 500.0 } else { 600.0 }).collect();
        assert_eq!(followers(&saw), NONE);
    }

    #[test]
    fn before_a_series_is_its_own_measure_a_quarter_is_a_level_change() {
        assert_eq!(followers(&[994.0, 656.0]), [1]);
        assert_eq!(followers(&[994.0, 800.0]), NONE);
        assert_eq!(followers(&[3.0, 12.0]), NONE);
        assert_eq!(followers(&[]), NONE);
    }

    #[test]
    fn steady_growth_is_no_level_change_and_a_new_pace_is_told_twice_at_most() {
        let views = |values: &[f64]| changes_of(&Metric::TOTAL_VIEWS, values, 1);
        let steady: Vec<f64> = (0..150).map(|day| 1_000.0 + f64::from(day) * 5_000.0).collect();
        assert_eq!(views(&steady), [1, 2, 3, 4]); // by more than a quarter, nothing else known
        let compound: Vec<f64> = (0..150).map(|day| (1_000.0 * 1.1_f64.powi(day)).round()).collect();
        assert_eq!(views(&compound), NONE);
        let faster: Vec<f64> = (0..150_u32)
            .map(|day| 60_000.0 + 80.0 * f64::from(day) + 900.0 * f64::from(day.saturating_sub(99)))
            .collect();
        assert_eq!(views(&faster), [100, 101]);
    }

    #[test]
    fn a_burst_of_views_is_a_level_change() {
        let mut values: Vec<f64> = (0..60).map(|day| 68_000.0 + 80.0 * f64::from(day)).collect();
        values.extend([73_395.0, 73_475.0]);
        assert_eq!(changes_of(&Metric::TOTAL_VIEWS, &values, 1), [60]);
    }

    #[test]
    fn a_gap_makes_room_for_the_change_of_its_days() {
        let info = metric_info(&Platform::YOUTUBE, &Metric::TOTAL_VIEWS).unwrap();
        let past: Vec<Past> = (0..60).map(|index| known(index, 68_000.0 + 500.0 * index as f64)).collect();
        let grown = past[59].value + 500.0 * 30.0;
        assert!(is_level_change(&past, grown, day(60), info, 0.0));
        assert!(!is_level_change(&past, grown, day(89), info, 0.0));
    }

    #[test]
    fn weekly_values_are_measured_by_weekly_changes() {
        let weekly = wobble(20_000.0, 100);
        assert_eq!(changes_of(&Metric::FOLLOWERS, &weekly, 7), NONE);
        let jump = [wobble(20_000.0, 60), wobble(26_000.0, 40)].concat();
        assert_eq!(changes_of(&Metric::FOLLOWERS, &jump, 7), [60]);
    }

    #[test]
    fn one_step_of_a_rounding_source_is_no_news() {
        let info = metric_info(&Platform::YOUTUBE, &Metric::SUBSCRIBERS).unwrap();
        let past: Vec<Past> = (0..60).map(|index| known(index, 1_230_000.0)).collect();
        assert!(!is_level_change(&past, 1_240_000.0, day(60), info, 10_000.0));
        assert!(is_level_change(&past, 1_250_000.0, day(60), info, 10_000.0));
        assert!(is_level_change(&past, 1_240_000.0, day(60), info, 0.0));
    }

    #[test]
    fn large_counts_move_by_more_than_small_ones() {
        assert_eq!(followers(&[vec![90_000.0; 30], vec![90_250.0; 30]].concat()), NONE);
        assert_eq!(followers(&[vec![250.0; 30], vec![500.0; 30]].concat()), [30]);
        assert_eq!(followers(&[vec![90_000.0; 30], vec![90_400.0; 30]].concat()), [30]);
    }

    #[test]
    fn a_score_moves_by_a_few_points() {
        let score = |values: &[f64]| changes_of(&Metric::POPULARITY_SCORE, values, 1);
        assert_eq!(score(&[vec![40.0; 30], vec![44.0; 30]].concat()), NONE);
        assert_eq!(score(&[vec![40.0; 30], vec![46.0; 30]].concat()), [30]);
    }
}
