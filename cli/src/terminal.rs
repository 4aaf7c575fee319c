//! What a person at a terminal sees beside answers: errors, tables, colours.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use unicode_width::UnicodeWidthStr;

use crate::streams::{self, errln};

/// Exit code for bad usage.
pub(crate) const USAGE: u8 = 2;
/// Exit code for a failure.
const FAILURE: u8 = 1;

/// An error in how the program was called.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct UsageError(pub(crate) String);

/// The exit code of a command; its error is printed.
pub(crate) fn ended(outcome: anyhow::Result<()>) -> ExitCode {
    streams::outcome(outcome).map_or_else(|error| report(&error), |()| ExitCode::SUCCESS)
}

/// Prints an error and gives its exit code.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    let style = anstyle::Style::new().bold().fg_color(Some(anstyle::AnsiColor::Red.into()));
    let text = printable(&format!("{error:#}"));
    errln!("{style}error:{style:#} {text}");
    ExitCode::from(if error.is::<UsageError>() { USAGE } else { FAILURE })
}

/// Text that cannot drive the terminal: names come from outside.
pub(crate) use casa24_presentation::printable;

/// A bar on standard error, hidden where that is no terminal; `counts` is the template of what stands beside it. Its
/// length is not known yet.
pub(crate) fn progress_bar(counts: &str) -> ProgressBar {
    let is_shown = std::io::stderr().is_terminal();
    let target = if is_shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template(&format!("{{bar:30}} {counts}"))
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::with_draw_target(Some(0), target).with_style(style);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// Width of the terminal in columns, within what reads well.
pub(crate) fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns
        .or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)))
        .unwrap_or(80)
        .clamp(40, 100)
}

/// Whether standard output takes colours: a terminal, and NO_COLOR is not set.
pub(crate) fn has_colour() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
}

/// Rows under a heading, in columns. Columns of numbers are set to the right.
pub(crate) fn table(heading: &[&str], rows: &[Vec<String>]) -> String {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| printable(cell)).collect()).collect();
    let widths: Vec<usize> = heading
        .iter()
        .enumerate()
        .map(|(column, title)| {
            rows.iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.width())
                .max()
                .unwrap_or(0)
                .max(title.width())
        })
        .collect();
    let numeric: Vec<bool> = (0..heading.len())
        .map(|column| {
            let mut cells = rows.iter().filter_map(|row| row.get(column)).peekable();
            cells.peek().is_some()
                && cells.all(|cell| {
                    !cell.is_empty() && cell.chars().all(|c| c.is_ascii_digit() || ",.%–".contains(c))
                })
        })
        .collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut text = String::new();
        for (column, cell) in cells.enumerate() {
            let fill = " ".repeat(widths[column].saturating_sub(cell.width()));
            let gap = if column == 0 { "" } else { "  " };
            let (before, after) = if numeric[column] { (fill.as_str(), "") } else { ("", fill.as_str()) };
            text.push_str(&format!("{gap}{before}{cell}{after}"));
        }
        text.trim_end().to_owned()
    };
    let bold = anstyle::Style::new().bold();
    let mut text = format!("{bold}{}{bold:#}\n", line(&mut heading.iter().copied()));
    for row in &rows {
        text.push_str(&line(&mut row.iter().map(String::as_str)));
        text.push('\n');
    }
    text
}

/// A number with so many digits behind the point, a dash where there is none.
pub(crate) fn fixed(num_digits: usize, number: Option<f64>) -> String {
    number.map_or_else(|| "–".to_owned(), |number| format!("{number:.num_digits$}"))
}

/// A whole number with commas between thousands.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of things: `1 day`, `1,234 days`.
pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_set_to_the_right_and_wide_names_keep_the_columns() {
        let rows = [vec!["宇多田".to_owned(), "1,200".to_owned()], vec!["PYRO".to_owned(), "7".to_owned()]];
        let text = anstream::adapter::strip_str(&table(&["artist", "listeners"], &rows)).to_string();
        assert_eq!(text, "artist  listeners\n宇多田      1,200\nPYRO            7\n");
    }

    #[test]
    fn thousands_are_told_apart() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn one_is_not_many() {
        let days = |number| counted(number, "day", "days");
        assert_eq!([0, 1, 2, 1_001].map(days), ["0 days", "1 day", "2 days", "1,001 days"]);
    }
}
