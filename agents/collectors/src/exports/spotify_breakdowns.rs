//! Spotify for Artists: songs and playlists of a period, and one song day by day.
//!
//! No column says of which period or song such a file is: its name does, such as `ID-songs-28day.csv` or
//! `Japon-timeline.csv`, in which some characters are replaced. So whoever imports it says so.

use std::collections::BTreeMap;

use casa24_schemas::{
    Breakdown, Day, MAX_BREAKDOWN_DAYS, MAX_BREAKDOWN_ITEMS, MAX_ITEM_NAME_CHARS, Metric, Period, Platform,
    PlaylistFigures, RawValue, SongFigures,
};

use super::cells::{Column, days_of, read_count};
use super::days::read_days;
use super::record::{BreakdownExport, Said};
use super::table::{Row, Table};
use crate::Error;
use crate::quote::quote;
use crate::release_date::is_release_date;

/// Column of days, which files of an audience have too.
pub(super) const DATE: &str = "date";

/// What stands for a day that is not known.
const NO_DAY: [&str; 3] = ["", "-", "n/a"];
/// Parts of a file's name that tell how many days its period has at least and at most.
const LENGTHS: [(&str, i64, i64); 8] = [
    ("24hour", 1, 2),
    ("7day", 7, 7),
    ("28day", 28, 28),
    ("28d", 28, 28),
    ("3month", 89, 92),
    ("12m", 365, 366),
    ("12month", 365, 366),
    ("1year", 365, 366),
];

/// The songs of a period.
pub(super) fn songs(table: &Table, header: &[String], said: &Said) -> Result<BreakdownExport, Error> {
    let period = period(table, said, "songs")?;
    let columns = Columns::of(table, header, &["song", "streams", "listeners", "saves", "release date"])?;
    let mut songs = Vec::new();
    for row in columns.rows(table)? {
        songs.push(SongFigures {
            name: columns.name(table, row, "song")?,
            listeners: columns.count(table, row, "listeners")?,
            streams: columns.count(table, row, "streams")?,
            saves: columns.count(table, row, "saves")?,
            released: columns.released(table, row)?,
        });
    }
    let num_left_out = keep_most(&mut songs, |song| song.streams);
    let notes = columns.notes(table, num_left_out, "songs");
    Ok(export(table, period, Breakdown::Song { songs, num_left_out }, notes))
}

/// The playlists of a period.
pub(super) fn playlists(table: &Table, header: &[String], said: &Said) -> Result<BreakdownExport, Error> {
    let period = period(table, said, "playlists")?;
    let columns = Columns::of(table, header, &["title", "author", "streams", "listeners", "date added"])?;
    let rows = columns.rows(table)?;
    let added = columns.days(table, &rows, "date added")?;
    let mut playlists = Vec::new();
    for (row, added) in rows.into_iter().zip(added) {
        let author = columns.cell(row, "author").filter(|author| !author.is_empty());
        playlists.push(PlaylistFigures {
            name: columns.name(table, row, "title")?,
            author: author.map(|author| in_length(table, row, "author", author)).transpose()?,
            listeners: columns.count(table, row, "listeners")?,
            streams: columns.count(table, row, "streams")?,
            added,
        });
    }
    let num_left_out = keep_most(&mut playlists, |playlist| playlist.streams);
    let notes = columns.notes(table, num_left_out, "playlists");
    Ok(export(table, period, Breakdown::Playlist { playlists, num_left_out }, notes))
}

/// The streams of one song day by day.
pub(super) fn song_by_day(table: &Table, header: &[String], said: &Said) -> Result<BreakdownExport, Error> {
    let song = said.song.as_deref().ok_or_else(|| table.fault(ask_for_song(&table.file)))?;
    let columns = Columns::of(table, header, &[DATE, "streams"])?;
    let streams = Column {
        place: columns.places["streams"],
        name: "streams".to_owned(),
        metric: Metric::DAILY_STREAMS,
    };
    let rows: Vec<&Row> = table.rows.iter().skip(1).collect();
    if rows.len() > MAX_BREAKDOWN_DAYS {
        return Err(table.fault(format!("it has more than {MAX_BREAKDOWN_DAYS} days, which no export has")));
    }
    let read = days_of(table, &rows, (columns.places[DATE], DATE), &[streams], header.len())?;
    let days: BTreeMap<Day, Option<i64>> =
        read.into_iter().map(|day| (Day(day.date), day.metrics.into_values().find_map(integer))).collect();
    let ends = days.keys().next().zip(days.keys().next_back());
    let (first, last) = ends.ok_or_else(|| table.fault("it has no day: export a longer period"))?;
    let period = Period { first: *first, last: *last };
    let notes = columns.notes(table, 0, "days");
    Ok(export(table, period, Breakdown::Day { song: song.to_owned(), days }, notes))
}

fn export(table: &Table, period: Period, breakdown: Breakdown, notes: Vec<String>) -> BreakdownExport {
    BreakdownExport { file: table.file.clone(), platform: Platform::SPOTIFY, period, breakdown, notes }
}

/// The period of a file, as whoever imports it says.
fn period(table: &Table, said: &Said, what: &str) -> Result<Period, Error> {
    let name = table.file.to_lowercase().replace(['_', ' '], "-");
    if name.contains("all-time") || name.contains("alltime") {
        return Err(table.fault(format!(
            "its {what} have figures since each song's release, which are of no period: choose a period in Spotify for \
             Artists, such as 28 days, and export again"
        )));
    }
    let Some(period) = said.period else {
        return Err(table.fault(format!(
            "it has {what} of a period that none of its columns tells: say which with --period FIRST..LAST, such as \
             2026-08-01..2026-08-28; figures of all time are not kept"
        )));
    };
    let mut words = name.split(['-', '.']);
    let length = words.find_map(|word| LENGTHS.iter().find(|(length, _, _)| *length == word));
    match length {
        Some((word, least, most)) if !(*least..=*most).contains(&period.num_days()) => {
            Err(table.fault(format!(
                "its name says {word}, and --period {}..{} has {}: say the days of this file",
                period.first,
                period.last,
                if period.num_days() == 1 {
                    "1 day".to_owned()
                } else {
                    format!("{} days", period.num_days())
                }
            )))
        }
        _ => Ok(period),
    }
}

fn ask_for_song(file: &str) -> String {
    let name = file.strip_suffix(".csv").unwrap_or(file);
    let example = name.strip_suffix("-timeline").unwrap_or("NAME");
    format!(
        "it has the streams of one song, which none of its columns tells: say which with --song {}",
        quote(example)
    )
}

/// Leaves out what is too much, where the fewest streams are; the order stays. Returns how many were left out.
fn keep_most<T>(items: &mut Vec<T>, streams: impl Fn(&T) -> Option<i64>) -> u64 {
    let num_left_out = items.len().saturating_sub(MAX_BREAKDOWN_ITEMS);
    if num_left_out > 0 {
        let mut places: Vec<usize> = (0..items.len()).collect();
        places.sort_by_key(|place| streams(&items[*place]));
        let mut is_left_out = vec![false; items.len()];
        places.iter().take(num_left_out).for_each(|place| is_left_out[*place] = true);
        let mut is_left_out = is_left_out.into_iter();
        items.retain(|_| !is_left_out.next().unwrap_or_default());
    }
    num_left_out as u64
}

fn integer(value: RawValue) -> Option<i64> {
    if let RawValue::Integer(number) = value { Some(number) } else { None }
}

fn in_length(table: &Table, row: &Row, column: &str, text: &str) -> Result<String, Error> {
    if text.chars().count() > MAX_ITEM_NAME_CHARS {
        let fault = format!("has more than {MAX_ITEM_NAME_CHARS} characters");
        return Err(table.bad_cell(row.line, column, fault));
    }
    Ok(text.to_owned())
}

/// The columns of a table that are kept.
struct Columns<'h> {
    header: &'h [String],
    places: BTreeMap<&'static str, usize>,
}

impl<'h> Columns<'h> {
    fn of(table: &Table, header: &'h [String], known: &[&'static str]) -> Result<Self, Error> {
        for (place, name) in header.iter().enumerate() {
            if header[..place].contains(name) {
                return Err(table.fault(format!("it has two columns {}", quote(name))));
            }
        }
        let place = |name: &'static str| Some((name, header.iter().position(|column| column == name)?));
        Ok(Self { header, places: known.iter().filter_map(|name| place(name)).collect() })
    }

    /// The rows below the header, which have as many cells.
    fn rows<'t>(&self, table: &'t Table) -> Result<Vec<&'t Row>, Error> {
        let rows: Vec<&Row> = table.rows.iter().skip(1).collect();
        if rows.is_empty() {
            return Err(table.fault("it has no row: export a longer period"));
        }
        table.expect_cells(&rows, self.header.len())?;
        Ok(rows)
    }

    fn cell<'r>(&self, row: &'r Row, column: &str) -> Option<&'r str> {
        self.places.get(column).map(|place| row.cells[*place].as_str())
    }

    fn name(&self, table: &Table, row: &Row, column: &str) -> Result<String, Error> {
        let name = self.cell(row, column).unwrap_or_default();
        if name.is_empty() {
            return Err(table.bad_cell(row.line, column, "it has no name"));
        }
        in_length(table, row, column, name)
    }

    fn count(&self, table: &Table, row: &Row, column: &str) -> Result<Option<i64>, Error> {
        let Some(cell) = self.cell(row, column) else { return Ok(None) };
        read_count(cell).map(integer).map_err(|fault| table.bad_cell(row.line, column, fault))
    }

    /// A day, a month or a year, as exactly as the file says.
    fn released(&self, table: &Table, row: &Row) -> Result<Option<String>, Error> {
        const COLUMN: &str = "release date";
        let Some(cell) = self.cell(row, COLUMN).filter(|cell| !is_no_day(cell)) else { return Ok(None) };
        if !is_release_date(cell) {
            let fault = format!("{} is not a day such as 2026-08-01", quote(cell));
            return Err(table.bad_cell(row.line, COLUMN, fault));
        }
        Ok(Some(cell.to_owned()))
    }

    /// The days of a column, where they are known.
    fn days(&self, table: &Table, rows: &[&Row], column: &str) -> Result<Vec<Option<Day>>, Error> {
        let Some(place) = self.places.get(column) else { return Ok(vec![None; rows.len()]) };
        let known = rows.iter().enumerate().map(|(at, row)| (at, row.cells[*place].as_str()));
        let (places, cells): (Vec<usize>, Vec<&str>) = known.filter(|(_, cell)| !is_no_day(cell)).unzip();
        let read =
            read_days(&cells).map_err(|(at, fault)| table.bad_cell(rows[places[at]].line, column, fault))?;
        let mut days = vec![None; rows.len()];
        places.into_iter().zip(read).for_each(|(place, day)| days[place] = Some(Day(day)));
        Ok(days)
    }

    fn notes(&self, table: &Table, num_left_out: u64, what: &str) -> Vec<String> {
        let passed_over = self.header.iter().filter(|name| !self.places.contains_key(name.as_str()));
        let mut notes: Vec<String> = passed_over
            .map(|name| format!("{}: the column {} is passed over", table.file, quote(name)))
            .collect();
        if num_left_out > 0 {
            notes.push(format!(
                "{}: of its {what} the {MAX_BREAKDOWN_ITEMS} with the most streams are kept, {num_left_out} are left out",
                table.file
            ));
        }
        notes
    }
}

fn is_no_day(cell: &str) -> bool {
    NO_DAY.iter().any(|none| cell.eq_ignore_ascii_case(none))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::exports::record::ReadExport;
    use crate::exports::spotify::read;

    fn said() -> Said {
        let period = Period { first: Day(date!(2026 - 08 - 01)), last: Day(date!(2026 - 08 - 28)) };
        Said { platform: None, song: Some("Japon".to_owned()), period: Some(period) }
    }

    fn of(text: &str, file: &str, said: &Said) -> Result<BreakdownExport, Error> {
        let export = read(&Table::read(text, file).unwrap(), said).expect("a table of Spotify's")?;
        let ReadExport::Breakdown(export) = export else { panic!("{export:?}") };
        Ok(export)
    }

    fn error(text: &str, file: &str, said: &Said) -> String {
        of(text, file, said).unwrap_err().to_string()
    }

    #[test]
    fn songs_of_a_period_are_read_with_the_columns_that_are_there() {
        let text = "song,listeners,streams,saves,release_date\nJapon,10,30,2,2026-07-03\n\"Sur, norte\",,4,0,1987\nNada,0,0,0,n/a\n";
        let export = of(text, "1x7-songs-28day.csv", &said()).unwrap();
        assert_eq!((export.period, export.notes.len()), (said().period.unwrap(), 0));
        let Breakdown::Song { songs, num_left_out: 0 } = export.breakdown else { panic!("songs") };
        let all: Vec<_> = songs
            .iter()
            .map(|song| {
                (song.name.as_str(), song.listeners, song.streams, song.saves, song.released.as_deref())
            })
            .collect();
        assert_eq!(
            all,
            [
                ("Japon", Some(10), Some(30), Some(2), Some("2026-07-03")),
                ("Sur, norte", None, Some(4), Some(0), Some("1987")),
                ("Nada", Some(0), Some(0), Some(0), None),
            ]
        );
        let other = of("Streams;Song;Mood\n3;Japon;calm\n", "songs.csv", &said()).unwrap();
        assert_eq!(other.notes, ["songs.csv: the column \"mood\" is passed over"]);
    }

    #[test]
    fn playlists_are_read_with_days_that_are_not_known() {
        let text = "title,author,listeners,streams,date_added\nFocus,Spotify,9,12,n/a\nMix,,1,2,-\nCosta,Luz,1,2,2026-07-04\nEnd,Luz,1,2,\n";
        let export = of(text, "playlists.csv", &said()).unwrap();
        let Breakdown::Playlist { playlists, num_left_out: 0 } = export.breakdown else {
            panic!("playlists")
        };
        let all: Vec<_> = playlists.iter().map(|list| (list.author.as_deref(), list.added)).collect();
        let day = Day(date!(2026 - 07 - 04));
        assert_eq!(
            all,
            [(Some("Spotify"), None), (None, None), (Some("Luz"), Some(day)), (Some("Luz"), None)]
        );
    }

    #[test]
    fn one_song_has_the_period_of_its_days() {
        let text = "date,streams\n2026-08-03,5\n2026-08-01,4\n2026-08-02,\n";
        let export = of(text, "Japon-timeline.csv", &said()).unwrap();
        let period = Period { first: Day(date!(2026 - 08 - 01)), last: Day(date!(2026 - 08 - 03)) };
        assert_eq!(export.period, period);
        let Breakdown::Day { song, days } = export.breakdown else { panic!("days") };
        assert_eq!(
            (song.as_str(), days.into_values().collect::<Vec<_>>()),
            ("Japon", vec![Some(4), None, Some(5)])
        );
    }

    #[test]
    fn what_only_a_name_tells_is_asked_for() {
        let nothing = Said::default();
        let songs = "song,listeners,streams,saves,release_date\nJapon,1,2,3,2026-01-01\n";
        let told = error("date,streams\n2026-08-01,3\n", "Kimono à semelle-timeline.csv", &nothing);
        assert!(told.contains("--song \"Kimono à semelle\""), "{told}");
        assert!(error("date,streams\n2026-08-01,3\n", "a.csv", &nothing).contains("--song \"NAME\""));
        assert!(error(songs, "songs.csv", &nothing).contains("--period FIRST..LAST"));
        for file in ["songs-all-time.csv", "1x7_songs_All Time.csv"] {
            let told = error(songs, file, &said());
            assert!(told.contains("since each song's release"), "{told}");
        }
        for file in ["1x7-songs-1year.csv", "songs-7day.csv", "songs-12m.csv"] {
            let told = error(songs, file, &said());
            assert!(told.contains("has 28 days: say the days of this file"), "{told}");
        }
        let playlists = "title,author,listeners,streams,date_added\nFocus,Spotify,1,2,n/a\n";
        assert!(error(playlists, "playlists.csv", &nothing).contains("--period"));
    }

    #[test]
    fn a_bad_cell_is_named_by_line_and_column() {
        let songs = "song,listeners,streams,saves,release_date\nJapon,1,2,3,2026-01-01\n";
        for (row, expected) in [
            ("Sur,1,many,3,2026-01-01", "a.csv, line 3, column streams: \"many\" is not a whole number"),
            ("Sur,-1,2,3,2026-01-01", "line 3, column listeners: \"-1\""),
            ("Sur,1,2,\"1,000\",2026-01-01", "line 3, column saves"),
            ("Sur,1,2,3,July 2026", "line 3, column release date: \"July 2026\" is not a day"),
            ("Sur,1,2,3,2026-99-99", "line 3, column release date: \"2026-99-99\" is not a day"),
            (",1,2,3,2026-01-01", "line 3, column song: it has no name"),
            ("Sur,1,2,3", "line 3, column 4: the row has 4 cells, the header has 5"),
        ] {
            let told = error(&format!("{songs}{row}\n"), "a.csv", &said());
            assert!(told.contains(expected), "{told}");
        }
        let long = format!("{songs}{},1,2,3,\n", "ヒ".repeat(301));
        assert!(error(&long, "a.csv", &said()).contains("more than 300 characters"));
        let playlist = "title,author,streams,date_added\nFocus,Spotify,2,2026-02-30\n";
        assert!(error(playlist, "a.csv", &said()).contains("line 2, column date added: \"2026-02-30\""));
        assert!(error("song,streams,streams\nJapon,1,2\n", "a.csv", &said()).contains("two columns"));
        assert!(error("song,streams\n", "a.csv", &said()).contains("no row"));
        let twice = "date,streams\n2026-08-01,3\n2026-08-01,4\n";
        assert!(error(twice, "a.csv", &said()).contains("line 3, column date: 2026-08-01 is there twice"));
    }

    #[test]
    fn of_too_many_rows_those_with_the_most_streams_are_kept_in_their_order() {
        let rows: String =
            (0..MAX_BREAKDOWN_ITEMS + 2).map(|number| format!("s{number},{}\n", number % 1_000)).collect();
        let export = of(&format!("song,streams\n{rows}"), "a.csv", &said()).unwrap();
        let Breakdown::Song { songs, num_left_out } = export.breakdown else { panic!("songs") };
        assert_eq!((songs.len(), num_left_out), (MAX_BREAKDOWN_ITEMS, 2));
        assert_eq!((songs[0].name.as_str(), songs[1].name.as_str()), ("s1", "s2"));
        assert_eq!(songs[MAX_BREAKDOWN_ITEMS - 1].name, "s2001");
        assert!(export.notes[0].contains("2 are left out"), "{:?}", export.notes);
    }
}
