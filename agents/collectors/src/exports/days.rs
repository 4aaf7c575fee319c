//! A column of days. Exports write 2026-08-01; a spreadsheet that saved one again may have turned the days around.

use casa24_schemas::{Date, Observed};
use time::Month;

/// What stands for midnight behind a day.
const MIDNIGHT: [&str; 2] = ["T00:00:00", " 00:00:00"];

/// In which order a column has day, month and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Ymd,
    Dmy,
    Mdy,
}

/// The days of a column, or the place of the first cell that is none and what is wrong with it.
///
/// Where the year comes last, one day beyond the twelfth must show what the first number is: 06/07/2026 alone is refused,
/// and so is a column that shows both orders.
pub(super) fn read_days(cells: &[&str]) -> Result<Vec<Date>, (usize, String)> {
    let mut split = Vec::with_capacity(cells.len());
    for (place, cell) in cells.iter().enumerate() {
        split.push(parts(cell).ok_or_else(|| (place, not_a_day(cell)))?);
    }
    let order = order(&split, cells)?;
    let mut days = Vec::with_capacity(split.len());
    for (place, parts) in split.into_iter().enumerate() {
        days.push(day(parts, order).ok_or_else(|| (place, not_a_day(cells[place])))?);
    }
    Ok(days)
}

fn not_a_day(cell: &str) -> String {
    format!("{} is not a day such as 2026-08-01", crate::quote::quote(cell))
}

/// The three numbers of a day.
fn parts(cell: &str) -> Option<[&str; 3]> {
    let day = MIDNIGHT.iter().find_map(|ending| cell.strip_suffix(ending)).unwrap_or(cell);
    let separator = ['-', '/', '.'].into_iter().find(|separator| day.contains(*separator))?;
    let mut parts = day.split(separator);
    let three = [parts.next()?, parts.next()?, parts.next()?];
    let are_numbers = three.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    (parts.next().is_none() && are_numbers).then_some(three)
}

fn order(split: &[[&str; 3]], cells: &[&str]) -> Result<Order, (usize, String)> {
    if split.iter().all(|[year, _, _]| year.len() == 4) {
        return Ok(Order::Ymd);
    }
    let above_twelve = |part: usize| split.iter().position(|parts| is_above_twelve(parts[part]));
    match (above_twelve(0), above_twelve(1)) {
        (Some(_), None) => Ok(Order::Dmy),
        (None, Some(_)) => Ok(Order::Mdy),
        (None, None) => Err((
            0,
            format!(
                "{} can be read with the day or the month first: write 2026-08-01",
                crate::quote::quote(cells[0])
            ),
        )),
        (Some(day), Some(month)) => {
            Err((day.max(month), "has day and month in another order than rows before".to_owned()))
        }
    }
}

fn is_above_twelve(part: &str) -> bool {
    part.parse::<u32>().is_ok_and(|number| number > 12)
}

fn day([first, second, third]: [&str; 3], order: Order) -> Option<Date> {
    let (year, month, day) = match order {
        Order::Ymd => (first, second, third),
        Order::Dmy => (third, second, first),
        Order::Mdy => (third, first, second),
    };
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return None;
    }
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    let date = Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()?;
    Observed::parse(&Observed::day(date).to_string()).ok().map(Observed::date)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn days_are_read_in_every_order_that_the_column_itself_shows() {
        let days = Ok(vec![date!(2026 - 07 - 06), date!(2026 - 07 - 13)]);
        for cells in [
            ["2026-07-06", "2026-07-13"],
            ["2026-07-06T00:00:00", "2026-07-13T00:00:00"],
            ["06/07/2026", "13/07/2026"],
            ["7/6/2026", "7/13/2026"],
            ["06.07.2026", "13.07.2026"],
        ] {
            assert_eq!(read_days(&cells), days, "{cells:?}");
        }
    }

    #[test]
    fn what_is_no_day_or_may_be_two_is_told_with_its_place() {
        for (cells, place, expected) in [
            (["06/07/2026", "07/07/2026"], 0, "day or the month first"),
            (["13/07/2026", "07/14/2026"], 1, "another order"),
            (["2026-07-06", "2026-02-30"], 1, "not a day"),
            (["2026-07-06", "yesterday"], 1, "\"yesterday\" is not a day"),
            (["2026-07-06", "1970-01-01"], 1, "not a day"),
            (["2026-07-06", "2026-07-06T14:00:00"], 1, "not a day"),
            (["06/07/26", "13/07/26"], 0, "not a day"),
        ] {
            let (found, fault) = read_days(&cells).unwrap_err();
            assert!(found == place && fault.contains(expected), "{cells:?}: {found} {fault}");
        }
    }
}
