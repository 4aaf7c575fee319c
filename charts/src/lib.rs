//! A chart's specification in; PNG or SVG out.
//!
//! The crate has no words of its own: every text is part of the specification, and numbers and days on the axes are
//! written by the caller's [`AxisText`]. The same specification gives the same bytes; it reads no clock, no file and
//! no font but its own.
//!
//! ```
//! use casa24_charts::{AxisText, Chart, Observed, Panel};
//! use time::{Date, macros::date};
//!
//! struct English;
//!
//! impl AxisText for English {
//!     fn number(&self, value: f64) -> String {
//!         value.to_string()
//!     }
//!     fn day(&self, day: Date) -> String {
//!         format!("{:.3} {}", day.month().to_string(), day.day())
//!     }
//!     fn day_with_year(&self, day: Date) -> String {
//!         format!("{}, {}", self.day(day), day.year())
//!     }
//! }
//!
//! let panel = Panel {
//!     title: "Spotify followers".to_owned(),
//!     observed: vec![
//!         Observed { day: date!(2025 - 09 - 29), value: 2_110.0, marked: false },
//!         Observed { day: date!(2025 - 09 - 30), value: 2_114.0, marked: false },
//!     ],
//!     ..Panel::default()
//! };
//! let chart = Chart { panels: vec![panel], alt: "Spotify followers".to_owned(), ..Chart::default() };
//! assert!(chart.png(&English)?.starts_with(b"\x89PNG"));
//! assert!(chart.svg(&English)?.contains("<title>Spotify followers</title>"));
//! # Ok::<(), casa24_charts::ChartError>(())
//! ```

mod axis_text;
#[cfg(test)]
mod colour_vision;
mod day_axis;
mod error;
mod font;
mod goal;
mod legend;
mod milestone;
mod palette;
mod panel;
mod picture;
mod plot;
mod png;
mod scene;
mod series;
mod specification;
mod svg;
mod value_axis;

pub use axis_text::AxisText;
pub use error::ChartError;
pub use picture::MAX_PANELS;
pub use specification::{Chart, ForecastPoint, Goal, Legend, Milestone, Observed, OtherPath, Panel, Theme};
