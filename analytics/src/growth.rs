//! Growth of a metric over a number of days.
//!
//! Current is the newest accepted value at or before the day in question. Baseline is the value nearest to N days
//! before current's own date, at most max(1, N/10) days off, that counts ([`Series::counts`]). Without one, or where
//! current does not count, growth is missing, with the reason; the percentage is missing where the baseline is 0.
//!
//! Of an amount of each day (a flow) two days say nothing: a Saturday is no Monday. There whole weeks are compared with as
//! many whole weeks before them ([`crate::whole_weeks`]).

use casa24_schemas::{Growth, GrowthFigure, Metric, MissingReason, Observed, Platform, Value};
use time::Date;

use crate::history::ArtistHistory;
use crate::point::Point;
use crate::series::{Series, days_before};
use crate::total_series::NEAR_DAYS;
use crate::whole_weeks::{self, is_flow};

/// Periods that are published after every new snapshot, in days.
pub const PERIODS_DAYS: [u32; 7] = [1, 7, 14, 30, 60, 90, 365];

/// How far a baseline may lie from the day that was asked for, in days.
pub const fn max_days_off(period_days: u32) -> u32 {
    let tenth = period_days / 10;
    if tenth > 1 { tenth } else { 1 }
}

/// Growth of one series over `period_days` (at least 1) as of a day.
pub fn of_series(
    platform: &Platform,
    metric: &Metric,
    series: &Series,
    period_days: u32,
    as_of: Date,
) -> GrowthFigure {
    let mut figure = unknown(platform, metric, period_days);
    let Some(current) = series.at(as_of) else {
        figure.missing = Some(MissingReason::NoCurrent);
        return figure;
    };
    if is_flow(platform, metric) {
        whole_weeks::compare(&mut figure, series.until(as_of), current, series, |point| point.date());
        return figure;
    }
    let baseline = || {
        let start = days_before(current.date(), period_days);
        let near = series.nearest(start, max_days_off(period_days));
        // A period of one day may find the current day itself "one day off": that is no growth.
        let before = |point: &&Point| point.date() < current.date();
        near.filter(before).or_else(|| earlier(series, start, period_days))
    };
    compare(&mut figure, series, current, baseline, |point| point.date());
    figure
}

/// Growth of one series within days of a calendar, the first and the last of them included, by what was observed by a day
/// of UTC. Current is their newest accepted value. Baseline is the newest value before them that counts, at most
/// [`NEAR_DAYS`] before the last day before them. `day_of` says on which day of the calendar something was observed; the
/// figure has these days.
pub fn within(
    platform: &Platform,
    metric: &Metric,
    series: &Series,
    (first, last): (Date, Date),
    as_of: Date,
    day_of: impl Fn(Observed) -> Date,
) -> GrowthFigure {
    let period_days = u32::try_from((last - first).whole_days() + 1).unwrap_or_default();
    let mut figure = unknown(platform, metric, period_days);
    let day_of = |point: &Point| day_of(point.observed_at);
    let known = series.until(as_of);
    let Some(current) = known.iter().rfind(|point| (first..=last).contains(&day_of(point))) else {
        figure.missing = Some(MissingReason::NoCurrent);
        return figure;
    };
    if is_flow(platform, metric) {
        whole_weeks::compare(&mut figure, known, current, series, day_of);
        return figure;
    }
    let baseline = || {
        let before = known.iter().rfind(|point| day_of(point) < first && series.counts(point))?;
        Some(before).filter(|point| (first - day_of(point)).whole_days() - 1 <= NEAR_DAYS)
    };
    compare(&mut figure, series, current, baseline, day_of);
    figure
}

/// A figure of which nothing is known yet.
fn unknown(platform: &Platform, metric: &Metric, period_days: u32) -> GrowthFigure {
    GrowthFigure {
        platform: platform.clone(),
        metric: metric.clone(),
        period_days,
        current: None,
        current_date: None,
        baseline: None,
        baseline_date: None,
        change: None,
        change_pct: None,
        mean_of_days: None,
        flags: Vec::new(),
        missing: None,
    }
}

/// Fills in the current value, and its change where it counts and there is a baseline.
fn compare<'s>(
    figure: &mut GrowthFigure,
    series: &Series,
    current: &Point,
    baseline: impl FnOnce() -> Option<&'s Point>,
    day_of: impl Fn(&Point) -> Date,
) {
    figure.current = Value::new(current.value);
    figure.current_date = Some(day_of(current));
    figure.flags = series.flags_of_change(current.observed_at, current.observed_at);
    if !series.counts(current) {
        // A copy of a zero that nothing confirms is no more than that zero.
        let is_unconfirmed = current.value == 0.0 && series.counting_at(current.date()).is_none();
        figure.missing =
            Some(if is_unconfirmed { MissingReason::UnconfirmedZero } else { MissingReason::CurrentCopied });
        return;
    }
    let Some(baseline) = baseline() else {
        figure.missing = Some(MissingReason::NoBaseline);
        return;
    };
    figure.baseline = Value::new(baseline.value);
    figure.baseline_date = Some(day_of(baseline));
    figure.change = Value::new(current.value - baseline.value);
    if baseline.value == 0.0 {
        figure.missing = Some(MissingReason::BaselineZero);
    } else {
        figure.change_pct = Value::new((current.value - baseline.value) / baseline.value * 100.0);
    }
    figure.flags = series.flags_of_change(baseline.observed_at, current.observed_at);
}

/// The newest value at or before the start of the period that is still near enough.
fn earlier(series: &Series, start: Date, period_days: u32) -> Option<&Point> {
    series
        .counting_at(start)
        .filter(|point| (start - point.date()).whole_days() <= i64::from(max_days_off(period_days)))
}

/// Growth of every series of an artist over each of these periods, as of a day; `None` where nothing of the
/// artist is known by then.
pub fn of_artist(artist: &ArtistHistory, periods_days: &[u32], as_of: Date) -> Option<Growth> {
    let generated_at = artist.newest_until(as_of)?;
    let figures = artist
        .all_series()
        .flat_map(|(platform, metric, series)| {
            periods_days.iter().map(move |days| of_series(platform, metric, series, *days, as_of))
        })
        .collect();
    Some(Growth { artist: artist.artist.clone(), generated_at, figures, sample: artist.sample })
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{DatedFlag, Flag};
    use time::macros::date;
    use time::{Duration, Month};

    use super::*;
    use crate::point::FlagSet;

    const AS_OF: Date = date!(2025 - 07 - 31);

    /// Values by day of July 2025.
    fn growth(values: &[(u8, f64)], period_days: u32) -> GrowthFigure {
        let mut series = Series::new();
        for (day, value) in values {
            let date = Date::from_calendar_date(2025, Month::July, *day).unwrap();
            let flags = if *day == 20 { FlagSet::of(&[Flag::LevelChange]) } else { FlagSet::default() };
            series.insert(Point { observed_at: Observed::day(date), value: *value, flags });
        }
        of_series(&Platform::SPOTIFY, &Metric::FOLLOWERS, &series, period_days, AS_OF)
    }

    fn number(value: Option<Value>) -> Option<f64> {
        value.map(Value::get)
    }

    #[test]
    fn the_period_is_counted_from_the_current_values_own_date() {
        let figure = growth(&[(10, 100.0), (17, 110.0), (24, 121.0)], 7);
        assert_eq!(figure.current_date, Some(date!(2025 - 07 - 24)));
        assert_eq!(figure.baseline_date, Some(date!(2025 - 07 - 17)));
        assert_eq!(number(figure.change), Some(11.0));
        assert_eq!(number(figure.change_pct), Some(10.0));
        assert_eq!(figure.missing, None);
    }

    #[test]
    fn a_baseline_may_be_a_tenth_of_the_period_off_and_no_more() {
        assert_eq!(number(growth(&[(4, 1.0), (31, 2.0)], 30).baseline), Some(1.0));
        let too_far = growth(&[(5, 1.0), (31, 2.0)], 30);
        assert_eq!((too_far.baseline, too_far.change, too_far.change_pct), (None, None, None));
        assert_eq!(too_far.missing, Some(MissingReason::NoBaseline));
        assert_eq!(number(growth(&[(23, 1.0), (31, 2.0)], 7).baseline), Some(1.0));
        assert_eq!(growth(&[(22, 1.0), (31, 2.0)], 7).baseline, None);
    }

    #[test]
    fn one_day_never_compares_a_day_with_itself() {
        assert_eq!(growth(&[(31, 2.0)], 1).missing, Some(MissingReason::NoBaseline));
        assert_eq!(number(growth(&[(29, 1.0), (31, 2.0)], 1).baseline), Some(1.0));
        assert_eq!(number(growth(&[(29, 1.0), (30, 1.5), (31, 2.0)], 1).baseline), Some(1.5));
    }

    #[test]
    fn from_zero_there_is_a_change_but_no_percentage() {
        let figure = growth(&[(17, 2.0), (24, 0.0), (31, 5.0)], 7);
        assert_eq!((number(figure.change), figure.change_pct), (Some(5.0), None));
        assert_eq!(figure.missing, Some(MissingReason::BaselineZero));
    }

    #[test]
    fn a_zero_with_nothing_above_it_before_is_no_baseline_and_has_no_growth() {
        let figure = growth(&[(24, 0.0), (31, 713.0)], 7);
        assert_eq!(
            (figure.baseline, figure.change, figure.missing),
            (None, None, Some(MissingReason::NoBaseline))
        );
        let figure = growth(&[(24, 0.0), (31, 0.0)], 7);
        assert_eq!(number(figure.current), Some(0.0));
        assert_eq!((figure.change, figure.missing), (None, Some(MissingReason::UnconfirmedZero)));
    }

    fn with_copies(values: &[(u8, f64)], copied: &[u8], period_days: u32) -> GrowthFigure {
        let mut series = Series::new();
        for (day, value) in values {
            let date = Date::from_calendar_date(2025, Month::July, *day).unwrap();
            let flags =
                if copied.contains(day) { FlagSet::of(&[Flag::CopiedForward]) } else { FlagSet::default() };
            series.insert(Point { observed_at: Observed::day(date), value: *value, flags });
        }
        of_series(&Platform::SPOTIFY, &Metric::FOLLOWERS, &series, period_days, AS_OF)
    }

    #[test]
    fn growth_to_a_copy_is_not_known_yet() {
        let figure = with_copies(&[(29, 70.0), (30, 73.0), (31, 73.0)], &[31], 1);
        assert_eq!((number(figure.current), figure.current_date), (Some(73.0), Some(AS_OF)));
        assert_eq!((figure.baseline, figure.change, figure.change_pct), (None, None, None));
        assert_eq!(figure.missing, Some(MissingReason::CurrentCopied));
        assert_eq!(figure.flags, [DatedFlag { date: AS_OF, flag: Flag::CopiedForward }]);
    }

    #[test]
    fn a_copy_is_no_baseline_and_the_nearest_measured_value_is() {
        let figure = with_copies(&[(23, 60.0), (24, 60.0), (25, 66.0), (31, 90.0)], &[24], 7);
        assert_eq!((number(figure.baseline), number(figure.change)), (Some(60.0), Some(30.0)));
        assert_eq!(figure.baseline_date, Some(date!(2025 - 07 - 23)));
        assert_eq!(figure.flags, []);
        let too_far = with_copies(&[(21, 60.0), (24, 60.0), (31, 90.0)], &[24], 7);
        assert_eq!(too_far.missing, Some(MissingReason::NoBaseline));
    }

    #[test]
    fn a_level_change_within_the_period_is_flagged() {
        let spans = growth(&[(17, 9.0), (20, 5.0), (24, 5.0)], 7);
        assert_eq!(spans.flags, [DatedFlag { date: date!(2025 - 07 - 20), flag: Flag::LevelChange }]);
        assert_eq!(growth(&[(20, 5.0), (24, 5.0), (27, 5.0)], 7).flags, []);
    }

    /// Growth from Monday, July 14, to Sunday, July 20, by values of day and hour.
    fn in_the_week(values: &[(&str, f64)], day_of: fn(Observed) -> Date) -> GrowthFigure {
        let mut series = Series::new();
        for (text, value) in values {
            let observed_at = Observed::parse(&format!("2025-07-{text}")).unwrap();
            series.insert(Point { observed_at, value: *value, flags: FlagSet::default() });
        }
        let week = (date!(2025 - 07 - 14), date!(2025 - 07 - 20));
        within(&Platform::SPOTIFY, &Metric::FOLLOWERS, &series, week, AS_OF, day_of)
    }

    #[test]
    fn days_of_a_calendar_are_compared_with_the_last_value_before_them() {
        let of = |values: &[(&str, f64)]| in_the_week(values, Observed::date);
        let figure = of(&[("12", 1.0), ("13", 2.0), ("14", 5.0), ("18", 9.0), ("21", 50.0)]);
        assert_eq!((number(figure.change), figure.period_days), (Some(7.0), 7));
        assert_eq!(figure.baseline_date, Some(date!(2025 - 07 - 13)));
        assert_eq!(figure.current_date, Some(date!(2025 - 07 - 18)));
        assert_eq!(number(of(&[("10", 1.0), ("20", 5.0)]).change), Some(4.0));
        // Nothing within the days stands for the first of them, nor what lies long before.
        for values in [&[("14", 1.0), ("20", 5.0)][..], &[("09", 1.0), ("14", 2.0), ("20", 5.0)]] {
            assert_eq!(of(values).missing, Some(MissingReason::NoBaseline), "{values:?}");
        }
        // What changed before is no change of these days.
        let before = of(&[("06", 1.0), ("13", 2.0)]);
        assert_eq!((before.current, before.missing), (None, Some(MissingReason::NoCurrent)));
    }

    #[test]
    fn a_calendar_says_on_which_day_a_moment_falls() {
        // Six hours behind UTC.
        let day_of = |at: Observed| {
            if at.hour().is_some_and(|hour| hour < 6.0) { at.date() - Duration::DAY } else { at.date() }
        };
        let figure = in_the_week(
            &[("14T04:00:00Z", 10.0), ("20T04:00:00Z", 15.0), ("21T04:00:00Z", 17.0), ("22T04:00:00Z", 30.0)],
            day_of,
        );
        assert_eq!((number(figure.baseline), number(figure.current)), (Some(10.0), Some(17.0)));
        assert_eq!(figure.baseline_date, Some(date!(2025 - 07 - 13)));
        assert_eq!(figure.current_date, Some(date!(2025 - 07 - 20)));
    }

    #[test]
    fn nothing_known_yet_is_missing() {
        let later = Series::new();
        let figure = of_series(
            &Platform::SPOTIFY,
            &Metric::FOLLOWERS,
            &later,
            7,
            AS_OF.saturating_sub(Duration::days(90)),
        );
        assert_eq!(figure.missing, Some(MissingReason::NoCurrent));
    }
}
