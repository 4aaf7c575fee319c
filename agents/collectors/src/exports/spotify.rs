//! Spotify for Artists: which of its files a table is, and the audience's timeline. Its days are days of UTC.
//!
//! `listeners` and `streams` are of a day, `monthly listeners` of the 28 days that end with it.
//! Columns of every form that was seen by November 2026.

use casa24_schemas::{Metric, Platform};

use super::cells::{Column, days_of};
use super::record::{Export, ReadExport, Said};
use super::spotify_breakdowns::{self, DATE};
use super::table::{Row, Table};
use crate::Error;

/// The columns of the audience's timeline: since 2026 all of them, before that `date,listeners,streams,followers`.
const COLUMNS: [(&str, Metric); 8] = [
    ("listeners", Metric::DAILY_LISTENERS),
    ("monthly listeners", Metric::MONTHLY_LISTENERS),
    ("monthly active listeners", Metric::MONTHLY_ACTIVE_LISTENERS),
    ("super listeners", Metric::SUPER_LISTENERS),
    ("streams", Metric::DAILY_STREAMS),
    ("playlist adds", Metric::DAILY_PLAYLIST_ADDS),
    ("saves", Metric::DAILY_SAVES),
    ("followers", Metric::FOLLOWERS),
];

/// Reads a table as one of Spotify's; `None` where it is none.
///
/// # Errors
/// When nobody says of which song or period it is, or a cell is not what it should be.
pub(super) fn read(table: &Table, said: &Said) -> Option<Result<ReadExport, Error>> {
    let header = table.header();
    let has = |name: &str| header.iter().any(|column| column == name);
    if !has("streams") {
        return None;
    }
    let breakdown = if has("song") {
        spotify_breakdowns::songs(table, &header, said)
    } else if has("title") && has("author") {
        spotify_breakdowns::playlists(table, &header, said)
    } else if has(DATE) && has("listeners") {
        return Some(audience(table, &header).map(ReadExport::Days));
    } else if has(DATE) {
        spotify_breakdowns::song_by_day(table, &header, said)
    } else {
        return None;
    };
    Some(breakdown.map(ReadExport::Breakdown))
}

fn audience(table: &Table, header: &[String]) -> Result<Export, Error> {
    let (mut columns, mut notes, mut day) = (Vec::new(), Vec::new(), 0);
    for (place, name) in header.iter().enumerate() {
        if header[..place].contains(name) {
            return Err(table.fault(format!("it has two columns {name:?}")));
        }
        match COLUMNS.iter().find(|(known, _)| known == name) {
            Some((_, metric)) => columns.push(Column { place, name: name.clone(), metric: metric.clone() }),
            None if name == DATE => day = place,
            None => {
                notes.push(format!("{}: the column {} is passed over", table.file, crate::quote::quote(name)))
            }
        }
    }
    let rows: Vec<&Row> = table.rows.iter().skip(1).collect();
    let days = days_of(table, &rows, (day, DATE), &columns, header.len())?;
    Ok(Export { file: table.file.clone(), platform: Platform::SPOTIFY, days, notes })
}

#[cfg(test)]
mod tests {
    use casa24_schemas::RawValue;
    use time::macros::date;

    use super::*;

    fn of(text: &str) -> Result<Export, Error> {
        let table = Table::read(text, "audience.csv").unwrap();
        let export = read(&table, &Said::default()).expect("a table of Spotify's")?;
        let ReadExport::Days(export) = export else { panic!("{export:?}") };
        Ok(export)
    }

    fn error(text: &str) -> String {
        of(text).unwrap_err().to_string()
    }

    #[test]
    fn the_audience_of_every_form_is_read_by_its_columns() {
        let old = of("date,listeners,streams,followers\n2025-07-07,12,30,340\n2025-07-06,11,,339\n").unwrap();
        assert_eq!(old.days.iter().map(|day| day.line).collect::<Vec<_>>(), [3, 2]);
        let first = &old.days[0];
        assert_eq!(first.date, date!(2025 - 07 - 06));
        assert_eq!(first.metrics[&Metric::DAILY_LISTENERS], RawValue::Integer(11));
        assert_eq!(first.metrics[&Metric::DAILY_STREAMS], RawValue::Null);
        assert_eq!(first.metrics[&Metric::FOLLOWERS], RawValue::Integer(339));
        assert!(!first.metrics.contains_key(&Metric::MONTHLY_LISTENERS));
        let new = of(
            "date,listeners,monthly listeners,monthly active listeners,super listeners,streams,playlist adds,\
                      saves,followers,mood\n2026-08-01,10,220,180,9,20,2,3,345,x\n",
        )
        .unwrap();
        let metrics = &new.days[0].metrics;
        assert_eq!(metrics.len(), 8);
        assert_eq!(metrics[&Metric::MONTHLY_LISTENERS], RawValue::Integer(220));
        assert_eq!(metrics[&Metric::DAILY_LISTENERS], RawValue::Integer(10));
        assert_eq!(new.notes, ["audience.csv: the column \"mood\" is passed over"]);
    }

    #[test]
    fn a_bad_cell_is_named_by_line_and_column() {
        let header = "date,listeners,streams,followers\n2025-07-06,1,2,3\n";
        for (row, expected) in [
            ("2025-07-07,1,many,3", "audience.csv, line 3, column streams: \"many\" is not a whole number"),
            ("2025-07-07,1,-2,3", "line 3, column streams: \"-2\""),
            ("2025-07-07,1,2.5,3", "line 3, column streams"),
            ("7 July,1,2,3", "line 3, column date: \"7 July\" is not a day"),
            ("2025-07-06,1,2,3", "line 3, column date: 2025-07-06 is there twice, first on line 2"),
            ("2025-07-07,1,2", "line 3, column 3: the row has 3 cells, the header has 4"),
            ("2025-07-07", "line 3, column 1: the row has 1 cell, the header has 4"),
        ] {
            let told = error(&format!("{header}{row}\n"));
            assert!(told.contains(expected), "{told}");
        }
        assert!(error("date,listeners,streams,followers\n").contains("no day"));
        assert!(error("date,listeners,streams,streams\n2025-07-06,1,2,3\n").contains("two columns"));
    }

    #[test]
    fn tables_of_others_are_told_apart() {
        for text in ["a,b\n1,2\n", "song,listeners\nJapon,1\n", "streams,saves\n1,2\n"] {
            assert!(read(&Table::read(text, "a.csv").unwrap(), &Said::default()).is_none(), "{text}");
        }
    }
}
