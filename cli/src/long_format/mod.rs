//! Series in long format, one row for each value: CSV files in, observations on a grid out, and forecasts as CSV.

mod frequency;
mod grid;
mod laid;
mod moment;
mod read;
mod write;

pub(crate) use frequency::Frequency;
pub(crate) use grid::Grid;
pub(crate) use laid::{LaidSeries, LaidTable, lay};
pub(crate) use moment::{Moment, Style};
pub(crate) use read::read;
pub(crate) use write::{ForecastWriter, value_text};
