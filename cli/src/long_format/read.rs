//! Reading long format: CSV in, the rows of each series out.

use std::collections::HashMap;
use std::io::Read;

use anyhow::{Context, bail, ensure};
use csv::{ReaderBuilder, StringRecord};

use super::moment::{Moment, Style};

/// What is needed, in the names that Nixtla's libraries gave them.
const COLUMNS: [&str; 3] = ["unique_id", "ds", "y"];

/// How a value that is not there may be written, beside not at all.
const MISSING: [&str; 4] = ["na", "n/a", "null", "none"];

/// A value as it stands in the file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Row {
    pub(crate) moment: Moment,
    pub(crate) value: f64,
    pub(crate) line: u32,
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
}

/// Where the columns are.
struct Columns {
    series: usize,
    moment: usize,
    value: usize,
}

/// Reads a file; `progress` is called with the number of rows so far.
///
/// # Errors
/// When it is not CSV, lacks a column or any row, or has a row that cannot be understood: with its line.
pub(crate) fn read(input: impl Read, progress: impl Fn(u64)) -> anyhow::Result<RawTable> {
    let mut reader = ReaderBuilder::new().buffer_capacity(1 << 16).from_reader(input);
    let heading: Vec<String> =
        reader.headers()?.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()).collect();
    let columns = columns(&heading)?;
    let ignored = heading.iter().filter(|name| !COLUMNS.contains(&name.as_str())).cloned().collect();
    let mut table =
        RawTable { style: Style::Integer, series: Vec::new(), ignored, num_missing: 0, num_infinite: 0 };
    let mut style: Option<Style> = None;
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut current = 0;
    let mut record = StringRecord::new();
    let mut num_rows = 0;
    while reader.read_record(&mut record)? {
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |column: usize| record.get(column).unwrap_or_default().trim();
        let name = cell(columns.series);
        ensure!(!name.is_empty(), "line {line}: unique_id is empty");
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
        let text = cell(columns.moment);
        let (moment, found) = Moment::parse(text).with_context(|| {
            format!(
                "line {line}: ds is {text:?}; it can be a date (2025-07-06), a time of whole seconds \
                 (2025-07-06 13:00:00, 2025-07-06T13:00:00Z) or a whole number"
            )
        })?;
        let joined = style.map_or(Some(found), |style| style.joined(found));
        style = Some(joined.with_context(|| {
            format!("line {line}: ds is {text:?}, and both whole numbers and dates stand in the column")
        })?);
        let value = value(cell(columns.value))
            .with_context(|| format!("line {line}: y is {:?}, not a number", cell(columns.value)))?;
        match value {
            Some(value) if value.is_finite() => {
                let line = u32::try_from(line).unwrap_or(u32::MAX);
                table.series[current].rows.push(Row { moment, value, line });
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
    table.style = style.context("there is a header, but no row")?;
    Ok(table)
}

fn columns(heading: &[String]) -> anyhow::Result<Columns> {
    let position = |wanted: &str| {
        let mut found = heading.iter().enumerate().filter(|(_, name)| *name == wanted);
        let Some((position, _)) = found.next() else {
            bail!(
                "no column {wanted}; the header must name unique_id, ds and y, and names {}",
                heading.join(", ")
            )
        };
        ensure!(found.next().is_none(), "column {wanted} stands twice in the header");
        Ok(position)
    };
    let [series, moment, value] = COLUMNS;
    Ok(Columns { series: position(series)?, moment: position(moment)?, value: position(value)? })
}

/// The number that a cell says; an inner `None` where it says that there is none, or NaN.
fn value(text: &str) -> Option<Option<f64>> {
    if text.is_empty() || MISSING.iter().any(|missing| text.eq_ignore_ascii_case(missing)) {
        return Some(None);
    }
    let number: f64 = text.parse().ok()?;
    Some(Some(number).filter(|number| !number.is_nan()))
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
            ("unique_id,ds,y\na,1,1\na,2025-07-06,1\n", "line 3: ds is \"2025-07-06\", and both"),
            ("unique_id,ds,y\n,1,1\n", "line 2: unique_id is empty"),
            ("unique_id,ds,y\na,1\n", "line: 2"),
        ];
        for (text, expected) in cases {
            assert!(complaint(text).contains(expected), "{}", complaint(text));
        }
    }
}
