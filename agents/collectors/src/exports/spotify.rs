//! Spotify for Artists: the audience's timeline. Its days are days of UTC.
//!
//! `listeners` and `streams` are of a day, `monthly listeners` of the 28 days that end with it.
//! Columns of every form that was seen by November 2026.

use casa24_schemas::{Metric, Platform};

use super::cells::{Column, days_of};
use super::record::Export;
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

const DATE: &str = "date";

/// Reads a table as one of Spotify's; `None` where it is none.
///
/// # Errors
/// When it is one of single songs or playlists, or a cell is not what it should be.
pub(super) fn read(table: &Table) -> Option<Result<Export, Error>> {
    let header = table.header();
    let has = |name: &str| header.iter().any(|column| column == name);
    if has("song") && has("streams") {
        return Some(Err(table.fault(of_songs(&table.file))));
    }
    if has("title") && has("author") && has("streams") {
        return Some(Err(table.fault(
            "it has playlists and no days, and figures of single playlists are not kept; export the audience's timeline \
             (date, listeners, streams, followers) instead",
        )));
    }
    if header == [DATE, "streams"] {
        return Some(Err(table.fault(
            "it has the streams of one song, which only the file's name tells, and figures of single songs are not kept; \
             export the audience's timeline (date, listeners, streams, followers) instead",
        )));
    }
    let is_audience = has(DATE) && has("listeners") && has("streams");
    is_audience.then(|| audience(table, &header))
}

/// Why a file of songs is refused. Its period is in its name at most: `songs-28day.csv`, `songs-all-time.csv`.
fn of_songs(file: &str) -> String {
    let is_all_time = file.to_lowercase().replace(['_', ' '], "-").contains("all-time");
    let period =
        if is_all_time { "since each song's release" } else { "of a period that only the file's name tells" };
    format!(
        "it has songs and no days: figures {period} cannot be placed in time, and figures of single songs are not kept; \
         export the audience's timeline (date, listeners, streams, followers) instead"
    )
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
        read(&Table::read(text, "audience.csv").unwrap()).expect("a table of Spotify's")
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
        ] {
            let told = error(&format!("{header}{row}\n"));
            assert!(told.contains(expected), "{told}");
        }
        assert!(error("date,listeners,streams,followers\n").contains("no day"));
        assert!(error("date,listeners,streams,streams\n2025-07-06,1,2,3\n").contains("two columns"));
    }

    #[test]
    fn files_of_songs_and_playlists_are_told_apart_and_refused() {
        assert!(error("date,streams\n2026-08-01,3\n").contains("one song"));
        assert!(
            error("song,listeners,streams,saves,release_date\nJapon,1,2,3,2026-01-01\n").contains("a period")
        );
        assert!(
            error("title,author,listeners,streams,date_added\nFocus,Spotify,1,2,n/a\n").contains("playlists")
        );
        let all_time =
            Table::read("song,listeners,streams,saves,release_date\n", "songs-all-time.csv").unwrap();
        let told = read(&all_time).unwrap().unwrap_err().to_string();
        assert!(told.contains("since each song's release"), "{told}");
        assert!(read(&Table::read("a,b\n1,2\n", "a.csv").unwrap()).is_none());
    }
}
