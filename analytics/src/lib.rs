//! What is computed of a label: series of accepted values, their growth, totals and forecasts, the check of published
//! forecasts, and the training of the models. A series in, figures out; no I/O, no clock. Agents that publish a view and
//! answers about another day call the same functions.

pub mod achievements;
mod content_history;
pub mod findings;
pub mod forecast;
pub mod growth;
mod history;
mod point;
mod points;
pub mod published;
mod runs;
mod series;
#[cfg(test)]
mod testing;
mod total_series;
pub mod totals;
pub mod training;
pub mod trends;
mod whole_weeks;
pub mod year;

pub use content_history::ContentHistory;
pub use history::{Amendment, ArtistHistory, History, PlatformHistory};
pub use point::{FlagSet, Point};
pub use points::Points;
pub use series::{DailyValue, Extent, Series};
pub use total_series::{NEAR_DAYS, TotalSeries, total_series};
pub use whole_weeks::days_of_weeks;
