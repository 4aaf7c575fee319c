//! Half-widths of prediction intervals from a model's record: the errors at each distance in, widths that only
//! grow with distance out.
//!
//! Split conformal intervals with absolute errors, symmetric around the forecast, for each distance by itself:
//! they rest on no distribution, only on the series going on to be as hard to foresee as it was. Four rules
//! cover what a record cannot tell:
//!
//! - an interval is never narrower than one for a shorter distance;
//! - beyond the longest distance with a record it grows in proportion to the distance, as the error of a missed
//!   trend does; before the shortest one with a record, that one's width stands;
//! - the 95 % interval is at least as much wider than the 80 % one as it is under a normal distribution, which
//!   is also all that is known of it until 19 independent errors are there;
//! - a series that never moved may yet move: after n values without, once in n + 1 days by one unit (Laplace's
//!   rule of succession), which over h days is a random walk of standard deviation sqrt(h / (n + 1)).
//!
//! On 28 real series of small artists, five months with many jumps, the linear model's 80 % intervals held
//! 85 %, 82 % and 74 % of outcomes at 7, 30 and 60 days, its 95 % intervals 96 %, 92 % and 87 %. With the square
//! root of the distance in place of proportion it was 73 % and 85 % at 30 days: real series drift. The price is
//! that on a pure random walk of that length the intervals beyond 30 days are wider than need be.

use super::record::Record;

/// Quantiles of the normal distribution for two-sided 80 % and 95 %.
const NORMAL_80: f64 = 1.281_551_565_544_600_4;
const NORMAL_95: f64 = 1.959_963_984_540_054;

/// Half-widths at one distance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct HalfWidths {
    pub(super) of_80: f64,
    pub(super) of_95: f64,
}

/// Half-widths for distances of 1 to `horizon_days`, or `None` where no distance has a record. `unit` is the
/// least by which the series can move, `num_values` the number of values that the record was made from.
pub(super) fn half_widths(
    record: &Record,
    horizon_days: u32,
    unit: f64,
    num_values: usize,
) -> Option<Vec<HalfWidths>> {
    let of_80 = level_widths(record, horizon_days, 0.80)?;
    let of_95 = level_widths(record, horizon_days, 0.95);
    let widths = (1..=horizon_days).zip(of_80).enumerate().map(|(index, (distance, recorded_80))| {
        let deviation = unit * (f64::from(distance) / (num_values as f64 + 1.0)).sqrt();
        let of_80 = recorded_80.max(NORMAL_80 * deviation);
        let recorded_95 = of_95.as_ref().map_or(0.0, |widths| widths[index]);
        HalfWidths { of_80, of_95: recorded_95.max(of_80 * NORMAL_95 / NORMAL_80) }
    });
    Some(widths.collect())
}

/// Half-widths of one level, never falling; `None` where no distance has a record of this level.
fn level_widths(record: &Record, horizon_days: u32, level: f64) -> Option<Vec<f64>> {
    let recorded: Vec<Option<f64>> =
        (1..=horizon_days).map(|distance| record.quantile(distance, level)).collect();
    let mut width = recorded.iter().flatten().next().copied()?;
    let mut longest = None;
    let widths = (1..=horizon_days).zip(recorded).map(|(distance, error)| {
        let far = match (error, longest) {
            (Some(error), _) => error,
            (None, Some((known, at))) => known * f64::from(distance) / f64::from(at),
            (None, None) => width,
        };
        width = width.max(far);
        if error.is_some() {
            longest = Some((width, distance));
        }
        width
    });
    Some(widths.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A record with as many equal errors at a distance as a year could hold.
    fn record(errors: &[(u32, f64)]) -> Record {
        let mut by_distance = vec![Vec::new(); 90];
        for (distance, error) in errors {
            by_distance[*distance as usize - 1] = vec![*error; 100];
        }
        Record::with_errors(by_distance, 365.0)
    }

    #[test]
    fn widths_never_fall_and_grow_with_the_distance_beyond_the_record() {
        let widths = half_widths(&record(&[(2, 30.0), (3, 20.0), (10, 40.0)]), 90, 1.0, 100).unwrap();
        let of_80: Vec<f64> = [1, 2, 3, 9, 10, 11, 20].iter().map(|day| widths[day - 1].of_80).collect();
        // Beyond 3 days in proportion: 30 * 9 / 3; then the record at 10 days is less, and 20 days are twice 10.
        assert_eq!(of_80, [30.0, 30.0, 30.0, 90.0, 90.0, 99.0, 180.0]);
        assert!(widths.windows(2).all(|pair| pair[0].of_80 <= pair[1].of_80));
        assert!(widths.windows(2).all(|pair| pair[0].of_95 <= pair[1].of_95));
    }

    #[test]
    fn without_a_record_of_its_own_95_percent_is_as_wide_as_normal() {
        let widths = half_widths(&record(&[(60, 10.0)]), 90, 1.0, 100).unwrap();
        assert_eq!(widths[59].of_80, 10.0);
        assert!((widths[59].of_95 - 15.293).abs() < 1e-3, "{}", widths[59].of_95);
    }

    #[test]
    fn a_series_that_never_moved_may_yet_move() {
        let widths = half_widths(&record(&[(1, 0.0)]), 90, 1.0, 99).unwrap();
        // 0.1 is the standard deviation of one unit in 100 days.
        assert!((widths[0].of_80 - NORMAL_80 * 0.1).abs() < 1e-12);
        assert!((widths[80].of_95 - NORMAL_95 * 0.9).abs() < 1e-12);
    }

    #[test]
    fn no_record_gives_no_widths() {
        assert_eq!(half_widths(&record(&[]), 90, 1.0, 100), None);
    }
}
