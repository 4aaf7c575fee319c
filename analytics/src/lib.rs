//! What is computed: series of accepted figures, their growth, their forecasts. A series in, figures out;
//! no I/O, no clock. Agents that publish a view and answers about another day call the same functions.

pub mod forecast;
pub mod growth;
mod history;
mod series;
mod total_series;
pub mod totals;

pub use history::{ArtistHistory, History, PlatformHistory};
pub use series::{FlagSet, Point, Series};
pub use total_series::{NEAR_DAYS, TotalSeries, total_series};
