//! Columns of a table whose letters have one width: a terminal's, and code in Discord.

use unicode_width::UnicodeWidthStr;

use crate::card::{Align, Table};

/// Width of each column, in terminal columns.
pub(crate) fn widths(table: &Table) -> Vec<usize> {
    let num_columns = table.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = table.rows.iter().filter_map(|row| row.cells.get(column));
        cells.map(|cell| cell.as_str().width()).max().unwrap_or(0)
    };
    (0..num_columns).map(width).collect()
}

/// Alignment of a column.
pub(crate) fn align(table: &Table, column: usize) -> Align {
    table.columns.get(column).copied().unwrap_or(Align::Left)
}

/// A cell with blanks up to the width of its column.
pub(crate) fn filled(cell: &str, width: usize, align: Align) -> String {
    let blanks = " ".repeat(width.saturating_sub(cell.width()));
    match align {
        Align::Left => format!("{cell}{blanks}"),
        Align::Right => format!("{blanks}{cell}"),
    }
}
