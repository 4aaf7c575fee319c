//! A CSV file as rows of cells, each with its line.

use csv::{ReaderBuilder, StringRecord};

use crate::Error;

/// Most rows of an export, and most cells of a row.
const MAX_ROWS: usize = 100_000;
const MAX_CELLS: usize = 100;

/// The cells of a file, whatever stands in them.
#[derive(Debug)]
pub(super) struct Table {
    /// What messages call the file.
    pub(super) file: String,
    /// Rows that are not blank, the header among them.
    pub(super) rows: Vec<Row>,
}

/// One row.
#[derive(Debug)]
pub(super) struct Row {
    /// Line on which it begins, from 1.
    pub(super) line: u64,
    /// Its cells without blanks around them.
    pub(super) cells: Vec<String>,
}

impl Table {
    /// Reads text. Its first line may say what stands between cells (`sep=,`, for Excel); otherwise that is the comma,
    /// semicolon or tab that the first line has most of.
    ///
    /// # Errors
    /// When it has more rows than any export, or a row has more cells.
    pub(super) fn read(text: &str, file: &str) -> Result<Self, Error> {
        let first = text.lines().next().unwrap_or_default();
        let (named, rest, lines_before) = match separator_line(first) {
            Some(separator) => (Some(separator), text.split_once('\n').map_or("", |(_, rest)| rest), 1),
            None => (None, text, 0),
        };
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(named.unwrap_or_else(|| most_common(first)))
            .from_reader(rest.as_bytes());
        let mut rows = Vec::new();
        let mut lines = Lines { text: rest, read: 0, line: 1 + lines_before };
        let mut record = StringRecord::new();
        let fault = |fault: String| Error::NotAnExport { file: file.to_owned(), fault };
        while reader.read_record(&mut record).map_err(|error| fault(error.to_string()))? {
            let line = lines.at(record.position().map_or(0, csv::Position::byte));
            if record.len() > MAX_CELLS {
                return Err(fault(format!(
                    "line {line} has more than {MAX_CELLS} cells, which no export has"
                )));
            }
            let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                rows.push(Row { line, cells });
            }
            if rows.len() > MAX_ROWS {
                return Err(fault(format!("it has more than {MAX_ROWS} rows, which no export has")));
            }
        }
        Ok(Self { file: file.to_owned(), rows })
    }

    /// The names of the columns, in lower case, without underscores.
    pub(super) fn header(&self) -> Vec<String> {
        self.rows.first().map(|row| row.cells.iter().map(|cell| in_words(cell)).collect()).unwrap_or_default()
    }

    /// Refuses rows that have more or fewer cells than the header, which has so many.
    ///
    /// # Errors
    /// With the line of the first of them, and the column where it ends or goes on too long.
    pub(super) fn expect_cells(&self, rows: &[&Row], num_cells: usize) -> Result<(), Error> {
        let Some(uneven) = rows.iter().find(|row| row.cells.len() != num_cells) else { return Ok(()) };
        let num = uneven.cells.len();
        let cells = if num == 1 { "cell" } else { "cells" };
        let fault = format!("the row has {num} {cells}, the header has {num_cells}");
        Err(self.bad_cell(uneven.line, &num.min(num_cells).to_string(), fault))
    }

    /// What is wrong with the file as a whole.
    pub(super) fn fault(&self, fault: impl Into<String>) -> Error {
        Error::NotAnExport { file: self.file.clone(), fault: fault.into() }
    }

    /// What is wrong with one cell.
    pub(super) fn bad_cell(&self, line: u64, column: &str, fault: impl std::fmt::Display) -> Error {
        Error::BadCell { file: self.file.clone(), line, column: column.to_owned(), fault: fault.to_string() }
    }
}

/// Lines of a text, which are asked for in order.
struct Lines<'t> {
    text: &'t str,
    read: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the record that is read from a byte on: of its first character, behind blank lines.
    fn at(&mut self, byte: u64) -> u64 {
        let bytes = self.text.as_bytes();
        let from = usize::try_from(byte).unwrap_or(usize::MAX).min(bytes.len());
        let blank = bytes[from..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = &bytes[self.read.min(from)..from + blank];
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.read = from + blank;
        self.line
    }
}

/// A name in the form in which names are compared.
pub(super) fn in_words(name: &str) -> String {
    name.trim().to_lowercase().replace('_', " ")
}

/// What a line such as `sep=,` says.
pub(super) fn separator_line(line: &str) -> Option<u8> {
    let separator = line.trim_end_matches(['\r', '\n']).strip_prefix("sep=")?;
    let [separator] = separator.as_bytes() else { return None };
    separator.is_ascii().then_some(*separator)
}

/// The separator that a line has most of; a comma where it has none.
fn most_common(line: &str) -> u8 {
    let count = |separator: u8| line.bytes().filter(|byte| *byte == separator).count();
    let mut best = b',';
    for other in [b';', b'\t'] {
        if count(other) > count(best) {
            best = other;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_nothing_but_separators_is_refused() {
        let error = Table::read(&format!("a,b\n{}\n", ",".repeat(1 << 20)), "a.csv").unwrap_err().to_string();
        assert!(error.contains("line 2 has more than 100 cells"), "{error}");
        let error = Table::read(&"1\n".repeat(MAX_ROWS + 1), "a.csv").unwrap_err().to_string();
        assert!(error.contains("more than 100000 rows"), "{error}");
    }

    #[test]
    fn lines_are_counted_in_the_file_whatever_separates_cells() {
        for text in ["a,b\n\n1, 2\n", "sep=;\na;b\n1;2\n", "a\tb\r\n\r\n1\t2\r\n"] {
            let table = Table::read(text, "a.csv").unwrap();
            let rows: Vec<(u64, Vec<&str>)> = table
                .rows
                .iter()
                .map(|row| (row.line, row.cells.iter().map(String::as_str).collect()))
                .collect();
            assert_eq!(rows[0].1, ["a", "b"], "{text:?}");
            assert_eq!(rows[1], (3, vec!["1", "2"]), "{text:?}");
        }
    }
}
