//! Values at uneven times: the rows of a series in, the same at the even moments that they plainly stand for.

use time::Date;

use super::frequency::{Distances, Frequency, month_number};
use super::grid::Grid;
use super::moment::{DAY, Moment};
use super::read::Row;
use super::style::Style;

const HOUR: i64 = 3_600;

/// Values that are at least so far apart are meant to come a day, or more, apart.
const LONG: i64 = 18 * HOUR;

/// A distance that is so near to whole days is meant to be whole days.
const DRIFT: i64 = HOUR / 2;

/// Distances within a day at which programs collect.
const PERIODS: [i64; 12] =
    [60, 300, 600, 900, 1_800, HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR, 6 * HOUR, 8 * HOUR, 12 * HOUR];

/// A value may be so many days from the day of its month that it stands for.
const MAX_DAYS_OFF: i64 = 10;

/// Rows at even moments, or as they were where they are even, or not plainly anything else.
#[derive(Debug, Clone)]
pub(super) struct Evened {
    pub(super) rows: Vec<Row>,
    /// Whether only the day of each row counts.
    pub(super) by_day: bool,
    /// What each value counts for now, where it was moved: `day`, `week`.
    pub(super) counts_for: Option<&'static str>,
    /// Rows of which a later one counts for the same.
    pub(super) num_replaced: usize,
}

impl Evened {
    fn unchanged(rows: Vec<Row>) -> Self {
        Self { rows, by_day: false, counts_for: None, num_replaced: 0 }
    }
}

/// Brings rows to even moments: those of the given distance, otherwise of the one that they plainly have. Rows are in
/// order, each at another moment.
///
/// Values that come about a day or more apart, at uneven times or by another clock than UTC, count for their day; of several of one day the last
/// one counts. Days may then be a day off from one week to the next, and ten days from one month to the next. What
/// comes more often may spread over a quarter of the distance.
pub(super) fn evened(rows: Vec<Row>, style: Style, given: Option<Frequency>) -> Evened {
    let Some(typical) = typical_distance(&rows) else { return Evened::unchanged(rows) };
    let long = given.map_or(typical >= LONG, Frequency::is_by_day);
    let frequency = given.or_else(|| most_common(&rows)).unwrap_or(Frequency::DAILY);
    let even =
        fits(&rows, frequency) && !drifts(frequency) && !(long && rows.iter().any(|row| row.ahead != 0));
    if even || style == Style::Integer {
        return Evened::unchanged(rows);
    }
    if !long {
        return to_steps(&rows, given, typical).unwrap_or_else(|| Evened::unchanged(rows));
    }
    let evened = if style.has_time() { by_day(&rows) } else { Evened::unchanged(rows) };
    let days = typical_distance(&evened.rows).unwrap_or(DAY) / DAY;
    let frequency = given.or_else(|| most_common(&evened.rows)).unwrap_or(Frequency::DAILY);
    if fits(&evened.rows, frequency) {
        return evened;
    }
    let months = |months: i64| given.is_none() && (28 * months..=31 * months + 1).contains(&days);
    let moved = match given.unwrap_or(frequency) {
        Frequency::WEEKLY if given.is_some() => to_weeks(&evened.rows).map(|rows| (rows, "week")),
        Frequency::Months(months) if given.is_some() => {
            to_months(&evened.rows, months).map(|rows| (rows, name_of_months(months)))
        }
        _ if given.is_none() && (6..=8).contains(&days) => to_weeks(&evened.rows).map(|rows| (rows, "week")),
        _ => [1, 3, 12]
            .into_iter()
            .find(|num| months(*num))
            .and_then(|months| to_months(&evened.rows, months).map(|rows| (rows, name_of_months(months)))),
    };
    match moved {
        Some((rows, counts_for)) => Evened { rows, counts_for: Some(counts_for), ..evened },
        None => evened,
    }
}

/// Each row at the beginning of its day, by the clock that wrote it.
///
/// Where all are taken around midnight and both before and after it, a row belongs to the night: to the day that most
/// of them were taken on.
pub(super) fn by_day(rows: &[Row]) -> Evened {
    let clock = |row: &Row| row.moment.0 + i64::from(row.ahead) * 60;
    let of_day = |row: &Row| clock(row).rem_euclid(DAY);
    let num_late = rows.iter().filter(|row| of_day(row) >= DAY - 3 * HOUR).count();
    let num_early = rows.iter().filter(|row| of_day(row) < 3 * HOUR).count();
    let once_a_day = typical_distance(rows).is_some_and(|typical| typical >= LONG);
    let by_night =
        once_a_day && num_late > 0 && num_early > 0 && (num_late + num_early) * 10 >= rows.len() * 9;
    let day = |row: &Row| match (by_night, num_late > num_early) {
        (false, _) => clock(row).div_euclid(DAY),
        (true, false) => (clock(row) + DAY / 2).div_euclid(DAY),
        (true, true) => (clock(row) - DAY / 2).div_euclid(DAY),
    };
    let (rows, num_replaced) = moved(rows, |row| day(row) * DAY);
    Evened { rows, by_day: true, counts_for: Some("day"), num_replaced }
}

/// Each row at another moment; of several at the same the last one counts.
fn moved(rows: &[Row], moment: impl Fn(&Row) -> i64) -> (Vec<Row>, usize) {
    let mut moved: Vec<Row> = Vec::with_capacity(rows.len());
    for row in rows {
        let row = Row { moment: Moment(moment(row)), millis: 0, ahead: 0, ..*row };
        match moved.last_mut() {
            Some(last) if last.moment >= row.moment => *last = Row { moment: last.moment, ..row },
            _ => moved.push(row),
        }
    }
    let num_replaced = rows.len() - moved.len();
    (moved, num_replaced)
}

/// The middle one of the distances.
fn typical_distance(rows: &[Row]) -> Option<i64> {
    let mut distances: Vec<i64> = rows.windows(2).map(|pair| pair[1].moment.0 - pair[0].moment.0).collect();
    let middle = distances.len() / 2;
    (!distances.is_empty()).then(|| *distances.select_nth_unstable(middle).1)
}

fn most_common(rows: &[Row]) -> Option<Frequency> {
    let mut distances = Distances::new(false);
    distances.add(rows.iter().map(|row| row.moment));
    distances.most_common().map(|distance| distance.frequency)
}

/// Whether all rows lie on one grid.
fn fits(rows: &[Row], frequency: Frequency) -> bool {
    let grid = Grid::of(frequency, rows.iter().map(|row| row.moment));
    rows.iter().all(|row| grid.step(row.moment).is_some())
}

/// Whether values come at whole days, but for what a clock loses from one to the next.
fn drifts(frequency: Frequency) -> bool {
    let Frequency::Seconds(seconds) = frequency else { return false };
    let off = seconds.rem_euclid(DAY);
    seconds >= LONG && off != 0 && off.min(DAY - off) <= DRIFT
}

/// Each row in its week, on the weekday of most; none where one is more than a day off it, or two are in a week.
fn to_weeks(rows: &[Row]) -> Option<Vec<Row>> {
    let grid = Grid::of(Frequency::WEEKLY, rows.iter().map(|row| row.moment));
    let nearest = |row: &Row| {
        let moment = grid.moment(grid.step_until(Moment(row.moment.0 + 3 * DAY))?)?;
        ((row.moment.0 - moment.0).abs() <= DAY).then_some(moment.0)
    };
    all_moved(rows, nearest)
}

/// Each row in its month, quarter or year, on the day of most; none where one is far from it, or two are in a month.
fn to_months(rows: &[Row], months: i64) -> Option<Vec<Row>> {
    let grid = Grid::of(Frequency::Months(months), rows.iter().map(|row| row.moment));
    let of_month = |row: &Row| {
        let month_end = row.moment.date().map(last_of_month)?;
        let moment = grid.moment(grid.step_until(Moment::of_date(month_end))?)?;
        let same_month = month_number(moment.date()?) == month_number(month_end);
        (same_month && (row.moment.0 - moment.0).abs() <= MAX_DAYS_OFF * DAY).then_some(moment.0)
    };
    all_moved(rows, of_month)
}

fn last_of_month(date: Date) -> Date {
    date.replace_day(super::moment::days_in_month(date)).unwrap_or(date)
}

const fn name_of_months(months: i64) -> &'static str {
    match months {
        1 => "month",
        3 => "quarter",
        _ => "year",
    }
}

/// Rows at other moments; none where one has none, or shares it.
fn all_moved(rows: &[Row], moment: impl Fn(&Row) -> Option<i64>) -> Option<Vec<Row>> {
    let moments: Vec<i64> = rows.iter().map(moment).collect::<Option<_>>()?;
    let apart = moments.windows(2).all(|pair| pair[0] < pair[1]);
    let at = |(row, moment): (&Row, i64)| Row { moment: Moment(moment), ..*row };
    apart.then(|| rows.iter().zip(moments).map(at).collect())
}

/// Each row at a step of less than a day; none where they are spread over more than a quarter of the distance, or share
/// steps often.
fn to_steps(rows: &[Row], given: Option<Frequency>, typical: i64) -> Option<Evened> {
    let period = match given {
        Some(Frequency::Seconds(seconds)) => seconds,
        Some(_) => return None,
        None => PERIODS.into_iter().find(|period| (typical - period).abs() * 10 <= *period)?,
    };
    let mut off: Vec<i64> = rows.iter().map(|row| row.moment.0.rem_euclid(period)).collect();
    off.sort_unstable();
    let (first, last) = (*off.first()?, *off.last()?);
    // The widest gap between two of them, around the clock, is where none is.
    let around = first + period - last;
    let (gap, after) = off.windows(2).map(|pair| (pair[1] - pair[0], pair[1])).max().unwrap_or((0, first));
    let (gap, from) = if around >= gap { (around, first) } else { (gap, after) };
    if (period - gap) * 4 > period {
        return None;
    }
    // Values taken before and after the full hour belong to it; others to the hour in which they were taken.
    let shift = if from + period - gap >= period { period - from } else { 0 };
    let (moved_rows, num_replaced) = moved(rows, |row| (row.moment.0 + shift).div_euclid(period) * period);
    let counts_for = match period {
        HOUR => "hour",
        60 => "minute",
        _ => "step",
    };
    let plain = num_replaced * 10 <= rows.len();
    plain.then_some(Evened { rows: moved_rows, by_day: false, counts_for: Some(counts_for), num_replaced })
}

#[cfg(test)]
mod tests {
    use super::super::style::Stamp;
    use super::*;

    fn rows(texts: &[&str]) -> (Vec<Row>, Style) {
        let stamps: Vec<Stamp> = texts.iter().map(|text| Stamp::parse(text).unwrap()).collect();
        let style = stamps[0].style;
        let row = |(at, stamp): (usize, &Stamp)| {
            let Stamp { moment, millis, ahead, .. } = *stamp;
            Row { moment, value: at as f64, line: at as u32 + 2, millis, ahead }
        };
        (stamps.iter().enumerate().map(row).collect(), style)
    }

    /// The even moments as dates or times, which of the texts each one is, and what they count for.
    fn even(texts: &[&str], given: Option<Frequency>) -> (Vec<String>, Vec<usize>, Option<&'static str>) {
        let (rows, style) = rows(texts);
        let evened = evened(rows, style, given);
        let style = if evened.by_day { Style::Date } else { style };
        let moments = evened.rows.iter().map(|row| row.moment.text(style).unwrap()).collect();
        (moments, evened.rows.iter().map(|row| row.value as usize).collect(), evened.counts_for)
    }

    fn days(texts: &[&str]) -> Vec<String> {
        let (days, _, counts_for) = even(texts, None);
        assert_eq!(counts_for, Some("day"), "{texts:?}");
        days
    }

    #[test]
    fn uneven_hours_are_days_by_the_clock_that_wrote_them() {
        let summer_time =
            ["2025-10-25T00:00:00+02:00", "2025-10-26T00:00:00+02:00", "2025-10-27T00:00:00+01:00"];
        assert_eq!(days(&summer_time), ["2025-10-25", "2025-10-26", "2025-10-27"]);
        let collected = ["2025-10-25 05:10:07", "2025-10-26 05:09:59", "2025-10-27 17:30:00"];
        assert_eq!(days(&collected), ["2025-10-25", "2025-10-26", "2025-10-27"]);
        let ahead = ["2025-06-25T00:00:00+05:30", "2025-06-26T00:00:00+05:30", "2025-06-28T00:00:00+05:30"];
        assert_eq!(days(&ahead), ["2025-06-25", "2025-06-26", "2025-06-28"]);
        // Each twelve seconds later than the day before.
        let drifting = ["2025-10-25 05:10:00", "2025-10-26 05:10:12", "2025-10-27 05:10:24"];
        assert_eq!(days(&drifting), ["2025-10-25", "2025-10-26", "2025-10-27"]);
    }

    #[test]
    fn nights_are_one_day() {
        let mostly_before =
            ["2025-10-25 23:59:58", "2025-10-26 23:59:59", "2025-10-28 00:00:02", "2025-10-28 23:59:57"];
        assert_eq!(days(&mostly_before), ["2025-10-25", "2025-10-26", "2025-10-27", "2025-10-28"]);
        let mostly_after =
            ["2025-10-25 00:00:09", "2025-10-26 00:00:01", "2025-10-26 23:59:58", "2025-10-28 00:00:04"];
        assert_eq!(days(&mostly_after), ["2025-10-25", "2025-10-26", "2025-10-27", "2025-10-28"]);
    }

    #[test]
    fn the_last_value_of_a_day_counts() {
        let texts =
            ["2025-10-25 04:00:07", "2025-10-26 04:00:01", "2025-10-26 04:09:00", "2025-10-27 04:00:00"];
        let expected = ["2025-10-25", "2025-10-26", "2025-10-27"].map(str::to_owned).to_vec();
        assert_eq!(even(&texts, None), (expected, vec![0, 2, 3], Some("day")));
        let hours = ["2025-10-25 22:00:00", "2025-10-25 23:00:00", "2025-10-26 00:00:00"];
        let expected = ["2025-10-25", "2025-10-26"].map(str::to_owned).to_vec();
        assert_eq!(even(&hours, Some(Frequency::DAILY)), (expected, vec![1, 2], Some("day")));
    }

    #[test]
    fn days_off_count_for_their_week_month_or_quarter() {
        let weeks = ["2025-06-02", "2025-06-09", "2025-06-17", "2025-06-22", "2025-06-30"];
        let (days, _, counts_for) = even(&weeks, None);
        let mondays = ["2025-06-02", "2025-06-09", "2025-06-16", "2025-06-23", "2025-06-30"];
        assert_eq!((days.as_slice(), counts_for), (mondays.map(str::to_owned).as_slice(), Some("week")));
        // The last working days of these months.
        let months = ["2025-03-31", "2025-04-30", "2025-05-30", "2025-06-30", "2025-07-31", "2025-08-29"];
        let (days, _, counts_for) = even(&months, None);
        assert_eq!((days[2].as_str(), days[5].as_str()), ("2025-05-31", "2025-08-31"));
        assert_eq!(counts_for, Some("month"));
        let quarters = ["2024-04-02", "2024-07-01", "2024-10-01", "2025-01-02", "2025-04-01"];
        let (days, _, counts_for) = even(&quarters, None);
        assert_eq!((days[0].as_str(), days[3].as_str()), ("2024-04-01", "2025-01-01"));
        assert_eq!(counts_for, Some("quarter"));
    }

    #[test]
    fn what_spreads_over_minutes_counts_for_its_hour() {
        let after =
            ["2025-06-02 04:00:12", "2025-06-02 05:03:40", "2025-06-02 06:00:02", "2025-06-02 08:00:59"];
        let expected = ["04", "05", "06", "08"].map(|hour| format!("2025-06-02 {hour}:00:00")).to_vec();
        assert_eq!(even(&after, None), (expected, vec![0, 1, 2, 3], Some("hour")));
        let around =
            ["2025-06-02 04:00:12", "2025-06-02 04:59:40", "2025-06-02 06:00:02", "2025-06-02 06:59:59"];
        let expected = ["04", "05", "06", "07"].map(|hour| format!("2025-06-02 {hour}:00:00")).to_vec();
        assert_eq!(even(&around, None), (expected, vec![0, 1, 2, 3], Some("hour")));
    }

    #[test]
    fn what_is_even_or_not_plain_stays() {
        for texts in [
            &["2025-06-02 04:00:12", "2025-06-03 04:00:12", "2025-06-05 04:00:12"][..],
            &["2025-06-02", "2025-06-09", "2025-06-16", "2025-06-18"],
            &["2025-06-02", "2025-06-09", "2025-06-19", "2025-06-23"],
            &["2025-06-02 04:00:00", "2025-06-02 05:00:00", "2025-06-02 05:40:00", "2025-06-02 06:00:00"],
            &["2025-06-02 04:00:00", "2025-06-02 05:20:00", "2025-06-02 06:00:00", "2025-06-02 06:40:00"],
            &["2025-06-02 04:00:12"],
        ] {
            assert_eq!(even(texts, None).2, None, "{texts:?}");
        }
    }
}
