//! `YouTube` Studio: views by day. Its days are days of Pacific time
//! (<https://developers.google.com/youtube/analytics/dimensions>, `day`).

use casa24_schemas::{Metric, Platform, RawValue};

use super::cells::{Column, days_of, read_count};
use super::record::Export;
use super::table::{Row, Table};
use crate::Error;

/// The names of the two columns, in English and Spanish.
const DATE: [&str; 2] = ["date", "fecha"];
const VIEWS: [&str; 2] = ["views", "visualizaciones"];
const TOTAL: &str = "total";

/// Reads a table as one of `YouTube` Studio's; `None` where it is none.
///
/// # Errors
/// When a cell is not what it should be.
pub(super) fn read(table: &Table) -> Option<Result<Export, Error>> {
    let header = table.header();
    let place = |names: &[&str]| header.iter().position(|column| names.contains(&column.as_str()));
    let views = place(&VIEWS)?;
    let Some(day) = place(&DATE) else {
        return Some(Err(table.fault(
            "it has views and no days: in YouTube Studio's advanced mode choose the breakdown by date, and export again",
        )));
    };
    Some(by_day(table, &header, day, views))
}

fn by_day(table: &Table, header: &[String], day: usize, views: usize) -> Result<Export, Error> {
    let is_total = |row: &Row| row.cells.get(day).is_some_and(|cell| cell.eq_ignore_ascii_case(TOTAL));
    let (totals, rows): (Vec<&Row>, Vec<&Row>) = table.rows.iter().skip(1).partition(|row| is_total(row));
    let columns = [Column { place: views, name: header[views].clone(), metric: Metric::DAILY_VIEWS }];
    let days = days_of(table, &rows, (day, &header[day]), &columns, header.len())?;
    let mut notes: Vec<String> = header
        .iter()
        .enumerate()
        .filter(|(place, _)| ![day, views].contains(place))
        .map(|(_, name)| format!("{}: the column {} is passed over", table.file, crate::quote::quote(name)))
        .collect();
    let sum: i64 = days
        .iter()
        .flat_map(|day| day.metrics.values())
        .filter_map(|value| if let RawValue::Integer(views) = value { Some(*views) } else { None })
        .fold(0, i64::saturating_add);
    for row in totals {
        let cell = row.cells.get(views).map_or("", String::as_str);
        let total = read_count(cell).map_err(|fault| table.bad_cell(row.line, &header[views], fault))?;
        if total != RawValue::Integer(sum) && total != RawValue::Null {
            notes.push(format!("{}: the row Total says {total}, its days add up to {sum}", table.file));
        }
    }
    Ok(Export { file: table.file.clone(), platform: Platform::YOUTUBE, days, notes })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Export, Error> {
        read(&Table::read(text, "Table data.csv").unwrap()).expect("a table of YouTube's")
    }

    #[test]
    fn the_row_total_is_no_day() {
        let export =
            of("Date,Views,Watch time (hours)\nTotal,15,0.5\n2026-08-02,9,0.3\n2026-08-01,6,0.2\n").unwrap();
        assert_eq!(export.days.len(), 2);
        assert_eq!(export.days[0].metrics[&Metric::DAILY_VIEWS], RawValue::Integer(6));
        assert_eq!(export.notes, ["Table data.csv: the column \"watch time (hours)\" is passed over"]);
        let cut = of("Fecha,Visualizaciones\nTotal,20\n2026-08-02,9\n").unwrap();
        assert_eq!(cut.notes, ["Table data.csv: the row Total says 20, its days add up to 9"]);
    }

    #[test]
    fn another_breakdown_is_told() {
        let told = of("Content,Video title,Views\nTotal,,15\nabc,Japon,15\n").unwrap_err().to_string();
        assert!(told.contains("breakdown by date"), "{told}");
        let told = of("Date,Views\nTotal,x\n2026-08-02,9\n").unwrap_err().to_string();
        assert!(told.contains("line 2, column views"), "{told}");
    }
}
