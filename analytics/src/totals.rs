//! Totals and rankings over artists: figures of one metric in, one figure out. Missing is never counted as 0;
//! every total says how many artists it adds.

use casa24_schemas::{GrowthFigure, Value};
use time::Date;

use crate::series::Point;

/// A value older than this many days is no longer the present: totals of the present and rankings leave it out. A total
/// of growth adds it, with the day of the oldest value beside it.
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
    /// Number of artists that it adds: those for which both ends exist.
    pub num_artists: usize,
    /// Day of the oldest current value in it.
    pub oldest_current_date: Date,
}

/// The sum over artists for which both ends exist; `None` where there is none, or where a sum overflows.
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
    use crate::series::FlagSet;

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
