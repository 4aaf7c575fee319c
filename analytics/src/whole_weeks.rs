//! Growth of an amount of each day: whole weeks compared with as many whole weeks before them.
//!
//! A period counts as the whole weeks in it, at least one. Both sums need every day: where one is missing or a copy, growth
//! is missing. A zero is an amount like any other. The figures are means a day, so that they are in the metric's own unit:
//! of equal numbers of days, their ratio is that of the sums.

use std::collections::BTreeMap;

use casa24_schemas::{GrowthFigure, Metric, MissingReason, Nature, Platform, Value, metric_info};
use time::Date;

use crate::point::Point;
use crate::points::Points;
use crate::series::{Series, days_before};

const WEEK_DAYS: u32 = 7;

/// Whether a metric is an amount of each day.
pub(crate) fn is_flow(platform: &Platform, metric: &Metric) -> bool {
    metric_info(platform, metric).is_some_and(|info| info.nature == Nature::Flow)
}

/// Days of the whole weeks that stand for a period.
pub fn days_of_weeks(period_days: u32) -> u32 {
    (period_days / WEEK_DAYS).max(1) * WEEK_DAYS
}

/// Fills in the mean of the weeks that end with the current value, and of those before them. `known` are the values by the
/// day in question, oldest first; `day_of` says on which day of a calendar one counts.
pub(crate) fn compare(
    figure: &mut GrowthFigure,
    known: Points<'_>,
    current: &Point,
    series: &Series,
    day_of: impl Fn(&Point) -> Date,
) {
    let end = day_of(current);
    figure.current = Value::new(current.value);
    figure.current_date = Some(end);
    figure.flags = series.flags_of_change(current.observed_at, current.observed_at);
    if current.is_copy() {
        figure.missing = Some(MissingReason::CurrentCopied);
        return;
    }
    let num_days = days_of_weeks(figure.period_days);
    let middle = days_before(end, num_days);
    let start = days_before(middle, num_days);
    let mut days: BTreeMap<Date, &Point> = BTreeMap::new();
    for point in known.iter().rev().take_while(|point| day_of(point) > start) {
        let day = day_of(point);
        if day <= end && !point.is_copy() {
            days.entry(day).or_insert(point); // the newest of a day
        }
    }
    let Some(first) = days.values().next().filter(|_| days.len() == 2 * num_days as usize) else {
        figure.missing = Some(MissingReason::NoBaseline);
        return;
    };
    figure.flags = series.flags_of_change(first.observed_at, current.observed_at);
    let sum = |is_before: bool| -> f64 {
        days.iter().filter(|(day, _)| (**day <= middle) == is_before).map(|(_, point)| point.value).sum()
    };
    let (before, now) = (sum(true), sum(false));
    let mean = |sum: f64| Value::new(sum / f64::from(num_days));
    figure.mean_of_days = Some(num_days);
    figure.current = mean(now);
    figure.baseline = mean(before);
    figure.baseline_date = Some(middle);
    figure.change = mean(now - before);
    if before == 0.0 {
        figure.missing = Some(MissingReason::BaselineZero);
    } else {
        figure.change_pct = Value::new((now - before) / before * 100.0);
    }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Flag, Observed};
    use time::Duration;
    use time::macros::date;

    use super::*;
    use crate::growth;
    use crate::point::FlagSet;

    const FIRST: Date = date!(2026 - 06 - 01);

    fn on(day: u32) -> Date {
        FIRST + Duration::days(i64::from(day))
    }

    /// Streams of days: twice as many on weekends, and a tenth more in each later week.
    fn streams(days: impl IntoIterator<Item = u32>) -> Series {
        let mut series = Series::new();
        for day in days {
            let weekend = if day % 7 >= 5 { 200.0 } else { 100.0 };
            let value = weekend * (1.0 + f64::from(day / 7) / 10.0);
            series.insert(Point { observed_at: Observed::day(on(day)), value, flags: FlagSet::default() });
        }
        series
    }

    fn growth(series: &Series, period_days: u32, day: u32) -> GrowthFigure {
        growth::of_series(&Platform::SPOTIFY, &Metric::DAILY_STREAMS, series, period_days, on(day))
    }

    fn number(value: Option<Value>) -> f64 {
        (value.expect("a value").get() * 1e9).round() / 1e9
    }

    #[test]
    fn a_sunday_is_not_compared_with_a_friday() {
        let series = streams(0..28);
        // Days 21 to 27 have 1.3 times 900 streams, the week before 1.2 times.
        for period_days in [1, 7, 13] {
            let figure = growth(&series, period_days, 27);
            assert_eq!((figure.mean_of_days, figure.period_days), (Some(7), period_days));
            assert_eq!(number(figure.change_pct), 8.333_333_333);
            assert_eq!((number(figure.current), number(figure.baseline)), (167.142_857_143, 154.285_714_286));
            assert_eq!((figure.current_date, figure.baseline_date), (Some(on(27)), Some(on(20))));
            assert_eq!(figure.missing, None);
        }
        let two = growth(&series, 20, 27);
        assert_eq!((two.mean_of_days, number(two.change_pct)), (Some(14), 19.047_619_048));
    }

    #[test]
    fn without_every_day_of_both_sides_there_is_no_growth() {
        let figure = growth(&streams(15..28), 7, 27);
        assert_eq!((figure.mean_of_days, figure.missing), (None, Some(MissingReason::NoBaseline)));
        assert_eq!(number(figure.current), 260.0);
        assert_eq!(growth(&streams(14..28), 7, 27).missing, None);
        let with_a_hole = streams((0..28).filter(|day| *day != 22));
        assert_eq!(growth(&with_a_hole, 7, 27).missing, Some(MissingReason::NoBaseline));
        assert_eq!(growth(&with_a_hole, 7, 21).missing, None);
    }

    #[test]
    fn a_copy_is_no_amount_and_a_zero_is_one() {
        let at = |series: &mut Series, day, value, flags: &[Flag]| {
            series.insert(Point { observed_at: Observed::day(on(day)), value, flags: FlagSet::of(flags) });
        };
        let mut series = streams(0..28);
        at(&mut series, 24, 130.0, &[Flag::CopiedForward]);
        assert_eq!(growth(&series, 7, 27).missing, Some(MissingReason::NoBaseline));
        assert_eq!(growth(&series, 7, 24).missing, Some(MissingReason::CurrentCopied));
        let mut quiet = Series::new();
        (0..7).for_each(|day| at(&mut quiet, day, 0.0, &[]));
        (7..14).for_each(|day| at(&mut quiet, day, 5.0, &[]));
        let figure = growth(&quiet, 7, 13);
        assert_eq!((number(figure.change), figure.change_pct), (5.0, None));
        assert_eq!(figure.missing, Some(MissingReason::BaselineZero));
    }

    #[test]
    fn a_level_change_on_either_side_is_flagged() {
        let mut series = streams(0..28);
        let flags = FlagSet::of(&[Flag::LevelChange]);
        series.insert(Point { observed_at: Observed::day(on(16)), value: 120.0, flags });
        assert_eq!(growth(&series, 7, 27).flags[0].date, on(16));
    }

    #[test]
    fn a_week_of_a_calendar_is_compared_with_the_week_before() {
        let series = streams(0..28);
        let week = (on(21), on(27));
        let of = |day| {
            growth::within(&Platform::SPOTIFY, &Metric::DAILY_STREAMS, &series, week, on(day), Observed::date)
        };
        assert_eq!((of(27).mean_of_days, number(of(27).change_pct)), (Some(7), 8.333_333_333));
        assert_eq!(of(20).missing, Some(MissingReason::NoCurrent));
    }
}
