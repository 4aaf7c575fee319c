//! Rows on a grid: the rows of a file in, each series' observations by step out.

use anyhow::{Context, bail};
use casa24_forecasting::{Bounds, Observation};

use super::frequency::{Distances, Frequency};
use super::grid::Grid;
use super::moment::{Moment, Style};
use super::read::{RawTable, Row};

/// A series on its grid.
#[derive(Debug, Clone)]
pub(crate) struct LaidSeries {
    /// Its name.
    pub(crate) name: String,
    /// Where it lies.
    pub(crate) grid: Grid,
    /// In order, one for each step that has a value.
    pub(crate) observations: Vec<Observation>,
    /// What values are possible, where more is known than the values say.
    pub(crate) bounds: Option<Bounds>,
}

/// All series of a file, or of the stored history.
#[derive(Debug, Clone)]
pub(crate) struct LaidTable {
    /// How moments are written.
    pub(crate) style: Style,
    /// From one value to the next.
    pub(crate) frequency: Frequency,
    /// The series.
    pub(crate) series: Vec<LaidSeries>,
    /// What a reader should know of the rows.
    pub(crate) notes: Vec<String>,
}

impl LaidTable {
    /// Values of all series.
    pub(crate) fn num_values(&self) -> u64 {
        self.series.iter().map(|series| series.observations.len() as u64).sum()
    }
}

/// Lays rows on grids of the most common distance between them, or of the one that is given.
///
/// # Errors
/// When a row is off the grid of its series: with the series and the line.
pub(crate) fn lay(mut table: RawTable, given: Option<Frequency>) -> anyhow::Result<LaidTable> {
    let mut num_duplicates = 0;
    let mut distances = Distances::default();
    for series in &mut table.series {
        num_duplicates += sort_and_join(&mut series.rows);
        if table.style != Style::Integer && given.is_none() {
            distances.add(moments(&series.rows));
        }
    }
    let frequency = match (table.style, given) {
        (Style::Integer, None) => Frequency::Integers,
        (Style::Integer, Some(given)) => bail!("ds counts in whole numbers, so that they cannot be {given}"),
        (_, Some(given)) => given,
        // One value of each series gives no distance, and makes no forecast.
        (_, None) => distances.most_common().unwrap_or(Frequency::DAILY),
    };
    let notes = notes(&table, num_duplicates);
    let mut laid = Vec::with_capacity(table.series.len());
    for series in table.series {
        let grid = Grid::of(frequency, moments(&series.rows));
        let mut observations = Vec::with_capacity(series.rows.len());
        for row in series.rows {
            let step = grid.step(row.moment).with_context(|| {
                format!(
                    "line {}: {} is off the grid of series {:?}, whose values are {frequency}{}; --freq says \
                     another distance",
                    row.line,
                    row.moment.text(table.style).unwrap_or_default(),
                    series.name,
                    if given.is_none() { ", as most of the file" } else { "" }
                )
            })?;
            observations.push(Observation { step, value: row.value, new_level: false });
        }
        laid.push(LaidSeries { name: series.name, grid, observations, bounds: None });
    }
    Ok(LaidTable { style: table.style, frequency, series: laid, notes })
}

fn moments(rows: &[Row]) -> impl Iterator<Item = Moment> + Clone {
    rows.iter().map(|row| row.moment)
}

/// Sorts by moment; of several rows of one moment the last one counts. Gives the number of those that do not.
fn sort_and_join(rows: &mut Vec<Row>) -> u64 {
    if !rows.is_sorted_by_key(|row| row.moment) {
        rows.sort_by_key(|row| row.moment);
    }
    let num_rows = rows.len();
    rows.dedup_by(|later, kept| {
        let same = later.moment == kept.moment;
        if same {
            *kept = *later;
        }
        same
    });
    (num_rows - rows.len()) as u64
}

fn notes(table: &RawTable, num_duplicates: u64) -> Vec<String> {
    let thousands = crate::terminal::thousands;
    let mut notes = Vec::new();
    if !table.ignored.is_empty() {
        let columns = if table.ignored.len() == 1 { "column" } else { "columns" };
        notes.push(format!("{columns} {} ignored", table.ignored.join(", ")));
    }
    if table.num_missing > 0 {
        let infinite = if table.num_infinite > 0 {
            format!(", {} of them infinite", thousands(table.num_infinite))
        } else {
            String::new()
        };
        notes.push(format!("{} rows without a value{infinite}", thousands(table.num_missing)));
    }
    if num_duplicates > 0 {
        notes.push(format!(
            "{} rows replaced by a later row of the same series and ds",
            thousands(num_duplicates)
        ));
    }
    notes
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
        assert_eq!(table.notes, ["1 rows replaced by a later row of the same series and ds"]);
    }

    #[test]
    fn a_row_off_the_grid_is_named() {
        let rows = "a,2025-07-06,1\na,2025-07-13,1\na,2025-07-20,1\nb,2025-07-07,1\nb,2025-07-14,1\nb,2025-07-16,1\n";
        let complaint = format!("{:#}", laid(rows, None).unwrap_err());
        for words in ["line 7", "2025-07-16", "\"b\"", "weekly", "--freq"] {
            assert!(complaint.contains(words), "{complaint}");
        }
        assert_eq!(laid(rows, Some(Frequency::DAILY)).unwrap().num_values(), 6);
    }

    #[test]
    fn whole_numbers_have_no_calendar() {
        assert_eq!(laid("a,1,1\na,3,1\n", None).unwrap().frequency, Frequency::Integers);
        assert!(laid("a,1,1\na,3,1\n", Some(Frequency::DAILY)).is_err());
    }
}
