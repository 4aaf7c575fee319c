//! The figures of a table: a column of days beside columns of whole numbers.

use std::collections::{BTreeMap, HashMap};

use casa24_schemas::{Date, Metric, RawValue};

use super::days::read_days;
use super::record::ExportDay;
use super::table::{Row, Table};
use crate::Error;
use crate::quote::quote;

/// A column with the figures of a metric.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Its place in a row.
    pub(super) place: usize,
    /// Its name, for messages.
    pub(super) name: String,
    /// What it has.
    pub(super) metric: Metric,
}

/// The days of some rows, oldest first.
///
/// # Errors
/// With line and column: where a row has more or fewer cells than the header, a cell is no day or no whole number, or a
/// day occurs twice.
pub(super) fn days_of(
    table: &Table,
    rows: &[&Row],
    (day_place, day_name): (usize, &str),
    columns: &[Column],
    num_cells: usize,
) -> Result<Vec<ExportDay>, Error> {
    if rows.is_empty() {
        return Err(table.fault("it has no day: export a longer period"));
    }
    table.expect_cells(rows, num_cells)?;
    let cells: Vec<&str> = rows.iter().map(|row| row.cells[day_place].as_str()).collect();
    let dates =
        read_days(&cells).map_err(|(place, fault)| table.bad_cell(rows[place].line, day_name, fault))?;
    let mut lines: HashMap<Date, u64> = HashMap::new();
    let mut days = Vec::with_capacity(rows.len());
    for (row, date) in rows.iter().zip(dates) {
        if let Some(first) = lines.insert(date, row.line) {
            return Err(table.bad_cell(
                row.line,
                day_name,
                format_args!("{date} is there twice, first on line {first}"),
            ));
        }
        let mut metrics = BTreeMap::new();
        for Column { place, name, metric } in columns {
            let value =
                read_count(&row.cells[*place]).map_err(|fault| table.bad_cell(row.line, name, fault))?;
            metrics.insert(metric.clone(), value);
        }
        days.push(ExportDay { date, line: row.line, metrics });
    }
    days.sort_by_key(|day| day.date);
    Ok(days)
}

/// A whole number as platforms write it, or null where the cell is empty.
pub(super) fn read_count(cell: &str) -> Result<RawValue, String> {
    if cell.is_empty() {
        return Ok(RawValue::Null);
    }
    let is_number = cell.bytes().all(|byte| byte.is_ascii_digit());
    let number = is_number.then(|| cell.parse::<i64>().ok()).flatten();
    number.map(RawValue::Integer).ok_or_else(|| format!("{} is not a whole number such as 1203", quote(cell)))
}
