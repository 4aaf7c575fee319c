//! Reading long format: CSV in, the rows of each series out.

use std::collections::HashMap;
use std::io::Read;

use super::moment::Moment;
use super::refused;
use super::rows::Rows;
use super::style::{Stamp, Style};
use super::value::{is_rounded, value, value_text};
use crate::terminal::counted;

/// What is needed, in the names that Nixtla's libraries gave them.
const COLUMNS: [&str; 3] = ["unique_id", "ds", "y"];

/// A value as it stands in the file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Row {
    pub(crate) moment: Moment,
    pub(crate) value: f64,
    /// Line on which the row begins.
    pub(crate) line: u32,
    /// Milliseconds after the moment.
    pub(crate) millis: u16,
    /// Minutes by which the clock that wrote the moment is ahead of UTC.
    pub(crate) ahead: i16,
}

/// The rows of one series, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawSeries {
    pub(crate) name: String,
    pub(crate) rows: Vec<Row>,
}

/// A file as it was read, its series in the order in which they begin.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawTable {
    pub(crate) style: Style,
    pub(crate) series: Vec<RawSeries>,
    /// Columns that nothing is made of.
    pub(crate) ignored: Vec<String>,
    /// Rows without a value.
    pub(crate) num_missing: u64,
    /// Those of them whose value is infinite.
    pub(crate) num_infinite: u64,
    /// Values that are not exactly what the file says, and the first of them.
    pub(crate) num_rounded: u64,
    pub(crate) first_rounded: Option<String>,
}

/// Where the columns are.
struct Columns {
    series: usize,
    moment: usize,
    value: usize,
    num: usize,
}

/// Reads a file; `progress` is called with the number of rows so far.
///
/// # Errors
/// When it is not CSV, lacks a column or any row, or has a row that cannot be understood: with its line.
pub(crate) fn read(input: impl Read, progress: impl Fn(u64)) -> anyhow::Result<RawTable> {
    let mut rows = Rows::new(input);
    rows.advance()?;
    let heading: Vec<String> = rows.cells().map(|name| name.trim().to_owned()).collect();
    let columns = columns(&heading, rows.line())?;
    let mut table = RawTable {
        style: Style::Integer,
        series: Vec::new(),
        ignored: ignored(&heading),
        num_missing: 0,
        num_infinite: 0,
        num_rounded: 0,
        first_rounded: None,
    };
    let mut style: Option<Style> = None;
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut current = 0;
    let mut num_rows = 0;
    while rows.advance()? {
        if rows.len() != columns.num {
            return Err(uneven_row(&rows, columns.num));
        }
        // As it stands: blanks tell series apart.
        let name = rows.cell(columns.series);
        if name.trim().is_empty() {
            return Err(refused(format!("{}: unique_id is empty", rows.place(columns.series))));
        }
        // Rows of one series mostly follow each other.
        if table.series.get(current).is_none_or(|series| series.name != name) {
            current = match known.get(name) {
                Some(known) => *known,
                None => {
                    known.insert(name.to_owned(), table.series.len());
                    table.series.push(RawSeries { name: name.to_owned(), rows: Vec::new() });
                    table.series.len() - 1
                }
            };
        }
        let stamp = stamp(&rows, columns.moment, &mut style)?;
        let text = rows.cell(columns.value).trim();
        match value(text).ok_or_else(|| no_number(&rows, columns.value))? {
            Some(value) if value.is_finite() => {
                let line = u32::try_from(rows.line()).unwrap_or(u32::MAX);
                let Stamp { moment, millis, ahead, .. } = stamp;
                table.series[current].rows.push(Row { moment, value, line, millis, ahead });
                if is_rounded(text, value) {
                    table.num_rounded += 1;
                    let first = || format!("line {line}: {text} is taken as {}", value_text(value));
                    table.first_rounded.get_or_insert_with(first);
                }
            }
            value => {
                table.num_missing += 1;
                table.num_infinite += u64::from(value.is_some_and(f64::is_infinite));
            }
        }
        num_rows += 1;
        if num_rows % 65_536 == 0 {
            progress(num_rows);
        }
    }
    table.style = style.ok_or_else(|| refused("there is a header, but no row below it".to_owned()))?;
    Ok(table)
}

fn columns(heading: &[String], line: u64) -> anyhow::Result<Columns> {
    let position = |wanted: &str| {
        let mut found = heading.iter().enumerate().filter(|(_, name)| *name == wanted);
        let Some((position, _)) = found.next() else {
            let names = heading.join(", ");
            let separator = match names.as_str() {
                "" => return Err(refused("no column unique_id: the file is empty".to_owned())),
                names if names.contains(';') => "; cells are separated by commas, not by semicolons",
                names if names.contains('\t') => "; cells are separated by commas, not by tabs",
                _ => "",
            };
            return Err(refused(format!(
                "line {line}: no column {wanted}; the header must name unique_id, ds and y, and names \
                 {names}{separator}"
            )));
        };
        match found.next() {
            Some(_) => Err(refused(format!("line {line}: column {wanted} stands twice in the header"))),
            None => Ok(position),
        }
    };
    let [series, moment, value] = COLUMNS;
    let [series, moment, value] = [position(series)?, position(moment)?, position(value)?];
    Ok(Columns { series, moment, value, num: heading.len() })
}

/// Names of the other columns; the place of one without a name.
fn ignored(heading: &[String]) -> Vec<String> {
    let others = heading.iter().enumerate().filter(|(_, name)| !COLUMNS.contains(&name.as_str()));
    let name = |(at, name): (usize, &String)| {
        if name.is_empty() { format!("{} (without a name)", at + 1) } else { name.clone() }
    };
    others.map(name).collect()
}

/// What `ds` says; `style` is that of the rows before.
fn stamp<R: Read>(rows: &Rows<R>, column: usize, style: &mut Option<Style>) -> anyhow::Result<Stamp> {
    let text = rows.cell(column).trim();
    let stamp = Stamp::parse(text).ok_or_else(|| {
        refused(format!(
            "{}: ds is {text:?}; it can be a date (2025-07-06), a time (2025-07-06 13:00:00, 2025-07-06T13:00:00Z), \
             a month (2025-07), a quarter (2025Q3), a week (2025-W27) or a whole number",
            rows.place(column)
        ))
    })?;
    let joined = style.map_or(Some(stamp.style), |style| style.joined(stamp.style));
    *style = Some(joined.ok_or_else(|| {
        let before = style.map_or("", kind);
        refused(format!(
            "{}: ds is {text:?}, and {before} stand before it; write all in one way",
            rows.place(column)
        ))
    })?);
    Ok(stamp)
}

const fn kind(style: Style) -> &'static str {
    match style {
        Style::Integer | Style::Digits(_) | Style::Epoch(_) | Style::Serial => "whole numbers",
        Style::Month => "months",
        Style::Quarter { .. } => "quarters in another form",
        Style::Week { .. } => "weeks in another form",
        Style::Date | Style::Time | Style::IsoTime | Style::Utc => "dates",
    }
}

fn no_number<R: Read>(rows: &Rows<R>, column: usize) -> anyhow::Error {
    let text = rows.cell(column).trim();
    let advice = if text.contains([',', '\'', ' ', '\u{a0}', '\u{202f}']) {
        "; write a point before decimals, and nothing between thousands"
    } else {
        ""
    };
    refused(format!("{}: y is {text:?}, not a number{advice}", rows.place(column)))
}

fn uneven_row<R: Read>(rows: &Rows<R>, num_columns: usize) -> anyhow::Error {
    let advice =
        if rows.len() > num_columns { "; a comma within a cell needs quotes around the cell" } else { "" };
    let (line, found) = (rows.line(), counted(rows.len() as u64, "cell", "cells"));
    refused(format!("line {line}: {found}, where the header has {num_columns}{advice}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> anyhow::Result<RawTable> {
        read(text.as_bytes(), |_| {})
    }

    fn complaint(text: &str) -> String {
        format!("{:#}", table(text).unwrap_err())
    }

    #[test]
    fn columns_stand_in_any_order_and_others_are_ignored() {
        let table =
            table("\u{feff}y, note,unique_id,ds\n1.5,x,a,2025-07-06\n-2e3,,\"b, c\",2025-07-07\n").unwrap();
        assert_eq!(table.ignored, ["note"]);
        assert_eq!(table.style, Style::Date);
        let names: Vec<_> = table.series.iter().map(|series| series.name.as_str()).collect();
        assert_eq!(names, ["a", "b, c"]);
        let row = table.series[1].rows[0];
        assert_eq!((row.value, row.line), (-2_000.0, 3));
    }

    #[test]
    fn series_may_alternate() {
        let table = table("unique_id,ds,y\na,1,1\nb,1,2\na,2,3\n").unwrap();
        let values = |at: usize| table.series[at].rows.iter().map(|row| row.value).collect::<Vec<_>>();
        assert_eq!((values(0), values(1)), (vec![1.0, 3.0], vec![2.0]));
    }

    #[test]
    fn values_that_are_not_there_are_counted() {
        let cells = ["", "NaN", "nan", "N/A", "inf", "-Infinity", "1e999", "7"];
        let rows: String = cells.iter().enumerate().map(|(at, cell)| format!("a,{at},{cell}\n")).collect();
        let table = table(&format!("unique_id,ds,y\n{rows}")).unwrap();
        assert_eq!((table.num_missing, table.num_infinite, table.series[0].rows.len()), (7, 3, 1));
    }

    #[test]
    fn blanks_tell_series_apart() {
        let table = table("unique_id,ds,y\na,1,1\n a,1,2\na ,1,3\n\u{a0}a,1,4\n\"a\",2,5\n").unwrap();
        let names: Vec<_> = table.series.iter().map(|series| series.name.as_str()).collect();
        assert_eq!(names, ["a", " a", "a ", "\u{a0}a"]);
        assert_eq!(table.series[0].rows.len(), 2);
    }

    #[test]
    fn values_that_are_rounded_are_counted_and_the_first_is_named() {
        let table = table("unique_id,ds,y\na,1,7\na,2,9007199254740995\na,3,18014398509481985\n").unwrap();
        let first = "line 3: 9007199254740995 is taken as 9007199254740996";
        assert_eq!((table.num_rounded, table.first_rounded.as_deref()), (2, Some(first)));
    }

    #[test]
    fn a_column_without_a_name_is_named_by_its_place() {
        let table = table("unique_id,,ds,y,\" \"\na,0,1,1,\n").unwrap();
        assert_eq!(table.ignored, ["2 (without a name)", "5 (without a name)"]);
    }

    #[test]
    fn what_cannot_be_understood_is_named_with_its_line() {
        let cases = [
            ("", "no column unique_id"),
            (
                "unique_id,date,y\na,1,1\n",
                "no column ds; the header must name unique_id, ds and y, and names",
            ),
            ("unique_id,ds,y,y\na,1,1,1\n", "column y stands twice"),
            ("unique_id,ds,y\n", "no row"),
            ("unique_id,ds,y\na,1,1\na,2,\"1,200\"\n", "line 3: y is \"1,200\""),
            ("unique_id,ds,y\na,yesterday,1\n", "line 2: ds is \"yesterday\""),
            ("unique_id,ds,y\na,1,1\na,2,\"1,5\"\n", "write a point before decimals"),
            (
                "unique_id,ds,y\na,1,1\na,2025-07-06,1\n",
                "line 3: ds is \"2025-07-06\", and whole numbers stand",
            ),
            (
                "unique_id,ds,y\na,2024Q1,1\na,2024-Q2,1\n",
                "line 3: ds is \"2024-Q2\", and quarters in another",
            ),
            ("unique_id,ds,y\n,1,1\n", "line 2: unique_id is empty"),
            ("unique_id,ds,y\r\n\r\na,1\r\n", "line 3: 2 cells, where the header has 3"),
            ("unique_id,ds,y\ra,1,1,5\r", "line 2: 4 cells, where the header has 3; a comma within"),
            ("unique_id;ds;y\na;1;1\n", "commas, not by semicolons"),
            (
                "\"note\n1\",unique_id,ds,y\n\"b\n2\",a,1,x\n",
                "line 4 (of the row that begins on line 3): y is \"x\"",
            ),
        ];
        for (text, expected) in cases {
            assert!(complaint(text).contains(expected), "{}", complaint(text));
        }
    }
}
