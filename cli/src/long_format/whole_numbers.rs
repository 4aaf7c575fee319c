//! What whole numbers in column `ds` say: numbers in, moments out where they are dates, and what was made of them.

use super::digits::Digits;
use super::frequency::{Distances, Frequency};
use super::moment::{DAY, Moment};
use super::read::{RawTable, Row};
use super::refused;
use super::style::Style;

/// Integers that count lie within this, so that steps ahead of them can be counted.
const MAX_INTEGER: i64 = 1_000_000_000_000_000;

/// Units of time since 1970: how many make a second, and between which numbers they say 1973 to 2286.
const EPOCHS: [(i64, std::ops::Range<i64>, &str); 4] = [
    (1, 100_000_000..10_000_000_000, "seconds"),
    (1_000, 100_000_000_000..10_000_000_000_000, "milliseconds"),
    (1_000_000, 100_000_000_000_000..10_000_000_000_000_000, "microseconds"),
    (1_000_000_000, 100_000_000_000_000_000..i64::MAX, "nanoseconds"),
];

/// Numbers of Excel's days from 1954 to 2119.
const SERIALS: std::ops::Range<i64> = 20_000..80_000;

/// Turns whole numbers into moments, where all that they can be is dates. Rows are in order. Gives a note of it.
///
/// Numbers whose digits are dates (`20250706`, `202507`, `2025070613`) are dates. Numbers in the range of Unix times
/// are times, where they lie a minute apart or more. Numbers in the range of Excel's days are days where their
/// distances are those of months, or where a distance of the calendar is given. All others count.
///
/// # Errors
/// When most, but not all, are dates; when they are dates of two-digit years; and when a number is too large to count
/// with.
pub(super) fn interpret(table: &mut RawTable, given: Option<Frequency>) -> anyhow::Result<Option<String>> {
    if table.style != Style::Integer {
        return Ok(None);
    }
    let num_rows = table.series.iter().map(|series| series.rows.len()).sum::<usize>();
    if num_rows == 0 {
        return Ok(None);
    }
    for digits in Digits::ALL {
        let is_no_date = |row: &&Row| digits.moment(row.moment.0).is_none();
        let first = all(table).filter(is_no_date).min_by_key(|row| row.line);
        let Some(first) = first else {
            change(table, Style::Digits(digits), |row| row.moment = moment_of(digits, row));
            return Ok(Some(format!("ds: whole numbers read as dates, {}", digits.name())));
        };
        let num_dates = num_rows - all(table).filter(is_no_date).count();
        if num_dates * 2 > num_rows {
            return Err(refused(format!(
                "line {}: ds is {}, which is no date of the years 1800 to 2199, but most of the column are dates \
                 in digits ({}); correct it, or write dates as 2025-07-06",
                first.line,
                first.moment.0,
                digits.name()
            )));
        }
    }
    for (units, range, name) in EPOCHS {
        let num_within = all(table).filter(|row| range.contains(&row.moment.0)).count();
        if num_within * 2 > num_rows && median_distance(table).is_some_and(|distance| distance / units >= 60)
        {
            change(table, Style::Epoch(units), |row| {
                row.millis = u16::try_from(row.moment.0.rem_euclid(units) * 1_000 / units).unwrap_or(0);
                row.moment = Moment(row.moment.0.div_euclid(units));
            });
            return Ok(Some(format!("ds: whole numbers read as {name} since 1970")));
        }
    }
    let may_be_serials = all(table).all(|row| SERIALS.contains(&row.moment.0));
    if may_be_serials && (given.is_some_and(Frequency::is_by_day) || are_months(table)) {
        change(table, Style::Serial, |row| row.moment = of_serial(row));
        return Ok(Some("ds: whole numbers read as Excel's days".to_owned()));
    }
    if let Some(first) = all(table).min_by_key(|row| row.line).filter(|_| have_short_years(table)) {
        return Err(refused(format!(
            "line {}: ds is {}, as if it were a date of a two-digit year (yymmdd), and so are all others; write dates \
             as 2025-07-06",
            first.line, first.moment.0
        )));
    }
    if let Some(far) = all(table).find(|row| !(-MAX_INTEGER..=MAX_INTEGER).contains(&row.moment.0)) {
        return Err(refused(format!(
            "line {}: ds is {}, too large a number to count with",
            far.line, far.moment.0
        )));
    }
    if let Some(given) = given {
        return Err(refused(format!(
            "ds counts in whole numbers, so that they cannot be {given}; write dates as 2025-07-06"
        )));
    }
    let may_be = may_be_serials && median_distance(table).is_some_and(|distance| [1, 7].contains(&distance));
    Ok(may_be.then(|| {
        "ds: whole numbers that count; if they are Excel's days, say so with --freq daily, business or weekly"
            .to_owned()
    }))
}

fn all(table: &RawTable) -> impl Iterator<Item = &Row> {
    table.series.iter().flat_map(|series| &series.rows)
}

fn change(table: &mut RawTable, style: Style, of_row: impl Fn(&mut Row)) {
    table.style = style;
    table.series.iter_mut().flat_map(|series| &mut series.rows).for_each(of_row);
}

fn moment_of(digits: Digits, row: &Row) -> Moment {
    digits.moment(row.moment.0).unwrap_or(row.moment)
}

fn of_serial(row: &Row) -> Moment {
    Moment::of_serial(row.moment.0).unwrap_or(row.moment)
}

/// The middle one of the distances between numbers of a series.
fn median_distance(table: &RawTable) -> Option<i64> {
    let pairs = table.series.iter().flat_map(|series| series.rows.windows(2));
    let mut distances: Vec<i64> =
        pairs.map(|pair| pair[1].moment.0.saturating_sub(pair[0].moment.0)).collect();
    let middle = distances.len() / 2;
    (!distances.is_empty()).then(|| *distances.select_nth_unstable(middle).1)
}

/// Whether numbers are, as Excel's days, whole months apart, and not evenly otherwise.
fn are_months(table: &RawTable) -> bool {
    let (mut as_days, mut as_numbers) = (Distances::new(false), Distances::new(true));
    for series in &table.series {
        as_days.add(series.rows.iter().map(of_serial));
        as_numbers.add(series.rows.iter().map(|row| row.moment));
    }
    let (Some(days), Some(numbers)) = (as_days.most_common(), as_numbers.most_common()) else { return false };
    matches!(days.frequency, Frequency::Months(_))
        && days.num_all >= 3
        && days.num * 10 >= days.num_all * 9
        && numbers.num < numbers.num_all
}

/// Whether numbers are dates without a century: all have such digits, and only as dates they are evenly apart.
fn have_short_years(table: &RawTable) -> bool {
    let date = |row: &Row| {
        let is_short = (10_101..=991_231).contains(&row.moment.0);
        is_short.then(|| Digits::DAY.moment(20_000_000 + row.moment.0)).flatten()
    };
    if !all(table).all(|row| date(row).is_some()) {
        return false;
    }
    let (mut as_days, mut as_numbers) = (Distances::new(false), Distances::new(true));
    for series in &table.series {
        as_days.add(series.rows.iter().map(|row| date(row).unwrap_or(row.moment)));
        as_numbers.add(series.rows.iter().map(|row| row.moment));
    }
    let num = |distances: &Distances| distances.most_common().map_or(0, |distance| distance.num);
    num(&as_days) > num(&as_numbers)
}

/// Whether a distance can be written in a style: a file of months has no days.
pub(super) fn can_be_written(style: Style, frequency: Frequency) -> bool {
    let months = |of: i64| matches!(frequency, Frequency::Months(months) if months % of == 0);
    match style {
        Style::Month => months(1),
        Style::Quarter { .. } => months(3),
        Style::Week { .. } => matches!(frequency, Frequency::Seconds(seconds) if seconds % (7 * DAY) == 0),
        Style::Digits(digits) if digits == Digits::MONTH => months(1),
        Style::Integer => matches!(frequency, Frequency::Integers(_)),
        _ => style.has_time() || frequency.is_by_day(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::read::read;
    use super::*;

    /// The style in which numbers of one series are read, and the note.
    fn read_as(numbers: &[i64], given: Option<Frequency>) -> anyhow::Result<(Style, Option<String>)> {
        let rows: String = numbers.iter().map(|number| format!("a,{number},1\n")).collect();
        let mut table = read(format!("unique_id,ds,y\n{rows}").as_bytes(), |_| {})?;
        let note = interpret(&mut table, given)?;
        Ok((table.style, note))
    }

    fn style(numbers: &[i64]) -> Style {
        read_as(numbers, None).unwrap().0
    }

    #[test]
    fn dates_in_digits_are_dates() {
        let cases: [(&[i64], Digits); 4] = [
            (&[19_991_130, 19_991_201], Digits::DAY),
            (&[199_911, 199_912, 200_001], Digits::MONTH),
            (&[2_024_022_923, 2_024_030_100], Digits::HOUR),
            (&[202_402_292_345, 202_403_010_000], Digits::MINUTE),
        ];
        for (numbers, digits) in cases {
            assert_eq!(style(numbers), Style::Digits(digits), "{numbers:?}");
        }
        let complaint =
            read_as(&[20_250_131, 20_250_132, 20_250_201, 20_250_202], None).unwrap_err().to_string();
        assert!(complaint.starts_with("line 3: ds is 20250132, which is no date"), "{complaint}");
        // A count that passes through few numbers that could be months.
        assert_eq!(style(&(200_001..200_060).collect::<Vec<_>>()), Style::Integer);
        assert_eq!(style(&[2_019, 2_020, 2_021]), Style::Integer);
        let complaint = read_as(&[231_230, 231_231, 240_101, 240_102], None).unwrap_err().to_string();
        assert!(complaint.starts_with("line 2: ds is 231230") && complaint.contains("yymmdd"), "{complaint}");
        assert_eq!(style(&[231_227, 231_228, 231_229, 231_231]), Style::Integer);
    }

    #[test]
    fn unix_times_are_times_where_they_lie_minutes_apart() {
        let from = |start: i64, step: i64| (0..9).map(|at| start + step * at).collect::<Vec<_>>();
        for (units, _, _) in EPOCHS {
            assert_eq!(style(&from(1_700_000_000 * units, 3_600 * units)), Style::Epoch(units));
            assert_eq!(style(&from(1_700_000_000 * units, 60 * units)), Style::Epoch(units));
        }
        assert_eq!(style(&from(1_700_000_000, 5)), Style::Integer);
        assert_eq!(style(&from(1_700_000_000_000, 250)), Style::Integer);
    }

    #[test]
    fn excel_days_are_days_where_they_are_months_or_said_to_be() {
        // The first days of the months from January to May 2024.
        assert_eq!(style(&[45_292, 45_323, 45_352, 45_383, 45_413]), Style::Serial);
        let weekly = [45_292, 45_299, 45_306, 45_313];
        let (found, note) = read_as(&weekly, None).unwrap();
        assert_eq!(found, Style::Integer);
        assert!(note.unwrap().contains("--freq"));
        assert_eq!(read_as(&weekly, Some(Frequency::WEEKLY)).unwrap().0, Style::Serial);
        assert_eq!(style(&[45_292, 45_322, 45_352, 45_382]), Style::Integer);
        assert!(read_as(&[1, 8, 15], Some(Frequency::WEEKLY)).is_err());
    }

    #[test]
    fn numbers_that_cannot_be_counted_with_are_refused() {
        let complaint = read_as(&[1, 2, 1_000_000_000_000_001], None).unwrap_err().to_string();
        assert!(complaint.starts_with("line 4: ds is 1000000000000001, too large"), "{complaint}");
    }
}
