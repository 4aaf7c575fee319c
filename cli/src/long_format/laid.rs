//! Rows on a grid: the rows of a file in, each series' observations by step out.

use casa24_forecasting::{Bounds, Observation};

use super::far::take_far_off;
use super::frequency::{Distance, Distances, Frequency};
use super::grid::Grid;
use super::moment::{DAY, Moment};
use super::notes::Notes;
use super::read::{RawTable, Row};
use super::refused;
use super::style::Style;
use super::uneven::{Evened, by_day, evened};
use super::whole_numbers::{can_be_written, interpret};

/// A series on its grid.
#[derive(Debug, Clone)]
pub(crate) struct LaidSeries {
    /// Its name, as it stands in the file.
    pub(crate) name: String,
    /// Where it lies.
    pub(crate) grid: Grid,
    /// How its moments are written.
    pub(crate) style: Style,
    /// In order, one for each step that has a value.
    pub(crate) observations: Vec<Observation>,
    /// What is known beside the values; nothing of a series in a file.
    pub(crate) known: Known,
}

/// What is known of a series beside its values.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// What values are possible.
    pub(crate) bounds: Option<Bounds>,
    /// Series that come about in the same way.
    pub(crate) group: Option<String>,
    /// Days that a sliding sum covers.
    pub(crate) window_length: Option<usize>,
}

/// All series of a file, or of the stored history.
#[derive(Debug, Clone)]
pub(crate) struct LaidTable {
    /// From one value of a series to the next, as in most of the file.
    pub(crate) frequency: Frequency,
    /// The series; each has a distance of its own.
    pub(crate) series: Vec<LaidSeries>,
    /// Why a series lies on no grid: for each of these a sentence that names it.
    pub(crate) left_out: Vec<String>,
    /// What a reader should know of the rows.
    pub(crate) notes: Vec<String>,
}

impl LaidTable {
    /// Values of all series.
    pub(crate) fn num_values(&self) -> u64 {
        self.series.iter().map(|series| series.observations.len() as u64).sum()
    }

    /// Number of series of each distance, in the order in which they begin.
    pub(crate) fn frequencies(&self) -> Vec<(Frequency, u64)> {
        let mut counted: Vec<(Frequency, u64)> = Vec::new();
        for series in &self.series {
            let frequency = series.grid.frequency();
            match counted.iter_mut().find(|(known, _)| *known == frequency) {
                Some((_, num)) => *num += 1,
                None => counted.push((frequency, 1)),
            }
        }
        counted
    }

    /// Leaves out all series but those of the most common distance: what is left can be compared step by step.
    pub(crate) fn keep_one_frequency(&mut self) {
        let most = self.frequencies().into_iter().rev().max_by_key(|(_, num)| *num);
        self.frequency = most.map_or(self.frequency, |(frequency, _)| frequency);
        let (kept, others) = std::mem::take(&mut self.series)
            .into_iter()
            .partition(|series| series.grid.frequency() == self.frequency);
        self.series = kept;
        self.left_out.extend(others.iter().map(|series: &LaidSeries| {
            format!(
                "series {:?} is {}, those compared are {}: it needs a file of its own",
                series.name,
                series.grid.frequency(),
                self.frequency
            )
        }));
    }
}

/// A series on its way to its grid.
struct Coming {
    name: String,
    evened: Evened,
    /// The distance that it has by itself; none of fewer than two values.
    own: Option<Distance>,
}

/// Lays each series on a grid: of the distance that is given, otherwise of its own most common one. The most common one
/// of the file counts for a series that has too few values to tell. A series with a row off its grid is left out.
///
/// # Errors
/// When no series is left, or the column of moments cannot be understood: with the line.
pub(crate) fn lay(mut table: RawTable, given: Option<Frequency>) -> anyhow::Result<LaidTable> {
    let mut notes = Notes::of_table(&table);
    for series in &mut table.series {
        notes.num_repeated += sort_and_join(&mut series.rows);
    }
    notes.whole_numbers = interpret(&mut table, given)?;
    if let Some(given) = given.filter(|given| !can_be_written(table.style, *given)) {
        return Err(refused(format!("--freq asks for {given} values, which ds of this form cannot say")));
    }
    let style = table.style;
    let mut coming = Vec::with_capacity(table.series.len());
    for mut series in table.series {
        if given.is_none() {
            let far_off = take_far_off(&mut series.rows);
            notes.add_far_off(&series.name, &far_off, series.rows.len(), style);
        }
        check_seconds(&series.rows, given)?;
        let evened = evened(series.rows, style, given);
        coming.push(Coming { name: series.name, evened, own: None });
    }
    // Where the time of the day means nothing in one series, it means nothing in its neighbours.
    let any_by_day = coming.iter().any(|series| series.evened.by_day);
    let mut distances = Distances::new(style == Style::Integer);
    for series in &mut coming {
        if any_by_day && !series.evened.by_day && is_by_day(&series.evened.rows, given) {
            series.evened = Evened { counts_for: None, ..by_day(&series.evened.rows) };
        }
        notes.add_evened(&series.evened);
        let mut own = Distances::new(style == Style::Integer);
        own.add(moments(&series.evened.rows));
        distances.add(moments(&series.evened.rows));
        series.own = own.most_common();
    }
    // One value of each series gives no distance, and makes no forecast.
    let unknown = if style == Style::Integer { Frequency::Integers(1) } else { Frequency::DAILY };
    let most_common = distances.most_common().map_or(unknown, |distance| distance.frequency);
    let mut laid =
        LaidTable { frequency: most_common, series: Vec::new(), left_out: Vec::new(), notes: Vec::new() };
    for series in coming {
        let frequency = given.unwrap_or_else(|| frequency_of(&series, most_common));
        let style = if series.evened.by_day { style.by_day() } else { style };
        match lay_series(series, frequency, style, given.is_some(), &mut notes) {
            Ok(series) => laid.series.push(series),
            Err(reason) => laid.left_out.push(reason),
        }
    }
    if laid.series.is_empty() {
        return Err(refused(laid.left_out.swap_remove(0)));
    }
    let most = laid.frequencies().into_iter().rev().max_by_key(|(_, num)| *num);
    laid.frequency = most.map_or(most_common, |(frequency, _)| frequency);
    notes.add_names(laid.series.iter().map(|series| series.name.as_str()));
    laid.notes = notes.texts();
    Ok(laid)
}

/// A series on a grid, or why it is on none.
fn lay_series(
    series: Coming,
    frequency: Frequency,
    style: Style,
    is_given: bool,
    notes: &mut Notes,
) -> Result<LaidSeries, String> {
    let grid = Grid::of(frequency, moments(&series.evened.rows));
    let mut observations: Vec<Observation> = Vec::with_capacity(series.evened.rows.len());
    for row in series.evened.rows {
        let Some(step) = grid.step(row.moment) else {
            return Err(format!(
                "line {}: {} is off the grid of series {:?}, whose values are {frequency}; {}",
                row.line,
                row.moment.text(style).unwrap_or_default(),
                series.name,
                if is_given {
                    "another --freq may fit"
                } else {
                    "correct it, or say another distance with --freq"
                }
            ));
        };
        if observations.last().is_some_and(|last| last.step == step) {
            observations.pop();
            notes.num_repeated += 1;
        }
        observations.push(Observation { step, value: row.value, new_level: false });
    }
    Ok(LaidSeries { name: series.name, grid, style, observations, known: Known::default() })
}

/// The distance of a series: its own where it has enough values to have one, or where its values are not those of the
/// others; otherwise that of the file.
fn frequency_of(series: &Coming, of_file: Frequency) -> Frequency {
    let rows = &series.evened.rows;
    let frequency = match series.own {
        Some(Distance { frequency, num, num_all }) => {
            let by_itself = num_all >= 4 && num * 4 >= num_all * 3;
            let usual = num_all >= 2 && num == num_all && frequency.is_usual();
            let fits = |frequency: Frequency| {
                let grid = Grid::of(frequency, moments(rows));
                rows.iter().all(|row| grid.step(row.moment).is_some())
            };
            // Where nothing fits, the row that is named should be the odd one of its own series.
            let only = || num_all >= 2 && !fits(of_file) && (num * 2 > num_all || fits(frequency));
            if by_itself || usual || only() { frequency } else { of_file }
        }
        None => of_file,
    };
    let business = frequency == Frequency::DAILY && is_business(rows);
    if business { Frequency::BusinessDays } else { frequency }
}

/// Whether daily values leave out every weekend, two at least.
fn is_business(rows: &[Row]) -> bool {
    let weekday = |row: &Row| row.moment.date().map_or(6, |date| date.weekday().number_days_from_monday());
    let weekends = rows.windows(2).filter(|pair| {
        let days = (pair[1].moment.0 - pair[0].moment.0).div_euclid(DAY);
        days == 3 && weekday(&pair[0]) == 4
    });
    weekends.count() >= 2 && rows.iter().all(|row| weekday(row) < 5)
}

/// Whether the time of the day of rows says nothing: they come a day apart or more, or there is one.
fn is_by_day(rows: &[Row], given: Option<Frequency>) -> bool {
    let mut distances = Distances::new(false);
    distances.add(moments(rows));
    given
        .or_else(|| distances.most_common().map(|distance| distance.frequency))
        .is_none_or(Frequency::is_by_day)
}

/// Refuses series whose values mostly lie within a second, which are not told apart.
fn check_seconds(rows: &[Row], given: Option<Frequency>) -> anyhow::Result<()> {
    let mut within = rows.windows(2).filter(|pair| pair[0].moment == pair[1].moment);
    match within.next() {
        Some(first) if given.is_none() && (within.count() + 1) * 2 > rows.len() - 1 => Err(refused(format!(
            "line {}: values lie less than a second apart, which is not supported",
            first[1].line
        ))),
        _ => Ok(()),
    }
}

fn moments(rows: &[Row]) -> impl Iterator<Item = Moment> + Clone {
    rows.iter().map(|row| row.moment)
}

/// Sorts by moment; of several rows of one moment the last one counts. Gives the number of those that do not.
fn sort_and_join(rows: &mut Vec<Row>) -> u64 {
    if !rows.is_sorted_by_key(|row| (row.moment, row.millis)) {
        rows.sort_by_key(|row| (row.moment, row.millis));
    }
    let num_rows = rows.len();
    rows.dedup_by(|later, kept| {
        let same = (later.moment, later.millis) == (kept.moment, kept.millis);
        if same {
            *kept = *later;
        }
        same
    });
    (num_rows - rows.len()) as u64
}

#[cfg(test)]
mod tests {
    use super::super::read::read;
    use super::*;

    fn laid(rows: &str, given: Option<Frequency>) -> anyhow::Result<LaidTable> {
        lay(read(format!("unique_id,ds,y\n{rows}").as_bytes(), |_| {}).unwrap(), given)
    }

    fn steps_and_values(series: &LaidSeries) -> Vec<(i64, f64)> {
        let first = series.observations[0].step;
        series.observations.iter().map(|seen| (seen.step - first, seen.value)).collect()
    }

    #[test]
    fn rows_are_sorted_and_the_last_of_several_counts() {
        let table = laid("a,2025-07-08,3\na,2025-07-06,1\na,2025-07-08,4\na,2025-07-07,\n", None).unwrap();
        assert_eq!(table.frequency, Frequency::Seconds(2 * 86_400));
        let table = laid("a,2025-07-08,3\na,2025-07-06,1\na,2025-07-08,4\na,2025-07-07,2\n", None).unwrap();
        assert_eq!(table.frequency, Frequency::DAILY);
        assert_eq!(steps_and_values(&table.series[0]), [(0, 1.0), (1, 2.0), (2, 4.0)]);
        assert_eq!(table.notes, ["1 row replaced by a later row of the same series and ds"]);
    }

    #[test]
    fn a_row_off_the_grid_is_named() {
        let rows = "a,2025-07-06,1\na,2025-07-13,1\na,2025-07-20,1\nb,2025-07-07,1\nb,2025-07-14,1\nb,2025-07-16,1\n";
        let table = laid(rows, None).unwrap();
        let [reason] = table.left_out.as_slice() else { panic!("{:?}", table.left_out) };
        for words in ["line 7", "2025-07-16", "\"b\"", "weekly", "--freq"] {
            assert!(reason.contains(words), "{reason}");
        }
        assert_eq!((table.series.len(), table.series[0].name.as_str()), (1, "a"));
        assert_eq!(laid(rows, Some(Frequency::DAILY)).unwrap().num_values(), 6);
        let alone =
            laid("b,2025-07-07,1\nb,2025-07-14,1\nb,2025-07-21,1\nb,2025-07-23,1\n", None).unwrap_err();
        assert!(alone.to_string().starts_with("line 5: 2025-07-23 is off the grid"), "{alone}");
    }

    #[test]
    fn whole_numbers_step_by_their_most_common_distance() {
        let frequency = |rows: &str| laid(rows, None).unwrap().frequency;
        assert_eq!(frequency("a,1,1\na,3,1\n"), Frequency::Integers(2));
        assert_eq!(frequency("a,10,1\na,22,1\na,34,1\na,58,1\n"), Frequency::Integers(12));
        assert_eq!(frequency("a,4,1\n"), Frequency::Integers(1));
        assert!(laid("a,1,1\na,3,1\n", Some(Frequency::DAILY)).is_err());
    }

    /// Rows of a series from a day on, so many days apart.
    fn series(name: &str, first: &str, num: i64, days: i64) -> String {
        let first = Moment::parse(first).unwrap().0;
        let day = |at: i64| Moment(first.0 + at * days * DAY).text(Style::Date).unwrap();
        (0..num).map(|at| format!("{name},{},{at}\n", day(at))).collect()
    }

    #[test]
    fn each_series_has_its_own_distance() {
        let rows = [
            series("d", "2025-03-01", 40, 1),
            series("w", "2025-03-05", 9, 7),
            "m,2024-12-31,1\nm,2025-01-31,1\nm,2025-02-28,1\n".to_owned(),
            // Two values, or three with a day between them, do not make another distance.
            series("two", "2025-03-01", 2, 30),
            series("gaps", "2025-03-01", 3, 2),
            "one,2025-03-09,4\n".to_owned(),
        ];
        let table = laid(&rows.concat(), None).unwrap();
        let frequencies: Vec<_> = table.series.iter().map(|series| series.grid.frequency()).collect();
        use Frequency as F;
        assert_eq!(frequencies, [F::DAILY, F::WEEKLY, F::MONTHLY, F::DAILY, F::DAILY, F::DAILY]);
        assert_eq!((table.frequency, table.frequencies()[0]), (F::DAILY, (F::DAILY, 4)));
        let mut table = table;
        table.keep_one_frequency();
        assert_eq!((table.series.len(), table.left_out.len()), (4, 2));
        assert!(table.left_out[0].contains("series \"w\" is weekly, those compared are daily"));
        let given = laid(&rows.concat(), Some(F::DAILY)).unwrap();
        assert_eq!(given.frequencies(), [(F::DAILY, 6)]);
    }

    #[test]
    fn weeks_without_weekends_are_business_days() {
        let days = ["03", "04", "05", "06", "07", "10", "11", "13", "14", "17"];
        let rows: String = days.iter().map(|day| format!("a,2025-03-{day},1\n")).collect();
        let table = laid(&rows, None).unwrap();
        assert_eq!(table.frequency, Frequency::BusinessDays);
        let steps: Vec<_> = steps_and_values(&table.series[0]).iter().map(|(step, _)| *step).collect();
        assert_eq!(steps, [0, 1, 2, 3, 4, 5, 6, 8, 9, 10]);
        assert_eq!(laid(&format!("{rows}a,2025-03-16,1\n"), None).unwrap().frequency, Frequency::DAILY);
        assert_eq!(laid(&rows, Some(Frequency::DAILY)).unwrap().frequency, Frequency::DAILY);
    }

    #[test]
    fn the_time_of_the_day_counts_in_all_series_or_in_none() {
        let rows = "a,2025-03-03 00:00:00,1\na,2025-03-04 00:00:00,1\na,2025-03-05 00:00:00,1\n\
                    b,2025-03-03 04:10:00,1\nb,2025-03-04 04:11:30,1\nb,2025-03-05 04:10:20,1\n";
        let table = laid(rows, None).unwrap();
        assert!(table.series.iter().all(|series| series.style == Style::Date));
        assert_eq!(table.notes, ["uneven times, or of another zone than UTC: each value counts for its day"]);
    }

    #[test]
    fn a_date_far_off_is_named_and_does_not_count() {
        let rows = format!("{}a,2205-03-04,9\n", series("a", "2025-03-01", 20, 1));
        let table = laid(&rows, None).unwrap();
        assert_eq!(table.num_values(), 20);
        let expected =
            "line 22: 2205-03-04 is far off the 20 other values of series \"a\", and does not count";
        assert_eq!(table.notes, [expected]);
    }

    #[test]
    fn a_distance_that_cannot_be_written_is_refused() {
        for (rows, given) in [
            ("a,2025-07,1\na,2025-08,1\n", Frequency::DAILY),
            ("a,2025Q1,1\na,2025Q2,1\n", Frequency::MONTHLY),
            ("a,202507,1\na,202508,1\n", Frequency::WEEKLY),
            ("a,2025-07-01,1\na,2025-07-02,1\n", Frequency::HOURLY),
        ] {
            let complaint = laid(rows, Some(given)).unwrap_err().to_string();
            assert!(complaint.contains("--freq"), "{complaint}");
        }
    }

    #[test]
    fn values_within_a_second_are_refused_where_they_are_most() {
        let rows = |millis: i64| -> String {
            let text =
                |at: i64| format!("2025-07-06 04:00:{:02}.{:03}", at * millis / 1_000, at * millis % 1_000);
            (0..20).map(|at| format!("a,{},{at}\n", text(at))).collect()
        };
        let complaint = laid(&rows(100), None).unwrap_err().to_string();
        assert!(complaint.starts_with("line 3: values lie less than a second apart"), "{complaint}");
        assert_eq!(laid(&rows(2_000), None).unwrap().frequency, Frequency::Seconds(2));
    }
}
