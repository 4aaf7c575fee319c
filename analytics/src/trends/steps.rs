//! Steps: how a series moved from one day with a value that counts to the next.

use casa24_schemas::{Flag, Nature, Observed};
use time::{Date, Weekday};

use crate::point::FlagSet;
use crate::series::Series;

/// One step of a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    /// Day of the value before.
    pub(super) from: Date,
    /// Day of the value.
    pub(super) date: Date,
    /// Days between the two.
    pub(super) num_days: u32,
    /// Value before.
    pub(super) before: f64,
    /// The value.
    pub(super) value: f64,
    /// Change a day; where the metric is an amount of each day, the amount.
    pub(super) per_day: f64,
    /// The validator's marks of the day.
    pub(super) flags: FlagSet,
}

impl Step {
    /// Whether the value lies on another level, so that the change is none of the usual pace.
    pub(super) fn is_jump(&self) -> bool {
        self.flags.iter().any(|flag| flag.changes_level() || flag == Flag::CounterFell)
    }

    /// Number of the weekday, Monday being 0.
    pub(super) const fn weekday(&self) -> usize {
        self.date.weekday().number_days_from_monday() as usize
    }
}

/// The days of a week.
pub(super) const WEEK: usize = Weekday::Sunday.number_days_from_monday() as usize + 1;

/// Every step of a series between values that count, oldest first. Of several values of a day the last one is the day's.
pub(super) fn steps(series: &Series, nature: Nature) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::with_capacity(series.points().len());
    let mut before: Option<(Date, f64)> = None;
    let mut today: Option<(Observed, f64, FlagSet)> = None;
    let mut close = |today: (Observed, f64, FlagSet), before: &mut Option<(Date, f64)>| {
        let (observed_at, value, flags) = today;
        let date = observed_at.date();
        if let Some((from, earlier)) = before.replace((date, value)) {
            let num_days = u32::try_from((date - from).whole_days()).unwrap_or(1).max(1);
            let is_amount = nature == Nature::Flow;
            let per_day = if is_amount { value } else { (value - earlier) / f64::from(num_days) };
            let num_days = if is_amount { 1 } else { num_days };
            steps.push(Step { from, date, num_days, before: earlier, value, per_day, flags });
        }
    };
    for point in series.points().iter().filter(|point| series.counts(point)) {
        today = Some(match today {
            Some((known, _, flags)) if known.date() == point.date() => {
                (point.observed_at, point.value, flags.and(point.flags))
            }
            Some(whole) => {
                close(whole, &mut before);
                (point.observed_at, point.value, point.flags)
            }
            None => (point.observed_at, point.value, point.flags),
        });
    }
    if let Some(whole) = today {
        close(whole, &mut before);
    }
    steps
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::point::Point;

    fn series(values: &[(&str, f64, &[Flag])]) -> Series {
        let mut series = Series::new();
        for (at, value, flags) in values {
            let observed_at = Observed::parse(at).unwrap();
            series.insert(Point { observed_at, value: *value, flags: FlagSet::of(flags) });
        }
        series
    }

    #[test]
    fn a_gap_is_spread_over_its_days_and_a_copy_is_no_step() {
        let found = steps(
            &series(&[
                ("2025-07-01", 10.0, &[]),
                ("2025-07-02", 10.0, &[Flag::CopiedForward]),
                ("2025-07-04", 16.0, &[Flag::Gap]),
                ("2025-07-05", 15.0, &[]),
            ]),
            Nature::Level,
        );
        assert_eq!(
            found.iter().map(|step| (step.num_days, step.per_day)).collect::<Vec<_>>(),
            [(3, 2.0), (1, -1.0)]
        );
        assert_eq!((found[0].from, found[0].date), (date!(2025 - 07 - 01), date!(2025 - 07 - 04)));
    }

    #[test]
    fn the_last_value_of_a_day_is_the_days_and_a_jump_earlier_in_it_marks_it() {
        let found = steps(
            &series(&[
                ("2025-07-01", 10.0, &[]),
                ("2025-07-02T06:00:00Z", 90.0, &[Flag::LevelChange]),
                ("2025-07-02T18:00:00Z", 91.0, &[]),
            ]),
            Nature::Level,
        );
        assert_eq!((found.len(), found[0].per_day, found[0].is_jump()), (1, 81.0, true));
    }

    #[test]
    fn an_amount_of_each_day_is_its_own_pace() {
        let found = steps(&series(&[("2025-07-01", 10.0, &[]), ("2025-07-05", 30.0, &[])]), Nature::Flow);
        assert_eq!((found[0].per_day, found[0].num_days), (30.0, 1));
    }
}
