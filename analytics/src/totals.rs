//! Totals and rankings over artists: figures of one metric in, one figure out. Missing is never counted as 0;
//! every total says how many artists it adds.

use casa24_schemas::{GrowthFigure, Value};
use time::Date;

use crate::point::Point;
use crate::series::days_before;

/// A value older than this many days is no longer the present: totals, also those of growth, and rankings leave it out,
/// and it is not forecast.
pub const STALE_DAYS: i64 = 30;

/// Whether a value of this day is too old to count as the present at `as_of`.
pub fn is_stale(date: Date, as_of: Date) -> bool {
    (as_of - date).whole_days() > STALE_DAYS
}

/// Sum of one metric over artists.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PointTotal {
    /// The sum.
    pub value: Value,
    /// Number of artists that it adds.
    pub num_artists: usize,
    /// Day of the oldest value in it.
    pub oldest_date: Date,
}

/// The sum of one value for each artist; `None` where there is none, or where the sum overflows.
pub fn of_points<'a>(points: impl IntoIterator<Item = &'a Point>) -> Option<PointTotal> {
    let mut points = points.into_iter();
    let first = points.next()?;
    let start = (first.value, 1, first.date());
    let (sum, num_artists, oldest_date) = points
        .fold(start, |(sum, num, oldest), point| (sum + point.value, num + 1, oldest.min(point.date())));
    Some(PointTotal { value: Value::new(sum)?, num_artists, oldest_date })
}

/// Growth of one metric summed over artists.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GrowthTotal {
    /// Sum of the current values.
    pub current: Value,
    /// Sum of the baselines.
    pub baseline: Value,
    /// Current less baseline.
    pub change: Value,
    /// Change as a percentage of the baseline; missing where that is 0.
    pub change_pct: Option<Value>,
    /// Number of artists that it adds: those whose both ends are fresh.
    pub num_artists: usize,
    /// Day of the oldest current value in it.
    pub oldest_current_date: Date,
}

/// Why a total of growth leaves an artist out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotInGrowth {
    /// There is no value by the day.
    NoCurrent,
    /// There is no value to compare with.
    NoBaseline,
    /// The value of this day is too old to stand for its end of the period.
    Stale(Date),
}

/// Whether a total of growth as of a day adds a figure: its newest value is the present by [`is_stale`], and its baseline
/// is by the same rule a value of the day at which the period begins.
///
/// # Errors
/// Why it does not.
pub fn is_in_growth(figure: &GrowthFigure, as_of: Date) -> Result<(), NotInGrowth> {
    let (Some(_), Some(current_date)) = (figure.current, figure.current_date) else {
        return Err(NotInGrowth::NoCurrent);
    };
    if is_stale(current_date, as_of) {
        return Err(NotInGrowth::Stale(current_date));
    }
    let (Some(_), Some(baseline_date)) = (figure.baseline, figure.baseline_date) else {
        return Err(NotInGrowth::NoBaseline);
    };
    if is_stale(baseline_date, days_before(as_of, figure.period_days)) {
        return Err(NotInGrowth::Stale(baseline_date));
    }
    Ok(())
}

/// The sum over artists whose figures have both ends; `None` where there is none, or where a sum overflows. Who is in a
/// total of growth, [`is_in_growth`] says.
pub fn of_growth<'a>(figures: impl IntoIterator<Item = &'a GrowthFigure>) -> Option<GrowthTotal> {
    let both_ends = figures
        .into_iter()
        .filter_map(|figure| Some((figure.current?.get(), figure.baseline?.get(), figure.current_date?)));
    let (current, baseline, num_artists, oldest) =
        both_ends.fold((0.0, 0.0, 0, None), |(current, baseline, num, oldest), (now, before, date)| {
            (current + now, baseline + before, num + 1, Some(oldest.map_or(date, |o: Date| o.min(date))))
        });
    let change_pct = if baseline == 0.0 { None } else { Value::new((current - baseline) / baseline * 100.0) };
    Some(GrowthTotal {
        current: Value::new(current)?,
        baseline: Value::new(baseline)?,
        change: Value::new(current - baseline)?,
        change_pct,
        num_artists,
        oldest_current_date: oldest?,
    })
}

/// Where one artist stands: the sum of one or more metrics now, and before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// Sum of the current values that are there.
    pub value: Value,
    /// Day of the oldest of them.
    pub date: Date,
    /// The same sum before; missing unless every current value has a baseline.
    pub before: Option<Value>,
    /// Day of the oldest baseline.
    pub before_date: Option<Date>,
    /// Value less before.
    pub change: Option<Value>,
}

/// The standing that one artist's figures give; `None` where none of them has a current value.
pub fn standing<'a>(figures: impl IntoIterator<Item = &'a GrowthFigure>) -> Option<Standing> {
    let known: Vec<_> = figures.into_iter().filter_map(|f| Some((f, f.current?, f.current_date?))).collect();
    let date = known.iter().map(|(_, _, date)| *date).min()?;
    let now: f64 = known.iter().map(|(_, current, _)| current.get()).sum();
    let before: Option<f64> = known.iter().map(|(figure, ..)| figure.baseline.map(Value::get)).sum();
    let before_date = known.iter().filter_map(|(figure, ..)| figure.baseline_date).min();
    Some(Standing {
        value: Value::new(now)?,
        date,
        before: before.and_then(Value::new),
        before_date: before_date.filter(|_| before.is_some()),
        change: before.and_then(|before| Value::new(now - before)),
    })
}

/// Rank of each value, the greatest first, from 1 on; equal values share a rank and the next one is skipped.
pub fn ranks(values: &[f64]) -> Vec<usize> {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    values.iter().map(|value| 1 + sorted.partition_point(|other| other > value)).collect()
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Metric, MissingReason, Observed, Platform};
    use time::macros::date;

    use super::*;
    use crate::point::FlagSet;

    fn figure(current: Option<(f64, Date)>, baseline: Option<f64>) -> GrowthFigure {
        GrowthFigure {
            platform: Platform::SPOTIFY,
            metric: Metric::FOLLOWERS,
            period_days: 7,
            current: current.and_then(|(number, _)| Value::new(number)),
            current_date: current.map(|(_, date)| date),
            baseline: baseline.and_then(Value::new),
            baseline_date: baseline.map(|_| date!(2025 - 07 - 01)),
            change: None,
            change_pct: None,
            mean_of_days: None,
            flags: Vec::new(),
            missing: baseline.is_none().then_some(MissingReason::NoBaseline),
        }
    }

    const NEW: Date = date!(2025 - 07 - 08);
    const OLD: Date = date!(2025 - 07 - 05);

    #[test]
    fn totals_of_growth_add_only_artists_with_both_ends() {
        let figures = [
            figure(Some((110.0, NEW)), Some(100.0)),
            figure(Some((55.0, OLD)), Some(50.0)),
            figure(Some((1_000.0, NEW)), None),
            figure(None, None),
        ];
        let total = of_growth(&figures).unwrap();
        assert_eq!((total.current.get(), total.baseline.get(), total.change.get()), (165.0, 150.0, 15.0));
        assert_eq!((total.change_pct.unwrap().get(), total.num_artists), (10.0, 2));
        assert_eq!(total.oldest_current_date, OLD);
        assert_eq!(of_growth(&figures[2..]), None);
    }

    #[test]
    fn both_ends_must_be_fresh() {
        let of = |current: Date, baseline: Option<Date>, period_days| {
            let figure = GrowthFigure {
                baseline_date: baseline,
                period_days,
                ..figure(Some((9.0, current)), baseline.map(|_| 8.0))
            };
            is_in_growth(&figure, NEW)
        };
        let (month, old) = (date!(2025 - 06 - 08), date!(2025 - 06 - 07));
        assert_eq!(of(NEW, Some(OLD), 7), Ok(()));
        assert_eq!(of(month, Some(date!(2025 - 06 - 01)), 7), Ok(()));
        assert_eq!(of(old, Some(date!(2025 - 06 - 01)), 7), Err(NotInGrowth::Stale(old)));
        assert_eq!(of(NEW, None, 7), Err(NotInGrowth::NoBaseline));
        // A year before July 8, 2025, and 31 days before that.
        let baseline = date!(2024 - 06 - 07);
        assert_eq!(of(NEW, Some(baseline), 365), Err(NotInGrowth::Stale(baseline)));
        assert_eq!(of(NEW, Some(date!(2024 - 06 - 08)), 365), Ok(()));
        assert_eq!(is_in_growth(&figure(None, None), NEW), Err(NotInGrowth::NoCurrent));
    }

    #[test]
    fn a_total_from_zero_has_no_percentage() {
        let total = of_growth(&[figure(Some((5.0, NEW)), Some(0.0))]).unwrap();
        assert_eq!((total.change.get(), total.change_pct), (5.0, None));
    }

    #[test]
    fn totals_that_overflow_are_missing() {
        let huge = figure(Some((f64::MAX, NEW)), Some(f64::MAX));
        assert_eq!(of_growth(&[huge.clone(), huge]), None);
    }

    #[test]
    fn the_sum_of_values_says_how_many_and_how_old() {
        let point =
            |date, value| Point { observed_at: Observed::day(date), value, flags: FlagSet::default() };
        let total = of_points(&[point(NEW, 3.0), point(OLD, 4.0)]).unwrap();
        assert_eq!((total.value.get(), total.num_artists, total.oldest_date), (7.0, 2, OLD));
        assert_eq!(of_points(&[]), None);
    }

    #[test]
    fn a_standing_compares_the_same_parts_at_both_ends() {
        let whole = [figure(Some((110.0, NEW)), Some(100.0)), figure(Some((55.0, OLD)), Some(50.0))];
        let standing_of = |figures: &[GrowthFigure]| standing(figures).unwrap();
        assert_eq!(standing_of(&whole).change.map(Value::get), Some(15.0));
        assert_eq!(standing_of(&whole).date, OLD);
        let partly = [figure(Some((110.0, NEW)), Some(100.0)), figure(Some((55.0, OLD)), None)];
        assert_eq!(standing_of(&partly).value.get(), 165.0);
        assert_eq!((standing_of(&partly).before, standing_of(&partly).change), (None, None));
        assert_eq!(standing(&[figure(None, None)]), None);
    }

    #[test]
    fn equal_values_share_a_rank() {
        assert_eq!(ranks(&[5.0, 9.0, 5.0, 1.0]), [2, 1, 2, 4]);
        assert!(ranks(&[]).is_empty());
    }

    #[test]
    fn a_value_is_stale_after_thirty_days() {
        assert!(!is_stale(date!(2025 - 08 - 31), date!(2025 - 09 - 30)));
        assert!(is_stale(date!(2025 - 08 - 30), date!(2025 - 09 - 30)));
    }
}
