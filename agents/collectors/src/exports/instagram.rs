//! Meta Business Suite: Instagram's insights, a title above the days of each metric.
//!
//! The files are UTF-16LE and begin with `sep=,`; a title such as `"Instagram reach"` stands above `"Date","Primary"`.
//! Files of Facebook pages have the same form, and some titles (`"Reach"`) name no platform.

use std::collections::BTreeMap;

use casa24_schemas::{Date, Metric, Platform};

use super::cells::{Column, days_of};
use super::record::{Export, ExportDay};
use super::table::{Row, Table, in_words};
use crate::Error;
use crate::quote::quote;

/// Titles, without the platform's name.
const TITLES: [(&str, Metric); 9] = [
    ("reach", Metric::DAILY_REACH),
    ("views", Metric::DAILY_VIEWS),
    ("visits", Metric::DAILY_VISITS),
    ("profile visits", Metric::DAILY_VISITS),
    ("follows", Metric::DAILY_FOLLOWS),
    ("new followers", Metric::DAILY_FOLLOWS),
    ("interactions", Metric::DAILY_INTERACTIONS),
    ("content interactions", Metric::DAILY_INTERACTIONS),
    ("new instagram followers", Metric::DAILY_FOLLOWS),
];

const DATE: &str = "date";
const PRIMARY: &str = "primary";

/// Reads a table as one of Instagram's; `None` where it is none. `is_instagram`: whoever imports says that it is, where
/// the title names no platform.
///
/// # Errors
/// When it is Facebook's, or does not say whose it is, or a cell is not what it should be.
pub(super) fn read(table: &Table, is_instagram: bool) -> Option<Result<Export, Error>> {
    let is_header = |row: &Row| {
        let names: Vec<String> = row.cells.iter().map(|cell| in_words(cell)).collect();
        names.first().is_some_and(|name| name == DATE) && names.get(1).is_some_and(|name| name == PRIMARY)
    };
    let headers: Vec<usize> = (0..table.rows.len()).filter(|place| is_header(&table.rows[*place])).collect();
    (!headers.is_empty()).then(|| parts(table, &headers, is_instagram))
}

/// Reads each part of a file: its title, and its days up to the next title.
fn parts(table: &Table, headers: &[usize], is_instagram: bool) -> Result<Export, Error> {
    let mut by_day: BTreeMap<Date, ExportDay> = BTreeMap::new();
    let (mut notes, mut titles_read) = (Vec::new(), Vec::new());
    for (number, header) in headers.iter().enumerate() {
        let title = header.checked_sub(1).map(|place| &table.rows[place]).filter(|row| is_title(row));
        let Some(title) = title else {
            let line = table.rows[*header].line;
            return Err(table.bad_cell(line, "1", "a title such as \"Instagram reach\" is missing above it"));
        };
        let name = &title.cells[0];
        let Some(metric) = metric_of(table, title, is_instagram)? else {
            notes.push(format!("{}: {} is passed over", table.file, quote(name)));
            continue;
        };
        if titles_read.contains(&metric) {
            return Err(table.bad_cell(title.line, "1", format_args!("{} is there twice", quote(name))));
        }
        titles_read.push(metric.clone());
        // The next title stands directly above the next header.
        let end = headers.get(number + 1).map_or(table.rows.len(), |next| next - 1);
        let rows: Vec<&Row> = table.rows[header + 1..end].iter().collect();
        let column = Column { place: 1, name: PRIMARY.to_owned(), metric };
        let num_cells = table.rows[*header].cells.len();
        for day in days_of(table, &rows, (0, DATE), &[column], num_cells)? {
            match by_day.get_mut(&day.date) {
                Some(known) => known.metrics.extend(day.metrics),
                None => drop(by_day.insert(day.date, day)),
            }
        }
    }
    if titles_read.is_empty() {
        let known: Vec<&str> = TITLES.iter().map(|(title, _)| *title).collect();
        return Err(
            table.fault(format!("none of its figures is kept; known titles are {}", known.join(", ")))
        );
    }
    Ok(Export {
        file: table.file.clone(),
        platform: Platform::INSTAGRAM,
        days: by_day.into_values().collect(),
        notes,
    })
}

fn is_title(row: &Row) -> bool {
    row.cells.iter().skip(1).all(String::is_empty)
}

/// What a title stands for; `None` where that is nothing that is kept.
fn metric_of(table: &Table, title: &Row, is_instagram: bool) -> Result<Option<Metric>, Error> {
    let words = in_words(&title.cells[0]);
    if words.contains("facebook") {
        return Err(
            table.fault(format!("{} is of a Facebook page, not of Instagram", quote(&title.cells[0])))
        );
    }
    if !words.contains("instagram") && !is_instagram {
        return Err(table.fault(format!(
            "{} may be of Instagram or of a Facebook page: say --platform instagram where it is Instagram's",
            quote(&title.cells[0])
        )));
    }
    let short = words.strip_prefix("instagram ").unwrap_or(&words);
    Ok(TITLES.iter().find(|(known, _)| *known == short).map(|(_, metric)| metric.clone()))
}

#[cfg(test)]
mod tests {
    use casa24_schemas::RawValue;

    use super::*;

    fn of(text: &str, is_instagram: bool) -> Result<Export, Error> {
        read(&Table::read(text, "reach.csv").unwrap(), is_instagram).expect("a table of Instagram's")
    }

    #[test]
    fn every_part_of_a_file_is_read_under_its_title() {
        let export = of(
            "sep=,\n\"Instagram reach\"\n\"Date\",\"Primary\"\n\"2026-08-01T00:00:00\",\"120\"\n\"2026-08-02T00:00:00\",\"90\"\n\n\
             \"Instagram link clicks\"\n\"Date\",\"Primary\"\n\"2026-08-01T00:00:00\",\"1\"\n\n\
             \"Instagram follows\"\n\"Date\",\"Primary\"\n\"2026-08-02T00:00:00\",\"4\"\n",
            false,
        )
        .unwrap();
        assert_eq!(export.days.len(), 2);
        assert_eq!(export.days[0].metrics, BTreeMap::from([(Metric::DAILY_REACH, RawValue::Integer(120))]));
        assert_eq!(export.days[1].metrics[&Metric::DAILY_FOLLOWS], RawValue::Integer(4));
        assert_eq!(export.notes, ["reach.csv: \"Instagram link clicks\" is passed over"]);
    }

    #[test]
    fn whose_figures_they_are_must_be_known() {
        let views = "sep=,\n\"Views\"\n\"Date\",\"Primary\"\n\"2026-08-01T00:00:00\",\"7\"\n";
        assert!(of(views, false).unwrap_err().to_string().contains("--platform instagram"));
        assert_eq!(of(views, true).unwrap().days[0].metrics[&Metric::DAILY_VIEWS], RawValue::Integer(7));
        let facebook = views.replace("Views", "Facebook visits");
        assert!(of(&facebook, true).unwrap_err().to_string().contains("a Facebook page"));
        let bad = views.replace("\"7\"", "\"7.5\"");
        assert!(
            of(&bad, true).unwrap_err().to_string().contains("reach.csv, line 4, column primary"),
            "line"
        );
    }
}
