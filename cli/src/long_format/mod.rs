//! Series in long format, one row for each value: CSV files in, observations on a grid out, and forecasts as CSV.

mod digits;
mod far;
mod frequency;
mod grid;
mod laid;
mod moment;
mod notes;
mod read;
mod rows;
mod style;
mod uneven;
mod value;
mod whole_numbers;
mod write;

use crate::terminal::UsageError;

pub(crate) use frequency::Frequency;
pub(crate) use grid::Grid;
pub(crate) use laid::{Known, LaidSeries, LaidTable, lay};
pub(crate) use moment::Moment;
pub(crate) use read::read;
pub(crate) use style::Style;
pub(crate) use value::value_text;
pub(crate) use write::ForecastWriter;

/// The error of a file whose content cannot be used.
fn refused(reason: String) -> anyhow::Error {
    UsageError(reason).into()
}

/// A name in a sentence: in quotes where blanks around it would not be seen.
pub(crate) fn shown(name: &str) -> String {
    if name.trim() == name { name.to_owned() } else { format!("{name:?}") }
}
